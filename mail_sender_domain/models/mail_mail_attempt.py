# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import smtplib
import sys
from datetime import timedelta

from odoo import Command, fields, models

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..texts import smtp_text
from ..tools.smtp_error import explain_error

#: How long a mail is tried again (RFC 5321 section 4.5.4.1: four to five days).
PUT_OFF_PERIOD = timedelta(days=5)


class MailMail(models.Model):
    """An attempt to send: by the road that is open, and again where nothing is lost."""

    _inherit = "mail.mail"

    failure_type = fields.Selection(
        selection_add=[("put_off", "The server wants it later")],
        ondelete={"put_off": "set null"},
    )
    sender_unreached_since = fields.Datetime(
        readonly=True,
        help="Since when the mail waits because its mail server cannot be reached, or "
        "wants it later.",
    )

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Dress once more, hold what may not leave, send each company's mails apart."""
        self._release_bound_servers()
        resolver = self.env["mail.sender.resolver"]
        if not resolver._is_in_use():
            return super().send(auto_commit, raise_exception, post_send_callback)
        self._dress_before_sending()
        self._wait_for_turns()
        held = self.filtered(lambda mail: mail.state == "held")
        if held and post_send_callback:
            post_send_callback(held.ids)
        ours = (self - held).filtered("sender_reason")
        self.env["mail.sender.log"].sudo()._judge(ours.sudo())
        if others := self - held - ours:
            super(MailMail, others).send(
                auto_commit, raise_exception, post_send_callback
            )
        for company, mails in ours.grouped("record_company_id").items():
            # Odoo's own fallbacks are those of the current company.
            if resolver._trust_company(company, self.env.user) == company:
                mails = mails.with_company(company)
            while mails:
                unsent = mails.filtered(lambda mail: mail.state == "outgoing")
                failure = None
                try:
                    super(MailMail, mails).send(
                        auto_commit, raise_exception, post_send_callback
                    )
                except (MailDeliveryException, smtplib.SMTPServerDisconnected) as error:
                    failure = error
                mails = unsent._conclude_attempt(failure)
        return True

    def _conclude_attempt(self, failure):
        """Dress anew what found its road closed, and hold what found no server.

        :param failure: the exception that ended the attempt, or None
        :return: those of the mails that are to be tried now, by another road
        :raise MailDeliveryException: the failure, unless a road was closed by it
        """
        # A failure ended the run before the mails behind it were tried.
        untried = ("outgoing",) if failure else ()
        moved = self._take_another_road(("exception", *untried))
        if failure and not moved:
            raise failure
        again = self.exists() if failure else moved
        again = again.filtered(lambda mail: mail.state == "outgoing")
        (self - again)._hold_unreached()
        return again

    def _take_another_road(self, states):
        """Dress anew what could not leave because its road is closed since.

        A system mail takes the platform's road whatever the failure was.

        :param states: of the mails that did not leave
        :return: the mails that have another road now, or wait
        """
        stuck = self.exists().filtered(
            lambda mail: mail.state in states
            and mail.sender_address_id
            and mail._may_be_tried_again()
        )
        system = stuck.filtered("sender_system_kind")
        moved = system | stuck.filtered(
            lambda mail: mail.sudo().sender_address_id._get_blockers()
        )
        moved.sudo().write({"state": "outgoing", "failure_type": False})
        moved._dress_before_sending(closed=system)
        moved._forget_failures()
        return moved

    def _may_be_tried_again(self):
        """Whether no recipient can have this mail yet.

        Odoo names a type of failure from the moment that a session is open. What has
        one recipient was then refused by the server as a whole.
        """
        if not self.failure_type or self.failure_type == "put_off":
            return True
        recipients = len(self.recipient_ids) + bool(self.email_to or self.email_cc)
        return bool(self.sender_system_kind) and recipients == 1

    def _hold_unreached(self):
        """Hold what found no mail server, or came too early; it is tried again."""
        failed = self.exists().filtered(lambda mail: mail.state == "exception")
        unreached = failed.filtered(
            lambda mail: mail.failure_type == "put_off"
            or (
                mail.sender_address_id
                and not mail.failure_type
                and not mail._waits_too_long()
            )
        )
        # Whoever presses Retry begins anew.
        (failed - unreached).filtered("sender_unreached_since").sudo().write(
            {"sender_unreached_since": False}
        )
        now = fields.Datetime.now()
        dresses = [
            {
                "state": "held",
                "failure_reason": mail._get_retry_text(),
                "failure_type": False,
                "sender_unreached_since": mail.sender_unreached_since or now,
            }
            for mail in unreached
        ]
        unreached._write_dresses(dresses)
        unreached._forget_failures()

    def _waits_too_long(self):
        """Whether this mail was tried again for so long that it is to fail."""
        since = self.sender_unreached_since
        return bool(since) and since < fields.Datetime.now() - PUT_OFF_PERIOD

    def _get_retry_text(self):
        """Why this mail waits for another attempt, in the language of its company."""
        lang = self.sudo().record_company_id.partner_id.lang
        self = self.with_context(lang=lang)
        error = self.failure_reason or ""
        if self.failure_type == "put_off":
            return self.env._(
                "The mail server took the login, but wants this mail later; it is "
                "tried again every hour. %(error)s",
                error=error,
            )
        return self.env._(
            "The mail server could not be reached; it is tried again every hour. "
            "%(error)s",
            error=error,
        )

    def _forget_failures(self):
        """Let people see mail that still leaves as waiting and not as failed."""
        notifications = self.env["mail.notification"].sudo()
        failed = notifications.search(
            [
                ("mail_mail_id", "in", self.ids),
                ("notification_status", "=", "exception"),
            ]
        )
        failed.write(
            {
                "notification_status": "ready",
                "failure_type": False,
                "failure_reason": False,
            }
        )
        messages = failed.mail_message_id
        messages.filtered(
            lambda message: message._is_thread_message()
        )._notify_message_notification_update()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Write the outcome into the sending log, before Odoo deletes the mail."""
        refusal = self._get_put_off() if failure_type else None
        if not refusal and self.env["mail.sender.resolver"]._is_in_use():
            self.env["mail.sender.log"].sudo()._conclude(
                self.sudo(), failure_type, failure_reason
            )
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        if refusal:
            self._put_off(success_pids, success_emails, refusal)
        return result

    def _get_put_off(self):
        """What the server said if it only wants this mail later, and may still do so.

        :return: a :class:`..tools.smtp_refusal.Refusal`, or None
        """
        # Odoo handles the answer of the server at this moment, and keeps its text only.
        error = sys.exc_info()[1]
        if not isinstance(error, MailDeliveryException) or any(
            not mail.sender_reason or mail._hides_who_has_it() for mail in self
        ):
            return None
        refusal = explain_error(error)
        is_early = refusal.code == "closed" or 400 <= refusal.reply_code < 500
        if not is_early or any(mail._waits_too_long() for mail in self):
            return None
        return refusal

    def _hides_who_has_it(self):
        """Whether Odoo does not say if those in copy have this mail already."""
        return bool(self.email_cc and not self.email_to and self.recipient_ids)

    def _put_off(self, success_pids, success_emails, refusal):
        """Keep for later what the server did not take yet, without who has it already.

        :param success_pids: the ``res.partner`` records that it was taken for
        :param success_emails: the same for addresses of the mail itself
        :param refusal: the :class:`..tools.smtp_refusal.Refusal`
        """
        vals = {
            "failure_type": "put_off",
            "failure_reason": smtp_text(self.env, refusal.code, refusal.params),
            "recipient_ids": [Command.unlink(partner.id) for partner in success_pids],
        }
        if success_emails:
            vals.update(email_to=False, email_cc=False)
        self.sudo().write(vals)
