# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..models.choosing import SenderRequest


class MailSenderTry(models.TransientModel):
    """Answers from which address a certain mail would leave, and why."""

    _name = "mail.sender.try"
    _description = "Try the Sender Rules"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who presses Send. Empty: the system itself.",
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Document Type",
        domain="[('transient', '=', False), ('is_mail_thread', '=', True)]",
    )
    model = fields.Char(related="model_id.model")
    res_id = fields.Many2oneReference(
        string="Document",
        model_field="model",
        help="Empty: one that no filter of a rule looks at.",
    )
    template_id = fields.Many2one(
        "mail.template", domain="[('model_id', '=', model_id)]"
    )
    is_internal = fields.Boolean(string="Only Colleagues Receive It")
    address = fields.Char(string="Leaves From", compute="_compute_explanation")
    reason = fields.Char(compute="_compute_explanation")
    skipped = fields.Text(string="Passed Over", compute="_compute_explanation")
    reply_to = fields.Char(string="Reply-To", compute="_compute_explanation")
    verdict = fields.Char(compute="_compute_explanation")
    held = fields.Text(string="Would Wait", compute="_compute_explanation")

    @api.depends(
        "company_id", "user_id", "model_id", "res_id", "template_id", "is_internal"
    )
    def _compute_explanation(self):
        requests = [wizard._prepare_request() for wizard in self]
        facts = self.env["mail.sender.explainer"]._explain(requests)
        for wizard, explained in zip(self, facts, strict=True):
            wizard.address = explained.get("email_from") or self.env._(
                "As Odoo decides: the company has no default sender."
            )
            wizard.reason = explained.get("reason")
            wizard.skipped = "\n".join(explained.get("skipped") or ())
            wizard.reply_to = explained.get("reply_to")
            wizard.verdict = explained.get("verdict_text")
            wizard.held = explained.get("held")

    def _prepare_request(self):
        """The mail in question, as choosing sees it.

        :return: a :class:`..models.choosing.SenderRequest`
        :raise AccessError: when the user may not read the company or the document
        """
        self.ensure_one()
        # Choosing and explaining read whatever they need.
        self.company_id.check_access("read")
        if self.model and self.res_id:
            self.env[self.model].browse(self.res_id).check_access("read")
        return SenderRequest(
            company_id=self.company_id.id,
            user_id=self.user_id.id or 0,
            is_internal=self.is_internal,
            template_id=self.template_id.id or 0,
            model=self.model or "",
            res_id=self.res_id or 0,
        )
