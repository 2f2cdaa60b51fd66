# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from .mail_sender_connection_link import SERVER_TYPES


class IrMailServer(models.Model):
    """Servers that stand for a linked mailbox."""

    _inherit = "ir.mail_server"

    smtp_authentication = fields.Selection(
        selection_add=[
            ("google_oauth", "Gmail mailbox, linked"),
            ("microsoft_oauth", "Outlook mailbox, linked"),
        ],
        ondelete={
            "google_oauth": "set default",
            "microsoft_oauth": "set default",
        },
    )

    def _compute_smtp_authentication_info(self):
        linked = self.filtered(lambda server: server._is_sender_linked())
        linked.smtp_authentication_info = self.env._(
            "A mailbox that was linked by a login. It is managed under Mail Senders."
        )
        return super(IrMailServer, self - linked)._compute_smtp_authentication_info()

    @api.onchange("smtp_encryption")
    def _onchange_encryption(self):
        # The port is the provider's.
        if not self._is_sender_linked():
            return super()._onchange_encryption()
        return None

    @api.constrains("smtp_authentication", "smtp_encryption", "is_sender_managed")
    def _check_sender_linked(self):
        """Refuse these types where no linked mailbox is behind them.

        :raise ValidationError: naming the mend
        """
        for server in self.filtered(lambda server: server._is_sender_linked()):
            if not server.is_sender_managed:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Authenticate with: %(server)s has no linked mailbox. Connect "
                        "mailboxes under Mail Senders, or choose another way.",
                        server=server.name,
                    ),
                    guide="linked",
                )
            if server.smtp_encryption != "starttls_strict":
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Connection Encryption: a linked mailbox needs STARTTLS with a "
                        "checked certificate. Choose it again."
                    ),
                    guide="linked",
                )

    def _is_sender_linked(self):
        """Whether a linked mailbox is behind the server."""
        self.ensure_one()
        return self.smtp_authentication in SERVER_TYPES.values()

    def _get_sender_connection(self):
        """The linked mailbox behind this server, in superuser mode; or empty."""
        connections = self.env["mail.sender.connection"].sudo()
        if not self:
            return connections
        return connections.search([("mail_server_id", "in", self.ids)], limit=1)

    def _active_usages_compute(self):
        usages = super()._active_usages_compute()
        connections = self.env["mail.sender.connection"].sudo()
        for connection in connections.search([("mail_server_id", "in", self.ids)]):
            usages.setdefault(connection.mail_server_id.id, []).append(
                f"{connection.display_name} ({connection._description})"
            )
        return usages
