# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is passed on has the content that was received."""

import email
import email.policy
import smtplib
from email.message import EmailMessage

import pytest
from tools import forwarding

#: What Odoo's gateway parses with.
POLICY = email.policy.SMTP

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def received(content: bytes) -> EmailMessage:
    """Parse a message as the mail gateway does."""
    return email.message_from_bytes(content, policy=POLICY)


def make(*headers: str, body: str = "hello") -> EmailMessage:
    """Receive a message with these headers."""
    return received("\r\n".join([*headers, "", body, ""]).encode())


def carrying(original: EmailMessage) -> EmailMessage:
    """Make what Odoo makes of a mail with a message attached."""
    message = EmailMessage(policy=POLICY)
    message["Message-Id"] = "<new@odoo.test>"
    message["Subject"] = "as Odoo says"
    message["From"] = "acme@relay.test"
    message["Date"] = "Mon, 01 Jan 2029 00:00:00 +0000"
    message["MIME-Version"] = "1.0"
    message.add_alternative("preview", subtype="plain")
    message.add_alternative("<p>preview</p>", subtype="html")
    kept = email.parser.BytesParser().parsebytes(forwarding.keep(original))
    message.add_attachment(kept, filename="message.eml")
    return message


def sent(message: EmailMessage) -> bytes:
    """Serialise a message as smtplib does when it is handed over."""
    wire = []

    class Session(smtplib.SMTP):
        def ehlo_or_helo_if_needed(self):
            """Say nothing: nobody is there."""

        def sendmail(self, _from, _to, content, *_options):
            wire.append(content)

    Session().send_message(message, "acme@relay.test", ["info@acme.test"])
    return wire[0]


def pass_on(original: EmailMessage) -> EmailMessage:
    """Send a message by way of another one, and receive it."""
    message = carrying(original)
    assert forwarding.take_over(message)
    message.policy = message.policy.clone(cte_type="7bit")
    return received(sent(message))


# -- content


def with_everything() -> EmailMessage:
    """Make a text with a picture in it, and with attachments."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = "everything"
    message["From"] = "Jane <jane@example.com>"
    message.set_content("Grüße – schöne Fotos\r\nFrom here on\r\n.\r\n")
    message.add_alternative('<p>Grüße <img src="cid:logo@x"></p>', subtype="html")
    html = message.get_payload()[1]
    html.add_related(PICTURE, "image", "png", cid="<logo@x>", filename="logo.png")
    message.add_attachment(
        PICTURE, "application", "pdf", filename="Rechnung März – Nr. 1.pdf"
    )
    message.add_attachment("größer", filename="notes.txt")
    inner = EmailMessage(policy=POLICY)
    inner["Subject"] = "inner"
    inner.set_content("a message in the message")
    message.add_attachment(inner)
    return message


def parts(message: EmailMessage) -> list[tuple[str, str | None, str | None, object]]:
    """List type, name, identity and content of what a message is made of."""
    return [
        (
            part.get_content_type(),
            part.get_filename(),
            part["Content-ID"],
            None if part.is_multipart() else part.get_content(),
        )
        for part in message.walk()
    ]


def test_all_parts_arrive():
    original = received(with_everything().as_bytes())
    assert parts(pass_on(original)) == parts(original)


def test_headers_of_the_forward_stay_and_identity_is_taken_over():
    original = make(
        "Message-ID: <first@example.com>",
        "Date: Tue, 06 Nov 2028 10:00:00 +0100",
        "In-Reply-To: <zero@acme.test>",
        "References: <minus-one@acme.test>\r\n <zero@acme.test>",
        "From: jane@example.com",
        "Subject: something else",
        "DKIM-Signature: v=1",
        "X-Spam-Score: 3",
    )
    message = pass_on(original)
    assert message["Message-ID"] == "<first@example.com>"
    assert "06 Nov 2028" in message["Date"]
    assert message["In-Reply-To"] == "<zero@acme.test>"
    assert message["References"].split() == [
        "<minus-one@acme.test>",
        "<zero@acme.test>",
    ]
    assert message["From"] == "acme@relay.test"
    assert message["Subject"] == "as Odoo says"
    assert not {"DKIM-Signature", "X-Spam-Score"} & set(message)


def test_a_message_without_identity_keeps_the_new_one():
    message = pass_on(make("From: jane@example.com"))
    assert message["Message-ID"] == "<new@odoo.test>"
    assert message.get_content() == "hello\r\n"


@pytest.mark.parametrize(
    "content",
    [
        # eight bits without a word about it
        b"From: x@y.test\r\n\r\nGr\xfc\xdfe\r\n",
        b"Content-Type: text/plain; charset=iso-8859-1\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n",
        # headers that no parser likes
        b"Content-Type: text/plain; charset*=\xff\r\n\r\nhello\r\n",
        b'From: "unclosed <x@y.test>,, <\r\nTo: \r\nDate: soon\r\n\r\nhello\r\n',
        b"Message-ID: <" + b"x" * 2000 + b"@y.test>\r\n\r\nhello\r\n",
        b"Message-ID: <gr\xfc\xdfe@y.test>\r\n\r\nhello\r\n",
        # a boundary that never comes
        b"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\nhello\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nhello\r\n",
        b"",
    ],
    ids=range(9),
)
def test_what_is_malformed_is_passed_on_all_the_same(content):
    original = received(content)
    expected = original.get_payload(decode=True)
    passed = pass_on(original)
    if not original.is_multipart():
        text = (passed.get_payload(decode=True) or b"").rstrip()
        assert text == (expected or b"").rstrip()


def test_signed_content_stays_byte_by_byte():
    """S/MIME and PGP sign a part; another serialisation would break it."""
    signed = (
        b"Content-Type: text/plain;\r\n\tcharset=us-ascii;  format=flowed\r\n"
        b"Content-Disposition: inline\r\n\r\n"
        b"I agree to pay 100 EUR. \r\n\r\n-- \r\nJane\r\n"
    )
    content = (
        b"From: jane@example.com\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/signed; boundary="sig";\r\n'
        b" micalg=pgp-sha256; protocol=application/pgp-signature\r\n\r\n"
        b"This is an OpenPGP/MIME signed message\r\n"
        b"--sig\r\n" + signed + b"\r\n--sig\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\nAAAA\r\n\r\n--sig--\r\n"
    )
    message = carrying(received(content))
    assert forwarding.take_over(message)
    message.policy = message.policy.clone(cte_type="7bit")
    assert b"--sig\r\n" + signed + b"\r\n--sig\r\n" in sent(message)


def test_without_an_attached_message_nothing_changes():
    message = EmailMessage(policy=POLICY)
    message.set_content("hello")
    message.add_attachment(PICTURE, "image", "png", filename="message.eml")
    before = parts(message)
    assert not forwarding.take_over(message)
    assert parts(message) == before


# -- loops


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], []),
        (["X-Mail-Sender-Forwarded: A@relay.test"], ["a@relay.test"]),
        (
            ["X-Mail-Sender-Forwarded: a@relay.test, b@other.test ,"],
            ["a@relay.test", "b@other.test"],
        ),
        (
            ["x-mail-sender-forwarded: a@relay.test", "X-Mail-Sender-Forwarded: b@x.y"],
            ["a@relay.test", "b@x.y"],
        ),
    ],
)
def test_the_trace_names_who_passed_it_on(headers, expected):
    assert forwarding.get_trace(make(*headers)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("auto-replied", True),
        ("Auto-Replied (rejected)", True),
        ("auto-replied; owner-email=x@y.test", True),
        # a shop that confirms an order
        ("auto-generated", False),
        ("no", False),
        ("", False),
    ],
)
def test_answers_of_machines(value, expected):
    assert forwarding.is_machine_reply(make(f"Auto-Submitted: {value}")) is expected
    assert not forwarding.is_machine_reply(make("Subject: auto-replied"))
