# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..texts import alignment_text
from ..tools.alignment import Outcome, judge


class MailSenderAddress(models.Model):
    """What receivers will make of mail from a sender address, from DNS alone."""

    _inherit = "mail.sender.address"

    verdict = fields.Selection(
        selection="_selection_verdict",
        compute="_compute_verdict",
        compute_sudo=True,
    )
    verdict_reasons = fields.Text(
        string="Why", compute="_compute_verdict", compute_sudo=True
    )

    @api.model
    def _selection_verdict(self):
        return [
            (outcome.value, alignment_text(self.env, outcome, {}))
            for outcome in Outcome
        ]

    @api.depends(lambda self: self._get_state_dependencies())
    @api.depends_context("lang")
    def _compute_verdict(self):
        judged = self.filtered("email_normalized")
        (self - judged).verdict = (self - judged).verdict_reasons = False
        facts = self.env["mail.sender.public.facts"]._get_facts(
            {address._get_email_domain() for address in judged}
        )
        for address in judged:
            known = facts[address._get_email_domain()]
            road = address._get_mode().get_alignment_road(known)
            verdict = judge(known.dmarc, road)
            address.verdict = verdict.outcome.value
            address.verdict_reasons = "\n".join(
                alignment_text(self.env, reason.code, reason.params)
                for reason in verdict.reasons
            )

    def _get_verdict_label(self):
        """The verdict in one translated sentence."""
        self.ensure_one()
        return alignment_text(self.env, self.verdict, {}) if self.verdict else ""

    def _get_email_domain(self):
        """What stands after the @ of the address, in A-labels."""
        self.ensure_one()
        return self.email_normalized.rpartition("@")[2]

    @api.model_create_multi
    def create(self, vals_list):
        addresses = super().create(vals_list)
        addresses._queue_facts()
        return addresses

    def write(self, vals):
        result = super().write(vals)
        if "email" in vals:
            self._queue_facts()
        return result

    def _queue_facts(self):
        names = {
            address._get_email_domain()
            for address in self.sudo()
            if address.email_normalized
        }
        self.env["mail.sender.public.facts"]._queue(names)
