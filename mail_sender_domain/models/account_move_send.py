# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, models

from .choosing import SENDER_CONTEXT

#: The template that Odoo sends customer invoices with.
INVOICE_TEMPLATE = "account.email_template_edi_invoice"


class AccountMoveSend(models.AbstractModel):
    """Carries the chosen sender, who chose it and the template to each message."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        stored = (move.sending_data or {}) if from_cron else {}
        context = self.env["mail.sender.resolver"]._get_sender_context()
        choice_id = (
            custom_settings.get("sender_choice_id")
            or context.choice_id
            or stored.get("sender_choice_id")
        )
        context = replace(
            context,
            choice_id=choice_id or 0,
            user_id=stored.get("sender_user_id") or context.user_id,
        )
        settings = super(
            AccountMoveSend, self.with_context(**{SENDER_CONTEXT: context})
        )._get_default_sending_settings(move, from_cron=from_cron, **custom_settings)
        if template := settings.get("mail_template"):
            settings["mail_template"] = template.with_env(self.env)
        settings["sender_choice_id"] = choice_id
        settings["sender_user_id"] = (
            stored.get("sender_user_id") or settings["author_user_id"]
        )
        return settings

    @api.model
    def _get_default_mail_template_id(self, move):
        """The template that the sender chosen for many invoices brings along, if any.

        Credit notes keep theirs: nobody sees these texts before they leave.
        """
        template = super()._get_default_mail_template_id(move)
        external_ids = self.env["ir.model.data"]
        if template.id == external_ids._xmlid_to_res_id(INVOICE_TEMPLATE):
            template = self._get_chosen_template(move) or template
        return template

    @api.model
    def _get_chosen_template(self, move):
        """The template of the sender that was chosen and may be, or none."""
        resolver = self.env["mail.sender.resolver"]
        choice_id = resolver._get_sender_context().choice_id
        if not choice_id or choice_id not in resolver._get_pickable(
            move.company_id, resolver._get_sending_user()
        ):
            return self.env["mail.template"]
        address = self.env["mail.sender.address"].sudo().browse(choice_id)
        return address._get_template(move._name).with_env(self.env)

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
