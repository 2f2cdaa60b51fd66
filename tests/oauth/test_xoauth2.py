# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Logging in to a mail server with an access token; every refusal is noticed."""

import base64
import contextlib
import json
import smtplib
import ssl

import pytest
import trustme
from providers import xoauth2
from providers.base import Purpose
from providers.errors import (
    AccessError,
    ApplicationError,
    GrantError,
    RefusedError,
    TemporaryError,
)

from ..peers.dovecot import Dovecot
from ..peers.line_server import LineServer
from ..peers.openid_provider import OpenIdProvider
from .conftest import tls_context
from .token_server import ANN

BOB = "bob@acme.test"
MESSAGE = b"From: ann@acme.test\r\n\r\nHello\r\n"


@pytest.fixture
def connection(mail_server):
    """A session with the mail server, TLS on, nobody logged in."""
    with open_session(mail_server.port, mail_server.authority) as connection:
        yield connection


@contextlib.contextmanager
def open_session(port: int, authority: trustme.CA):
    connection = smtplib.SMTP("localhost", port, "client.test", timeout=10)
    with contextlib.closing(connection):
        connection.starttls(context=tls_context(authority))
        yield connection


# ------------------------------------------------------ a server that asks who it is


def test_mail_leaves_from_a_mailbox_that_was_linked(connection, receiver, access):
    xoauth2.authenticate(connection, ANN, access(Purpose.SMTP).token)
    assert connection.sendmail(ANN, ["bob@example.com"], MESSAGE) == {}
    [mail] = receiver.mails
    assert (mail.mail_from, mail.recipients) == (ANN, ("bob@example.com",))


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_a_token_that_is_none(connection, token):
    with pytest.raises(AccessError) as failure:
        xoauth2.authenticate(connection, ANN, token)
    assert failure.value.code == "token_rejected"


def test_the_server_says_what_it_thinks_of_the_token(connection):
    with pytest.raises(AccessError) as failure:
        xoauth2.authenticate(connection, ANN, "nonsense")
    assert failure.value.params == {
        "status": "401",
        "scope": "mail",
        "schemes": "bearer",
        "detail": "535 5.7.8 Authentication failed.",
    }


def test_the_token_of_another_mailbox(connection, access):
    with pytest.raises(AccessError):
        xoauth2.authenticate(connection, BOB, access(Purpose.SMTP).token)


def test_a_token_that_has_ended(connection, access, idp):
    token = access(Purpose.SMTP).token
    idp.advance(2 * 3600)
    with pytest.raises(AccessError) as failure:
        xoauth2.authenticate(connection, ANN, token)
    assert failure.value.code == "token_rejected"


def test_a_permission_that_was_given_back(connection, connect, make_google):
    google = make_google()
    access, grant = google.refresh(connect(google), Purpose.SMTP)
    google.revoke(grant)
    with pytest.raises(AccessError):
        xoauth2.authenticate(connection, ANN, access.token)


def test_a_refusal_does_not_spoil_the_session(connection, receiver, access):
    """Odoo's own addons ignore the refusal, and every mail of the batch fails."""
    with pytest.raises(AccessError):
        xoauth2.authenticate(connection, ANN, "nonsense")
    xoauth2.authenticate(connection, ANN, access(Purpose.SMTP).token)
    connection.sendmail(ANN, ["bob@example.com"], MESSAGE)
    assert len(receiver.mails) == 1


def test_a_server_that_cannot_ask_whose_token_it_is(authority, receiver):
    with Dovecot(OpenIdProvider(authority), receiver) as server:
        with open_session(server.port, server.authority) as connection:
            with pytest.raises(TemporaryError) as failure:
                xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.code == "server_error"
    assert failure.value.params["detail"].startswith("454 4.7.0")


# ---------------------------------------------------------- to whom the token is shown


def test_a_session_without_tls_gets_no_token(receiver):
    with smtplib.SMTP("localhost", receiver.port, timeout=10) as connection:
        with pytest.raises(ApplicationError) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.code == "insecure_connection"


@pytest.mark.parametrize(
    "context",
    [
        # As Odoo makes it for "starttls": nothing is verified.
        {"check_hostname": False, "verify_mode": ssl.CERT_NONE},
        {"check_hostname": False},
    ],
)
def test_a_server_that_was_not_verified_gets_no_token(mail_server, context):
    unsafe = tls_context(mail_server.authority)
    for name, value in context.items():
        setattr(unsafe, name, value)
    with smtplib.SMTP("localhost", mail_server.port, timeout=10) as connection:
        connection.starttls(context=unsafe)
        with pytest.raises(ApplicationError) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.code == "insecure_connection"


def test_the_token_is_not_in_the_debug_output(connection, access, capsys):
    token = access(Purpose.SMTP).token
    connection.set_debuglevel(1)
    xoauth2.authenticate(connection, ANN, token)
    connection.noop()
    shown = capsys.readouterr().err
    assert "AUTH" not in shown.replace("AUTH XOAUTH2 OAUTHBEARER", "")
    assert "noop" in shown


# --------------------------------- servers that say what the real ones are known to say

EHLO = "250-localhost\n250 AUTH LOGIN XOAUTH2"
#: Google's and Microsoft's explanations: {"status":"400","schemes":"Bearer", ...}
CHALLENGE = (
    "334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwu"
    "Z29vZ2xlLmNvbS8ifQ=="
)


@contextlib.contextmanager
def session_with(authority: trustme.CA, *replies: str, ehlo: str = EHLO):
    """Talk to a server that hangs up after these replies."""
    answers = [
        reply.replace("\n", "\r\n").encode() + b"\r\n" if reply else b""
        for reply in ("220 localhost", ehlo, *replies)
    ]
    context = tls_context(authority)
    with LineServer(*answers, hangs_up=True, authority=authority) as server:
        connection = smtplib.SMTP_SSL(
            "localhost", server.port, "client.test", timeout=10, context=context
        )
        with contextlib.closing(connection):
            yield connection, server.heard


@pytest.mark.parametrize(
    ("replies", "kind", "code"),
    [
        (
            [
                CHALLENGE,
                "535-5.7.8 Username and Password not accepted. For more\n"
                "535 5.7.8 information, go to https://support.google.com x - gsmtp",
            ],
            AccessError,
            "token_rejected",
        ),
        (
            ["535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01]"],
            AccessError,
            "token_rejected",
        ),
        (
            [
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
                "disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled"
            ],
            RefusedError,
            "smtp_auth_disabled",
        ),
        (
            [
                "535 5.7.139 Authentication unsuccessful, user is locked by your "
                "organization's security defaults policy."
            ],
            RefusedError,
            "smtp_auth_disabled",
        ),
        (
            [
                "535 5.7.139 Authentication unsuccessful, the request did not meet the "
                "criteria to be authenticated successfully. Contact your administrator."
            ],
            GrantError,
            "conditional_access",
        ),
        (
            ["504 5.7.4 Unrecognized authentication type"],
            RefusedError,
            "smtp_auth_disabled",
        ),
        (
            ["534-5.7.14 Please log in through\n534 5.7.14 your web browser"],
            GrantError,
            "conditional_access",
        ),
        (
            ["454 4.7.0 Temporary authentication failure"],
            TemporaryError,
            "server_error",
        ),
        (
            ["454 4.7.0 Too many login attempts, please try again later."],
            TemporaryError,
            "rate_limited",
        ),
        (
            ["421 4.7.0 Try again later, closing connection."],
            TemporaryError,
            "rate_limited",
        ),
        (
            ["421 4.3.2 Service not active"],
            TemporaryError,
            "server_error",
        ),
        (
            ["432 4.3.2 Concurrent connections limit exceeded"],
            TemporaryError,
            "rate_limited",
        ),
        (["502 5.5.1 Unrecognized command"], RefusedError, "oauth_not_offered"),
        (["334 no base64 at all!"], TemporaryError, "unexpected_answer"),
        ([CHALLENGE] * 6, TemporaryError, "unexpected_answer"),
        ([], TemporaryError, "no_answer"),
        ([CHALLENGE], TemporaryError, "no_answer"),
    ],
)
def test_what_a_mail_server_says(authority, replies, kind, code):
    with session_with(authority, *replies) as (connection, _heard):
        with pytest.raises(kind) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.code == code


@pytest.mark.parametrize(
    ("challenge", "told"),
    [
        (
            CHALLENGE,
            {
                "status": "400",
                "scope": "https://mail.google.com/",
                "schemes": "Bearer",
            },
        ),
        ("334 e30=", {}),
        ("334 W10=", {}),
        ("334 bm90IEpTT04=", {}),
        ("334 ", {}),
    ],
)
def test_what_a_mail_server_explains(authority, challenge, told):
    with session_with(authority, challenge, "535 5.7.8 No") as (connection, heard):
        with pytest.raises(AccessError) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.params == {**told, "detail": "535 5.7.8 No"}
    # It waited to be told to refuse, or, having explained nothing, for the token again.
    assert heard[-1].strip() in (b"", heard[-2].split()[-1])


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (
            {"status": "400", "scope": "https://mail.google.com/"},
            GrantError,
            "smtp_scope_missing",
        ),
        (
            {"status": "insufficient_scope", "scope": "mail"},
            GrantError,
            "smtp_scope_missing",
        ),
        (
            {"status": "401", "scope": "mail", "schemes": "bearer mac"},
            GrantError,
            "smtp_login_rejected",
        ),
        ({"status": "400"}, GrantError, "smtp_login_rejected"),
        ({"status": "401", "schemes": "mac"}, RefusedError, "oauth_not_offered"),
        ({}, ApplicationError, "rejected"),
    ],
)
def test_why_a_new_token_is_not_accepted_either(authority, said, kind, code):
    challenge = base64.b64encode(json.dumps(said).encode()).decode()
    replies = (f"334 {challenge}", "535 5.7.8 No")
    with session_with(authority, *replies) as (connection, _heard):
        with pytest.raises(AccessError) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    meant = xoauth2.explain_rejection(failure.value)
    assert (type(meant), meant.code) == (kind, code)
    assert said.items() <= meant.params.items()


@pytest.mark.parametrize("ehlo", ["250 localhost", "250-localhost\n250 AUTH LOGIN"])
def test_a_server_that_does_not_know_the_way(authority, ehlo):
    with session_with(authority, ehlo=ehlo) as (connection, heard):
        with pytest.raises(RefusedError) as failure:
            xoauth2.authenticate(connection, ANN, "token")
    assert failure.value.code == "oauth_not_offered"
    assert len(heard) == 1


def test_a_connection_that_is_dropped_in_the_middle_of_a_batch(authority):
    """Odoo stops the batch then, and sends the rest of it later."""
    envelope = ["250 2.1.0 OK", "250 2.1.5 OK"]
    taken = [*envelope, "354 go on", *[""] * MESSAGE.count(b"\n"), "250 2.0.0 queued"]
    replies = ["235 2.7.0 OK", *taken, *envelope]
    with session_with(authority, *replies) as (connection, _heard):
        xoauth2.authenticate(connection, ANN, "token")
        connection.sendmail(ANN, ["bob@example.com"], MESSAGE)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            connection.sendmail(ANN, ["bob@example.com"], MESSAGE)
