# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, models

from .mail_sender_resolver import SENDER_CONTEXT


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _send_mails(self, moves_data):
        """Remember who started a batch that the scheduler sends."""
        resolver = self.env["mail.sender.resolver"]
        if not resolver._is_configured():
            return super()._send_mails(moves_data)
        context = resolver._get_sender_context()
        moves = {}
        for move, data in moves_data.items():
            own = replace(context, user_id=data.get("author_user_id") or 0)
            moves[move.with_context(**{SENDER_CONTEXT: own})] = data
        return super()._send_mails(moves)
