# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..tools.domain_name import DomainName
from ..tools.errors import DomainNameError
from ..tools.expected_records import key_alias
from .mail_sender_domain_keys import ALIAS_SELECTORS


class MailSenderDomain(models.Model):
    """Two aliases to the zone of the platform, where DKIM keys rotate by themselves."""

    _inherit = "mail.sender.domain"

    key_publishing = fields.Selection(
        [
            ("domain", "By the domain: a new record each year"),
            ("platform", "By the platform: two aliases, once and for all"),
        ],
        string="DKIM Keys Are Published",
        required=True,
        default="domain",
        tracking=True,
        help="By the domain: its administrator publishes each new key. By the "
        "platform: the domain points two aliases to the platform, which then changes "
        "the keys by itself.",
    )
    offers_aliases = fields.Boolean(compute="_compute_offers_aliases")

    @api.depends("key_publishing")
    def _compute_offers_aliases(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        is_offered = platform._offers_key_zone()
        for domain in self:
            domain.offers_aliases = is_offered or domain.key_publishing == "platform"

    @api.constrains("key_publishing", "name")
    def _check_key_publishing(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        for domain in self.filtered(lambda each: each.key_publishing == "platform"):
            if not platform._offers_key_zone():
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "DKIM Keys Are Published: the platform has no zone for keys. "
                        "Ask the system administrator for one, or let the domain "
                        "publish them."
                    ),
                    guide="keys",
                )
            try:
                domain._get_longest_alias(platform.key_zone)
            except DomainNameError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "DKIM Keys Are Published: the name of %(domain)s is too long "
                        "for an alias. Let the domain publish its keys.",
                        domain=domain.name,
                    ),
                    guide="keys",
                ) from error

    def _get_longest_alias(self, zone):
        return key_alias(
            ALIAS_SELECTORS[0],
            DomainName.parse(self.name_ascii),
            DomainName.parse(zone),
        )

    def write(self, vals):
        changed = self.filtered(
            lambda domain: vals.get("key_publishing", domain.key_publishing)
            != domain.key_publishing
        )
        result = super().write(vals)
        for domain in changed.sudo():
            domain._replace_waiting_keys()
        return result

    def unlink(self):
        # The database deletes keys without asking them.
        self.sudo().key_ids.filtered("is_alias").unlink()
        return super().unlink()

    def _replace_waiting_keys(self):
        """Let keys that never signed make room for those of the other way."""
        self.key_ids.filtered(lambda key: key.stage == "pending").unlink()
        if self._get_slots() or not self._get_living_keys():
            self._make_first_keys()

    def _make_keys(self, new_keys):
        result = super()._make_keys(new_keys)
        platform = self.env["mail.sender.platform"]._get_platform()
        if self._get_slots() and platform.key_zone_way == "update":
            platform._publish_key_zone()
        return result

    # ------------------------------------------------------------- publishing

    def _begin_check(self):
        result = super()._begin_check()
        self._publish_aliases()
        return result

    def _turn_keys(self):
        result = super()._turn_keys()
        self._publish_aliases()
        return result

    def _publish_aliases(self):
        """Let the zone of the platform be changed where keys of these domains changed,
        or ask for it to be loaded."""
        platform = self.env["mail.sender.platform"]._get_platform()
        stale = self.key_ids.filtered("is_zone_stale")
        if not (stale and platform._offers_key_zone()):
            return
        platform._publish_key_zone()
        if platform.key_zone_way == "file":
            # Whoever loads the file has all of it.
            stale.is_zone_stale = False
