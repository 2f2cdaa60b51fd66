# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.domain_connect import HostQuestion, Settings
from ..tools.domain_connect_apply import apply_url, fill_template
from ..tools.domain_name import DomainName
from ..tools.errors import SenderToolError
from ..tools.https_fetch import HttpsFetcher


class MailSenderDomain(models.Model):
    """Publishing all records of a domain at one click, where its DNS host can.

    Whether it can is asked while the domain is checked; everything else follows from
    what was answered then.
    """

    _inherit = "mail.sender.domain"

    domain_connect_settings = fields.Json(
        readonly=True,
        copy=False,
        help="What the DNS host said about itself; empty when it does not know the "
        "template of the platform.",
    )
    domain_connect_host = fields.Char(
        compute="_compute_domain_connect_host",
        compute_sudo=True,
        help="Who publishes the records at one click; empty: nobody.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"domain_connect_settings"}

    @api.depends("domain_connect_settings")
    def _compute_domain_connect_host(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        has_template = bool(platform._get_domain_connect_template())
        for domain in self:
            settings = domain.domain_connect_settings or {}
            domain.domain_connect_host = has_template and settings.get("name")

    @api.model
    def _get_fetch(self):
        """What gets the web addresses that a DNS host names.

        :rtype: ..tools.domain_connect.Fetch
        """
        return HttpsFetcher()

    @api.model
    def _get_host_question(self):
        """What a check asks DNS hosts, None when there is no template.

        :rtype: ..tools.domain_connect.HostQuestion
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        template = platform._get_domain_connect_template()
        return template and HostQuestion(template, self._get_fetch())

    def _prepare_facts(self, facts):
        vals = super()._prepare_facts(facts)
        if facts.offer:
            settings = facts.offer.settings
            vals["domain_connect_settings"] = asdict(settings) if settings else False
        return vals

    def _get_domain_connect_url(self):
        """The signed link that lets the DNS host publish the records.

        :return: an empty text where it cannot
        :raise DomainConnectError: the key of the platform cannot be used
        """
        self.ensure_one()
        if not self.domain_connect_host:
            return ""
        platform = self.env["mail.sender.platform"]._get_platform()
        filling = fill_template(
            [record for record, _line in self._get_expected_lines()],
            DomainName.parse(self.name_ascii),
            self._get_dns_zone(),
        )
        return apply_url(
            Settings(**self.domain_connect_settings),
            platform._get_domain_connect_template(),
            filling,
            platform._get_domain_connect_signer(),
        )

    def action_domain_connect(self):
        """Go to the DNS host, which asks whether it shall publish the records."""
        self.ensure_one()
        self.check_access("write")
        try:
            url = self.sudo()._get_domain_connect_url()
        except SenderToolError as error:
            raise guided_error(
                UserError, error_text(self.env, error), guide="hand-over"
            ) from error
        if not url:
            raise guided_error(
                UserError,
                self.env._(
                    "The DNS host of %(domain)s cannot publish the records by itself. "
                    "Hand them over instead.",
                    domain=self.name,
                ),
                guide="hand-over",
            )
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
