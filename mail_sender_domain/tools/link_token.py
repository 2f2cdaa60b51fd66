# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The secret part of a link that is mailed to somebody.

A token is a random secret with a signature behind it. The signature tells what the link
may be used for and who made it, before anything is looked up; the random part cannot be
guessed. Only the digest of a token is meant to be stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from .errors import LinkTokenError

SECRET_BYTES = 20
#: Together a multiple of five bytes, which base32 writes without padding.
SIGNATURE_BYTES = 15

#: How long the text of a token is.
TEXT_LENGTH = (SECRET_BYTES + SIGNATURE_BYTES) * 8 // 5

# Only letters and digits, so that no mail program takes the end for punctuation.
_TEXT = re.compile(rf"[A-Za-z2-7]{{{TEXT_LENGTH}}}")


@dataclass(frozen=True)
class LinkToken:
    """A secret that stands in a mailed link.

    >>> token = LinkToken.make()
    >>> text = token.sign("confirm", b"key of this system")
    >>> LinkToken.parse(text.upper(), "confirm", b"key of this system") == token
    True
    >>> LinkToken.parse(text, "withdraw", b"key of this system")
    Traceback (most recent call last):
    ...
    tools.errors.LinkTokenError: the link was made elsewhere, or for something else

    :ivar secret: the random part
    """

    secret: bytes = field(repr=False)

    @classmethod
    def make(cls) -> LinkToken:
        """Return a new token that nobody can guess."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def parse(cls, text: str, purpose: str, key: bytes) -> LinkToken:
        """Read what :meth:`sign` wrote.

        :param purpose: what the link is used for now
        :param key: that signed it
        :raise LinkTokenError: ``malformed``, or ``not_signed`` when another key or for
            another purpose
        """
        if not _TEXT.fullmatch(text):
            raise LinkTokenError("malformed")
        data = base64.b32decode(text.upper())
        token = cls(data[:SECRET_BYTES])
        if not hmac.compare_digest(data[SECRET_BYTES:], token._signature(purpose, key)):
            raise LinkTokenError("not_signed")
        return token

    def sign(self, purpose: str, key: bytes) -> str:
        """Return the text for a link.

        :param purpose: what the link may be used for
        :param key: known to this system only
        """
        data = self.secret + self._signature(purpose, key)
        return base64.b32encode(data).decode().lower()

    @property
    def digest(self) -> str:
        """What to store: it finds the token again and does not give it away."""
        return hashlib.sha256(self.secret).hexdigest()

    def _signature(self, purpose: str, key: bytes) -> bytes:
        message = purpose.encode() + b"\0" + self.secret
        return hmac.digest(key, message, "sha256")[:SIGNATURE_BYTES]
