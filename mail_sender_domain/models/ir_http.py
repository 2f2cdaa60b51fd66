# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client for which companies the mark in the top bar stands."""
        info = super().session_info()
        companies = self.env["res.company"].get_unconfirmed_sender_emails()
        if companies:
            info["mail_sender_unconfirmed"] = companies
        return info
