# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a session with a linked mailbox means to Odoo's queue.

The queue knows two ends: a mail that failed, and a connection that was lost, after
which nothing else is tried. A provider has more to say: come again in two minutes, this
way is closed, look whether that mail left. So what stops a session becomes a
:class:`MailboxPause`, which is a lost connection that tells what to do.
"""

from __future__ import annotations

import email
import smtplib
from collections import defaultdict
from collections.abc import Callable

from odoo.addons.mail_sender_domain.tools.smtp_error import explain_error

from .providers.envelope import address_key
from .providers.errors import (
    AccessError,
    ApplicationError,
    ProviderError,
    RefusedError,
    TemporaryError,
)

#: What a mail server means, by the codes of ``smtp_refusal``.
_SMTP_REFUSALS = {
    "limit_reached": "quota_exceeded",
    "sender_not_allowed": "send_as_denied",
    "sending_blocked": "sending_blocked",
    "too_large": "too_large",
}

#: Refusals that hold for everything that the mailbox sends.
_STOPPING = {"no_mailbox", "quota_exceeded", "sending_blocked"}


class MailboxPause(smtplib.SMTPServerDisconnected):
    """No more mail leaves in this session.

    :ivar connection: the ``mail.sender.connection`` whose session it was
    :ivar error: a :class:`.providers.errors.ProviderError`
    :ivar message_id: of the message that was on its way
    :ivar delivered: who has that message already, by ``address_key``: Odoo sends it to
        one after the other
    :ivar may_have_left: whether nobody knows if the last one has it
    """

    def __init__(self, connection, error, message_id="", delivered=(), *, unsure=False):
        super().__init__(str(error))
        self.connection = connection
        self.error = error
        self.message_id = message_id
        self.delivered = frozenset(delivered)
        self.may_have_left = unsure


class MailRefusedError(Exception):
    """The provider refuses one mail: a translated sentence."""


class SessionGuard:
    """Wraps the ``sendmail`` of one session with a linked mailbox.

    :param session: of ``smtplib``, or a :class:`.providers.api_session.ApiSession`
    :param connection: the ``mail.sender.connection``
    :param explain: gives the translated sentence for an error
    :param on_sent: called once, when the first mail has left
    """

    def __init__(
        self,
        session,
        connection,
        explain: Callable[[ProviderError], str],
        on_sent: Callable[[], object],
    ):
        self._sendmail = session.sendmail
        self._connection = connection
        self._explain = explain
        self._on_sent = on_sent
        self._has_sent = False
        self._delivered: dict[str, set[str]] = defaultdict(set)
        self._data_began = False
        session.sendmail = self.sendmail
        if isinstance(session, smtplib.SMTP):
            self._data = session.data
            session.data = self._begin_data

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        """Send a message; see :meth:`smtplib.SMTP.sendmail`.

        :raise MailboxPause: nothing else can leave now
        :raise MailRefusedError: this one cannot leave
        """
        message_id = _message_id(msg)
        self._data_began = False
        try:
            refused = self._sendmail(
                from_addr, to_addrs, msg, mail_options, rcpt_options
            )
        except (ProviderError, smtplib.SMTPException) as error:
            meant = self._translate(error, message_id)
            if meant is error:
                raise
            raise meant from error
        self._delivered[message_id].update(map(address_key, to_addrs))
        if not self._has_sent:
            self._has_sent = True
            self._on_sent()
        return refused

    def _begin_data(self, msg):
        self._data_began = True
        return self._data(msg)

    def _translate(self, error, message_id: str) -> Exception:
        """What the queue is to make of an error."""
        unsure = False
        if isinstance(error, smtplib.SMTPServerDisconnected):
            unsure = self._data_began
            error = TemporaryError("no_answer", detail=str(error))
        elif isinstance(error, smtplib.SMTPException):
            error = _from_smtp(error) or error
        elif isinstance(error, TemporaryError):
            unsure = error.code == "no_answer"
        elif isinstance(error, AccessError):
            # A new one was refused as well.
            error = ApplicationError("rejected", **error.params)
        if not isinstance(error, ProviderError):
            return error
        if isinstance(error, RefusedError) and error.code not in _STOPPING:
            return MailRefusedError(self._explain(error))
        delivered = self._delivered.get(message_id, ())
        return MailboxPause(
            self._connection, error, message_id, delivered, unsure=unsure
        )


def _message_id(message: bytes) -> str:
    headers = email.message_from_bytes(message.partition(b"\r\n\r\n")[0])
    return (headers["Message-Id"] or "").strip()


def _from_smtp(error: smtplib.SMTPException) -> ProviderError | None:
    """What a mail server means for the whole mailbox, or that it may not send so.

    :return: None where it is about this mail alone
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return None
    refusal = explain_error(error)
    detail = refusal.params.get("reply", "")
    if not refusal.is_permanent:
        is_limit = refusal.code == "limit_reached"
        code = "rate_limited" if is_limit else "server_error"
        return TemporaryError(code, detail=detail)
    if code := _SMTP_REFUSALS.get(refusal.code):
        return RefusedError(code, detail=detail)
    return None
