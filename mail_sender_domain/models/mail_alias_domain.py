# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models


class MailAliasDomain(models.Model):
    _inherit = "mail.alias.domain"

    has_received = fields.Boolean(
        readonly=True,
        copy=False,
        help="Mail to this domain was seen to reach Odoo, so that answers find their "
        "document.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create(vals_list)
        self.env.registry.clear_cache()
        return domains

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
