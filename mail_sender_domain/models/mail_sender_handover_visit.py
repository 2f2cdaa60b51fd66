# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models

#: Longer than any period that visits are counted in.
KEPT = timedelta(days=1)


class MailSenderHandoverVisit(models.Model):
    """That a link was used once: counted, so that nobody uses it too often."""

    _name = "mail.sender.handover.visit"
    _description = "Use of a Link to Records"
    _log_access = False

    _recent = models.Index("(handover_id, kind, visit_date)")

    handover_id = fields.Many2one(
        "mail.sender.handover", required=True, ondelete="cascade"
    )
    kind = fields.Char(required=True)
    visit_date = fields.Datetime(required=True)

    @api.autovacuum
    def _gc_old(self):
        """Delete what is no longer counted."""
        self.search([("visit_date", "<", fields.Datetime.now() - KEPT)]).unlink()
