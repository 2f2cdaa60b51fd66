# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize

from .choosing import AddressFacts, Candidate, CompanySenders, RuleFacts, SenderRequest
from .mail_sender_policy import POLICY_DEFAULTS


class MailSenderResolver(models.AbstractModel):
    """What choosing has to know, kept until it changes: no mail costs a search."""

    _inherit = "mail.sender.resolver"

    @api.model
    def _is_configured(self):
        """Whether any company has a default sender; costs no query once known."""
        return bool(self._get_company_senders())

    @api.model
    @tools.ormcache()
    def _is_in_use(self):
        """Whether mail may have been dressed: there is a sender address at all."""
        addresses = self.env["mail.sender.address"].sudo()
        return bool(addresses.with_context(active_test=False).search([], limit=1))

    @api.model
    @tools.ormcache()
    def _get_company_senders(self):
        """Map company ids to their :class:`.choosing.CompanySenders`.

        Companies without a default sender, own or inherited, are left out: for them
        nothing changes. Archived and never proven addresses do not count.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        if not companies.search([("sender_address_id", "!=", False)], limit=1):
            return {}
        addresses = self._get_address_facts()
        platform = self.env["mail.sender.platform"]._get_platform()
        rules = self._get_rules()
        senders = {}
        for company in companies.search(Domain.TRUE):
            # parent_ids names the root first and the company itself last.
            lineage = company.parent_ids[::-1]
            known = CompanySenders(
                lineage=tuple(lineage.ids),
                defaults=tuple(lineage.sender_address_id.ids),
                automatics=tuple(lineage.sender_automatic_id.ids),
                systems=tuple(lineage.sender_system_id.ids),
                rules=tuple(rule for id_ in lineage.ids for rule in rules.get(id_, ())),
                policies=self._get_policies([*lineage, platform]),
                reply_to=next(filter(None, lineage.mapped("sender_reply_to")), ""),
            )
            request = SenderRequest(company.id)
            if any(
                not self._get_skip_code(Candidate(id_, ""), request, known, addresses)
                for id_ in known.defaults
            ):
                senders[company.id] = known
        return senders

    @api.model
    def _get_rules(self):
        """Map company ids to the facts of their own rules, in order."""
        rules = {}
        for rule in self.env["mail.sender.rule"].sudo().search(Domain.TRUE):
            rules.setdefault(rule.company_id.id, []).append(
                RuleFacts(
                    id=rule.id,
                    kind=rule.kind,
                    address_id=rule.sender_address_id.id,
                    user_ids=frozenset(rule.user_ids.ids),
                    models=frozenset(rule.model_ids.mapped("model")),
                    template_ids=frozenset(rule.template_ids.ids),
                    filter=repr(rule._get_filter()) if rule._get_filter() else "",
                )
            )
        return rules

    @api.model
    def _get_policies(self, records):
        """The policies in force: the first choice in ``records``, else the default.

        :param records: singletons with the fields of ``mail.sender.policy``
        """
        return {
            name: next(filter(None, (record[name] for record in records)), default)
            for name, default in POLICY_DEFAULTS.items()
        }

    @api.model
    @tools.ormcache()
    def _get_address_facts(self):
        """Map the id of each sender address to its :class:`.choosing.AddressFacts`."""
        addresses = self.env["mail.sender.address"].sudo()
        return {
            address.id: AddressFacts(
                company_ids=frozenset(
                    (address.company_id | address.shared_company_ids).ids
                ),
                skip_code=address._get_skip_code(),
                email=address.email_normalized or "",
                user_id=address.user_id.id or 0,
                picker_user_ids=frozenset(address.picker_user_ids.ids),
                picker_group_ids=frozenset(address.picker_group_ids.ids),
            )
            for address in addresses.with_context(active_test=False).search(Domain.TRUE)
        }

    @api.model
    @tools.ormcache()
    def _get_literal_senders(self):
        """Map ids of mail templates to the e-mail that they name literally as From.

        Expressions are no choice of a sender: every template of Odoo has one.
        """
        templates = self.env["mail.template"].sudo().with_context(active_test=False)
        return {
            template.id: email
            for template in templates.search([("email_from", "not like", "{{")])
            if (email := email_normalize(template.email_from or ""))
        }

    @api.model
    @tools.ormcache()
    def _get_template_ids(self):
        """The ids of all mail templates."""
        templates = self.env["mail.template"].sudo().with_context(active_test=False)
        return frozenset(templates.search(Domain.TRUE).ids)
