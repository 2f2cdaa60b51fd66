# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from ..providers.errors import ProviderError
from ..texts import provider_error_text
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
            "link by logging in at Microsoft; no password is stored."
        )

    def get_blockers(self):
        """Graph sends from the mailbox of others only where that was allowed."""
        blockers = super().get_blockers()
        connection, email = self._get_connection(), self.address.email_normalized
        if (
            blockers
            or connection._get_transport() != "api"
            or not connection._is_shared(email)
        ):
            return blockers
        try:
            missing = connection._get_scopes_for_interface(email)
        except ProviderError as error:
            return [provider_error_text(self.env, error)]
        if not missing:
            return []
        return [
            self.env._(
                "%(account)s was not asked yet for the permission to send from the "
                "mailbox %(email)s through Microsoft Graph. Open the linked mailbox "
                "and press Reconnect.",
                account=connection.account_email,
                email=self.address.email,
            )
        ]
