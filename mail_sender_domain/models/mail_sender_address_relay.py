# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..guide_errors import guided_error
from ..modes import RelayMode
from ..tools import relay_local_part


class MailSenderAddress(models.Model):
    """The relay address of a company: its name, and where mail to it goes on to."""

    _inherit = "mail.sender.address"

    @api.model
    def _get_relay(self, company):
        """The relay address of a company, made at its first need.

        A branch that sends as its parent does so from the relay address, too.

        :param company: one ``res.company``, in superuser mode
        :return: the address; empty while the platform has no relay domain, and where
            the address was archived
        """
        relays = self.with_context(active_test=False).search(
            [("mode", "=", RelayMode.key), ("company_id", "in", company.parent_ids.ids)]
        )
        by_company = relays.grouped("company_id")
        lineage = company.parent_ids[::-1]
        owner = lineage.filtered("sender_address_id")[:1] or lineage[-1:]
        for candidate in lineage:
            if own := by_company.get(candidate):
                return own.filtered("active")[:1].with_env(self.env)
            if candidate == owner:
                break
        if not (email := self._propose_relay_email(owner)):
            return self.browse()
        return self.create(
            {
                "name": owner.name,
                "email": email,
                "company_id": owner.id,
                "mode": RelayMode.key,
            }
        )

    @api.model
    def _propose_relay_email(self, company):
        """A free address of the relay domain that reads like the company's name.

        :return: an empty text while the platform has no relay domain
        """
        domain = self.env["mail.sender.platform"]._get_platform().relay_domain_id
        if not domain:
            return ""
        addresses = self.sudo().with_context(active_test=False)
        emails = addresses.search(
            [("email_normalized", "=like", f"%@{domain.name_ascii}")]
        ).mapped("email_normalized")
        taken = {email.rpartition("@")[0] for email in emails}
        taken |= self._get_alias_local_parts(domain.name_ascii)
        local_part = relay_local_part.propose(company.name or "", taken)
        return f"{local_part}@{domain.name_ascii}"

    @api.onchange("mode", "company_id")
    def _onchange_relay_email(self):
        if self.mode == RelayMode.key and not self.email and self.company_id:
            self.email = self._propose_relay_email(self.company_id)

    def _get_forward_target(self):
        """Where mail to a relay address goes on to; empty when nobody reads it."""
        self.ensure_one()
        target = email_normalize(self._get_mode().get_reply_address()) or ""
        return "" if target == self.email_normalized else target

    @api.model
    def _get_alias_local_parts(self, domain_name):
        """What Odoo's mail gateway receives before the @ of a domain."""
        alias_domain = (
            self.env["mail.alias.domain"].sudo().search([("name", "=", domain_name)])
        )
        aliases = (
            self.env["mail.alias"]
            .sudo()
            .search(
                Domain("alias_domain_id", "in", alias_domain.ids)
                | Domain("alias_incoming_local", "=", True)
            )
        )
        names = [
            *aliases.mapped("alias_name"),
            *alias_domain.mapped("bounce_alias"),
            *alias_domain.mapped("catchall_alias"),
        ]
        return {name.lower() for name in names if name}

    def _check_relay_local_part(self):
        """Refuse what is somebody else's, or has a meaning, on the relay domain.

        :raise ValidationError: naming the field and the mend
        """
        local_part, _at, domain = self.email_normalized.partition("@")
        if relay_local_part.is_reserved(local_part):
            raise guided_error(
                ValidationError,
                self.env._(
                    "E-mail: “%(local_part)s” has a meaning of its own on every mail "
                    "domain. Choose another name before the @.",
                    local_part=local_part,
                ),
                guide="relay",
            )
        if local_part in self._get_alias_local_parts(domain):
            raise guided_error(
                ValidationError,
                self.env._(
                    "E-mail: “%(local_part)s” is an alias that Odoo itself receives "
                    "mail on. Choose another name before the @.",
                    local_part=local_part,
                ),
                guide="relay",
            )

    @api.constrains("email", "mode", "company_id")
    def _check_relay_is_alone(self):
        """Refuse that a relay address is an address of another company as well.

        A relay domain is no company's own: the first one to choose a name has it.
        """
        addresses = self.sudo().with_context(active_test=False)
        for address in self.filtered("email_normalized"):
            others = addresses.search(
                [
                    ("email_normalized", "=", address.email_normalized),
                    ("company_id", "!=", address.company_id.id),
                ]
            )
            if RelayMode.key in others.mapped("mode") or (
                others and address.mode == RelayMode.key
            ):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "E-mail: %(email)s is taken by another company. Choose another "
                        "name before the @.",
                        email=address.email,
                    ),
                    guide="relay",
                )
