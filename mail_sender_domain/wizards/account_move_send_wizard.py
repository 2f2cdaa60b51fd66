# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models


class AccountMoveSendWizard(models.TransientModel):
    """Sends one invoice, from the chosen sender."""

    _name = "account.move.send.wizard"
    _inherit = ["account.move.send.wizard", "mail.sender.text.mixin"]

    def _get_sending_settings(self):
        settings = super()._get_sending_settings()
        if self.sender_choice_id:
            settings["sender_choice_id"] = self.sender_choice_id.id
        return settings

    def action_send_and_print(self, allow_fallback_pdf=False):
        self._check_sender_choice()
        return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)

    # ------------------------------------------------------------- explanation

    @api.model
    def _get_sender_dependencies(self):
        return [
            *super()._get_sender_dependencies(),
            "mail_partner_ids",
            "move_id",
            "sending_methods",
            "template_id",
        ]

    def _get_sender_companies(self):
        return self.move_id.company_id

    def _prepare_sender_requests(self):
        if "email" not in (self.sending_methods or ()):
            return []
        return self.move_id._prepare_sender_requests(
            self.template_id,
            self._get_sender_user(),
            writer_id=self.env.uid,
            partner_ids={self.move_id.id: self.mail_partner_ids.ids},
        )

    # -------------------------------------------------------------------- text

    def _get_sender_model(self):
        return "account.move"

    @api.model
    def _get_text_sources(self):
        return [*super()._get_text_sources(), "move_id"]
