# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models

from ..texts import error_text
from ..tools.errors import SpfMergeError
from ..tools.spf_merge import SpfPlan


class MailSenderDomain(models.Model):
    """What the SPF record of a sending domain is to become, as the last check saw it.

    Whether an include fits into it depends on records of others, so it is found out by
    checks and remembered.
    """

    _inherit = "mail.sender.domain"

    spf_include = fields.Char(
        readonly=True, copy=False, help="The include that was planned for."
    )
    spf_value = fields.Text(readonly=True, copy=False)
    spf_error_code = fields.Char(readonly=True, copy=False)
    spf_error_params = fields.Json(readonly=True, copy=False)
    spf_problem = fields.Text(compute="_compute_spf_problem")

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "spf_include",
            "spf_value",
            "spf_error_code",
            "spf_error_params",
        }

    @api.depends("spf_error_code", "spf_error_params")
    @api.depends_context("lang")
    def _compute_spf_problem(self):
        for domain in self:
            error = domain._get_spf_plan().error
            domain.spf_problem = error and error_text(self.env, error)

    def _get_spf_plan(self):
        """What the last check planned.

        :rtype: ..tools.spf_merge.SpfPlan
        """
        self.ensure_one()
        if not self.spf_error_code:
            return SpfPlan(self.spf_value or "")
        params = self.spf_error_params or {}
        return SpfPlan(error=SpfMergeError(self.spf_error_code, **params))

    def _prepare_setup(self):
        setup = super()._prepare_setup()
        if not self.spf_include or self.spf_include != setup.platform.spf_include:
            return setup
        return replace(setup, spf_plan=self._get_spf_plan())

    def _prepare_facts(self, facts):
        vals = super()._prepare_facts(facts)
        if plan := facts.spf_plan:
            vals.update(
                spf_include=self._prepare_network().spf_include,
                spf_value=plan.value,
                spf_error_code=plan.error.code if plan.error else False,
                spf_error_params=plan.error and dict(plan.error.params),
            )
        return vals
