# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an open SMTP session is like: who answers, and how it is encrypted."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from .smtp_refusal import one_line

#: Most names of a certificate that are shown.
MAX_NAMES = 5


@dataclass(frozen=True)
class Certificate:
    """What people want to know about a certificate. Make it by :meth:`parse`.

    :ivar names: the hosts that it is for
    :ivar issuer: the organisation that vouches for it
    :ivar expires: its last day, as ``2027-01-31``
    """

    names: tuple[str, ...]
    issuer: str
    expires: str

    @classmethod
    def parse(cls, der: bytes) -> Certificate:
        """Read a certificate.

        :raise ValueError: when it breaks the rules of X.509 (RFC 5280)
        """
        try:
            certificate = x509.load_der_x509_certificate(der)
            names = _names(certificate)
        except (
            x509.DuplicateExtension,
            x509.InvalidVersion,
            x509.UnsupportedGeneralNameType,
        ) as error:
            raise ValueError(str(error)) from error
        issuers = [
            *certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
            *certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME),
        ]
        return cls(
            tuple(one_line(name) for name in names),
            one_line(str(issuers[0].value)) if issuers else "",
            _not_after(certificate).date().isoformat(),
        )


@dataclass(frozen=True)
class TlsFacts:
    """How a session is encrypted.

    :ivar version: such as ``TLSv1.3``
    :ivar cipher: its name in OpenSSL; empty if the socket does not tell
    :ivar certificate: None if it cannot be read
    :ivar is_validated: whether it is known that the server is the right one
    """

    version: str
    cipher: str
    certificate: Certificate | None
    is_validated: bool

    @property
    def code(self) -> str:
        """A code of :data:`.smtp_dialogue.CODES`."""
        return "encrypted" if self.is_validated else "encrypted_unvalidated"

    @property
    def params(self) -> dict[str, str | int]:
        """What the sentence of the code needs."""
        shown = self.certificate or Certificate((), "", "")
        return {
            "version": self.version,
            "cipher": self.cipher,
            "names": ", ".join(shown.names[:MAX_NAMES]),
            "issuer": shown.issuer,
            "expires": shown.expires,
        }


@dataclass(frozen=True)
class ConnectionFacts:
    """What an open session is like.

    :ivar server: how the server names itself
    :ivar tls: None when the session is not encrypted
    """

    server: str
    tls: TlsFacts | None


def describe_connection(session: smtplib.SMTP) -> ConnectionFacts:
    """Say what an open session is like; the server is not asked.

    :param session: as Odoo hands it out, that is after its EHLO
    """
    answer = (session.ehlo_resp if session.does_esmtp else session.helo_resp) or b""
    server = one_line(answer.decode("utf-8", "replace")).partition(" ")[0]
    return ConnectionFacts(server, describe_tls(session.sock))


def describe_tls(sock: socket.socket) -> TlsFacts | None:
    """Say how a socket is encrypted; None if it is not.

    :param sock: one of pyOpenSSL, as Odoo has it for client certificates, tells less
    """
    if not hasattr(sock, "getpeercert"):
        return None
    cipher = sock.cipher() if hasattr(sock, "cipher") else None
    context = getattr(sock, "context", None)
    certificate = None
    with suppress(ValueError):
        certificate = Certificate.parse(sock.getpeercert(binary_form=True))
    return TlsFacts(
        sock.version() or "",
        cipher[0] if cipher else "",
        certificate,
        bool(context and context.check_hostname and context.verify_mode),
    )


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return [str(name.value) for name in found]
    addresses = names.get_values_for_type(x509.IPAddress)
    return [*names.get_values_for_type(x509.DNSName), *map(str, addresses)]


def _not_after(certificate: x509.Certificate) -> datetime:
    # The first came with cryptography 42, the second is about to leave.
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_after_utc
    return certificate.not_valid_after
