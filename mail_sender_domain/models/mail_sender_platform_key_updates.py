# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..tools.dns_update import Change, DnsUpdateError, send_update
from ..tools.expected_records import behind_aliases, build_records


class MailSenderPlatform(models.Model):
    """The scheduler tells the name server what changed in the zone for DKIM keys.

    Only what is stored is published, and no transaction is open meanwhile. What the
    name server does not take is tried again.
    """

    _inherit = "mail.sender.platform"

    key_zone_leftovers = fields.Json(
        readonly=True,
        copy=False,
        help="Names in the zone whose keys were deleted.",
    )

    def _publish_key_zone(self):
        """Let the zone be changed soon, or ask for it to be loaded."""
        self.ensure_one()
        if self.key_zone_way == "file":
            self._ask_to_load_key_zone()
        else:
            self.env.ref("mail_sender_domain.ir_cron_publish_keys").sudo()._trigger()

    def _forget_key_aliases(self, hosts):
        """Take the records of keys that are deleted out of the zone.

        :param hosts: where aliases of domains led to
        """
        self.ensure_one()
        if not self._offers_key_zone():
            return
        if self.key_zone_way == "update":
            leftovers = [*(self.key_zone_leftovers or []), *hosts]
            self.key_zone_leftovers = list(dict.fromkeys(leftovers))
        self._publish_key_zone()

    @api.model
    def _cron_publish_keys(self):
        """Tell the name server what changed."""
        platform = self._get_platform()
        if platform.key_zone_way != "update" or not platform._offers_key_zone():
            return
        changes = platform._prepare_key_changes()
        if not changes:
            return
        place = (platform.key_zone_server, platform.key_zone)
        tsig_key = platform._prepare_tsig_key()
        self.env["ir.cron"]._commit_progress(remaining=len(changes))
        error = None
        try:
            send_update(*place, changes, tsig_key)
        except DnsUpdateError as raised:
            error = raised
        platform._note_key_zone_error(error)
        if not error:
            platform._note_published(changes)
        self.env["ir.cron"]._commit_progress(len(changes))

    def _get_stale_keys(self):
        """The keys for which the zone has to be changed."""
        keys = self.env["mail.sender.dkim.key"].sudo()
        return keys.search([("is_zone_stale", "=", True), ("is_alias", "=", True)])

    def _prepare_key_changes(self):
        """What the zone has to be told.

        :return: list of :class:`..tools.dns_update.Change`
        """
        self.ensure_one()
        aliases = [key._get_alias() for key in self._get_stale_keys()]
        hosts = dict.fromkeys([*aliases, *(self.key_zone_leftovers or [])])
        living = self._get_zone_keys().filtered(lambda key: key._get_alias() in hosts)
        published = {
            record.host: (record.value,)
            for domain in living.domain_id
            for record in behind_aliases(build_records(domain._prepare_setup()).records)
        }
        return [Change(host, "TXT", published.get(host, ())) for host in hosts]

    def _note_published(self, changes):
        """Forget what the name server knows now, but what changed again meanwhile.

        :param changes: what it was told
        """
        hosts = {each.host for each in changes if each in self._prepare_key_changes()}
        stale = self._get_stale_keys()
        stale.filtered(lambda key: key._get_alias() in hosts).is_zone_stale = False
        leftovers = self.key_zone_leftovers or []
        self.key_zone_leftovers = [host for host in leftovers if host not in hosts]
