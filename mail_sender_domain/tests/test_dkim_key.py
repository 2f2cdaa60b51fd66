# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UndefinedColumn

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestDkimKey(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.create_domain().key_ids
        cls.administrator = new_test_user(
            cls.env,
            "system administrator",
            groups="base.group_system",
            company_id=cls.company.id,
        )

    def test_nobody_reads_the_private_key_by_any_route(self):
        routes = {
            "read": lambda key: key.read(["private_key"]),
            "attribute": lambda key: key.private_key,
            "export": lambda key: key.export_data(["private_key"]),
            "search": lambda key: key.search([("private_key", "like", "A")]),
            "order": lambda key: key.search([], order="private_key"),
            "group": lambda key: key.formatted_read_group([], ["private_key"]),
            "filter": lambda key: key.filtered_domain([("private_key", "like", "A")]),
            "through the domain": lambda key: key.domain_id.search(
                [("key_ids.private_key", "like", "A")]
            ),
            "write": lambda key: key.write({"private_key": "mine"}),
        }
        self.administrator.company_ids = self.company
        key = self.as_user(self.key, self.administrator)
        self.assertEqual(key.selector, "odoo1")
        for record in (key, key.sudo()):
            for name, route in routes.items():
                with self.subTest(name, superuser=record.env.su):
                    self.assert_refused(route, record)
            self.assertNotIn("private_key", record.fields_get())
            self.assertNotIn("private_key", record.read()[0])

    def assert_refused(self, route, record):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                found = route(record)
        except (AccessError, AttributeError, ValueError):
            return
        self.fail(f"There was an answer: {found}")

    def test_no_mail_template_reads_the_private_key(self):
        keys = 'object.env["mail.sender.dkim.key"].sudo().search([], limit=1)'
        with (
            mute_logger(
                "odoo.addons.mail.models.mail_template",
                "odoo.addons.mail.models.mail_render_mixin",
            ),
            self.assertRaisesRegex(UserError, "private_key"),
        ):
            self.env["mail.template"].create(
                {
                    "name": "Curious",
                    "model_id": self.env["ir.model"]._get_id("res.partner"),
                    "subject": f"{{{{ {keys}.private_key }}}}",
                }
            )

    def test_no_log_shows_the_private_key(self):
        self.env.cr.execute("ALTER TABLE mail_sender_dkim_key DROP private_key")
        with (
            self.assertNoLogs("odoo.sql_db", "ERROR"),
            self.assertRaises(UndefinedColumn),
            self.env.cr.savepoint(),
        ):
            self.key.copy({"selector": "copy"})

    def test_a_copy_has_a_key_of_its_own(self):
        copy = self.key.sudo().copy({"selector": "copy"})
        self.assertNotEqual(copy.public_record, self.key.public_record)
        message = b"From: a@acme.test\r\n\r\n"
        self.assertNotEqual(
            copy._get_signer().sign(message), self.key._get_signer().sign(message)
        )

    def test_selectors_are_never_used_twice(self):
        second = self.env["mail.sender.dkim.key"].create(
            {"domain_id": self.key.domain_id.id}
        )
        self.assertEqual((self.key.selector, second.selector), ("odoo1", "odoo2"))

    def test_an_ed25519_key_can_stand_beside_the_rsa_key(self):
        key = self.env["mail.sender.dkim.key"].create(
            {"domain_id": self.key.domain_id.id, "algorithm": "ed25519"}
        )
        self.assertIn("k=ed25519", key.public_record)

    def test_a_second_key_does_not_make_a_verified_domain_wait(self):
        domain = self.key.domain_id
        self.publish(domain)
        domain.action_check()
        key = self.env["mail.sender.dkim.key"].create({"domain_id": domain.id})
        self.assertEqual(len(domain.record_ids.filtered(lambda r: r.type == "TXT")), 4)
        domain.action_check()
        self.assertEqual(domain.state, "verified")
        self.assertEqual(domain._get_signing_keys(), self.key)
        self.assertEqual(key.stage, "pending")
