# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..tools.smtp_server import Encryption, SmtpServer
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestTestInvoice(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = cls.create_default_sender()
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            name="Mira Manager",
            email="Mira@Example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def open_test(self, **vals):
        action = self.as_user(self.address, self.manager).action_open_test()
        tests = self.as_user(self.env[action["res_model"]], self.manager)
        return tests.with_context(**action["context"]).create(vals)

    def test_what_is_shown_before_it_is_sent(self):
        self.company.sender_name_policy = "user"
        self.assertRecordValues(
            self.open_test(),
            [
                {
                    "address_id": self.address.id,
                    "email_to": "mira@example.com",
                    "email_from": "Mira Manager - Acme <invoices@acme.test>",
                    "reply_to": "Acme <invoices@acme.test>",
                    "blockers": "",
                }
            ],
        )

    def test_the_company_receives_it_where_the_user_has_no_mailbox(self):
        self.manager.email = False
        tests = self.as_user(self.env["mail.sender.test"], self.manager)
        setups = self.as_user(self.env["mail.sender.setup"], self.manager)
        for confirmed in (False, "info@acme.test"):
            self.company.sudo().sender_confirmed_email = confirmed
            proposed = tests.default_get(["email_to"])
            self.assertEqual(proposed.get("email_to") or False, confirmed)
            proposed = setups.default_get(["test_email"])
            self.assertEqual(proposed.get("test_email") or False, confirmed)

    def test_to_one_plain_address(self):
        test = self.open_test()
        for email in (
            "",
            "mira",
            "Mira <mira@example.com>",
            "mira@example.com, boss@example.com",
            "mira@example.com\r\nBcc: all@example.com",
            "mira\0@example.com",
            f"{'m' * 10_000}@example.com",
        ):
            with self.subTest(email[:50]):
                with self.assertRaisesRegex(ValidationError, "Send It To: "):
                    self.open_test(email_to=email)
                with self.assertRaisesRegex(ValidationError, "Send It To: "):
                    test.email_to = email
        self.assertEqual(test.email_to, "mira@example.com")

    def test_the_message_wears_what_the_mode_says(self):
        message = self.open_test()._prepare_message()
        self.assertEqual(message["To"], "mira@example.com")
        self.assertEqual(message["From"], "Acme <invoices@acme.test>")
        self.assertEqual(message["Return-Path"], "bounce@bounce.acme.test")
        self.assertEqual(message["X-Mail-Sender-Address"], str(self.address.id))

    def test_what_is_connected_to(self):
        test = self.open_test()
        server = self.server
        server.write(
            {
                "smtp_port": 2525,
                "smtp_encryption": "ssl_strict",
                "smtp_ssl_certificate": b64encode(b"certificate"),
                "smtp_ssl_private_key": b64encode(b"key"),
            }
        )
        own = SmtpServer("smtp.platform.test", 2525, Encryption.SSL_STRICT)
        conf = SmtpServer(config["smtp_server"], config["smtp_port"], Encryption.NONE)
        self.assertEqual(test._get_server(), server)
        self.assertEqual(test._get_endpoint(server), own)
        for login, endpoint, user in (
            ("login", own, "ann"),
            ("certificate", own, ""),
            ("cli", conf, ""),
        ):
            with self.subTest(login):
                server.write({"smtp_user": "ann", "smtp_authentication": login})
                self.assertEqual(test._get_endpoint(server), endpoint)
                self.assertEqual(test._get_login_name(server), user)
        self.assertEqual(test._get_endpoint(server.browse()), conf)

    def test_without_a_server_of_the_platform_odoo_finds_one(self):
        self.platform.mail_server_id = False
        self.env["ir.mail_server"].search([("id", "!=", self.server.id)]).active = False
        self.assertEqual(self.open_test()._get_server(), self.server)
        self.server.active = False
        self.assertFalse(self.open_test()._get_server())
