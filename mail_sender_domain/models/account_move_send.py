# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, models

from .mail_sender_resolver import SENDER_CONTEXT


class AccountMoveSend(models.AbstractModel):
    """Carries the chosen sender, who chose it and the template to each message."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        settings = super()._get_default_sending_settings(
            move, from_cron=from_cron, **custom_settings
        )
        stored = (move.sending_data or {}) if from_cron else {}
        context = self.env["mail.sender.resolver"]._get_sender_context()
        settings["sender_choice_id"] = (
            custom_settings.get("sender_choice_id")
            or context.choice_id
            or stored.get("sender_choice_id")
        )
        settings["sender_user_id"] = (
            stored.get("sender_user_id") or settings["author_user_id"]
        )
        return settings

    @api.model
    def _get_mail_params(self, move, move_data):
        params = super()._get_mail_params(move, move_data)
        if params:
            params.update(
                sender_choice_id=move_data.get("sender_choice_id"),
                sender_user_id=move_data.get("sender_user_id"),
            )
        return params

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        """Send in the name of who asked for it, whoever the author is.

        The layout of a template counts where the chosen sender brought the template
        along; Odoo gives all invoices the same one.
        """
        context = self.env["mail.sender.resolver"]._get_sender_context()
        address = self.env["mail.sender.address"].sudo()
        address = address.browse(kwargs.get("sender_choice_id") or ()).exists()
        layout = ""
        if mail_template and address._get_template(move._name) == mail_template:
            layout = mail_template.email_layout_xmlid or ""
        context = replace(
            context, user_id=kwargs.pop("sender_user_id", None) or 0, layout=layout
        )
        return super(
            AccountMoveSend, self.with_context(**{SENDER_CONTEXT: context})
        )._send_mail(
            move.with_context(**{SENDER_CONTEXT: context}),
            mail_template,
            sender_template_id=mail_template.id,
            **kwargs,
        )

    @api.model
    def _get_mail_layout(self):
        context = self.env["mail.sender.resolver"]._get_sender_context()
        return context.layout or super()._get_mail_layout()
