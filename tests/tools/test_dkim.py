# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.dkim import (
    DkimRecord,
    generate_private_key,
    load_private_key,
    parse_tags,
    public_record,
)
from tools.errors import KeyMaterialError, RecordSyntaxError, SenderToolError

ED25519_P = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # RFC 8463, appendix A.2


@pytest.fixture(scope="module")
def rsa_pem():
    return generate_private_key("rsa")


def rsa_forms(pem):
    """The two ways in which an RSA key stands in ``p=``."""
    key = load_private_key(pem).public_key()
    return [
        key.public_bytes(serialization.Encoding.DER, form)
        for form in (
            serialization.PublicFormat.SubjectPublicKeyInfo,
            serialization.PublicFormat.PKCS1,
        )
    ]


def encode(data):
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p=", DkimRecord(b"")),
        ("v=DKIM1; p=AAAA", DkimRecord(b"\0\0\0")),
        ("v=DKIM1;p=AAAA;", DkimRecord(b"\0\0\0")),
        (" v = DKIM1 ; p = AA AA ; ", DkimRecord(b"\0\0\0")),
        ("v=DKIM1; p=AA\r\n\tAA", DkimRecord(b"\0\0\0")),
        ("v=DKIM1; x=unknown; p=AAAA", DkimRecord(b"\0\0\0")),
        ("k=ed25519; p=AAAA", DkimRecord(b"\0\0\0", "ed25519")),
        ("h=sha1 : sha256; p=", DkimRecord(b"", hashes=("sha1", "sha256"))),
        ("s=email:tlsrpt; p=", DkimRecord(b"", services=("email", "tlsrpt"))),
        ("s=; h=; t=; p=", DkimRecord(b"")),
        ("t=y : s; p=", DkimRecord(b"", flags=("y", "s"))),
        ("n=call 112=now; p=", DkimRecord(b"", notes="call 112=now")),
    ],
)
def test_parse(text, expected):
    assert DkimRecord.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "not_a_tag", 0),
        ("hello", "not_a_tag", 0),
        ("v=DKIM1;; p=AAAA", "not_a_tag", 8),
        ("v=DKIM1; =x; p=AAAA", "not_a_tag", 9),
        ("v=DKIM1; p=AAAA; p=AAAA", "duplicate_tag", 17),
        ("v=DKIM2; p=AAAA", "wrong_version", 2),
        ("v=dkim1; p=AAAA", "wrong_version", 2),
        ("p=AAAA; v=DKIM1", "wrong_version", 10),
        ("v=spf1 -all", "wrong_version", 2),
        (r"v=DKIM1\; k=rsa\; p=AAAA", "wrong_version", 2),
        ("v=DKIM1; k=rsa", "missing_tag", -1),
        ("v=DKIM1; p=AAA", "bad_value", 11),
        ("v=DKIM1; p=AA=A", "bad_value", 11),
        ('v=DKIM1; p="AAAA"', "bad_value", 11),
        ("v=DKIM1; p= é", "bad_value", 12),
        ("v=DKIM1; p=AA\xa0AA", "bad_value", 11),
    ],
)
def test_parse_says_what_is_wrong_and_where(text, code, position):
    with pytest.raises(RecordSyntaxError) as caught:
        DkimRecord.parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert str(caught.value)


def test_str_leaves_out_what_is_usual():
    assert str(DkimRecord(b"\0\0\0")) == "v=DKIM1; k=rsa; p=AAAA"


WORD = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
WORDS = st.lists(WORD, max_size=3).map(tuple)
NOTE = st.from_regex(r"([!-:<-~]([ !-:<-~]{0,20}[!-:<-~])?)?", fullmatch=True)


@given(
    st.builds(
        DkimRecord,
        public_key=st.binary(max_size=300),
        key_type=WORD,
        hashes=WORDS,
        services=WORDS.filter(bool),
        flags=WORDS,
        notes=NOTE,
    )
)
def test_parse_undoes_str(record):
    assert DkimRecord.parse(str(record)) == record


@given(st.text() | st.text('vphkst=;: \t\r\nDKIM1Az+/="\\', max_size=40))
def test_any_text_gives_a_record_or_a_documented_error(text):
    try:
        record = DkimRecord.parse(text)
    except RecordSyntaxError as error:
        assert str(error)
    else:
        assert DkimRecord.parse(str(record)) == record


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["rsa", "ed25519", "x"]))
def test_any_bytes_are_a_key_or_a_documented_error(data, key_type):
    try:
        assert DkimRecord(data, key_type).key_bits() > 0
    except KeyMaterialError as error:
        assert str(error)


@settings(deadline=None)
@given(st.data())
def test_a_spoiled_key_is_a_key_or_a_documented_error(rsa_pem, data):
    key = bytearray(public_record(rsa_pem).public_key)
    key[data.draw(st.integers(0, len(key) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert DkimRecord(bytes(key)).key_bits() > 0
    except KeyMaterialError as error:
        assert str(error)


def test_a_very_long_record_is_read_in_linear_time():
    blanks = " \t" * 30_000
    assert DkimRecord.parse(f"v=DKIM1;{blanks}p={blanks}AAAA{blanks}").public_key


def test_tags_keep_their_order_and_place():
    assert [(name, *tag) for name, tag in parse_tags("b=1; a = 2").items()] == [
        ("b", "1", 2),
        ("a", "2", 9),
    ]


@pytest.mark.parametrize(
    ("text", "asked", "answer"),
    [
        ("p=", "is_revoked", True),
        ("p=AAAA", "is_revoked", False),
        ("t=s; p=", "is_testing", False),
        ("t=s:y; p=", "is_testing", True),
        ("p=", "is_for_mail", True),
        ("s=email; p=", "is_for_mail", True),
        ("s=tlsrpt; p=", "is_for_mail", False),
        ("p=", "allows_sha256", True),
        ("h=sha1; p=", "allows_sha256", False),
        ("h=sha1:sha256; p=", "allows_sha256", True),
    ],
)
def test_what_a_record_says(text, asked, answer):
    assert getattr(DkimRecord.parse(text), asked) is answer


def test_rsa_keys_are_compared_by_their_numbers(rsa_pem):
    info, bare = (DkimRecord(der) for der in rsa_forms(rsa_pem))
    assert info.public_key != bare.public_key
    assert info.has_same_key(bare)
    assert info.key_bits() == bare.key_bits() == 2048


def test_keys_differ(rsa_pem):
    first = public_record(rsa_pem)
    other = public_record(generate_private_key("rsa"))
    ed25519 = public_record(generate_private_key("ed25519"))
    assert not first.has_same_key(other)
    assert not first.has_same_key(ed25519)


def test_notes_blanks_and_flags_do_not_matter_to_the_key(rsa_pem):
    ours = public_record(rsa_pem)
    text = encode(ours.public_key)
    theirs = DkimRecord.parse(f"n=ours; t=y; p={text[:100]} {text[100:]}")
    assert ours.has_same_key(theirs)


@pytest.mark.parametrize("bits", [1024, 3072])
def test_key_strength(bits):
    key = rsa.generate_private_key(65537, bits).public_key()
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert DkimRecord(der).key_bits() == bits


def test_strength_of_a_key_far_too_short():
    # 512 bits: cannot be made here any more, but old records still hold such keys
    record = DkimRecord.parse(
        "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANsBiOJUlsz/txr5Uf7DKx3hfzTgrxcX"
        "arUlg5N6m2TLX9JWUQqwFUVYwH8cjlWFDl/ODh3J+RUgwzPxePc2D9sCAwEAAQ=="
    )
    assert record.key_bits() == 512


EC_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (DkimRecord(b""), "revoked"),
        (DkimRecord(b"\0\0\0"), "not_a_key"),
        (DkimRecord(b"\0" * 31, "ed25519"), "not_a_key"),
        (DkimRecord(b"\0" * 32, "dsa"), "unknown_algorithm"),
        (
            DkimRecord(
                EC_KEY.public_key().public_bytes(
                    serialization.Encoding.DER,
                    serialization.PublicFormat.SubjectPublicKeyInfo,
                )
            ),
            "wrong_type",
        ),
    ],
)
def test_unusable_public_keys(record, code):
    with pytest.raises(KeyMaterialError) as caught:
        record.load_public_key()
    assert caught.value.code == code


def test_the_key_of_rfc_8463():
    record = DkimRecord.parse(f"v=DKIM1; k=ed25519; p={ED25519_P}")
    assert encode(record.public_key) == ED25519_P
    assert str(record) == f"v=DKIM1; k=ed25519; p={ED25519_P}"


@pytest.mark.parametrize(("algorithm", "bits"), [("rsa", 2048), ("ed25519", 256)])
def test_generated_keys(algorithm, bits):
    pem = generate_private_key(algorithm)
    record = public_record(pem)
    assert pem.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert (record.key_type, record.key_bits()) == (algorithm, bits)
    assert record.has_same_key(DkimRecord.parse(str(record)))


def private_pem(key, encryption=None):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    ).decode()


@pytest.mark.parametrize(
    ("pem", "code"),
    [
        ("", "not_a_key"),
        ("secret", "not_a_key"),
        ("\udc80", "not_a_key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not_a_key"),
        (private_pem(EC_KEY), "wrong_type"),
        (
            private_pem(EC_KEY, serialization.BestAvailableEncryption(b"word")),
            "encrypted",
        ),
    ],
)
def test_unusable_private_keys(pem, code):
    with pytest.raises(KeyMaterialError) as caught:
        load_private_key(pem)
    assert caught.value.code == code


def test_errors_do_not_tell_the_key(rsa_pem):
    with pytest.raises(SenderToolError) as caught:
        load_private_key(rsa_pem.replace("PRIVATE", "SECRET"))
    assert rsa_pem[100:120] not in str(caught.value)
    assert rsa_pem[100:120] not in repr(caught.value.__cause__)


def test_unknown_algorithm():
    with pytest.raises(KeyMaterialError) as caught:
        generate_private_key("dsa")
    assert caught.value.params == {"algorithm": "dsa"}
