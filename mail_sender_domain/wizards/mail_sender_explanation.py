# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import Counter

from odoo import api, fields, models


class MailSenderExplanation(models.TransientModel):
    """Tells whoever may read a message from where its mails left, and why."""

    _name = "mail.sender.explanation"
    _description = "How a Message Left"

    email_from = fields.Char(string="From", readonly=True)
    reply_to = fields.Char(string="Reply-To", readonly=True)
    mode = fields.Char(string="Sending Mode", readonly=True)
    server = fields.Char(string="Mail Server", readonly=True)
    verdict = fields.Char(string="Receivers", readonly=True)
    envelope_from = fields.Char(string="Envelope Sender", readonly=True)
    reason = fields.Char(string="Why", readonly=True)
    wanted = fields.Char(string="Wanted Sender", readonly=True)
    skipped = fields.Text(string="Passed Over", readonly=True)
    outcome = fields.Char(string="What Became of It", readonly=True)
    failure_text = fields.Text(string="What Was Said", readonly=True)

    @api.model
    def action_explain(self, message_id):
        """Open what the sending log knows of a message.

        :param message_id: id of a ``mail.message`` that the user may read
        :raise AccessError: for any other message
        """
        message = self.env["mail.message"].browse(message_id)
        message.check_access("read")
        logs = self.env["mail.sender.log"].sudo()
        return self._open(logs.search([("message_id", "=", message.sudo().message_id)]))

    @api.model
    def _open(self, logs):
        """Open what lines of the sending log say.

        :param logs: ``mail.sender.log`` lines of one message, in superuser mode
        """
        if not logs:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "message": self.env._(
                        "No mail of this message is in the sending log: nobody got it "
                        "by e-mail, Odoo itself decided on its sender, or it left so "
                        "long ago that the line was deleted."
                    )
                },
            }
        explanation = self.create(self._prepare_explanation(logs))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "mail_sender_domain.mail_sender_explanation_action"
            ),
            "res_id": explanation.id,
        }

    @api.model
    def _prepare_explanation(self, logs):
        """The facts of the newest line, and the outcome of all.

        :param logs: ``mail.sender.log`` lines of one message, in superuser mode
        """
        log = logs[0]
        description = log.fields_get(["mode", "outcome", "verdict"])
        labels = {name: dict(field["selection"]) for name, field in description.items()}
        outcomes = Counter(labels["outcome"][line.outcome] for line in logs)
        get_readable = self.env["mail.sender.explainer"]._get_readable
        return {
            "email_from": get_readable(log.email_from or ""),
            "reply_to": get_readable(log.reply_to or ""),
            "mode": labels["mode"].get(log.mode),
            "server": log.server,
            "verdict": labels["verdict"].get(log.verdict),
            "envelope_from": log.envelope_from,
            "reason": log._get_step(log.reason, log.rule_id.id),
            "wanted": log.wanted_address_id.email,
            "skipped": log.skipped_text,
            "outcome": ", ".join(
                f"{label} ({count})" if len(logs) > 1 else label
                for label, count in outcomes.items()
            ),
            "failure_text": next(filter(None, logs.mapped("failure_text")), False),
        }
