# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    """Mail that comes back failed, though a server had taken it."""

    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        self.env["mail.sender.log"].sudo()._note_bounce(
            message_dict["bounced_msg_ids"] or [],
            message_dict["bounced_email"] or "",
            html2plaintext(message_dict.get("body") or ""),
        )
        return result
