# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error


class MailAliasDomain(models.Model):
    _inherit = "mail.alias.domain"

    has_received = fields.Boolean(
        readonly=True,
        copy=False,
        help="Mail to this domain was seen to reach Odoo, so that answers find their "
        "document.",
    )

    @api.model
    def _find_received(self):
        """Learn from mail that came into documents earlier which domains receive."""
        for domain in self.search([("has_received", "=", False)]):
            received = [
                ("message_type", "=", "email"),
                ("record_alias_domain_id", "=", domain.id),
            ]
            domain.has_received = bool(
                self.env["mail.message"].search_count(received, limit=1)
            )

    @api.constrains("name", "bounce_alias", "catchall_alias")
    def _check_senders(self):
        """Refuse that the gateway's own addresses, or aliases, become sender addresses.

        :raise ValidationError: naming the address and the mend
        """
        if not self.env["mail.sender.resolver"]._is_in_use():
            return
        emails = {
            f"{local_part}@{domain.name}".lower()
            for domain in self
            for local_part in (domain.bounce_alias, domain.catchall_alias)
        }
        addresses = self.env["mail.sender.address"].sudo()
        addresses = addresses.with_context(active_test=False)
        taken = addresses.search([("email_normalized", "in", list(emails))], limit=1)
        if taken:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Alias domain: mail of %(company)s leaves from %(email)s; answers "
                    "would come back in a loop. Choose another name, or change that "
                    "sender address first.",
                    company=taken.company_id.display_name,
                    email=taken.email,
                ),
                guide="policies",
            )
        aliases = self.env["mail.alias"].sudo()
        aliases.search([("alias_domain_id", "in", self.ids)])._check_senders()

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create(vals_list)
        self.env.registry.clear_cache()
        return domains

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
