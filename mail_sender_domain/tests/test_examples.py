# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import convert_file

from ..models.mail_sender_resolver import SenderRequest
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestExamples(SenderCommon):
    def test_the_example_for_integrators(self):
        """Loaded as an addon would, published and checked, its rules decide."""
        convert_file(
            self.env,
            "mail_sender_domain",
            "examples/senders.xml",
            {},
            mode="init",
            noupdate=True,
        )
        domain = self.env.ref("mail_sender_domain.domain_example")
        self.publish(domain)
        domain.action_check()
        invoices = self.env.ref("mail_sender_domain.address_invoices")
        large = self.env.ref("mail_sender_domain.address_large")
        invoices.action_set_default()
        company = self.env.ref("base.main_company")
        partner = self.customer.id
        cheap, dear = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": partner,
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
