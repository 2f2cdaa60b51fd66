# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import ipaddress

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..texts import error_text
from ..tools.domain_name import parse_host
from ..tools.errors import SenderToolError
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
    _inherit = ["mail.sender.policy"]

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
        raise UserError(
            self.env._(
                "The sending platform cannot be deleted. Empty its fields instead."
            )
        )

    def _normalize_hosts(self, vals):
        """Return ``vals`` with each host name checked and in lower-case A-labels.

        :raise ValidationError: naming the field and what to type instead
        """
        vals = dict(vals)
        for name in ("spf_include", "return_path_target", "bounce_host"):
            if not vals.get(name):
                continue
            try:
                vals[name] = parse_host(vals[name])
            except SenderToolError as error:
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(reason)s",
                        field=self._fields[name].get_description(self.env)["string"],
                        reason=error_text(self.env, error),
                    )
                ) from error
        return vals

    @api.constrains("relay_domain_id")
    def _check_relay_domain(self):
        for platform in self:
            domain = platform.relay_domain_id
            if domain.company_id or domain.layout not in (False, "return_path"):
                raise ValidationError(
                    self.env._(
                        "Relay Domain: %(domain)s belongs to a company or is not "
                        "signed. Choose a domain without a company.",
                        domain=domain.name,
                    )
                )

    @api.constrains("mail_server_id")
    def _check_mail_server(self):
        for platform in self:
            server = platform.mail_server_id
            if server.sender_company_id or server.owner_user_id:
                raise ValidationError(
                    self.env._(
                        "Outgoing Server: %(server)s belongs to one company or user. "
                        "Choose a server that everybody may use.",
                        server=server.name,
                    )
                )

    @api.constrains("spf_addresses")
    def _check_spf_addresses(self):
        for platform in self:
            try:
                platform._get_networks()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Server Addresses: %(text)s holds something that is no IP "
                        "address or network. Type for example 192.0.2.10, "
                        "2001:db8::/32.",
                        text=platform.spf_addresses,
                    )
                ) from error

    def _get_networks(self):
        """The server's addresses as a tuple of networks in text: ``192.0.2.10/32``.

        :raise ValueError: when one of them is not a network
        """
        self.ensure_one()
        parts = (self.spf_addresses or "").replace(",", " ").split()
        return tuple(str(ipaddress.ip_network(part, strict=False)) for part in parts)
