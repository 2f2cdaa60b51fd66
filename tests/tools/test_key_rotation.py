# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys follow one another without a gap."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tools.key_rotation import (
    INTERVAL,
    KEEP,
    SETTLE,
    Key,
    NewKey,
    Stage,
    move,
    plan,
    see,
)

NOW = datetime(2026, 11, 22, 12, 0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATELY = NOW - 10 * DAY
LONG_AGO = NOW - INTERVAL


def key(selector, stage, since=LATELY, published=LATELY, **more):
    return Key(selector, Stage(stage), since, published, **more)


B = key("b", "active")


def moves(*keys, now=NOW, **options):
    found = plan(keys, now, **options).moves
    return {selector: stage.value for selector, stage in found.items()}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], {}),
        # The first key signs from the moment its record was seen.
        ([key("a", "pending", published=None)], {}),
        ([key("a", "pending", published=NOW)], {"a": "active"}),
        ([key("a", "pending", published=NOW, is_reserve=True)], {"a": "active"}),
        ([key("a", "active")], {}),
        ([key("a", "active", LONG_AGO)], {}),
        # A newer key takes over when its record has settled.
        ([key("a", "active"), key("b", "pending", published=None)], {}),
        ([key("a", "active"), key("b", "pending", published=NOW - 0.9 * HOUR)], {}),
        (
            [key("a", "active"), key("b", "pending", published=NOW - SETTLE)],
            {"a": "retiring", "b": "active"},
        ),
        # A reserve waits until the other one is a year old.
        ([key("a", "active"), key("b", "pending", is_reserve=True)], {}),
        (
            [key("a", "active", LONG_AGO), key("b", "pending", is_reserve=True)],
            {"a": "retiring", "b": "active"},
        ),
        # Only one key takes over, and only for its own algorithm.
        (
            [key("a", "active"), key("b", "pending"), key("c", "pending")],
            {"a": "retiring", "b": "active"},
        ),
        (
            [key("a", "active"), key("b", "pending", algorithm="ed25519")],
            {"b": "active"},
        ),
        ([key("a", "active"), key("b", "active", algorithm="ed25519")], {}),
        ([key("a", "active", LONG_AGO), key("b", "active")], {"a": "retiring"}),
        # It may be removed a week after the last signature.
        ([B, key("a", "retiring", NOW - KEEP)], {"a": "retired"}),
        ([B, key("a", "retiring", NOW - 6.9 * DAY)], {}),
        (
            [B, key("a", "retiring", LONG_AGO, last_signature=NOW - KEEP)],
            {"a": "retired"},
        ),
        ([B, key("a", "retiring", LONG_AGO, last_signature=NOW - 6.9 * DAY)], {}),
        ([B, key("a", "retired", LONG_AGO)], {}),
        # When the record of the key that signs is gone, another one helps out.
        ([key("a", "active", published=None)], {}),
        (
            [key("a", "active", published=None), key("b", "retiring")],
            {"a": "pending", "b": "active"},
        ),
        (
            [key("a", "active", published=None), key("b", "pending", published=NOW)],
            {"a": "pending", "b": "active"},
        ),
        (
            [key("a", "active", published=None), key("b", "pending", is_reserve=True)],
            {"a": "pending", "b": "active"},
        ),
        (
            [
                key("a", "active", published=None),
                key("b", "retiring", NOW, published=None),
            ],
            {},
        ),
        # And when there is none at all, the one that was on its way out comes back.
        ([key("a", "retiring"), key("b", "retired")], {"a": "active"}),
        ([key("a", "retiring", published=None)], {"a": "retired"}),
    ],
)
def test_moves(keys, expected):
    assert moves(*keys) == expected


@pytest.mark.parametrize(
    ("keys", "slots", "expected"),
    [
        ([key("a", "active")], (), []),
        ([key("a", "active", LONG_AGO)], (), [NewKey("rsa")]),
        ([key("a", "active", LONG_AGO), key("b", "pending", published=None)], (), []),
        (
            [
                key("a", "active", LONG_AGO),
                key("b", "active", LONG_AGO, algorithm="ed25519"),
            ],
            (),
            [NewKey("rsa"), NewKey("ed25519")],
        ),
        ([], ("a", "b"), [NewKey("rsa", "a"), NewKey("rsa", "b", True)]),
        ([key("a", "active")], ("a", "b"), [NewKey("rsa", "b", True)]),
        ([key("a", "active"), key("b", "retiring", NOW)], ("a", "b"), []),
        (
            [key("a", "active"), key("b", "retiring", NOW - KEEP)],
            ("a", "b"),
            [NewKey("rsa", "b", True)],
        ),
        ([key("a", "active", LONG_AGO), key("b", "pending", NOW)], ("a", "b"), []),
    ],
)
def test_new_keys(keys, slots, expected):
    assert list(plan(keys, NOW, slots=slots).create) == expected


def test_an_interval_of_its_own():
    assert plan([key("a", "active")], NOW, interval=10 * DAY).create
    assert not plan([key("a", "active")], NOW, interval=11 * DAY).create


def test_who_signs_and_what_may_go():
    found = plan(
        [
            key("a", "active"),
            key("b", "pending"),
            key("c", "active", algorithm="ed25519"),
            key("d", "retiring", NOW - KEEP),
            key("e", "retired"),
            key("f", "retiring", NOW),
        ],
        NOW,
    )
    assert found.signing == ("b", "c")
    assert found.removable == ("d", "e")


def test_times_with_a_zone():
    since = LONG_AGO.replace(tzinfo=UTC)
    assert plan([key("a", "active", since, since)], NOW.replace(tzinfo=UTC)).create


@pytest.mark.parametrize(
    ("published_since", "is_published", "expected"),
    [
        (None, True, NOW),
        (LATELY, True, LATELY),
        (LATELY, False, None),
        (LATELY, None, LATELY),
        (None, None, None),
    ],
)
def test_no_answer_changes_nothing(published_since, is_published, expected):
    seen = see(key("a", "active", published=published_since), NOW, is_published)
    assert seen.published_since == expected


STAGES = st.sampled_from(Stage)
TIMES = st.timedeltas(timedelta(0), timedelta(days=800)).map(lambda ago: NOW - ago)
KEYS = st.lists(
    st.builds(
        Key,
        st.sampled_from("abcdef"),
        STAGES,
        TIMES,
        st.none() | TIMES,
        st.none() | TIMES,
        st.sampled_from(["rsa", "ed25519"]),
        st.booleans(),
    ),
    unique_by=lambda key: key.selector,
    max_size=5,
)


@given(KEYS)
def test_a_plan_never_leaves_mail_unsigned(keys):
    found = plan(keys, NOW)
    for algorithm in ("rsa", "ed25519"):
        same = [key for key in keys if key.algorithm == algorithm]
        signing = [key for key in same if key.selector in found.signing]
        if any(key.stage is Stage.ACTIVE for key in same):
            assert len(signing) == 1
        if any(key.published_since for key in signing):
            continue
        # Only when nothing published is left.
        living = [key for key in same if key.stage is not Stage.RETIRED]
        assert not any(key.published_since for key in living)


@given(KEYS)
def test_a_plan_that_was_carried_out_is_done(keys):
    first = plan(keys, NOW)
    moved = list(move(keys, first.moves, NOW))
    second = plan(moved, NOW)
    assert not any(
        (stage, first.moves.get(selector)) == (Stage.RETIRED, Stage.RETIRING)
        for selector, stage in second.moves.items()
    )
    assert plan(list(move(moved, second.moves, NOW)), NOW).signing == second.signing


@dataclass
class World:
    """A domain whose administrator is slow and whose DNS sometimes keeps silent.

    :ivar published: selector -> the key whose record is there
    """

    random: Random
    slots: tuple[str, ...] = ()
    now: datetime = NOW
    keys: list[Key] = field(default_factory=list)
    published: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    to_publish: list[tuple[datetime, str, int]] = field(default_factory=list)
    outage_until: datetime = NOW
    signed: list[tuple[datetime, str, int]] = field(default_factory=list)
    made: int = 0

    def make(self, new: NewKey) -> None:
        self.made += 1
        selector = new.selector or f"odoo{self.made}"
        self.keys = [key for key in self.keys if key.selector != selector]
        self.keys.append(
            Key(selector, Stage.PENDING, self.now, is_reserve=new.is_reserve)
        )
        self.numbers[selector] = self.made
        # The platform publishes at once what the domain has aliases for.
        delay = HOUR if self.slots else self.random.uniform(0, 20) * DAY
        self.to_publish.append((self.now + delay, selector, self.made))

    def pass_time(self, pause: timedelta) -> None:
        self.now += pause
        for item in [item for item in self.to_publish if item[0] <= self.now]:
            self.to_publish.remove(item)
            self.published[item[1]] = item[2]
        if self.now >= self.outage_until and self.random.random() < 0.005:
            self.outage_until = self.now + self.random.uniform(0, 5) * DAY
        self.check()
        self.rotate()
        self.send()

    def check(self) -> None:
        is_silent = self.now < self.outage_until or self.random.random() < 0.1
        for index, one in enumerate(self.keys):
            is_there = self.published.get(one.selector) == self.numbers[one.selector]
            self.keys[index] = see(one, self.now, None if is_silent else is_there)

    def rotate(self) -> None:
        found = plan(self.keys, self.now, slots=self.slots)
        self.keys = list(move(self.keys, found.moves, self.now))
        for selector in found.removable:
            # The administrator removes what may be removed, at the worst moment: now.
            self.published.pop(selector, None)
        self.keys = [key for key in self.keys if key.stage is not Stage.RETIRED]
        for new in found.create:
            self.make(new)

    def send(self) -> None:
        for index, one in enumerate(self.keys):
            if one.stage is Stage.ACTIVE:
                number = self.numbers[one.selector]
                self.keys[index] = replace(one, last_signature=self.now)
                self.signed.append((self.now, one.selector, number))

    def verify(self) -> None:
        """All mail of the last week can be verified, whenever it arrives."""
        self.signed = [mail for mail in self.signed if self.now - mail[0] < 7 * DAY]
        for _time, selector, number in self.signed:
            assert self.published.get(selector) == number


# A world that goes wrong is not worth an hour of looking for a smaller one.
@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.integers(0, 2**32), st.sampled_from([(), ("odoo1", "odoo2")]))
def test_years_without_an_unsigned_hour(seed, slots):
    world = World(Random(seed), slots)
    for new in plan([], NOW, slots=slots).create or (NewKey("rsa"),):
        world.make(new)
    is_signing = False
    while world.now < NOW + 3 * INTERVAL:
        world.pass_time(3 * HOUR)
        world.verify()
        signed_now = [mail for mail in world.signed if mail[0] == world.now]
        is_signing = is_signing or bool(signed_now)
        assert len(signed_now) == is_signing
        (active,) = [key for key in world.keys if key.stage is Stage.ACTIVE] or [None]
        # The administrator is late by up to 20 days, DNS by up to some outages.
        assert active is None or world.now - active.since < INTERVAL + 50 * DAY
    assert world.made >= 3
    assert is_signing
