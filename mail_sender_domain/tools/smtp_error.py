# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a mail server did not take a mail: from what Python raised to a code.

>>> explain_error(ConnectionRefusedError()).code
'connection_refused'
>>> error = smtplib.SMTPAuthenticationError(535, b"5.7.8 Password not accepted")
>>> explain_error(error).is_login
True
"""

from __future__ import annotations

import binascii
import errno
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator

from .errors import SenderToolError
from .smtp_refusal import (
    CODES,
    MAIL_STAGES,
    Refusal,
    Stage,
    explain_refusal,
    one_line,
    split_reply,
)


def explain_error(error: BaseException, stage: Stage | None = None) -> Refusal:
    """Put what a session raised into a code; never raises.

    Exceptions of others around it, such as Odoo's, are looked through.

    :param error: of ``smtplib``, ``ssl``, ``socket`` or of this package
    :param stage: what was going on; if not given, what the exception tells
    """
    for cause in _causes(error):
        for kind, explain in _EXPLAINERS:
            if isinstance(cause, kind) and (refusal := explain(cause, stage)):
                return refusal
    return Refusal("unexpected", {"detail": type(error).__name__})


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _tool_error(error: SenderToolError, stage: Stage | None) -> Refusal | None:
    if error.code not in CODES:
        return None
    return Refusal(error.code, error.params, is_permanent=True)


def _recipients(
    error: smtplib.SMTPRecipientsRefused, stage: Stage | None
) -> Refusal | None:
    for code, reply in error.recipients.values():
        return explain_refusal(code, *split_reply(reply), Stage.RECIPIENT)
    return None


def _response(error: smtplib.SMTPResponseException, stage: Stage | None) -> Refusal:
    stages = {
        smtplib.SMTPConnectError: Stage.GREETING,
        smtplib.SMTPHeloError: Stage.GREETING,
        smtplib.SMTPAuthenticationError: Stage.LOGIN,
        smtplib.SMTPSenderRefused: Stage.SENDER,
        smtplib.SMTPDataError: Stage.MESSAGE,
    }
    if isinstance(error.smtp_error, str):
        # The words of ``smtplib``, about a line that no server may send.
        return Refusal("not_smtp", is_permanent=True)
    reply = split_reply(error.smtp_error)
    return explain_refusal(error.smtp_code, *reply, stages.get(type(error), stage))


def _not_supported(
    error: smtplib.SMTPNotSupportedError, stage: Stage | None
) -> Refusal:
    text = str(error)
    if "STARTTLS" in text:
        return Refusal("no_starttls", is_permanent=True)
    if "SMTPUTF8" in text or "internationalized" in text:
        return Refusal("address_not_ascii", is_permanent=True)
    return Refusal("login_not_offered", is_permanent=True)


def _disconnected(
    error: smtplib.SMTPServerDisconnected, stage: Stage | None
) -> Refusal:
    cause = error.__context__
    if isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
        # ``smtplib`` waits for the greeting while it connects.
        is_connected = stage is Stage.CONNECT
        return explain_error(cause, Stage.GREETING if is_connected else stage)
    return Refusal("closed")


def _smtp(error: smtplib.SMTPException, stage: Stage | None) -> Refusal:
    if stage is Stage.LOGIN or "authentication method" in str(error):
        return Refusal("login_not_offered", is_permanent=True)
    return Refusal("not_smtp", is_permanent=True)


#: By the numbers of OpenSSL (``X509_V_ERR_...``).
_CERTIFICATE_FAULTS = {
    2: "certificate_unknown_issuer",
    9: "certificate_too_early",
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_unknown_issuer",
    20: "certificate_unknown_issuer",
    21: "certificate_unknown_issuer",
    62: "certificate_wrong_name",
    64: "certificate_wrong_name",
}


def _certificate(error: ssl.SSLCertVerificationError, stage: Stage | None) -> Refusal:
    if code := _CERTIFICATE_FAULTS.get(error.verify_code):
        return Refusal(code, is_permanent=True)
    detail = one_line(error.verify_message)
    return Refusal("certificate_invalid", {"detail": detail}, is_permanent=True)


_NOT_TLS = {
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "WRONG_VERSION_NUMBER",
}
_TLS_OUTDATED = {
    "DH_KEY_TOO_SMALL",
    "NO_PROTOCOLS_AVAILABLE",
    "NO_SHARED_CIPHER",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    "UNSUPPORTED_PROTOCOL",
}


def _tls(error: ssl.SSLError, stage: Stage | None) -> Refusal:
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Refusal("closed")
    if error.reason in _NOT_TLS:
        return Refusal("not_tls", is_permanent=True)
    code = "tls_outdated" if error.reason in _TLS_OUTDATED else "tls_failed"
    return Refusal(code, {"detail": error.reason or "SSL"}, is_permanent=True)


def _look_up(error: socket.gaierror, stage: Stage | None) -> Refusal:
    # Some systems have no EAI_NODATA.
    unknown = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    if error.errno in unknown:
        return Refusal("host_not_found", is_permanent=True)
    return Refusal("look_up_failed")


def _timeout(error: TimeoutError, stage: Stage | None) -> Refusal:
    codes = {Stage.CONNECT: "connect_timeout", Stage.GREETING: "silent"}
    return Refusal(codes.get(stage, "timeout"))


def _network(error: OSError, stage: Stage | None) -> Refusal:
    if error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return Refusal("unreachable")
    return Refusal("network", {"detail": error.strerror or type(error).__name__})


def _unicode(error: UnicodeError, stage: Stage | None) -> Refusal:
    # Never the words of the error: it holds the whole text, which may be a password.
    if stage in MAIL_STAGES:
        return Refusal("address_not_ascii", is_permanent=True)
    # Host names are encoded by other rules than ASCII.
    if stage is Stage.LOGIN or getattr(error, "encoding", "") == "ascii":
        return Refusal("login_not_ascii", is_permanent=True)
    return Refusal("host_not_found", is_permanent=True)


_Explainer = Callable[[BaseException, Stage | None], Refusal | None]

#: The first kind that fits counts: subclasses before their bases.
_EXPLAINERS: tuple[tuple[type[BaseException], _Explainer], ...] = (
    (SenderToolError, _tool_error),
    (smtplib.SMTPRecipientsRefused, _recipients),
    (smtplib.SMTPResponseException, _response),
    (smtplib.SMTPNotSupportedError, _not_supported),
    (smtplib.SMTPServerDisconnected, _disconnected),
    (smtplib.SMTPException, _smtp),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _tls),
    (socket.gaierror, _look_up),
    (TimeoutError, _timeout),
    (ConnectionRefusedError, lambda _error, _stage: Refusal("connection_refused")),
    (ConnectionError, lambda _error, _stage: Refusal("closed")),
    (UnicodeError, _unicode),
    # An answer in a login that is not base64.
    (binascii.Error, lambda _error, _stage: Refusal("not_smtp", is_permanent=True)),
    (OSError, _network),
)
