# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail servers and logins: what is accepted, and what is refused and why."""

import ipaddress
import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from tools.errors import SmtpServerError
from tools.smtp_server import (
    DEFAULT_PORTS,
    Encryption,
    SmtpLogin,
    SmtpServer,
    ssl_context,
)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("smtp.example.com", "smtp.example.com"),
        (" SMTP.Example.com.\n", "smtp.example.com"),
        ("smtp.müller.example", "smtp.xn--mller-kva.example"),
        ("smtp_1.example.com", "smtp_1.example.com"),
        ("localhost", "localhost"),
        ("Mail-1", "mail-1"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8:0:0::1]", "2001:db8::1"),
    ],
)
def test_host(typed, host):
    assert SmtpServer.parse(typed, 587, "starttls_strict").host == host


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_host"),
        (" \t", "no_host"),
        ("https://mail.example.com", "host_is_url"),
        ("smtp.example.com/", "host_is_url"),
        ("\\\\server", "host_is_url"),
        ("ann@example.com", "host_is_address"),
        ("smtp.example.com:587", "host_has_port"),
        ("[2001:db8::1]:587", "host_has_port"),
        ("smtp.example.com:", "bad_host"),
        ("smtp.example.com:5870000", "bad_host"),
        ("smtp example.com", "bad_host"),
        ("smtp..example.com", "bad_host"),
        ("-smtp", "bad_host"),
        ("192.0.2.999", "bad_host"),
        ("1234", "bad_host"),
        ("fe80::1%eth0", "bad_host"),
        ("smtp.example.com\r\nQUIT", "bad_host"),
        ("a" * 64, "bad_host"),
    ],
)
def test_no_host(typed, code):
    with pytest.raises(SmtpServerError) as caught:
        SmtpServer.parse(typed, 587, "starttls_strict")
    assert caught.value.code == code


def test_the_port_behind_a_host_is_named():
    with pytest.raises(SmtpServerError) as caught:
        SmtpServer.parse("smtp.example.com:587", None, "none")
    assert caught.value.params["port"] == 587


@given(st.one_of(st.text(), st.text("aA1-_.:[]%@/ü例\n\0", max_size=40)))
def test_any_text_is_a_host_or_refused(text):
    try:
        host = SmtpServer.parse(text, 25, "none").host
    except SmtpServerError as error:
        assert str(error)
    else:
        assert host.isascii() and host.isprintable() and " " not in host
        assert SmtpServer.parse(host, 25, "none").host == host


@given(st.ip_addresses())
def test_any_ip_address_is_a_host(address):
    host = SmtpServer.parse(str(address), 25, "none").host
    assert ipaddress.ip_address(host) == address


@pytest.mark.parametrize("encryption", Encryption)
def test_the_port_follows_the_encryption(encryption):
    expected = {"none": 25, "starttls": 587, "ssl": 465}
    port = SmtpServer.parse("localhost", None, encryption.value).port
    assert port == DEFAULT_PORTS[encryption] == expected[encryption.unvalidated]


@pytest.mark.parametrize(
    ("typed", "port"), [(1, 1), (65535, 65535), (" 2525 ", 2525), ("", 25), (0, 25)]
)
def test_port(typed, port):
    assert SmtpServer.parse("localhost", typed, "none").port == port


@pytest.mark.parametrize(
    "typed", [-1, 65536, "smtp", "2 5", "5_8_7", "٥٨٧", "9" * 5000]
)
def test_no_port(typed):
    with pytest.raises(SmtpServerError) as caught:
        SmtpServer.parse("localhost", typed, "none")
    assert caught.value.code == "bad_port"


@pytest.mark.parametrize(
    ("typed", "user"),
    [
        ("ann", "ann"),
        (" ann@example.com ", "ann@example.com"),
        ("ann@müller.example", "ann@xn--mller-kva.example"),
        ("ACME\\ann b", "ACME\\ann b"),
        ("a" * 255, "a" * 255),
    ],
)
def test_user(typed, user):
    assert SmtpLogin.parse(typed, "secret").user == user


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_user"),
        (" ", "no_user"),
        ("a" * 256, "user_too_long"),
        ("ann\r\nQUIT", "user_bad_character"),
        ("ann\r\n@example.com", "user_bad_character"),
        ("ann\0", "user_bad_character"),
        ("jürgen@example.com", "user_bad_character"),
        ("ann@", "user_bad_domain"),
        ("ann@exa mple.com", "user_bad_domain"),
        ("ann@example.com\\shared", "user_bad_domain"),
    ],
)
def test_no_user(typed, code):
    with pytest.raises(SmtpServerError) as caught:
        SmtpLogin.parse(typed, "secret")
    assert caught.value.code == code


@given(st.text(max_size=300))
def test_any_text_is_a_user_or_refused(text):
    try:
        login = SmtpLogin.parse(text, "secret")
    except SmtpServerError as error:
        assert str(error)
    else:
        assert login.user.isascii() and login.user.isprintable()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "no_password"),
        ("geheimnüs", "password_bad_character"),
        ("abcd\xa0efgh", "password_bad_character"),
        ("secret\n", "password_bad_character"),
        ("se\0cret", "password_bad_character"),
    ],
)
def test_no_password(password, code):
    with pytest.raises(SmtpServerError) as caught:
        SmtpLogin.parse("ann", password)
    assert (caught.value.code, caught.value.params) == (code, {})


def test_a_login_does_not_show_its_password():
    login = SmtpLogin.parse("ann", "hunter2")
    assert login.password == "hunter2"
    assert "hunter2" not in f"{login!r} {login}"


@pytest.mark.parametrize("encryption", list(Encryption)[1:])
def test_only_strict_encryption_validates(encryption):
    context = ssl_context(encryption)
    expected = (True, ssl.CERT_REQUIRED) if "strict" in encryption else (False, 0)
    assert (context.check_hostname, context.verify_mode) == expected


def test_trusts_the_authorities_of_a_file_instead():
    with trustme.CA().cert_pem.tempfile() as path:
        context = ssl_context(Encryption.SSL_STRICT, cafile=path)
    assert [ca["subject"][0][0][1][:7] for ca in context.get_ca_certs()] == ["trustme"]
