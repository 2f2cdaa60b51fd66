# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from .linked import LinkedMailboxMode


class GmailMode(LinkedMailboxMode):
    """Mail leaves from a mailbox of Gmail or Google Workspace."""

    key = "gmail"
    provider = "google"
    mail_domains = ("gmail", "googlemail")

    @classmethod
    def get_label(cls, env):
        return env._("Gmail")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from your Gmail or Google Workspace mailbox, which you link "
            "by logging in at Google. No password is stored."
        )
