# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a mailbox hands in its mail, and the login for it, as people type them."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import idna

from .domain_name import parse_host
from .errors import DomainNameError, SmtpServerError

MAX_PORT = 65535
#: Most octets of a user name that every server must take (RFC 4616 section 2).
MAX_USER_LENGTH = 255

#: A host of the own network (``localhost``); all digits would be an address.
_LONE_LABEL = re.compile(r"(?![0-9]+$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r"[0-9]{1,5}")
#: Python's ``smtplib`` sends nothing else as user name and password.
_NOT_PRINTABLE_ASCII = re.compile(r"[^ -~]")


class Encryption(StrEnum):
    """How a session is encrypted, in the words of ``ir.mail_server.smtp_encryption``.

    The strict ones validate the certificate of the server.
    """

    NONE = "none"
    STARTTLS_STRICT = "starttls_strict"
    STARTTLS = "starttls"
    SSL_STRICT = "ssl_strict"
    SSL = "ssl"

    @property
    def is_starttls(self) -> bool:
        """Whether the session is encrypted after its greeting (RFC 3207)."""
        return self in (Encryption.STARTTLS_STRICT, Encryption.STARTTLS)

    @property
    def is_implicit(self) -> bool:
        """Whether the session is encrypted from its first byte (RFC 8314)."""
        return self in (Encryption.SSL_STRICT, Encryption.SSL)

    @property
    def is_validated(self) -> bool:
        """Whether the certificate of the server has to be right."""
        return self in (Encryption.STARTTLS_STRICT, Encryption.SSL_STRICT)

    @property
    def unvalidated(self) -> Encryption:
        """The same encryption with any certificate."""
        return Encryption(self.value.removesuffix("_strict"))


#: The ports of RFC 5321 section 4.5.4.2 (25), RFC 6409 section 3.1 (587) and RFC 8314
#: section 7.3 (465).
DEFAULT_PORTS: Mapping[Encryption, int] = {
    Encryption.NONE: 25,
    Encryption.STARTTLS_STRICT: 587,
    Encryption.STARTTLS: 587,
    Encryption.SSL_STRICT: 465,
    Encryption.SSL: 465,
}


@dataclass(frozen=True)
class SmtpServer:
    """A mail server that takes mail. Make it by :meth:`parse`.

    >>> SmtpServer.parse(" SMTP.Müller.example ", None, "starttls_strict")
    ... # doctest: +NORMALIZE_WHITESPACE
    SmtpServer(host='smtp.xn--mller-kva.example', port=587,
               encryption=<Encryption.STARTTLS_STRICT: 'starttls_strict'>)

    :ivar host: A-labels in lower case, or an IP address without brackets
    :ivar port: 1 to 65535
    """

    host: str
    port: int
    encryption: Encryption

    @classmethod
    def parse(cls, host: str, port: int | str | None, encryption: str) -> SmtpServer:
        """Read what somebody typed.

        :param host: name or IP address; IPv6 with or without brackets
        :param port: nothing means the port that is usual for the encryption
        :param encryption: a value of :class:`Encryption`
        :raise SmtpServerError: ``no_host``, ``host_is_url``, ``host_is_address``,
            ``host_has_port``, ``bad_host`` or ``bad_port``
        """
        kind = Encryption(encryption)
        return cls(_parse_host(host), _parse_port(port or DEFAULT_PORTS[kind]), kind)


@dataclass(frozen=True)
class SmtpLogin:
    """A user name with its password. Make it by :meth:`parse`.

    >>> SmtpLogin.parse("ann@müller.example", "open sesame")
    SmtpLogin(user='ann@xn--mller-kva.example')
    """

    user: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, user: str, password: str) -> SmtpLogin:
        """Read what somebody typed; blanks around the user name are forgiven.

        :raise SmtpServerError: ``no_user``, ``user_too_long``, ``user_bad_character``,
            ``user_bad_domain``, ``no_password`` or ``password_bad_character``
        """
        if not password:
            raise SmtpServerError("no_password")
        if _NOT_PRINTABLE_ASCII.search(password):
            raise SmtpServerError("password_bad_character")
        return cls(_parse_user(user), password)


def ssl_context(encryption: Encryption, cafile: str | None = None) -> ssl.SSLContext:
    """Make what Odoo makes to encrypt a session.

    :param encryption: anything but ``NONE``
    :param cafile: file with the authorities to trust; nothing: those of the system,
        or of the environment variable ``SSL_CERT_FILE``
    """
    context = ssl.create_default_context(cafile=cafile)
    if not encryption.is_validated:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _parse_host(text: str) -> str:
    typed = text.strip()
    if not typed:
        raise SmtpServerError("no_host")
    if address := _ip_address(typed):
        return address
    if "/" in typed or "\\" in typed:
        raise SmtpServerError("host_is_url", text=typed)
    if "@" in typed:
        raise SmtpServerError("host_is_address", text=typed)
    name, _colon, port = typed.rpartition(":")
    if name and _PORT.fullmatch(port):
        raise SmtpServerError("host_has_port", text=typed, port=int(port))
    if _LONE_LABEL.fullmatch(typed.lower()):
        return typed.lower()
    try:
        return parse_host(typed)
    except DomainNameError as error:
        raise SmtpServerError("bad_host", text=typed, detail=str(error)) from error


def _ip_address(typed: str) -> str:
    """The usual form of an IP address; empty if it is none, or one with a zone."""
    if typed.startswith("[") and typed.endswith("]"):
        typed = typed[1:-1]
    try:
        address = ipaddress.ip_address(typed)
    except ValueError:
        return ""
    return "" if "%" in typed else str(address)


def _parse_port(port: int | str) -> int:
    text = str(port).strip()
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= MAX_PORT:
        raise SmtpServerError("bad_port", text=text, limit=MAX_PORT)
    return int(text)


def _parse_user(text: str) -> str:
    user = text.strip()
    if not user:
        raise SmtpServerError("no_user")
    if len(user) > MAX_USER_LENGTH:
        raise SmtpServerError("user_too_long", length=len(user), limit=MAX_USER_LENGTH)
    local, at, domain = user.rpartition("@")
    if at:
        # Odoo encodes what follows the @ and fails where that cannot be done.
        try:
            encoded = idna.encode(domain, uts46=True).decode("ascii")
        except UnicodeError as error:
            raise SmtpServerError(
                "user_bad_domain", text=user, detail=str(error)
            ) from error
        user = f"{local}@{encoded}"
    if wrong := _NOT_PRINTABLE_ASCII.search(user):
        raise SmtpServerError("user_bad_character", character=wrong[0], text=user)
    return user
