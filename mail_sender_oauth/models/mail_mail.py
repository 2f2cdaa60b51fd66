# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import fields, models
from odoo.tools import email_normalize_all

from odoo.addons.mail_sender_domain.models.mail_mail_attempt import PUT_OFF_PERIOD

from ..providers.envelope import address_key
from ..providers.errors import RefusedError
from ..session import MailboxPause
from ..texts import provider_error_text

#: When a pause ends whose end the provider does not tell.
PAUSE = timedelta(minutes=5)
LONG_PAUSE = timedelta(hours=1)


class MailMail(models.Model):
    """What becomes of mail when a session with a linked mailbox pauses."""

    _inherit = "mail.mail"

    def _conclude_attempt(self, failure):
        """Let mail wait as long as the provider says, instead of failing."""
        if not isinstance(failure, MailboxPause):
            return super()._conclude_attempt(failure)
        failure.connection._remember(failure.error)
        mails = self.exists()
        stuck = mails.filtered(
            lambda mail: mail.state == "exception"
            and mail.message_id == failure.message_id
        )
        stuck._drop_delivered(failure.delivered)
        if failure.may_have_left:
            stuck._fail(
                self.env._(
                    "The connection was lost while the mail was handed over, so that "
                    "it may have left. Look among the sent mail of the mailbox before "
                    "you send it again."
                )
            )
            stuck = stuck.browse()
        mails = stuck | mails.filtered(
            lambda mail: mail.state == "outgoing"
            and mail.sudo().sender_address_id.connection_id == failure.connection
        )
        mails.sudo().write({"state": "outgoing", "failure_type": False})
        # Who has to log in cannot wait.
        system = mails.filtered("sender_system_kind")
        system._take_another_road(("outgoing",))
        mails, stuck = mails - system, stuck - system
        if failure.connection._is_open():
            overdue = mails._get_overdue(failure, stuck)
            overdue._fail(overdue._get_overdue_text(failure.error))
            mails, stuck = mails - overdue, stuck - overdue
            (mails - stuck)._pause(failure.error)
            # Those behind it shall not wait for it the next time.
            stuck._pause(failure.error, times=1 if _is_limit(failure.error) else 2)
        else:
            mails._dress_before_sending()
        mails._forget_failures()
        again = super()._conclude_attempt(None)
        return again | self.exists().filtered(lambda mail: mail.state == "outgoing")

    def _pause(self, error, times=1):
        """Hold these mails as long as the provider wants it.

        :param error: a :class:`..providers.errors.ProviderError`
        :param times: how many times as long
        """
        if not self:
            return
        seconds = getattr(error, "retry_after", None)
        pause = LONG_PAUSE if isinstance(error, RefusedError) else PAUSE
        if seconds is not None:
            pause = timedelta(seconds=seconds)
        until = fields.Datetime.now() + pause * times
        self._wait_until(
            [until] * len(self), lambda env: provider_error_text(env, error)
        )
        self.filtered(lambda mail: not mail.sender_unreached_since).sudo().write(
            {"sender_unreached_since": fields.Datetime.now()}
        )

    def _get_overdue(self, failure, stuck):
        """Those that were put off for so long that they are to fail.

        What only waits behind others, or for a limit, waits in vain if nothing else
        has left meanwhile either.

        :param failure: the :class:`..session.MailboxPause`
        :param stuck: those of the mails that the provider did not take
        """
        overdue = self.filtered(lambda mail: mail._waits_too_long())
        refused = overdue.browse() if _is_limit(failure.error) else overdue & stuck
        if overdue - refused and failure.connection._has_sent_since(
            fields.Datetime.now() - PUT_OFF_PERIOD
        ):
            return refused
        return overdue

    def _get_overdue_text(self, error):
        """Why these mails are not tried any more: translated sentences.

        :param error: the :class:`..providers.errors.ProviderError` that they met last
        """
        return self.env._(
            "The provider did not take the mail for %(days)s days, so that it is not "
            "tried any more. Press Retry to try it again. The last reason was: "
            "%(reason)s",
            days=PUT_OFF_PERIOD.days,
            reason=provider_error_text(self.env, error),
        )

    def _drop_delivered(self, emails):
        """Forget those recipients of a mail who have it already.

        :param emails: their addresses, by ``address_key``
        """
        for mail in self.sudo() if emails else self.browse():
            done = mail.recipient_ids.filtered(
                lambda partner: address_key(partner.email_normalized or "") in emails
            )
            mail.recipient_ids -= done
            notifications = self.env["mail.notification"].sudo()
            notifications.search(
                [
                    ("mail_mail_id", "=", mail.id),
                    ("res_partner_id", "in", done.ids),
                ]
            ).write(
                {
                    "notification_status": "sent",
                    "failure_type": False,
                    "failure_reason": False,
                }
            )
            # Odoo sends to these in one message; another mail may have the same id.
            together = email_normalize_all(
                f"{mail.email_to or ''},{mail.email_cc or ''}"
            )
            if emails & set(map(address_key, together)):
                mail.write({"email_to": False, "email_cc": False})

    def _fail(self, reason):
        """Let a person decide what becomes of these mails.

        :param reason: why they did not leave: a translated sentence
        """
        for mail in self:
            mail.write(
                {
                    "state": "exception",
                    "failure_reason": reason,
                    "failure_type": "unknown",
                }
            )
            mail._postprocess_sent_message(
                success_pids=[],
                success_emails=[],
                failure_reason=reason,
                failure_type="unknown",
            )


def _is_limit(error):
    """Whether the provider would take the mail if less had left before it."""
    return error.code in ("rate_limited", "quota_exceeded")
