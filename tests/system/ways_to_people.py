# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail to users about their accounts, and digests."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from .way_case import WayCase


class WaysToPeople(WayCase):
    """Log-in, password, security and statistics: the user belongs to South."""

    def test_password_reset(self):
        """Nobody is logged in: the request comes from the public user."""
        public = self.env.ref("base.public_user")
        users = self.env["res.users"].with_user(public).sudo()
        users.reset_password(self.colleague.login)
        self.assert_left()

    def test_user_invitation(self):
        self.colleague.with_context(create_user=True).action_reset_password()
        self.assert_left()

    def test_portal_invitation(self):
        wizard = (
            self.as_seller(self.env["portal.wizard"])
            .sudo()
            .with_company(self.south)
            .create({"partner_ids": [Command.set(self.customer.ids)]})
        )
        wizard.user_ids.action_grant_access()
        self.assert_left()

    def test_account_created(self):
        template = self.env.ref("auth_signup.mail_template_user_signup_account_created")
        template.send_mail(self.colleague.id, force_send=True)
        self.assert_left()

    def test_unregistered_reminder(self):
        """Whoever invited people learns that they never came."""
        invited = self.make_user("invited", self.south)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users SET create_uid = %s, create_date = %s WHERE id = %s",
            (
                self.colleague.id,
                fields.Datetime.today() - timedelta(days=5) + timedelta(hours=1),
                invited.id,
            ),
        )
        self.env.invalidate_all()
        self.run_cron("auth_signup.ir_cron_auth_signup_send_pending_user_reminder")
        self.assert_left()

    def test_two_factor_code(self):
        with patch.object(type(self.colleague), "_totp_rate_limit"):
            self.colleague._send_totp_mail_code()
        self.assert_left()

    def test_two_factor_invitation(self):
        self.colleague.with_user(self.env.ref("base.user_admin")).action_totp_invite()
        self.assert_left()

    def test_security_alert(self):
        self.colleague.with_user(self.colleague).sudo()._notify_security_setting_update(
            "Password changed", "Your password was changed."
        )
        self.assert_left()

    def test_digest(self):
        """The scheduler sends the digest of South."""
        self.env["digest.digest"].search([]).state = "deactivated"
        self.env["digest.digest"].create(
            {
                "name": "Numbers",
                "company_id": self.south.id,
                "user_ids": [Command.set(self.colleague.ids)],
                "next_run_date": fields.Date.today(),
            }
        )
        self.run_cron("digest.ir_cron_digest_scheduler_action")
        self.assert_left()
