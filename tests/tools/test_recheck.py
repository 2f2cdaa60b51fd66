# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks are dense while somebody waits, and spread out over the day otherwise."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.domain_state import DomainState
from tools.recheck import DAY, LONGEST, PATIENCE, SHORTEST, next_check

NOW = datetime(2026, 11, 22, 12, 0)
WAITING = [state for state in DomainState if state is not DomainState.VERIFIED]


@pytest.mark.parametrize(
    ("waited", "minutes"),
    [
        (timedelta(0), 1),
        (timedelta(minutes=10), 1),
        (timedelta(minutes=30), 3),
        (timedelta(hours=5), 30),
        (timedelta(hours=10), 60),
        (timedelta(days=29), 60),
    ],
)
@pytest.mark.parametrize("state", WAITING)
def test_pauses_grow_from_a_minute_to_an_hour(state, waited, minutes):
    pause = next_check("example.com", state, NOW, NOW - waited) - NOW
    assert pause == timedelta(minutes=minutes)


def test_a_day_of_waiting_takes_few_checks():
    now, checks = NOW, 0
    while now < NOW + DAY:
        now = next_check("example.com", DomainState.PENDING, now, NOW)
        checks += 1
    assert checks < 70


@pytest.mark.parametrize("state", WAITING)
def test_who_waited_for_long_is_checked_once_a_day(state):
    following = next_check("example.com", state, NOW, NOW - PATIENCE)
    assert following == next_check("example.com", DomainState.VERIFIED, NOW, NOW)


TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1))


@given(st.text(max_size=20), TIMES)
def test_a_domain_that_is_right_has_a_time_of_the_day(name, last):
    first = next_check(name, DomainState.VERIFIED, last, last)
    second = next_check(name, DomainState.VERIFIED, first, last)
    assert DAY / 2 <= first - last < 1.5 * DAY
    assert second - first == DAY
    assert next_check(name, DomainState.VERIFIED, last, last) == first


@given(st.text(max_size=20), st.sampled_from(DomainState), TIMES, st.timedeltas())
def test_the_next_check_is_never_far_nor_at_once(name, state, last, waited):
    try:
        since = last - waited
    except OverflowError:
        return
    pause = next_check(name, state, last, since) - last
    assert SHORTEST <= pause < 1.5 * DAY
    assert pause <= LONGEST or state is DomainState.VERIFIED or waited >= PATIENCE


def test_many_domains_make_no_rush_hour():
    hours = Counter(
        next_check(f"{number}.example", DomainState.VERIFIED, NOW, NOW).hour
        for number in range(2400)
    )
    assert len(hours) == 24
    assert max(hours.values()) < 200


def test_times_with_a_zone():
    now = NOW.replace(tzinfo=UTC)
    assert next_check("example.com", DomainState.VERIFIED, now, now).tzinfo is UTC
