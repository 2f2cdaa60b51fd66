# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What counts where neither a company nor the platform has chosen.
from ..guide_errors import guided_error

POLICY_DEFAULTS = {
    "sender_blocked_policy": "relay",
    "sender_strictness": "open",
    "sender_code_road": "company",
    "sender_account_road": "company",
    "sender_reply_policy": "document",
    "sender_grace_hours": 72,
    "sender_choosing": "yes",
    "sender_own_addresses": "no",
    "sender_name_policy": "address",
}


class MailSenderPolicy(models.AbstractModel):
    """How mail is sent where several ways are right.

    The platform has a choice for all companies; each company may have another one. An
    empty value is no choice.
    """

    _name = "mail.sender.policy"
    _description = "Mail Sending Policies"

    sender_blocked_policy = fields.Selection(
        [
            ("relay", "It leaves from the relay address"),
            ("hold", "It waits until the road is open again"),
        ],
        string="When a Road Is Blocked",
        help="What becomes of mail whose sender address cannot send at the moment.",
    )
    sender_strictness = fields.Selection(
        [
            ("open", "Normal: servers of users and templates too"),
            ("strict", "Strictly: only the proven sender addresses"),
        ],
        string="Strictness",
        help="Strictly: nothing leaves from another address, and mail waits rather "
        "than leaving from the relay address. Login codes, password resets, security "
        "alerts and bounces of the mail gateway are exceptions.",
    )
    sender_code_road = fields.Selection(
        [("company", "The company's road"), ("platform", "The platform")],
        string="Login Codes Leave By",
        help="A blocked road locks nobody out: the platform then takes over.",
    )
    sender_account_road = fields.Selection(
        [("company", "The company's road"), ("platform", "The platform")],
        string="Account Mails Leave By",
        help="Password resets, invitations and security alerts. A blocked road locks "
        "nobody out: the platform then takes over.",
    )
    sender_reply_policy = fields.Selection(
        [
            ("document", "Back into the document"),
            ("sender", "To the sender address"),
            ("user", "To the user who sent"),
            ("fixed", "To a fixed address"),
        ],
        string="Answers Go",
        help="An alias of the document itself always gets the answers. Back into the "
        "document: where Odoo receives mail, else to the sender address.",
    )
    sender_grace_hours = fields.Integer(
        string="Grace (Hours)",
        help="How long a domain that was verified still sends after its records went "
        "wrong.",
    )

    sender_choosing = fields.Selection(
        [("yes", "Users may choose"), ("no", "The rules decide")],
        string="Choosing When Sending",
        help="Whether users may choose another sender address while they send.",
    )
    sender_own_addresses = fields.Selection(
        [("no", "No"), ("yes", "Yes")],
        string="Users Send From Their Own Address",
        help="What a user sends leaves from the sender address that belongs to the "
        "user, if there is one. Rules for the user come first.",
    )
    sender_name_policy = fields.Selection(
        [
            ("address", "Name of the sender address"),
            ("user", "Name of the user - name of the sender address"),
        ],
        string="Name That Receivers See",
    )

    sender_are_codes_mailed = fields.Boolean(
        compute="_compute_sender_are_codes_mailed",
        compute_sudo=True,
        help="Whether people without an authenticator get login codes by mail.",
    )

    def _compute_sender_are_codes_mailed(self):
        parameters = self.env["ir.config_parameter"]
        self.sender_are_codes_mailed = bool(parameters.get_param("auth_totp.policy"))

    @api.constrains("sender_grace_hours")
    def _check_sender_grace_hours(self):
        for record in self:
            if not 0 <= record.sender_grace_hours <= 30 * 24:
                raise guided_error(
                    ValidationError,
                    self.env._("Grace (Hours): type a number from 1 to 720."),
                    guide="policies",
                )
