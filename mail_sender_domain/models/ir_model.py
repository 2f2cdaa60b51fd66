# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        """Let the rules for document types go with them, when their addon goes.

        When this addon goes itself, the columns of its rules went before.
        """
        module = self.env["ir.module.module"]._get("mail_sender_domain")
        if module.state == "installed":
            self.env["mail.sender.rule"]._unlink_with("model_ids", self)
        return super().unlink()
