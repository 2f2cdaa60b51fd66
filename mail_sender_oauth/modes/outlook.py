# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from .linked import LinkedMailboxMode


class OutlookMode(LinkedMailboxMode):
    """Mail leaves from a mailbox of Microsoft 365, Outlook.com, Hotmail or Live."""

    key = "outlook"
    guide_section = "outlook"
    provider = "microsoft"
    mail_domains = ("outlook", "hotmail", "live", "msn")

    @classmethod
    def get_label(cls, env):
        return env._("Outlook")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from your Microsoft 365 or Outlook.com mailbox, which you "
            "link by logging in at Microsoft. No password is stored."
        )
