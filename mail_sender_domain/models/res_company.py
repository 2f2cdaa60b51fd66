# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    sender_address_id = fields.Many2one(
        "mail.sender.address",
        string="Default Sender",
        copy=False,
        help="The address from which the company's mail leaves. Empty: the default "
        "sender of the parent company, if any, or else Odoo's own behaviour.",
    )

    @api.constrains("sender_address_id")
    def _check_sender_address(self):
        for company in self:
            address = company.sender_address_id.sudo()
            if not address:
                continue
            if not address._is_usable_by(company):
                raise ValidationError(
                    self.env._(
                        "Default Sender: %(address)s belongs to another company. "
                        "Choose a sender address of %(company)s.",
                        address=address.email,
                        company=company.display_name,
                    )
                )
            if blockers := address._get_blockers():
                raise ValidationError(
                    self.env._(
                        "Default Sender: mail cannot leave from %(address)s yet. "
                        "%(reason)s",
                        address=address.email,
                        reason=" ".join(blockers),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if {"sender_address_id", "parent_id"} & vals.keys():
            self.env.registry.clear_cache()
        if "sender_address_id" in vals:
            self.env["mail.mail"]._release_held()
        return result
