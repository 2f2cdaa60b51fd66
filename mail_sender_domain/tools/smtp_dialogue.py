# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Talks to a mail server and tells each step while it happens.

:func:`run_dialogue` goes the whole way on a connection of its own. How Odoo opens a
session is told by :class:`.smtp_watch.SessionWatch`. In a session that is open already,
:func:`observe` tells what becomes of the messages.

A step is told when it begins and when it is known what came of it. No step holds a
password, even where a server repeats it.
"""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from time import monotonic

from . import smtp_refusal
from .errors import SenderToolError
from .smtp_connection import describe_connection, describe_tls
from .smtp_error import explain_error
from .smtp_refusal import Refusal, Stage, explain_refusal, one_line, split_reply
from .smtp_server import SmtpLogin, SmtpServer, ssl_context

#: What a step is at, or what came of it, as ``code: sentence``; the ``{names}`` in a
#: sentence are keys of the step's ``params``. ``reply`` is the server's whole answer.
CODES: Mapping[str, str] = {
    # running: the value of the stage
    "look_up": "looking up {host}",
    "connect": "connecting to {host}, port {port}",
    "greeting": "waiting for the greeting",
    "tls": "encrypting",
    "login": "logging in as {user}",
    "sender": "naming the sender {address}",
    "recipient": "naming the recipient {address}",
    "message": "handing over the message",
    # ok
    "host_found": "{host} has the addresses {addresses}",
    "connected": "connected to {address}, port {port}",
    "interface": "the mail leaves through an interface beside the mail server",
    "greeted": "{server} answers",
    "encrypted": "{version}, certificate of {names} by {issuer}, valid until {expires}",
    "encrypted_unvalidated": "{version}, nobody checked the certificate",
    "logged_in": "logged in as {user}",
    "sender_accepted": "the server takes mail from {address}",
    "recipient_accepted": "the server takes mail for {address}",
    "message_accepted": "the server took the message: {reply}",
    "message_taken": "the message was taken",
    # skipped
    "not_encrypted": "the session is not encrypted",
    "no_login": "no login is set up",
    "no_message": "there is no message to send",
    "not_reached": "an earlier step failed",
    # failed
    **smtp_refusal.CODES,
}

#: Seconds that a server may be silent, each time.
TIMEOUT = 20.0
#: Seconds that it may take to say goodbye, when all is known already.
QUIT_TIMEOUT = 2.0

#: What goes wrong on the way to a server and with it; anything else is a bug.
_FAULTS = (OSError, ValueError, SenderToolError)

_DONE_CODES = {
    Stage.LOOK_UP: "host_found",
    Stage.CONNECT: "connected",
    Stage.GREETING: "greeted",
    Stage.TLS: "encrypted",
    Stage.LOGIN: "logged_in",
    Stage.SENDER: "sender_accepted",
    Stage.RECIPIENT: "recipient_accepted",
    Stage.MESSAGE: "message_accepted",
}
#: What ``smtplib`` calls a success (RFC 5321 section 4.3.2).
_POSITIVE_REPLIES = {
    Stage.SENDER: (250,),
    Stage.RECIPIENT: (250, 251),
    Stage.MESSAGE: (250,),
}


class Outcome(StrEnum):
    """What came of a step."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """One step of a dialogue.

    :ivar code: a key of :data:`CODES`
    :ivar params: what the sentence of the code needs
    :ivar seconds: how long it took
    :ivar reply_code: what the server answered; 0: it was not asked, or said nothing
    :ivar reply_text: its words in one line
    :ivar is_permanent: of a failure: whether trying the same again is in vain
    :ivar is_login: of a failure: whether a person has to mend the login first
    """

    stage: Stage
    outcome: Outcome
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    seconds: float = 0.0
    reply_code: int = 0
    reply_text: str = ""
    is_permanent: bool = False
    is_login: bool = False

    def __str__(self) -> str:
        return CODES[self.code].format(**self.params)


@dataclass(frozen=True)
class Delivery:
    """What to hand over.

    :ivar mail_from: envelope sender, ASCII
    :ivar recipient: envelope recipient, ASCII
    :ivar message: the bytes; None: ask only whether sender and recipient are welcome
    """

    mail_from: str
    recipient: str
    message: bytes | None = None


def run_dialogue(
    server: SmtpServer,
    login: SmtpLogin | None,
    delivery: Delivery,
    on_step: Callable[[Step], object] = lambda step: None,
    *,
    prepare: Callable[[smtplib.SMTP], object] = lambda session: None,
    timeout: float = TIMEOUT,
) -> tuple[Step, ...]:
    """Go the whole way, until something fails; that is a step and nothing is raised.

    :param login: None for a server that needs none
    :param on_step: called with each step when it begins and when it ends
    :param prepare: called with the session before the message; it may wrap
        ``sendmail`` as :class:`.smtp_transport.SenderTransport` does
    :param timeout: seconds that the server may be silent, each time; the look-up has
        the limits of the system
    :return: what came of each stage, those that were not reached included
    """
    report = Report(on_step)
    if login:
        report.hide(login)
    try:
        with ExitStack() as resources:
            session = _open(server, report, timeout, resources)
            _log_in(session, login, report)
            prepare(session)
            _deliver(session, delivery, report)
    except _FAULTS:
        if not report.has_failed:
            raise
    reached = {step.stage for step in report.steps}
    for stage in Stage:
        if stage not in reached:
            report.skip(stage, "not_reached")
    return tuple(report.steps)


def observe(session: smtplib.SMTP, on_step: Callable[[Step], object]) -> None:
    """Tell what becomes of the messages in a session that somebody else opened.

    The steps are those from ``SENDER`` on, with a ``RECIPIENT`` for each of them. What
    the session returns and raises stays as it is.
    """
    watch_mail(session, Report(on_step))


# ---------------------------------------------------------------- telling


@dataclass
class _Finding:
    """What a step tells when it goes well; filled in as it goes."""

    code: str
    params: dict[str, str | int]
    reply: tuple[int, bytes] = (0, b"")


class Report:
    """Tells the steps, and remembers how they ended.

    :ivar steps: those that ended
    :ivar stage: what began last
    """

    def __init__(self, on_step: Callable[[Step], object]):
        self.steps: list[Step] = []
        self.stage = Stage.LOOK_UP
        self._on_step = on_step
        self._secrets: list[str] = []

    @property
    def has_failed(self) -> bool:
        """Whether a step failed."""
        return any(step.outcome is Outcome.FAILED for step in self.steps)

    def hide(self, login: SmtpLogin) -> None:
        """Keep a password out of what the steps hold from now on."""
        if login.password:
            self._secrets += spellings(login)

    def begin(self, stage: Stage, **params: str | int) -> None:
        """Tell that a step begins."""
        self.stage = stage
        self._on_step(Step(stage, Outcome.RUNNING, stage.value, params))

    def succeed(self, stage: Stage, code: str = "", **params: str | int) -> None:
        """Tell that a step went well.

        :param code: if not given, the usual one of the stage
        """
        self._end(Step(stage, Outcome.OK, code or _DONE_CODES[stage], params))

    @contextmanager
    def step(self, stage: Stage, **params: str | int) -> Iterator[_Finding]:
        """Tell a step; what is raised in it is told and raised on."""
        finding = _Finding(_DONE_CODES[stage], params)
        started = monotonic()
        self.begin(stage, **params)
        try:
            yield finding
        except _FAULTS as error:
            self.fail(stage, explain_error(error, stage), monotonic() - started)
            raise
        code, reply = finding.reply
        if code not in _POSITIVE_REPLIES.get(stage, (code,)):
            refusal = explain_refusal(code, *split_reply(reply), stage)
            self.fail(stage, refusal, monotonic() - started)
            return
        text = one_line(" ".join(split_reply(reply)))
        if code:
            params["reply"] = f"{code} {text}"
        seconds = monotonic() - started
        self._end(Step(stage, Outcome.OK, finding.code, params, seconds, code, text))

    def fail(self, stage: Stage, refusal: Refusal, seconds: float = 0.0) -> None:
        """Tell that a step failed."""
        step = Step(stage, Outcome.FAILED, refusal.code, refusal.params, seconds)
        self._end(
            replace(
                step,
                reply_code=refusal.reply_code,
                reply_text=refusal.reply_text,
                is_permanent=refusal.is_permanent,
                is_login=refusal.is_login,
            )
        )

    def skip(self, stage: Stage, code: str) -> None:
        """Tell that a step is left out."""
        self._end(Step(stage, Outcome.SKIPPED, code))

    def _end(self, step: Step) -> None:
        params = dict(step.params)
        if "reply" in params:
            params["reply"] = self._without_secrets(params["reply"])
        text = self._without_secrets(step.reply_text)
        self.steps.append(replace(step, params=params, reply_text=text))
        self._on_step(self.steps[-1])

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def spellings(login: SmtpLogin) -> list[str]:
    """The ways in which a password goes over the wire (RFC 4616, AUTH LOGIN)."""
    plain = f"\0{login.user}\0{login.password}"
    encoded = [
        base64.b64encode(text.encode()).decode() for text in (plain, login.password)
    ]
    return [*encoded, login.password]


# ---------------------------------------------------------------- the way


class _Session(smtplib.SMTP):
    """A session on a socket that is connected already; keeps the greeting."""

    def __init__(self, server: SmtpServer, sock: socket.socket, timeout: float):
        self._connected = sock
        self.greeting = (0, b"")
        super().__init__(server.host, server.port, timeout=timeout)

    def connect(self, *args, **kwargs):
        self.greeting = super().connect(*args, **kwargs)
        return self.greeting

    def _get_socket(self, host, port, timeout):
        return self._connected


def _open(
    server: SmtpServer, report: Report, timeout: float, resources: ExitStack
) -> _Session:
    """Open a session, as far as it goes without a login.

    :param resources: closes what was opened
    """
    addresses = look_up(server, report)
    with report.step(Stage.CONNECT, host=server.host, port=server.port) as finding:
        plain = sock = _connect(addresses, server.port, timeout)
        resources.callback(plain.close)
        finding.params["address"] = plain.getpeername()[0]
    if server.encryption.is_implicit:

        def wrap(context: ssl.SSLContext) -> socket.socket:
            return context.wrap_socket(plain, server_hostname=server.host)

        sock = _encrypt(server, wrap, report, timeout)
        resources.callback(sock.close)
    with report.step(Stage.GREETING) as finding:
        session = _Session(server, sock, timeout)
        resources.callback(hang_up, session)
        session.ehlo_or_helo_if_needed()
        finding.params["server"] = describe_connection(session).server
        finding.reply = session.greeting
    if server.encryption.is_starttls:

        def start(context: ssl.SSLContext) -> socket.socket:
            session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
            return session.sock

        _encrypt(server, start, report, timeout)
    elif not server.encryption.is_implicit:
        report.skip(Stage.TLS, "not_encrypted")
    return session


def look_up(server: SmtpServer, report: Report) -> list[str]:
    """Return the IP addresses of a server, the best one first."""
    with report.step(Stage.LOOK_UP, host=server.host) as finding:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(address[0] for *_rest, address in found))
        finding.params["addresses"] = ", ".join(addresses)
    return addresses


def _connect(addresses: list[str], port: int, timeout: float) -> socket.socket:
    """Connect to the first address that answers; else raise what the last one did."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout)
    return socket.create_connection((addresses[-1], port), timeout)


def _encrypt(
    server: SmtpServer,
    handshake: Callable[[ssl.SSLContext], socket.socket],
    report: Report,
    timeout: float,
) -> socket.socket:
    with report.step(Stage.TLS) as finding:
        try:
            sock = handshake(ssl_context(server.encryption))
        except ssl.SSLCertVerificationError as error:
            names = _wrong_names(server, error, timeout)
            if not names:
                raise
            raise SenderToolError(
                "certificate_names", host=server.host, names=names
            ) from error
        tls = describe_tls(sock)
        finding.code = tls.code
        finding.params.update(tls.params)
    return sock


def _wrong_names(
    server: SmtpServer, error: ssl.SSLCertVerificationError, timeout: float
) -> str:
    """Look whom the certificate of a server is for, if it is for another host.

    Python does not show a certificate that it refused. So a second session is opened
    that takes any, and says no more than hello.
    """
    if explain_error(error).code != "certificate_wrong_name":
        return ""
    encryption = server.encryption.unvalidated
    with suppress(*_FAULTS), ExitStack() as resources:
        silent = Report(lambda step: None)
        _open(replace(server, encryption=encryption), silent, timeout, resources)
        return next(s.params["names"] for s in silent.steps if s.stage is Stage.TLS)
    return ""


def _log_in(session: _Session, login: SmtpLogin | None, report: Report) -> None:
    if not login:
        report.skip(Stage.LOGIN, "no_login")
        return
    with report.step(Stage.LOGIN, user=login.user) as finding:
        finding.reply = session.login(login.user, login.password)


def watch_mail(session: smtplib.SMTP, report: Report) -> None:
    """Tell the commands of which ``sendmail`` consists."""

    def watched(stage: Stage, command: Callable, subject, *args):
        params = {} if stage is Stage.MESSAGE else {"address": subject}
        with report.step(stage, **params) as finding:
            finding.reply = command(subject, *args)
        return finding.reply

    session.mail = partial(watched, Stage.SENDER, session.mail)
    session.rcpt = partial(watched, Stage.RECIPIENT, session.rcpt)
    session.data = partial(watched, Stage.MESSAGE, session.data)


def _deliver(session: smtplib.SMTP, delivery: Delivery, report: Report) -> None:
    watch_mail(session, report)
    if delivery.message is None:
        session.mail(delivery.mail_from)
        if not report.has_failed:
            session.rcpt(delivery.recipient)
        if not report.has_failed:
            report.skip(Stage.MESSAGE, "no_message")
        return
    try:
        session.sendmail(delivery.mail_from, [delivery.recipient], delivery.message)
    except SenderToolError as error:
        # The transport refused before a word was said.
        report.fail(Stage.SENDER, explain_error(error, Stage.SENDER))


def hang_up(session: smtplib.SMTP) -> None:
    """Say goodbye and close a session, whatever became of it."""
    with suppress(OSError):
        if session.sock:
            session.sock.settimeout(QUIT_TIMEOUT)
        session.quit()
    session.close()
