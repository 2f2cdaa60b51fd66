# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compares the expected records of a domain with what DNS says.

Nothing here raises over what DNS answers, and no answer is a status of its own:
``unknown`` never means that a record is missing or wrong. Records are judged by what
they do and not by their letters: a key by its bytes, SPF by evaluating it, an alias by
where it leads.

>>> from .expected_records import Requirement
>>> from .resolver import MemoryResolver
>>> record = ExpectedRecord(
...     Purpose.RETURN_PATH, "bounce.example.com", "CNAME", "rp.platform.example",
...     Requirement.REQUIRED,
... )
>>> dns = MemoryResolver({"bounce.example.com": {"CNAME": ["rp.other.example"]}})
>>> result, = check_records([record], dns, PlatformNetwork())
>>> result.status.value, result.code, result.found, result.instead
('wrong', 'other_value', ('rp.other.example',), 'rp.platform.example')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .check_result import CODES, CheckResult, missing, wrong
from .domain_state import RecordStatus
from .expected_records import ExpectedRecord, PlatformNetwork, Purpose
from .record_judge import RecordJudge, questions
from .record_places import (
    doubled_hosts,
    find_zone_cut,
    short_hosts,
    zone_questions,
)
from .record_repair import repair
from .record_slips import SLIPS, MendedResolver
from .resolver import RememberingResolver, Resolver

__all__ = ["CODES", "CheckResult", "check_records"]

#: Reasons behind which there may be a slip of the hand.
_MAYBE_SLIPS = {
    "not_found",
    "syntax",
    "other_token",
    "other_key",
    "unusable_key",
    "include_missing",
    "not_authorised",
}
#: Purposes whose values are found nowhere else by right.
_UNIQUE = {Purpose.OWNERSHIP, Purpose.DKIM}


def check_records(
    records: Iterable[ExpectedRecord],
    resolver: Resolver,
    platform: PlatformNetwork,
    tell: Callable[[CheckResult], object] | None = None,
) -> tuple[CheckResult, ...]:
    """Check records; each name is asked for once, and as many as possible at once.

    :param records: as :func:`.expected_records.build_records` made them
    :param platform: what SPF has to let pass
    :param tell: called with each result as soon as it is final: first of all records
        that are right, then of those that had to be looked for
    :return: one result a record, in the same order
    """
    tell = tell or _keep_silent
    checks = _Checks(resolver, platform)
    results = checks.judge(tuple(records))
    for result in filter(_is_final, results):
        tell(result)
    final = []
    for judged, explained in zip(results, checks.explain(results), strict=True):
        final.append(checks.repair(explained))
        if not _is_final(judged):
            tell(final[-1])
    return tuple(final)


def _is_final(result: CheckResult) -> bool:
    """Whether a judgement leaves nothing to explain or to repair."""
    return result.status is RecordStatus.OK and not result.code


def _keep_silent(_result: CheckResult) -> None:
    """Tell nobody."""


class _Checks:
    """The three steps of a check, with answers that are asked for once."""

    def __init__(self, resolver: Resolver, platform: PlatformNetwork):
        self._dns = RememberingResolver(resolver)
        self._platform = platform
        self._judge = RecordJudge(self._dns, platform)

    def judge(self, records: tuple[ExpectedRecord, ...]) -> list[CheckResult]:
        """Compare each record with what is at its host."""
        self._dns.resolve_many(
            question for record in records for question in questions(record)
        )
        return [self._judge.judge(record) for record in records]

    def explain(self, results: list[CheckResult]) -> list[CheckResult]:
        """Find out what happened to records that are missing or wrong."""
        results = [self._find_slip(result) for result in results]
        lost = [result.record for result in results if result.code == "not_found"]
        places = {record: list(_other_places(record)) for record in lost}
        self._dns.resolve_many(
            [
                *zone_questions(record.host for record in lost),
                *(
                    question
                    for moved in places.values()
                    for _code, place in moved
                    for question in questions(place)
                ),
            ]
        )
        return [
            self._find_place(result, places[result.record])
            if result.record in places
            else result
            for result in results
        ]

    def repair(self, result: CheckResult) -> CheckResult:
        """Add the value to publish instead."""
        return repair(result, self._dns, self._platform.spf_include)

    def _find_slip(self, result: CheckResult) -> CheckResult:
        record = result.record
        if record.type != "TXT" or result.code not in _MAYBE_SLIPS:
            return result
        texts = self._dns.resolve(record.host, "TXT").records
        for slip in SLIPS if texts else ():
            dns = MendedResolver(self._dns, record.host, slip)
            mended = RecordJudge(dns, self._platform).judge(record)
            if _is_undone(result, mended):
                return wrong(record, result.found or texts, slip)
        return result

    def _find_place(
        self, result: CheckResult, places: list[tuple[str, ExpectedRecord]]
    ) -> CheckResult:
        for code, place in places:
            found = self._judge.judge(place)
            if found.status is RecordStatus.OK and found.code != "inherited":
                return missing(result.record, code, found_at=place.host)
        if cut := find_zone_cut(self._dns, result.record.host):
            zone, servers = cut
            params = {"zone": zone, "servers": ", ".join(servers)}
            return missing(result.record, "other_zone", **params)
        return result


def _is_undone(result: CheckResult, mended: CheckResult) -> bool:
    """Whether a slip is the reason for a result.

    :param mended: what the result is without it
    """
    if mended.status is RecordStatus.OK:
        return mended.code != "inherited"
    # The record of the domain may be right without letting us send.
    is_unreadable = result.record.purpose is Purpose.SPF and result.code == "syntax"
    return is_unreadable and mended.code != "syntax"


def _other_places(record: ExpectedRecord) -> Iterator[tuple[str, ExpectedRecord]]:
    """Where a missing record may be, with the code that says so."""
    for host in doubled_hosts(record.host):
        yield "doubled_domain", replace(record, host=host)
    if record.purpose in _UNIQUE:
        for host in short_hosts(record.host):
            yield "misplaced", replace(record, host=host)
