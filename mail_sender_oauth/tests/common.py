# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.mail_sender_domain.tests.common import SenderCommon

from ..providers.base import Grant

ANN = "ann@acme.test"


class OauthCommon(SenderCommon):
    """A company whose database is registered at Google and Microsoft."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.google = cls.env.ref("mail_sender_oauth.application_google")
        cls.microsoft = cls.env.ref("mail_sender_oauth.application_microsoft")
        (cls.google + cls.microsoft).write(
            {"client_id": "odoo", "client_secret": "secret-of-odoo"}
        )

    @classmethod
    def make_connection(cls, email=ANN, provider="google", **vals):
        """Return a mailbox that nobody logged in to yet."""
        return cls.env["mail.sender.connection"].create(
            {
                "provider": provider,
                "login_email": email,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def link(cls, connection, account="", scopes=(), secret="refresh-token"):
        """Let the owner of a mailbox have logged in."""
        grant = Grant(account or connection.login_email, "", frozenset(scopes), secret)
        connection._link(connection._find_application(), grant)
        return connection

    @classmethod
    def make_address(cls, connection, email=ANN, mode="gmail", **vals):
        """Return a sender address whose mail leaves from a linked mailbox."""
        return cls.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": email,
                "company_id": connection.company_id.id,
                "mode": mode,
                "connection_id": connection.id,
                **vals,
            }
        )
