# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from .choosing import SenderRequest


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------- what the scheduler sends

    @api.model_create_multi
    def create(self, vals_list):
        if default := self.env.context.get("default_sending_data"):
            vals_list = [{"sending_data": default, **vals} for vals in vals_list]
        return super().create([self._sign_sending_data(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._sign_sending_data(vals))

    @api.model
    def _sign_sending_data(self, vals):
        """Note in ``sending_data`` who asks for sending, and the sender chosen for it.

        The scheduler sends in the name of that user. Whoever may edit an invoice may
        write the data, so a user that the values name does not count.
        """
        data = vals.get("sending_data")
        if not data or not isinstance(data, dict):
            return vals
        choice_id = self.env[
            "mail.sender.resolver"
        ]._get_sender_context().choice_id or data.get("sender_choice_id")
        data = {**data, "sender_choice_id": isinstance(choice_id, int) and choice_id}
        if not self.env.su:
            data["sender_user_id"] = self.env.uid
        return {**vals, "sending_data": data}

    # -------------------------------------------------------------- explanation

    def _prepare_sender_requests(self, template, user, writer_id=0, partner_ids=None):
        """What choosing has to know of the mail that each of these invoices is sent by.

        :param template: the ``mail.template``, or none
        :param user: who presses "send", or none
        :param writer_id: id of the user who makes the messages; 0 for the scheduler
        :param partner_ids: ids of those who receive it, by id of the invoice; where
            nothing is said a customer receives it
        :return: list of :class:`.choosing.SenderRequest`
        """
        template = template.sudo()
        emails = template._render_field("email_from", self.ids) if template else {}
        emails = {id_: emails.get(id_) or user.email_formatted for id_ in self.ids}
        authors = {
            email: self[:1]._message_compute_author(email_from=email)[0]
            for email in {*emails.values()}
        }
        author_ids = {id_: authors[email] for id_, email in emails.items()}
        reply_tos = self._notify_get_reply_to_batch(
            defaults=emails, author_ids=author_ids
        )
        server_id = template.mail_server_id.id or 0
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        return [
            SenderRequest(
                company_id=move.company_id.id,
                email_from=emails[move.id] or "",
                reply_to=reply_tos[move.id] or "",
                mail_server_id=0 if server_id in bound else server_id,
                user_id=user.id or 0,
                writer_id=writer_id,
                is_internal=bool(partner_ids)
                and move._is_sent_to_colleagues(
                    author_ids[move.id], partner_ids[move.id]
                ),
                template_id=template.id or 0,
                model=self._name,
                res_id=move.id,
            )
            for move in self
        ]

    def _is_sent_to_colleagues(self, author_id, partner_ids):
        """Whether nobody else receives the mail of this invoice."""
        values = {
            "author_id": author_id,
            "message_type": "comment",
            "partner_ids": partner_ids,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
        }
        return self.env["mail.sender.choice.mixin"]._is_sender_internal(
            self, values, notify_author_mention=True
        )
