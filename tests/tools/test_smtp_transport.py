# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The transport signs what was announced, once, and nothing else."""

import smtplib

import pytest
from tools.smtp_transport import SenderMismatchError, SenderTransport

MESSAGE = b"From: Acme <info@acme.test>\r\nTo: x@example.com\r\n\r\nHello\r\n"


class Session:
    """As much of an SMTP session as the transport touches."""

    def __init__(self):
        self.sent = []

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        self.sent.append((from_addr, to_addrs, msg, mail_options, rcpt_options))
        return {"refused@example.com": (550, b"no")}


class Signer:
    def __init__(self, header):
        self.header = header

    def sign(self, message):
        return self.header + str(len(message)).encode() + b"\r\n"


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def transport(session):
    return SenderTransport(session)


def send(session, message=MESSAGE):
    return session.sendmail("bounce@b.acme.test", ["x@example.com"], message)


def test_the_signatures_stand_before_the_message(session, transport):
    transport.expect("info@acme.test", [Signer(b"A: "), Signer(b"B: ")])
    send(session)
    size = str(len(MESSAGE)).encode()
    assert session.sent == [
        (
            "bounce@b.acme.test",
            ["x@example.com"],
            b"A: " + size + b"\r\nB: " + size + b"\r\n" + MESSAGE,
            (),
            (),
        )
    ]


def test_options_and_refusals_pass_through(session, transport):
    result = session.sendmail("a@b", ["c@d"], MESSAGE, ["SMTPUTF8"], ["NOTIFY=NEVER"])
    assert session.sent[0][3:] == (["SMTPUTF8"], ["NOTIFY=NEVER"])
    assert result == {"refused@example.com": (550, b"no")}


def test_an_announcement_counts_for_one_message(session, transport):
    transport.expect("info@acme.test", [Signer(b"A: ")])
    send(session)
    send(session)
    assert session.sent[1][2] == MESSAGE


def test_a_message_that_nobody_announced_is_left_alone(session, transport):
    send(session, b"From: anybody@example.com\r\n\r\n")
    assert session.sent[0][2] == b"From: anybody@example.com\r\n\r\n"


@pytest.mark.parametrize(
    "header",
    [
        b"From: info@acme.test",
        b"from:info@acme.test",
        b'FROM: "Acme, Ltd." <info@acme.test>',
        b"From: Acme\r\n <INFO@acme.test>",
        b"Subject: From: x@evil.test\r\nFrom: <info@acme.test>",
    ],
)
def test_the_announced_sender_is_recognised(session, transport, header):
    transport.expect("info@acme.test")
    send(session, header + b"\r\n\r\nFrom: body@evil.test")
    assert len(session.sent) == 1


@pytest.mark.parametrize(
    "header",
    [
        b"From: x@evil.test",
        b"From: noinfo@acme.test",
        b"From: info@acme.test.evil.test",
        b"From: info@acme.tes",
        b'From: "info@acme.test" <x@evil.test>',
        b"From: info@acme.test, x@evil.test",
        b"From: info@acme.test\r\nFrom: x@evil.test",
        b"To: info@acme.test",
    ],
)
def test_another_sender_than_announced_never_leaves(session, transport, header):
    transport.expect("info@acme.test", [Signer(b"A: ")])
    with pytest.raises(SenderMismatchError, match=r"instead of info@acme\.test"):
        send(session, header + b"\r\n\r\n")
    assert not session.sent
    transport.expect()
    send(session)
    assert session.sent


class ClosingSession(smtplib.SMTP):
    """A session whose server closes it at a command."""

    def __init__(self, command):
        super().__init__()
        self.command = command

    def ehlo_or_helo_if_needed(self):
        pass

    def docmd(self, cmd, args=""):
        return self._answer(cmd)

    def mail(self, sender, options=()):
        return self._answer("MAIL")

    def rcpt(self, recip, options=()):
        return self._answer("RCPT")

    def data(self, msg):
        return self._answer("DATA")

    def _answer(self, command):
        if command == self.command:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return 250, b"ok"


@pytest.mark.parametrize(
    ("command", "raised"),
    [
        ("MAIL", ConnectionError),
        ("RCPT", ConnectionError),
        # The server may have the message: sending it again might double it.
        ("DATA", smtplib.SMTPServerDisconnected),
    ],
)
def test_a_session_that_is_closed(command, raised):
    session = ClosingSession(command)
    SenderTransport(session)
    for _attempt in range(2):
        with pytest.raises(raised):
            send(session)


def test_a_session_that_was_closed_before():
    """As the one after a 421 is."""
    session = smtplib.SMTP()
    session.does_esmtp = True
    session.ehlo_resp = b"ok"
    SenderTransport(session)
    with pytest.raises(ConnectionError):
        send(session)
