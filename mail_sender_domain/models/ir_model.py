# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        """Let the rules for document types go with them, when their addon goes.

        Templates for them are deleted by the database, so that no other code sees them
        go. When this addon goes itself, the columns of its rules went before.
        """
        module = self.env["ir.module.module"]._get("mail_sender_domain")
        if module.state == "installed":
            rules = self.env["mail.sender.rule"]
            rules._unlink_with("model_ids", self)
            templates = self.env["mail.template"].sudo()
            rules._unlink_with(
                "template_ids",
                templates.with_context(active_test=False).search(
                    [("model_id", "in", self.ids)]
                ),
            )
        return super().unlink()
