# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much may leave from one account at its provider, and when the rest may follow.

Providers refuse what is too much, and some close the account for a day. So mail leaves
no faster than they say.

>>> find_quota("smtp.office365.com", "post@example.com").limits[0]
Limit(mails=30, seconds=60)
>>> find_quota("smtp.example.com", "post@example.com") is None
True
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

#: What providers say, and where. The first one that fits an account counts.
_FACTS = Path(__file__).with_name("sending_limits.json")


@dataclass(frozen=True)
class Limit:
    """So many mails in any stretch of time of this length."""

    mails: int
    seconds: int

    @property
    def length(self) -> timedelta:
        """The stretch of time."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class ProviderLimits:
    """What one provider lets leave from an account.

    :ivar name: of the provider or its product, for people
    :ivar hosts: its mail servers
    :ivar domains: of the accounts that it holds for; empty: all others
    :ivar source: who says so
    :ivar noted: on which day it was noted here, as ISO 8601 writes it
    """

    name: str
    hosts: tuple[str, ...]
    domains: tuple[str, ...]
    limits: tuple[Limit, ...]
    source: str
    noted: str


@dataclass(frozen=True)
class Quota:
    """What may leave from one account.

    :ivar account: the same for everything that the provider counts together
    :ivar provider: its name, for people
    """

    account: str
    provider: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Departure:
    """So many mails that left, or will leave, at one moment."""

    at: datetime
    mails: int


def find_quota(host: str, login: str) -> Quota | None:
    """The limits of an account; None where nothing is known.

    >>> find_quota("smtp.gmail.com", "Ann@Gmail.com")
    Quota(account='Gmail ann@gmail.com', provider='Gmail', limits=(Limit(mails=500, \
seconds=86400),))

    :param host: mail server
    :param login: user name; empty: all who use the server count together
    """
    host, login = host.lower(), login.lower()
    domain = login.rpartition("@")[2]
    for facts in known_limits():
        if host in facts.hosts and (not facts.domains or domain in facts.domains):
            return Quota(f"{facts.name} {login or host}", facts.name, facts.limits)
    return None


def plan(
    limits: Iterable[Limit],
    departures: Iterable[Departure],
    sizes: Sequence[int],
    now: datetime,
) -> list[datetime]:
    """Tell when each mail may leave, so that no limit is ever passed.

    Nobody overtakes: what is given first leaves first, and after whatever has been
    planned already. A mail that is larger than a limit leaves when nothing else left
    for as long.

    >>> noon = datetime(2026, 1, 1, 12)
    >>> [str(at.time()) for at in plan([Limit(2, 60)], [], [1, 1, 1], noon)]
    ['12:00:00', '12:00:00', '12:01:00']

    :param departures: what left lately, and what is planned
    :param sizes: how much each mail counts
    :return: the moment for each size, in the same order
    """
    departures = sorted(departures, key=lambda departure: departure.at)
    windows = [_Window(limit, departures) for limit in limits]
    at = max(now, departures[-1].at) if departures else now
    moments = []
    for size in sizes:
        at = max((window.find_room(size, at) for window in windows), default=at)
        for window in windows:
            window.add(Departure(at, size))
        moments.append(at)
    return moments


class _Window:
    """The departures of the stretch of time that one limit looks at."""

    def __init__(self, limit: Limit, departures: Sequence[Departure]):
        self._limit = limit
        self._departures = deque(departures)
        self._mails = sum(departure.mails for departure in departures)

    def find_room(self, size: int, at: datetime) -> datetime:
        """The first moment from ``at`` on when so much may leave."""
        self._forget(at - self._limit.length)
        while self._departures and self._mails + size > self._limit.mails:
            at = self._departures[0].at + self._limit.length
            self._forget(self._departures[0].at)
        return at

    def add(self, departure: Departure) -> None:
        """Count one more; it is not before the others."""
        self._departures.append(departure)
        self._mails += departure.mails

    def _forget(self, until: datetime) -> None:
        while self._departures and self._departures[0].at <= until:
            self._mails -= self._departures.popleft().mails


@cache
def known_limits() -> tuple[ProviderLimits, ...]:
    """All limits that are known here."""
    return tuple(
        ProviderLimits(
            fact["name"],
            tuple(fact["hosts"]),
            tuple(fact.get("domains", ())),
            tuple(Limit(**limit) for limit in fact["limits"]),
            fact["source"],
            fact["noted"],
        )
        for fact in json.loads(_FACTS.read_text(encoding="utf-8"))
    )
