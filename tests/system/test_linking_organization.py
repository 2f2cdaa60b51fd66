# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mailboxes that nobody logs in to: an organisation opens them to the application."""

import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.mail_sender_oauth.providers.base import Purpose
from odoo.addons.mail_sender_oauth.tests.common import ANN

from tests.peers.https_server import HttpsServer, Reply
from tests.peers.service_account import make_key_file, make_private_key

from .linking_case import LinkingCase


@tagged("post_install", "-at_install")
class TestLinkingOrganization(LinkingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user("administrator", "base.group_system")

    def make_organization(self, provider="microsoft", **vals):
        connection = self.make_connection(
            provider=provider, kind="organization", transport="api", **vals
        )
        return self.as_user(connection, self.administrator)

    def test_microsoft(self):
        connection = self.make_organization()
        address = self.make_address(connection.sudo(), mode="outlook")
        connection.action_connect()
        self.assertRecordValues(
            connection, [{"status": "connected", "account_email": ANN}]
        )
        self.assertEqual(address.state, "ready")
        access = connection.sudo()._get_access(Purpose.API)
        self.assertTrue(self.idp.introspect(access.token)["active"])
        self.assertEqual(connection._get_mailbox(), ANN)

    def test_google(self):
        reply = Reply(200, {"access_token": "token", "expires_in": 3599})
        with HttpsServer(lambda request: reply, self.idp.authority) as server:
            self.google.client_id = False
            self.google.service_account_key = json.dumps(
                make_key_file(make_private_key(), f"{server.url}/token")
            )
            self.assertTrue(self.google.is_complete)
            connection = self.make_organization("google")
            connection.action_connect()
        self.assertEqual(connection.status, "connected")
        # Nobody can log in there.
        person = self.make_connection("bob@acme.test")
        with self.assertRaisesRegex(UserError, "not registered"):
            person.action_connect()

    def test_nobody_but_the_system_administrator(self):
        """A manager could otherwise send from the mailbox of anybody."""
        connection = self.as_user(self.make_organization(), self.manager)
        with self.assertRaises(AccessError):
            connection.action_connect()
        person = self.as_user(self.make_connection("boss@acme.test"), self.manager)
        person.kind = "organization"
        with self.assertRaises(AccessError):
            person.action_connect()

    def test_without_a_tenant(self):
        self.microsoft.tenant = "common"
        with self.assertRaisesRegex(UserError, "tenant has to be named"):
            self.make_organization().action_connect()

    def test_a_wrong_secret(self):
        self.microsoft.client_secret = "guessed"
        connection = self.make_organization()
        with self.assertRaisesRegex(UserError, "client ID or the secret"):
            connection.action_connect()
        self.assertEqual(connection.status, "new")

    def test_the_own_mailbox_of_a_user_is_none(self):
        with self.assertRaisesRegex(ValidationError, "by a login only"):
            self.make_organization(user_id=self.manager.id)

    def test_disconnecting(self):
        connection = self.make_organization()
        connection.action_connect()
        connection.action_disconnect()
        self.assertEqual(connection.status, "revoked")
        with self.assertRaisesRegex(UserError, "no longer connected. Press Reconnect"):
            self.as_user(connection, self.manager).action_check()
        self.assertEqual(connection.status, "revoked")
        self.assertFalse(connection.sudo()._read_secrets__())
