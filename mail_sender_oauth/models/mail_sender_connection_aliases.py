# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..modes import MODE_KEYS
from ..providers.base import Purpose
from ..providers.errors import ProviderError


class MailSenderConnection(models.Model):
    """The addresses that an account may send from."""

    _inherit = "mail.sender.connection"

    has_more_senders = fields.Boolean(
        compute="_compute_has_more_senders", compute_sudo=True
    )

    @api.depends("send_as", "company_id", "address_ids")
    def _compute_has_more_senders(self):
        for connection in self:
            connection.has_more_senders = bool(connection._get_more_senders())

    def _get_more_senders(self):
        """The e-mails that the account may send from and nobody has added yet."""
        addresses = self.env["mail.sender.address"].sudo()
        known = addresses.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("email_normalized", "in", list(self.send_as or ())),
            ]
        )
        taken = set(known.mapped("email_normalized"))
        return [email for email in self.send_as or () if email not in taken]

    def action_add_senders(self):
        """Add what the account may send from to the sender addresses, and show it."""
        self.ensure_one()
        self.check_access("write")
        addresses = self.env["mail.sender.address"].create(
            [
                {
                    "name": self.user_id.name or self.company_id.name,
                    "email": email,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id,
                    "mode": MODE_KEYS[self.provider],
                    "connection_id": self.id,
                }
                for email in self._get_more_senders()
            ]
        )
        if not addresses:
            raise guided_error(
                UserError,
                self.env._("All addresses of this mailbox are sender addresses."),
                guide="linked",
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sender Addresses"),
            "res_model": addresses._name,
            "view_mode": "list,form",
            "domain": [("id", "in", addresses.ids)],
        }

    def _learn_send_as(self):
        """Ask for the addresses, where that was allowed.

        Sending does not depend on it: what was known stays true until it is answered.
        """
        self.ensure_one()
        try:
            self._read_send_as()
        except ProviderError:
            return

    def _read_send_as(self):
        """Store the addresses that the account reports, if it may be asked.

        :raise ProviderError: when it reports none
        """
        provider = self._get_provider()
        needed = set(provider.scopes[Purpose.ADDRESSES])
        if self.kind == "login" and not needed <= set(self.scopes or ()):
            return
        mailbox = provider.open_api(
            lambda: self._get_access(Purpose.ADDRESSES).token, self._get_mailbox()
        )
        found = sorted({each.email.lower() for each in mailbox.list_send_as()})
        if found != (self.send_as or []):
            self.send_as = found
            self.address_ids._refresh_roads()
