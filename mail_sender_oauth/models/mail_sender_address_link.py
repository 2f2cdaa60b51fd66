# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models
from odoo.tools import escape_psql

from ..modes import MODE_PROVIDERS

#: Who may see how a mailbox is linked.
MANAGERS = "mail_sender_domain.group_sender_manager"


class MailSenderAddress(models.Model):
    """Linking the mailbox of a sender address, from the address itself."""

    _inherit = "mail.sender.address"

    connection_status = fields.Selection(
        related="connection_id.status", string="Login", groups=MANAGERS
    )
    connection_provider = fields.Char(
        compute="_compute_connection_provider", groups=MANAGERS
    )

    def _compute_connection_provider(self):
        for address in self:
            address.connection_provider = MODE_PROVIDERS.get(address.mode, False)

    def action_connect(self):
        """Send the browser to the provider to link the mailbox."""
        self.ensure_one()
        self.check_access("write")
        if self.connection_id.provider != MODE_PROVIDERS[self.mode]:
            self.connection_id = self._provide_connection(
                MODE_PROVIDERS[self.mode], self.email_normalized
            )
        if self.connection_id.kind == "organization":
            return self.connection_id.action_connect()
        return self.connection_id._open_login(f"/odoo/sender-addresses/{self.id}")

    def action_disconnect(self):
        """Give back the permission to use the mailbox."""
        self.ensure_one()
        self.check_access("write")
        return self.connection_id.action_disconnect()

    def _provide_connection(self, provider, account):
        """The linked mailbox of an account for this address, made where needed.

        :param provider: key of the provider
        :param account: normalised address of the account
        """
        self.ensure_one()
        connections = self.env["mail.sender.connection"]
        known = connections.search(
            [
                ("company_id", "=", self.company_id.id),
                ("provider", "=", provider),
                ("login_email", "=ilike", escape_psql(account)),
                ("user_id", "=", self.user_id.id),
            ],
            limit=1,
        )
        return known or connections.create(
            {
                "company_id": self.company_id.id,
                "provider": provider,
                "login_email": account,
            }
        )
