# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.fields import Domain

from ..modes import OwnDomainMode


class MailSenderAddress(models.Model):
    """The own addresses of users, for companies whose users send from these."""

    _inherit = "mail.sender.address"

    @api.model
    def _make_own(self, users):
        """Give users a sender address with their e-mail, where its domain proves it.

        Only what managers do makes one: a user may change the own e-mail to that of a
        colleague, and must not send from it.

        :param users: ``res.users``; portal users and those without e-mail are left out
        :return: the new addresses
        """
        users = users.sudo().filtered(
            lambda user: user.active and user._is_internal() and user.email_normalized
        )
        names = {user.email_normalized.rpartition("@")[2] for user in users}
        domains = self.env["mail.sender.domain"].sudo()
        domains = domains.search([("address_domain", "in", list(names))])
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("email_normalized", "in", users.mapped("email_normalized"))])
            .mapped("email_normalized")
        )
        vals_list = []
        for user in users:
            domain = domains.filtered(
                lambda domain, user=user: domain.address_domain
                == user.email_normalized.rpartition("@")[2]
                and domain._is_usable_by(user.company_id)
                and not domain._needs_confirmation()
            )[:1]
            if (
                domain
                and user.email_normalized not in taken
                and self._sends_own(user.company_id)
            ):
                vals_list.append(self._prepare_own(user, domain))
        return self.sudo().create(vals_list)

    @api.model
    def _prepare_own(self, user, domain):
        """Values of the own address of a user.

        :param domain: the ``mail.sender.domain`` that proves it
        """
        others = user.company_ids - user.company_id
        return {
            "name": user.name,
            "email": user.email_normalized,
            "company_id": user.company_id.id,
            "shared_company_ids": others.filtered(domain._is_usable_by).ids,
            "mode": OwnDomainMode.key,
            "user_id": user.id,
        }

    @api.model
    def _sends_own(self, company):
        """Whether users of a company send from their own addresses."""
        platform = self.env["mail.sender.platform"]._get_platform()
        lineage = company.sudo().parent_ids[::-1]
        policies = self.env["mail.sender.resolver"]._get_policies([*lineage, platform])
        return policies["sender_own_addresses"] == "yes"

    @api.model
    def _make_own_of_companies(self, companies):
        """Give all users of some companies and their branches their own addresses."""
        companies = companies.sudo().search([("id", "child_of", companies.ids)])
        companies = companies.filtered(self._sends_own)
        if not companies:
            return self.browse()
        users = self.env["res.users"].sudo()
        return self._make_own(
            users.search(
                Domain("company_id", "in", companies.ids) & Domain("share", "=", False)
            )
        )
