# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail leaves as fast as its provider allows, and no faster."""

import random
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from tools.announcements import find_announcement, known_announcements
from tools.sending_limits import Departure, Limit, find_quota, known_limits, plan

NOON = datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(
    ("host", "login", "expected"),
    [
        ("smtp.gmail.com", "ann@gmail.com", [(500, 86400)]),
        ("SMTP.GMAIL.COM", "ann@example.com", [(2000, 86400)]),
        ("smtp.office365.com", "ann@example.com", [(30, 60), (10000, 86400)]),
        ("smtp.example.com", "ann@gmail.com", None),
        ("evil-smtp.gmail.com", "ann@gmail.com", None),
        ("", "", None),
    ],
)
def test_limits_of_an_account(host, login, expected):
    quota = find_quota(host, login)
    limits = quota and [(limit.mails, limit.seconds) for limit in quota.limits]
    assert limits == expected


def test_what_a_provider_counts_together():
    accounts = {
        find_quota(host, login).account
        for host in ("smtp.office365.com", "outlook.office365.com")
        for login in ("Ann@example.com", "ann@example.com")
    }
    assert len(accounts) == 1
    other = find_quota("smtp.office365.com", "bob@example.com")
    assert other.account not in accounts


@pytest.mark.parametrize("facts", [*known_limits(), *known_announcements()])
def test_each_fact_has_its_source(facts):
    assert urlsplit(facts.source).scheme == "https"
    assert date.fromisoformat(facts.noted) > date(2026, 1, 1)
    assert all(host == host.lower() for host in facts.hosts)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("smtp.office365.com", "password_off"),
        ("smtp-mail.outlook.com", "password_ended"),
        ("smtp.gmail.com", "app_password"),
        ("smtp.example.com", ""),
    ],
)
def test_announcements_of_a_mail_server(host, code):
    announcement = find_announcement(host)
    assert (announcement.code if announcement else "") == code


@pytest.mark.parametrize(
    ("limits", "left", "sizes", "expected"),
    [
        ([], [], [1, 1], [0, 0]),
        ([Limit(2, 60)], [], [1, 1, 1, 1, 1], [0, 0, 60, 60, 120]),
        ([Limit(2, 60)], [(-59, 2)], [1], [1]),
        ([Limit(2, 60)], [(-60, 2)], [1], [0]),
        ([Limit(2, 60)], [(-30, 1), (-10, 1)], [1, 1], [30, 50]),
        # A mail to many people, and one to more than may leave at once.
        ([Limit(3, 60)], [], [2, 2, 2], [0, 60, 120]),
        ([Limit(3, 60)], [], [1, 5, 1], [0, 60, 120]),
        # The stricter limit counts, whichever it is.
        ([Limit(2, 60), Limit(3, 3600)], [], [1] * 5, [0, 0, 60, 3600, 3600]),
        # Nobody overtakes what is planned.
        ([Limit(2, 60)], [(120, 1)], [1, 1], [120, 180]),
    ],
)
def test_when_mails_may_leave(limits, left, sizes, expected):
    departures = [Departure(NOON + timedelta(seconds=at), mails) for at, mails in left]
    moments = plan(limits, departures, sizes, NOON)
    assert [(moment - NOON).total_seconds() for moment in moments] == expected


@pytest.mark.parametrize("seed", range(20))
def test_no_limit_is_ever_passed(seed):
    chance = random.Random(seed)
    limits = [Limit(chance.randint(3, 9), 60), Limit(chance.randint(9, 30), 600)]
    sizes = [chance.randint(1, 3) for _mail in range(100)]
    moments = plan(limits, [], sizes, NOON)
    assert moments == sorted(moments)
    for limit in limits:
        for end in moments:
            mails = sum(
                size
                for size, at in zip(sizes, moments, strict=True)
                if end - limit.length < at <= end
            )
            assert mails <= limit.mails
