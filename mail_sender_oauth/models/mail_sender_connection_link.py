# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models

#: Server types of linked mailboxes, by provider.
SERVER_TYPES = {"google": "google_oauth", "microsoft": "microsoft_oauth"}


class MailSenderConnection(models.Model):
    """How a mailbox is linked, and let go."""

    _inherit = "mail.sender.connection"

    def _link(self, application, grant):
        """Take what a login gave; nothing of an earlier one stays.

        :param application: the ``mail.sender.oauth.application`` it was given to
        :param grant: a :class:`..providers.base.Grant`
        """
        self.ensure_one()
        self = self.sudo()
        self._forget_tokens()
        self._write_grant__(grant)
        self._take_over(
            application,
            account_email=grant.account,
            organization=grant.organization,
            scopes=sorted(grant.scopes),
            expiry_date=grant.expires_at,
        )

    def _take_over(self, application, **vals):
        """Store whom mail leaves from, and let it leave.

        :param application: the ``mail.sender.oauth.application`` that is used
        """
        self.write(
            {
                "application_id": application.id,
                "status": "connected",
                "connected_uid": self.env.uid,
                "connected_date": fields.Datetime.now(),
                "actual_transport": False,
                **vals,
            }
        )
        self._provide_server()
        self._recover()

    def _provide_server(self):
        """Make or update the ``ir.mail_server`` that stands for the mailbox."""
        server = self._get_provider().get_smtp_server(self.organization or "")
        vals = {
            "name": self.display_name,
            "smtp_host": server.host,
            "smtp_port": server.port,
            # A token is shown to nobody but the provider.
            "smtp_encryption": "starttls_strict",
            "smtp_authentication": SERVER_TYPES[self.provider],
            "smtp_user": self.account_email,
            # Never a domain: Odoo would let other addresses of it leave here.
            "from_filter": self.account_email,
            "sender_company_id": self.company_id.id,
        }
        if self.mail_server_id:
            self.mail_server_id._write_changes(vals)
        else:
            self.mail_server_id = self.mail_server_id.create(
                {**vals, "is_sender_managed": True}
            )
