# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Linked mailboxes, and the sender addresses whose mail leaves from them."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..providers.base import Purpose
from ..providers.errors import GrantError, TemporaryError
from .common import ANN, OauthCommon


@tagged("post_install", "-at_install")
class TestConnection(OauthCommon):
    def test_what_a_login_gave_opens_the_road(self):
        connection = self.make_connection()
        address = self.make_address(connection)
        self.assertEqual(address.state, "action_needed")
        self.assertIn("not connected yet", address.state_reason)
        self.link(connection)
        self.assertEqual(address.state, "ready")
        self.assertRecordValues(
            connection,
            [{"status": "connected", "account_email": ANN, "connected_uid": self.uid}],
        )
        server = address._get_mode().get_mail_server()
        self.assertRecordValues(
            server,
            [
                {
                    "smtp_host": "smtp.gmail.com",
                    "smtp_port": 587,
                    "smtp_encryption": "starttls_strict",
                    "smtp_authentication": "google_oauth",
                    "smtp_user": ANN,
                    "from_filter": ANN,
                    "sender_company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(server._get_sender_connection(), connection)

    def test_what_will_not_mend_by_itself_closes_the_road(self):
        connection = self.link(self.make_connection())
        address = self.make_address(connection)
        connection._fail(TemporaryError("no_answer"))
        self.assertEqual(address.state, "ready")
        connection._fail(GrantError("password_changed", detail="AADSTS50173"))
        self.assertEqual((connection.status, address.state), ("broken", "blocked"))
        self.assertIn("AADSTS50173", address.state_reason)
        self.assertTrue(address.activity_ids)
        connection._recover()
        self.assertEqual((connection.status, address.state), ("connected", "ready"))
        self.assertFalse(address.activity_ids)

    def test_an_account_does_not_prove_another_address(self):
        connection = self.link(self.make_connection())
        address = self.make_address(connection, "info@acme.test")
        self.assertEqual(address.state, "action_needed")
        connection.send_as = ["info@acme.test"]
        self.assertEqual(address.state, "ready")

    def test_the_mailbox_of_an_account_is_found_again(self):
        address = self.make_address(self.make_connection("annXlee@gmail.com"))
        account = "ann_lee@gmail.com"
        connection = address._provide_connection("google", account)
        self.assertEqual(connection.login_email, account)
        connection.login_email = "Ann_Lee@gmail.com"
        self.assertEqual(address._provide_connection("google", account), connection)

    def test_no_address_uses_the_mailbox_of_another_company(self):
        connection = self.make_connection(company_id=self.other_company.id)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.make_address(connection, company_id=self.company.id)

    def test_only_the_provider_decides(self):
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "manager",
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "group_ids": [
                    (4, self.env.ref("mail_sender_domain.group_sender_manager").id)
                ],
            }
        )
        connection = self.as_user(self.make_connection(), manager)
        for vals in (
            {"status": "connected"},
            {"account_email": "boss@acme.test"},
            {"send_as": ["boss@acme.test"]},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                connection.write(vals)
        connection.transport = "smtp"

    def test_what_a_login_asks_for(self):
        google = self.make_connection()
        self.assertEqual(google._get_purposes(), {Purpose.API})
        google.transport = "smtp"
        self.assertEqual(google._get_purposes(), {Purpose.SMTP})
        microsoft = self.make_connection(provider="microsoft")
        self.assertEqual(
            microsoft._get_purposes(), {Purpose.API, Purpose.SMTP, Purpose.ADDRESSES}
        )

    def test_the_mailbox_of_others_is_asked_for_at_once(self):
        """But not of personal accounts, which have no permission of that kind."""
        table = [
            (ANN, "info@acme.test", True),
            (ANN, ANN, False),
            ("ann@hotmail.com", "ann@outlook.com", False),
        ]
        for account, email, is_asked in table:
            with self.subTest(account, email=email):
                connection = self.make_connection(account, "microsoft")
                address = self.make_address(connection, email, "outlook")
                purposes = connection._get_purposes()
                self.assertEqual(Purpose.SHARED in purposes, is_asked)
                address.unlink()

    def test_a_mailbox_stays_whose_it_is(self):
        self.company.sender_own_addresses = "yes"
        connection = self.link(self.make_connection(user_id=self.uid))
        for vals in (
            {"user_id": False},
            {"company_id": self.other_company.id},
            {"provider": "microsoft"},
            {"kind": "organization"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                connection.write(vals)
        connection.write({"user_id": self.uid, "provider": "google"})

    def test_a_mailbox_in_use_is_not_deleted(self):
        connection = self.link(self.make_connection())
        address = self.make_address(connection)
        with self.assertRaisesRegex(ValidationError, "Disconnect it instead"):
            connection.unlink()
        server = connection.mail_server_id
        address.unlink()
        connection.unlink()
        self.assertFalse(server.exists())

    def test_a_user_who_goes_takes_the_own_mailbox_along(self):
        user = self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": "clerk",
                "email": "clerk@acme.test",
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        self.company.sender_own_addresses = "yes"
        connection = self.make_connection("clerk@acme.test", user_id=user.id)
        self.link(connection)
        self.assertEqual(connection.address_ids.user_id, user)
        server = connection.mail_server_id
        user.unlink()
        self.assertFalse(connection.exists() or server.exists())

    def test_a_company_stays_while_it_has_a_mailbox(self):
        """Deleting the mailbox gives the permission back; SQL alone would not."""
        company = self.env["res.company"].create({"name": "Globex"})
        connection = self.link(self.make_connection(company_id=company.id))
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            company.unlink()
        self.assertTrue(connection._read_grant__())
        connection.unlink()
        company.unlink()
        self.assertFalse(company.exists())

    def test_a_wider_way_to_send_asks_for_another_login(self):
        scope = "https://www.googleapis.com/auth/gmail.send"
        connection = self.link(self.make_connection(), scopes=[scope])
        connection.transport = "api"
        self.assertEqual(connection.status, "connected")
        connection.transport = "smtp"
        self.assertEqual(connection.status, "broken")
        self.assertIn("https://mail.google.com/", connection.error_text)

    def test_a_way_to_send_that_no_application_is_set_up_for(self):
        connection = self.link(self.make_connection(), scopes=["gmail.send"])
        self.google.service_account_key = "{"
        with self.assertRaisesRegex(UserError, "administrator to enter it again"):
            connection.transport = "smtp"

    def test_hostile_accounts(self):
        for email in ("", "x", "Ann <ann@acme.test>", "a@b.test, c@d.test", "a@b\n.c"):
            with self.subTest(email), self.assertRaises(ValidationError):
                self.make_connection(email)

    def test_a_user_sees_the_own_mailbox_that_mail_leaves_from(self):
        """And not one that was let go later."""
        self.company.sender_own_addresses = "yes"
        user = new_test_user(
            self.env,
            "clerk",
            email="clerk@acme.test",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        open_one, broken = (
            self.link(self.make_connection(user.email, provider, user_id=user.id))
            for provider in ("google", "microsoft")
        )
        now = fields.Datetime.now()
        open_one.connected_date = now - timedelta(days=2)
        broken.connected_date = now
        user = user.with_company(self.company)
        self.assertEqual(user.linked_mailbox_id, broken)
        broken._fail(GrantError("invalid_grant"))
        user.invalidate_recordset()
        self.assertEqual(user.linked_mailbox_id, open_one)

    def test_the_own_mailbox_of_a_user_is_nobody_else_s(self):
        other = self.env.ref("base.user_admin")
        connection = self.make_connection(user_id=other.id)
        with self.assertRaisesRegex(ValidationError, "own mailbox of"):
            self.make_address(connection)
