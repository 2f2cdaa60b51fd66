# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a record that is missing may be instead.

Most forms of DNS hosts add the zone to what is typed into the field of the host.
Whoever types the full name gets it twice; whoever types the short name into a zone
further up gets too little.

>>> list(doubled_hosts("bounce.shop.example.com"))
['bounce.shop.example.com.example.com', 'bounce.shop.example.com.shop.example.com']
>>> list(short_hosts("bounce.shop.example.com"))
['example.com', 'shop.example.com', 'bounce.example.com']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .domain_name import MAX_NAME_LENGTH, registered_name
from .resolver import AnswerStatus, Resolver


def _names_above(host: str) -> list[str]:
    """The registered domain, and the names between it and the host."""
    registered = registered_name(host, private=False)
    labels = host.split(".")
    names = [".".join(labels[start:]) for start in range(1, len(labels))]
    return [name for name in reversed(names) if f".{name}".endswith(f".{registered}")]


def _typed_zones(host: str) -> list[str]:
    """The zones that somebody may have opened to type the host, uppermost first."""
    zones = [name for name in _names_above(host) if not name.startswith("_")]
    return zones or [host]


def doubled_hosts(host: str) -> Iterator[str]:
    """Where the record is when the full name was typed."""
    for zone in _typed_zones(host):
        if len(name := f"{host}.{zone}") <= MAX_NAME_LENGTH:
            yield name


def short_hosts(host: str) -> Iterator[str]:
    """Where the record is when too short a name, or none, was typed."""
    zones = _typed_zones(host)
    yield from zones
    for index, zone in enumerate(zones):
        for deeper in zones[index + 1 :]:
            yield f"{host.removesuffix(deeper)}{zone}"


def zone_questions(hosts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What :func:`find_zone_cut` is going to ask."""
    for host in hosts:
        for name in _cuts(host):
            yield name, "NS"


def find_zone_cut(resolver: Resolver, host: str) -> tuple[str, tuple[str, ...]] | None:
    """Find the zone below the registered domain that a host lies in.

    :return: the zone and its name servers; None when the registered domain is the zone,
        or DNS does not tell
    """
    for name in reversed(_cuts(host)):
        answer = resolver.resolve(name, "NS")
        if answer.status is AnswerStatus.FOUND and not answer.aliases:
            return name, answer.records
    return None


def _cuts(host: str) -> list[str]:
    """The names below the registered domain that may be zones of their own."""
    return [*_names_above(host), host][1:]
