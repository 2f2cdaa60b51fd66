# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMTP server that keeps what it receives, by aiosmtpd."""

import email
import email.policy
import logging
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .ports import LOOPBACK, free_port

#: Largest message taken, in bytes.
SIZE_LIMIT = 50 * 1024 * 1024

# aiosmtpd reports every command that it receives, and warns of its own old names.
logging.getLogger("mail.log").setLevel(logging.ERROR)


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
            ...
            receiver.mails[0].message["From"]

    :ivar port: the port it listens on
    :ivar mails: the messages received, oldest first; may be cleared at any time
    :ivar replies: recipient -> what RCPT is answered instead of "250", such as
        ``"550 5.1.1 no such mailbox"`` or ``"451 4.3.0 try later"``
    :ivar authority: the authority (:class:`trustme.CA`) of the STARTTLS certificate
    """

    def __init__(
        self,
        *,
        starttls: bool = False,
        login: tuple[str, str] | None = None,
        folder: Path | None = None,
    ):
        """Prepare the server; nothing listens before ``with``.

        :param starttls: offer STARTTLS, with a certificate for ``localhost``
        :param login: the account and password that a client must give; as nobody
            should send those in the clear, this turns STARTTLS on
        :param folder: an existing folder in which to keep each message as well, as
            ``0001.eml`` and so on
        """
        self.port = free_port()
        self.mails: list[ReceivedMail] = []
        self.replies: dict[str, str] = {}
        self.authority = trustme.CA()
        self._login = login
        self._folder = folder
        self._starttls = starttls or login is not None
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
            tls_context=self._tls_context() if self._starttls else None,
            auth_required=self._login is not None,
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

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer one recipient; called by aiosmtpd."""
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message; called by aiosmtpd."""
        ip, port = session.peer
        mail = ReceivedMail(
            content=envelope.original_content,
            mail_from=envelope.mail_from,
            recipients=tuple(envelope.rcpt_tos),
            helo=session.host_name,
            client_ip=ip,
            client_port=port,
            encrypted=session.ssl is not None,
            login=session.auth_data or "",
        )
        self._count += 1
        if self._folder:
            (self._folder / f"{self._count:04}.eml").write_bytes(mail.content)
        self.mails.append(mail)
        return f"250 2.0.0 queued as {self._count}"

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
        self.authority.issue_cert("localhost", LOOPBACK).configure_cert(context)
        return context
