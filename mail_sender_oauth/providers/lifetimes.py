# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long a permission lasts at its provider, and when to speak of its end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

#: What providers say, and where.
_FACTS = Path(__file__).with_name("lifetimes.json")

#: An application that Google has not verified; it says itself when a permission ends.
TESTING = "testing"


@dataclass(frozen=True)
class Lifetime:
    """How long a permission lasts.

    :ivar provider: key of the provider
    :ivar code: for what kind, as a machine word
    :ivar since: from when it counts: ``login``, or the last ``use``
    :ivar days: how long
    :ivar warn_days: how long before its end that is said
    :ivar source: who says so
    :ivar noted: on which day it was noted here, as ISO 8601 writes it
    """

    provider: str
    code: str
    since: str
    days: int
    warn_days: int
    source: str
    noted: str


def ends_on(
    provider: str, login: datetime, use: datetime, told: datetime | None = None
) -> tuple[datetime, datetime]:
    """When a permission ends by itself, and from when on to say so.

    >>> day = datetime(2026, 1, 1)
    >>> [str(each.date()) for each in ends_on("microsoft", day, day)]
    ['2026-04-01', '2026-03-02']

    :param login: when it was given
    :param use: when it was used last
    :param told: when it ends as the provider told, if it did
    """
    ends = []
    for lifetime in known_lifetimes():
        if lifetime.provider != provider:
            continue
        start = {"login": login, "use": use}[lifetime.since]
        end = start + timedelta(days=lifetime.days)
        if lifetime.code == TESTING:
            if not told:
                continue
            end = told
        ends.append((end, end - timedelta(days=lifetime.warn_days)))
    return min(ends)


@cache
def known_lifetimes() -> tuple[Lifetime, ...]:
    """Everything that is known here."""
    return tuple(
        Lifetime(**fact) for fact in json.loads(_FACTS.read_text(encoding="utf-8"))
    )
