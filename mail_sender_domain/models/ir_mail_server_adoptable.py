# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.fields import Domain


class IrMailServer(models.Model):
    """Servers that were there before, and that a company could take over."""

    _inherit = "ir.mail_server"

    @api.model
    def _find_adoptable(self, email):
        """The server that Odoo has for an e-mail, by its filter or its login.

        :param email: normalised
        :return: one server of no company and no user, and not that of the platform;
            empty when there is none
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        servers = self.sudo().search(
            Domain("sender_company_id", "=", False)
            & Domain("owner_user_id", "=", False)
            & Domain("id", "not in", platform.mail_server_id.ids)
        )
        for wanted in (email, email.rpartition("@")[2]):
            for server in servers:
                if wanted in server._get_own_senders():
                    return server
        return self.browse()

    def _get_own_senders(self):
        """The addresses and domains that a server is for: its filter and its login."""
        self.ensure_one()
        user = (self.smtp_user or "").lower()
        parts = (self.from_filter or "").lower().split(",")
        return {*(part.strip() for part in parts), user, user.rpartition("@")[2]}
