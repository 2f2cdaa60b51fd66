# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One plain mail address, without the name of its owner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .domain_name import DomainName
from .errors import DomainNameError, EmailAddressError

#: Most characters before the @ (RFC 5321 4.5.3.1.1), and of the whole address: a path
#: has 256 octets with its angle brackets (RFC 5321 4.5.3.1.3).
MAX_LOCAL_LENGTH = 64
MAX_ADDRESS_LENGTH = 254

_NOT_ATOM = re.compile(r"[^A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]")


@dataclass(frozen=True)
class EmailAddress:
    """An address that mail can leave from. Make it by :meth:`parse`.

    >>> address = EmailAddress.parse("Ann@Müller.example")
    >>> address.ascii, address.unicode
    ('Ann@xn--mller-kva.example', 'Ann@müller.example')
    >>> address.normalized
    'ann@xn--mller-kva.example'

    :ivar local: what stands before the @, as it was typed
    :ivar domain: what stands behind it
    """

    local: str
    domain: DomainName

    @classmethod
    def parse(cls, text: str) -> EmailAddress:
        """Read ``name@domain``; blanks around it are forgiven.

        The part before the @ is a dot-atom (RFC 5321 4.1.2). The two forms that it
        leaves out get lost on their way too often to send from: quoted strings, and
        letters beyond ASCII, which every server in between would have to support
        (RFC 6531).

        :raise EmailAddressError: ``empty``, ``no_at``, ``has_name``, ``no_local``,
            ``bad_character``, ``bad_dot``, ``local_too_long``, ``too_long``, or
            ``bad_domain`` with the :class:`DomainNameError` as its cause
        """
        typed = text.strip()
        if not typed:
            raise EmailAddressError("empty")
        if re.search(r"[<>\s,;]", typed):
            raise EmailAddressError("has_name", text=typed)
        local, at, domain = typed.rpartition("@")
        if not at:
            raise EmailAddressError("no_at", text=typed)
        _check_local(local, typed)
        try:
            address = cls(local, DomainName.parse(domain))
        except DomainNameError as error:
            raise EmailAddressError(
                "bad_domain", text=typed, detail=str(error)
            ) from error
        if len(address.ascii) > MAX_ADDRESS_LENGTH:
            raise EmailAddressError(
                "too_long", length=len(address.ascii), limit=MAX_ADDRESS_LENGTH
            )
        return address

    @property
    def ascii(self) -> str:
        """The address for SMTP and message headers."""
        return f"{self.local}@{self.domain.ascii}"

    @property
    def unicode(self) -> str:
        """The address for people."""
        return f"{self.local}@{self.domain.unicode}"

    @property
    def normalized(self) -> str:
        """The address for comparing: all in lower case, as Odoo compares addresses."""
        return self.ascii.lower()


def _check_local(local: str, typed: str) -> None:
    if not local:
        raise EmailAddressError("no_local", text=typed)
    if wrong := _NOT_ATOM.search(local):
        raise EmailAddressError("bad_character", character=wrong[0], text=typed)
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise EmailAddressError("bad_dot", text=typed)
    if len(local) > MAX_LOCAL_LENGTH:
        raise EmailAddressError(
            "local_too_long", length=len(local), limit=MAX_LOCAL_LENGTH
        )
