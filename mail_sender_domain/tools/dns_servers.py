# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whom to ask: the configured resolvers, and the name servers that own a zone.

Both classes live as long as one batch of questions and may be used from several threads
at once. A deadline is a value of :func:`time.monotonic`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import dns.flags
import dns.message
import dns.name
import dns.rdatatype

from .dns_exchange import (
    Server,
    Unanswered,
    ask,
    find_referral,
    find_zone,
    follow,
    is_lame,
    name_text,
    parse_name,
)
from .domain_name import is_local_name, registered_name

#: How many zone cuts below the registered domain are followed.
MAX_REFERRALS = 8

#: So many silent owners, or questions in vain, and nobody who speaks: there is no way.
MAX_SILENT = 4


class ConfiguredServers:
    """The resolvers of this machine, or the ones that were configured instead.

    A silent one is asked again while there is time: it may be waiting for somebody
    else. It only loses its place in the row. Where nobody ever speaks, nobody is asked
    any more.
    """

    def __init__(self, servers: Sequence[Server], timeout: float):
        """Take the resolvers in the order in which to ask them.

        :param timeout: seconds to wait for one of them
        """
        self._servers = servers
        self._timeout = timeout
        self._silent: set[Server] = set()
        self._has_heard_any = False
        self._in_vain = 0

    def ask(
        self,
        name: dns.name.Name,
        rdtype: dns.rdatatype.RdataType,
        deadline: float,
    ) -> dns.message.Message:
        """Ask one after the other until one answers.

        :raise Unanswered: with the reason of the last one
        """
        if not self._has_heard_any and self._in_vain >= MAX_SILENT:
            raise Unanswered("timeout")
        waiting = sorted(self._servers, key=self._silent.__contains__)
        reason = "timeout" if waiting else "network"
        while waiting and (seconds := deadline - monotonic()) > 0:
            server = waiting.pop(0)
            try:
                response = ask(
                    server, name, rdtype, min(seconds, self._timeout), recurse=True
                )
                self._has_heard_any = True
                if response.flags & dns.flags.RA or not is_lame(response):
                    return response
                reason = "lame"
            except Unanswered as error:
                reason = error.reason
                if reason == "timeout":
                    self._silent.add(server)
                    waiting.append(server)
                else:
                    self._has_heard_any = True
        if reason == "timeout":
            self._in_vain += 1
        raise Unanswered(reason)


class ZoneOwners:
    """The name servers that DNS names as the owners of zones.

    A silent one costs its timeout once: the configured resolvers can answer as well.
    Where they cannot either, and no owner ever spoke, the zone and all others of the
    same owners are dead: nobody is asked about them any more.
    """

    def __init__(
        self,
        configured: ConfiguredServers,
        port: int,
        timeout: float,
        may_ask: Callable[[str], bool],
    ):
        """Prepare; this asks nothing yet.

        :param configured: who knows where the owners are
        :param port: where they listen
        :param timeout: seconds to wait for one of them
        :param may_ask: whether to ask an owner at an IP address, which whoever
            publishes the zone has chosen
        """
        self._may_ask = may_ask
        self._configured = configured
        self._port = port
        self._timeout = timeout
        self._silent: set[Server] = set()
        self._heard: set[Server] = set()
        self._dead: set[Server] = set()
        self._hosts: dict[dns.name.Name, tuple[dns.name.Name, ...]] = {}
        self._addresses: dict[dns.name.Name, tuple[Server, ...]] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def ask(
        self,
        name: dns.name.Name,
        rdtype: dns.rdatatype.RdataType,
        deadline: float,
    ) -> tuple[dns.message.Message, dns.name.Name]:
        """Ask the owners of the zone that ``name`` is in.

        :return: the response, and the zone
        :raise Unanswered: when nobody of them answers, or nobody knows who they are
        """
        zone = self._find_start(name, deadline)
        for _cut in range(MAX_REFERRALS):
            response = self._ask_zone(zone, name, rdtype, deadline)
            referral = find_referral(response, zone, name)
            if referral is None:
                return response, zone
            zone = referral.name
            self._hosts.setdefault(zone, tuple(ns.target for ns in referral))
        raise Unanswered("lame")

    @property
    def are_reachable(self) -> bool:
        """False once it looks as if a firewall lets nobody but the configured resolvers
        speak."""
        return bool(self._heard) or len(self._silent) < MAX_SILENT

    def is_dead(self, name: dns.name.Name) -> bool:
        """Whether nobody answers for the zone of ``name``, as far as it is known."""
        servers = self._known_servers(name)
        return bool(servers) and servers <= self._dead

    def note_unanswered(self, name: dns.name.Name) -> None:
        """Learn that the configured resolvers know nothing of ``name`` either."""
        servers = self._known_servers(name)
        if servers <= self._silent - self._heard:
            self._dead |= servers

    def _known_servers(self, name: dns.name.Name) -> set[Server]:
        """The owners of the zone of ``name``; empty until all of them are known."""
        zone = self._known_zone(name)
        hosts = self._hosts[zone] if zone else ()
        if not all(host in self._addresses for host in hosts):
            return set()
        return {server for host in hosts for server in self._addresses[host]}

    def _ask_zone(
        self,
        zone: dns.name.Name,
        name: dns.name.Name,
        rdtype: dns.rdatatype.RdataType,
        deadline: float,
    ) -> dns.message.Message:
        reason = "lame"
        for server in self._servers(zone, deadline):
            if server in self._silent:
                reason = "timeout"
                continue
            seconds = min(deadline - monotonic(), self._timeout)
            if seconds <= 0:
                raise Unanswered("timeout")
            try:
                response = ask(server, name, rdtype, seconds, recurse=False)
                self._heard.add(server)
                if find_referral(response, zone, name) or not is_lame(response):
                    return response
                reason = "lame"
            except Unanswered as error:
                # A server that refuses to speak for the zone does not own it.
                reason = "lame" if error.reason == "refused" else error.reason
                if reason in ("timeout", "network"):
                    self._silent.add(server)
                else:
                    self._heard.add(server)
        raise Unanswered(reason)

    def _servers(self, zone: dns.name.Name, deadline: float) -> Iterator[Server]:
        for host in self._hosts[zone]:
            with self._alone(name_text(host), deadline):
                if host not in self._addresses:
                    self._addresses[host] = self._find_addresses(host, deadline)
            yield from self._addresses[host]

    def _find_addresses(
        self, host: dns.name.Name, deadline: float
    ) -> tuple[Server, ...]:
        if is_local_name(name_text(host)):
            return ()
        # IPv6 only where there is nothing else: many machines cannot reach it.
        for rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            try:
                response = self._configured.ask(host, rdtype, deadline)
            except Unanswered:
                continue
            _aliases, records = follow(response, host, rdtype, dns.name.root)
            if records:
                addresses = filter(self._may_ask, (each.address for each in records))
                return tuple(Server(address, self._port) for address in addresses)
        return ()

    def _find_start(self, name: dns.name.Name, deadline: float) -> dns.name.Name:
        """The deepest zone above ``name`` whose owners are known, or can be found.

        The configured resolver is asked for the registered domain only, never for
        ``name``: it would keep its "no such name" for hours. Deeper zones show
        themselves by referrals.
        """
        registered = registered_name(name_text(name), private=False)
        with self._alone(registered, deadline):
            if zone := self._known_zone(name):
                return zone
            zone, hosts = self._find_hosts(parse_name(registered), deadline)
            self._hosts[zone] = hosts
            return zone

    @contextmanager
    def _alone(self, name: str, deadline: float) -> Iterator[None]:
        """Let threads that want to know the same wait for the first of them."""
        lock = self._locks[name]
        if not lock.acquire(timeout=max(deadline - monotonic(), 0)):
            raise Unanswered("timeout")
        try:
            yield
        finally:
            lock.release()

    def _known_zone(self, name: dns.name.Name) -> dns.name.Name | None:
        while name != dns.name.root:
            if name in self._hosts:
                return name
            name = name.parent()
        return None

    def _find_hosts(
        self, name: dns.name.Name, deadline: float
    ) -> tuple[dns.name.Name, tuple[dns.name.Name, ...]]:
        """The zone that ``name`` is in and its name servers."""
        zone: dns.name.Name | None = name
        while zone and zone != dns.name.root:
            response = self._configured.ask(zone, dns.rdatatype.NS, deadline)
            _aliases, records = follow(response, zone, dns.rdatatype.NS, zone)
            if records:
                return records.name, tuple(ns.target for ns in records)
            above = find_zone(response)
            is_above = above and above != zone and zone.is_subdomain(above)
            zone = above if is_above else None
        raise Unanswered("lame")
