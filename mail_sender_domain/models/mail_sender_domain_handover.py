# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models

from ..tools.expected_records import Requirement


class MailSenderDomain(models.Model):
    """What whoever keeps the DNS of a domain is given."""

    _inherit = "mail.sender.domain"

    handover_ids = fields.One2many(
        "mail.sender.handover", "domain_id", string="Links Given Out", readonly=True
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"handover_ids"}

    def _get_expected_lines(self):
        """The records to publish, as the tools know them, beside what checks found.

        :return: (:class:`..tools.expected_records.ExpectedRecord`, its
            ``mail.sender.dns.record``) pairs, in the order in which to show them
        """
        self.ensure_one()
        return [
            (replace(line._get_expected(), requirement=Requirement(line.need)), line)
            for line in self.record_ids
        ]

    def action_hand_over(self):
        """Ask to whom the records shall be handed over."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over the Records"),
            "res_model": "mail.sender.handover.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_domain_id": self.id},
        }
