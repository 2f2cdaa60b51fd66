# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error


class MailSenderAddressTemplate(models.Model):
    """The mail template that a sender address brings along for one document type."""

    _name = "mail.sender.address.template"
    _description = "Template of a Sender Address"
    _order = "address_id, id"
    _rec_name = "template_id"

    _unique_model = models.Constraint(
        "UNIQUE(address_id, model_id)",
        "This sender address already has a template for this document type.",
    )

    address_id = fields.Many2one(
        "mail.sender.address", required=True, index=True, ondelete="cascade"
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Document Type",
        required=True,
        ondelete="cascade",
        domain="[('transient', '=', False), ('is_mail_thread', '=', True)]",
    )
    template_id = fields.Many2one(
        "mail.template",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id)]",
        help="It is loaded when somebody chooses this sender for such a document.",
    )

    @api.constrains("model_id", "template_id")
    def _check_template(self):
        for line in self.sudo():
            if line.template_id.model_id != line.model_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Template: %(template)s is not about %(model)s. Choose a "
                        "template of that document type.",
                        template=line.template_id.display_name,
                        model=line.model_id.name,
                    ),
                    guide="rules",
                )

    def write(self, vals):
        result = super().write(vals)
        if "address_id" in vals:
            # Record rules look at a record before it changes: nobody gives one away.
            self.check_access("write")
        return result
