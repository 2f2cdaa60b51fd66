# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The SMTP receiver keeps what it accepts and refuses what it was told to."""

import smtplib
import ssl
from queue import Queue

import pytest

from .smtp_receiver import Certificate, Fault, SmtpReceiver, Tls

MESSAGE = b"Subject: hello\r\n\r\n.one dot\r\nFrom here\r\n"


def send(
    receiver: SmtpReceiver, *recipients: str, login: tuple[str, str] | None = None
):
    with smtplib.SMTP("localhost", receiver.port, "client.test", timeout=10) as client:
        if login:
            context = ssl.create_default_context()
            receiver.authority.configure_trust(context)
            client.starttls(context=context)
            client.login(*login)
        return client.sendmail("a@acme.test", recipients, MESSAGE)


def test_keeps_the_bytes_and_the_envelope():
    with SmtpReceiver() as receiver:
        send(receiver, "b@example.com", "c@example.com")
    (mail,) = receiver.mails
    assert mail.content == MESSAGE
    assert mail.message["Subject"] == "hello"
    assert mail.mail_from == "a@acme.test"
    assert mail.recipients == ("b@example.com", "c@example.com")
    assert (mail.helo, mail.client_ip) == ("client.test", "127.0.0.1")
    assert (mail.encrypted, mail.login) == (False, "")


def test_keeps_files(tmp_path):
    with SmtpReceiver(folder=tmp_path) as receiver:
        send(receiver, "b@example.com")
    assert (tmp_path / "0001.eml").read_bytes() == MESSAGE


@pytest.mark.parametrize(
    "reply,code", [("550 5.1.1 no such mailbox", 550), ("451 4.3.0 try later", 451)]
)
def test_refuses_one_recipient(reply, code):
    with SmtpReceiver() as receiver:
        receiver.replies["no@example.com"] = reply
        refused = send(receiver, "no@example.com", "yes@example.com")
    assert refused["no@example.com"][0] == code
    assert receiver.mails[0].recipients == ("yes@example.com",)


def test_takes_a_login_over_tls():
    with SmtpReceiver(login=("odoo", "secret")) as receiver:
        send(receiver, "b@example.com", login=("odoo", "secret"))
    assert (receiver.mails[0].encrypted, receiver.mails[0].login) == (True, "odoo")


def test_refuses_a_wrong_password():
    with (
        SmtpReceiver(login=("odoo", "secret")) as receiver,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        send(receiver, "b@example.com", login=("odoo", "guess"))


def test_wants_a_login_when_it_has_one():
    with (
        SmtpReceiver(login=("odoo", "secret")) as receiver,
        pytest.raises(smtplib.SMTPSenderRefused),
    ):
        send(receiver, "b@example.com")


def test_encrypts_from_the_first_byte():
    with SmtpReceiver(tls=Tls.IMPLICIT, login=("odoo", "secret")) as receiver:
        context = ssl.create_default_context()
        receiver.authority.configure_trust(context)
        with smtplib.SMTP_SSL("localhost", receiver.port, context=context) as client:
            client.login("odoo", "secret")
            client.sendmail("a@acme.test", "b@example.com", MESSAGE)
    assert (receiver.mails[0].encrypted, receiver.mails[0].login) == (True, "odoo")


def test_takes_a_login_in_the_clear_when_told_to():
    with SmtpReceiver(tls=Tls.NEVER, login=("odoo", "secret")) as receiver:
        with smtplib.SMTP("localhost", receiver.port, timeout=10) as client:
            client.login("odoo", "secret")
            client.sendmail("a@acme.test", "b@example.com", MESSAGE)
    assert (receiver.mails[0].encrypted, receiver.mails[0].login) == (False, "odoo")


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (Certificate.EXPIRED, "has expired"),
        (Certificate.OTHER_NAME, "not valid for 'localhost'"),
        (Certificate.SELF_SIGNED, "self-signed certificate"),
    ],
)
def test_shows_a_certificate_that_is_wrong(certificate, words):
    with SmtpReceiver(tls=Tls.STARTTLS, certificate=certificate) as receiver:
        client = smtplib.SMTP("localhost", receiver.port, timeout=10)
        with receiver.trusted(), pytest.raises(ssl.SSLError, match=words):
            client.starttls(context=ssl.create_default_context())
        client.close()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("AUTH", smtplib.SMTPAuthenticationError),
        ("MAIL", smtplib.SMTPSenderRefused),
        ("RCPT", smtplib.SMTPRecipientsRefused),
        ("DATA", smtplib.SMTPDataError),
    ],
)
def test_follows_a_script(command, error):
    with SmtpReceiver(login=("odoo", "secret")) as receiver:
        receiver.script[command] = "550 5.7.1 no"
        with pytest.raises(error):
            send(receiver, "b@example.com", login=("odoo", "secret"))
        receiver.script[command] = Fault.HANG_UP
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(receiver, "b@example.com", login=("odoo", "secret"))
        receiver.script.clear()
        send(receiver, "b@example.com", login=("odoo", "secret"))
    assert len(receiver.mails) == 1


def test_keeps_silent():
    with SmtpReceiver() as receiver:
        receiver.script["MAIL"] = Fault.SILENCE
        with smtplib.SMTP("localhost", receiver.port, timeout=10) as client:
            client.ehlo()
            client.sock.settimeout(0.2)
            with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
                client.mail("a@acme.test")


def test_listens_no_more():
    with SmtpReceiver() as receiver:
        pass
    with pytest.raises(ConnectionRefusedError):
        send(receiver, "b@example.com")


def test_readers_get_what_arrived():
    got = Queue()
    with SmtpReceiver() as receiver:
        receiver.readers.append(got.put)
        send(receiver, "b@example.com")
        assert got.get(timeout=10) == receiver.mails[0]
