# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..guide_errors import guided_error
from ..notification import notification
from ..texts import error_text
from ..tools.dns_update import DEFAULT_TTL, Change, DnsUpdateError, TsigKey, send_update
from ..tools.domain_name import DomainName
from ..tools.expected_records import behind_aliases, build_records
from ..tools.resolver import AnswerStatus
from ..tools.zone_file import Authority, zone_file

#: Where in the zone a check leaves its mark, and what it says.
MARK_HOST = "_mail-sender-check"
MARK_VALUE = "mail-sender-zone"

#: Without these the zone cannot be published.
WAY_FIELDS = {
    "update": ("key_zone_server", "key_zone_tsig_name", "has_key_zone_secret"),
    "file": ("key_zone_name_servers",),
}
#: Where the zone is published: another place knows none of its keys.
PLACE_FIELDS = {"key_zone_way", "key_zone_server"}
#: What the secret belongs to: elsewhere it must not be tried.
SECRET_FIELDS = {
    "key_zone_server",
    "key_zone_tsig_name",
    "key_zone_tsig_algorithm",
}


class MailSenderPlatform(models.Model):
    """A zone of the platform in which it publishes the DKIM keys of domains.

    A domain that points its selectors there never has to be touched again.
    """

    _name = "mail.sender.platform"
    _inherit = ["mail.sender.platform", "mail.sender.secret"]

    key_zone = fields.Char(
        string="DKIM Key Zone",
        help="Zone of your own, for example keys.example.com. Sending domains point "
        "two aliases there, and their DKIM keys rotate without anybody's help.",
    )
    key_zone_way = fields.Selection(
        [
            ("update", "Dynamic updates (RFC 2136)"),
            ("file", "A zone file that you load"),
        ],
        string="Published By",
        help="Dynamic updates: this system changes the zone by itself. A zone file: "
        "whoever runs the name server loads it whenever a key was made.",
    )
    key_zone_server = fields.Char(
        string="Primary Name Server",
        help="IP address of the name server that takes updates, with a port if needed.",
    )
    key_zone_tsig_name = fields.Char(
        string="TSIG Key", help="Name of the key as the name server knows it."
    )
    key_zone_tsig_algorithm = fields.Selection(
        [
            ("hmac-sha256", "hmac-sha256"),
            ("hmac-sha384", "hmac-sha384"),
            ("hmac-sha512", "hmac-sha512"),
        ],
        string="TSIG Algorithm",
        required=True,
        default="hmac-sha256",
    )
    key_zone_secret = fields.Char(
        string="TSIG Secret",
        compute="_compute_key_zone_secret",
        inverse="_inverse_key_zone_secret",
        groups="base.group_system",
        help="In base64. Is stored and never shown again. Changing the server or the "
        "key deletes it.",
    )
    has_key_zone_secret = fields.Boolean(compute="_compute_has_key_zone_secret")
    key_zone_secret_hint = fields.Char(compute="_compute_has_key_zone_secret")
    key_zone_name_servers = fields.Char(
        string="Name Servers",
        help="Names of the servers that answer for the zone, separated by commas.",
    )
    key_zone_file = fields.Binary(
        compute="_compute_key_zone_file",
        groups="base.group_system",
        help="The whole zone, for the name server to load.",
    )
    key_zone_error_code = fields.Char(readonly=True)
    key_zone_error_params = fields.Json(readonly=True)
    key_zone_problem = fields.Text(compute="_compute_key_zone_problem")

    # ------------------------------------------------------------- computes

    def _compute_key_zone_secret(self):
        self.key_zone_secret = False

    def _inverse_key_zone_secret(self):
        for platform in self.filtered("key_zone_secret"):
            platform._set_password__(platform.key_zone_secret)
        self.invalidate_recordset(["key_zone_secret", "has_key_zone_secret"])

    def _compute_has_key_zone_secret(self):
        for platform in self:
            platform.has_key_zone_secret = platform._has_password()
            platform.key_zone_secret_hint = (
                self.env._("Stored; type it to change it")
                if platform.has_key_zone_secret
                else False
            )

    def _compute_key_zone_file(self):
        for platform in self:
            platform.key_zone_file = (
                base64.b64encode(platform._write_key_zone().encode())
                if platform.key_zone and platform.key_zone_name_servers
                else False
            )

    @api.depends("key_zone_error_code", "key_zone_error_params")
    @api.depends_context("lang")
    def _compute_key_zone_problem(self):
        for platform in self:
            code = platform.key_zone_error_code
            params = platform.key_zone_error_params or {}
            platform.key_zone_problem = code and error_text(
                self.env, DnsUpdateError(code, **params)
            )

    # ------------------------------------------------------------- settings

    def write(self, vals):
        if "key_zone" in vals:
            self._check_key_zone_change(vals["key_zone"])
        if any(self[name] != vals[name] for name in SECRET_FIELDS & vals.keys()):
            self._set_password__("")
        is_elsewhere = any(
            self[name] != vals[name] for name in PLACE_FIELDS & vals.keys()
        )
        result = super().write(vals)
        if is_elsewhere:
            self._get_zone_keys().is_zone_stale = True
            if self._offers_key_zone() and self.key_zone_way == "update":
                self._publish_key_zone()
        return result

    @api.model
    def _get_zone_keys(self):
        """The keys that the zone has to hold."""
        keys = self.env["mail.sender.dkim.key"].sudo()
        return keys.search([("is_alias", "=", True), ("stage", "!=", "retired")])

    def _normalize_hosts(self, vals):
        vals = super()._normalize_hosts(vals)
        if vals.get("key_zone"):
            vals["key_zone"] = self._parse_host("key_zone", vals["key_zone"])
        if vals.get("key_zone_name_servers"):
            names = vals["key_zone_name_servers"].replace(",", " ").split()
            vals["key_zone_name_servers"] = ", ".join(
                self._parse_host("key_zone_name_servers", name) for name in names
            )
        return vals

    def _check_key_zone_change(self, zone):
        """Refuse another zone while aliases of domains lead to this one.

        :raise ValidationError: naming the field and a domain
        """
        key = self._get_zone_keys()[:1]
        if key and self.key_zone != zone:
            raise guided_error(
                ValidationError,
                self.env._(
                    "DKIM Key Zone: the aliases of %(domain)s lead to %(zone)s. Let "
                    "its keys be published by the domain itself first.",
                    domain=key.domain_id.name,
                    zone=self.key_zone,
                ),
                guide="platform",
            )

    def _offers_key_zone(self):
        """Whether domains can point their selectors to the zone of the platform."""
        self.ensure_one()
        needed = WAY_FIELDS.get(self.key_zone_way, ())
        return bool(self.key_zone and needed) and all(self[name] for name in needed)

    # ----------------------------------------------------------- publishing

    def _prepare_tsig_key(self):
        """The key that updates are signed with."""
        self.ensure_one()
        return TsigKey(
            self.key_zone_tsig_name,
            self._get_password__(),
            self.key_zone_tsig_algorithm,
        )

    def _note_key_zone_error(self, error):
        """Remember what went wrong with an update, for whoever can mend it.

        :param error: a :class:`..tools.dns_update.DnsUpdateError`, or None
        """
        self.write(
            {
                "key_zone_error_code": error.code if error else False,
                "key_zone_error_params": error and dict(error.params),
            }
        )

    def _write_key_zone(self):
        """The whole zone as text; a later one has a larger serial."""
        self.ensure_one()
        records = [
            record
            for domain in self._get_zone_keys().domain_id
            for record in behind_aliases(build_records(domain._prepare_setup()).records)
        ]
        serial = int(fields.Datetime.now().timestamp())
        names = tuple(self.key_zone_name_servers.split(", "))
        return zone_file(
            records,
            DomainName.parse(self.key_zone),
            ttl=DEFAULT_TTL,
            authority=Authority(names, serial=serial),
        )

    # ---------------------------------------------------------------- by hand

    def action_check_key_zone(self):
        """Try whether the zone can be published and is seen, and tell it."""
        self.ensure_one()
        self.check_access("write")
        if not self._offers_key_zone():
            raise guided_error(
                UserError,
                self.env._("Fill in the fields of the DKIM key zone and save them."),
                guide="platform",
            )
        platform = self.sudo()
        is_update = platform.key_zone_way == "update"
        if is_update and not platform._mark_key_zone():
            return notification("danger", platform.key_zone_problem)
        if platform._is_key_zone_seen():
            return notification(
                "success",
                self.env._(
                    "%(zone)s works. Sending domains can point to it.",
                    zone=platform.key_zone,
                ),
            )
        return notification("warning", platform._get_unseen_text(is_update))

    def _mark_key_zone(self):
        """Leave a mark in the zone; return whether the name server took it."""
        mark = Change(f"{MARK_HOST}.{self.key_zone}", "TXT", (MARK_VALUE,))
        error = None
        try:
            send_update(
                self.key_zone_server, self.key_zone, [mark], self._prepare_tsig_key()
            )
        except DnsUpdateError as raised:
            error = raised
        self._note_key_zone_error(error)
        return not error

    def _is_key_zone_seen(self):
        """Whether DNS shows what the zone holds."""
        resolver = self.env["mail.sender.domain"]._get_resolver()
        if self.key_zone_way == "update":
            answer = resolver.resolve(f"{MARK_HOST}.{self.key_zone}", "TXT")
            return MARK_VALUE in answer.records
        return resolver.resolve(self.key_zone, "NS").status is AnswerStatus.FOUND

    def _get_unseen_text(self, is_update):
        if is_update:
            return self.env._(
                "The name server took the change, but DNS does not show it. Wait a "
                "minute and check again; then see that %(zone)s is delegated to this "
                "name server.",
                zone=self.key_zone,
            )
        return self.env._(
            "DNS knows no zone %(zone)s. Load the zone file, and see that the zone is "
            "delegated to its name servers.",
            zone=self.key_zone,
        )

    def action_download_key_zone(self):
        """Download the zone file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/key_zone_file/"
            f"{self.key_zone}.zone?download=true",
            "target": "download",
        }
