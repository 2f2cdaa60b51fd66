# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from .linked import LinkedMailboxMode


class GmailMode(LinkedMailboxMode):
    """Mail leaves from a mailbox of Gmail or Google Workspace."""

    key = "gmail"
    guide_section = "gmail"
    provider = "google"
    mail_domains = ("gmail", "googlemail")

    @classmethod
    def get_label(cls, env):
        return env._("Gmail")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from your Gmail or Google Workspace mailbox, which you link "
            "by logging in at Google; no password is stored."
        )

    def get_blockers(self):
        """Google would put the account in the place of an address that it lacks."""
        blockers = super().get_blockers()
        connection = self._get_connection()
        email = self.address.email_normalized
        known = connection.send_as or ()
        if blockers or not known or email in {*known, connection.account_email}:
            return blockers
        return [
            self.env._(
                "%(account)s may not send from %(email)s: Google would show "
                "%(account)s instead. Add %(email)s under “Send mail as” in the "
                "settings of Gmail, then check the linked mailbox.",
                account=connection.account_email,
                email=self.address.email,
            )
        ]
