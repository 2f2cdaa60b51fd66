# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A watch tells the steps of a session that is opened as Odoo does it."""

import smtplib
from contextlib import closing, suppress

import pytest
from tools.smtp_dialogue import Stage, hang_up
from tools.smtp_error import explain_error
from tools.smtp_server import Encryption, SmtpServer, ssl_context
from tools.smtp_watch import SessionWatch

from tests.peers.line_server import LineServer
from tests.peers.ports import free_port
from tests.peers.smtp_receiver import Certificate, SmtpReceiver, Tls

ACCOUNT = ("ann@acme.test", "hunter2 is secret")
MESSAGE = b"From: a@acme.test\r\n\r\nhello\r\n"

#: Long enough for a server that answers, on a machine that is busy.
PATIENCE = 20.0
#: What a test waits for an answer that never comes.
IMPATIENCE = 1.0


def open_session(watch, server, login, is_told=True, timeout=PATIENCE):
    """Open a session in the way of Odoo's ``ir.mail_server``.

    :param is_told: whether the login is told to the watch
    """
    encryption = server.encryption
    context = None
    if encryption is not Encryption.NONE:
        context = ssl_context(encryption)
    if encryption.is_implicit:
        session = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=context
        )
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=timeout)
    if encryption.is_starttls:
        session.starttls(context=context)
    if login and is_told:
        with watch.logging_in(session, *login):
            session.login(*login)
    elif login:
        session.login(*login)
    session.ehlo_or_helo_if_needed()
    return session


def send(port, encryption, login=None, **options):
    """Send one message and return what was told, and the watch."""
    server = SmtpServer("localhost", port, Encryption(encryption))
    told = []
    watch = SessionWatch(server, told.append)
    with suppress(OSError):
        with watch.opening():
            session = open_session(watch, server, login, **options)
            watch.opened(session, login[0] if login else "")
        with closing(session):
            watch.sending(session)
            session.sendmail("a@acme.test", ["b@example.com"], MESSAGE)
            hang_up(session)
    return told, watch


class Interface:
    """What an addon opens in the place of a session."""

    sock = None

    def __init__(self):
        self.sent = []

    def sendmail(self, from_addr, to_addrs, msg, *_options):
        if b"spam" in msg:
            raise OSError("no spam")
        self.sent.append((from_addr, to_addrs, msg))
        return {}

    def quit(self):
        pass

    close = quit


def ends(watch):
    """What the steps came to, in their order."""
    return [f"{step.stage.value} {step.outcome.value}" for step in watch.steps]


@pytest.mark.parametrize(
    ("tls", "encryption", "stages"),
    [
        (
            Tls.STARTTLS,
            "starttls_strict",
            "look_up connect greeting tls login sender recipient message",
        ),
        (
            Tls.IMPLICIT,
            "ssl_strict",
            "look_up connect tls greeting login sender recipient message",
        ),
    ],
)
@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
def test_every_step_of_a_mail_that_arrives(tls, encryption, stages, is_told):
    with SmtpReceiver(tls=tls, login=ACCOUNT) as receiver, receiver.trusted():
        told, watch = send(receiver.port, encryption, ACCOUNT, is_told=is_told)
    assert ends(watch) == [f"{stage} ok" for stage in stages.split()]
    assert len(receiver.mails) == 1
    sentences = [str(step) for step in watch.steps]
    assert sentences[1] == f"connected to 127.0.0.1, port {receiver.port}"
    assert "localhost answers" in sentences
    assert any(text.startswith("TLSv1.3, certificate of loc") for text in sentences)
    assert sentences[4] == "logged in as ann@acme.test"
    began = [step.stage for step in told if step.outcome == "running"]
    live = [Stage.LOOK_UP, Stage.CONNECT, Stage.LOGIN] if is_told else began[:2]
    assert began == [*live, Stage.SENDER, Stage.RECIPIENT, Stage.MESSAGE]


def test_what_a_plain_session_leaves_out():
    with SmtpReceiver() as receiver:
        _told, watch = send(receiver.port, "none")
    codes = [step.code for step in watch.steps if step.outcome == "skipped"]
    assert codes == ["not_encrypted", "no_login"]


@pytest.mark.parametrize(
    ("certificate", "encryption", "stage", "code"),
    [
        (Certificate.EXPIRED, "starttls_strict", "tls", "certificate_expired"),
        (Certificate.OTHER_NAME, "starttls_strict", "tls", "certificate_wrong_name"),
        (Certificate.SELF_SIGNED, "starttls_strict", "tls", "certificate_self_signed"),
        (Certificate.GOOD, "ssl_strict", "tls", "not_tls"),
    ],
)
def test_encryption_that_fails(certificate, encryption, stage, code):
    receiver = SmtpReceiver(login=ACCOUNT, certificate=certificate)
    with receiver, receiver.trusted():
        _told, watch = send(receiver.port, encryption, ACCOUNT)
    assert ends(watch) == ["look_up ok", "connect ok", f"{stage} failed"]
    assert watch.steps[-1].code == code


def test_no_encryption_on_offer():
    with SmtpReceiver() as receiver:
        _told, watch = send(receiver.port, "starttls_strict")
    assert ends(watch)[-1] == "tls failed"
    assert watch.steps[-1].code == "no_starttls"


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
def test_a_login_that_is_refused(is_told):
    with SmtpReceiver(login=ACCOUNT) as receiver, receiver.trusted():
        receiver.script["AUTH"] = f"535 5.7.8 {ACCOUNT[1]} is no password"
        _told, watch = send(receiver.port, "starttls_strict", ACCOUNT, is_told=is_told)
    assert ends(watch)[-1] == "login failed"
    assert watch.steps[-1].code == "login_refused"
    if is_told:
        assert watch.steps[-1].reply_text == "5.7.8 *** is no password"


@pytest.mark.parametrize(
    ("lines", "hangs_up", "stage", "code"),
    [
        ((b"554 5.7.1 go away\r\n",), False, "greeting", "server_refused"),
        ((b"",), False, "greeting", "silent"),
        ((b"",), True, "greeting", "closed"),
        ((b"220 hello\r\n", b"250 hello\r\n"), True, "sender", "closed"),
    ],
)
def test_a_server_that_does_not_talk(lines, hangs_up, stage, code):
    with LineServer(*lines, hangs_up=hangs_up) as server:
        _told, watch = send(server.port, "none", timeout=IMPATIENCE)
    assert ends(watch)[-1] == f"{stage} failed"
    assert watch.steps[-1].code == code


def test_nobody_there():
    _told, watch = send(free_port(), "none")
    assert ends(watch) == ["look_up ok", "connect failed"]
    assert watch.steps[-1].code == "connection_refused"


def test_no_such_host():
    server = SmtpServer("nowhere.invalid", 25, Encryption.NONE)
    watch = SessionWatch(server, lambda step: None)
    with pytest.raises(OSError), watch.opening():
        pytest.fail("there is nothing to connect to")
    assert ends(watch) == ["look_up failed"]


@pytest.mark.parametrize(
    ("command", "reply", "stage", "code"),
    [
        ("MAIL", "550 5.7.60 not yours", "sender", "sender_not_allowed"),
        ("RCPT", "550 5.1.1 no such user", "recipient", "recipient_unknown"),
        ("DATA", "554 5.7.1 looks like spam", "message", "spam"),
    ],
)
def test_a_mail_that_is_refused(command, reply, stage, code):
    with SmtpReceiver() as receiver:
        receiver.script[command] = reply
        _told, watch = send(receiver.port, "none")
    assert ends(watch)[-1] == f"{stage} failed"
    assert watch.steps[-1].code == code
    assert watch.stage == stage


@pytest.mark.parametrize(
    ("message", "end"), [(MESSAGE, "message ok"), (b"spam", "message failed")]
)
def test_an_interface_in_the_place_of_a_session(message, end):
    watch = SessionWatch(
        SmtpServer("localhost", free_port(), Encryption.STARTTLS_STRICT),
        lambda step: None,
    )
    session = Interface()
    with watch.opening():
        watch.opened(session, ACCOUNT[0])
    watch.sending(session)
    try:
        assert session.sendmail("a@acme.test", ["b@example.com"], message) == {}
    except OSError as error:
        watch.fail(watch.stage, explain_error(error, watch.stage))
    hang_up(session)
    assert ends(watch) == ["look_up ok", "connect ok", "login ok", end]
    assert [str(step) for step in watch.steps[1:3]] == [
        "the mail leaves through an interface beside the mail server",
        f"logged in as {ACCOUNT[0]}",
    ]
    assert bool(session.sent) == (message is MESSAGE)
