# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPF records: text to objects and back (RFC 7208 4.6, 5, 6 and 12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
)

from .errors import RecordSyntaxError
from .spf_macro import MacroString

VERSION = "v=spf1"

_TERM = re.compile(r"[^ ]+")
_VERSION = re.compile(r"v=spf1(?= |\Z)", re.IGNORECASE)
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9._-]*)=(?P<value>.*)")
_MECHANISM = re.compile(r"(?P<qualifier>[-+?~]?)(?P<name>[A-Za-z0-9]+)(?P<rest>.*)")
_PREFIXES = re.compile(r"(?:/(?P<four>[0-9]*))?(?://(?P<six>[0-9]*))?\Z")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,2}")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")

_BITS = {"ip4": 32, "ip6": 128}
_NEEDS_DOMAIN = {"include", "exists"}
_MAY_HAVE_DOMAIN = {"a", "mx", "ptr"}
_HAS_PREFIXES = {"a", "mx"}
_KNOWN_MODIFIERS = {"redirect", "exp"}


class Qualifier(str, Enum):
    """What a mechanism says about an address that it matches."""

    PASS = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


@dataclass(frozen=True)
class SpfMechanism:
    """A test that an address passes or not, and what that means.

    >>> str(SpfMechanism("a", MacroString(("example.com",)), prefix4=24))
    'a:example.com/24'

    :ivar name: ``all``, ``include``, ``a``, ``mx``, ``ptr``, ``ip4``, ``ip6`` or
        ``exists``
    :ivar domain: the domain that it names, None for the record's own
    :ivar network: of ``ip4`` and ``ip6``
    :ivar prefix4: of ``a`` and ``mx``: how many bits of an IPv4 address count
    :ivar prefix6: the same for IPv6
    """

    name: str
    domain: MacroString | None = None
    network: IPv4Network | IPv6Network | None = None
    prefix4: int = 32
    prefix6: int = 128
    qualifier: Qualifier = Qualifier.PASS

    def __str__(self) -> str:
        qualifier = "" if self.qualifier is Qualifier.PASS else self.qualifier.value
        value = f":{self.domain}" if self.domain else ""
        if self.network:
            single = self.network.prefixlen == self.network.max_prefixlen
            value = f":{self.network.network_address if single else self.network}"
        prefix4 = "" if self.prefix4 == 32 else f"/{self.prefix4}"
        prefix6 = "" if self.prefix6 == 128 else f"//{self.prefix6}"
        return f"{qualifier}{self.name}{value}{prefix4}{prefix6}"


@dataclass(frozen=True)
class SpfModifier:
    """``redirect=``, ``exp=`` or one that nobody knows and everybody ignores.

    :ivar name: in lower case
    """

    name: str
    value: MacroString

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


@dataclass(frozen=True)
class SpfRecord:
    """A parsed SPF record; ``str()`` writes it back.

    >>> record = SpfRecord.parse("v=spf1 MX include:spf.example.net  -all")
    >>> str(record)
    'v=spf1 mx include:spf.example.net -all'
    >>> [mechanism.name for mechanism in record.mechanisms]
    ['mx', 'include', 'all']

    :ivar terms: mechanisms and modifiers in the order of the record
    """

    terms: tuple[SpfMechanism | SpfModifier, ...]

    def __str__(self) -> str:
        return " ".join([VERSION, *map(str, self.terms)])

    @classmethod
    def parse(cls, text: str) -> SpfRecord:
        """Read the text of a TXT record, its strings joined.

        :raise RecordSyntaxError: ``wrong_version`` when it is no SPF record at all
            (:func:`is_spf`), else ``bad_character``, ``unknown_mechanism``,
            ``missing_value``, ``unexpected_value``, ``bad_network``, ``bad_prefix``,
            ``bad_domain``, ``bad_macro`` or ``duplicate_modifier``
        """
        if not is_spf(text):
            raise RecordSyntaxError("wrong_version", 0, expected=VERSION)
        if wrong := _NOT_PRINTABLE.search(text):
            raise RecordSyntaxError(
                "bad_character", wrong.start(), character=ascii(wrong[0])
            )
        terms: list[SpfMechanism | SpfModifier] = []
        seen: set[str] = set()
        for match in _TERM.finditer(text, len(VERSION)):
            term = _parse_term(match[0], match.start())
            if isinstance(term, SpfModifier) and term.name in _KNOWN_MODIFIERS:
                if term.name in seen:
                    raise RecordSyntaxError(
                        "duplicate_modifier", match.start(), name=term.name
                    )
                seen.add(term.name)
            terms.append(term)
        return cls(tuple(terms))

    @property
    def mechanisms(self) -> tuple[SpfMechanism, ...]:
        """The mechanisms that are tried: up to ``all``, which ends the search (RFC 7208
        5.1)."""
        tried = []
        for term in self.terms:
            if isinstance(term, SpfMechanism):
                tried.append(term)
                if term.name == "all":
                    break
        return tuple(tried)

    def modifier(self, name: str) -> MacroString | None:
        """The value of ``redirect`` or ``exp``, None when the record has none."""
        for term in self.terms:
            if isinstance(term, SpfModifier) and term.name == name:
                return term.value
        return None


def is_spf(text: str) -> bool:
    """Whether a TXT record is meant as SPF version 1, however broken (RFC 7208 4.5).

    >>> is_spf("V=SPF1 -all"), is_spf("v=spf10 -all"), is_spf("v=spf1")
    (True, False, True)
    """
    return bool(_VERSION.match(text))


def _parse_term(text: str, position: int) -> SpfMechanism | SpfModifier:
    if match := _MODIFIER.fullmatch(text):
        return _parse_modifier(match, position)
    match = _MECHANISM.fullmatch(text)
    if not match or (match["rest"] and match["rest"][0] not in ":/"):
        raise RecordSyntaxError("unknown_mechanism", position, term=text)
    name = match["name"].lower()
    qualifier = Qualifier(match["qualifier"] or "+")
    rest, rest_position = match["rest"], position + match.start("rest")
    if name == "all":
        if rest:
            raise RecordSyntaxError("unexpected_value", rest_position, term=text)
        return SpfMechanism(name, qualifier=qualifier)
    if name in _BITS:
        network = _parse_network(text, name, rest, rest_position)
        return SpfMechanism(name, network=network, qualifier=qualifier)
    if name not in _NEEDS_DOMAIN | _MAY_HAVE_DOMAIN:
        raise RecordSyntaxError("unknown_mechanism", position, term=text)
    prefix4, prefix6 = 32, 128
    if name in _HAS_PREFIXES:
        prefixes = _PREFIXES.search(rest)
        prefix4 = _parse_prefix(prefixes["four"], 32, text, rest_position)
        prefix6 = _parse_prefix(prefixes["six"], 128, text, rest_position)
        rest = rest[: prefixes.start()]
    domain = None
    if rest or name in _NEEDS_DOMAIN:
        domain = _parse_domain(text, rest, rest_position)
    return SpfMechanism(name, domain, None, prefix4, prefix6, qualifier)


def _parse_modifier(match: re.Match, position: int) -> SpfModifier:
    name, value = match["name"].lower(), match["value"]
    value_position = position + match.start("value")
    if name not in _KNOWN_MODIFIERS:
        return SpfModifier(name, MacroString.parse(value, value_position))
    if not value:
        raise RecordSyntaxError("missing_value", position, term=match[0])
    return SpfModifier(name, MacroString.parse_domain(value, value_position))


def _parse_domain(text: str, rest: str, position: int) -> MacroString:
    if not rest.startswith(":") or rest == ":":
        raise RecordSyntaxError("missing_value", position, term=text)
    return MacroString.parse_domain(rest[1:], position + 1)


def _parse_network(
    text: str, name: str, rest: str, position: int
) -> IPv4Network | IPv6Network:
    if not rest.startswith(":") or rest == ":":
        raise RecordSyntaxError("missing_value", position, term=text)
    address, slash, prefix = rest[1:].partition("/")
    bits = _parse_prefix(prefix if slash else None, _BITS[name], text, position)
    try:
        if name == "ip4":
            return IPv4Network((IPv4Address(address), bits), strict=False)
        if "%" in address:
            raise AddressValueError("a zone is no part of an SPF record")
        return IPv6Network((IPv6Address(address), bits), strict=False)
    except AddressValueError as error:
        raise RecordSyntaxError("bad_network", position, term=text) from error


def _parse_prefix(digits: str | None, bits: int, text: str, position: int) -> int:
    if digits is None:
        return bits
    if not _NUMBER.fullmatch(digits) or int(digits) > bits:
        raise RecordSyntaxError("bad_prefix", position, term=text)
    return int(digits)
