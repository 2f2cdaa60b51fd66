# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from ..models.ir_mail_server_owned import TRIAL_CONTEXT


class MailSenderSetup(models.TransientModel):
    """Saves what was typed and tries it; a sender that works stays until then."""

    _inherit = "mail.sender.setup"

    def _leave_details(self):
        """Save what was typed, try it, and leave a sender that works as it was."""
        self._check_mode()
        self._check_sender_name()
        is_live = bool(self.address_id) and not self.address_id._get_blockers()
        # What is tried on a sender that works is undone when it is refused.
        trial = self.with_context(**{TRIAL_CONTEXT: is_live})
        with self.env.cr.savepoint() as savepoint:
            address = getattr(trial, f"_save_{self.mode}")()
            problem = trial._try(address)
            # A new login may prove less than the one before.
            is_unproven = is_live and address._get_mode().needs_confirmation()
            if is_live and (problem or is_unproven):
                savepoint.rollback()
        self.address_id = address
        if is_unproven and not problem:
            problem = self._mail_link() or self._get_unproven_text()
        self.problem = problem
        if problem:
            return
        self._set_password__("")
        if self.domain_id and self._get_mode().get_blockers():
            # The check does the rest.
            self.step = "check"
        else:
            self._conclude()

    def _leave_check(self):
        self._check_domain()
        self.problem = self._try(self.address_id)
        self._conclude()

    def _try(self, address):
        """Try the road, over the network.

        :return: what went wrong, translated; empty when nothing did
        """
        address.check_access("write")
        method = getattr(self, f"_try_{self.mode}", None)
        return method(address) if method else ""

    def _get_unproven_text(self):
        """Why a sender that works was left as it is, translated."""
        return self.env._(
            "%(email)s goes on sending as before. The new user name does not prove "
            "that the address is yours, so a link was mailed to it. Open it, press "
            "Confirm there, and then press Next again.",
            email=self.address_id.email,
        )
