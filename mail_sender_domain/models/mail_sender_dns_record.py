# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..texts import reason_text


class MailSenderDnsRecord(models.Model):
    """One expected DNS record of a sending domain and what was found instead."""

    _name = "mail.sender.dns.record"
    _description = "Expected DNS Record"
    _order = "domain_id, sequence, id"
    _rec_name = "host"

    domain_id = fields.Many2one(
        "mail.sender.domain", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    purpose = fields.Selection(
        [
            ("ownership", "Ownership"),
            ("dkim", "DKIM signature"),
            ("return_path", "Return path"),
            ("return_path_mx", "Return path: bounces"),
            ("return_path_spf", "Return path: SPF"),
            ("dmarc", "DMARC policy"),
            ("spf", "SPF of the domain"),
        ],
        required=True,
    )
    host = fields.Char(required=True, help="Full name of the record.")
    type = fields.Char(required=True)
    value = fields.Text(required=True, help="What the record must say.")
    requirement = fields.Selection(
        [
            ("required", "Required"),
            ("recommended", "Recommended"),
            ("optional", "Optional"),
        ],
        required=True,
    )
    status = fields.Selection(
        [
            ("unchecked", "Not checked"),
            ("ok", "Right"),
            ("missing", "Missing"),
            ("wrong", "Wrong"),
            ("unknown", "No answer"),
        ],
        required=True,
        default="unchecked",
    )
    found = fields.Text(help="What the name servers answered.")
    reason_code = fields.Char()
    reason_params = fields.Json()
    reason = fields.Char(compute="_compute_reason")

    @api.depends("reason_code", "reason_params")
    @api.depends_context("lang")
    def _compute_reason(self):
        for record in self:
            record.reason = reason_text(
                self.env, record.reason_code, record.reason_params or {}
            )

    def _apply_check(self, result):
        """Store what a check found.

        :param result: a :class:`..tools.record_checks.CheckResult`
        """
        self.ensure_one()
        self.write(
            {
                "status": result.status.value,
                "found": "\n".join(result.found),
                "reason_code": result.code,
                "reason_params": dict(result.params),
            }
        )
