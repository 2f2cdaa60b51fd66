# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Python raises in a session becomes a code with a sentence."""

import binascii
import errno
import smtplib
import socket
import ssl

import pytest
from tools.smtp_error import explain_error
from tools.smtp_refusal import Stage
from tools.smtp_transport import SenderMismatchError


def certificate_error(number):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = number, "something is wrong"
    return error


def tls_error(reason, kind=ssl.SSLError):
    error = kind(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "stage", "code", "is_permanent"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "?"),
            Stage.LOOK_UP,
            "host_not_found",
            True,
        ),
        (
            socket.gaierror(socket.EAI_AGAIN, "?"),
            Stage.LOOK_UP,
            "look_up_failed",
            False,
        ),
        (
            UnicodeEncodeError("idna", "x", 0, 1, ""),
            Stage.LOOK_UP,
            "host_not_found",
            True,
        ),
        (ConnectionRefusedError(), Stage.CONNECT, "connection_refused", False),
        (OSError(errno.EHOSTUNREACH, "?"), Stage.CONNECT, "unreachable", False),
        (OSError(errno.ENETUNREACH, "?"), Stage.CONNECT, "unreachable", False),
        (OSError(errno.EMFILE, "Too many files"), Stage.CONNECT, "network", False),
        (TimeoutError(), Stage.CONNECT, "connect_timeout", False),
        (TimeoutError(), Stage.GREETING, "silent", False),
        (TimeoutError(), None, "timeout", False),
        (ConnectionResetError(), Stage.TLS, "closed", False),
        (BrokenPipeError(), None, "closed", False),
        (smtplib.SMTPServerDisconnected(), Stage.GREETING, "closed", False),
        (smtplib.SMTPConnectError(-1, b"SSH-2.0"), None, "not_smtp", True),
        (smtplib.SMTPHeloError(501, b"no"), None, "server_refused", True),
        (smtplib.SMTPResponseException(454, b"no"), Stage.TLS, "tls_refused", False),
        (smtplib.SMTPResponseException(500, "long"), Stage.TLS, "not_smtp", True),
        (
            smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server"),
            None,
            "no_starttls",
            True,
        ),
        (
            smtplib.SMTPNotSupportedError("SMTP AUTH extension not supported"),
            None,
            "login_not_offered",
            True,
        ),
        (
            smtplib.SMTPNotSupportedError("SMTPUTF8 not supported by server"),
            None,
            "address_not_ascii",
            True,
        ),
        (
            smtplib.SMTPException("No suitable authentication method found."),
            None,
            "login_not_offered",
            True,
        ),
        (smtplib.SMTPException("?"), None, "not_smtp", True),
        (smtplib.SMTPAuthenticationError(535, b"no"), None, "login_refused", True),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b"), None, "sender_refused", True),
        (smtplib.SMTPDataError(550, b"no"), None, "message_refused", True),
        (
            smtplib.SMTPRecipientsRefused({"a@b": (550, b"5.1.1 no")}),
            None,
            "recipient_unknown",
            True,
        ),
        (smtplib.SMTPRecipientsRefused({}), None, "not_smtp", True),
        (binascii.Error(), Stage.LOGIN, "not_smtp", True),
        (UnicodeEncodeError("x", "y", 0, 1, ""), Stage.LOGIN, "login_not_ascii", True),
        (UnicodeEncodeError("ascii", "y", 0, 1, ""), None, "login_not_ascii", True),
        (
            UnicodeEncodeError("x", "y", 0, 1, ""),
            Stage.SENDER,
            "address_not_ascii",
            True,
        ),
        (certificate_error(9), Stage.TLS, "certificate_too_early", True),
        (certificate_error(10), Stage.TLS, "certificate_expired", True),
        (certificate_error(18), Stage.TLS, "certificate_self_signed", True),
        (certificate_error(19), Stage.TLS, "certificate_unknown_issuer", True),
        (certificate_error(20), Stage.TLS, "certificate_unknown_issuer", True),
        (certificate_error(23), Stage.TLS, "certificate_invalid", True),
        (certificate_error(62), Stage.TLS, "certificate_wrong_name", True),
        (certificate_error(64), Stage.TLS, "certificate_wrong_name", True),
        (tls_error("WRONG_VERSION_NUMBER"), Stage.TLS, "not_tls", True),
        (tls_error("UNSUPPORTED_PROTOCOL"), Stage.TLS, "tls_outdated", True),
        (tls_error("BAD_SIGNATURE"), Stage.TLS, "tls_failed", True),
        (tls_error("EOF", ssl.SSLEOFError), Stage.TLS, "closed", False),
        (KeyError("hunter2"), None, "unexpected", False),
    ],
)
def test_exception(error, stage, code, is_permanent):
    refusal = explain_error(error, stage)
    assert (refusal.code, refusal.is_permanent) == (code, is_permanent)
    assert "hunter2" not in str(refusal)


def test_looks_through_the_exceptions_of_others():
    try:
        try:
            raise smtplib.SMTPAuthenticationError(535, b"5.7.8 no")
        except smtplib.SMTPException:
            raise RuntimeError("Mail Delivery Failed")  # noqa: B904, as Odoo does
    except RuntimeError as error:
        refusal = explain_error(error)
    assert (refusal.code, refusal.is_login) == ("login_refused", True)


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        (Stage.CONNECT, "silent"),
        (Stage.GREETING, "silent"),
        (Stage.MESSAGE, "timeout"),
        (None, "timeout"),
    ],
)
def test_a_silent_server_is_not_one_that_hangs_up(stage, code):
    try:
        try:
            raise TimeoutError
        except TimeoutError:
            raise smtplib.SMTPServerDisconnected("...")  # noqa: B904, as smtplib does
    except smtplib.SMTPException as error:
        assert explain_error(error, stage).code == code


def test_a_stopped_message_names_both_senders():
    error = SenderMismatchError(
        "sender_mismatch", expected="a@x.test", found="b@x.test"
    )
    assert str(explain_error(error)).endswith("from b@x.test instead of a@x.test")


def test_exceptions_that_cause_each_other():
    first, second = RuntimeError(), RuntimeError()
    first.__cause__, second.__cause__ = second, first
    assert explain_error(first).code == "unexpected"
