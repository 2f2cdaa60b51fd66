# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from .choosing import SENDER_CONTEXT, SenderContext

LOAD_ACTIVITY = "mail_sender_domain.mail_activity_type_load_key_zone"


class MailSenderPlatform(models.Model):
    """Asks for the key zone to be loaded where it is published by a file."""

    _name = "mail.sender.platform"
    _inherit = ["mail.sender.platform", "mail.thread", "mail.activity.mixin"]

    def _ask_to_load_key_zone(self):
        """Give the administrator an activity, once for all that changes until it is
        done."""
        self.ensure_one()
        if self.activity_search([LOAD_ACTIVITY]):
            return
        user = self.env["res.company"]._get_sender_responsible(self)
        note = self.with_context(lang=user.lang).env._(
            "DKIM keys in %(zone)s changed. Download the zone file here and let the "
            "name server load it: until then new keys cannot sign.",
            zone=self.key_zone,
        )
        # The mail about it must not depend on the keys that it is about.
        context = SenderContext(system_kind="account")
        self.with_context(
            lang=user.lang, **{SENDER_CONTEXT: context}
        ).activity_schedule(LOAD_ACTIVITY, note=note, user_id=user.id)

    def action_download_key_zone(self):
        """Download the zone file; what changes from now on is asked for anew."""
        self.check_access("write")
        self.activity_feedback([LOAD_ACTIVITY])
        return super().action_download_key_zone()
