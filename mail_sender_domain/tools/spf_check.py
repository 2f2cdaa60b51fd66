# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Judges a published SPF record by what it does: does it let the platform send, what
does it say about strangers, and what does it cost?"""

from __future__ import annotations

from .check_result import CheckResult, ok, unknown, wrong
from .errors import RecordSyntaxError
from .expected_records import ExpectedRecord, PlatformNetwork, Purpose
from .resolver import Answer, Resolver
from .spf import SpfEvaluation, SpfRecord, SpfResult, evaluate, find_spf, has_include
from .spf_budget import measure
from .spf_evaluator import MAX_HOSTS, MAX_LOOKUPS, MAX_VOID_LOOKUPS
from .spf_record import Qualifier

#: An address that nobody sends from (RFC 1112, section 4): what SPF says about it, it
#: says about strangers.
_STRANGER = "240.0.0.1"


class SpfCheck:
    """Judges SPF records.

    :param dns: what to ask
    :param platform: what the records have to let pass
    """

    def __init__(self, dns: Resolver, platform: PlatformNetwork):
        self._dns = dns
        self._platform = platform

    def judge(self, record: ExpectedRecord, text: str) -> CheckResult:
        """Judge the only SPF record at a host.

        :raise RecordSyntaxError: as :meth:`.spf_record.SpfRecord.parse`
        """
        published = SpfRecord.parse(text)
        if self._platform.addresses:
            return self._judge_addresses(record, published, (text,))
        if self._platform.spf_include:
            return self._judge_include(record, published, (text,))
        return self._judge_strangers(record, published, (text,))

    def _judge_addresses(
        self, record: ExpectedRecord, published: SpfRecord, found: tuple[str, ...]
    ) -> CheckResult:
        """The record has to let the first and the last address of each network send."""
        ends = (end for net in self._platform.networks() for end in (net[0], net[-1]))
        for address in dict.fromkeys(map(str, ends)):
            spf = self._evaluate(address, record.host)
            if spf.result is SpfResult.TEMPERROR:
                reason = spf.params.get("detail", spf.reason)
                return unknown(record, reason, found)
            if spf.result is SpfResult.PERMERROR:
                code, params = self._permerror(spf, record.host, published)
                return wrong(record, found, code, **params)
            if spf.result is not SpfResult.PASS:
                params = {"address": address, "result": spf.result.value}
                return wrong(record, found, "not_authorised", **params)
        return self._judge_strangers(record, published, found, is_proven=True)

    def _judge_include(
        self, record: ExpectedRecord, published: SpfRecord, found: tuple[str, ...]
    ) -> CheckResult:
        """The record has to contain the platform's include or lead to it."""
        include = self._platform.spf_include
        todo, seen, reason = [published], set(), ""
        while todo:
            current = todo.pop(0)
            names = _included_names(current)
            if has_include(current, include) or include in names:
                return self._judge_strangers(record, published, found)
            for name in names[: MAX_LOOKUPS - len(seen)]:
                if name not in seen:
                    seen.add(name)
                    answer = self._dns.resolve(name, "TXT")
                    reason = reason or answer.reason
                    todo.extend(_parsed_spf(answer))
        if reason:
            return unknown(record, reason, found)
        return wrong(record, found, "include_missing", include=include)

    def _judge_strangers(
        self,
        record: ExpectedRecord,
        published: SpfRecord,
        found: tuple[str, ...],
        is_proven: bool = False,
    ) -> CheckResult:
        """Walk through the whole record, which an address of ours may leave early.

        :param is_proven: our addresses pass; then a fault behind them does no harm in
            the return path, where nobody else sends
        """
        spf = self._evaluate(_STRANGER, record.host)
        match spf.result:
            case SpfResult.PASS if len(spf.path) > 1:
                return ok(record, found, "generous_include", term=spf.path[0])
            case SpfResult.PASS:
                return ok(record, found, "allows_everyone")
            case SpfResult.NEUTRAL:
                return ok(record, found, "neutral_all")
            case SpfResult.PERMERROR:
                code, params = self._permerror(spf, record.host, published)
                if is_proven and record.purpose is Purpose.RETURN_PATH_SPF:
                    return ok(record, found, code, **params)
                return wrong(record, found, code, **params)
        return ok(record, found)

    def _evaluate(self, address: str, domain: str) -> SpfEvaluation:
        return evaluate(self._dns, address, f"postmaster@{domain}", domain)

    def _permerror(
        self, spf: SpfEvaluation, host: str, published: SpfRecord
    ) -> tuple[str, dict[str, str | int]]:
        """The code and parameters for a record that cannot be evaluated."""
        code, params = spf.reason, dict(spf.params)
        match code:
            case "too_many_lookups":
                # The evaluation stopped at the limit; here all is counted.
                budget = measure(self._dns, host, published)
                costs = ", ".join(f"{term}: {count}" for term, count in budget.costs)
                return code, {"limit": MAX_LOOKUPS, "costs": costs}
            case "too_many_void_lookups":
                return code, {"limit": MAX_VOID_LOOKUPS}
            case "too_many_hosts":
                return code, {"limit": MAX_HOSTS, "term": params["term"]}
            case "no_included_record" if params["term"] in map(str, published.terms):
                return code, {"term": params["term"], "domain": params["domain"]}
            case _:
                return "included_record", {"domain": params["domain"], "error": code}


def _included_names(record: SpfRecord) -> list[str]:
    """The domains whose records count as part of this one; none that vary by mail."""
    targets = [
        mechanism.domain
        for mechanism in record.mechanisms
        if mechanism.name == "include" and mechanism.qualifier is Qualifier.PASS
    ]
    if not any(mechanism.name == "all" for mechanism in record.mechanisms):
        targets.append(record.modifier("redirect"))
    names = (str(target).removesuffix(".").lower() for target in targets if target)
    return [name for name in names if "%" not in name]


def _parsed_spf(answer: Answer) -> list[SpfRecord]:
    try:
        return [SpfRecord.parse(text) for text in find_spf(answer)]
    except RecordSyntaxError:
        return []
