# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is registered at a provider: the database, a company, or nobody."""

import os
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import convert_file, mute_logger

from ..providers.errors import ApplicationError
from ..providers.google import GoogleProvider
from ..providers.microsoft import MicrosoftProvider
from .common import ANN, OauthCommon


@tagged("post_install", "-at_install")
class TestApplication(OauthCommon):
    def make_application(self, company, **vals):
        return self.env["mail.sender.oauth.application"].create(
            {
                "provider": "google",
                "code": "own",
                "company_id": company.id,
                "client_id": "own",
                "client_secret": "own-secret",
                **vals,
            }
        )

    def find(self, company, provider="google"):
        return self.env["mail.sender.oauth.application"]._find(company, provider)

    def test_the_own_one_of_a_company_comes_first(self):
        own = self.make_application(self.company)
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.assertEqual(self.find(self.company), own)
        self.assertEqual(self.find(branch), own)
        self.assertEqual(self.find(self.other_company), self.google)
        self.assertEqual(self.find(self.company, "microsoft"), self.microsoft)

    def test_one_for_each_company(self):
        self.make_application(self.company)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.make_application(self.company, code="other")

    def test_what_was_linked_stays_with_its_application(self):
        connection = self.link(self.make_connection())
        self.make_application(self.company)
        self.assertEqual(connection._get_provider()._client_id, "odoo")

    def test_a_mode_asks_for_one(self):
        self.google.client_id = False
        card = self.env["mail.sender.address"]._get_mode_classes()["gmail"]
        [gap] = card.get_gaps(self.env, self.company)
        self.assertIn("OAuth Applications", gap)
        self.make_application(self.company)
        self.assertFalse(card.get_gaps(self.env, self.company))
        self.assertTrue(card.get_gaps(self.env, self.other_company))

    def test_only_the_system_administrator_registers(self):
        manager = new_test_user(
            self.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        application = self.google.with_user(manager)
        with self.assertRaises(AccessError):
            application.read(["client_id"])
        with self.assertRaises(AccessError):
            application.write({"client_id": "mine"})
        with self.assertRaises(AccessError):
            application.with_context(
                mail_sender_secret="client_secret"
            ).action_remove_secret()

    def test_typing_nothing_keeps_the_secret(self):
        self.google.write({"client_secret": "", "client_id": "new"})
        self.assertEqual(self.google._get_value("client_secret"), "secret-of-odoo")
        self.assertTrue(self.google.client_secret_hint)

    def test_each_secret_can_be_removed(self):
        self.microsoft.certificate = "a certificate"
        self.assertEqual(
            set(self.microsoft.removable_secrets), {"client_secret", "certificate"}
        )
        remove = self.microsoft.with_context(mail_sender_secret="certificate")
        remove.action_remove_secret()
        self.assertEqual(self.microsoft.removable_secrets, ["client_secret"])
        self.assertFalse(self.microsoft._get_value("certificate"))
        self.assertEqual(self.microsoft._get_value("client_secret"), "secret-of-odoo")
        for name in ("", "code"):
            with self.assertRaisesRegex(UserError, "which secret"):
                self.microsoft.with_context(
                    mail_sender_secret=name
                ).action_remove_secret()

    def test_the_providers(self):
        self.assertIsInstance(self.google._get_provider(), GoogleProvider)
        self.microsoft.cloud = "china"
        provider = self.microsoft._get_provider()
        self.assertIsInstance(provider, MicrosoftProvider)
        self.assertIn("partner", provider.get_smtp_server("acme").host)

    def test_a_key_that_is_no_json(self):
        self.google.service_account_key = "{"
        with self.assertRaises(ApplicationError) as caught:
            self.google._get_provider()
        self.assertEqual(caught.exception.code, "bad_key")

    def test_hostile_codes(self):
        for code in ("a.b", "a b", "../x", "=", "ä"):
            with self.subTest(code), self.assertRaises(ValidationError):
                self.google.code = code

    def test_the_example_for_integrators(self):
        convert_file(
            self.env,
            "mail_sender_oauth",
            "examples/mailboxes.xml",
            {},
            mode="init",
            noupdate=True,
        )
        company = self.env.ref("base.main_company")
        application = self.find(company, "microsoft")
        self.assertEqual(application.code, "acme")
        self.assertFalse(application.is_complete)
        secret = {"MAIL_SENDER_OAUTH_ACME_CLIENT_SECRET": "from-environment"}
        with patch.dict(os.environ, secret):
            application.invalidate_recordset()
            self.assertTrue(application.is_complete)
        address = self.env.ref("mail_sender_oauth.address_invoices")
        self.assertEqual(address.state, "action_needed")
        self.assertIn("not connected yet", address.state_reason)
        connection = self.link(address.connection_id, ANN)
        self.assertTrue(address.needs_confirmation)
        connection.send_as = ["invoices@example.com"]
        self.assertEqual(address.state, "ready")
