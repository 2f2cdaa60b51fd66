# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from .mail_mail import SYSTEM_MAIL


class ResUsers(models.Model):
    _inherit = "res.users"

    def _notify_security_setting_update(
        self, subject, content, mail_values=None, **kwargs
    ):
        """Send each security alert in the name of the company of its user."""
        mails = self.env["mail.mail"]
        for company, users in self.sudo().grouped("company_id").items():
            users = users.with_env(self.env).with_company(company)
            mails |= super(
                ResUsers, users.with_context(mail_sender_system=SYSTEM_MAIL)
            )._notify_security_setting_update(
                subject, content, mail_values=mail_values, **kwargs
            )
        return mails

    def _action_reset_password(self, signup_type="reset"):
        """Send each invitation or reset link in the name of its user's company."""
        result = None
        for company, users in self.sudo().grouped("company_id").items():
            users = users.with_env(self.env).with_company(company)
            result = super(
                ResUsers, users.with_context(mail_sender_system=SYSTEM_MAIL)
            )._action_reset_password(signup_type=signup_type)
        return result
