# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Logging in to a mail server with an access token, the way XOAUTH2.

https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

from __future__ import annotations

import binascii
import json
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .errors import (
    AccessError,
    ApplicationError,
    Cause,
    GrantError,
    ProviderError,
    RefusedError,
    TemporaryError,
)

#: How a reply begins, with its enhanced code, and what is in it -> what it means. The
#: first that fits counts; a number alone may mean several things at Microsoft.
_REPLIES: Sequence[tuple[str, str, Cause]] = (
    ("535 5.7.139", "criteria", (GrantError, "conditional_access")),
    ("535 5.7.139", "", (RefusedError, "smtp_auth_disabled")),
    ("504 5.7.4", "", (RefusedError, "smtp_auth_disabled")),
    ("534", "", (GrantError, "conditional_access")),
    ("535", "", (AccessError, "token_rejected")),
    ("421 4.7", "", (TemporaryError, "rate_limited")),
    ("432", "", (TemporaryError, "rate_limited")),
    ("454", "Too many", (TemporaryError, "rate_limited")),
    ("4", "", (TemporaryError, "server_error")),
    ("", "", (RefusedError, "oauth_not_offered")),
)

#: What a server says of a token that is valid, but not for this: Google and Microsoft,
#: and the standard (RFC 7628, section 3.2.2).
_SCOPE_STATUSES = ("400", "insufficient_scope")

#: Each line of a reply after the first repeats the enhanced code.
_LINE_BREAK = re.compile(r"\n(?:\d\.\d+\.\d+ )?")


def authenticate(connection: smtplib.SMTP, user: str, token: str) -> None:
    """Log in, and see that the server agrees.

    :param connection: with TLS on, and with the server's certificate verified: whoever
        gets the token can send in the account's name
    :param user: the mailbox that the token is for, in ASCII
    :param token: an access token
    :raise ApplicationError: ``insecure_connection``; nothing was shown to the server
    :raise RefusedError: ``oauth_not_offered``, ``smtp_auth_disabled``
    :raise AccessError: ``token_rejected``; its ``status``, ``scope`` and ``schemes``,
        when they are there, are what the server says of the token
    :raise GrantError: ``conditional_access``
    :raise TemporaryError: the server cannot tell now, or does not answer
    """
    if not _is_protected(connection):
        raise ApplicationError("insecure_connection")
    challenge: list[bytes] = []

    def respond(given: bytes | None = None) -> str:
        if given:
            # The server says why it refuses, and waits to be told to say so.
            challenge.append(given)
            return ""
        return f"user={user}\1auth=Bearer {token}\1\1"

    try:
        connection.ehlo_or_helo_if_needed()
        if "XOAUTH2" not in connection.esmtp_features.get("auth", "").upper().split():
            raise RefusedError("oauth_not_offered")
        with _untold(connection):
            connection.auth("XOAUTH2", respond)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error, challenge) from error
    except smtplib.SMTPServerDisconnected as error:
        raise TemporaryError("no_answer", detail=str(error)) from error
    except (binascii.Error, smtplib.SMTPException) as error:
        raise TemporaryError("unexpected_answer") from error
    except OSError as error:
        raise TemporaryError("no_answer", detail=str(error)) from error


def explain_rejection(error: AccessError) -> ProviderError:
    """Tell what it means that a token which was just given is not accepted either.

    >>> told = AccessError("token_rejected", status="400", scope="mail")
    >>> explain_rejection(told).code
    'smtp_scope_missing'

    :param error: of :func:`authenticate`
    """
    params = error.params
    if "bearer" not in params.get("schemes", "bearer").lower():
        return RefusedError("oauth_not_offered", **params)
    status = params.get("status")
    if status in _SCOPE_STATUSES and "scope" in params:
        return GrantError("smtp_scope_missing", **params)
    if status:
        return GrantError("smtp_login_rejected", **params)
    return ApplicationError("rejected", **params)


def _is_protected(connection: smtplib.SMTP) -> bool:
    context = getattr(connection.sock, "context", None)
    return (
        isinstance(context, ssl.SSLContext)
        and context.verify_mode == ssl.CERT_REQUIRED
        and context.check_hostname
    )


@contextmanager
def _untold(connection: smtplib.SMTP) -> Iterator[None]:
    """Keep the dialogue out of the debug output, which would have the token in it."""
    level = connection.debuglevel
    connection.set_debuglevel(0)
    try:
        yield
    finally:
        connection.set_debuglevel(level)


def _refusal(
    error: smtplib.SMTPResponseException, challenge: list[bytes]
) -> ProviderError:
    text = error.smtp_error
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reply = f"{error.smtp_code} {_LINE_BREAK.sub(' ', words)}"
    kind, code = next(
        cause
        for begins, contains, cause in _REPLIES
        if reply.startswith(begins) and contains in reply
    )
    told = {name: value for given in challenge for name, value in _told(given).items()}
    return kind(code, detail=reply, **told)


def _told(challenge: bytes) -> dict[str, str]:
    """What the server says of the token, as JSON."""
    try:
        told = json.loads(challenge)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    names = ("status", "scope", "schemes")
    return {name: str(told[name]) for name in names if told.get(name)}
