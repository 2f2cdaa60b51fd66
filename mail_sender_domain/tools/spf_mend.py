# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPF records without the faults that make them useless; each sender stays.

>>> soften_spf("v=spf1 mx +all")
'v=spf1 mx ~all'
>>> join_spf(["v=spf1 mx -all", "v=spf1 include:a.example ~all"])
'v=spf1 mx include:a.example ~all'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .errors import RecordSyntaxError
from .record_slips import mend
from .resolver import AnswerStatus, Resolver
from .spf_record import VERSION, Qualifier, SpfMechanism, SpfModifier, SpfRecord, is_spf

_SOFT_END = SpfMechanism("all", qualifier=Qualifier.SOFTFAIL)
#: How little an ``all`` hurts mail that the record forgot.
_SOFTNESS = [Qualifier.FAIL, Qualifier.SOFTFAIL, Qualifier.NEUTRAL]
#: Networks with fewer bits than this have no single owner.
_WIDE_BITS = 8
#: What people write instead of the name of a mechanism.
_SPELLINGS = {"ip": "ip4", "ipv4": "ip4", "ipv6": "ip6"}
_WORD = re.compile(r"(?P<name>[A-Za-z0-9]+)(?P<rest>[:/].*)")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]+)?")
_NOTHING = (AnswerStatus.NO_NAME, AnswerStatus.NO_DATA)


def correct_spf(text: str) -> str:
    """Make a record with errors valid: mend what is misspelled, and leave out what
    nobody can read.

    >>> correct_spf("v=spf1 ipv4:192.0.2.1, mx; oops 198.51.100.0/24 -all")
    'v=spf1 ip4:192.0.2.1 mx ip4:198.51.100.0/24 -all'
    """
    terms: list[SpfMechanism | SpfModifier] = []
    names: set[str] = set()
    for word in text.split()[1:]:
        for term in _read_word(word):
            if isinstance(term, SpfModifier):
                if term.name in names:
                    continue
                names.add(term.name)
            terms.append(term)
    return soften_spf(str(SpfRecord(tuple(terms))))


def single_spf(found: tuple[str, ...]) -> str | None:
    """The one SPF record that a domain means to have; None where it has none.

    Receivers refuse several (RFC 7208 3.2) and those with errors (4.6), so of these one
    is made that can be read.

    >>> single_spf(("v=spf1 include: a.example -all",))
    'v=spf1 include:a.example -all'

    :param found: its SPF records (:func:`.spf.find_spf`)
    """
    if len(found) != 1:
        return join_spf(found) if found else None
    for text in (found[0], mend("blanks", found[0])):
        if list(_parsed([text])):
            return text
    return correct_spf(found[0])


def slim_spf(resolver: Resolver, domain: str, text: str) -> str:
    """Leave out what no address ever matches, but what costs look-ups.

    >>> from .resolver import MemoryResolver
    >>> text = "v=spf1 mx a:gone.example ip4:192.0.2.1 ip4:192.0.2.1 -all a"
    >>> dns = MemoryResolver({"example.com": {"MX": ["10 mx.example.com"]}})
    >>> slim_spf(dns, "example.com", text)
    'v=spf1 mx ip4:192.0.2.1 -all'

    :param domain: whose record it is, A-labels
    """
    record = SpfRecord.parse(text)
    useful = dict.fromkeys(
        mechanism
        for mechanism in record.mechanisms
        if not _is_dead(resolver, domain, mechanism)
    )
    return str(SpfRecord((*useful, *_modifiers(record))))


def narrow_spf(text: str) -> str:
    """Leave out networks that are as good as everybody, and end with ``~all``.

    >>> narrow_spf("v=spf1 mx ip4:0.0.0.0/0 -all"), narrow_spf("v=spf1 a/0 +all")
    ('v=spf1 mx -all', 'v=spf1 ~all')
    """
    record = SpfRecord.parse(text)
    narrow = tuple(
        term
        for term in record.terms
        if isinstance(term, SpfModifier) or not _is_wide(term)
    )
    return soften_spf(str(SpfRecord(narrow)))


def soften_redirect(text: str) -> str:
    """End a record with ``~all`` that leaves strangers to another record.

    >>> soften_redirect("v=spf1 mx redirect=a.example")
    'v=spf1 mx include:a.example ~all'
    """
    record = SpfRecord.parse(text)
    redirect = record.modifier("redirect")
    if _ending(record) is not None or not redirect:
        return text
    others = (term for term in _modifiers(record) if term.name != "redirect")
    include = SpfMechanism("include", redirect)
    return str(SpfRecord((*_senders(record), include, _SOFT_END, *others)))


def soften_spf(text: str) -> str:
    """End an SPF record with ``~all``, whatever it says about strangers now."""
    record = SpfRecord.parse(text)
    ending = _ending(record)
    if ending in (Qualifier.FAIL, Qualifier.SOFTFAIL):
        # Something else in the record is too generous.
        return text
    if ending is None and record.modifier("redirect"):
        # What the other record says about strangers is its own business.
        return text
    return str(SpfRecord((*_senders(record), _SOFT_END, *_modifiers(record))))


def join_spf(texts: Iterable[str]) -> str:
    """Make one SPF record of several; each sender keeps its place.

    The mildest ending stays, ``~all`` at least. Texts with errors are left out.
    """
    senders: dict[SpfMechanism, None] = {}
    softness = 0
    for record in _parsed(texts):
        senders.update(dict.fromkeys(_senders(record)))
        ending, redirect = _ending(record), record.modifier("redirect")
        if ending is None and redirect:
            senders[SpfMechanism("include", redirect)] = None
        elif ending in _SOFTNESS:
            softness = max(softness, _SOFTNESS.index(ending))
        else:
            softness = max(softness, 1)
    end = SpfMechanism("all", qualifier=_SOFTNESS[softness])
    return str(SpfRecord((*senders, end)))


def _parsed(texts: Iterable[str]) -> Iterable[SpfRecord]:
    for text in texts:
        try:
            yield SpfRecord.parse(text)
        except RecordSyntaxError:
            continue


def _senders(record: SpfRecord) -> tuple[SpfMechanism, ...]:
    """The mechanisms that are tried ahead of ``all``."""
    return tuple(term for term in record.mechanisms if term.name != "all")


def _ending(record: SpfRecord) -> Qualifier | None:
    """What ``all`` says, None without one."""
    tried = record.mechanisms
    return tried[-1].qualifier if tried and tried[-1].name == "all" else None


def _modifiers(record: SpfRecord) -> Iterator[SpfModifier]:
    return (term for term in record.terms if isinstance(term, SpfModifier))


def _read_word(word: str) -> tuple[SpfMechanism | SpfModifier, ...]:
    """The terms that somebody meant; none where nobody can tell."""
    parts = [part for part in re.split("[,;]", word) if part]
    found = _WORD.fullmatch(word)
    if found and found["name"].lower() in _SPELLINGS:
        word = f"{_SPELLINGS[found['name'].lower()]}{found['rest']}"
    elif _ADDRESS.fullmatch(word):
        word = f"ip4:{word}"
    try:
        return SpfRecord.parse(f"{VERSION} {word}").terms
    except RecordSyntaxError:
        if parts in ([], [word]):
            return ()
    return tuple(term for part in parts if part != word for term in _read_word(part))


def _is_wide(mechanism: SpfMechanism) -> bool:
    """Whether a mechanism matches whole parts of the Internet."""
    if mechanism.network:
        return mechanism.network.prefixlen < _WIDE_BITS
    return mechanism.prefix4 < _WIDE_BITS


def _is_dead(resolver: Resolver, domain: str, mechanism: SpfMechanism) -> bool:
    """Whether what a mechanism names is not there; False if that varies by mail."""
    name = str(mechanism.domain or domain).removesuffix(".").lower()
    if "%" in name:
        return False
    match mechanism.name:
        case "include":
            answer = resolver.resolve(name, "TXT")
            is_known = answer.status is not AnswerStatus.UNKNOWN
            return is_known and not any(map(is_spf, answer.records))
        case "a":
            asked = [(name, "A"), (name, "AAAA")]
        case "mx":
            asked = [(name, "MX")]
        case "exists":
            asked = [(name, "A")]
        case _:
            return False
    answers = resolver.resolve_many(asked).values()
    return all(answer.status in _NOTHING for answer in answers)
