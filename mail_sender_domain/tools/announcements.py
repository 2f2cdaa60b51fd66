# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What providers announced about logins with a password.

>>> find_announcement("smtp.office365.com").code
'password_off'
>>> find_announcement("smtp.example.com") is None
True
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

#: What was announced, and where.
_FACTS = Path(__file__).with_name("announcements.json")


@dataclass(frozen=True)
class Announcement:
    """Something that changes for who logs in with a password.

    :ivar code: what, as a machine word
    :ivar provider: for people
    :ivar hosts: the mail servers that it is about
    :ivar date: since when, or from when on
    :ivar source: who says so
    :ivar noted: on which day it was noted here, as ISO 8601 writes it
    """

    code: str
    provider: str
    hosts: tuple[str, ...]
    date: date
    source: str
    noted: str


def find_announcement(host: str) -> Announcement | None:
    """What was announced about a mail server; None: nothing that is known here."""
    host = host.lower()
    return next((fact for fact in known_announcements() if host in fact.hosts), None)


@cache
def known_announcements() -> tuple[Announcement, ...]:
    """Everything that is known here."""
    return tuple(
        Announcement(
            fact["code"],
            fact["provider"],
            tuple(fact["hosts"]),
            date.fromisoformat(fact["date"]),
            fact["source"],
            fact["noted"],
        )
        for fact in json.loads(_FACTS.read_text(encoding="utf-8"))
    )
