# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What SPF says about one mail: the function check_host() of RFC 7208 4."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from .domain_name import MAX_LABEL_LENGTH, MAX_NAME_LENGTH
from .errors import RecordSyntaxError
from .resolver import Answer, AnswerStatus, Resolver
from .spf_macro import MacroString
from .spf_record import Qualifier, SpfMechanism, SpfRecord, is_spf

#: Terms of one evaluation that ask DNS, and those that find nothing (RFC 7208 4.6.4).
MAX_LOOKUPS = 10
MAX_VOID_LOOKUPS = 2
#: Hosts of one ``mx``: more are an error. Names of one ``ptr``: more are left out.
MAX_HOSTS = 10

_UNKNOWN_NAME = "unknown"


class SpfResult(str, Enum):
    """The seven results of RFC 7208 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


@dataclass(frozen=True)
class SpfEvaluation:
    """The result, and what a person needs to understand it.

    :ivar result: see :class:`SpfResult`
    :ivar reason: why, as a machine word. Of a result that the record wrote:
        ``matched`` or ``no_match``. Of ``none``: ``bad_domain`` or ``no_record``. Of
        ``temperror``: ``dns`` or ``time_limit``. Of ``permerror``: ``syntax``,
        ``several_records``, ``no_included_record``, ``too_many_lookups``,
        ``too_many_void_lookups`` or ``too_many_hosts``
    :ivar params: what the reason is about: ``domain``, ``term``, ``type``, ``detail``
    :ivar path: the terms that led to the result, from the domain's own record down
        to the record that an include or a redirect ended in
    :ivar lookups: how many terms asked DNS; :data:`MAX_LOOKUPS` are allowed
    :ivar void_lookups: how many found nothing; :data:`MAX_VOID_LOOKUPS` are allowed
    :ivar costs: the terms of the domain's own record that asked DNS, with the number
        of look-ups, those of included records among them
    :ivar explanation: of ``fail``: what the domain wants the sender to be told
    """

    result: SpfResult
    reason: str
    lookups: int = 0
    void_lookups: int = 0
    explanation: str = ""
    params: dict[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    costs: tuple[tuple[str, int], ...] = ()


def evaluate(
    resolver: Resolver,
    ip: str,
    mail_from: str,
    helo: str,
    *,
    time_limit: float = 20.0,
) -> SpfEvaluation:
    """Ask whether a host may send for a domain (RFC 7208 4).

    >>> from .resolver import MemoryResolver
    >>> dns = MemoryResolver({
    ...     "example.com": {"TXT": ["v=spf1 include:spf.example.net -all"]},
    ...     "spf.example.net": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ~all"]},
    ... })
    >>> good = evaluate(dns, "192.0.2.7", "ann@example.com", "mx.example.net")
    >>> good.result.value, good.path
    ('pass', ('include:spf.example.net', 'ip4:192.0.2.0/24'))
    >>> bad = evaluate(dns, "198.51.100.1", "ann@example.com", "mx.example.org")
    >>> bad.result.value, bad.path, bad.lookups
    ('fail', ('-all',), 1)

    :param ip: address of the host that sends, IPv4 or IPv6
    :param mail_from: envelope sender, its domain in A-labels; empty for a bounce, then
        the name from HELO is checked (RFC 7208 2.4)
    :param helo: name that the host gave
    :param time_limit: seconds; the RFC wants at least 20 (4.6.4)
    :raise ValueError: when ``ip`` is no address
    """
    local, _at, domain = (mail_from or f"postmaster@{helo}").rpartition("@")
    return _Check(
        resolver,
        _plain(ip_address(ip)),
        local=local or "postmaster",
        domain=domain.removesuffix("."),
        helo=helo,
        deadline=time.monotonic() + time_limit,
    ).run()


class _Stop(Exception):
    """The evaluation ends here, whatever record it is in."""

    def __init__(self, result: SpfResult, reason: str, **params: str):
        super().__init__(result, reason)
        self.result = result
        self.reason = reason
        self.params = params


@dataclass
class _Verdict:
    """What the record of one domain says; ``record`` is the one that said it."""

    result: SpfResult
    reason: str
    domain: str
    path: tuple[str, ...] = ()
    record: SpfRecord | None = None


_RESULTS = {
    Qualifier.PASS: SpfResult.PASS,
    Qualifier.FAIL: SpfResult.FAIL,
    Qualifier.SOFTFAIL: SpfResult.SOFTFAIL,
    Qualifier.NEUTRAL: SpfResult.NEUTRAL,
}


class _Check:
    """One evaluation: the mail, and what has been used up so far."""

    def __init__(
        self,
        resolver: Resolver,
        ip: IPv4Address | IPv6Address,
        *,
        local: str,
        domain: str,
        helo: str,
        deadline: float,
    ):
        self._resolver = resolver
        self._ip = ip
        self._address_type = "A" if ip.version == 4 else "AAAA"
        self._domain = domain
        self._deadline = deadline
        self._lookups = 0
        self._void_lookups = 0
        self._costs: list[tuple[str, int]] = []
        self._depth = 0
        nibbles = ip.exploded.replace(":", "").upper()
        #: Values of the macro letters that stay the same (RFC 7208 7.2).
        self._values = {
            "s": f"{local}@{domain}",
            "l": local,
            "o": domain,
            "i": str(ip) if ip.version == 4 else ".".join(nibbles),
            "v": "in-addr" if ip.version == 4 else "ip6",
            "h": helo,
            "c": str(ip),
            "t": str(int(time.time())),
            # The name of the receiving host: nobody receives anything here.
            "r": _UNKNOWN_NAME,
        }

    def run(self) -> SpfEvaluation:
        params: dict[str, str] = {}
        path: tuple[str, ...] = ()
        explanation = ""
        try:
            verdict = self._check_domain(self._domain)
            result, reason, path = verdict.result, verdict.reason, verdict.path
            params = {"domain": verdict.domain}
            if result is SpfResult.FAIL:
                explanation = self._explain(verdict)
        except _Stop as stop:
            result, reason, params = stop.result, stop.reason, stop.params
        return SpfEvaluation(
            result,
            reason,
            self._lookups,
            self._void_lookups,
            explanation,
            params,
            path,
            tuple(self._costs),
        )

    # Records

    def _check_domain(self, domain: str) -> _Verdict:
        if not is_domain(domain):
            return _Verdict(SpfResult.NONE, "bad_domain", domain)
        record = self._fetch_record(domain)
        if record is None:
            return _Verdict(SpfResult.NONE, "no_record", domain)
        for mechanism in record.mechanisms:
            path = self._try(mechanism, domain)
            if path is not None:
                result = _RESULTS[mechanism.qualifier]
                return _Verdict(result, "matched", domain, path, record)
        if redirect := record.modifier("redirect"):
            return self._enter(f"redirect={redirect}", redirect, domain)
        return _Verdict(SpfResult.NEUTRAL, "no_match", domain, (), record)

    def _fetch_record(self, domain: str) -> SpfRecord | None:
        answer = self._ask(domain, "TXT")
        texts = [text for text in answer.records if is_spf(text)]
        if not texts:
            return None
        if len(texts) > 1:
            raise _Stop(SpfResult.PERMERROR, "several_records", domain=domain)
        try:
            return SpfRecord.parse(texts[0])
        except RecordSyntaxError as error:
            raise _Stop(
                SpfResult.PERMERROR, "syntax", domain=domain, detail=str(error)
            ) from error

    def _enter(self, term: str, target: MacroString, domain: str) -> _Verdict:
        """Evaluate the record that an include or a redirect points to."""
        before = self._lookups
        self._count_lookup(term, domain)
        name = self._expand(target, domain)
        self._depth += 1
        try:
            verdict = self._check_domain(name)
        finally:
            self._depth -= 1
            self._note_cost(term, before)
        if verdict.result is SpfResult.NONE:
            raise _Stop(
                SpfResult.PERMERROR, "no_included_record", domain=name, term=term
            )
        verdict.path = (term, *verdict.path)
        return verdict

    # Mechanisms

    def _try(self, mechanism: SpfMechanism, domain: str) -> tuple[str, ...] | None:
        """The path to the match, None when there is none."""
        term = str(mechanism)
        if mechanism.name == "all":
            return (term,)
        if mechanism.network:
            return (term,) if self._ip in mechanism.network else None
        if mechanism.name == "include":
            verdict = self._enter(term, mechanism.domain, domain)
            return verdict.path if verdict.result is SpfResult.PASS else None
        before = self._lookups
        self._count_lookup(term, domain)
        try:
            name = domain
            if mechanism.domain:
                name = self._expand(mechanism.domain, domain)
            if not is_name(name):
                return None
            return (term,) if self._matches(mechanism, name) else None
        finally:
            self._note_cost(term, before)

    def _matches(self, mechanism: SpfMechanism, name: str) -> bool:
        """Whether a mechanism that asks DNS matches (RFC 7208 5.3 to 5.7)."""
        if mechanism.name == "mx":
            return self._matches_mx(mechanism, name)
        if mechanism.name == "ptr":
            self._count_void(self._reverse_answer)
            return any(_is_at_or_below(own, name) for own in self._own_names)
        if mechanism.name == "exists":
            # A also for mail that comes over IPv6.
            return bool(self._ask_counting_voids(name, "A").records)
        answer = self._ask_counting_voids(name, self._address_type)
        return self._is_among(answer, mechanism)

    def _matches_mx(self, mechanism: SpfMechanism, name: str) -> bool:
        answer = self._ask_counting_voids(name, "MX")
        if len(answer.records) > MAX_HOSTS:
            raise _Stop(
                SpfResult.PERMERROR, "too_many_hosts", domain=name, term=str(mechanism)
            )
        hosts = [record.partition(" ")[2] for record in answer.records]
        questions = [(host, self._address_type) for host in hosts if is_name(host)]
        answers = self._resolver.resolve_many(questions)
        return any(
            self._is_among(self._usable(answers[question]), mechanism)
            for question in questions
        )

    def _is_among(self, answer: Answer, mechanism: SpfMechanism) -> bool:
        prefix = mechanism.prefix4 if self._ip.version == 4 else mechanism.prefix6
        return any(
            self._ip in ip_network((address, prefix), strict=False)
            for address in answer.records
        )

    # DNS

    def _ask(self, name: str, rdtype: str) -> Answer:
        if time.monotonic() > self._deadline:
            raise _Stop(SpfResult.TEMPERROR, "time_limit", domain=name, type=rdtype)
        return self._usable(self._resolver.resolve(name, rdtype))

    def _ask_counting_voids(self, name: str, rdtype: str) -> Answer:
        answer = self._ask(name, rdtype)
        self._count_void(answer)
        return answer

    def _usable(self, answer: Answer) -> Answer:
        if answer.status is AnswerStatus.UNKNOWN:
            raise _Stop(
                SpfResult.TEMPERROR,
                "dns",
                domain=answer.name,
                type=answer.type,
                detail=answer.reason,
            )
        return answer

    @cached_property
    def _reverse_answer(self) -> Answer:
        return self._resolver.resolve(self._ip.reverse_pointer, "PTR")

    @cached_property
    def _own_names(self) -> list[str]:
        """The names of the host that also lead back to it (RFC 7208 5.5). Whatever DNS
        does not tell is left out: that is no error here."""
        names = [name for name in self._reverse_answer.records if is_name(name)]
        questions = [(name, self._address_type) for name in names[:MAX_HOSTS]]
        answers = self._resolver.resolve_many(questions)
        return [
            question[0]
            for question in questions
            if any(
                ip_address(address) == self._ip for address in answers[question].records
            )
        ]

    # Limits

    def _count_lookup(self, term: str, domain: str) -> None:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            raise _Stop(
                SpfResult.PERMERROR, "too_many_lookups", domain=domain, term=term
            )

    def _count_void(self, answer: Answer) -> None:
        if answer.status in (AnswerStatus.NO_NAME, AnswerStatus.NO_DATA):
            self._void_lookups += 1
        if self._void_lookups > MAX_VOID_LOOKUPS:
            raise _Stop(
                SpfResult.PERMERROR,
                "too_many_void_lookups",
                domain=answer.name,
                type=answer.type,
            )

    def _note_cost(self, term: str, before: int) -> None:
        if self._depth == 0:
            self._costs.append((term, self._lookups - before))

    # Macros

    def _expand(self, text: MacroString, domain: str) -> str:
        """Fill in a domain-spec; of a name that is too long the left labels go (RFC
        7208 7.3)."""
        name = text.expand(lambda letter: self._value(letter, domain)).removesuffix(".")
        while len(name) > MAX_NAME_LENGTH and "." in name:
            name = name.partition(".")[2]
        return name

    def _value(self, letter: str, domain: str) -> str:
        """The value of a macro letter in a record of ``domain``."""
        if letter == "d":
            return domain
        if letter == "p":
            return self._best_own_name(domain)
        return self._values[letter]

    def _best_own_name(self, domain: str) -> str:
        names = self._own_names
        same = [name for name in names if name.lower() == domain.lower()]
        below = [name for name in names if _is_at_or_below(name, domain)]
        return next(iter([*same, *below, *names]), _UNKNOWN_NAME)

    def _explain(self, verdict: _Verdict) -> str:
        """The domain's own words about a fail; empty when they cannot be had (RFC 7208
        6.2)."""
        target = verdict.record.modifier("exp") if verdict.record else None
        if target is None:
            return ""
        name = self._expand(target, verdict.domain)
        if not is_name(name):
            return ""
        answer = self._resolver.resolve(name, "TXT")
        if len(answer.records) != 1:
            return ""
        try:
            text = MacroString.parse_explanation(answer.records[0])
        except RecordSyntaxError:
            return ""
        return text.expand(lambda letter: self._value(letter, verdict.domain))


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that came dressed as IPv6 without that dress (RFC 7208 5)."""
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def is_name(name: str) -> bool:
    """Whether DNS can be asked about it."""
    labels = name.split(".")
    return (
        name.isascii()
        and len(name) <= MAX_NAME_LENGTH
        and all(0 < len(label) <= MAX_LABEL_LENGTH for label in labels)
    )


def is_domain(name: str) -> bool:
    """Whether it can have a record of its own: two labels at least (RFC 7208 4.3)."""
    return is_name(name) and "." in name


def _is_at_or_below(name: str, domain: str) -> bool:
    name, domain = name.lower(), domain.lower()
    return name == domain or name.endswith("." + domain)
