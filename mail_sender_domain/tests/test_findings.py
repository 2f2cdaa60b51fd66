# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestFindings(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.default = cls.create_default_sender()
        cls.user = new_test_user(
            cls.env,
            "leaver",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def create_address(self, email, **vals):
        return self.env["mail.sender.address"].create(
            {"name": "Acme", "email": email, "company_id": self.company.id, **vals}
        )

    def find(self):
        """Open the list; return its lines as pairs of kind and record."""
        findings = self.env["mail.sender.finding"].with_company(self.company)
        action = findings.action_open()
        lines = findings.search(action["domain"])
        return {
            (line.kind, self.env[line.res_model].browse(line.res_id)) for line in lines
        }

    def test_nothing_to_look_at(self):
        self.assertEqual(self.find(), set())

    def test_what_there_is_to_look_at(self):
        unproven = self.create_address("post@unproven.test")
        own = self.create_address("leaver@acme.test", user_id=self.user.id)
        rule = self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "user_ids": [Command.set(self.user.ids)],
                "sender_address_id": self.default.id,
            }
        )
        idle = self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "model_ids": [Command.set(self.env["ir.model"]._get("res.users").ids)],
                "sender_address_id": unproven.id,
            }
        )
        template = self.env["mail.template"].create(
            {
                "name": "Old",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": "Old <old@elsewhere.test>",
            }
        )
        self.user.active = False
        self.assertEqual(
            self.find(),
            {
                ("unproven", unproven),
                ("left", own),
                ("left", rule),
                ("rule", idle),
                ("template", template),
            },
        )

    def test_an_address_that_nothing_leaves_from(self):
        idle = self.create_address("idle@acme.test")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_sender_address SET create_date = create_date - %s",
            (timedelta(days=200),),
        )
        self.env.invalidate_all()
        mails = self.env["mail.mail"].with_company(self.company)
        mails.create({"email_to": "customer@example.com"})
        self.assertEqual(self.find(), {("unused", idle)})

    def test_a_template_with_a_rule_is_no_finding(self):
        template = self.env["mail.template"].create(
            {
                "name": "Old",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": "Old <old@elsewhere.test>",
            }
        )
        self.assertEqual(self.find(), {("template", template)})
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "template_ids": [Command.set(template.ids)],
                "sender_address_id": self.default.id,
            }
        )
        self.assertEqual(self.find(), set())

    def test_a_template_s_from_becomes_a_rule(self):
        template = self.env["mail.template"].create(
            {
                "name": "Offers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": "offers@acme.test",
            }
        )
        self.assertIn(("template", template), self.find())
        [line] = self.env["mail.sender.finding"].search([("kind", "=", "template")])
        offers = self.create_address("offers@acme.test")
        action = line.action_make_rule()
        rule = self.env["mail.sender.rule"].with_context(**action["context"]).create({})
        self.assertEqual(rule.template_ids, template)
        self.assertEqual(rule.sender_address_id, offers)
        self.assertNotIn(("template", template), self.find())
