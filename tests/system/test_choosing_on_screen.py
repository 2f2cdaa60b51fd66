# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see in the browser is what the receiver gets."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.mail_sender_domain.tests.choice_case import ChoiceCase
from odoo.addons.mail_sender_domain.tests.screen import Screen, ScreenCase

from .common import SystemCase
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


@tagged("post_install", "-at_install")
class TestQuotationOnScreen(ChoiceCase, ScreenCase):
    """A rule lets quotations of Acme leave from its orders@."""

    def test_the_sender_of_a_quotation_and_why(self):
        seller = self.create_user("seller", "sales_team.group_sale_manager")
        model = self.env["ir.model"]._get("sale.order")
        self.create_rule(self.orders, model_ids=[Command.set(model.ids)])
        product = self.env["product.product"].create(
            {"name": "Desk", "type": "service"}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": seller.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 100.0})
                ],
            }
        )
        self.check_screens(
            "seller",
            [
                Screen(
                    f"/odoo/sale.order/{order.id}",
                    ".modal .o_mail_sender_details",
                    "choice-quotation",
                    clicks=(
                        ".o_statusbar_buttons button[name=action_quotation_send]",
                        ".modal [name=sender_choice_id] button",
                    ),
                    part=".modal .o_field_mail_sender_choice",
                )
            ],
        )


@tagged("post_install", "-at_install")
class TestAccountantOnScreen(SystemCase, HttpCase):
    """Ada keeps the books of Acme; the tours are those of test_choice_screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.name = "Platform server"
        cls.company = cls.make_company("Acme", "acme.test")
        cls.company.alias_domain_id = False
        cls.make_sender(cls.company, "acme.test", "invoices@acme.test")
        cls.orders = cls.make_address(cls.company, "orders@acme.test")
        cls.orders.name = "Acme Orders"
        cls.ada = cls.make_user("ada", cls.company)
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.invoices = cls.make_invoices(3)

    @classmethod
    def make_invoices(cls, count):
        invoices = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": cls.company.id,
                    "partner_id": cls.customer.id,
                    "invoice_user_id": cls.ada.id,
                    "invoice_date": "2026-01-15",
                    "invoice_line_ids": [
                        Command.create({"name": "Thing", "price_unit": 100.0})
                    ],
                }
                for _number in range(count)
            ]
        )
        invoices.action_post()
        return invoices

    def run_crons(self, *xmlids):
        for xmlid in (*xmlids, "mail.ir_cron_mail_scheduler_action"):
            self.env.ref(xmlid).sudo().method_direct_trigger()

    def assert_received(self, *senders):
        """Compare who sent the mails that arrived; all of them have to be proven."""
        mails = self.receiver.mails
        self.assertEqual(sorted(mail.message["From"] for mail in mails), list(senders))
        for mail in mails:
            self.assertEqual(mail.recipients, ("customer@example.com",))
            self.assertEqual(mail.mail_from, "bounce@bounce.acme.test")
            self.assertTrue(self.verify(mail).passes)

    def test_an_invoice_leaves_from_the_sender_that_was_chosen(self):
        self.start_tour(
            f"/odoo/account.move/{self.invoices[0].id}",
            "mail_sender_domain.send_invoice",
            login="ada",
        )
        self.run_crons()
        self.assert_received("Acme Orders <orders@acme.test>")

    def test_three_invoices_leave_from_two_senders(self):
        self.invoices[2].ref = "special"
        model = self.env["ir.model"]._get("account.move")
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "model_ids": [Command.set(model.ids)],
                "filter_domain": "[('ref', '=', 'special')]",
                "sender_address_id": self.orders.id,
            }
        )
        self.start_tour(
            "/odoo/action-account.action_move_out_invoice_type",
            "mail_sender_domain.send_batch",
            login="ada",
        )
        self.run_crons("account.ir_cron_account_move_send")
        self.assert_received(
            "Acme <invoices@acme.test>",
            "Acme <invoices@acme.test>",
            "Acme Orders <orders@acme.test>",
        )

    def test_a_scheduled_message_leaves_from_the_sender_that_was_chosen(self):
        self.customer.company_id = self.company
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "mail_sender_domain.schedule_message",
            login="ada",
        )
        message = self.env["mail.scheduled.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        )
        self.env.flush_all()
        # Odoo takes no time that has passed.
        self.env.cr.execute(
            "UPDATE mail_scheduled_message SET scheduled_date = create_date "
            "WHERE id = %s",
            message.ids,
        )
        self.env.invalidate_all()
        self.run_crons("mail.ir_cron_post_scheduled_message")
        self.assert_received("Acme Orders <orders@acme.test>")
