# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, models

from ..models.choosing import SENDER_CONTEXT


class AccountMoveSendBatchWizard(models.TransientModel):
    """Sends several invoices, each from its sender or all from the chosen one."""

    _name = "account.move.send.batch.wizard"
    _inherit = ["account.move.send.batch.wizard", "mail.sender.choice.mixin"]

    def action_send_and_print(self, force_synchronous=False, allow_fallback_pdf=False):
        """Let the choice reach the invoices, now or by way of the scheduler."""
        self._check_sender_choice()
        context = self.env["mail.sender.resolver"]._get_sender_context()
        context = replace(context, choice_id=self.sender_choice_id.id or 0)
        wizard = self.with_context(**{SENDER_CONTEXT: context})
        return super(AccountMoveSendBatchWizard, wizard).action_send_and_print(
            force_synchronous=force_synchronous, allow_fallback_pdf=allow_fallback_pdf
        )

    @api.model
    def _get_sender_dependencies(self):
        return [*super()._get_sender_dependencies(), "move_ids"]

    def _get_sender_companies(self):
        return self.move_ids.company_id

    def _explain_sender(self):
        """Name the text that the chosen sender brings along: nobody sees it here."""
        explanation = super()._explain_sender()
        template = self._get_sender_choice()._get_template("account.move")
        if explanation and template:
            explanation["text"] = self.env._(
                "Invoices get the text of this sender, “%(template)s”; credit notes "
                "keep theirs.",
                template=template.display_name,
            )
        return explanation

    def _prepare_sender_requests(self):
        moves = self.move_ids._origin.filtered(
            lambda move: move.partner_id.email
            and "email" in self._get_default_sending_methods(move)
        )
        by_template = moves.grouped(self._get_default_mail_template_id)
        return [
            request
            for template, moves in by_template.items()
            for request in moves._prepare_sender_requests(
                template, self._get_sender_user()
            )
        ]
