# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see in the browser is what the receiver gets."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from .way_case import WayCase


@tagged("post_install", "-at_install")
class TestChoosingOnScreen(WayCase, HttpCase):
    """Seller works in South."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.company_id = cls.south
        cls.orders = cls.env["mail.sender.address"].create(
            {
                "name": "South Orders",
                "email": "orders@south.test",
                "company_id": cls.south.id,
            }
        )

    @classmethod
    def set_up_senders(cls):
        """Both have a domain of their own and send through the platform."""
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        cls.make_sender(cls.south, "south.test", "invoices@south.test")

    def test_a_quotation_leaves_from_the_address_of_its_rule(self):
        model = self.env["ir.model"]._get("sale.order")
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.south.id,
                "model_ids": [Command.set(model.ids)],
                "sender_address_id": self.orders.id,
            }
        )
        self.start_tour(
            f"/odoo/sale.order/{self.order.id}",
            "mail_sender_domain.send_quotation",
            login="seller",
        )
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "South Orders <orders@south.test>")
        self.assertEqual(mail.recipients, ("customer@example.com",))
        verdict = self.verify(mail)
        self.assertEqual(verdict.aligned_dkim, "south.test")
        self.assertTrue(verdict.passes)
