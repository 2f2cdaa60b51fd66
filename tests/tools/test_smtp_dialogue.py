# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A dialogue tells every step of the way to a real server, and what went wrong."""

import base64
import smtplib
import socket
import ssl
from contextlib import ExitStack

import pytest
from tools.smtp_connection import Certificate as CertificateFacts
from tools.smtp_connection import ConnectionFacts, TlsFacts, describe_connection
from tools.smtp_dialogue import (
    CODES,
    Delivery,
    Outcome,
    Stage,
    Step,
    observe,
    run_dialogue,
)
from tools.smtp_server import Encryption, SmtpLogin, SmtpServer
from tools.smtp_transport import SenderTransport

from tests.peers.line_server import LineServer
from tests.peers.ports import LOOPBACK, free_port
from tests.peers.smtp_receiver import Certificate, Fault, SmtpReceiver, Tls

MESSAGE = b"From: a@acme.test\r\nSubject: hello\r\n\r\n.one dot\r\n"
ASK = Delivery("a@acme.test", "b@example.com")
SEND = Delivery("a@acme.test", "b@example.com", MESSAGE)
LOGIN = SmtpLogin("ann@acme.test", "hunter2 is secret")
ACCOUNT = (LOGIN.user, LOGIN.password)

#: Long enough for a server that answers, on a machine that is busy.
PATIENCE = 20.0
#: What a test waits for an answer that never comes.
IMPATIENCE = 1.0


def talk(port, encryption, login=None, delivery=SEND, on_step=None, **options):
    """Run a dialogue with a server on this machine."""
    server = SmtpServer("localhost", port, Encryption(encryption))
    options.setdefault("timeout", PATIENCE)
    on_step = on_step or (lambda step: None)
    return run_dialogue(server, login, delivery, on_step, **options)


def outcomes(steps):
    return {step.stage.value: step.outcome.value for step in steps}


def failure(steps):
    """The one step that failed, after which no other was reached."""
    (step,) = [step for step in steps if step.outcome is Outcome.FAILED]
    position = steps.index(step)
    assert all(s.code != "not_reached" for s in steps[:position])
    assert all(s.code == "not_reached" for s in steps[position + 1 :])
    assert len(steps) == len(Stage)
    assert str(step)
    return step


# ---------------------------------------------------------------- all is well


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
def test_each_step_is_told_when_it_begins_and_when_it_ends(tls, encryption, stages):
    told = []
    with SmtpReceiver(tls=tls, login=ACCOUNT) as receiver, receiver.trusted():
        steps = talk(receiver.port, encryption, LOGIN, on_step=told.append)
    assert [step.stage for step in steps] == stages.split()
    assert [step.outcome for step in steps] == ["ok"] * 8
    assert [step.outcome for step in told] == ["running", "ok"] * 8
    assert tuple(told[1::2]) == steps
    assert all(running.code == running.stage for running in told[::2])
    assert all(str(step) for step in told)
    (mail,) = receiver.mails
    assert (mail.content, mail.mail_from) == (MESSAGE, "a@acme.test")
    assert (mail.recipients, mail.login) == (("b@example.com",), "ann@acme.test")
    assert mail.encrypted


def test_what_the_steps_say():
    with SmtpReceiver(login=ACCOUNT) as receiver, receiver.trusted():
        steps = talk(receiver.port, "starttls_strict", LOGIN)
    assert [str(step) for step in steps[1:]] == [
        f"connected to 127.0.0.1, port {receiver.port}",
        "localhost answers",
        "TLSv1.3, certificate of localhost, 127.0.0.1 by trustme v1.2.1, valid until "
        "3000-01-01",
        "logged in as ann@acme.test",
        "the server takes mail from a@acme.test",
        "the server takes mail for b@example.com",
        "the server took the message: 250 2.0.0 queued as 1",
    ]
    assert "127.0.0.1" in str(steps[0])
    codes = [step.reply_code for step in steps]
    assert codes == [0, 0, 220, 0, 235, 250, 250, 250]
    assert steps[-1].reply_text == "2.0.0 queued as 1"
    assert all(0 <= step.seconds < PATIENCE for step in steps)


def test_what_is_not_wanted_is_skipped():
    with SmtpReceiver() as receiver:
        steps = talk(receiver.port, "none", delivery=ASK)
    skipped = {s.stage: s.code for s in steps if s.outcome is Outcome.SKIPPED}
    assert skipped == {
        Stage.TLS: "not_encrypted",
        Stage.LOGIN: "no_login",
        Stage.MESSAGE: "no_message",
    }
    assert outcomes(steps)["recipient"] == "ok"
    assert not receiver.mails


@pytest.mark.parametrize("certificate", Certificate)
@pytest.mark.parametrize(
    ("tls", "encryption"), [(Tls.STARTTLS, "starttls"), (Tls.IMPLICIT, "ssl")]
)
def test_without_validation_any_certificate_will_do(tls, encryption, certificate):
    with SmtpReceiver(tls=tls, certificate=certificate) as receiver:
        steps = talk(receiver.port, encryption)
    (step,) = [step for step in steps if step.stage is Stage.TLS]
    assert (step.outcome, step.code) == ("ok", "encrypted_unvalidated")
    assert receiver.mails


# ---------------------------------------------------------------- the way there


@pytest.mark.parametrize(
    ("number", "code"),
    [(socket.EAI_NONAME, "host_not_found"), (socket.EAI_AGAIN, "look_up_failed")],
)
def test_the_name_is_not_found(monkeypatch, number, code):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(number, "?")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    step = failure(talk(25, "none"))
    assert (step.stage, step.code) == (Stage.LOOK_UP, code)


def test_nothing_listens():
    step = failure(talk(free_port(), "starttls_strict"))
    assert (step.stage, step.code) == (Stage.CONNECT, "connection_refused")


def test_the_second_address_answers(monkeypatch):
    """As where a host has an IPv6 address that does not lead to it."""
    getaddrinfo = socket.getaddrinfo

    def with_a_dead_one(host, *args, **kwargs):
        found = getaddrinfo(host, *args, **kwargs)
        if host != "localhost":
            return found
        family, *rest, (_address, port) = getaddrinfo(LOOPBACK, *args, **kwargs)[0]
        return [(family, *rest, ("127.0.0.9", port)), *found]

    with SmtpReceiver() as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", with_a_dead_one)
        steps = talk(receiver.port, "none")
    assert steps[0].params["addresses"].startswith("127.0.0.9, ")
    assert steps[1].params["address"] == LOOPBACK
    assert receiver.mails


def test_nothing_answers():
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        # Nobody takes the first ones in, so the system lets the next one wait.
        for _number in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        port = listener.getsockname()[1]
        step = failure(talk(port, "none", timeout=IMPATIENCE))
    assert (step.stage, step.code) == (Stage.CONNECT, "connect_timeout")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], "closed"),
        ([b"554 5.3.2 go away\r\n"], "server_refused"),
        ([b"421-busy\r\n421 later\r\n"], "try_later"),
        (
            [b"554 5.7.1 192.0.2.1 blocked using zen.spamhaus.org\r\n"],
            "address_blocked",
        ),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "not_smtp"),
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "not_smtp"),
        ([b"\0\xff\r\n"], "not_smtp"),
        ([b"2" * 10_000 + b"\r\n"], "not_smtp"),
        ([b"220 hello\r\n"], "closed"),
        ([b"220 hello\r\n", b"250-half of it\r\n"], "closed"),
        ([b"220 hello\r\n", b"501 no EHLO\r\n", b"501 no HELO\r\n"], "server_refused"),
    ],
)
def test_greeting_of_another_kind(answers, code):
    with LineServer(*answers, hangs_up=True) as server:
        step = failure(talk(server.port, "none"))
    assert (step.stage, step.code) == (Stage.GREETING, code)


def test_a_server_that_says_nothing():
    with LineServer() as server:
        step = failure(talk(server.port, "starttls", timeout=IMPATIENCE))
    assert (step.stage, step.code) == (Stage.GREETING, "silent")


def test_a_server_that_expects_tls_says_nothing():
    with SmtpReceiver(tls=Tls.IMPLICIT) as receiver:
        step = failure(talk(receiver.port, "starttls", timeout=IMPATIENCE))
    assert (step.stage, step.code) == (Stage.GREETING, "silent")


def test_a_server_that_only_knows_helo():
    hello = [b"220 old.test\r\n", b"502 what?\r\n", b"250 old.test\r\n"]
    with LineServer(*hello, *[b"250 OK\r\n"] * 2, hangs_up=True) as server:
        steps = talk(server.port, "none", delivery=ASK)
    assert steps[2].params["server"] == "old.test"
    assert outcomes(steps)["recipient"] == "ok"


# ---------------------------------------------------------------- encryption


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (Certificate.EXPIRED, "certificate_expired"),
        (Certificate.OTHER_NAME, "certificate_names"),
        (Certificate.SELF_SIGNED, "certificate_self_signed"),
    ],
)
@pytest.mark.parametrize(
    ("tls", "encryption"),
    [(Tls.STARTTLS, "starttls_strict"), (Tls.IMPLICIT, "ssl_strict")],
)
def test_certificate_fault(tls, encryption, certificate, code):
    receiver = SmtpReceiver(tls=tls, certificate=certificate, login=ACCOUNT)
    with receiver, receiver.trusted():
        step = failure(talk(receiver.port, encryption, LOGIN))
    assert (step.stage, step.code, step.is_permanent) == (Stage.TLS, code, True)
    assert not step.is_login
    assert not receiver.mails


def test_unknown_issuer():
    with SmtpReceiver(tls=Tls.IMPLICIT) as receiver:
        step = failure(talk(receiver.port, "ssl_strict"))
    assert (step.stage, step.code) == (Stage.TLS, "certificate_unknown_issuer")


def test_a_wrong_name_is_told_with_the_right_ones():
    receiver = SmtpReceiver(tls=Tls.STARTTLS, certificate=Certificate.OTHER_NAME)
    with receiver, receiver.trusted():
        step = failure(talk(receiver.port, "starttls_strict"))
    assert step.params == {
        "host": "localhost",
        "names": "mail.hoster.test, *.hoster.test",
    }


def test_the_certificate_may_be_for_an_address():
    with SmtpReceiver(tls=Tls.IMPLICIT) as receiver, receiver.trusted():
        server = SmtpServer(LOOPBACK, receiver.port, Encryption.SSL_STRICT)
        steps = run_dialogue(server, None, ASK)
    assert outcomes(steps)["tls"] == "ok"


def test_no_starttls():
    with SmtpReceiver() as receiver:
        step = failure(talk(receiver.port, "starttls", LOGIN))
    assert (step.stage, step.code) == (Stage.TLS, "no_starttls")


def test_plain_text_where_tls_is_expected():
    with SmtpReceiver() as receiver:
        step = failure(talk(receiver.port, "ssl", LOGIN))
    assert (step.stage, step.code) == (Stage.TLS, "not_tls")


OFFER_STARTTLS = b"250-hi\r\n250 STARTTLS\r\n"


def test_starttls_is_refused():
    answers = [b"220 hi\r\n", OFFER_STARTTLS, b"454 4.7.0 TLS not available\r\n"]
    with LineServer(*answers, hangs_up=True) as server:
        step = failure(talk(server.port, "starttls", LOGIN))
    assert (step.stage, step.code) == (Stage.TLS, "tls_refused")


def test_what_was_said_before_the_encryption_does_not_count():
    """A thief on the way may put more answers behind the one to STARTTLS."""
    injected = b"220 go\r\n250 AUTH PLAIN\r\n235 welcome\r\n"
    with LineServer(b"220 hi\r\n", OFFER_STARTTLS, injected) as server:
        step = failure(talk(server.port, "starttls", LOGIN, timeout=IMPATIENCE))
    assert (step.stage, step.code) == (Stage.TLS, "timeout")


# ---------------------------------------------------------------- login


def test_a_wrong_password():
    wrong = SmtpLogin(LOGIN.user, "guess")
    with SmtpReceiver(login=ACCOUNT) as receiver, receiver.trusted():
        step = failure(talk(receiver.port, "starttls_strict", wrong))
    assert (step.stage, step.code) == (Stage.LOGIN, "login_refused")
    assert (step.is_permanent, step.is_login) == (True, True)
    assert step.reply_code == 535


def test_no_login_where_one_is_needed():
    with SmtpReceiver(login=ACCOUNT, tls=Tls.NEVER) as receiver:
        step = failure(talk(receiver.port, "none"))
    assert (step.stage, step.code) == (Stage.SENDER, "login_needed")
    assert step.is_login


def test_a_login_where_none_is_offered():
    with SmtpReceiver() as receiver:
        step = failure(talk(receiver.port, "none", LOGIN))
    assert (step.stage, step.code) == (Stage.LOGIN, "login_not_offered")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"250 AUTH XOAUTH2 GSSAPI\r\n", "login_not_offered"),
        (b"250 AUTH CRAM-MD5\r\n", "not_smtp"),
    ],
)
def test_login_methods_that_do_not_work(answer, code):
    bad_challenge = b"334 a\r\n"
    answers = [b"220 hi\r\n", b"250-hi\r\n" + answer, bad_challenge]
    with LineServer(*answers, hangs_up=True) as server:
        step = failure(talk(server.port, "none", LOGIN))
    assert (step.stage, step.code) == (Stage.LOGIN, code)


def test_a_password_that_cannot_be_sent():
    with SmtpReceiver(login=ACCOUNT, tls=Tls.NEVER) as receiver:
        steps = talk(receiver.port, "none", SmtpLogin("ann", "geheimnüs"))
    assert failure(steps).code == "login_not_ascii"
    assert "geheim" not in repr(steps)


def test_a_server_that_repeats_the_password():
    told = []
    plain = base64.b64encode(f"\0{LOGIN.user}\0{LOGIN.password}".encode()).decode()
    alone = base64.b64encode(LOGIN.password.encode()).decode()
    reply = f"535 5.7.8 wrong: {LOGIN.password} {alone} {plain}"
    with SmtpReceiver(login=ACCOUNT) as receiver, receiver.trusted():
        receiver.script["AUTH"] = reply
        steps = talk(receiver.port, "starttls_strict", LOGIN, on_step=told.append)
    assert failure(steps).reply_text == "5.7.8 wrong: *** *** ***"
    shown = "".join(f"{step!r}{step}" for step in told)
    for secret in (LOGIN.password, alone, plain):
        assert secret not in shown


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("command", "stage", "reply", "code"),
    [
        ("AUTH", "login", "534 5.7.9 app password", "app_password_needed"),
        ("AUTH", "login", "454 4.7.0 later", "login_later"),
        ("AUTH", "login", Fault.HANG_UP, "closed"),
        ("MAIL", "sender", "553 5.7.1 not owned by user ann", "sender_not_allowed"),
        ("MAIL", "sender", "421 4.3.2 shutting down", "try_later"),
        ("MAIL", "sender", Fault.HANG_UP, "closed"),
        ("RCPT", "recipient", "554 5.7.1 Relay access denied", "relay_denied"),
        ("RCPT", "recipient", "421 4.3.2 shutting down", "try_later"),
        ("RCPT", "recipient", "252 perhaps", "not_smtp"),
        ("RCPT", "recipient", Fault.HANG_UP, "closed"),
        ("DATA", "message", "550-5.7.26 DMARC\r\n550 5.7.26 fails", "unauthenticated"),
        ("DATA", "message", "554 5.2.252 SendAsDenied", "sender_not_allowed"),
        ("DATA", "message", "451 4.3.0 try later", "try_later"),
        ("DATA", "message", Fault.HANG_UP, "closed"),
    ],
)
def test_refusal(command, stage, reply, code):
    with SmtpReceiver(login=ACCOUNT, tls=Tls.NEVER) as receiver:
        receiver.script[command] = reply
        step = failure(talk(receiver.port, "none", LOGIN))
    assert (step.stage, step.code) == (stage, code)
    assert not receiver.mails


@pytest.mark.parametrize(
    ("command", "stage"),
    [("AUTH", "login"), ("MAIL", "sender"), ("RCPT", "recipient"), ("DATA", "message")],
)
def test_a_server_that_falls_silent(command, stage):
    with SmtpReceiver(login=ACCOUNT, tls=Tls.NEVER) as receiver:
        receiver.script[command] = Fault.SILENCE
        step = failure(talk(receiver.port, "none", LOGIN, timeout=IMPATIENCE))
    assert (step.stage, step.code, step.is_permanent) == (stage, "timeout", False)
    assert step.seconds >= IMPATIENCE


def test_a_server_that_does_not_want_data():
    answers = [b"220 hi\r\n", *[b"250 hi\r\n"] * 3, b"554 5.7.1 spam\r\n"]
    with LineServer(*answers, hangs_up=True) as server:
        step = failure(talk(server.port, "none"))
    assert (step.stage, step.code) == (Stage.MESSAGE, "spam")


def test_a_refused_sender_ends_the_question_whether_it_is_welcome():
    with SmtpReceiver() as receiver:
        receiver.script["MAIL"] = "550 5.7.1 no"
        step = failure(talk(receiver.port, "none", delivery=ASK))
    assert (step.stage, step.code) == (Stage.SENDER, "sender_refused")


def test_an_address_that_is_not_ascii():
    with SmtpReceiver() as receiver:
        step = failure(
            talk(receiver.port, "none", delivery=Delivery("ä@x.test", "b@c"))
        )
    assert (step.stage, step.code) == (Stage.SENDER, "address_not_ascii")


# ---------------------------------------------------------------- callers


def test_the_transport_signs_what_is_sent():
    class Signer:
        def sign(self, message):
            return b"DKIM-Signature: x\r\n"

    def prepare(session):
        SenderTransport(session).expect("a@acme.test", [Signer()])

    with SmtpReceiver() as receiver:
        steps = talk(receiver.port, "none", prepare=prepare)
    assert outcomes(steps)["message"] == "ok"
    assert receiver.mails[0].content == b"DKIM-Signature: x\r\n" + MESSAGE


def test_the_transport_stops_a_wrong_sender():
    def prepare(session):
        SenderTransport(session).expect("other@acme.test")

    with SmtpReceiver() as receiver:
        step = failure(talk(receiver.port, "none", prepare=prepare))
    assert (step.stage, step.code) == (Stage.SENDER, "sender_mismatch")
    assert not receiver.mails


@pytest.mark.parametrize("kind", [OSError, ValueError, KeyError])
def test_what_the_caller_raises_is_the_callers(kind):
    def prepare(session):
        raise kind("mine")

    with SmtpReceiver() as receiver, pytest.raises(kind, match="mine"):
        talk(receiver.port, "none", prepare=prepare)


def test_observing_the_session_of_somebody_else():
    told = []
    with (
        SmtpReceiver() as receiver,
        smtplib.SMTP(LOOPBACK, receiver.port, timeout=PATIENCE) as session,
    ):
        receiver.replies["no@example.com"] = "550 5.1.1 no"
        observe(session, told.append)
        to = ["b@example.com", "no@example.com"]
        refused = session.sendmail("a@acme.test", to, MESSAGE)
        assert list(refused) == ["no@example.com"]
        receiver.script["DATA"] = "554 5.7.1 spam"
        with pytest.raises(smtplib.SMTPDataError):
            session.sendmail("a@acme.test", ["b@example.com"], MESSAGE)
    ended = [(s.stage.value, s.code) for s in told if s.outcome is not Outcome.RUNNING]
    assert ended == [
        ("sender", "sender_accepted"),
        ("recipient", "recipient_accepted"),
        ("recipient", "recipient_unknown"),
        ("message", "message_accepted"),
        ("sender", "sender_accepted"),
        ("recipient", "recipient_accepted"),
        ("message", "spam"),
    ]


def test_describing_an_open_session():
    with SmtpReceiver(tls=Tls.STARTTLS) as receiver, receiver.trusted():
        with smtplib.SMTP("localhost", receiver.port, timeout=PATIENCE) as session:
            session.ehlo()
            assert describe_connection(session) == ConnectionFacts("localhost", None)
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
            facts = describe_connection(session)
    certificate = CertificateFacts(
        ("localhost", LOOPBACK), "trustme v1.2.1", "3000-01-01"
    )
    cipher = facts.tls.cipher
    assert facts.tls == TlsFacts("TLSv1.3", cipher, certificate, is_validated=True)
    assert cipher.startswith("TLS_")


@pytest.mark.parametrize("der", [b"", b"no certificate", b"\x30\x82"])
def test_a_certificate_that_cannot_be_read(der):
    with pytest.raises(ValueError):
        CertificateFacts.parse(der)


def test_a_code_for_every_stage():
    for stage in Stage:
        assert stage.value in CODES
    assert str(Step(Stage.LOGIN, Outcome.SKIPPED, "no_login")) == "no login is set up"
