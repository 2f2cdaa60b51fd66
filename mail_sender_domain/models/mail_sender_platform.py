# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import ipaddress

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import config

from ..guide_errors import guided_error
from ..tools.domain_name import DomainName, parse_host
from ..tools.errors import SenderToolError
from ..tools.expected_records import (
    DomainSetup,
    PlatformNetwork,
    ReturnPathKind,
    build_records,
)
from .mail_sender_policy import POLICY_DEFAULTS

#: What the expected records of all domains follow from.
NETWORK_FIELDS = {
    "mail_server_id",
    "spf_include",
    "spf_addresses",
    "return_path_target",
    "bounce_host",
}


class MailSenderPlatform(models.Model):
    """What this database itself can send with; there is exactly one, of no company."""

    _name = "mail.sender.platform"
    _description = "Mail Sending Platform"
    _inherit = ["mail.sender.policy", "mail.sender.input"]

    _only_one = models.UniqueIndex("((TRUE))", "There is already a sending platform.")

    mail_server_id = fields.Many2one(
        "ir.mail_server",
        string="Outgoing Server",
        domain=[("sender_company_id", "=", False), ("owner_user_id", "=", False)],
        ondelete="restrict",
        help="The server through which mail from the companies' own domains leaves. "
        "Empty: the server that Odoo finds by itself, for example that of odoo.conf.",
    )
    spf_include = fields.Char(
        string="SPF Include",
        help="Domain whose SPF record authorises the outgoing server, as its provider "
        "publishes it, for example spf.provider.example.",
    )
    spf_addresses = fields.Char(
        string="Server Addresses",
        help="IP addresses or networks from which the outgoing server delivers, "
        "separated by commas. Needed when there is no SPF include.",
    )
    return_path_target = fields.Char(
        string="Return-Path Target",
        help="Host that the return path of each domain points to by a CNAME record. "
        "It carries the MX and SPF records for all of them.",
    )
    bounce_host = fields.Char(
        help="Mail exchanger that receives bounces. Used for the MX record of a return "
        "path when there is no return-path target.",
    )

    relay_domain_id = fields.Many2one(
        "mail.sender.domain",
        domain=[("company_id", "=", False), ("layout", "=", "return_path")],
        ondelete="restrict",
        help="Domain of the platform below which each company can have an address with "
        "nothing to set up.",
    )
    log_days = fields.Integer(
        string="Keep the Sending Log (Days)",
        default=365,
        help="After how many days lines of the sending log are deleted. 0: never.",
    )
    receives_relay_mail = fields.Boolean(
        string="Receives Mail for the Relay Domain",
        help="Mail to the relay domain comes to this Odoo: what is sent to the relay "
        "address of a company is forwarded to its reply address.",
    )

    gaps = fields.Text(
        string="What Is Missing",
        compute="_compute_gaps",
        help="What has to be filled in before companies can send through the platform.",
    )
    found_server = fields.Char(
        compute="_compute_found_server",
        help="The server that Odoo sends through by itself.",
    )
    is_server_offered = fields.Boolean(compute="_compute_found_server")

    @api.model
    def _get_platform(self):
        """Return the platform record, in superuser mode."""
        platform_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "mail_sender_domain.platform", raise_if_not_found=True
        )
        return self.sudo().browse(platform_id)

    @api.depends("mail_server_id")
    def _compute_display_name(self):
        for platform in self:
            platform.display_name = self.env._("Sending Platform")

    # ------------------------------------------------------------- first set-up

    @api.depends(*sorted(NETWORK_FIELDS))
    @api.depends_context("lang")
    def _compute_gaps(self):
        texts = {
            "return_path_host": self.env._(
                "Where bounces go: fill in the Return-Path Target or the Bounce Host."
            ),
            "spf_source": self.env._(
                "Which servers deliver: fill in the SPF Include or the Server "
                "Addresses."
            ),
        }
        for platform in self:
            try:
                gaps = platform._get_gaps()
            except (SenderToolError, ValueError):
                # The constraint on the field explains what is wrong with it.
                gaps = ()
            platform.gaps = "\n".join(texts[gap] for gap in gaps)

    @api.depends("mail_server_id")
    def _compute_found_server(self):
        server = self._find_server()
        host = config["smtp_server"]
        for platform in self:
            platform.is_server_offered = not platform.mail_server_id and bool(server)
            platform.found_server = (
                f"{server.name} ({server.smtp_host})"
                if server
                else f"{host}:{config['smtp_port']}"
            )

    @api.model
    def _find_server(self):
        """The outgoing server that Odoo would take by itself; empty: odoo.conf's."""
        servers = self.env["ir.mail_server"].sudo()
        return servers.search(servers._find_mail_server_allowed_domain(), limit=1)

    def action_use_found_server(self):
        """Let the companies' own domains send through the server that Odoo has."""
        self.ensure_one()
        self.check_access("write")
        self.mail_server_id = self._find_server()
        return True

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize_hosts(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._normalize_hosts(vals))
        domains = self.env["mail.sender.domain"].sudo().search(Domain.TRUE)
        if NETWORK_FIELDS & vals.keys():
            domains._sync_records()
        if {"relay_domain_id", *POLICY_DEFAULTS} & vals.keys():
            self.env.registry.clear_cache()
            self.env["mail.sender.address"].sudo().search(Domain.TRUE)._refresh_roads()
        if vals.get("sender_own_addresses") == "yes":
            companies = self.env["res.company"].sudo().search(Domain.TRUE)
            self.env["mail.sender.address"]._make_own_of_companies(companies)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise guided_error(
            UserError,
            self.env._(
                "The sending platform cannot be deleted. Empty its fields instead."
            ),
            guide="platform",
        )

    def _normalize_hosts(self, vals):
        """Return ``vals`` with each host name checked and in lower-case A-labels.

        :raise ValidationError: naming the field and what to type instead
        """
        vals = dict(vals)
        for name in ("spf_include", "return_path_target", "bounce_host"):
            if vals.get(name):
                vals[name] = self._parse_host(name, vals[name])
        return vals

    def _parse_host(self, field, text):
        """Return a host name in lower-case A-labels.

        :param field: name of the field that it was typed into
        :raise ValidationError: naming the field and what to type instead
        """
        try:
            return parse_host(text)
        except SenderToolError as error:
            raise self._prepare_field_error(field, error, "platform") from error

    @api.constrains("relay_domain_id")
    def _check_relay_domain(self):
        for platform in self:
            domain = platform.relay_domain_id
            if domain.company_id or domain.layout not in (False, "return_path"):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Relay Domain: %(domain)s belongs to a company or is not "
                        "signed. Choose a domain without a company.",
                        domain=domain.name,
                    ),
                    guide="platform",
                )

    @api.constrains("mail_server_id")
    def _check_mail_server(self):
        for platform in self:
            server = platform.mail_server_id
            if server.sender_company_id or server.owner_user_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Outgoing Server: %(server)s belongs to one company or user. "
                        "Choose a server that everybody may use.",
                        server=server.name,
                    ),
                    guide="platform",
                )

    @api.constrains("spf_addresses")
    def _check_spf_addresses(self):
        for platform in self:
            try:
                platform._get_networks()
            except ValueError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Server Addresses: %(text)s holds something that is no IP "
                        "address or network. Type for example 192.0.2.10, "
                        "2001:db8::/32.",
                        text=platform.spf_addresses,
                    ),
                    guide="platform",
                ) from error

    def _prepare_network(self):
        """Facts of the server that companies' mail leaves through.

        :rtype: ..tools.expected_records.PlatformNetwork
        """
        self.ensure_one()
        target = self.return_path_target
        return PlatformNetwork(
            spf_include=self.spf_include or "",
            addresses=self._get_networks(),
            return_path_kind=ReturnPathKind.CNAME if target else ReturnPathKind.MX,
            return_path_host=target or self.bounce_host or "",
        )

    def _get_gaps(self):
        """What is missing before an own domain can be proven.

        :return: keys of ``texts.PLATFORM_GAP_TEXTS``
        """
        setup = DomainSetup(
            domain=DomainName.parse("example.com"),
            ownership_token="",
            dkim_keys=(),
            platform=self._prepare_network(),
        )
        return build_records(setup).missing

    def _get_networks(self):
        """The server's addresses as a tuple of networks in text: ``192.0.2.10/32``.

        :raise ValueError: when one of them is not a network
        """
        self.ensure_one()
        parts = (self.spf_addresses or "").replace(",", " ").split()
        return tuple(str(ipaddress.ip_network(part, strict=False)) for part in parts)
