# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import convert_file

from ..models.choosing import SenderRequest
from .common import SenderCommon

EXAMPLE = "mail_sender_domain/examples/senders.xml"

#: The addon of an integrator, which has copied the file.
ADDON = "acme_senders"


@tagged("post_install", "-at_install")
class TestExamples(SenderCommon):
    """The example for integrators, loaded as Odoo loads the data of their addon."""

    def load(self, mode):
        """Load the file, as when the addon is installed or updated."""
        convert_file(self.env, ADDON, "data/senders.xml", {}, mode, pathname=EXAMPLE)

    def get_record(self, name):
        return self.env.ref(f"{ADDON}.{name}")

    def get_data(self):
        """What the addon brought: its ids and the records behind them."""
        return {
            data.name: (data.model, data.res_id, data.noupdate)
            for data in self.env["ir.model.data"].search([("module", "=", ADDON)])
        }

    def test_its_rules_decide(self):
        """Once the domain is published and checked."""
        self.load("init")
        domain = self.get_record("domain_example")
        self.publish(domain)
        domain.action_check()
        invoices = self.get_record("address_invoices")
        large = self.get_record("address_large")
        invoices.action_set_default()
        company = self.env.ref("base.main_company")
        cheap, dear = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        (0, 0, {"name": "Thing", "price_unit": price, "tax_ids": False})
                    ],
                }
                for price in (100.0, 20000.0)
            ]
        )
        choices = self.env["mail.sender.resolver"]._choose(
            [
                SenderRequest(
                    company.id,
                    user_id=self.env.uid,
                    model="account.move",
                    res_id=invoice.id,
                )
                for invoice in (cheap, dear)
            ]
        )
        self.assertEqual(
            [choice.address_id for choice in choices], [invoices.id, large.id]
        )
        self.assertEqual({choice.reason for choice in choices}, {"rule"})

    def test_an_update_of_the_addon_keeps_what_people_changed(self):
        self.load("init")
        data = self.get_data()
        self.assertEqual(
            data.keys(),
            {
                "domain_example",
                "address_invoices",
                "address_large",
                "rule_large_invoices",
                "rule_invoices",
            },
        )
        self.assertTrue(all(noupdate for _model, _id, noupdate in data.values()))
        models = {model for model, _id, _noupdate in data.values()}
        counts = {model: self.count(model) for model in models}
        company = self.env.ref("base.main_company")
        self.assertEqual(company.sender_blocked_policy, "hold")
        company.sender_blocked_policy = "relay"
        self.get_record("address_large").name = "Our best customers"
        self.get_record("rule_invoices").sequence = 1
        self.load("update")
        self.assertEqual(self.get_data(), data)
        self.assertEqual({model: self.count(model) for model in models}, counts)
        self.assertEqual(company.sender_blocked_policy, "relay")
        self.assertEqual(self.get_record("address_large").name, "Our best customers")
        self.assertEqual(self.get_record("rule_invoices").sequence, 1)

    def count(self, model):
        return self.env[model].with_context(active_test=False).search_count([])
