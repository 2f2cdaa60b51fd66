# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""DKIM keys: the record that publishes one (RFC 6376, RFC 8463) and its key pair.

>>> record = DkimRecord.parse("v=DKIM1; k=ed25519; t=y; p=" + "A" * 43 + "=")
>>> record.key_type, record.is_testing, record.key_bits()
('ed25519', True, 256)
>>> DkimRecord.parse("v=DKIM1; p=").is_revoked
True
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import NamedTuple

import cryptography
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from .errors import KeyMaterialError, RecordSyntaxError

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey

#: Size in bits of the RSA keys that are made here; RFC 8301, section 3.2 asks for it.
RSA_BITS = 2048
#: Receivers do not accept a shorter RSA key (RFC 8301, section 3.2).
RSA_MINIMUM_BITS = 1024
#: Every Ed25519 key has this size, also written in the bytes of its public half.
ED25519_BITS = 256

#: Odoo pins a cryptography that always validates RSA keys; 39 was the first that asks.
_SKIP_VALIDATION = (
    {"unsafe_skip_rsa_key_validation": True}
    if int(cryptography.__version__.partition(".")[0]) >= 39
    else {}
)

_VERSION = "DKIM1"
#: What may stand around tags and inside base64 (FWS in RFC 6376, section 2.8).
_BLANKS = " \t\r\n"
_FOLDING = re.compile(f"[{_BLANKS}]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class Tag(NamedTuple):
    """The value of one tag, stripped, and the number of characters before it."""

    value: str
    position: int


def parse_tags(text: str) -> dict[str, Tag]:
    """Split a tag list (RFC 6376, section 3.2; also used by DMARC, RFC 7489, 6.4).

    >>> parse_tags("v=DKIM1; p = abc;")["p"]
    Tag(value='abc', position=13)

    :param text: ``name=value`` pairs with semicolons between them
    :return: the tags in their order, names with capitals as they are
    :raise RecordSyntaxError: ``not_a_tag`` or ``duplicate_tag``
    """
    tags: dict[str, Tag] = {}
    start = 0
    body = text.rstrip(_BLANKS).removesuffix(";")
    for part in body.split(";"):
        name, equals, value = part.partition("=")
        tag = name.strip(_BLANKS)
        position = start + len(part) - len(part.lstrip(_BLANKS))
        if not (tag and equals):
            raise RecordSyntaxError(
                "not_a_tag", position=position, text=part.strip(_BLANKS)
            )
        if tag in tags:
            raise RecordSyntaxError("duplicate_tag", position=position, tag=tag)
        before_value = len(name) + 1 + len(value) - len(value.lstrip(_BLANKS))
        tags[tag] = Tag(value.strip(_BLANKS), start + before_value)
        start += len(part) + 1
    return tags


@dataclass(frozen=True)
class DkimRecord:
    """A key record as RFC 6376, section 3.6.1 and RFC 8463, section 4 define it.

    ``str`` and :meth:`parse` are inverses as long as the texts hold no semicolon.

    :ivar public_key: the decoded ``p=``; empty says that the key is revoked
    :ivar key_type: ``k=``: ``"rsa"``, ``"ed25519"`` or a word that we do not know
    :ivar hashes: ``h=``: the hash algorithms allowed; empty allows all
    :ivar services: ``s=``: the services the key is for; ``*`` is every one
    :ivar flags: ``t=``: ``y`` the domain tests DKIM, ``s`` no subdomains
    :ivar notes: ``n=``: a note for people, as it is written there
    """

    public_key: bytes
    key_type: str = "rsa"
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    notes: str = ""

    @classmethod
    def parse(cls, text: str) -> DkimRecord:
        """Read the text of a TXT record (its strings joined).

        Unknown tags are ignored. Whether ``p=`` really holds a key is only seen by
        :meth:`load_public_key`.

        :raise RecordSyntaxError: ``not_a_tag``, ``duplicate_tag``, ``wrong_version``,
            ``missing_tag`` or ``bad_value``
        """
        tags = parse_tags(text)
        if "v" in tags and (next(iter(tags)), tags["v"].value) != ("v", _VERSION):
            raise RecordSyntaxError(
                "wrong_version", position=tags["v"].position, expected=f"v={_VERSION}"
            )
        if "p" not in tags:
            raise RecordSyntaxError("missing_tag", tag="p")
        return cls(
            public_key=_decode("p", tags["p"]),
            key_type=tags["k"].value if "k" in tags else cls.key_type,
            hashes=_words(tags, "h", cls.hashes),
            services=_words(tags, "s", cls.services),
            flags=_words(tags, "t", cls.flags),
            notes=tags["n"].value if "n" in tags else cls.notes,
        )

    def __str__(self) -> str:
        optional = (
            ("h", ":".join(self.hashes)),
            ("s", "" if self.services == ("*",) else ":".join(self.services)),
            ("t", ":".join(self.flags)),
            ("n", self.notes),
        )
        tags = [("v", _VERSION), ("k", self.key_type)]
        tags += [(name, value) for name, value in optional if value]
        tags.append(("p", base64.b64encode(self.public_key).decode()))
        return "; ".join(f"{name}={value}" for name, value in tags)

    @property
    def is_revoked(self) -> bool:
        """The owner withdrew this key: what it signs no longer counts."""
        return not self.public_key

    @property
    def is_testing(self) -> bool:
        """The owner asks receivers not to act on failing signatures."""
        return "y" in self.flags

    @property
    def is_for_mail(self) -> bool:
        """The key may sign mail."""
        return not {"*", "email"}.isdisjoint(self.services)

    @property
    def allows_sha256(self) -> bool:
        """The key may be used with SHA-256, the only hash still accepted."""
        return not self.hashes or "sha256" in self.hashes

    def load_public_key(self) -> PublicKey:
        """The key itself.

        RSA keys are found in both forms, ``SubjectPublicKeyInfo`` and the bare
        ``RSAPublicKey`` that RFC 6376 names.

        :raise KeyMaterialError: ``revoked``, ``unknown_algorithm``, ``not_a_key`` or
            ``wrong_type``
        """
        if self.is_revoked:
            raise KeyMaterialError("revoked")
        try:
            if self.key_type == "ed25519":
                return ed25519.Ed25519PublicKey.from_public_bytes(self.public_key)
            if self.key_type == "rsa":
                key = serialization.load_der_public_key(self.public_key)
            else:
                raise KeyMaterialError("unknown_algorithm", algorithm=self.key_type)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyMaterialError("not_a_key") from error
        if not isinstance(key, rsa.RSAPublicKey):
            raise KeyMaterialError("wrong_type")
        return key

    def key_bits(self) -> int:
        """Size of the key in bits.

        :raise KeyMaterialError: as :meth:`load_public_key`
        """
        key = self.load_public_key()
        return key.key_size if isinstance(key, rsa.RSAPublicKey) else ED25519_BITS

    def has_same_key(self, other: DkimRecord) -> bool:
        """Both records publish the same key, however they write it.

        :raise KeyMaterialError: as :meth:`load_public_key`, for either record
        """
        return _identity(self.load_public_key()) == _identity(other.load_public_key())


def generate_private_key(algorithm: str = "rsa") -> str:
    """Make a new private key.

    :param algorithm: ``"rsa"`` (2048 bits) or ``"ed25519"``
    :return: the key as unencrypted PKCS#8 PEM text
    :raise KeyMaterialError: ``unknown_algorithm``
    """
    key: PrivateKey
    if algorithm == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    elif algorithm == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        raise KeyMaterialError("unknown_algorithm", algorithm=algorithm)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def load_private_key(pem: str) -> PrivateKey:
    """Read a private key that :func:`generate_private_key` made.

    That an RSA key's numbers belong together is not verified where that can be left
    out: it takes 40 ms, the rest 0.01 ms, and a key of our own cannot fail it.

    :param pem: PEM text
    :raise KeyMaterialError: ``not_a_key``, ``encrypted`` or ``wrong_type``; never
        names any part of the key
    """
    try:
        key = serialization.load_pem_private_key(
            pem.encode(), password=None, **_SKIP_VALIDATION
        )
    except TypeError as error:
        raise KeyMaterialError("encrypted") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyMaterialError("not_a_key") from error
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyMaterialError("wrong_type")
    return key


def public_record(private_pem: str) -> DkimRecord:
    """The record that publishes the public half of a private key.

    :param private_pem: PEM text
    :raise KeyMaterialError: as :func:`load_private_key`
    """
    key = load_private_key(private_pem).public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        return DkimRecord(_raw_bytes(key), "ed25519")
    return DkimRecord(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        "rsa",
    )


def _raw_bytes(key: ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _identity(key: PublicKey) -> tuple[int, int] | bytes:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return _raw_bytes(key)
    numbers = key.public_numbers()
    return numbers.n, numbers.e


def _decode(name: str, tag: Tag) -> bytes:
    joined = _FOLDING.sub("", tag.value)
    if not _BASE64.fullmatch(joined) or len(joined) % 4:
        raise RecordSyntaxError(
            "bad_value", position=tag.position, tag=name, value=tag.value
        )
    return base64.b64decode(joined)


def _words(
    tags: dict[str, Tag], name: str, default: tuple[str, ...]
) -> tuple[str, ...]:
    """The words of a colon-separated value; without any word, the default."""
    if name not in tags:
        return default
    words = (word.strip(_BLANKS) for word in tags[name].value.split(":"))
    return tuple(word for word in words if word) or default
