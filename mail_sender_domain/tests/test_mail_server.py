# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestMailServer(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([("id", "!=", cls.server.id)]).active = False
        cls.own_server = cls.env["ir.mail_server"].create(
            {
                "name": "Server of Acme",
                "smtp_host": "smtp.acme.test",
                "from_filter": "acme.test",
                "sequence": 1,
                "sender_company_id": cls.company.id,
                "sender_spf_include": "spf.acme-host.test",
            }
        )

    def test_odoo_never_finds_the_server_of_a_company(self):
        servers = self.env["ir.mail_server"]
        for email in ("info@acme.test", "info@elsewhere.test", False):
            with self.subTest(email):
                self.assertEqual(servers._find_mail_server(email)[0], self.server)
        self.assertEqual(
            servers._filter_mail_servers_fallback(self.server + self.own_server),
            self.server,
        )

    def test_the_queue_never_finds_the_server_of_a_company(self):
        mail = self.env["mail.mail"].create(
            {"email_from": "info@acme.test", "email_to": "customer@example.com"}
        )
        self.assertEqual(
            mail._filter_mail_mail_servers(self.server + self.own_server), self.server
        )
        [(server_id, *_others)] = mail._split_by_mail_configuration()
        self.assertEqual(server_id, self.server.id)

    def test_nobody_forces_the_server_of_a_company(self):
        mail = self.env["mail.mail"].create(
            {
                "email_from": "info@other.test",
                "email_to": "customer@example.com",
                "mail_server_id": self.own_server.id,
            }
        )
        self.assertFalse(mail.mail_server_id)

    def test_mail_of_a_domain_leaves_through_its_own_server(self):
        address = self.create_default_sender()
        address.domain_id.mail_server_id = self.own_server
        mail = (
            self.env["mail.mail"]
            .with_company(self.company)
            .create({"email_to": "customer@example.com"})
        )
        self.assertEqual(mail.mail_server_id, self.own_server)
        self.assertEqual(
            mail._filter_mail_mail_servers(self.own_server), self.own_server
        )

    def test_a_domain_takes_no_server_of_another_company(self):
        domain = self.create_domain("other.test", self.other_company)
        for server in (self.own_server, self.server):
            with (
                self.subTest(server.name),
                self.assertRaisesRegex(ValidationError, "does not belong to Other"),
            ):
                domain.mail_server_id = server

    def test_the_own_server_is_authorised_on_a_return_path_of_its_own(self):
        self.platform.bounce_host = "mx.platform.test"
        address = self.create_default_sender()
        address.domain_id.mail_server_id = self.own_server
        record = address.domain_id.record_ids.filtered(
            lambda record: record.purpose == "return_path_spf"
        )
        self.assertIn("include:spf.acme-host.test", record.value)

    def test_a_server_in_use_is_not_archived(self):
        self.create_domain().mail_server_id = self.own_server
        for server, user in (
            (self.server, "Sending Platform"),
            (self.own_server, "acme.test"),
        ):
            with self.subTest(user), self.assertRaisesRegex(UserError, user):
                server.active = False

    def test_a_server_in_use_keeps_its_company(self):
        self.create_domain().mail_server_id = self.own_server
        for server in (self.server, self.own_server):
            with self.subTest(server.name), self.assertRaises(ValidationError):
                server.sender_company_id = self.other_company

    def test_a_company_stays_while_it_has_a_server(self):
        """Without its company the server would be open to all of them."""
        company = self.env["res.company"].create({"name": "Globex"})
        server = self.own_server.copy({"sender_company_id": company.id})
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            company.unlink()
        server.unlink()
        company.unlink()
        self.assertFalse(company.exists())

    def test_the_spf_include_is_a_host(self):
        self.own_server.sender_spf_include = "_spf.acme-host.test"
        with self.assertRaisesRegex(ValidationError, "Sender SPF Include: .*web addr"):
            self.own_server.sender_spf_include = "https://acme-host.test"
