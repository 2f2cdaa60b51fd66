# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Putting an include into an SPF record without harm to those who send already.

The include comes first, so it is evaluated for every mail. Mail that it does not let
pass meets the old record behind it, and gets the verdict that it got before, if the
include itself can be evaluated and the limits of RFC 7208 4.6.4 still hold.

>>> from .resolver import MemoryResolver
>>> dns = MemoryResolver({"spf.example.net": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}})
>>> plan_merge(dns, "example.com", "v=spf1 mx -all", "spf.example.net")
'v=spf1 include:spf.example.net mx -all'
>>> plan_merge(dns, "example.com", "v=spf1 mx -all", "gone.example.net")
Traceback (most recent call last):
    ...
tools.errors.SpfMergeError: gone.example.net cannot be evaluated \
(no_included_record: gone.example.net)
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import SpfMergeError
from .resolver import Resolver
from .spf import merge_include
from .spf_budget import SpfBudget, SpfFault, measure
from .spf_evaluator import MAX_LOOKUPS, MAX_VOID_LOOKUPS
from .spf_mend import single_spf
from .spf_record import SpfRecord


@dataclass(frozen=True)
class SpfPlan:
    """What the SPF record of a domain is to become.

    :ivar value: its text; empty where the include cannot be added
    :ivar error: why it cannot
    """

    value: str = ""
    error: SpfMergeError | None = None


def plan_apex(
    resolver: Resolver, domain: str, found: tuple[str, ...], include: str
) -> SpfPlan:
    """Plan the one SPF record of a domain, whatever it has now.

    Of several records, or of one with errors, one is made that receivers can read.

    >>> from .resolver import MemoryResolver
    >>> dns = MemoryResolver({"spf.example.net": {"TXT": ["v=spf1 -all"]}})
    >>> found = ("v=spf1 mx -all", "v=spf1 a ~all")
    >>> plan_apex(dns, "example.com", found, "spf.example.net").value
    'v=spf1 include:spf.example.net mx a ~all'

    :param domain: whose record it is, A-labels
    :param found: its SPF records (:func:`.spf.find_spf`)
    :param include: the domain to include
    """
    try:
        return SpfPlan(plan_merge(resolver, domain, single_spf(found), include))
    except SpfMergeError as error:
        return SpfPlan(error=error)


def plan_merge(
    resolver: Resolver, domain: str, existing: str | None, include: str
) -> str:
    """Extend the SPF record of a domain, if that keeps every other verdict.

    What makes the old record invalid for some mail already does not stand in the way.

    :param domain: whose record it is, A-labels
    :param existing: its text, None when there is none
    :param include: the domain to include
    :return: the record to publish; ``existing`` itself when it has the include
    :raise SpfMergeError: as :func:`.spf.merge_include`; ``unusable_include``: the
        included record is missing or wrong; ``too_many_lookups`` or
        ``too_many_void_lookups``: no room is left; ``varies`` or ``no_answer``: what
        the old record costs cannot be known
    """
    merged = merge_include(existing, include)
    if merged == existing:
        return merged
    record = SpfRecord.parse(merged)
    budget = measure(resolver, domain, record)
    for fault in budget.faults:
        _check_fault(fault, str(record.terms[0]), include)
    _check_limits(budget, include)
    return merged


def _check_fault(fault: SpfFault, own_term: str, include: str) -> None:
    if fault.code == "no_answer":
        raise SpfMergeError("no_answer", **fault.params)
    if fault.code == "varies":
        raise SpfMergeError("varies", term=fault.term)
    if fault.term == own_term:
        raise SpfMergeError(
            "unusable_include",
            include=include,
            detail=fault.code,
            domain=fault.params["domain"],
        )


def _check_limits(budget: SpfBudget, include: str) -> None:
    if budget.lookups > MAX_LOOKUPS:
        raise SpfMergeError(
            "too_many_lookups",
            include=include,
            count=budget.lookups,
            limit=MAX_LOOKUPS,
            costs=", ".join(f"{term}: {count}" for term, count in budget.costs),
        )
    if budget.void_lookups > MAX_VOID_LOOKUPS:
        raise SpfMergeError(
            "too_many_void_lookups",
            include=include,
            count=budget.void_lookups,
            limit=MAX_VOID_LOOKUPS,
        )
