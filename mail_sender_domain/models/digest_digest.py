# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from .choosing import SENDER_CONTEXT, SenderContext


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    def _action_send_to_user(self, user, tips_count=1, consume_tips=True):
        """A digest leaves in the name of its own company, whoever runs the cron."""
        digest = self
        if self.company_id and self.env["mail.sender.resolver"]._is_configured():
            context = SenderContext(self.company_id.id)
            digest = self.with_context(**{SENDER_CONTEXT: context})
        return super(DigestDigest, digest)._action_send_to_user(
            user, tips_count=tips_count, consume_tips=consume_tips
        )
