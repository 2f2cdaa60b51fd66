# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long permissions last, and when somebody is told."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from providers.lifetimes import ends_on, known_lifetimes

NOW = datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("provider", "used", "told", "expected"),
    [
        ("microsoft", 0, None, (90, 60)),
        ("microsoft", 50, None, (140, 110)),
        ("google", 0, None, (180, 150)),
        ("google", 50, None, (230, 200)),
        # An application that Google has not verified.
        ("google", 0, 7, (7, 4)),
        ("google", 50, 7, (7, 4)),
    ],
)
def test_when_a_permission_ends(provider, used, told, expected):
    end = ends_on(
        provider,
        NOW,
        NOW + timedelta(days=used),
        NOW + timedelta(days=told) if told else None,
    )
    assert tuple((each - NOW).days for each in end) == expected


@pytest.mark.parametrize("fact", known_lifetimes())
def test_each_fact_has_its_source(fact):
    assert urlsplit(fact.source).scheme == "https"
    assert date.fromisoformat(fact.noted) > date(2026, 1, 1)
