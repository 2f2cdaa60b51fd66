# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signing the exact bytes that a mail server receives.

``smtplib.SMTP.send_message`` serialises a message in its own way before it calls
``sendmail``; a signature over any other serialisation breaks on the way. So the
signature is made inside ``sendmail``, over the bytes that it is given.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from email.utils import getaddresses
from typing import Protocol

from .errors import SenderToolError

_FROM_HEADER = re.compile(
    rb"^From:((?:[^\r\n]|\r\n[ \t])*)", re.IGNORECASE | re.MULTILINE
)


class SenderMismatchError(SenderToolError):
    """A message carries another From than the one that was decided for it."""

    sentences = {
        "sender_mismatch": (
            "The message would leave from {found} instead of {expected}; another addon "
            "or setting changed its From after the sender had been decided."
        ),
    }


class Signer(Protocol):
    """Something that returns one whole signature header for a message."""

    def sign(self, message: bytes) -> bytes:
        """Return the header, its CRLF included, to put before ``message``."""


class SenderTransport:
    """Wraps the ``sendmail`` of one SMTP session.

    Between two messages the owner of the session says with :meth:`expect` what the next
    one is; without that a message passes through as it is.

    :param connection: an open session with a ``sendmail`` method
    """

    def __init__(self, connection: smtplib.SMTP):
        self._sendmail = connection.sendmail
        self._email_from = ""
        self._signers: Sequence[Signer] = ()
        self._is_under_way = True
        self._is_smtp = isinstance(connection, smtplib.SMTP)
        connection.sendmail = self.sendmail
        if self._is_smtp:
            self._data = connection.data
            connection.data = self.data

    def expect(self, email_from: str = "", signers: Sequence[Signer] = ()) -> None:
        """Announce the next message.

        :param email_from: ASCII address that its From header must carry; empty: any
        :param signers: what signs it, in the order of the headers
        """
        self._email_from = email_from
        self._signers = signers

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        """Sign ``msg`` and hand it to the session; see ``smtplib.SMTP.sendmail``.

        :raise SenderMismatchError: when the From header is not what was announced
        :raise ConnectionError: when the session was closed before the content was on
            its way: then nobody can have the message
        """
        email_from, signers = self._email_from, self._signers
        self.expect()
        if email_from:
            _check_from(msg, email_from)
            msg = b"".join(signer.sign(msg) for signer in signers) + msg
        self._is_under_way = not self._is_smtp
        try:
            return self._sendmail(from_addr, to_addrs, msg, mail_options, rcpt_options)
        except smtplib.SMTPServerDisconnected as error:
            # A subclass is raised by who knows more about the session.
            if self._is_under_way or type(error) is not smtplib.SMTPServerDisconnected:
                raise
            raise ConnectionError(str(error)) from None

    def data(self, msg):
        """Remember that the content is on its way; see ``smtplib.SMTP.data``."""
        self._is_under_way = True
        return self._data(msg)


def _check_from(message: bytes, email_from: str) -> None:
    headers = message.partition(b"\r\n\r\n")[0]
    values = [
        value.decode("ascii", "backslashreplace").replace("\r\n", "")
        for value in _FROM_HEADER.findall(headers)
    ]
    addresses = [address.lower() for _name, address in getaddresses(values)]
    if addresses != [email_from.lower()]:
        raise SenderMismatchError(
            "sender_mismatch",
            expected=email_from,
            found=", ".join(value.strip() for value in values),
        )
