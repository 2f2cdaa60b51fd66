# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from .mail_sender_resolver import SENDER_CONTEXT, SenderContext


class ResUsers(models.Model):
    _inherit = "res.users"

    def _notify_security_setting_update(
        self, subject, content, mail_values=None, **kwargs
    ):
        """Send each security alert in the name of the company of its user."""
        mails = self.env["mail.mail"]
        for users in self._group_by_sender_company():
            # Overrides of other addons need not return the mails.
            mails |= (
                super(ResUsers, users)._notify_security_setting_update(
                    subject, content, mail_values=mail_values, **kwargs
                )
                or mails.browse()
            )
        return mails

    def _action_reset_password(self, signup_type="reset"):
        """Send each invitation or reset link in the name of its user's company."""
        result = None
        for users in self._group_by_sender_company():
            result = super(ResUsers, users)._action_reset_password(
                signup_type=signup_type
            )
        return result

    def _group_by_sender_company(self):
        """Split users by company; mails made with each part are system mails.

        :return: list of ``res.users`` recordsets; all users at once where no company
            has a sender
        """
        if not self.env["mail.sender.resolver"]._is_configured():
            return [self]
        return [
            self.browse(users.ids).with_context(
                **{SENDER_CONTEXT: SenderContext(company.id, system_kind="account")}
            )
            for company, users in self.sudo().grouped("company_id").items()
        ]
