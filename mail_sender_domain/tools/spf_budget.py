# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an SPF record costs at most, whatever address sends (RFC 7208 4.6.4).

An evaluation stops at the first match, so it only shows what one address costs. Here
all terms are counted, as if no address matched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .errors import RecordSyntaxError
from .resolver import Answer, AnswerStatus, Resolver
from .spf_evaluator import MAX_HOSTS, is_domain, is_name
from .spf_macro import MacroString
from .spf_record import SpfRecord, is_spf

#: Nobody counts further: a record that costs more is hopeless, or goes in a circle.
MAX_COUNTED = 60

_FAMILIES = ("A", "AAAA")
_ASKING = {"include", "a", "mx", "ptr", "exists"}
_VOID = (AnswerStatus.NO_NAME, AnswerStatus.NO_DATA)


@dataclass(frozen=True)
class SpfFault:
    """Why a term cannot be evaluated, or not be counted.

    :ivar term: the term of the domain's own record that leads there
    :ivar code: ``no_included_record``, ``several_records``, ``syntax`` or
        ``too_many_hosts``: it never can be evaluated; ``no_answer``: DNS is silent now;
        ``varies``: what it asks depends on the mail
    :ivar params: ``domain``, or ``reason`` and ``domain`` of a missing answer
    """

    term: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SpfBudget:
    """What was counted.

    :ivar lookups: terms that ask DNS, of :data:`.spf_evaluator.MAX_LOOKUPS`; counting
        ends at :data:`MAX_COUNTED`
    :ivar void_lookups: those that find nothing, for IPv4 or IPv6, whichever is more; of
        :data:`.spf_evaluator.MAX_VOID_LOOKUPS`. A term whose name depends on the mail
        counts as one of them.
    :ivar costs: the terms of the domain's own record that ask DNS, with the look-ups
        of each, those of included records among them
    :ivar faults: in the order in which they were found
    """

    lookups: int
    void_lookups: int
    costs: tuple[tuple[str, int], ...]
    faults: tuple[SpfFault, ...]


def measure(resolver: Resolver, domain: str, record: SpfRecord) -> SpfBudget:
    """Count what a record costs, published or not.

    >>> from .resolver import MemoryResolver
    >>> dns = MemoryResolver({"spf.example.net": {"TXT": ["v=spf1 a mx -all"]}})
    >>> record = SpfRecord.parse("v=spf1 include:spf.example.net mx ~all")
    >>> budget = measure(dns, "example.com", record)
    >>> budget.lookups, budget.void_lookups, budget.costs
    (4, 3, (('include:spf.example.net', 3), ('mx', 1)))

    :param domain: whose record it is, A-labels
    """
    count = _Count(resolver, domain, record)
    count.record(record, domain)
    return SpfBudget(
        count.lookups,
        max(count.voids.values()),
        tuple(count.costs.items()),
        tuple(count.faults),
    )


class _Varies(Exception):
    """A name depends on the mail."""


class _Count:
    def __init__(self, resolver: Resolver, domain: str, record: SpfRecord):
        self._resolver = resolver
        self._domain = domain
        self._record = record
        #: The term of the domain's own record that is being followed.
        self._term = ""
        self.lookups = 0
        self.voids = dict.fromkeys(_FAMILIES, 0)
        self.costs: dict[str, int] = {}
        self.faults: list[SpfFault] = []

    def record(self, record: SpfRecord, domain: str) -> None:
        """Count the terms of the record of one domain."""
        is_own = not self._term
        for term, name, target in _asking_terms(record):
            if self.lookups >= MAX_COUNTED:
                break
            if is_own:
                self._term = term
            self.lookups += 1
            self.costs[self._term] = self.costs.get(self._term, 0) + 1
            self._follow(name, target, domain)
        if is_own:
            self._term = ""

    def _follow(self, name: str, target: MacroString | None, domain: str) -> None:
        enters = name in ("include", "redirect")
        try:
            if name == "ptr":
                raise _Varies
            asked = self._expand(target, domain) if target else domain
        except _Varies:
            if enters:
                self._fault("varies")
            else:
                self._add_voids(*_FAMILIES)
            return
        if enters:
            self._enter(asked)
        elif is_name(asked):
            self._look_up(name, asked)

    def _enter(self, domain: str) -> None:
        if domain.lower() == self._domain:
            # Published or not: this is what will stand there.
            self.record(self._record, domain)
            return
        answer = self._ask(domain, "TXT") if is_domain(domain) else None
        if answer and answer.status is AnswerStatus.UNKNOWN:
            return
        texts = [text for text in answer.records if is_spf(text)] if answer else []
        if not texts:
            self._fault("no_included_record", domain=domain)
        elif len(texts) > 1:
            self._fault("several_records", domain=domain)
        else:
            try:
                record = SpfRecord.parse(texts[0])
            except RecordSyntaxError:
                self._fault("syntax", domain=domain)
            else:
                self.record(record, domain)

    def _look_up(self, mechanism: str, name: str) -> None:
        if mechanism == "a":
            for family in _FAMILIES:
                if self._ask(name, family).status in _VOID:
                    self._add_voids(family)
            return
        answer = self._ask(name, "MX" if mechanism == "mx" else "A")
        if answer.status in _VOID:
            self._add_voids(*_FAMILIES)
        if mechanism == "mx":
            self._look_up_hosts(name, answer)

    def _look_up_hosts(self, name: str, answer: Answer) -> None:
        if len(answer.records) > MAX_HOSTS:
            self._fault("too_many_hosts", domain=name)
            return
        hosts = (text.partition(" ")[2] for text in answer.records)
        questions = [(h, family) for h in hosts if is_name(h) for family in _FAMILIES]
        for found in self._resolver.resolve_many(questions).values():
            self._note_silence(found)

    def _ask(self, name: str, rdtype: str) -> Answer:
        answer = self._resolver.resolve(name, rdtype)
        self._note_silence(answer)
        return answer

    def _note_silence(self, answer: Answer) -> None:
        if answer.status is AnswerStatus.UNKNOWN:
            self._fault("no_answer", domain=answer.name, reason=answer.reason)

    def _expand(self, text: MacroString, domain: str) -> str:
        def value(letter: str) -> str:
            if letter == "d":
                return domain
            if letter == "o":
                return self._domain
            raise _Varies

        return text.expand(value).removesuffix(".")

    def _add_voids(self, *families: str) -> None:
        for family in families:
            self.voids[family] += 1

    def _fault(self, code: str, **params: str) -> None:
        self.faults.append(SpfFault(self._term, code, params))


def _asking_terms(
    record: SpfRecord,
) -> Iterator[tuple[str, str, MacroString | None]]:
    """The terms that ask DNS: as text, by name, and what they name."""
    names = [mechanism.name for mechanism in record.mechanisms]
    for mechanism in record.mechanisms:
        if mechanism.name in _ASKING:
            yield str(mechanism), mechanism.name, mechanism.domain
    redirect = record.modifier("redirect")
    if redirect and "all" not in names:
        yield f"redirect={redirect}", "redirect", redirect
