# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..tools.dns_host import find_host
from ..tools.domain_name import DomainName, registered_name
from ..tools.record_form import FormStyle


class MailSenderDomain(models.Model):
    """Who keeps the DNS records of a sending domain, and how records are typed there.

    Only checks ask for the name servers; all else follows from what they stored.
    """

    _inherit = "mail.sender.domain"

    dns_zone = fields.Char(
        string="DNS Zone",
        readonly=True,
        copy=False,
        help="The domain whose name servers hold the records.",
    )
    dns_servers = fields.Text(
        string="Name Servers", readonly=True, copy=False, help="One a line."
    )
    dns_host = fields.Char(
        string="DNS Host",
        compute="_compute_dns_host",
        help="Who runs the name servers, if it is somebody well known.",
    )
    dns_panel = fields.Char(
        string="Control Panel",
        compute="_compute_dns_host",
        help="Where the DNS host lets its customers change records.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"dns_zone", "dns_servers"}

    @api.depends("dns_servers")
    def _compute_dns_host(self):
        for domain in self:
            host = domain._find_dns_host()
            domain.dns_host = host and host.name
            domain.dns_panel = host and host.panel

    def _find_dns_host(self):
        """The company that keeps the records, None if nobody well known does.

        :rtype: ..tools.dns_host.DnsHost
        """
        return find_host((self.dns_servers or "").splitlines())

    def _get_dns_host_name(self):
        """Who keeps the zone; empty when nobody knows."""
        return self.dns_host or ""

    def _get_dns_zone(self):
        """The zone in which the records have to be published.

        :rtype: ..tools.domain_name.DomainName
        """
        self.ensure_one()
        zone = self.dns_zone or registered_name(self.name_ascii, private=False)
        return DomainName.parse(zone)

    def _get_form_style(self):
        """How the DNS host wants records typed in.

        :rtype: ..tools.record_form.FormStyle
        """
        host = self._find_dns_host()
        return host.form if host else FormStyle()

    def _prepare_facts(self, facts):
        vals = super()._prepare_facts(facts)
        if facts.hosting.zone:
            vals["dns_zone"] = facts.hosting.zone.ascii
            vals["dns_servers"] = "\n".join(facts.hosting.name_servers)
        return vals
