# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who keeps the records of a domain, seen from its name servers.

>>> find_host(["ns1.example.net", "ada.ns.cloudflare.com"]).name
'Cloudflare'
>>> find_host(["ns1.example.net"]) is None
True
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from .domain_name import DomainName, registered_name
from .record_form import FormStyle
from .resolver import AnswerStatus, Resolver

#: What is known about DNS hosts, and who says so.
_FACTS = Path(__file__).with_name("dns_hosts.json")


@dataclass(frozen=True)
class DnsHost:
    """A company that keeps zones.

    :ivar name: for people
    :ivar name_servers: patterns of names as in :mod:`fnmatch`
    :ivar panel: web address of its control panel
    :ivar form: how it wants records typed in
    :ivar source: where these facts come from
    """

    name: str
    name_servers: tuple[str, ...]
    panel: str
    form: FormStyle
    source: str

    def has(self, name_server: str) -> bool:
        """Whether a name server belongs to this company."""
        name = name_server.lower().removesuffix(".")
        return any(fnmatchcase(name, pattern) for pattern in self.name_servers)


@dataclass(frozen=True)
class Hosting:
    """Where a domain's records have to be published.

    :ivar zone: the domain itself or one above it; None when DNS does not tell
    :ivar name_servers: of the zone
    :ivar host: who runs them, None when nobody knows
    :ivar reason: why DNS does not tell, as in :attr:`.resolver.Answer.reason`; empty
        when there is no such domain
    """

    zone: DomainName | None = None
    name_servers: tuple[str, ...] = ()
    host: DnsHost | None = None
    reason: str = ""


def detect(resolver: Resolver, domain: DomainName) -> Hosting:
    """Find the zone that a domain lies in, and who keeps it."""
    for name in zone_names(domain):
        answer = resolver.resolve(name, "NS")
        if answer.status is AnswerStatus.UNKNOWN:
            return Hosting(reason=answer.reason)
        if answer.status is AnswerStatus.FOUND and not answer.aliases:
            servers = answer.records
            return Hosting(DomainName.parse(name), servers, find_host(servers))
    return Hosting()


def zone_names(domain: DomainName) -> Iterator[str]:
    """The names that may be the zone of a domain: itself, and those above it.

    >>> list(zone_names(DomainName.parse("mail.shop.example.com")))
    ['mail.shop.example.com', 'shop.example.com', 'example.com']
    """
    registered = registered_name(domain.ascii, private=False)
    name = domain.ascii
    while name != registered:
        yield name
        name = name.partition(".")[2]
    yield name


def find_host(name_servers: Iterable[str]) -> DnsHost | None:
    """The company that most of these name servers belong to."""
    owners = Counter(
        host for server in name_servers for host in known_hosts() if host.has(server)
    )
    return owners.most_common(1)[0][0] if owners else None


@cache
def known_hosts() -> tuple[DnsHost, ...]:
    """All companies that are known here."""
    return tuple(
        DnsHost(
            fact["name"],
            tuple(fact["name_servers"]),
            fact["panel"],
            FormStyle(**fact.get("form", {})),
            fact["source"],
        )
        for fact in json.loads(_FACTS.read_text(encoding="utf-8"))
    )
