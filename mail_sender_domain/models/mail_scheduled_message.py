# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import api, fields, models

from .choosing import SenderRequest


class MailScheduledMessage(models.Model):
    """Keeps the chosen sender until the message leaves, and shows it."""

    _name = "mail.scheduled.message"
    _inherit = ["mail.scheduled.message", "mail.sender.choice.mixin"]

    sender_choice_id = fields.Many2one(
        compute="_compute_sender_choice_id", inverse="_inverse_sender_choice_id"
    )

    @api.model
    def _notification_parameters_whitelist(self):
        return super()._notification_parameters_whitelist() | {
            "sender_choice_id",
            "sender_template_id",
        }

    @api.depends("notification_parameters")
    def _compute_sender_choice_id(self):
        known = self.env["mail.sender.resolver"]._get_address_facts()
        for message in self:
            id_ = message._get_stored_id("sender_choice_id")
            message.sender_choice_id = id_ in known and id_

    def _inverse_sender_choice_id(self):
        for message in self:
            parameters = message._get_stored_parameters()
            parameters["sender_choice_id"] = message.sender_choice_id.id
            message.notification_parameters = json.dumps(parameters)

    def _get_stored_parameters(self):
        """The parameters that the message will be posted with; empty if unreadable."""
        self.ensure_one()
        try:
            parameters = json.loads(self.notification_parameters or "{}")
        except ValueError:
            return {}
        return parameters if isinstance(parameters, dict) else {}

    def _get_stored_id(self, name):
        """The id that one of the parameters holds, or 0."""
        id_ = self._get_stored_parameters().get(name)
        return id_ if isinstance(id_, int) else 0

    @api.constrains("notification_parameters", "sender_choice_id")
    def _check_sender_choice(self):
        return super()._check_sender_choice()

    def _get_sender_user(self):
        """Its creator, in whose name it will be posted; nobody else may change it."""
        return self.create_uid or super()._get_sender_user()

    # ------------------------------------------------------------- explanation

    @api.model
    def _get_sender_dependencies(self):
        return [
            *super()._get_sender_dependencies(),
            "model",
            "notification_parameters",
            "partner_ids",
            "res_id",
        ]

    def _get_sender_document(self):
        """The record that it will be posted on."""
        return self.env[self.model].browse(self.res_id)

    def _get_sender_companies(self):
        document = self._get_sender_document()
        return self._get_companies_of(document)[document.id]

    def _prepare_sender_requests(self):
        if self.is_note:
            return []
        document = self._get_sender_document()
        parameters = self._get_stored_parameters()
        email_from = parameters.get("email_from") or ""
        reply_to = parameters.get("reply_to") or document._notify_get_reply_to(
            default=email_from, author_id=self.author_id.id
        ).get(document.id)
        server_id = self._get_stored_id("mail_server_id")
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        values = {
            "author_id": self.author_id.id,
            "message_type": parameters.get("message_type") or "notification",
            "partner_ids": self.partner_ids.ids,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
        }
        return [
            SenderRequest(
                company_id=self._get_sender_companies().id,
                email_from=email_from,
                reply_to=reply_to or "",
                mail_server_id=0 if server_id in bound else server_id,
                user_id=self._get_sender_user().id or 0,
                writer_id=self.create_uid.id or self.env.uid,
                is_internal=self._is_sender_internal(document, values),
                template_id=self._get_stored_id("sender_template_id"),
                model=self.model,
                res_id=self.res_id,
            )
        ]
