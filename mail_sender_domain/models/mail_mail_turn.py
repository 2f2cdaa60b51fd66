# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize_all

from ..texts import limit_text

#: What waits longer is noted on its document.
NOTED_WAIT = timedelta(hours=1)


class MailMail(models.Model):
    """Mail waits its turn where a provider takes only so much in a time."""

    _inherit = "mail.mail"

    sender_waits_until = fields.Datetime(
        string="Leaves At",
        readonly=True,
        copy=False,
        help="When the provider takes this mail, which is more than it takes at once.",
    )

    @api.model
    def _get_due_domain(self):
        """The held mails that may be tried again now."""
        return Domain("state", "=", "held") & (
            Domain("sender_waits_until", "=", False)
            | Domain("sender_waits_until", "<=", fields.Datetime.now())
        )

    def _wait_for_turns(self):
        """Hold what would be more than the providers take; it leaves by itself."""
        quotas = {}
        leaving = self.sudo().filtered(
            lambda mail: mail.state == "outgoing" and mail.sender_address_id
        )
        for address, mails in leaving.grouped("sender_address_id").items():
            if quota := address._get_mode().get_quota():
                quotas[quota] = quotas.get(quota, mails.browse()) | mails
        for quota, mails in quotas.items():
            mails._wait_for_turn(quota)

    def _wait_for_turn(self, quota):
        """Book the departure of mails that one provider counts together.

        System mail is counted and does not wait. What waits already keeps its turn.

        :param quota: a :class:`..tools.sending_limits.Quota`
        """
        now = fields.Datetime.now()
        system = self.filtered("sender_system_kind")
        known = self.filtered("sender_waits_until") - system
        early = known.filtered(lambda mail: mail.sender_waits_until > now)
        mails = (known | self) - early - system
        moments = self.env["mail.sender.departure"]._book(
            quota,
            [mail._count_recipients() for mail in mails],
            due=len(known - early),
            urgent=[mail._count_recipients() for mail in system],
        )
        waiting = {mail.id: mail.sender_waits_until for mail in early} | {
            mail.id: moment
            for mail, moment in zip(mails, moments, strict=True)
            if moment
        }
        if waiting:
            self.browse(waiting)._wait_until(
                list(waiting.values()), lambda env: limit_text(env, quota)
            )

    def _wait_until(self, moments, say_reason):
        """Hold mails until their time has come, when they leave by themselves.

        :param moments: one for each of them
        :param say_reason: given an environment, returns why, in its language
        """
        soon = fields.Datetime.now() + NOTED_WAIT
        news = self.browse(
            mail.id
            for mail, moment in zip(self, moments, strict=True)
            if moment > soon and not mail.sender_waits_until
        )
        langs = [mail.sudo().record_company_id.partner_id.lang for mail in self]
        reasons = {
            lang: say_reason(self.with_context(lang=lang).env) for lang in set(langs)
        }
        self._write_dresses(
            [
                {
                    "state": "held",
                    "failure_reason": reasons[lang],
                    "sender_waits_until": moment,
                }
                for moment, lang in zip(moments, langs, strict=True)
            ]
        )
        news._note_on_documents()
        minutes = {
            (moment + timedelta(seconds=59)).replace(second=0) for moment in moments
        }
        self.env.ref("mail_sender_domain.ir_cron_release_held").sudo()._trigger(
            at=sorted(minutes)
        )

    def _count_recipients(self):
        """To how many people this mail goes, which is what providers count."""
        emails = f"{self.email_to or ''},{self.email_cc or ''}"
        return len(self.recipient_ids) + len(email_normalize_all(emails)) or 1
