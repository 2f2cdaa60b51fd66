# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the statuses of a domain's records to the state of the domain.

Two ideas: no answer is not "missing", and a domain that was verified keeps sending for
a time of grace, in which its records may come back.

>>> noon = datetime(2026, 11, 22, 12, 0)
>>> verified = roll_up(Standing(), [RecordStatus.OK], noon)
>>> verified.state.value
'verified'
>>> late = roll_up(verified, [RecordStatus.MISSING], noon)
>>> late.state.value, may_send(late.state)
('failing', True)
>>> roll_up(late, [RecordStatus.UNKNOWN], noon + GRACE).state.value
'broken'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: How long a domain that was verified may send with records that are not right.
GRACE = timedelta(hours=72)


class RecordStatus(StrEnum):
    """What a check found out about one record."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    #: There was no answer; says nothing about the record.
    UNKNOWN = "unknown"


class DomainState(StrEnum):
    """How a domain stands."""

    #: Never checked.
    DRAFT = "draft"
    #: Checked, and never all right until now.
    PENDING = "pending"
    VERIFIED = "verified"
    #: Was verified; the last check got no answer. In grace.
    UNKNOWN = "unknown"
    #: Was verified; a required record is missing or wrong. In grace.
    FAILING = "failing"
    #: Was verified; the grace is over.
    BROKEN = "broken"


_SENDING = {DomainState.VERIFIED, DomainState.UNKNOWN, DomainState.FAILING}


@dataclass(frozen=True)
class Standing:
    """The state of a domain and since when it has been in trouble.

    :ivar failing_since: time of the first check in an unbroken row of checks that did
        not verify; None unless the state is unknown, failing or broken
    """

    state: DomainState = DomainState.DRAFT
    failing_since: datetime | None = None


def may_send(state: DomainState) -> bool:
    """Whether mail may leave from addresses of a domain in this state."""
    return state in _SENDING


def roll_up(
    previous: Standing,
    statuses: Iterable[RecordStatus],
    now: datetime,
    grace: timedelta = GRACE,
) -> Standing:
    """Judge a domain after a check.

    The grace counts from the first bad check, also when missing records and missing
    answers take turns: otherwise a domain could stay in grace for ever.

    :param previous: how the domain stood before the check
    :param statuses: of the required records; none at all verifies nothing and counts
        as no answer
    :param now: the time of the check, naive or aware as all times given
    :param grace: how long a verified domain may fail
    """
    found = set(statuses)
    if found == {RecordStatus.OK}:
        return Standing(DomainState.VERIFIED)
    if previous.state in (DomainState.DRAFT, DomainState.PENDING):
        return Standing(DomainState.PENDING)
    since = previous.failing_since or now
    if previous.state == DomainState.BROKEN or now - since >= grace:
        return Standing(DomainState.BROKEN, since)
    if found & {RecordStatus.MISSING, RecordStatus.WRONG}:
        return Standing(DomainState.FAILING, since)
    return Standing(DomainState.UNKNOWN, since)
