# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class MailSenderAddress(models.Model):
    """What a sender address brings along for those who choose it while sending."""

    _inherit = "mail.sender.address"

    template_ids = fields.One2many(
        "mail.sender.address.template", "address_id", string="Mail Templates"
    )

    def _get_template(self, model):
        """The mail template for documents of a model; empty for none.

        :param model: name of the model
        """
        lines = self.template_ids.filtered(lambda line: line.model_id.model == model)
        return lines.template_id[:1]
