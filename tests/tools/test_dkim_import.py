# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A key from elsewhere is taken over, or the error says what is wrong with it."""

import textwrap

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from hypothesis import given
from hypothesis import strategies as st
from tools.dkim import load_private_key, public_record
from tools.dkim_import import KeyImportError, import_key

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
OLD = serialization.PrivateFormat.TraditionalOpenSSL
OPENSSH = serialization.PrivateFormat.OpenSSH
PLAIN = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(b"secret")

RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()


def private(key, form=PKCS8, encryption=PLAIN):
    return key.private_bytes(PEM, form, encryption).decode()


def public(key, form=serialization.PublicFormat.SubjectPublicKeyInfo):
    return key.public_key().public_bytes(PEM, form).decode()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (private(RSA), RSA),
        (private(RSA, OLD), RSA),
        (private(ED25519), ED25519),
        (private(RSA) + public(RSA), RSA),
        (public(RSA, serialization.PublicFormat.PKCS1) + private(RSA, OLD), RSA),
        (public(ED25519) + private(ED25519), ED25519),
        (private(RSA).replace("\n", "\r\n"), RSA),
        (private(RSA).replace("\n", " "), RSA),
        (textwrap.indent(private(RSA), "    "), RSA),
        (f"Bag Attributes\n  x: y\n{private(RSA)}\nregards", RSA),
    ],
)
def test_keys_that_are_taken(text, key):
    imported = import_key(text)
    assert load_private_key(imported.private_pem).public_key() == key.public_key()
    assert imported.record == public_record(private(key))
    is_rsa = key is RSA
    assert imported.algorithm == ("rsa" if is_rsa else "ed25519")
    assert imported.bits == (2048 if is_rsa else 256)


def test_the_shortest_and_the_longest_key():
    for bits in (1024, 4096):
        assert import_key(private(rsa.generate_private_key(65537, bits))).bits == bits


def pem(label, body):
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


#: A key of 512 bits, which today's libraries no longer make.
TINY = pem(
    "RSA PRIVATE KEY",
    "MIIBOQIBAAJBAMTPNOzfZGXX3Avu4I7EOHNhFJ3XNUea5CDaeRdhJv1LkSxQa1bn"
    "5G+TLEBquD0LZOOrLVWWlvgL+2F1n0xwUv8CAwEAAQJAPf3SeuYmtpmWmz+kBfQy"
    "n80tdEZMZwCX6O1IBSA56sBsUrdCkOlYrtvv+iLNUxqhBQ5JfFOi2NZRasUMzxKU"
    "mQIhAOF92h65vTcJPS42hutlIh8xcX7xnBhxR1Hnsl3dsVvTAiEA32/qRdDeahU8"
    "cpwkHrfK3NwJ55o+vIbtaNbHcKe8zKUCIBD3SikTqpPwgwTuH1qowld8feCiRy9j"
    "no0gFMCRRJ33AiBtjUz7gEadEt55f09CdHEVyxlcIkeiXjGnVq+g781lNQIgMG4o"
    "HT+ISA0QD70Or8RcVfhBMZpXrhPru9rJUn5H5hg=",
)


def damaged(pem):
    lines = pem.splitlines()
    return "\n".join(lines[:5] + lines[6:])


def inconsistent():
    """An RSA key whose private exponent belongs to another key."""
    numbers = RSA.private_numbers()
    wrong = rsa.RSAPrivateNumbers(
        numbers.p,
        numbers.q,
        OTHER_RSA.private_numbers().d,
        numbers.dmp1,
        numbers.dmq1,
        numbers.iqmp,
        numbers.public_numbers,
    )
    return private(wrong.private_key(unsafe_skip_rsa_key_validation=True))


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "empty", {}),
        (" \n", "empty", {}),
        ("hello", "not_pem", {}),
        ("ssh-rsa AAAAB3NzaC1yc2E ann@example.com", "not_pem", {}),
        (pem("PGP MESSAGE", "AAAA"), "not_pem", {}),
        (private(RSA)[:900], "incomplete", {}),
        (private(RSA) + private(RSA)[:900], "incomplete", {}),
        (public(RSA), "public_key", {}),
        (public(RSA, serialization.PublicFormat.PKCS1), "public_key", {}),
        (pem("CERTIFICATE", "AAAA"), "certificate", {}),
        (private(ED25519, OPENSSH), "openssh", {}),
        (private(RSA) + private(ED25519), "several", {"count": 2}),
        (private(RSA, PKCS8, LOCKED), "encrypted", {}),
        (private(RSA, OLD, LOCKED), "encrypted", {}),
        (damaged(private(RSA)), "damaged", {}),
        (damaged(private(RSA, OLD)), "damaged", {}),
        (pem("PRIVATE KEY", ""), "damaged", {}),
        (pem("PRIVATE KEY", "hello!"), "damaged", {}),
        (inconsistent(), "damaged", {}),
        (private(RSA) + damaged(public(RSA)), "damaged", {}),
        (private(ec.generate_private_key(ec.SECP256R1())), "wrong_type", {}),
        (private(ec.generate_private_key(ec.SECP256R1()), OLD), "wrong_type", {}),
        (private(dsa.generate_private_key(1024)), "wrong_type", {}),
        (private(x25519.X25519PrivateKey.generate()), "wrong_type", {}),
        (TINY, "too_short", {"bits": 512, "limit": 1024}),
        (
            private(rsa.generate_private_key(65537, 4104)),
            "too_long",
            {"bits": 4104, "limit": 4096},
        ),
        (private(RSA) + public(OTHER_RSA), "not_a_pair", {}),
        (private(ED25519) + public(RSA), "not_a_pair", {}),
    ],
)
def test_keys_that_are_refused(text, code, params):
    with pytest.raises(KeyImportError) as raised:
        import_key(text)
    error = raised.value
    assert (error.code, error.params) == (code, params)
    assert code in error.sentences and str(error)


@given(
    st.sampled_from([private(RSA), private(ED25519), public(RSA)]),
    st.integers(0, 2000),
    st.integers(0, 60),
    st.text(max_size=20),
)
def test_whatever_is_pasted(pem, start, length, patch):
    try:
        import_key(pem[:start] + patch + pem[start + length :])
    except KeyImportError as error:
        assert error.code in error.sentences
        # Not a line of the key gets into a message or a log.
        assert not any(line in repr(error) for line in pem.splitlines()[1:-1])
