# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When to check a domain next.

Whoever waits for records gets to know within a minute, whoever waits for days within an
hour. A domain that is right is checked once a day, each at a time of its own, so that
many domains make no rush hour.

>>> noon = datetime(2026, 11, 22, 12, 0)
>>> next_check("example.com", DomainState.PENDING, noon, noon) - noon
datetime.timedelta(seconds=60)
>>> yesterday = noon - timedelta(days=1)
>>> next_check("example.com", DomainState.PENDING, noon, yesterday) - noon
datetime.timedelta(seconds=3600)
>>> next_check("example.com", DomainState.VERIFIED, noon, noon)
datetime.datetime(2026, 11, 23, 8, 51, 49)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from .domain_state import DomainState

#: The shortest and the longest pause while something has to change.
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
#: A pause is this part of the time that was waited already.
SHARE = 10
#: Who waited so long no longer looks every hour.
PATIENCE = timedelta(days=30)
DAY = timedelta(days=1)


def next_check(
    name: str, state: DomainState, last_check: datetime, since: datetime
) -> datetime:
    """When to check a domain next. Times are all naive or all aware.

    :param name: of the domain; decides about its time of the day
    :param since: when the domain began to wait: when it was added or its expected
        records changed, or since when it is in trouble
    """
    waited = last_check - since
    if state is DomainState.VERIFIED or waited >= PATIENCE:
        return _next_turn(name, last_check)
    return last_check + min(max(waited / SHARE, SHORTEST), LONGEST)


def _next_turn(name: str, last_check: datetime) -> datetime:
    """The domain's time of the day, half a day from now at least."""
    midnight = last_check.replace(hour=0, minute=0, second=0, microsecond=0)
    digest = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
    turn = midnight + timedelta(seconds=digest % int(DAY.total_seconds()))
    while turn - last_check < DAY / 2:
        turn += DAY
    return turn
