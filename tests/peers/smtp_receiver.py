# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMTP server that keeps what it receives, by aiosmtpd."""

import asyncio
import email
import email.policy
import logging
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from enum import Enum, auto
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import (
    MISSING,
    SMTP,
    AuthResult,
    Envelope,
    LoginPassword,
    Session,
    TLSSetupException,
)

from .ports import LOOPBACK, free_port

#: Largest message taken, in bytes.
SIZE_LIMIT = 50 * 1024 * 1024

# aiosmtpd reports every command that it receives, and warns of its own old names.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Tls(Enum):
    """When a session is encrypted."""

    NEVER = auto()
    STARTTLS = auto()
    IMPLICIT = auto()


class Certificate(Enum):
    """What the server shows who wants to encrypt."""

    GOOD = auto()
    EXPIRED = auto()
    OTHER_NAME = auto()
    SELF_SIGNED = auto()


class Fault(Enum):
    """What a server does that answers nothing."""

    HANG_UP = auto()
    SILENCE = auto()


@dataclass(frozen=True)
class ReceivedMail:
    """One message as it came over the wire, with its envelope.

    :ivar content: the bytes between DATA and the final dot, dot-stuffing undone
    :ivar mail_from: the envelope sender
    :ivar recipients: the envelope recipients that were accepted
    :ivar helo: the name that the client gave itself
    :ivar client_ip: where the client connected from
    :ivar client_port: from which port; the same for all mails of one SMTP session
    :ivar encrypted: whether TLS was on
    :ivar login: the account that the client logged in with, empty if none
    """

    content: bytes
    mail_from: str
    recipients: tuple[str, ...]
    helo: str
    client_ip: str
    client_port: int
    encrypted: bool
    login: str

    @property
    def message(self) -> EmailMessage:
        """The message, parsed anew at each reading."""
        return email.message_from_bytes(self.content, policy=email.policy.default)


class SmtpReceiver:
    """An SMTP server on a free loopback port that keeps every message it accepts.

    ::

        with SmtpReceiver(login=("odoo", "secret")) as receiver:
            receiver.replies["nobody@example.com"] = "550 5.1.1 no such mailbox"
            receiver.script["DATA"] = "554 5.7.1 looks like spam"
            ...
            receiver.mails[0].message["From"]

    :ivar port: the port it listens on
    :ivar mails: the messages received, oldest first; may be cleared at any time
    :ivar replies: recipient -> what RCPT is answered instead of "250", such as
        ``"550 5.1.1 no such mailbox"`` or ``"451 4.3.0 try later"``
    :ivar script: command -> what it is answered, or a :class:`Fault`: ``"AUTH"``,
        ``"MAIL"``, ``"RCPT"``, and ``"DATA"`` after the message
    :ivar readers: functions that are called with each message once it was kept, in a
        thread: people who act as soon as mail arrives
    :ivar authority: the authority (:class:`trustme.CA`) of the certificate
    """

    def __init__(
        self,
        *,
        tls: Tls | None = None,
        certificate: Certificate = Certificate.GOOD,
        login: tuple[str, str] | None = None,
        folder: Path | None = None,
    ):
        """Prepare the server; nothing listens before ``with``.

        :param tls: when to encrypt; if not given, by STARTTLS when there is a login, as
            nobody should send that in the clear
        :param certificate: the good one is for ``localhost``
        :param login: the account and password that a client must give
        :param folder: an existing folder in which to keep each message as well, as
            ``0001.eml`` and so on
        """
        self.port = free_port()
        self.mails: list[ReceivedMail] = []
        self.replies: dict[str, str] = {}
        self.script: dict[str, str | Fault] = {}
        self.readers: list[Callable[[ReceivedMail], object]] = []
        self.authority = trustme.CA()
        self._login = login
        self._folder = folder
        self._tls = tls or (Tls.STARTTLS if login else Tls.NEVER)
        self._certificate = certificate
        self._count = 0
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start listening.

        :raise OSError: when the port was taken in the meantime
        """
        controller = Controller(
            self,
            hostname=LOOPBACK,
            port=self.port,
            data_size_limit=SIZE_LIMIT,
            ssl_context=self._tls_context() if self._tls is Tls.IMPLICIT else None,
            tls_context=self._tls_context() if self._tls is Tls.STARTTLS else None,
            # Without a login none is offered, as there is no TLS that it could follow.
            auth_require_tls=self._tls is Tls.STARTTLS or not self._login,
            authenticator=self._authenticate,
        )
        controller.start()
        self._resources.callback(controller.stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening; what was received stays readable."""
        self._resources.close()

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Let this process trust the server's authority, and not the system's."""
        with (
            self.authority.cert_pem.tempfile() as path,
            patch.dict(os.environ, SSL_CERT_FILE=path),
        ):
            yield

    async def handle_AUTH(
        self, server: SMTP, session: Session, envelope: Envelope, arguments: list[str]
    ) -> Any:
        """Answer a login, or leave that to aiosmtpd, which calls this."""
        return await self._scripted("AUTH", server) or MISSING

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer the sender; called by aiosmtpd."""
        if reply := await self._scripted("MAIL", server):
            return reply
        if self._login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer one recipient; called by aiosmtpd."""
        if reply := await self._scripted("RCPT", server) or self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message; called by aiosmtpd."""
        if reply := await self._scripted("DATA", server):
            return reply
        ip, port = session.peer
        mail = ReceivedMail(
            content=envelope.original_content,
            mail_from=envelope.mail_from,
            recipients=tuple(envelope.rcpt_tos),
            helo=session.host_name,
            client_ip=ip,
            client_port=port,
            encrypted=session.ssl is not None or self._tls is Tls.IMPLICIT,
            login=session.auth_data or "",
        )
        self._count += 1
        if self._folder:
            (self._folder / f"{self._count:04}.eml").write_bytes(mail.content)
        self.mails.append(mail)
        for reader in self.readers:
            Thread(target=reader, args=(mail,)).start()
        return f"250 2.0.0 queued as {self._count}"

    async def handle_exception(self, error: Exception) -> str:
        """Keep quiet about clients that do not like the certificate."""
        if isinstance(error, TLSSetupException):
            return "454 4.7.0 no TLS"
        raise error

    async def _scripted(self, command: str, server: SMTP) -> str | None:
        reply = self.script.get(command)
        if not isinstance(reply, Fault):
            return reply
        if reply is Fault.HANG_UP:
            server.transport.close()
        # aiosmtpd cancels this when the connection is gone.
        return await asyncio.get_running_loop().create_future()

    def _authenticate(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        given: Any,
    ) -> AuthResult:
        if not (self._login and isinstance(given, LoginPassword)):
            return AuthResult(success=False, handled=False)
        account, password = given.login.decode(), given.password.decode()
        success = (account, password) == self._login
        return AuthResult(success=success, handled=False, auth_data=account)

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self._certificate is Certificate.SELF_SIGNED:
            # The certificate of an authority is one that nobody else signed.
            authority = trustme.CA()
            with (
                authority.cert_pem.tempfile() as certificate,
                authority.private_key_pem.tempfile() as key,
            ):
                context.load_cert_chain(certificate, key)
            return context
        names, last_day = ("localhost", LOOPBACK), None
        if self._certificate is Certificate.OTHER_NAME:
            names = ("mail.hoster.test", "*.hoster.test")
        if self._certificate is Certificate.EXPIRED:
            last_day = datetime(2020, 1, 31, tzinfo=UTC)
        certificate = self.authority.issue_cert(*names, not_after=last_day)
        certificate.configure_cert(context)
        return context
