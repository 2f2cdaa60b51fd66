# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.tools import email_normalize

from .mail_sender_resolver import SenderRequest


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Choose and dress the sender of a posted message, once for all its mails."""
        vals = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        message = message.sudo()
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        if message.mail_server_id.id in bound:
            vals["mail_server_id"] = False
        resolver = self.env["mail.sender.resolver"]
        if not resolver._is_configured():
            return vals
        company = self._get_sender_company(message)
        request = SenderRequest(
            company_id=company.id,
            email_from=message.email_from or "",
            reply_to=self._get_sender_reply_to(message, company),
        )
        [dress] = (
            self.env["mail.mail"]
            .sudo()
            ._prepare_dresses([request], resolver._choose([request]))
        )
        if dress or message.record_company_id:
            # Also where nothing changes now: the queue believes what is stored.
            dress["record_company_id"] = company.id
        return {**vals, **dress}

    def _get_sender_company(self, message):
        """The company in whose name a posted message leaves: that of its record.

        :param message: one ``mail.message``, in superuser mode
        """
        if message.model in self.env and message.res_id:
            record = self.env[message.model].sudo().browse(message.res_id)
            if company := record._mail_get_companies(default=False)[record.id]:
                return company
        given = message.record_company_id or self.env.company
        return self.env["mail.sender.resolver"]._trust_company(
            given, message.create_uid or self.env.user
        )

    def _get_sender_reply_to(self, message, company):
        """The Reply-To that Odoo proposes, unless it belongs to another company.

        For records without a chatter Odoo takes the catch-all of the company that the
        user works in at the moment.
        """
        reply_to = message.reply_to or ""
        current = self.env.company
        if company != current and email_normalize(reply_to) == current.catchall_email:
            return ""
        return reply_to

    def _routing_create_bounce_email(
        self, email_from, body_html, message, **mail_values
    ):
        """The gateway answers in its own name, never in that of a company."""
        mail_values["sender_reason"] = "gateway_bounce"
        return super()._routing_create_bounce_email(
            email_from, body_html, message, **mail_values
        )
