# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open, mute_logger

from ..models.mail_sender_policy import POLICY_DEFAULTS
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestSendingPlatform(SenderCommon):
    def test_there_is_exactly_one(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["mail.sender.platform"].create({})

    def test_it_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Empty its fields"):
            self.platform.unlink()

    def test_a_new_one_shows_what_counts_for_all_companies(self):
        path = "mail_sender_domain/data/mail_sender_platform.xml"
        with file_open(path) as file:
            fields = etree.parse(file).getroot().iterfind("record/field")
            values = {field.get("name"): field.text for field in fields}
        self.assertEqual(
            values, {name: str(value) for name, value in POLICY_DEFAULTS.items()}
        )

    def test_hosts_are_normalised(self):
        self.platform.write(
            {
                "return_path_target": " Return.Platform.Test. ",
                "spf_include": "_SPF.platform.test",
            }
        )
        self.assertEqual(self.platform.return_path_target, "return.platform.test")
        self.assertEqual(self.platform.spf_include, "_spf.platform.test")

    def test_a_server_of_one_company_is_refused(self):
        server = self.server.copy({"sender_company_id": self.company.id})
        with self.assertRaisesRegex(ValidationError, "everybody may use"):
            self.platform.mail_server_id = server

    def test_bad_input_names_the_field(self):
        table = [
            ("spf_include", "user@spf.test", "SPF Include: .*after the @"),
            ("return_path_target", "https://x.test/", "Return-Path Target: .*web addr"),
            ("bounce_host", "mx", "Bounce Host: .*not a whole domain"),
            ("spf_addresses", "192.0.2.300", "Server Addresses: .*no IP address"),
        ]
        for field, value, message in table:
            with (
                self.subTest(field),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.platform.write({field: value})

    def test_only_the_system_administrator_changes_it(self):
        manager = new_test_user(
            self.env,
            "sender manager",
            groups="mail_sender_domain.group_sender_manager",
        )
        with self.assertRaises(AccessError):
            self.as_user(self.platform.sudo(False), manager).write(
                {"spf_include": "spf.evil.test"}
            )

    def test_expected_records_follow_the_platform(self):
        domain = self.create_domain()
        self.platform.return_path_target = "elsewhere.platform.test"
        record = domain.record_ids.filtered(lambda r: r.purpose == "return_path")
        self.assertEqual(record.value, "elsewhere.platform.test")

    def test_an_incomplete_platform_is_said_on_the_domain(self):
        domain = self.create_domain()
        self.assertFalse(domain.platform_reason)
        self.platform.write({"return_path_target": False, "bounce_host": False})
        self.assertIn("return path", domain.platform_reason)

    # ------------------------------------------------------------- first set-up

    def test_the_server_that_odoo_has_is_offered(self):
        self.platform.mail_server_id = False
        self.server.sequence = -1
        self.assertTrue(self.platform.is_server_offered)
        self.assertEqual(
            self.platform.found_server, "Platform server (smtp.platform.test)"
        )
        self.platform.action_use_found_server()
        self.assertEqual(self.platform.mail_server_id, self.server)
        self.assertFalse(self.platform.is_server_offered)

    def test_without_a_server_that_of_the_configuration_is_told(self):
        self.platform.mail_server_id = False
        self.env["ir.mail_server"].search([]).active = False
        self.assertFalse(self.platform.is_server_offered)
        self.assertIn(":", self.platform.found_server)

    def test_what_is_missing_is_said(self):
        self.assertFalse(self.platform.gaps)
        self.platform.return_path_target = False
        self.assertIn("Where bounces go", self.platform.gaps)
        self.platform.write({"bounce_host": "mx.platform.test", "spf_addresses": False})
        self.assertIn("Which servers deliver", self.platform.gaps)
