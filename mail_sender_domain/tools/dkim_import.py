# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking over a DKIM key that somebody made elsewhere.

>>> from .dkim import generate_private_key
>>> key = import_key(generate_private_key("ed25519"))
>>> key.algorithm, key.bits, key.record.key_type
('ed25519', 256, 'ed25519')
>>> import_key("ssh-rsa AAAA")
Traceback (most recent call last):
    ...
tools.dkim_import.KeyImportError: no line of the text says PRIVATE KEY
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from .dkim import (
    ED25519_BITS,
    RSA_MINIMUM_BITS,
    DkimRecord,
    PrivateKey,
    public_record,
)
from .errors import KeyMaterialError

#: Receivers need not verify longer RSA keys (RFC 8301, section 3.2).
RSA_MAXIMUM_BITS = 4096

_BLOCK = re.compile(
    r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----(?P<body>.*?)-----END (?P=label)-----",
    re.DOTALL,
)
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]+-----")
#: Ahead of the base64 of an encrypted key in the old format (RFC 1421).
_ENCRYPTED_HEADER = "Proc-Type: 4,ENCRYPTED"
_PUBLIC_LABELS = {"PUBLIC KEY", "RSA PUBLIC KEY"}


class KeyImportError(KeyMaterialError):
    """A text is not a private key that can sign mail. Never names a part of the key."""

    sentences = {
        "empty": "no key was given",
        "not_pem": "no line of the text says PRIVATE KEY",
        "incomplete": "the text ends before the line with END",
        "public_key": "this is the public half of a key; the private half is needed",
        "certificate": "this is a certificate; its private key is needed",
        "openssh": "this is a key in the format of OpenSSH; PEM is needed",
        "several": "there are {count} private keys; one is needed",
        "encrypted": "the key is protected by a password",
        "damaged": "the key is damaged: a part is missing or was changed",
        "wrong_type": "the key is neither RSA nor Ed25519",
        "too_short": "the key has {bits} bits; receivers want {limit} at least",
        "too_long": "the key has {bits} bits; receivers take {limit} at most",
        "not_a_pair": "the public key does not belong to the private key",
    }


@dataclass(frozen=True)
class ImportedKey:
    """A key that can sign mail.

    :ivar private_pem: unencrypted PKCS#8, as :func:`.dkim.generate_private_key` makes
    :ivar record: publishes the public half
    """

    private_pem: str
    record: DkimRecord
    algorithm: str
    bits: int


def import_key(text: str) -> ImportedKey:
    """Read what somebody pasted: a private key in PEM, with or without its public key.

    Line ends, indents and text around the keys are forgiven.

    :raise KeyImportError: any of its codes
    """
    blocks = _read_blocks(text)
    private = [block for block in blocks if block["label"].endswith("PRIVATE KEY")]
    public = [block for block in blocks if block["label"] in _PUBLIC_LABELS]
    if not private:
        raise KeyImportError("public_key" if public else "certificate")
    if len(private) > 1:
        raise KeyImportError("several", count=len(private))
    key = _load_private(private[0])
    _check_size(key)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    record = public_record(pem)
    for block in public:
        if _load_public(block) != _public_bytes(key.public_key()):
            raise KeyImportError("not_a_pair")
    if isinstance(key, rsa.RSAPrivateKey):
        return ImportedKey(pem, record, "rsa", key.key_size)
    return ImportedKey(pem, record, "ed25519", ED25519_BITS)


def _read_blocks(text: str) -> list[re.Match]:
    if not text.strip():
        raise KeyImportError("empty")
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) < len(_BEGIN.findall(text)):
        raise KeyImportError("incomplete")
    known = [b for b in blocks if b["label"].endswith(("KEY", "CERTIFICATE"))]
    if not known:
        raise KeyImportError("not_pem")
    return known


def _load_private(block: re.Match) -> PrivateKey:
    if block["label"].startswith("OPENSSH"):
        raise KeyImportError("openssh")
    if block["label"].startswith("ENCRYPTED") or _ENCRYPTED_HEADER in block["body"]:
        raise KeyImportError("encrypted")
    try:
        key = serialization.load_pem_private_key(_tidy(block), password=None)
    except UnsupportedAlgorithm as error:
        raise KeyImportError("wrong_type") from error
    except (ValueError, TypeError) as error:
        raise KeyImportError("damaged") from error
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyImportError("wrong_type")
    return key


def _load_public(block: re.Match) -> bytes:
    try:
        return _public_bytes(serialization.load_pem_public_key(_tidy(block)))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyImportError("damaged") from error


def _check_size(key: PrivateKey) -> None:
    if not isinstance(key, rsa.RSAPrivateKey):
        return
    if key.key_size < RSA_MINIMUM_BITS:
        raise KeyImportError("too_short", bits=key.key_size, limit=RSA_MINIMUM_BITS)
    if key.key_size > RSA_MAXIMUM_BITS:
        raise KeyImportError("too_long", bits=key.key_size, limit=RSA_MAXIMUM_BITS)


def _tidy(block: re.Match) -> bytes:
    """The block with the line ends that PEM wants (RFC 7468)."""
    body = "\n".join(textwrap.wrap("".join(block["body"].split()), 64))
    label = block["label"]
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n".encode()


def _public_bytes(key) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
