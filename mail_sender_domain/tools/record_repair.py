# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The exact value to publish instead of what a check found.

A record that is ours alone is replaced by what was expected. The SPF record of the
domain and its DMARC record belong to others as well: of those everything is kept but
the fault.

>>> repair_dmarc("v=DMARC1; p=block; adkim=s")
'v=DMARC1; p=none; adkim=s'
"""

from __future__ import annotations

from dataclasses import replace

from .check_result import CheckResult
from .dmarc import POLICIES, DmarcRecord
from .domain_state import RecordStatus
from .errors import RecordSyntaxError, SpfMergeError
from .expected_records import Purpose
from .record_slips import SLIPS, mend
from .resolver import Resolver
from .spf_budget import measure
from .spf_evaluator import MAX_LOOKUPS, MAX_VOID_LOOKUPS
from .spf_mend import (
    narrow_spf,
    single_spf,
    slim_spf,
    soften_redirect,
)
from .spf_merge import plan_merge
from .spf_record import SpfRecord

#: Right as it is, or nothing that another value would mend: the sentence of the code
#: says what does.
_NO_VALUE_HELPS = {"weak_key", "key_too_short", "inherited", "reports_refused"}
#: What an SPF record without its useless terms may be cured of.
_TOO_COSTLY = {"too_many_lookups", "too_many_void_lookups"}


def repair(result: CheckResult, resolver: Resolver, include: str) -> CheckResult:
    """Say what to publish instead, where that helps.

    :param include: of the platform, empty without
    :return: the result with :attr:`.check_result.CheckResult.instead`; where the
        platform's include has no room in the SPF record of the domain, with the code
        ``no_room``
    """
    if result.status is RecordStatus.UNKNOWN or result.code in _NO_VALUE_HELPS:
        return result
    if result.status is RecordStatus.OK and not result.code:
        return result
    if result.record.purpose is Purpose.SPF:
        return _repair_spf(result, resolver, include)
    instead = result.record.value
    if result.record.purpose is Purpose.DMARC and result.found:
        instead = _repair_dmarc(result)
    return replace(result, instead=_unless_found(result, instead))


def repair_dmarc(text: str) -> str:
    """Mend the policies of a DMARC record that is void because of them; all other tags
    stay as they are."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    tags = {}
    for part in parts[1:]:
        name, _equals, value = part.partition("=")
        tags.setdefault(name.strip().lower(), value.strip())
    if tags.get("sp", "none").lower() not in POLICIES:
        del tags["sp"]
    policy = tags.pop("p", "").lower()
    tags = {"p": policy if policy in POLICIES else "none", **tags}
    return "; ".join([parts[0], *(f"{name}={value}" for name, value in tags.items())])


def _repair_spf(result: CheckResult, resolver: Resolver, include: str) -> CheckResult:
    host = result.record.host
    try:
        base = _spf_base(result)
        if base == "":
            return result
        if result.code in _TOO_COSTLY:
            base = slim_spf(resolver, host, base)
        try:
            merged = plan_merge(resolver, host, base, include)
        except SpfMergeError as error:
            if error.code not in _TOO_COSTLY or not base:
                raise
            base = slim_spf(resolver, host, base)
            merged = plan_merge(resolver, host, base, include)
    except RecordSyntaxError:
        return result
    except SpfMergeError as error:
        if error.code != "too_many_lookups" or result.code != "include_missing":
            return result
        return replace(result, code="no_room", params=error.params)
    if result.code in _TOO_COSTLY and not _fits(resolver, host, merged):
        return result
    return replace(result, instead=_unless_found(result, merged))


def _fits(resolver: Resolver, host: str, text: str) -> bool:
    budget = measure(resolver, host, SpfRecord.parse(text))
    return (
        budget.lookups <= MAX_LOOKUPS
        and budget.void_lookups <= MAX_VOID_LOOKUPS
        and not budget.faults
    )


def _spf_base(result: CheckResult) -> str | None:
    """The SPF record of the domain as far as it is right: what the include is put into.

    :return: None where there is no record; empty where it cannot be mended
    """
    found = result.found
    if result.status is RecordStatus.MISSING:
        return None
    match result.code:
        case "several_records" | "syntax":
            return single_spf(found)
        case "include_missing" | "not_authorised":
            return found[0]
        case code if code in _TOO_COSTLY:
            return found[0]
        case "allows_everyone":
            return narrow_spf(found[0])
        case "neutral_all":
            return soften_redirect(narrow_spf(found[0]))
        case "no_included_record":
            return _without(found[0], str(result.params["term"]))
        case code if code in SLIPS:
            return mend(code, found[0])
    return ""


def _without(text: str, term: str) -> str:
    """An SPF record without a term; empty if the term is in an included record."""
    record = SpfRecord.parse(text)
    terms = tuple(other for other in record.terms if str(other) != term)
    return "" if len(terms) == len(record.terms) else str(SpfRecord(terms))


def _repair_dmarc(result: CheckResult) -> str:
    if result.code in SLIPS:
        return mend(result.code, result.found[0])
    if result.code == "several_records":
        return max(result.found, key=_strictness)
    return repair_dmarc(result.found[0])


def _strictness(text: str) -> int:
    try:
        return POLICIES.index(DmarcRecord.parse(text).policy)
    except RecordSyntaxError:
        return -1


def _unless_found(result: CheckResult, value: str) -> str:
    return "" if result.found == (value,) else value
