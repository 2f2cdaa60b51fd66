# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..guide_errors import guided_error


class MailMessage(models.Model):
    """What choosing has to know of a message, kept until its mails are made."""

    _inherit = "mail.message"

    #: What is decided when a message is made, and by nobody afterwards.
    _sender_fields = {"sender_choice_id", "sender_chooser_id", "sender_template_id"}

    sender_choice_id = fields.Many2one(
        "mail.sender.address",
        string="Chosen Sender",
        index="btree_not_null",
        ondelete="set null",
        help="The sender address that the user chose for this message.",
    )
    sender_chooser_id = fields.Many2one(
        "res.users",
        string="Sender Chosen By",
        readonly=True,
        ondelete="set null",
        help="The user who chose the sender address, whoever sends the mail later.",
    )
    sender_template_id = fields.Many2one(
        "mail.template",
        string="Made From",
        index="btree_not_null",
        ondelete="set null",
        help="The mail template that this message was made from.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals, **self._prepare_sender_vals(vals)} for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _prepare_sender_vals(self, vals):
        """What creation values say of the sender, with who chose it.

        A choice may have waited, in a scheduled message for example, until its address
        or its template was deleted. Nothing is left out, or the context would fill it
        in.

        :param vals: creation values
        """
        resolver = self.env["mail.sender.resolver"]
        choice_id = vals.get("sender_choice_id")
        user = resolver._get_sending_user() if choice_id else self.env["res.users"]
        if not resolver._may_name(choice_id, user):
            choice_id = False
        template_id = vals.get("sender_template_id")
        if template_id and template_id not in resolver._get_template_ids():
            template_id = False
        return {
            "sender_choice_id": choice_id,
            "sender_chooser_id": bool(choice_id) and user.id,
            "sender_template_id": template_id,
        }

    def write(self, vals):
        if not self.env.su and self._sender_fields & vals.keys():
            raise guided_error(
                AccessError,
                self.env._(
                    "The sender of a message is chosen before it is sent. Send a new "
                    "message to send it from another address."
                ),
                guide="rules",
            )
        return super().write(vals)
