# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo.addons.mail_sender_domain.modes import Fit, Rank, SenderMode


class LinkedMailboxMode(SenderMode):
    """Mail leaves from a mailbox that its owner linked by a login.

    The provider signs, and bounces come back into the mailbox.
    """

    #: Key of the provider, as connections have it.
    provider: str
    #: Domains on which only this provider has mailboxes, with their endings left open.
    mail_domains: tuple[str, ...] = ()

    @classmethod
    def get_gaps(cls, env, company):
        applications = env["mail.sender.oauth.application"]
        if applications._find(company, cls.provider).is_complete:
            return []
        return [
            env._(
                "Odoo is not registered at %(provider)s yet. Ask the system "
                "administrator to do it under OAuth Applications.",
                provider=cls.get_label(env),
            )
        ]

    @classmethod
    def get_fit(cls, env, company, email):
        fit = super().get_fit(env, company, email)
        if fit.rank and cls.has_mailboxes_on(email.domain.ascii):
            return Fit(
                Rank.PREFERRED,
                env._(
                    "%(email)s is a mailbox at %(provider)s: its owner logs in once, "
                    "and no password is stored.",
                    email=email.unicode,
                    provider=cls.get_label(env),
                ),
            )
        return fit

    @classmethod
    def has_mailboxes_on(cls, domain):
        """Tell whether a domain is one on which only this provider has mailboxes."""
        return any(f"{domain}.".startswith(f"{each}.") for each in cls.mail_domains)

    def get_mend_action(self):
        if not self._get_connection():
            return self.env["mail.sender.setup"]._open_for(self.address)
        # The button Reconnect is there.
        return {
            "type": "ir.actions.act_window",
            "res_model": self.address._name,
            "res_id": self.address.id,
            "views": [(False, "form")],
        }

    def get_blockers(self):
        connection = self._get_connection()
        if not connection:
            return [self.env._("Connect the mailbox that mail shall leave from.")]
        if trouble := connection._get_trouble():
            return [trouble]
        if self.needs_confirmation():
            return [
                self.env._(
                    "%(account)s may send, but does not prove that %(email)s is yours.",
                    account=connection.account_email,
                    email=self.address.email,
                ),
                self.address._get_confirmation_text(),
            ]
        return []

    def was_proven(self):
        return self._get_connection()._was_open() and (
            self._is_proven() or self.address._was_confirmed()
        )

    def needs_confirmation(self):
        connection = self._get_connection()
        return bool(connection) and connection._was_open() and not self._is_proven()

    def _is_proven(self):
        """Whether the address belongs to whoever has the mailbox.

        It does when it is the account itself or one that the provider lists for it,
        when its link was opened, or when its domain is a verified one of the company.
        """
        address, connection = self.address, self._get_connection()
        if address._is_confirmed():
            return True
        own = {(connection.account_email or "").lower(), *(connection.send_as or ())}
        if address.email_normalized in own:
            return True
        domain = self._get_domain()
        return domain._was_verified() and not domain._needs_confirmation()

    def _get_connection(self):
        """The linked mailbox, if it is one of this provider and of the company."""
        connection = self.address.connection_id
        if (
            connection.provider == self.provider
            and connection.company_id == self.address.company_id
        ):
            return connection
        return connection.browse()

    def get_mail_server(self):
        return self._get_connection().mail_server_id

    def get_alignment_road(self, facts):
        """The provider signs, as far as its keys can be seen in DNS."""
        return replace(
            super().get_alignment_road(facts),
            provider_signs=facts.signed_by(self.provider),
        )
