# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A resolver that asks real name servers, first of all the domain's own ones.

Caches keep "there is no such record" for hours. Somebody who has just published one
wants to know now, so every question goes to the servers that own the zone; the
configured resolver only tells where they are, and answers when they do not.

Whoever publishes a zone decides which names and servers lead on. So nobody is asked
about names that only a network of ours may know, and no owner inside one is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from .dns_exchange import (
    Server,
    Unanswered,
    follow,
    name_text,
    parse_name,
    record_texts,
)
from .dns_servers import ConfiguredServers, ZoneOwners
from .domain_name import is_local_name
from .network_place import is_public
from .resolver import MAX_ALIASES, Answer, AnswerStatus

_ARPA = dns.name.from_text("arpa.")


class DnsResolver:
    """Implements :class:`.resolver.Resolver` over the network.

    An instance remembers which servers own a zone and which of them keep silent, and
    no answers: make one for each batch of checks. Its methods may be called from
    several threads at once.

    ::

        answer = DnsResolver().resolve("_dmarc.example.com", "TXT")
    """

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        port: int = 53,
        *,
        timeout: float = 2.0,
        lifetime: float = 5.0,
        workers: int = 32,
        authoritative: bool = True,
        may_ask: Callable[[str], bool] = is_public,
    ):
        """Prepare a resolver; this asks nothing yet.

        :param nameservers: the configured resolvers, ``"192.0.2.1"`` or
            ``"[2001:db8::1]:5353"``; empty takes the ones of this machine
        :param port: of name servers that are given without one, and of the owners of
            zones
        :param timeout: seconds to wait for one server
        :param lifetime: seconds for one question with all its CNAMEs: longer than
            ``timeout``, so that somebody else can answer in place of a silent server. A
            recursor takes its time with servers that are silent to it as well.
        :param workers: how many questions of batches are under way at once
        :param authoritative: whether the owners of a zone are asked first
        :param may_ask: whether to ask an owner at an IP address; nobody who publishes a
            zone may point into a network of ours
        :raise ValueError: when an entry of ``nameservers`` is no address
        """
        servers = [
            Server.parse(text, port) for text in nameservers or _machine_nameservers()
        ]
        self._configured = ConfiguredServers(servers, timeout)
        self._owners = ZoneOwners(self._configured, port, timeout, may_ask)
        self._lifetime = lifetime
        # Leaves time for a configured resolver when the owners keep silent.
        self._owners_lifetime = max(lifetime - timeout, lifetime / 2)
        self._pool = ThreadPoolExecutor(workers)
        self._authoritative = authoritative

    def resolve_many(
        self, questions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Answer]:
        """See :meth:`.resolver.Resolver.resolve_many`."""
        asked = list(dict.fromkeys(questions))
        answers = self._pool.map(lambda question: self.resolve(*question), asked)
        return dict(zip(asked, answers, strict=True))

    def resolve(self, name: str, rdtype: str) -> Answer:
        """See :meth:`.resolver.Resolver.resolve`.

        :raise dns.rdatatype.UnknownRdatatype: when ``rdtype`` is no record type
        """
        asked = name.removesuffix(".").lower()
        wanted = dns.rdatatype.from_text(rdtype)
        aliases: list[dns.name.Name] = []
        status, records, reason = AnswerStatus.UNKNOWN, (), ""
        try:
            status, records = self._find(parse_name(asked), wanted, aliases)
        except Unanswered as error:
            reason = error.reason
        except (dns.exception.DNSException, UnicodeError):
            reason = "malformed"
        return Answer(
            asked, rdtype, status, records, tuple(map(name_text, aliases)), reason
        )

    def _find(
        self,
        name: dns.name.Name,
        rdtype: dns.rdatatype.RdataType,
        aliases: list[dns.name.Name],
    ) -> tuple[AnswerStatus, tuple[str, ...]]:
        """Find records, from CNAME to CNAME.

        :param aliases: gets the targets that were passed
        :raise Unanswered: when nobody answers, or the chain does not end
        """
        started = monotonic()
        while not is_local_name(name_text(name)):
            response, zone = self._ask(name, rdtype, started)
            passed, records = follow(response, name, rdtype, zone)
            for alias in passed:
                if alias in aliases or len(aliases) == MAX_ALIASES:
                    raise Unanswered("alias_loop")
                aliases.append(alias)
            if records:
                return AnswerStatus.FOUND, record_texts(records)
            if not passed:
                is_missing = response.rcode() == dns.rcode.NXDOMAIN
                return AnswerStatus.NO_NAME if is_missing else AnswerStatus.NO_DATA, ()
            # Whatever this server says about the end of the chain: its owners know.
            name = passed[-1]
        return AnswerStatus.NO_NAME, ()

    def _ask(
        self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType, started: float
    ) -> tuple[dns.message.Message, dns.name.Name]:
        """Ask the owners of the name, then the configured resolvers.

        :return: a response, and the zone in which it may be believed
        """
        failure = None
        # The owners of reverse names are providers; nobody waits for their changes.
        if (
            self._authoritative
            and self._owners.are_reachable
            and not name.is_subdomain(_ARPA)
        ):
            try:
                return self._owners.ask(name, rdtype, started + self._owners_lifetime)
            except Unanswered as error:
                failure = error
                if self._owners.is_dead(name):
                    raise
        try:
            response = self._configured.ask(name, rdtype, started + self._lifetime)
            return response, dns.name.root
        except Unanswered as error:
            self._owners.note_unanswered(name)
            # What the owners did says more than "servfail" of somebody in between.
            raise failure or error from error


def _machine_nameservers() -> list[str]:
    try:
        return [str(server) for server in dns.resolver.Resolver().nameservers]
    except dns.resolver.NoResolverConfiguration:
        return []
