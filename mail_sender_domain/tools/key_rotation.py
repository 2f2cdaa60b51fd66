# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of DKIM keys: from pending over active and retiring to retired.

A key signs when its record was seen, and until a newer one signs. It stays published
while mail with its signature may still be on the way, so no mail is ever unsigned, or
signed by a key that nobody can look up.

>>> noon = datetime(2026, 11, 22, 12, 0)
>>> old = Key("odoo1", Stage.ACTIVE, noon - timedelta(days=366), noon)
>>> plan([old], noon).create
(NewKey(algorithm='rsa', selector='', is_reserve=False),)
>>> new = Key("odoo2", Stage.PENDING, noon, published_since=noon - SETTLE)
>>> moves = plan([old, new], noon).moves
>>> moves["odoo1"].value, moves["odoo2"].value
('retiring', 'active')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: How long a key signs before another one takes its place.
INTERVAL = timedelta(days=365)
#: How exactly it is known when a key signed last: that is noted once in this time.
NOTED = timedelta(days=1)
#: How long a record stays published after the last signature that was noted: receivers
#: retry for days.
KEEP = timedelta(days=7) + NOTED
#: How long a record has to be there before another key makes room for it: all name
#: servers of the zone have to know it.
SETTLE = timedelta(hours=1)


class Stage(StrEnum):
    """Where in its life a key is."""

    #: Waits for its record.
    PENDING = "pending"
    #: Signs.
    ACTIVE = "active"
    #: Signs no longer; has to stay published.
    RETIRING = "retiring"
    #: Its record may be removed.
    RETIRED = "retired"


@dataclass(frozen=True)
class Key:
    """What is known about a key. Times are all naive or all aware.

    :ivar since: when it got into its stage
    :ivar published_since: since when each check that got an answer found the record;
        None when the last one did not
    :ivar last_signature: as it was noted, None when it never signed
    :ivar is_reserve: a pending key that waits until a rotation is due
    """

    selector: str
    stage: Stage
    since: datetime
    published_since: datetime | None = None
    last_signature: datetime | None = None
    algorithm: str = "rsa"
    is_reserve: bool = False


@dataclass(frozen=True)
class NewKey:
    """A key to make, pending.

    :ivar selector: empty: one that was never used
    """

    algorithm: str
    selector: str = ""
    is_reserve: bool = False


@dataclass(frozen=True)
class Plan:
    """What there is to do now.

    :ivar moves: selector -> the next stage of the key
    :ivar create: keys to make
    :ivar signing: selectors of the keys that sign after the moves, one an algorithm
    :ivar removable: selectors whose records may be removed after the moves
    """

    moves: Mapping[str, Stage] = field(default_factory=dict)
    create: tuple[NewKey, ...] = ()
    signing: tuple[str, ...] = ()
    removable: tuple[str, ...] = ()


def plan(
    keys: Iterable[Key],
    now: datetime,
    *,
    interval: timedelta = INTERVAL,
    slots: tuple[str, ...] = (),
) -> Plan:
    """Decide about the keys of one domain.

    :param keys: one a selector; those that are retired may be left out
    :param interval: how long a key signs
    :param slots: the selectors that the domain has aliases for. Then keys are made for
        these only, as soon as one is free, and wait there until a rotation is due.
    """
    before = list(keys)
    moves: dict[str, Stage] = {}
    for algorithm in dict.fromkeys(key.algorithm for key in before):
        same = [key for key in before if key.algorithm == algorithm]
        moves.update(_moves(same, now, interval))
    after = list(move(before, moves, now))
    return Plan(
        moves,
        tuple(_fill(after, slots) if slots else _replace(after, now, interval)),
        tuple(key.selector for key in after if key.stage is Stage.ACTIVE),
        tuple(key.selector for key in after if key.stage is Stage.RETIRED),
    )


def move(
    keys: Iterable[Key], moves: Mapping[str, Stage], now: datetime
) -> Iterator[Key]:
    """The keys after their moves."""
    for key in keys:
        if stage := moves.get(key.selector):
            yield replace(key, stage=stage, since=now, is_reserve=False)
        else:
            yield key


def see(key: Key, now: datetime, is_published: bool | None) -> Key:
    """The key after a check of its record.

    :param is_published: None: there was no answer, which changes nothing
    """
    if is_published is None:
        return key
    since = (key.published_since or now) if is_published else None
    return replace(key, published_since=since)


def _moves(keys: list[Key], now: datetime, interval: timedelta) -> dict[str, Stage]:
    """The moves of keys of the same algorithm."""
    moves = {
        key.selector: Stage.RETIRED
        for key in keys
        if key.stage is Stage.RETIRING
        and now - max(key.last_signature or key.since, key.since) >= KEEP
    }
    active = [key for key in keys if key.stage is Stage.ACTIVE]
    current = max(active, key=_precedence, default=None)
    successor = _successor(keys, current, now, interval)
    if successor:
        moves[successor.selector] = Stage.ACTIVE
    for key in active:
        if successor and not key.published_since:
            # Nobody can look it up: it has to be seen again before it signs.
            moves[key.selector] = Stage.PENDING
        elif successor or key is not current:
            moves[key.selector] = Stage.RETIRING
    return moves


def _precedence(key: Key) -> tuple[bool, datetime]:
    """Of several active keys the newest one signs, if it can be looked up."""
    return key.published_since is not None, key.since


def _successor(
    keys: list[Key], current: Key | None, now: datetime, interval: timedelta
) -> Key | None:
    """The key that is to sign instead of the current one."""
    published = [key for key in keys if key.published_since]
    pending = [key for key in published if key.stage is Stage.PENDING]
    if current is None or not current.published_since:
        # Whatever can be verified is better than nothing.
        retiring = [key for key in published if key.stage is Stage.RETIRING]
        return next(iter([*pending, *retiring]), None)
    is_due = now - current.since >= interval
    for key in pending:
        is_settled = now - key.published_since >= SETTLE
        if is_settled and (is_due or not key.is_reserve):
            return key
    return None


def _replace(keys: list[Key], now: datetime, interval: timedelta) -> Iterator[NewKey]:
    """The keys to make because those that sign are old."""
    waiting = {key.algorithm for key in keys if key.stage is Stage.PENDING}
    for key in keys:
        is_due = key.stage is Stage.ACTIVE and now - key.since >= interval
        if is_due and key.algorithm not in waiting:
            yield NewKey(key.algorithm)


def _fill(keys: list[Key], slots: tuple[str, ...]) -> Iterator[NewKey]:
    """The keys to make because a selector is free."""
    living = [key for key in keys if key.stage is not Stage.RETIRED]
    taken = {key.selector for key in living}
    algorithm = next((key.algorithm for key in living), "rsa")
    for slot in slots:
        if slot not in taken:
            yield NewKey(algorithm, slot, is_reserve=bool(taken))
            taken.add(slot)
