# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which part before the @ a company is proposed, and which ones nobody may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.email_address import EmailAddress
from tools.relay_local_part import (
    FALLBACK,
    MAX_PROPOSED_LENGTH,
    RESERVED,
    is_reserved,
    propose,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme", "acme"),
        ("My Company, San Francisco", "my.company.san.francisco"),
        ("Müller & Söhne GmbH", "muller.sohne.gmbh"),
        ("Ångström A/S", "angstrom.a.s"),
        ("  ...Dots...  ", "dots"),
        ("A\r\nBcc: x@evil.test", "a.bcc.x.evil.test"),
        ("株式会社", FALLBACK),
        ("", FALLBACK),
        # A name with a meaning gets a number.
        ("Postmaster", "postmaster.2"),
        ("No-Reply", "no.reply"),
        ("Mailer Daemon", "mailer.daemon"),
    ],
)
def test_names_become_addresses(name, expected):
    assert propose(name) == expected


def test_the_next_free_number_is_taken():
    assert propose("Acme", {"acme"}) == "acme.2"
    assert propose("Acme", {"acme", "acme.2", "acme.4"}) == "acme.3"


@pytest.mark.parametrize(
    "local_part",
    [
        "postmaster",
        "Abuse",
        "MAILER-DAEMON",
        "catchall",
        "bounce",
        "bounces",
        "noreply",
        "hostmaster",
        "security",
    ],
)
def test_reserved_whatever_the_case(local_part):
    assert is_reserved(local_part)


def test_the_reserved_names_are_in_lower_case():
    assert {name.lower() for name in RESERVED} == RESERVED


@given(st.text(max_size=200), st.integers(0, 20))
def test_whatever_the_name_the_address_is_valid_free_and_short(name, count):
    taken = set()
    for _number in range(count):
        taken.add(propose(name, taken))
    local_part = propose(name, taken)
    assert len(taken) == count
    assert local_part not in taken
    assert not is_reserved(local_part)
    assert len(local_part) <= MAX_PROPOSED_LENGTH + len(".99")
    assert EmailAddress.parse(f"{local_part}@relay.example").normalized == (
        f"{local_part}@relay.example"
    )
