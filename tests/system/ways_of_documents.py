# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail with invoices, quotations, purchase orders and confirmations."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import Form

from .way_case import WayCase


class WaysOfDocuments(WayCase):
    """Accounting, sales and purchasing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.south)
        cls.invoice = cls.make_invoice()

    @classmethod
    def make_invoice(cls):
        """Make a posted invoice of South for the customer."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.south.id,
                "partner_id": cls.customer.id,
                "invoice_user_id": cls.seller.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        invoice.action_post()
        return cls.as_seller(invoice)

    def make_batch(self):
        """Choose two invoices and open Send, as Seller."""
        invoices = self.invoice | self.make_invoice()
        return (
            self.as_seller(self.env["account.move.send.batch.wizard"])
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({})
        )

    def test_invoice_wizard(self):
        wizard = (
            self.as_seller(self.env["account.move.send.wizard"])
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({})
        )
        wizard.action_send_and_print()
        self.assert_left()

    def test_invoice_batch(self):
        self.make_batch().action_send_and_print(force_synchronous=True)
        self.assert_left()

    def test_invoice_batch_later(self):
        """A person starts the batch, the scheduler sends it."""
        self.make_batch().action_send_and_print()
        self.run_cron("account.ir_cron_account_move_send")
        self.assert_left()

    def test_invoice_subscriber(self):
        """Somebody is told of every invoice in a journal."""
        self.invoice.sudo().journal_id.incoming_einvoice_notification_email = (
            "subscriber@example.com"
        )
        self.invoice.journal_id._notify_invoice_subscribers(self.invoice)
        self.assert_left()

    def test_payment_receipt(self):
        """A payment has a button that opens the composer."""
        payment = self.env["account.payment"].create(
            {
                "company_id": self.south.id,
                "partner_id": self.customer.id,
                "amount": 100.0,
                "payment_type": "inbound",
            }
        )
        payment.action_post()
        template = self.env.ref("account.mail_template_data_payment_receipt")
        composer = self.as_seller(self.env["mail.compose.message"]).create(
            {
                "model": "account.payment",
                "res_ids": payment.ids,
                "composition_mode": "comment",
                "template_id": template.id,
            }
        )
        composer.action_send_mail()
        self.assert_left()

    def open_composer(self, orders):
        """Press Send on quotations, as Seller."""
        context = orders.action_quotation_send()["context"]
        return Form(
            self.as_seller(self.env["mail.compose.message"]).with_context(**context)
        )

    def test_quotation(self):
        self.open_composer(self.order).save().action_send_mail()
        self.assert_left()

    def test_quotations(self):
        """Several quotations at once are written about in mass mode."""
        with self.open_composer(self.order | self.make_order()) as composer:
            composer.subject = "Your order"
            composer.body = "<p>hello</p>"
        composer.record.action_send_mail()
        self.assert_left()

    def test_order_confirmation(self):
        self.order._send_order_confirmation_mail()
        self.assert_left()

    def test_order_confirmation_later(self):
        self.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        self.env.ref("sale.send_pending_emails_cron").active = True
        self.order._send_order_confirmation_mail()
        self.run_cron("sale.send_pending_emails_cron")
        self.assert_left()

    def test_portal_payment(self):
        """A customer pays in the portal without being logged in."""
        provider = self.env["payment.provider"].create(
            {"name": "Bank", "code": "none", "company_id": self.south.id}
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": self.order.name,
                "amount": self.order.amount_total,
                "currency_id": self.order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )
        transaction._set_pending()
        public = self.env.ref("base.public_user")
        transaction.with_user(public).sudo()._post_process()
        self.assert_left()

    def test_portal_share(self):
        wizard = self.as_seller(self.env["portal.share"]).create(
            {
                "res_model": "sale.order",
                "res_id": self.order.id,
                "partner_ids": [Command.set(self.customer.ids)],
            }
        )
        wizard.action_send_mail()
        self.assert_left()

    def make_purchase(self):
        """Make a request for quotation of South, handled by Seller."""
        self.seller.group_ids += self.env.ref("purchase.group_purchase_user")
        supplier = self.env["res.partner"].create(
            {"name": "Supplier", "email": "supplier@example.com"}
        )
        product = self.env["product.product"].create({"name": "Part"})
        purchase = self.env["purchase.order"].with_context(
            mail_auto_subscribe_no_notify=True
        )
        purchase = purchase.create(
            {
                "partner_id": supplier.id,
                "company_id": self.south.id,
                "user_id": self.seller.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 10.0})
                ],
            }
        )
        return self.as_seller(purchase.with_context({}))

    def test_purchase_request(self):
        purchase = self.make_purchase()
        context = purchase.with_context(send_rfq=True).action_rfq_send()["context"]
        composer = self.as_seller(self.env["mail.compose.message"])
        Form(composer.with_context(**context)).save().action_send_mail()
        self.assert_left()

    def make_due_purchase(self):
        """Order what is to be delivered tomorrow; the supplier wants to be reminded."""
        # Orders of demo data are due as well.
        self.env["res.partner"].search([]).receipt_reminder_email = False
        purchase = self.make_purchase()
        purchase.button_confirm()
        purchase.write(
            {
                "receipt_reminder_email": True,
                "reminder_date_before_receipt": 1,
                "date_planned": fields.Datetime.now() + timedelta(days=1),
            }
        )
        self.forget_mails()
        return purchase

    def test_purchase_reminder(self):
        self.make_due_purchase()
        self.run_cron("purchase.purchase_send_reminder_mail")
        self.assert_left()

    def test_purchase_reminder_sample(self):
        """Seller has a look at it first."""
        self.make_due_purchase().send_reminder_preview()
        self.assert_left()

    def test_payment_reminder(self):
        """An addon of others that knows nothing of senders."""
        invoice = self.invoice.sudo()
        policy = self.env.ref("account_credit_control.credit_control_3_time")
        policy.company_id = self.south
        policy.level_ids.channel = "email"
        customer = self.customer.with_company(self.south)
        policy.account_ids = customer.property_account_receivable_id
        customer.credit_policy_id = policy
        run = (
            self.env["credit.control.run"]
            .with_company(self.south)
            .create(
                {
                    "date": invoice.invoice_date_due + timedelta(days=60),
                    "company_id": self.south.id,
                    "policy_ids": [Command.set(policy.ids)],
                }
            )
        )
        run.generate_credit_lines()
        run.line_ids.state = "to_be_sent"
        self.seller.group_ids += self.env.ref(
            "account_credit_control.group_account_credit_control_manager"
        )
        wizard = self.as_seller(self.env["credit.control.emailer"])
        wizard.create({"line_ids": [Command.set(run.line_ids.ids)]}).email_lines()
        self.assert_left()
