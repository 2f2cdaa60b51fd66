# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Headers come to name the envelope's recipients, and everything else stays."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from providers.envelope import address_to

BODY = b"\r\n\r\nTo: eve@evil.test\r\n\r\nBcc: eve@evil.test\r\n"


def recipients(message: bytes, *fields: str) -> list[str]:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    return [
        address.addr_spec
        for field in fields or ("To", "Cc", "Bcc")
        for header in parsed.get_all(field, ())
        for address in header.addresses
    ]


@pytest.mark.parametrize(
    ("header", "envelope", "addressed"),
    [
        # as it is
        (b"To: a@x.test", ["a@x.test"], b"To: a@x.test"),
        (b"To: A <a@x.test>", ["a@x.test"], b"To: A <a@x.test>"),
        (
            b"To: a@x.test\r\nCc: b@x.test",
            ["a@x.test", "b@x.test"],
            b"To: a@x.test\r\nCc: b@x.test",
        ),
        # somebody in the header is not in the envelope
        (b"To: a@x.test, b@x.test", ["b@x.test"], b"To: b@x.test"),
        (b"To: a@x.test\r\nCc: b@x.test", ["b@x.test"], b"Cc: b@x.test"),
        (b"To: A <a@x.test>,\r\n B\r\n <b@x.test>", ["b@x.test"], b"To: B <b@x.test>"),
        # somebody in the envelope is not in the header
        (b"To: list@x.test", ["a@x.test"], b"To: a@x.test"),
        (b"Subject: x", ["a@x.test"], b"To: a@x.test\r\nSubject: x"),
        (
            b"To: list@x.test",
            ["a@x.test", "b@x.test"],
            b"Bcc: a@x.test,\r\n b@x.test",
        ),
        (
            b"To: a@x.test",
            ["a@x.test", "b@x.test"],
            b"To: a@x.test\r\nBcc: b@x.test",
        ),
        # nobody twice
        (b"To: a@x.test, A <a@x.test>", ["a@x.test"], b"To: a@x.test"),
        (
            b"To: a@x.test\r\nCc: a@x.test, b@x.test",
            ["a@x.test", "b@x.test", "a@x.test"],
            b"To: a@x.test\r\nCc: b@x.test",
        ),
        (b"To: a@x.test\r\nTo: b@x.test", ["b@x.test"], b"To: b@x.test"),
        # all ways to be a recipient
        (b"Bcc: e@x.test\r\nTo: a@x.test", ["a@x.test"], b"To: a@x.test"),
        (
            b"to: a@x.test\r\nBCC: e@x.test\r\nResent-To: e@x.test\r\n"
            b"Resent-Cc: e@x.test\r\nResent-Bcc: e@x.test\r\nbcc : e@x.test",
            ["a@x.test"],
            b"To: a@x.test",
        ),
        # spelling
        (b"To: A <A@X.TEST>", ["a@x.test"], b"To: A <a@x.test>"),
        (
            "To: A <a@müller.test>".encode(),
            ["a@xn--mller-kva.test"],
            b"To: A <a@xn--mller-kva.test>",
        ),
        (b'To: "A, B" <a@x.test>', ["a@x.test"], b'To: "A, B" <a@x.test>'),
        (
            b"To: =?utf-8?q?J=C3=BCrgen=2C_X?= <a@x.test>",
            ["a@x.test"],
            b"To: =?utf-8?q?J=C3=BCrgen=2C_X?= <a@x.test>",
        ),
        ("To: Jürgen <a@x.test>".encode(), ["a@x.test"], None),
        (b"To: =?klingon?q?x?= <a@x.test>", ["a@x.test"], b"To: a@x.test"),
        (b"To: undisclosed-recipients:;", ["a@x.test"], b"To: a@x.test"),
        (b"To: <<a@x.test", ["a@x.test"], b"To: a@x.test"),
        # the place among other fields
        (
            b"From: f@x.test\r\nTo: e@x.test\r\nDate: now\r\n\tor never",
            ["a@x.test"],
            b"From: f@x.test\r\nTo: a@x.test\r\nDate: now\r\n\tor never",
        ),
    ],
)
def test_a_header_is_addressed(header, envelope, addressed):
    message = address_to(header + BODY, envelope)
    if addressed is not None:
        assert message == addressed + BODY
    assert sorted(recipients(message)) == sorted(set(envelope))


def test_a_line_that_is_no_field_stays():
    message = b"From: f@x.test\r\nno field\r\nTo: e@x.test" + BODY
    addressed = address_to(message, ["a@x.test"])
    assert addressed == message.replace(b"e@x.test", b"a@x.test", 1)


def test_a_message_that_has_nothing_but_a_header():
    assert address_to(b"To: e@x.test\r\n", ["a@x.test"]) == b"To: a@x.test\r\n"


def test_a_name_beyond_ascii_is_encoded_in_words_of_a_proper_length():
    name = "Ünïcode " * 20
    message = EmailMessage(policy=email.policy.SMTP)
    message["To"] = f'"{name.strip()}" <a@x.test>'
    addressed = address_to(message.as_bytes() + b"body", ["a@x.test"])
    assert max(map(len, addressed.split(b"\r\n"))) <= 100
    parsed = email.message_from_bytes(addressed, policy=email.policy.default)
    [person] = parsed["To"].addresses
    # Python's parser takes the folds between the words for blanks.
    assert person.display_name.replace(" ", "") == name.replace(" ", "")


WORD = st.text("abcé, \"'<>()@\r\n", max_size=8)
PERSON = st.sampled_from(["a", "b", "c", "d", "e"])


@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(["To", "Cc", "Bcc"]),
            st.lists(st.tuples(WORD, PERSON), min_size=1, max_size=3),
        ),
        max_size=4,
    ),
    envelope=st.lists(PERSON, min_size=1, max_size=5),
)
def test_whatever_the_headers_say_the_envelope_counts(fields, envelope):
    lines = [
        f"{field}: " + ", ".join(f"{name} <{who}@x.test>" for name, who in people)
        for field, people in fields
    ]
    header = "\r\n".join(line.replace("\r", "").replace("\n", "") for line in lines)
    message = f"From: f@x.test\r\n{header}".rstrip().encode() + BODY
    addressed = address_to(message, [f"{who}@x.test" for who in envelope])
    assert sorted(recipients(addressed)) == sorted({f"{w}@x.test" for w in envelope})
    assert b"From: f@x.test\r\n" in addressed
    assert addressed.endswith(BODY)
