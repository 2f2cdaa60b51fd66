# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every signature is judged by dkimpy, which shares no code with the signer."""

import base64
import re
from email.message import EmailMessage
from email.policy import SMTP

import dkim as dkimpy
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tools.dkim import generate_private_key, public_record
from tools.dkim_signer import DkimSigner, SigningError, relaxed_body
from tools.errors import KeyMaterialError

NOW = 1_700_000_000
PLAIN = (
    b"From: Ann <ann@example.com>\r\n"
    b"To: bob@example.org\r\n"
    b"Subject: Invoice 1\r\n"
    b"\r\n"
    b"Dear Bob,\r\nhere it is.\r\n"
)

KEYS = {algorithm: generate_private_key(algorithm) for algorithm in ("rsa", "ed25519")}
SIGNERS = {
    algorithm: DkimSigner("example.com", algorithm, pem, clock=lambda: NOW)
    for algorithm, pem in KEYS.items()
}
ZONE = {
    f"{algorithm}._domainkey.example.com.".encode(): str(public_record(pem)).encode()
    for algorithm, pem in KEYS.items()
}


def lookup(name, timeout=5):
    return ZONE.get(name)


def verifies(message):
    return dkimpy.verify(message, dnsfunc=lookup)


def on_the_wire(message):
    """What a receiver gets: SMTP ends the last line."""
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def tags_of(signature):
    value = re.sub(rb"\s+", b"", signature.partition(b":")[2]).decode()
    return dict(tag.split("=", 1) for tag in value.split(";"))


def build(subject="Invoice", body="Hello\n", name="Ann", **fields):
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{name}" <ann@example.com>'
    message["To"] = "bob@example.org"
    message["Subject"] = subject
    for field, value in fields.items():
        message[field.replace("_", "-")] = value
    message.set_content(body)
    return message


def with_attachments(size):
    message = build(
        "Facture été",
        "Voilà\nFrom the start\n",
        Reply_To="office@example.com",
        Message_ID="<1@example.com>",
        In_Reply_To="<0@example.com>",
        References="<0@example.com> <00@example.com>",
        List_Unsubscribe="<https://example.com/u?id=1>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )
    message.add_alternative("<p>Voilà &mdash; 10\u00a0€</p>\n" * 20, subtype="html")
    message.add_attachment(
        bytes(range(256)) * (size // 256), "application", "pdf", filename="été.pdf"
    )
    return message.as_bytes()


SHAPES = {
    "plain": PLAIN,
    "no final line end": PLAIN.removesuffix(b"\r\n"),
    "blank lines at the end": PLAIN + b"\r\n \t\r\n\r\n",
    "blanks at line ends": PLAIN + b"a \t\r\n\t\r\nb\t\tc   d ",
    "only blank lines": b"From: a@example.com\r\n\r\n\r\n\r\n",
    "empty body": b"From: a@example.com\r\n\r\n",
    "header only": b"From: a@example.com\r\nSubject: x\r\n",
    "header only, no line end": b"From: a@example.com\r\nSubject: x",
    "non-ASCII": build("Déjà vu ✓" * 20, "Grüße ✓\n", "Zoë Müller").as_bytes(),
    "raw 8-bit header": "From: Zoë <a@example.com>\r\nSubject: é\r\n\r\né".encode(),
    "lines that begin with From": PLAIN + b"From here\r\n>From there\r\n.\r\n..\r\n",
    "long lines": PLAIN + b"x y " * 5_000 + b"\r\n" + b"z" * 20_000,
    "very long field": b"To: "
    + b"a@example.org, " * 2_000
    + b"b@example.org\r\n"
    + PLAIN,
    "html and attachment": with_attachments(5_000),
    "1 MB": with_attachments(1 << 20),
    "folded fields": b"Subject: one\r\n two\r\n\t\tthree\r\n \t\r\n" + PLAIN,
    "tabs": b"To:\tbob@example.org\t\r\nFrom:  \t a@example.com \r\n\r\na\tb\r\n",
    "two of a field": b"Subject: 1\r\nTo: a@example.org\r\nTo: b@example.org\r\n"
    + PLAIN,
    "two From": b"From: other@example.com\r\n" + PLAIN,
    "empty fields": b"Subject:\r\nCc: \r\n" + PLAIN,
    "names in any case": b"SUBJECT: a\r\nfrom: a@example.com\r\nmime-VERSION: 1\r\n",
    "unsigned fields": b"Received: x\r\nReturn-Path: <a@example.com>\r\n" + PLAIN,
    "bare LF": PLAIN.replace(b"\r\n", b"\n"),
    "bare CR and NUL in the body": PLAIN + b"a\rb\0c\r\r\n",
    "already signed": SIGNERS["rsa"].sign(PLAIN) + PLAIN,
}


@pytest.mark.parametrize("algorithm", SIGNERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_signature_verifies(shape, algorithm):
    message = SHAPES[shape]
    assert verifies(on_the_wire(SIGNERS[algorithm].sign(message) + message))


@pytest.mark.parametrize("shape", SHAPES)
def test_signature_is_folded(shape):
    signature = SIGNERS["rsa"].sign(SHAPES[shape])
    assert signature.startswith(b"DKIM-Signature: v=1; ")
    assert signature.endswith(b"\r\n")
    first, *others = signature[:-2].split(b"\r\n")
    assert all(re.match(rb" \S", line) for line in others)
    assert max(map(len, [first, *others])) <= 78


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Invoice 1", b"Invoice 2"),
        (b"here it is", b"here it was"),
        (b"bob@", b"eve@"),
        (b"ann@", b"eve@"),
        (b"From: Ann", b"From: eve@example.com\r\nFrom: Ann"),
        (b"\r\n\r\n", b"\r\nFrom: eve@example.com\r\n\r\n"),
        (b"Dear Bob,\r\n", b"Dear Bob, "),
    ],
)
def test_tampering_is_seen(old, new):
    signature = SIGNERS["rsa"].sign(PLAIN)
    assert not verified_or_refused(signature + PLAIN.replace(old, new, 1))


def verified_or_refused(message):
    try:
        return verifies(message)
    except dkimpy.DKIMException:
        return False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Invoice 1", b"SUBJECT:  Invoice \t1 "),
        (b"Subject: Invoice 1", b"Subject: Invoice\r\n 1"),
        (b"Dear Bob,", b"Dear  Bob,\t"),
        (b"here it is.\r\n", b"here it is.\r\n\r\n\r\n"),
        (b"To: bob", b"Received: by relay.example.org\r\nTo: bob"),
        (b"To: bob", b"Sender: list@example.org\r\nTo: bob"),
    ],
)
def test_what_relays_do_is_no_tampering(old, new):
    signature = SIGNERS["rsa"].sign(PLAIN)
    assert verifies(signature + PLAIN.replace(old, new, 1))


def test_tags():
    tags = tags_of(SIGNERS["rsa"].sign(PLAIN))
    assert list(tags) == ["v", "a", "c", "d", "s", "t", "h", "bh", "b"]
    assert {name: tags[name] for name in "vacdst"} == {
        "v": "1",
        "a": "rsa-sha256",
        "c": "relaxed/relaxed",
        "d": "example.com",
        "s": "rsa",
        "t": str(NOW),
    }
    assert tags_of(SIGNERS["ed25519"].sign(PLAIN))["a"] == "ed25519-sha256"


def test_from_is_signed_once_more_than_it_is_there():
    assert tags_of(SIGNERS["rsa"].sign(PLAIN))["h"] == "From:From:To:Subject"


def test_fields_that_change_on_the_way_are_not_signed():
    fields = "Received Return-Path Bcc DKIM-Signature X-Odoo-Objects Sender".split()
    message = "".join(f"{field}: x\r\n" for field in fields).encode() + PLAIN
    signed = tags_of(SIGNERS["rsa"].sign(message))["h"].split(":")
    assert not set(fields) & set(signed)


def test_each_of_several_fields_is_signed():
    names = tags_of(SIGNERS["rsa"].sign(b"To: eve@example.org\r\n" + PLAIN))["h"]
    assert names.split(":").count("To") == 2


def test_the_example_of_rfc_8463():
    """Appendix A: the same key and message give the same body hash."""
    message = (
        b"From: Joe SixPack <joe@football.example.com>\r\n"
        b"To: Suzie Q <suzie@shopping.example.net>\r\n"
        b"Subject: Is dinner ready?\r\n"
        b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        b"\r\n"
        b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    )
    body_hash = tags_of(SIGNERS["ed25519"].sign(message))["bh"]
    assert body_hash == "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", b""),
        (b"\r\n\r\n", b""),
        (b" \t\r\n", b""),
        (b"a", b"a\r\n"),
        (b" a  b \t\r\n\r\n", b" a b\r\n"),
        (b"a\n\nb\n", b"a\r\n\r\nb\r\n"),
        (b"a\r\r\n\r\n", b"a\r\r\n"),
        (b"\r", b"\r\r\n"),
    ],
)
def test_relaxed_body(body, expected):
    assert relaxed_body(body) == expected


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\r\n",
        b"\r\nFrom: a@example.com",
        b"Subject: x\r\n\r\n",
        b"From a@b\r\n\r\n",
    ],
)
def test_without_from_there_is_no_signature(message):
    with pytest.raises(SigningError) as caught:
        SIGNERS["rsa"].sign(message)
    assert caught.value.code == "no_from"


@pytest.mark.parametrize(
    ("domain", "selector"),
    [
        ("example.com", "s1; d=other.example"),
        ("example.com\r\nBcc: x", "s1"),
        ("example.com", ""),
        ("", "s1"),
        ("éxample.com", "s1"),
        ("example.com\n", "s1"),
    ],
)
def test_names_cannot_smuggle_tags(domain, selector):
    with pytest.raises(SigningError) as caught:
        DkimSigner(domain, selector, KEYS["ed25519"])
    assert caught.value.code == "bad_name"


def test_bad_key():
    with pytest.raises(KeyMaterialError):
        DkimSigner("example.com", "s1", "no key")


def test_long_names_still_verify():
    domain = ".".join(["d" * 60] * 3) + ".example.com"
    signer = DkimSigner(domain, "s" * 60, KEYS["rsa"])
    record = str(public_record(KEYS["rsa"])).encode()
    assert dkimpy.verify(signer.sign(PLAIN) + PLAIN, dnsfunc=lambda *_a, **_k: record)


# Any field name and any bytes that may follow it, but \v and \f: dkimpy strips them at
# the ends of a value as if they were blanks, which RFC 6376, section 2.8 does not say.
NAME = st.sampled_from(
    [b"From", b"To", b"subject", b"Reply-To", b"REFERENCES", b"X-Other", b"Received"]
) | st.from_regex(rb"[!-9;-~]{1,20}", fullmatch=True)
VALUE = st.lists(
    st.binary(max_size=30).map(lambda raw: re.sub(rb"[\r\n\v\f]", b"", raw)),
    min_size=1,
    max_size=3,
).map(b"\r\n\t".join)
FIELDS = st.lists(st.tuples(NAME, VALUE), max_size=8).filter(
    lambda fields: all(name.lower() != b"dkim-signature" for name, _value in fields)
)
BODY = st.lists(
    st.binary(max_size=40) | st.from_regex(rb"[ \t\r\n.a]{0,20}", fullmatch=True),
    max_size=6,
).map(b"\r\n".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(FIELDS, BODY, st.sampled_from(sorted(SIGNERS)))
@example([(b"Subject", b" a\r\n\t\r\n\tb")], b"\r\r\n \r\n", "ed25519")
def test_any_fields_and_body_verify(fields, body, algorithm):
    fields = [(b"From", b" ann@example.com"), *fields]
    header = b"".join(b"%s:%s\r\n" % field for field in fields)
    message = header + b"\r\n" + body
    assert verifies(on_the_wire(SIGNERS[algorithm].sign(message) + message))


@settings(deadline=None)
@given(st.binary() | st.from_regex(rb"(From:|[ \t\r\nab:]){0,30}"))
def test_any_bytes_are_signed_or_refused(message):
    try:
        signature = SIGNERS["ed25519"].sign(message)
    except SigningError as error:
        assert error.code == "no_from"
    else:
        assert signature.startswith(b"DKIM-Signature: ")


@pytest.mark.parametrize(
    "filler", [b" ", b"\t", b"\r\n", b"\n", b"\r", b" \r\n", b"a", b"a ", b"a\r\n "]
)
@pytest.mark.parametrize("place", ["header", "body"])
def test_a_megabyte_of_anything_is_signed(filler, place):
    filling = filler * (1_000_000 // len(filler))
    message = PLAIN + filling if place == "body" else filling + b"\r\n" + PLAIN
    try:
        assert base64.b64decode(tags_of(SIGNERS["ed25519"].sign(message))["b"])
    except SigningError as error:
        assert place == "header" and error.code == "no_from"
