# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.domain_state import (
    GRACE,
    DomainState,
    RecordStatus,
    Standing,
    may_send,
    roll_up,
)

NOW = datetime(2026, 11, 22, 12, 0)
HOUR = timedelta(hours=1)
ALL_OK = ["ok", "ok"]
WAS_VERIFIED = ["verified", "unknown", "failing", "broken"]


def check(state, since, statuses, now=NOW):
    """Times are given in hours before now."""
    standing = roll_up(
        Standing(DomainState(state), None if since is None else NOW - since * HOUR),
        [RecordStatus(status) for status in statuses],
        now,
    )
    failing_since = standing.failing_since
    return standing.state.value, failing_since and (NOW - failing_since) / HOUR


@pytest.mark.parametrize("state", ["draft", "pending", *WAS_VERIFIED])
def test_all_records_right_verifies_whatever_was_before(state):
    since = 100 if state in WAS_VERIFIED else None
    assert check(state, since, ALL_OK) == ("verified", None)


@pytest.mark.parametrize("state", ["draft", "pending"])
@pytest.mark.parametrize(
    "statuses", [["ok", "missing"], ["wrong"], ["unknown"], ["ok", "unknown"], []]
)
def test_what_was_never_verified_is_pending(state, statuses):
    assert check(state, None, statuses) == ("pending", None)


@pytest.mark.parametrize(
    ("state", "since", "statuses", "expected"),
    [
        ("verified", None, ["ok", "missing"], ("failing", 0)),
        ("verified", None, ["wrong", "ok"], ("failing", 0)),
        ("verified", None, ["ok", "unknown"], ("unknown", 0)),
        ("verified", None, ["unknown", "unknown"], ("unknown", 0)),
        ("verified", None, ["missing", "unknown"], ("failing", 0)),
        ("verified", None, [], ("unknown", 0)),
        ("failing", 71, ["missing"], ("failing", 71)),
        ("failing", 71, ["unknown"], ("unknown", 71)),
        ("failing", 72, ["missing"], ("broken", 72)),
        ("failing", 72, ["unknown"], ("broken", 72)),
        ("unknown", 71, ["unknown"], ("unknown", 71)),
        ("unknown", 71, ["missing"], ("failing", 71)),
        ("unknown", 72, ["unknown"], ("broken", 72)),
        ("unknown", 72, ["wrong"], ("broken", 72)),
        ("broken", 100, ["missing"], ("broken", 100)),
        ("broken", 100, ["unknown"], ("broken", 100)),
        ("broken", 1, ["unknown"], ("broken", 1)),
    ],
)
def test_what_was_verified_keeps_its_grace(state, since, statuses, expected):
    assert check(state, since, statuses) == expected


def test_a_grace_of_its_own():
    before = Standing(DomainState.FAILING, NOW - HOUR)
    after = roll_up(before, [RecordStatus.MISSING], NOW, grace=HOUR)
    assert after.state is DomainState.BROKEN


def test_times_with_a_zone():
    before = Standing(DomainState.FAILING, NOW.replace(tzinfo=UTC) - GRACE)
    after = roll_up(before, [RecordStatus.WRONG], NOW.replace(tzinfo=UTC))
    assert after.state is DomainState.BROKEN


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("draft", False),
        ("pending", False),
        ("verified", True),
        ("unknown", True),
        ("failing", True),
        ("broken", False),
    ],
)
def test_may_send(state, expected):
    assert may_send(DomainState(state)) is expected


CHECKS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(RecordStatus), max_size=3),
        st.timedeltas(timedelta(0), timedelta(days=2)),
    )
)


@given(CHECKS)
def test_in_any_history(checks):
    standing, now, verified_at = Standing(), NOW, None
    for statuses, pause in checks:
        now += pause
        standing = roll_up(standing, statuses, now)
        if standing.state is DomainState.VERIFIED:
            verified_at = now
            assert set(statuses) == {RecordStatus.OK}
        if may_send(standing.state):
            assert verified_at is not None
            assert now - (standing.failing_since or now) < GRACE
        in_trouble = standing.state in ("unknown", "failing", "broken")
        assert (standing.failing_since is not None) is in_trouble
