# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models

from .choosing import SENDER_CONTEXT

#: The template of login codes, in an addon that need not be installed.
LOGIN_CODE_TEMPLATE = "auth_totp_mail.mail_template_totp_mail_code"


class MailTemplate(models.Model):
    _inherit = "mail.template"

    sender_address_id = fields.Many2one(
        "mail.sender.address",
        string="Leaves From",
        compute="_compute_sender_address_id",
        inverse="_inverse_sender_address_id",
        compute_sudo=True,
        help="The sender address of mail made from this template, in the current "
        "company. It is a sender rule. Empty: the other rules decide.",
    )

    @api.depends_context("company")
    def _compute_sender_address_id(self):
        rules = self.env["mail.sender.rule"]._get_simple_rules(
            "template_ids", self, self.env.company
        )
        for template in self:
            template.sender_address_id = (
                rules[template.id].sender_address_id if template.id in rules else False
            )

    def _inverse_sender_address_id(self):
        for template in self:
            self.env["mail.sender.rule"]._set_simple_rule(
                "template_ids",
                template,
                self.env.company,
                template.sender_address_id,
            )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        self.env.registry.clear_cache()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if "email_from" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env["mail.sender.rule"]._unlink_with("template_ids", self)
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _get_login_code_id(self):
        """The id of the template of login codes; False without their addon."""
        data = self.env["ir.model.data"]
        return data._xmlid_to_res_id(LOGIN_CODE_TEMPLATE, raise_if_not_found=False)

    def send_mail_batch(self, res_ids, **kwargs):
        """Tell choosing which template the mails are made from."""
        resolver = self.env["mail.sender.resolver"]
        if not resolver._is_configured():
            return super().send_mail_batch(res_ids, **kwargs)
        context = replace(resolver._get_sender_context(), template_id=self.id)
        if self.id == self._get_login_code_id():
            context = replace(context, system_kind="code")
        template = self.with_context(**{SENDER_CONTEXT: context})
        return (
            super(MailTemplate, template)
            .send_mail_batch(res_ids, **kwargs)
            .with_env(self.env)
        )
