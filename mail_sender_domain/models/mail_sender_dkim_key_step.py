# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..guide_errors import guided_error
from ..tools.key_rotation import INTERVAL, KEEP


class MailSenderDkimKey(models.Model):
    """What comes next in the life of a DKIM key, and who has to do it."""

    _inherit = "mail.sender.dkim.key"

    needs_record = fields.Boolean(
        compute="_compute_next_step",
        help="Whether somebody has to publish the record of the key.",
    )
    next_step = fields.Text(compute="_compute_next_step")
    is_withdrawable = fields.Boolean(compute="_compute_is_withdrawable")

    @api.depends(
        "stage",
        "stage_since",
        "published_since",
        "last_signature",
        "is_reserve",
        "selector",
    )
    @api.depends_context("lang")
    def _compute_next_step(self):
        steps = {
            "pending": self._get_pending_step,
            "active": self._get_active_step,
            "retiring": self._get_retiring_step,
            "retired": self._get_retired_step,
        }
        for key in self:
            key.needs_record = key.stage != "retired" and not key.published_since
            key.next_step = steps[key.stage](key) if key.stage_since else False

    @api.model
    def _get_pending_step(self, key):
        if key.is_alias and not key.published_since:
            return self._get_alias_step(key)
        if not key.published_since:
            return self.env._(
                "Publish %(host)s. It signs once the record was seen.", host=key.host
            )
        if key.is_reserve:
            return self.env._(
                "Nothing to do: it waits, published, for the next rotation."
            )
        return self.env._(
            "Nothing to do: its record was seen, and it signs after one of the next "
            "checks."
        )

    @api.model
    def _get_alias_step(self, key):
        """What is missing of an alias and of the key that it leads to."""
        line = key.domain_id.record_ids.filtered(lambda line: line.host == key.host)
        if line.reason_code != "dangling":
            return self.env._(
                "Publish %(host)s as an alias (CNAME) of %(target)s. Keys that follow "
                "need nothing more.",
                host=key.host,
                target=key._get_alias(),
            )
        if self.env["mail.sender.platform"]._get_platform().key_zone_way == "file":
            return self.env._(
                "The alias is right. The system administrator has to load the zone "
                "file of the sending platform."
            )
        return self.env._(
            "The alias is right. The sending platform publishes the key by itself; "
            "check again in a minute."
        )

    @api.model
    def _get_active_step(self, key):
        if not key.published_since:
            return self.env._(
                "Receivers cannot verify it: publish %(host)s again, or rotate the "
                "keys.",
                host=key.host,
            )
        return self.env._(
            "Nothing to do until %(date)s: then a new key is made by itself.",
            date=format_date(self.env, key.stage_since + INTERVAL),
        )

    @api.model
    def _get_retiring_step(self, key):
        date = format_date(self.env, key._get_keep_until())
        if not key.published_since:
            return self.env._(
                "Removed too early: publish %(host)s again until %(date)s, because "
                "mail with its signature is on its way.",
                host=key.host,
                date=date,
            )
        return self.env._(
            "Leave %(host)s in place until %(date)s: mail with its signature is on "
            "its way.",
            host=key.host,
            date=date,
        )

    @api.model
    def _get_retired_step(self, key):
        if key.is_alias:
            return self.env._("Nothing to do: its selector serves the next key.")
        return self.env._("%(host)s may be removed from DNS.", host=key.host)

    @api.depends("stage", "is_reserve", "algorithm", "domain_id.key_ids.stage")
    def _compute_is_withdrawable(self):
        for key in self:
            rivals = key.domain_id.key_ids.filtered(
                lambda other, key=key: other.algorithm == key.algorithm
                and other.stage == "active"
            )
            key.is_withdrawable = (
                key.stage == "pending" and not key.is_reserve and bool(rivals)
            )

    def _get_keep_until(self):
        """When the record of a key that no longer signs may be removed."""
        self.ensure_one()
        return max(self.last_signature or self.stage_since, self.stage_since) + KEEP

    def action_withdraw(self):
        """Give up a new key whose record was not published; the old one signs on."""
        self.ensure_one()
        domain = self.domain_id
        domain.check_access("write")
        if not self.is_withdrawable:
            raise guided_error(
                UserError,
                self.env._(
                    "%(selector)s cannot be withdrawn: only a new key can, while "
                    "another one signs.",
                    selector=self.selector,
                ),
                guide="keys",
            )
        domain.sudo()._message_log(
            body=self.env._(
                "The DKIM key %(selector)s was withdrawn before it signed.",
                selector=self.selector,
            )
        )
        if self.is_alias:
            # Its alias and its record stay: it serves the next rotation.
            self.sudo().is_reserve = True
        else:
            self.sudo().unlink()
        return True
