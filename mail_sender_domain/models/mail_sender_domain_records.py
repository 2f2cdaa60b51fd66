# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..texts import PLATFORM_GAP_TEXTS
from ..tools.domain_name import DomainName
from ..tools.expected_records import (
    DomainSetup,
    Layout,
    PlatformNetwork,
    ReturnPathKind,
    build_records,
)
from .changes import write_changes


class MailSenderDomain(models.Model):
    """The DNS records that a sending domain needs, from the one builder."""

    _inherit = "mail.sender.domain"

    record_ids = fields.One2many(
        "mail.sender.dns.record", "domain_id", string="DNS Records", readonly=True
    )
    key_ids = fields.One2many("mail.sender.dkim.key", "domain_id", string="DKIM Keys")
    platform_reason = fields.Text(
        compute="_compute_platform_reason",
        compute_sudo=True,
        help="What the system administrator has to complete first.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"record_ids"}

    @api.depends("record_ids")
    def _compute_platform_reason(self):
        for domain in self:
            gaps = (
                build_records(domain._prepare_setup()).missing
                if domain.name_ascii
                else ()
            )
            domain.platform_reason = "\n".join(
                self.env._(PLATFORM_GAP_TEXTS[gap]) for gap in gaps
            )

    def _prepare_network(self):
        """Facts of the server that this domain's mail leaves through.

        :rtype: ..tools.expected_records.PlatformNetwork
        """
        self.ensure_one()
        platform = self.env["mail.sender.platform"]._get_platform()
        own_server = self.sudo().mail_server_id
        if not own_server:
            return platform._prepare_network()
        # The platform's return-path target cannot authorise a company's own server.
        return PlatformNetwork(
            spf_include=own_server.sender_spf_include or "",
            return_path_kind=ReturnPathKind.MX,
            return_path_host=platform.bounce_host or "",
        )

    def _prepare_setup(self):
        """What the expected records follow from.

        :rtype: ..tools.expected_records.DomainSetup
        """
        self.ensure_one()
        return DomainSetup(
            domain=DomainName.parse(self.name_ascii),
            ownership_token=self.ownership_token,
            dkim_keys=self._prepare_dkim_keys(),
            platform=self._prepare_network(),
            return_path_label=self.return_path_label,
            apex_spf=tuple((self.found_spf or "").splitlines()),
            propose_dmarc=self.propose_dmarc,
            layout=Layout(self.layout),
        )

    def _get_stored_records(self):
        """Map the key of each expected record to the line that stores it."""
        self.ensure_one()
        return {(line.purpose, line.host, line.type): line for line in self.record_ids}

    def _sync_records(self):
        """Bring the stored records in line with what is expected now.

        A record whose value changed is no longer known to be right.
        """
        for domain in self:
            if not domain.name_ascii:
                continue
            has_news = False
            stored = domain._get_stored_records()
            expected = build_records(domain._prepare_setup()).records
            for sequence, record in enumerate(expected):
                line = stored.pop(record.key, None)
                vals = {
                    "sequence": sequence,
                    "value": record.value,
                    "requirement": record.requirement,
                }
                has_news |= not line or line.value != record.value
                if not line:
                    self.env["mail.sender.dns.record"].create(
                        {
                            **vals,
                            "domain_id": domain.id,
                            "purpose": record.purpose,
                            "host": record.host,
                            "type": record.type,
                        }
                    )
                    continue
                if line.value != record.value:
                    line._forget_check()
                write_changes(line, vals)
            for line in stored.values():
                line.unlink()
            if has_news:
                domain._wait_anew()
