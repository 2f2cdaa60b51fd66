# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..modes import LINKED_MODES


class MailSenderAddress(models.Model):
    """Addresses whose mail leaves from a linked mailbox."""

    _inherit = "mail.sender.address"

    connection_id = fields.Many2one(
        "mail.sender.connection",
        string="Linked Mailbox",
        copy=False,
        index="btree_not_null",
        # With a user, both the mailbox and the address go.
        ondelete="set null",
        groups="mail_sender_domain.group_sender_manager",
        help="The mailbox at Google or Microsoft that mail leaves from.",
    )

    @api.model
    def _get_mode_classes(self):
        linked = {mode_class.key: mode_class for mode_class in LINKED_MODES}
        return {**super()._get_mode_classes(), **linked}

    @api.model
    def _get_state_dependencies(self):
        return [
            *super()._get_state_dependencies(),
            "connection_id.status",
            "connection_id.account_email",
            "connection_id.send_as",
            "connection_id.scopes",
            "connection_id.transport",
            "connection_id.actual_transport",
        ]

    @api.constrains("connection_id", "company_id")
    def _check_connection(self):
        """Refuse the mailbox of another company or user."""
        for address in self.sudo().filtered("connection_id"):
            connection = address.connection_id
            if connection.company_id != address.company_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Linked Mailbox: %(mailbox)s belongs to another company. "
                        "Connect a mailbox of %(company)s.",
                        mailbox=connection.display_name,
                        company=address.company_id.display_name,
                    ),
                    guide="linked",
                )
            if connection.user_id and connection.user_id != address.user_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Linked Mailbox: %(mailbox)s is the own mailbox of %(user)s. "
                        "Choose another one.",
                        mailbox=connection.display_name,
                        user=connection.user_id.name,
                    ),
                    guide="linked",
                )

    def write(self, vals):
        result = super().write(vals)
        if "connection_id" in vals:
            self._refresh_roads()
        return result
