# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

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
        self.assertIn("PRIVATE KEY", self.key.sudo().private_key)
        for user in (self.administrator, self.env.ref("base.user_admin")):
            user.write({"company_ids": [(4, self.company.id)]})
            key = self.key.with_user(user).with_context(
                allowed_company_ids=self.company.ids
            )
            key.invalidate_recordset()
            routes = {
                "read": lambda key=key: key.read(["private_key"]),
                "attribute": lambda key=key: key.private_key,
                "export": lambda key=key: key.export_data(["private_key"]),
                "search": lambda key=key: key.search([("private_key", "like", "A")]),
                "order": lambda key=key: key.search([], order="private_key"),
                "group": lambda key=key: key.formatted_read_group(
                    [], ["private_key"], ["__count"]
                ),
                "filter": lambda key=key: key.filtered_domain(
                    [("private_key", "like", "A")]
                ),
                "through the domain": lambda key=key: key.domain_id.search(
                    [("key_ids.private_key", "like", "A")]
                ),
                "write": lambda key=key: key.write({"private_key": "mine"}),
            }
            for name, route in routes.items():
                with (
                    self.subTest(route=name, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    route()
            self.assertNotIn("private_key", key.fields_get())
            self.assertNotIn("private_key", key.read()[0])

    def test_a_copy_has_a_key_of_its_own(self):
        copy = self.key.sudo().copy({"selector": "copy"})
        self.assertNotEqual(copy.private_key, self.key.sudo().private_key)
        self.assertNotEqual(copy.public_record, self.key.public_record)

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
