# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A provider's own interface in the shape of the SMTP session that Odoo knows."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message

from .base import MailApi
from .envelope import address_to


class ApiSession:
    """Takes mail like :class:`smtplib.SMTP`, as far as Odoo uses that.

    The interface knows no envelope: a message goes to those whom its headers name. So
    the headers are made to name the envelope's recipients. The sender of the envelope
    is the mailbox, whatever is given.

    Odoo puts what it wants to remember on a session as attributes.
    """

    from_filter: str | None = None
    smtp_from: str | None = None
    #: There is no connection that stays open.
    sock = None

    def __init__(self, api: MailApi):
        """Begin.

        :param api: the mailbox that the mail leaves from
        """
        self._api = api

    def send_message(
        self,
        msg: Message,
        from_addr: str | None = None,
        to_addrs: str | Sequence[str] = (),
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> dict[str, tuple[int, bytes]]:
        """Send a message; see :meth:`smtplib.SMTP.send_message`.

        :param to_addrs: the recipients of the envelope; Odoo always gives them
        :raise ProviderError: it is not sent, but see :class:`.errors.TemporaryError`
        """
        content = msg.as_bytes(policy=msg.policy.clone(linesep="\r\n"))
        return self.sendmail(from_addr, to_addrs, content, mail_options, rcpt_options)

    def sendmail(
        self,
        from_addr: str | None,
        to_addrs: str | Sequence[str],
        msg: bytes,
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> dict[str, tuple[int, bytes]]:
        """Send a message; see :meth:`smtplib.SMTP.sendmail`.

        :return: nothing, as the interface takes or refuses a message as a whole
        :raise ProviderError: it is not sent, but see :class:`.errors.TemporaryError`
        """
        recipients = [to_addrs] if isinstance(to_addrs, str) else to_addrs
        self._api.send(address_to(msg, recipients))
        return {}

    def quit(self) -> None:
        """End the session: there is nothing to be told."""

    def close(self) -> None:
        """End the session: there is nothing to be told."""
