# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..texts import reason_text
from ..tools.domain_state import DomainState, RecordStatus, Standing, roll_up
from ..tools.expected_records import ExpectedRecord, Purpose, Requirement
from ..tools.record_form import fill_form
from .changes import write_changes


class MailSenderDnsRecord(models.Model):
    """One expected DNS record of a sending domain and what was found instead."""

    _name = "mail.sender.dns.record"
    _description = "Expected DNS Record"
    _order = "domain_id, sequence, id"
    _rec_name = "host"

    domain_id = fields.Many2one(
        "mail.sender.domain", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    purpose = fields.Selection(
        [
            ("ownership", "Ownership"),
            ("dkim", "DKIM signature"),
            ("return_path", "Return path"),
            ("return_path_mx", "Return path: bounces"),
            ("return_path_spf", "Return path: SPF"),
            ("dmarc", "DMARC policy"),
            ("spf", "SPF of the domain"),
        ],
        required=True,
    )
    host = fields.Char(required=True, help="Full name of the record.")
    type = fields.Char(required=True)
    value = fields.Text(required=True, help="What the record must say.")
    requirement = fields.Selection(
        [
            ("required", "Required"),
            ("recommended", "Recommended"),
            ("optional", "Optional"),
        ],
        required=True,
    )
    need = fields.Selection(
        selection=lambda self: self._fields["requirement"]._description_selection(
            self.env
        ),
        compute="_compute_need",
        help="The requirement, as long as mail leaves from the domain: answers need "
        "no records.",
    )
    status = fields.Selection(
        [
            ("unchecked", "Not checked"),
            ("ok", "Right"),
            ("missing", "Missing"),
            ("wrong", "Wrong"),
            ("unknown", "No answer"),
        ],
        required=True,
        default="unchecked",
    )
    state = fields.Selection(
        selection=lambda self: self.env["mail.sender.domain"]
        ._fields["state"]
        ._description_selection(self.env),
        required=True,
        default="draft",
        help="As of a domain: a record that was right once has a time of grace.",
    )
    failing_since = fields.Datetime()
    found = fields.Text(help="What the name servers answered.")
    instead = fields.Text(
        help="The value to publish instead of what was found, exact to the letter."
    )
    reason_code = fields.Char()
    reason_params = fields.Json()
    reason = fields.Char(compute="_compute_reason")
    form_host = fields.Char(
        string="Name to Type",
        compute="_compute_form",
        help="What the DNS host wants in the field for the name.",
    )
    form_priority = fields.Char(string="Priority", compute="_compute_form")
    form_value = fields.Text(
        string="Value to Type",
        compute="_compute_form",
        help="What the DNS host wants in the field for the value.",
    )
    ttl = fields.Char(string="TTL", compute="_compute_form", help="In seconds.")

    @api.depends("reason_code", "reason_params")
    @api.depends_context("lang")
    def _compute_reason(self):
        for record in self:
            record.reason = reason_text(
                self.env, record.reason_code, record.reason_params or {}
            )

    @api.depends("requirement", "domain_id.is_for_replies")
    def _compute_need(self):
        for record in self:
            is_free = record.domain_id.is_for_replies
            record.need = "optional" if is_free else record.requirement

    @api.depends(
        "purpose",
        "host",
        "type",
        "value",
        "requirement",
        "instead",
        "domain_id.dns_zone",
        "domain_id.dns_servers",
    )
    def _compute_form(self):
        for record in self:
            form = record._get_form()
            record.form_host = form.host
            record.form_priority = form.priority
            record.form_value = form.value
            record.ttl = str(form.ttl)

    def _get_expected(self):
        """The record to publish, as the tools know it: with the value that mends what
        was found, where there is one.

        :rtype: ..tools.expected_records.ExpectedRecord
        """
        self.ensure_one()
        return ExpectedRecord(
            Purpose(self.purpose),
            self.host,
            self.type,
            self.instead or self.value,
            Requirement(self.requirement),
        )

    def _get_form(self):
        """The record as its DNS host wants it typed in.

        :rtype: ..tools.record_form.RecordForm
        """
        domain = self.domain_id
        return fill_form(
            self._get_expected(), domain._get_dns_zone(), domain._get_form_style()
        )

    def _apply_check(self, result, grace):
        """Store what a check found.

        :param result: a :class:`..tools.record_checks.CheckResult`
        :param grace: how long a record that was right may be missing
        """
        self.ensure_one()
        before = Standing(DomainState(self.state), self.failing_since or None)
        standing = roll_up(before, [result.status], fields.Datetime.now(), grace)
        instead = result.instead
        if result.status is RecordStatus.UNKNOWN:
            # What has to be mended there is as before.
            instead = self.instead
        write_changes(
            self,
            {
                "status": result.status.value,
                "state": standing.state.value,
                "failing_since": standing.failing_since,
                "found": "\n".join(result.found),
                "instead": instead,
                "reason_code": result.code,
                "reason_params": dict(result.params),
            },
        )

    def _forget_check(self):
        """What was found says nothing about a record that is expected otherwise."""
        self.write(
            {
                "status": "unchecked",
                "state": "draft",
                "failing_since": False,
                "found": False,
                "instead": False,
                "reason_code": False,
                "reason_params": False,
            }
        )
