# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail addresses: what is accepted, and what is refused and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.domain_name import DomainName
from tools.email_address import EmailAddress
from tools.errors import DomainNameError, EmailAddressError


@pytest.mark.parametrize(
    ("typed", "local", "domain"),
    [
        ("ann@example.com", "ann", "example.com"),
        (" ann@example.com ", "ann", "example.com"),
        ("Ann.Smith@EXAMPLE.com.", "Ann.Smith", "example.com"),
        ("o'brien+tag@example.com", "o'brien+tag", "example.com"),
        ("#!$%&*/=?^_`{|}~-@example.com", "#!$%&*/=?^_`{|}~-", "example.com"),
        ("info@müller.example", "info", "müller.example"),
        ("a" * 64 + "@example.com", "a" * 64, "example.com"),
    ],
)
def test_accepted(typed, local, domain):
    address = EmailAddress.parse(typed)
    assert address == EmailAddress(local, DomainName.parse(domain))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("ann", "no_at"),
        ("example.com", "no_at"),
        ("Ann <ann@example.com>", "has_name"),
        ("ann@example.com, bob@example.com", "has_name"),
        ("ann@example.com;bob@example.com", "has_name"),
        ("ann smith@example.com", "has_name"),
        ("ann@example.com\r\nBcc: bob@example.com", "has_name"),
        ("@example.com", "no_local"),
        ("ann@bob@example.com", "bad_character"),
        ('"ann"@example.com', "bad_character"),
        ("änn@example.com", "bad_character"),
        ("ann\0@example.com", "bad_character"),
        (".ann@example.com", "bad_dot"),
        ("ann.@example.com", "bad_dot"),
        ("ann..smith@example.com", "bad_dot"),
        ("a" * 65 + "@example.com", "local_too_long"),
        ("a" * 64 + "@" + ".".join(["label"] * 40), "too_long"),
    ],
)
def test_refused(typed, code):
    with pytest.raises(EmailAddressError) as caught:
        EmailAddress.parse(typed)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ann@", "empty"),
        ("ann@localhost", "no_dot"),
        ("ann@[192.0.2.1]", "is_ip"),
        ("ann@ex_ample.com", "bad_character"),
        ("ann@" + "a" * 300 + ".com", "label_too_long"),
    ],
)
def test_bad_domain_keeps_its_own_error(typed, code):
    with pytest.raises(EmailAddressError) as caught:
        EmailAddress.parse(typed)
    assert caught.value.code == "bad_domain"
    assert isinstance(caught.value.__cause__, DomainNameError)
    assert caught.value.__cause__.code == code


def test_forms():
    address = EmailAddress.parse("Ann@Müller.example")
    assert address.ascii == "Ann@xn--mller-kva.example"
    assert address.unicode == "Ann@müller.example"
    assert address.normalized == "ann@xn--mller-kva.example"


@given(st.one_of(st.text(), st.text("aA.@\"<> ü+'-", max_size=30), st.emails()))
def test_any_text_is_accepted_or_refused(text):
    try:
        address = EmailAddress.parse(text)
    except EmailAddressError as error:
        assert str(error)
    else:
        assert EmailAddress.parse(address.ascii) == address
        assert EmailAddress.parse(address.unicode) == address
