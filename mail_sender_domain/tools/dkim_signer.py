# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signs mail with DKIM (RFC 6376; Ed25519: RFC 8463), both halves relaxed.

The message is read as SMTP will deliver it: lines end with CRLF, and so does the last
one. A bare LF counts as a line end too, because mail servers make it one; a bare CR is
a byte like any other.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .dkim import load_private_key
from .errors import SenderToolError

#: Fields that are signed when they are there: what RFC 6376, section 5.4.1 advises, and
#: what decides how the body is shown. Never a trace field, Bcc or Return-Path: they
#: change on the way (section 5.4).
SIGNED_FIELDS = (
    b"From",
    b"To",
    b"Cc",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"Reply-To",
    b"In-Reply-To",
    b"References",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"List-Id",
    b"List-Help",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
    b"List-Subscribe",
    b"List-Post",
    b"List-Owner",
    b"List-Archive",
)

_LINE_LENGTH = 78
#: Leaves room for the leading blank and for ``b=``.
_SIGNATURE_PIECE = 72
_HEADER_END = re.compile(rb"(?:^|\n)\r?\n")
#: A field in a header whose lines end with LF: its name and its still folded value.
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_DNS_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)


class SigningError(SenderToolError):
    """A message cannot be signed, or a signature cannot name its key."""

    sentences = {
        "no_from": "the message has no From field, which a signature must cover",
        "bad_name": "'{name}' cannot be a part of a DNS name",
    }


class DkimSigner:
    """Signs for one domain with one key, which is parsed once.

    >>> from .dkim import generate_private_key
    >>> signer = DkimSigner("example.com", "s1", generate_private_key("ed25519"))
    >>> signer.sign(b"From: a@example.com\\r\\n\\r\\nHello\\r\\n").split()[:3]
    [b'DKIM-Signature:', b'v=1;', b'a=ed25519-sha256;']

    :ivar domain: the signing domain
    """

    def __init__(
        self,
        domain: str,
        selector: str,
        private_key_pem: str,
        clock: Callable[[], float] = time.time,
    ):
        """Parse the key.

        :param domain: the signing domain (``d=``), A-labels
        :param selector: names the key record, ``<selector>._domainkey.<domain>``
        :param private_key_pem: as :func:`.dkim.generate_private_key` makes it
        :param clock: gives the time of signing in seconds since 1970
        :raise KeyMaterialError: the key cannot be used
        :raise SigningError: ``bad_name``
        """
        for name in (domain, selector):
            if not _DNS_NAME.fullmatch(name):
                raise SigningError("bad_name", name=name)
        self.domain = domain
        self._key = load_private_key(private_key_pem)
        self._clock = clock
        kind = "rsa" if isinstance(self._key, rsa.RSAPrivateKey) else "ed25519"
        self._first_tags = [
            b"v=1;",
            b"a=%s-sha256;" % kind.encode(),
            b"c=relaxed/relaxed;",
            b"d=%s;" % domain.encode(),
            b"s=%s;" % selector.encode(),
        ]

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        From is listed once more than it is there, so that nobody can add a second one
        (RFC 6376, section 5.4.2 and 8.15). The whole body counts: there is no ``l=``.

        :param message: the bytes that will be handed to SMTP (see the module)
        :return: the field ``DKIM-Signature: ...`` with its line end, folded to 78
            columns as far as the domain lets; goes before the message as it is
        :raise SigningError: ``no_from``
        """
        fields, body = _split(message)
        if b"from" not in fields:
            raise SigningError("no_from")
        names, signed = _select(fields)
        body_hash = hashlib.sha256(relaxed_body(body)).digest()
        tags = [
            *self._first_tags,
            b"t=%d;" % self._clock(),
            *(b"h=" + b": ".join(names) + b";").split(),
            b"bh=%s;" % base64.b64encode(body_hash),
        ]
        # The signature covers its own field with b= empty (section 3.7); folding adds
        # nothing to it, since unfolding gives the blanks between the tags back.
        signed.append(b"dkim-signature:" + b" ".join([*tags, b"b="]))
        signature = base64.b64encode(self._sign_bytes(b"\r\n".join(signed)))
        return _fold([b"DKIM-Signature:", *tags, *_pieces(b"b=" + signature)])

    def _sign_bytes(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        # RFC 8463, section 3: the hash is what Ed25519 signs
        return self._key.sign(hashlib.sha256(data).digest())


def relaxed_body(body: bytes) -> bytes:
    r"""The body as it is hashed (RFC 6376, section 3.4.4).

    >>> relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n")
    b' C\r\nD E\r\n'
    >>> relaxed_body(b"\r\n")
    b''
    """
    text = _single_blanks(body.replace(b"\r\n", b"\n") + b"\n")
    text = text.replace(b" \n", b"\n").rstrip(b"\n")
    return text.replace(b"\n", b"\r\n") + b"\r\n" if text else b""


def _split(message: bytes) -> tuple[dict[bytes, list[bytes]], bytes]:
    """The folded values of each field by its name in lower case, and the body.

    Lines that are no field are passed over, as verifiers do.
    """
    end = _HEADER_END.search(message)
    header = message[: end.end()] if end else message
    fields: dict[bytes, list[bytes]] = {}
    for match in _FIELD.finditer(header.replace(b"\r\n", b"\n")):
        fields.setdefault(match[1].lower(), []).append(match[2])
    return fields, message[end.end() :] if end else b""


def _select(fields: dict[bytes, list[bytes]]) -> tuple[list[bytes], list[bytes]]:
    """The names for ``h=`` and the fields to sign, made relaxed (section 3.4.2).

    Of fields that are there several times the last comes first (section 5.4.2).
    """
    names = [b"From"]
    signed = []
    for name in SIGNED_FIELDS:
        for value in reversed(fields.get(name.lower(), ())):
            relaxed = _single_blanks(value.replace(b"\n", b"")).strip(b" ")
            names.append(name)
            signed.append(name.lower() + b":" + relaxed)
    return names, signed


def _single_blanks(text: bytes) -> bytes:
    """Each run of blanks and tabs as one blank; none at the very end."""
    first, *words = text.replace(b"\t", b" ").split(b" ")
    return b" ".join([first, *filter(None, words)])


def _pieces(text: bytes) -> Iterable[bytes]:
    return (
        text[start : start + _SIGNATURE_PIECE]
        for start in range(0, len(text), _SIGNATURE_PIECE)
    )


def _fold(words: Iterable[bytes]) -> bytes:
    """Words with a blank between them, in lines that begin with a blank if needed."""
    lines = [b""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE_LENGTH:
            lines.append(b"")
        lines[-1] += b" " + word
    return b"\r\n".join(lines)[1:] + b"\r\n"
