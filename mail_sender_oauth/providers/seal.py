# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: encrypted by a key that is not where they are."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from .errors import StorageError

#: How a sealed text begins; anything else was stored without a key.
_MARK = "fernet:"


class Seal:
    """Encrypts and opens texts with the keys that there are.

    The first key encrypts, all of them open: to change the key, put the new one before
    the old one. Without keys texts stay as they are.

    >>> seal = Seal([make_key()])
    >>> "token" in seal.close("token"), seal.open(seal.close("token"))
    (False, 'token')
    >>> Seal([]).close("token"), seal.open("token")
    ('token', 'token')
    """

    def __init__(self, keys: Sequence[str]):
        """Prepare.

        :raise StorageError: ``bad_key``
        """
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            raise StorageError("bad_key") from None
        self._fernet = MultiFernet(fernets) if fernets else None

    def close(self, text: str) -> str:
        """Encrypt a text."""
        if not (text and self._fernet):
            return text
        return _MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, text: str) -> str:
        """Read what :meth:`close` wrote, with any of the keys or without one.

        :raise StorageError: ``key_missing``: none of the keys is the right one
        """
        if not text.startswith(_MARK):
            return text
        if not self._fernet:
            raise StorageError("key_missing")
        try:
            sealed = text.removeprefix(_MARK).encode()
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise StorageError("key_missing") from error


def make_key() -> str:
    """Make a new key."""
    return Fernet.generate_key().decode()
