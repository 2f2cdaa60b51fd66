# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from ..tools.dkim_providers import provider_of
from .base import Fit, Rank, SenderMode


class SmtpMailboxMode(SenderMode):
    """Mail leaves through the mail server of a mailbox that the company has.

    The envelope sender is the address itself, so bounces go to the mailbox. The
    mailbox's own provider signs; we do only where the address says so.
    """

    key = "smtp"
    guide_section = "mailbox"

    @classmethod
    def get_label(cls, env):
        return env._("Own mailbox (SMTP)")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves through the mail server of your own mailbox, with its user "
            "name and password, and bounces come back into that mailbox."
        )

    @classmethod
    def get_fit(cls, env, company, email):
        server = env["ir.mail_server"]._find_adoptable(email.normalized)
        if server and env["ir.mail_server"].has_access("write"):
            return Fit(
                Rank.PREFERRED,
                env._(
                    "Odoo has the mail server “%(server)s” for it already. Its host "
                    "and "
                    "login are kept.",
                    server=server.name,
                ),
            )
        return super().get_fit(env, company, email)

    def get_mend_action(self):
        return self.env["mail.sender.setup"]._open_for(self.address)

    def get_blockers(self):
        address = self.address
        if not address.mail_server_id:
            return [self.env._("Enter the mail server of the mailbox.")]
        if address.login_error_code:
            return [address._get_login_error_text()]
        if not address.is_mailbox_checked:
            return [
                self.env._(
                    "The mail server has not been tried with this login yet. Press "
                    "Check the mailbox."
                )
            ]
        if self.needs_confirmation():
            return [
                self.env._(
                    "The user name does not prove that %(email)s is yours.",
                    email=address.email,
                ),
                address._get_confirmation_text(),
            ]
        return []

    def was_proven(self):
        address = self.address
        if address.is_mailbox_checked and (
            self._is_proven() or address._was_confirmed()
        ):
            return True
        before = address.mailbox_proven_email
        return bool(before) and before == address.email_normalized

    def needs_confirmation(self):
        return bool(self.address.mail_server_id) and not self._is_proven()

    def _is_proven(self):
        """Whether the address belongs to whoever has the mailbox.

        It does when it is the user name that logged in, when its link was opened, or
        when its domain is a verified one of the company.
        """
        address = self.address
        if address._is_confirmed():
            return True
        if address.smtp_user and address.smtp_user.lower() == address.email_normalized:
            return True
        domain = self._get_domain()
        return domain._was_verified() and not domain._needs_confirmation()

    def get_mail_server(self):
        return self.address.mail_server_id

    def get_dkim_keys(self):
        domain = self._get_domain()
        if not (self.address.is_dkim_signed and domain._may_send()):
            return super().get_dkim_keys()
        return domain._get_signing_keys()

    def get_alignment_road(self, facts):
        """The provider of the mailbox signs, as far as its keys can be seen in DNS."""
        provider = provider_of(self.address.smtp_host or "")
        return replace(
            super().get_alignment_road(facts), provider_signs=facts.signed_by(provider)
        )
