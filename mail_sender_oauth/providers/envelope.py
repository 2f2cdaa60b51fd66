# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Making the headers of a message name those whom its envelope names.

By SMTP a message goes to the envelope's recipients, and its headers are but text: Odoo
puts the name of a channel there, or all followers where only one of them is to get this
copy with its personal link. An interface without an envelope would send the copy to all
of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.utils import formataddr, getaddresses

import idna

#: Where somebody might take recipients from (RFC 5322, sections 3.6.3 and 3.6.6).
_RECIPIENT_FIELDS = {b"to", b"cc", b"bcc", b"resent-to", b"resent-cc", b"resent-bcc"}

#: A field with its folded lines and its line end.
_FIELD = re.compile(rb"(?:[^\n]|\n(?=[ \t]))+\n?")
_LINE_END = re.compile(rb"\r?\n")
_HEADER_END = re.compile(rb"(?<=\n)\r?\n")


def address_to(message: bytes, recipients: Sequence[str]) -> bytes:
    r"""Address a message to these recipients and nobody else.

    Whom To or Cc names stays there, with the name. Who is not named goes to Bcc, so
    that recipients who do not know of each other still do not; a single recipient is
    alone with the message and goes to To. All else stays as it is, byte for byte.

    >>> address_to(b"To: Ann <ann@a.test>, bob@b.test\r\n\r\nHi", ["bob@b.test"])
    b'To: bob@b.test\r\n\r\nHi'
    >>> address_to(b"To: Staff <staff@a.test>\r\n\r\nHi", ["bob@b.test"])
    b'To: bob@b.test\r\n\r\nHi'
    >>> address_to(b"To: bob@b.test\r\n\r\nHi", ["bob@b.test", "eve@b.test"])
    b'To: bob@b.test\r\nBcc: eve@b.test\r\n\r\nHi'

    :param message: as it would be handed to SMTP
    :param recipients: the envelope's plain ASCII addresses; doubles count once
    :return: the message with To, Cc and Bcc that name each recipient exactly once
    """
    end = _HEADER_END.search(message)
    split = end.start() if end else len(message)
    fields = [(_name(field), field) for field in _FIELD.findall(message[:split])]
    left = {address_key(address): address for address in recipients}
    is_alone = len(left) == 1
    to = [
        each for name, field in fields if name == b"to" for each in _take(field, left)
    ]
    cc = [
        each for name, field in fields if name == b"cc" for each in _take(field, left)
    ]
    hidden = [("", address) for address in left.values()]
    if is_alone:
        to, hidden = to + hidden, []
    kept = [field for name, field in fields if name not in _RECIPIENT_FIELDS]
    places = [i for i, (name, _field) in enumerate(fields) if name in _RECIPIENT_FIELDS]
    new = _write("To", to) + _write("Cc", cc) + _write("Bcc", hidden)
    kept.insert(min(places, default=0), new)
    return b"".join(kept) + message[split:]


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()


def _take(field: bytes, left: dict[str, str]) -> list[tuple[str, str]]:
    """Move the recipients that a field names out of those who are left.

    :return: name and address of each
    """
    value = _LINE_END.sub(b"", field).partition(b":")[2].decode("utf-8", "replace")
    return [
        (_decode(name), left.pop(address_key(address)))
        for name, address in getaddresses([value])
        if address_key(address) in left
    ]


def address_key(address: str) -> str:
    """The address for comparing: in lower case, as Odoo compares addresses."""
    local, _at, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}".lower()


def _decode(name: str) -> str:
    """Give the letters for encoded words (RFC 2047), without control characters."""
    try:
        letters = str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, UnicodeError):
        return ""
    return "".join(letter for letter in letters if letter.isprintable())


def _write(name: str, people: Iterable[tuple[str, str]]) -> bytes:
    """A field with one person a line, names beyond ASCII as encoded words."""
    parts = []
    for person, address in people:
        if person.isascii():
            parts.append(formataddr((person, address)))
        else:
            words = Header(person, "utf-8").encode(linesep="\r\n")
            parts.append(f"{words} <{address}>")
    value = ",\r\n ".join(parts)
    return f"{name}: {value}\r\n".encode() if parts else b""
