# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..guide_errors import guided_error
from .choosing import SENDER_CONTEXT, SenderContext


class ResUsers(models.Model):
    _inherit = "res.users"

    sender_address_id = fields.Many2one(
        "mail.sender.address",
        string="My Documents Leave From",
        compute="_compute_sender_address_id",
        inverse="_inverse_sender_address_id",
        compute_sudo=True,
        domain="[('id', 'in', pickable_sender_ids)]",
        help="The sender address of what this user sends, in the current company. It "
        "is a sender rule. Empty: the other rules decide.",
    )
    pickable_sender_ids = fields.Many2many(
        "mail.sender.address", compute="_compute_pickable_sender_ids", compute_sudo=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self.env["mail.sender.address"]._make_own(users)
        return users

    def write(self, vals):
        result = super().write(vals)
        if {"email", "company_id"} & vals.keys() and self != self.env.user:
            self.env["mail.sender.address"]._make_own(self - self.env.user)
        return result

    def unlink(self):
        self.env["mail.sender.rule"]._unlink_with("user_ids", self)
        return super().unlink()

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            "sender_address_id",
            "pickable_sender_ids",
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["sender_address_id"]

    @api.depends_context("company")
    def _compute_sender_address_id(self):
        rules = self.env["mail.sender.rule"]._get_simple_rules(
            "user_ids", self, self.env.company
        )
        for user in self:
            user.sender_address_id = (
                rules[user.id].sender_address_id if user.id in rules else False
            )

    @api.depends_context("company")
    def _compute_pickable_sender_ids(self):
        resolver = self.env["mail.sender.resolver"]
        for user in self:
            ids = resolver._get_pickable(self.env.company, user)
            user.pickable_sender_ids = [Command.set(ids)]

    def _inverse_sender_address_id(self):
        rules = self.env["mail.sender.rule"]
        for user in self:
            address = user.sender_address_id
            if address and address not in user.pickable_sender_ids:
                raise guided_error(
                    AccessError,
                    self.env._(
                        "My Documents Leave From: %(user)s may not choose this "
                        "address. Choose one of the list, or ask whoever manages the "
                        "senders.",
                        user=user.name,
                    ),
                    guide="rules",
                )
            # The list is the right to choose: users need none to make rules.
            rules.sudo()._set_simple_rule("user_ids", user, self.env.company, address)

    def _notify_security_setting_update(
        self, subject, content, mail_values=None, **kwargs
    ):
        """Send each security alert in the name of the company of its user."""
        mails = self.env["mail.mail"]
        for users in self._group_by_sender_company():
            # Overrides of other addons need not return the mails.
            mails |= (
                super(ResUsers, users)._notify_security_setting_update(
                    subject, content, mail_values=mail_values, **kwargs
                )
                or mails.browse()
            )
        return mails

    def _action_reset_password(self, signup_type="reset"):
        """Send each invitation or reset link in the name of its user's company.

        Odoo takes back all that the database could tell of the link; that there was a
        mail stays in the sending log.
        """
        result = None
        for users in self._group_by_sender_company():
            result = super(ResUsers, users)._action_reset_password(
                signup_type=signup_type
            )
            context = users.env["mail.sender.resolver"]._get_sender_context()
            if context.concluded:
                self.env["mail.sender.log"].sudo()._write_again(context.concluded)
        return result

    def _group_by_sender_company(self):
        """Split users by company; mails made with each part are system mails.

        :return: list of ``res.users`` recordsets; all users at once where no company
            has a sender
        """
        if not self.env["mail.sender.resolver"]._is_configured():
            return [self]
        return [
            self.browse(users.ids).with_context(
                **{SENDER_CONTEXT: SenderContext(company.id, system_kind="account")}
            )
            for company, users in self.sudo().grouped("company_id").items()
        ]
