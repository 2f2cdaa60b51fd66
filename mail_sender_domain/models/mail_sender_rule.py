# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from ast import literal_eval

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..guide_errors import guided_error


class MailSenderRule(models.Model):
    """Conditions under which mail leaves from a certain sender address.

    All conditions that a rule names have to hold. Its kind follows from them: a rule
    that names mail templates comes before those that only name document types, and
    these before those that only name users. Within a kind the first match wins.

    Users and templates count as conditions also when they are archived: a rule for
    somebody who left is none for everybody.
    """

    _name = "mail.sender.rule"
    _description = "Sender Rule"
    _inherit = ["mail.sender.input"]
    _order = "company_id, kind, sequence, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Mail of this company, and of its branches without a rule that fits.",
    )
    kind = fields.Selection(
        [
            ("1_template", "1. Mail templates"),
            ("2_document", "2. Document types"),
            ("3_user", "3. Users"),
        ],
        compute="_compute_kind",
        store=True,
        help="Rules for templates come first, then those for documents, then those for "
        "users.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Users",
        context={"active_test": False},
        domain="[('share', '=', False)]",
        help="Who presses Send. Empty: anybody.",
    )
    model_ids = fields.Many2many(
        "ir.model",
        string="Document Types",
        domain="[('transient', '=', False), ('is_mail_thread', '=', True)]",
        help="What the mail is about: invoices are journal entries, quotations are "
        "sales orders. Empty: anything.",
    )
    filter_model = fields.Char(compute="_compute_filter_model")
    filter_domain = fields.Char(
        string="Filter",
        help="Which of these documents, for example those of one journal. Can be set "
        "when there is one document type.",
    )
    template_ids = fields.Many2many(
        "mail.template",
        string="Mail Templates",
        context={"active_test": False},
        help="The template that the mail is made from. Empty: any, or none.",
    )
    sender_address_id = fields.Many2one(
        "mail.sender.address",
        string="Leaves From",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('company_id', 'parent_of', company_id)]",
    )
    address_state = fields.Selection(related="sender_address_id.state", string="Status")

    # ------------------------------------------------------------- computes

    @api.depends("template_ids", "model_ids", "user_ids")
    def _compute_kind(self):
        for rule in self:
            if rule.template_ids:
                rule.kind = "1_template"
            else:
                rule.kind = "2_document" if rule.model_ids else "3_user"

    @api.depends("model_ids")
    def _compute_filter_model(self):
        for rule in self:
            models_ = rule.sudo().model_ids
            rule.filter_model = models_.model if len(models_) == 1 else False

    @api.depends(
        "user_ids", "model_ids", "template_ids", "filter_domain", "sender_address_id"
    )
    @api.depends_context("lang")
    def _compute_name(self):
        for rule in self:
            rule = rule.sudo()
            conditions = [
                ", ".join(records.mapped("display_name"))
                for records in (rule.template_ids, rule.model_ids, rule.user_ids)
                if records
            ]
            if (rule.filter_domain or "[]").strip() != "[]":
                conditions.append(self.env._("with a filter"))
            rule.name = bool(conditions) and self.env._(
                "%(conditions)s → %(address)s",
                conditions=" · ".join(conditions),
                address=rule.sender_address_id.email or "",
            )

    # ---------------------------------------------------------- constraints

    @api.constrains("user_ids", "model_ids", "template_ids")
    def _check_conditions(self):
        for rule in self.sudo():
            if not (rule.user_ids or rule.model_ids or rule.template_ids):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "A rule needs a condition: choose users, document types or "
                        "mail templates. For all mail, set the default sender of the "
                        "company."
                    ),
                    guide="rules",
                )

    @api.constrains("sender_address_id", "company_id")
    def _check_sender_address(self):
        for rule in self:
            address = rule.sudo().sender_address_id
            if not address._is_usable_by(rule.company_id):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Leaves From: %(address)s belongs to another company. Choose a "
                        "sender address of %(company)s.",
                        address=address.email,
                        company=rule.company_id.display_name,
                    ),
                    guide="rules",
                )

    @api.constrains("filter_domain", "model_ids")
    def _check_filter_domain(self):
        for rule in self.filtered(lambda rule: rule._get_filter()):
            if not rule.filter_model:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Filter: it needs exactly one document type. Choose one, or "
                        "remove the filter."
                    ),
                    guide="rules",
                )
            try:
                documents = self.env[rule.filter_model].sudo()
                documents.search(Domain(rule._get_filter()), limit=1)
            except Exception as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Filter: %(filter)s cannot be applied to %(model)s "
                        "(%(error)s).",
                        filter=rule.filter_domain,
                        model=rule.model_ids.name,
                        error=error,
                    ),
                    guide="rules",
                ) from error

    def _get_filter(self):
        """The filter as a list; empty when there is none.

        :raise ValidationError: when it is no domain
        """
        self.ensure_one()
        try:
            return literal_eval((self.filter_domain or "[]").strip() or "[]")
        except (SyntaxError, ValueError) as error:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Filter: %(filter)s is no list of conditions. Write for example "
                    "[('journal_id.code', '=', 'INV')].",
                    filter=self.filter_domain,
                ),
                guide="rules",
            ) from error

    # ------------------------------------------------------------- shortcuts

    @api.model
    def _get_simple_rules(self, field, records, company):
        """The rules that name one record and nothing else, as shortcuts show them.

        :param field: ``"user_ids"`` or ``"template_ids"``
        :param records: users or templates
        :param company: one ``res.company``
        :return: dictionary of record id -> rule
        """
        others = {"user_ids", "model_ids", "template_ids"} - {field}
        rules = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain(field, "in", records.ids)
            & Domain.AND(Domain(other, "=", False) for other in others)
        )
        # The first rule that fits decides, so the last one written here stays.
        return {rule[field].id: rule for rule in rules[::-1] if len(rule[field]) == 1}

    @api.model
    def _set_simple_rule(self, field, record, company, address):
        """Let mail of one user or template leave from an address, by a rule.

        :param address: the ``mail.sender.address``; empty: remove the rule
        """
        rule = self._get_simple_rules(field, record, company).get(record.id)
        if not address:
            (rule or self.browse()).unlink()
        elif rule:
            rule.sender_address_id = address
        else:
            self.create(
                {
                    field: [Command.set(record.ids)],
                    "company_id": company.id,
                    "sender_address_id": address.id,
                    "sequence": 0,
                }
            )

    # ----------------------------------------------------------- what is gone

    @api.model
    def _unlink_with(self, field, records):
        """Remove the rules that name nothing else than what is about to be deleted.

        With one condition less they would be rules for mail that they are not about.

        :param field: ``"user_ids"``, ``"model_ids"`` or ``"template_ids"``
        :param records: what such a field names
        """
        rules = self.sudo().with_context(active_test=False)
        naming = rules.search([(field, "in", records.ids)])
        naming.filtered(lambda rule: rule[field] <= records).unlink()

    def action_try(self):
        """Open the panel that answers which rule decides, filled in with this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mail_sender_domain.mail_sender_try_action"
        )
        return {
            **action,
            "context": {
                "default_company_id": self.company_id.id,
                "default_user_id": (self.user_ids[:1] or self.env.user).id,
                "default_model_id": self.model_ids[:1].id
                or self.template_ids[:1].model_id.id,
                "default_template_id": self.template_ids[:1].id,
            },
        }

    # ----------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        # Constraints look at fields that are given; this one is about those that lack.
        rules._check_conditions()
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if "company_id" in vals:
            # Record rules look at a record before it changes: nobody gives one away.
            self.check_access("write")
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
