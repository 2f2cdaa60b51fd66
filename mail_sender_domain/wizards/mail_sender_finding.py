# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

#: From when on an address that nothing leaves from is worth a look.
from ..guide_errors import guided_error

UNUSED_AFTER = timedelta(days=180)


class MailSenderFinding(models.TransientModel):
    """Who sends as what, where somebody should have a look.

    The list is made when it is opened.
    """

    _name = "mail.sender.finding"
    _description = "Senders To Look At"
    _order = "kind, id"

    kind = fields.Selection(
        [
            ("unproven", "Not proven"),
            ("blocked", "Blocked"),
            ("left", "User left"),
            ("template", "From of a template passed over"),
            ("rule", "Rule without effect"),
            ("unused", "Long unused"),
        ],
        required=True,
    )
    company_id = fields.Many2one("res.company")
    text = fields.Char(string="What Is the Matter", required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    may_make_rule = fields.Boolean()

    @api.model
    def action_open(self):
        """Make the list for the companies at work and open it."""
        self.search([("create_uid", "=", self.env.uid)]).unlink()
        self.create(self._prepare_findings())
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "mail_sender_domain.mail_sender_finding_action"
            ),
            "domain": [("create_uid", "=", self.env.uid)],
        }

    @api.model
    def _prepare_findings(self):
        """What there is to look at: a list of values."""
        return [
            *self._prepare_addresses(),
            *self._prepare_rules(),
            *self._prepare_templates(),
        ]

    @api.model
    def _prepare_finding(self, kind, record, text, company, **vals):
        return {
            "kind": kind,
            "res_model": record._name,
            "res_id": record.id,
            "text": text,
            "company_id": company.id,
            **vals,
        }

    @api.model
    def _prepare_addresses(self):
        """Addresses that cannot send, whose user left, or that nothing leaves from."""
        addresses = self.env["mail.sender.address"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        last_used = self._get_last_used(addresses)
        old = fields.Datetime.now() - UNUSED_AFTER
        for address in addresses:
            user = address.sudo().user_id
            if user and not user.active:
                yield self._prepare_finding(
                    "left",
                    address,
                    self.env._(
                        "%(user)s left; archive %(address)s.",
                        user=user.name,
                        address=address.email,
                    ),
                    address.company_id,
                )
            elif not self._has_picker(address):
                yield self._prepare_finding(
                    "left",
                    address,
                    self.env._(
                        "Nobody who may choose %(address)s works here any more; choose "
                        "others, or archive it.",
                        address=address.email,
                    ),
                    address.company_id,
                )
            elif address.state != "ready":
                kind = "blocked" if address.state == "blocked" else "unproven"
                text = f"{address.email}: {address.state_reason or ''}"
                yield self._prepare_finding(kind, address, text, address.company_id)
            elif address.create_date < old and last_used.get(address.id, old) <= old:
                yield self._prepare_finding(
                    "unused",
                    address,
                    self.env._(
                        "Nothing left from %(address)s for half a year; archive it if "
                        "nobody needs it.",
                        address=address.email,
                    ),
                    address.company_id,
                )

    @api.model
    def _has_picker(self, address):
        """Whether one of those who may choose an address still works here."""
        address = address.sudo()
        users, groups = address.picker_user_ids, address.picker_group_ids
        if not (users or groups):
            return True
        return any((users | groups.all_user_ids).mapped("active"))

    @api.model
    def _get_last_used(self, addresses):
        """Map ids of addresses to when mail left from them the last time."""
        groups = self.env["mail.sender.log"]._read_group(
            [("sender_address_id", "in", addresses.ids)],
            ["sender_address_id"],
            ["create_date:max"],
        )
        return {address.id: last for address, last in groups}

    @api.model
    def _prepare_rules(self):
        """Rules that name nobody who still works here, or an archived address."""
        rules = self.env["mail.sender.rule"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        for rule in rules:
            users = rule.sudo().with_context(active_test=False).user_ids
            if users and not users.filtered("active"):
                text = self.env._(
                    "“%(rule)s” names only users who left; archive it.", rule=rule.name
                )
                yield self._prepare_finding("left", rule, text, rule.company_id)
            elif code := rule.sudo().sender_address_id._get_skip_code():
                reason = self.env["mail.sender.log"]._get_skip_sentence(
                    rule.sender_address_id.id, code
                )
                text = self.env._(
                    "“%(rule)s” is passed over. %(reason)s",
                    rule=rule.name,
                    reason=reason,
                )
                yield self._prepare_finding("rule", rule, text, rule.company_id)

    @api.model
    def _prepare_templates(self):
        """Templates that name a From which no sender address of a company has.

        What is said of a company holds for its branches, so it is not repeated.
        """
        companies = self.env.companies
        for company in companies:
            told = (company.parent_ids - company) & companies
            known = set().union(*(self._get_passed_over(parent) for parent in told))
            for template in self._get_passed_over(company):
                if template in known:
                    continue
                text = self.env._(
                    "“%(template)s” names %(email)s, which is no proven sender address "
                    "of %(company)s. It leaves from another one.",
                    template=template.name,
                    email=template.email_from,
                    company=company.name,
                )
                yield self._prepare_finding(
                    "template", template, text, company, may_make_rule=True
                )

    @api.model
    def _get_passed_over(self, company):
        """The templates whose From is passed over in mail of a company.

        :return: ``mail.template`` records, in superuser mode
        """
        templates = self.env["mail.template"].sudo()
        resolver = self.env["mail.sender.resolver"]
        senders = resolver._get_company_senders().get(company.id)
        if not senders:
            return templates
        known = {
            facts.email
            for facts in resolver._get_address_facts().values()
            if not facts.skip_code and facts.company_ids.intersection(senders.lineage)
        }
        ruled = {
            id_
            for rule in senders.rules
            if not (rule.user_ids or rule.models)
            for id_ in rule.template_ids
        }
        return templates.browse(
            id_
            for id_, email in resolver._get_literal_senders().items()
            if email not in known and id_ not in ruled
        )

    # -------------------------------------------------------------- actions

    def action_look(self):
        """Open the record in question."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_make_rule(self):
        """Open a new rule for the template, with the address that it names if any.

        :raise UserError: for anything but a template
        """
        self.ensure_one()
        if self.res_model != "mail.template":
            raise guided_error(
                UserError,
                self.env._("Only a mail template's From can become a rule."),
                guide="rules",
            )
        template = self.env["mail.template"].sudo().browse(self.res_id)
        address = self.env["mail.sender.address"].search(
            Domain("email_normalized", "=", email_normalize(template.email_from))
            & Domain("company_id", "=", self.company_id.id),
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.sender.rule",
            "view_mode": "form",
            "context": {
                "default_company_id": self.company_id.id,
                "default_template_ids": [Command.set(template.ids)],
                "default_sender_address_id": address.id,
            },
        }
