# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class MailMessage(models.Model):
    """What choosing has to know of a message, kept until its mails are made."""

    _inherit = "mail.message"

    sender_choice_id = fields.Many2one(
        "mail.sender.address",
        string="Chosen Sender",
        index="btree_not_null",
        ondelete="set null",
        help="The sender address that the user chose for this message.",
    )
    sender_template_id = fields.Many2one(
        "mail.template",
        string="Made From",
        index="btree_not_null",
        ondelete="set null",
        help="The mail template that this message was made from.",
    )
