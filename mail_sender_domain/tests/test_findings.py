# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import timedelta

from lxml import etree

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

    def open(self, companies=None):
        """Open the list; return its lines."""
        findings = self.env["mail.sender.finding"].with_context(
            allowed_company_ids=(companies or self.company).ids
        )
        return findings.search(findings.action_open()["domain"])

    def find(self, companies=None):
        """Open the list; return its lines as pairs of kind and record."""
        return {
            (line.kind, self.env[line.res_model].browse(line.res_id))
            for line in self.open(companies)
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

    def test_an_address_whose_road_is_blocked(self):
        self.default.domain_id.sudo().state = "broken"
        self.assertEqual(self.find(), {("blocked", self.default)})

    def test_an_address_that_only_people_who_left_may_choose(self):
        group = self.env["res.groups"].create({"name": "Sellers"})
        colleague = new_test_user(
            self.env,
            "colleague",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        addresses = by_user, by_group, by_both, by_colleague, by_nobody = [
            self.create_address(
                f"{name}@acme.test",
                picker_user_ids=[Command.set(users.ids)],
                picker_group_ids=[Command.set(groups.ids)],
            )
            for name, users, groups in (
                ("user", self.user, group.browse()),
                ("group", self.user.browse(), group),
                ("both", self.user, group),
                ("colleague", self.user | colleague, group.browse()),
                ("empty", self.user.browse(), group.copy({"name": "None"})),
            )
        ]
        group.user_ids = self.user
        self.assertEqual(self.find(), {("left", by_nobody)})
        self.user.active = False
        self.assertEqual(
            self.find(),
            {("left", address) for address in addresses if address != by_colleague},
        )
        group.user_ids += colleague
        self.assertEqual(self.find(), {("left", by_user), ("left", by_nobody)})
        self.assertTrue(by_group.active and by_both.active)

    def create_old_template(self, email="old@elsewhere.test"):
        return self.env["mail.template"].create(
            {
                "name": "Old",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": f"Old <{email}>",
            }
        )

    def test_templates_are_looked_at_in_each_company_at_work(self):
        """A company's own address counts for itself alone."""
        template = self.create_old_template("post@other.test")
        self.create_default_sender("post@other.test", self.other_company)
        companies = self.company | self.other_company
        for active in companies, self.other_company | self.company:
            lines = self.open(active)
            self.assertEqual(lines.mapped("res_id"), template.ids)
            self.assertEqual(lines.company_id, self.company)
        self.assertFalse(self.open(self.other_company))
        template.email_from = "old@elsewhere.test"
        self.assertEqual(self.open(companies).company_id, companies)

    def test_what_is_said_of_a_company_is_not_repeated_for_its_branches(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.create_old_template()
        for active in self.company | branch, branch | self.company:
            self.assertEqual(self.open(active).company_id, self.company)
        self.assertEqual(self.open(branch).company_id, branch)

    def test_every_kind_has_a_filter(self):
        view = self.env.ref("mail_sender_domain.mail_sender_finding_view_search")
        found = {
            filter_.get("name"): literal_eval(filter_.get("domain"))
            for filter_ in etree.fromstring(view.arch).iter("filter")
        }
        findings = self.env["mail.sender.finding"]
        lines = findings.create(
            [
                {"kind": kind, "text": kind, "res_model": "res.users", "res_id": 1}
                for kind, _label in findings._fields["kind"].selection
            ]
        )
        self.assertEqual(
            {
                name: lines.filtered_domain(domain).mapped("kind")
                for name, domain in found.items()
            },
            {
                "cannot_send": ["unproven", "blocked"],
                "left": ["left"],
                "template": ["template"],
                "rule": ["rule"],
                "unused": ["unused"],
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
