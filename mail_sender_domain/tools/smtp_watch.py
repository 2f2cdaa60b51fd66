# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tells how somebody else opens a session with a mail server and sends in it.

Odoo opens its sessions by itself, and other addons take part in that; a watch tells the
steps of :mod:`.smtp_dialogue` meanwhile, as far as they can be seen from outside.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from .smtp_connection import describe_connection
from .smtp_dialogue import Report, Step, look_up, watch_mail
from .smtp_error import explain_error
from .smtp_refusal import Stage
from .smtp_server import SmtpLogin, SmtpServer

#: What was going on when ``smtplib`` raised this while it opened a session; the first
#: kind that fits counts. Anything else happens on the way to the server.
_STAGES: tuple[tuple[type[Exception], Stage], ...] = (
    (smtplib.SMTPAuthenticationError, Stage.LOGIN),
    (smtplib.SMTPConnectError, Stage.GREETING),
    (smtplib.SMTPHeloError, Stage.GREETING),
    # The answer to STARTTLS, and that it is not offered.
    (smtplib.SMTPResponseException, Stage.TLS),
    (smtplib.SMTPNotSupportedError, Stage.TLS),
    (ssl.SSLError, Stage.TLS),
    (smtplib.SMTPException, Stage.GREETING),
)


class SessionWatch(Report):
    """Tells the steps of one session while somebody else makes it.

    ::

        watch = SessionWatch(server, on_step)
        with watch.opening():
            session = open_as_usual()  # calls watch.logging_in around the login
            watch.opened(session, user)
        watch.sending(session)
        session.sendmail(...)

    :param server: what is connected to
    :param on_step: called with each step when it begins and when it ends
    """

    def __init__(self, server: SmtpServer, on_step: Callable[[Step], object]):
        super().__init__(on_step)
        self._server = server

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Tell the way to the server; what is raised in it is told and raised on.

        The name is looked up once more than needed, to tell whether it exists.
        """
        look_up(self._server, self)
        self.begin(Stage.CONNECT, host=self._server.host, port=self._server.port)
        try:
            yield
        except OSError as error:
            self._fail_opening(error)
            raise

    @contextmanager
    def logging_in(
        self, session: smtplib.SMTP, user: str, password: str
    ) -> Iterator[None]:
        """Tell a login; what is raised in it is told and raised on.

        :param session: as far as it goes without a login
        """
        self.hide(SmtpLogin(user, password))
        self._tell_connection(session)
        with self.step(Stage.LOGIN, user=user):
            yield

    def opened(self, session: smtplib.SMTP, user: str) -> None:
        """Tell what was not told yet of a session that is open now.

        :param session: of ``smtplib``, or what took the place of one
        :param user: who is logged in; empty: nobody
        """
        if isinstance(session, smtplib.SMTP):
            self._tell_connection(session)
        else:
            self.succeed(Stage.CONNECT, "interface")
        if self._is_told(Stage.LOGIN):
            return
        if user:
            self.succeed(Stage.LOGIN, user=user)
        else:
            self.skip(Stage.LOGIN, "no_login")

    def sending(self, session: smtplib.SMTP) -> None:
        """Tell what becomes of the messages that are sent in a session.

        :param session: as of :meth:`opened`
        """
        if isinstance(session, smtplib.SMTP):
            watch_mail(session, self)
        else:
            session.sendmail = partial(self._tell_message, session.sendmail)

    def _tell_message(
        self, send: Callable[..., Any], *args: Any, **options: Any
    ) -> Any:
        """Tell that a message is taken; who watches tells what is raised."""
        self.begin(Stage.MESSAGE)
        refused = send(*args, **options)
        self.succeed(Stage.MESSAGE, "message_taken")
        return refused

    def _is_told(self, stage: Stage) -> bool:
        return any(step.stage is stage for step in self.steps)

    def _tell_connection(self, session: smtplib.SMTP) -> None:
        """Tell all up to the login, once."""
        if self._is_told(Stage.CONNECT):
            return
        # ``smtplib`` would say hello at the latest now.
        session.ehlo_or_helo_if_needed()
        self._tell_connected(_peer(session) or self._server.host)
        facts = describe_connection(session)
        if self._server.encryption.is_implicit:
            self._tell_tls(facts.tls)
            self.succeed(Stage.GREETING, server=facts.server)
        else:
            self.succeed(Stage.GREETING, server=facts.server)
            self._tell_tls(facts.tls)

    def _tell_connected(self, address: str) -> None:
        self.succeed(Stage.CONNECT, address=address, port=self._server.port)

    def _tell_tls(self, tls) -> None:
        """Tell how the session is encrypted.

        :param tls: the :class:`.smtp_connection.TlsFacts`, or None
        """
        if not tls:
            self.skip(Stage.TLS, "not_encrypted")
            return
        is_validated = tls.is_validated or self._server.encryption.is_validated
        code = "encrypted" if is_validated else "encrypted_unvalidated"
        self.succeed(Stage.TLS, code, **tls.params)

    def _fail_opening(self, error: OSError) -> None:
        """Tell what went wrong before a session was there, unless a step has."""
        if self.has_failed:
            return
        stage = next(
            (stage for kind, stage in _STAGES if isinstance(error, kind)), Stage.CONNECT
        )
        if stage is not Stage.CONNECT and not self._is_told(Stage.CONNECT):
            self._tell_connected(self._server.host)
        self.fail(stage, explain_error(error, stage))


def _peer(session: smtplib.SMTP) -> str:
    """The IP address at the other end; empty if the socket does not tell."""
    if not hasattr(session.sock, "getpeername"):
        return ""
    return session.sock.getpeername()[0]
