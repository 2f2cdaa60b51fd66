# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..modes import GmailMode, OutlookMode

#: Where the browser comes back to; what came of it is told on a page of its own.
RETURN_PATH = "/odoo"


class ResUsers(models.Model):
    """Users who link their own mailbox, where their company lets them send from it."""

    _inherit = "res.users"

    linked_mailbox_id = fields.Many2one(
        "mail.sender.connection",
        compute="_compute_linked_mailbox_id",
        compute_sudo=True,
        string="My Mailbox",
        help="The own mailbox that was linked in the current company. What this user "
        "sends leaves from there.",
    )
    linked_mailbox_status = fields.Selection(
        selection=lambda self: self.env["mail.sender.connection"]
        ._fields["status"]
        ._description_selection(self.env),
        string="Login of My Mailbox",
        compute="_compute_linked_mailbox_id",
        compute_sudo=True,
    )
    may_link_gmail = fields.Boolean(
        compute="_compute_may_link_mailbox", compute_sudo=True
    )
    may_link_outlook = fields.Boolean(
        compute="_compute_may_link_mailbox", compute_sudo=True
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            "linked_mailbox_id",
            "linked_mailbox_status",
            "may_link_gmail",
            "may_link_outlook",
        ]

    def unlink(self):
        connections = self.env["mail.sender.connection"].sudo()
        mailboxes = connections.search([("user_id", "in", self.ids)])
        servers = mailboxes.mail_server_id
        mailboxes._give_back_later()
        result = super().unlink()
        # The mailboxes went with their users.
        servers.unlink()
        return result

    @api.depends_context("company")
    def _compute_linked_mailbox_id(self):
        connections = self.env["mail.sender.connection"].search(
            [("user_id", "in", self.ids), ("company_id", "=", self.env.company.id)],
            order="connected_date nulls first, id",
        )
        # The last one counts: mail leaves from one that is open.
        connections = connections.sorted(lambda connection: connection._is_open())
        by_user = {each.user_id: each for each in connections}
        for user in self:
            user.linked_mailbox_id = by_user.get(user._origin)
            user.linked_mailbox_status = user.linked_mailbox_id.status

    @api.depends_context("company", "uid")
    def _compute_may_link_mailbox(self):
        company = self.env.company
        is_allowed = self.env["mail.sender.address"]._sends_own(company)
        for user in self:
            is_own = is_allowed and user._origin.id == self.env.uid
            user.may_link_gmail = is_own and not GmailMode.get_gaps(self.env, company)
            user.may_link_outlook = is_own and not OutlookMode.get_gaps(
                self.env, company
            )

    def action_link_gmail(self):
        """Send the browser to Google to link the own mailbox."""
        return self._link_own_mailbox(GmailMode)

    def action_link_outlook(self):
        """Send the browser to Microsoft to link the own mailbox."""
        return self._link_own_mailbox(OutlookMode)

    def _link_own_mailbox(self, mode_class):
        """Begin a login for the own mailbox.

        :raise AccessError: for the mailbox of somebody else
        :raise UserError: saying what to do
        """
        self.ensure_one()
        if self != self.env.user:
            raise guided_error(
                AccessError,
                self.env._("Only the owner links a mailbox."),
                guide="linked",
            )
        company = self.env.company
        if not self.email_normalized:
            raise guided_error(
                UserError,
                self.env._("E-mail: enter your own address first."),
                guide="linked",
            )
        connections = self.env["mail.sender.connection"].sudo()
        connection = connections.search(
            [
                ("user_id", "=", self.id),
                ("company_id", "=", company.id),
                ("provider", "=", mode_class.provider),
            ],
            limit=1,
        ) or connections.create(
            {
                "user_id": self.id,
                "company_id": company.id,
                "provider": mode_class.provider,
                "login_email": self.email_normalized,
            }
        )
        return connection.sudo(False)._open_login(RETURN_PATH)

    def action_unlink_mailbox(self):
        """Give back the permission to use the own mailbox."""
        self.ensure_one()
        if self != self.env.user:
            raise guided_error(
                AccessError,
                self.env._("Only the owner disconnects a mailbox."),
                guide="linked",
            )
        return self.linked_mailbox_id.action_disconnect()
