# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..modes import RelayMode


class MailAlias(models.Model):
    _inherit = "mail.alias"

    @api.constrains("alias_name", "alias_domain_id", "alias_incoming_local")
    def _check_senders(self):
        """Refuse to receive documents on an address that mail leaves from.

        :raise ValidationError: naming the alias, the sender address and the mend
        """
        if not self.env["mail.sender.resolver"]._is_in_use():
            return
        for alias in self.filtered("alias_name"):
            if address := alias._get_sender_addresses()[:1]:
                raise ValidationError(
                    self.env._(
                        "Alias: mail of %(company)s leaves from %(email)s; answers "
                        "would come back in a loop. Choose another alias, or change "
                        "that sender address first.",
                        company=address.company_id.display_name,
                        email=address.email,
                    )
                )

    def _get_sender_addresses(self):
        """The sender addresses that this alias receives mail for, archived ones too."""
        self.ensure_one()
        name = self.alias_name.lower()
        found = Domain("email_normalized", "=", (self.alias_full_name or "").lower())
        if self.alias_incoming_local:
            # It receives at every domain, that of the relay addresses included.
            found |= Domain("mode", "=", RelayMode.key) & Domain(
                "email_normalized", "=like", f"{name}@%"
            )
        addresses = self.env["mail.sender.address"].sudo()
        return addresses.with_context(active_test=False).search(found)
