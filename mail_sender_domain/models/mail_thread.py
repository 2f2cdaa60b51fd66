# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.tools import email_normalize

from .choosing import SenderRequest


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
        request = self._prepare_sender_request(message, company, recipients_data)
        [dress] = self.env["mail.sender.dresser"]._prepare_dresses(
            [request], resolver._choose([request])
        )
        if dress:
            dress.update(
                sender_system_kind=request.system_kind,
                sender_user_id=request.user_id or False,
                is_sender_internal=request.is_internal,
            )
        if dress or message.record_company_id:
            # Also where nothing changes now: the queue believes what is stored.
            dress["record_company_id"] = company.id
        return {**vals, **dress}

    def _get_message_create_valid_field_names(self):
        """Let a message carry the sender that was chosen and its template."""
        return super()._get_message_create_valid_field_names() | {
            "sender_choice_id",
            "sender_template_id",
        }

    def _prepare_sender_request(self, message, company, recipients_data):
        """What choosing has to know of a posted message.

        :param message: one ``mail.message``, in superuser mode
        :param company: in whose name it leaves
        :param recipients_data: as of ``_notify_get_recipients``
        :return: a :class:`.choosing.SenderRequest`
        """
        resolver = self.env["mail.sender.resolver"]
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        server = message.mail_server_id.id
        user = message.sender_chooser_id or resolver._get_sending_user(message)
        return SenderRequest(
            company_id=company.id,
            email_from=message.email_from or "",
            reply_to=self._get_sender_reply_to(message.reply_to, company),
            mail_server_id=0 if not server or server in bound else server,
            system_kind=resolver._get_sender_context().system_kind,
            user_id=user.id or 0,
            writer_id=message.create_uid.id,
            is_internal=not any(data["share"] for data in recipients_data),
            choice_id=message.sender_choice_id.id or 0,
            template_id=message.sender_template_id.id
            or resolver._get_sender_context().template_id,
            model=message.model or "",
            res_id=message.res_id or 0,
        )

    def _get_sender_company(self, message):
        """The company in whose name a posted message leaves: that of its record.

        :param message: one ``mail.message``, in superuser mode
        """
        resolver = self.env["mail.sender.resolver"]
        if message.model in self.env and message.res_id:
            record = self.env[message.model].sudo().browse(message.res_id)
            if company := resolver._get_document_companies(record)[record.id]:
                return company
        given = message.record_company_id or self.env.company
        user = message.create_uid or self.env.user
        if resolver._is_of_odoobot(given, user):
            # A meeting, for example, belongs to whoever invites.
            author = resolver._get_person(message.author_id.main_user_id)
            return author.company_id or given
        return resolver._trust_company(given, user)

    @api.model
    def _get_sender_reply_to(self, reply_to, company):
        """The Reply-To that Odoo proposes, unless it belongs to another company.

        For records without a chatter Odoo takes the catch-all of the company that the
        user works in at the moment.
        """
        reply_to = reply_to or ""
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
