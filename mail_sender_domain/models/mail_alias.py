# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import escape_psql

from ..guide_errors import guided_error
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
        addresses = self.filtered("alias_name")._get_sender_addresses()
        if address := addresses[:1]:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Alias: mail of %(company)s leaves from %(email)s; answers "
                    "would come back in a loop. Choose another alias, or change "
                    "that sender address first.",
                    company=address.company_id.display_name,
                    email=address.email,
                ),
                guide="policies",
            )

    def _get_sender_addresses(self):
        """The sender addresses that these aliases receive mail for, archived ones too.

        One that receives at every domain does so at that of the relay addresses.
        """
        names = [name.lower() for name in self.mapped("alias_full_name")]
        everywhere = Domain.OR(
            Domain("email_normalized", "=like", f"{escape_psql(name.lower())}@%")
            for name in self.filtered("alias_incoming_local").mapped("alias_name")
        )
        addresses = self.env["mail.sender.address"].sudo()
        return addresses.with_context(active_test=False).search(
            Domain("email_normalized", "in", names)
            | (Domain("mode", "=", RelayMode.key) & everywhere)
        )
