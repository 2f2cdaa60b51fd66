# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.tests import Form, tagged

from ..models.account_move_send import AccountMoveSend
from .choice_case import InvoiceCase

SEND_CRON = "account.ir_cron_account_move_send"


@tagged("post_install", "-at_install")
class TestChoiceForInvoices(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("account.email_template_edi_invoice")
        cls.template.auto_delete = False

    # -------------------------------------------------------------- one invoice

    def test_the_default_is_shown_and_why(self):
        explanation = self.open_send().sender_explanation
        self.assertEqual(explanation["default"], "Acme <invoices@acme.test>")
        self.assertEqual(
            explanation["choices"],
            [{"id": self.orders.id, "label": "Acme Orders <orders@acme.test>"}],
        )
        [group] = explanation["groups"]
        self.assertEqual(group["reason"], "Default sender of the company")

    def test_what_is_explained_is_what_is_sent(self):
        rule = self.create_rule(self.orders, template_ids=self.template.ids)
        cases = {
            "rule": {},
            "chosen": {"sender_choice_id": self.default.id},
            "colleague": {"mail_partner_ids": [(6, 0, self.bob.partner_id.ids)]},
        }
        self.company.sender_system_id = self.create_address("system@acme.test")
        for name, vals in cases.items():
            with self.subTest(name):
                invoice = self.create_invoice()
                wizard = self.open_send(invoice, **vals)
                [group] = wizard.sender_explanation["groups"]
                wizard.action_send_and_print()
                mails = self.get_mails(invoice)
                self.assert_explained(mails, group)
        self.assertEqual(rule.kind, "1_template")

    def test_nothing_is_shown_without_an_email(self):
        wizard = self.open_send()
        wizard.sending_methods = {}
        self.assertIs(wizard.sender_explanation, False)

    def test_the_choice_leaves(self):
        self.open_send(sender_choice_id=self.orders.id).action_send_and_print()
        mails = self.get_mails()
        self.assert_leaves(mails, self.orders, "explicit")
        # The author is the salesperson, as in stock Odoo; Ada pressed Send.
        self.assertEqual(mails.author_id, self.bob.partner_id)
        self.assertEqual(mails.sender_user_id, self.ada)

    def test_the_template_is_remembered(self):
        self.open_send().action_send_and_print()
        self.assertEqual(self.get_mails().sender_template_id, self.template)

    def test_a_literal_from_of_the_template_counts(self):
        self.template.email_from = "orders@acme.test"
        self.open_send().action_send_and_print()
        self.assert_leaves(self.get_mails(), self.orders, "template_from")

    # ---------------------------------------------------------- several invoices

    def create_batch(self):
        """Three invoices, one of which has a rule of its own."""
        invoices = self.invoice | self.create_invoice() | self.create_invoice()
        invoices[2].ref = "special"
        self.create_rule(
            self.orders,
            model_ids=[(4, self.env["ir.model"]._get_id("account.move"))],
            filter_domain="[('ref', '=', 'special')]",
        )
        return invoices

    def send_batch(self, invoices, is_later, **vals):
        wizard = self.open_send(invoices, **vals)
        wizard.action_send_and_print(force_synchronous=not is_later)
        if is_later:
            self.run_cron(SEND_CRON)
        return self.get_mails(invoices)

    def test_the_summary_says_how_many_leave_from_where(self):
        groups = self.open_send(self.create_batch()).sender_explanation["groups"]
        self.assertEqual(
            [(group["title"], group["reason"]) for group in groups],
            [
                (
                    "2 from Acme <invoices@acme.test>",
                    "Default sender of the company",
                ),
                (
                    "1 from Acme Orders <orders@acme.test>",
                    "Rule: Journal Entry · with a filter → orders@acme.test",
                ),
            ],
        )

    def test_many_invoices_are_explained_for_the_queries_of_a_few(self):
        """Odoo itself looks whether the template of each invoice is still there."""
        invoices = self.create_batch()
        more = invoices.browse().union(*(self.create_invoice() for _n in range(9)))
        counts = []
        for batch in (invoices, invoices, invoices | more):
            wizard = self.open_send(batch)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(wizard.sender_explanation["groups"]), 2)
            counts.append(self.cr.sql_log_count - before)
        # The first one fills the caches.
        self.assertLessEqual(counts[2], counts[1] + len(more))

    def test_each_invoice_leaves_from_its_sender(self):
        for is_later in (False, True):
            with self.subTest(is_later=is_later):
                invoices = self.create_batch()
                self.send_batch(invoices, is_later)
                senders = [
                    self.get_mails(invoice).sender_address_id for invoice in invoices
                ]
                self.assertEqual(senders, [self.default, self.default, self.orders])

    def test_one_sender_for_all(self):
        for is_later in (False, True):
            with self.subTest(is_later=is_later):
                invoices = self.create_invoice() | self.create_invoice()
                mails = self.send_batch(
                    invoices, is_later, sender_choice_id=self.orders.id
                )
                self.assertEqual(len(mails), 2)
                self.assert_leaves(mails, self.orders, "explicit")
                self.assertEqual(mails.sender_user_id, self.ada)
                self.assertEqual(mails.sender_template_id, self.template)

    def test_the_scheduler_sends_for_who_pressed_the_button(self):
        self.create_rule(self.orders, user_ids=self.ada.ids)
        self.create_rule(self.board, user_ids=self.bob.ids)
        mails = self.send_batch(self.invoice | self.create_invoice(), is_later=True)
        self.assert_leaves(mails, self.orders, "rule")

    def test_the_own_address_in_the_scheduler_is_that_of_who_pressed_the_button(self):
        """Not that of the salesperson, nor of who runs the scheduler."""
        self.company.sender_own_addresses = "yes"
        addresses = {
            user: self.create_address(f"{user.login}@acme.test", user_id=user.id)
            for user in (self.ada, self.bob)
        }
        self.assertEqual(self.invoice.invoice_user_id, self.bob)
        mails = self.send_batch(self.invoice | self.create_invoice(), is_later=True)
        self.assertEqual(len(mails), 2)
        self.assert_leaves(mails, addresses[self.ada], "own_address")

    def test_the_choice_survives_a_failing_scheduler(self):
        invoices = self.invoice | self.create_invoice()
        wizard = self.open_send(invoices, sender_choice_id=self.orders.id)
        wizard.action_send_and_print()

        def fail(records, data):
            for values in data.values():
                values["error"] = {"error_title": "Later", "retry": True}

        name = "_call_web_service_after_invoice_pdf_render"
        with patch.object(AccountMoveSend, name, fail, create=True):
            self.run_cron(SEND_CRON)
        self.assertFalse(self.get_mails(invoices))
        self.run_cron(SEND_CRON)
        self.assert_leaves(self.get_mails(invoices), self.orders, "explicit")

    def test_what_was_deleted_meanwhile_stops_no_invoice(self):
        invoices = self.invoice | self.create_invoice()
        wizard = self.open_send(invoices, sender_choice_id=self.orders.id)
        wizard.action_send_and_print()
        self.orders.unlink()
        self.run_cron(SEND_CRON)
        self.assert_leaves(self.get_mails(invoices), self.default, "company_default")

    # ------------------------------------------------------------------- forged

    def test_nobody_sends_in_the_name_of_somebody_else(self):
        """The data of the scheduler can be written by whoever edits invoices."""
        forged = {
            "author_user_id": self.bob.id,
            "author_partner_id": self.bob.partner_id.id,
            "sender_user_id": self.bob.id,
            "sender_choice_id": self.board.id,
        }
        invoices = self.as_user(self.env["account.move"], self.ada)
        written = self.as_user(self.invoice, self.ada)
        written.sending_data = forged
        created = invoices.with_context(default_sending_data=forged).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [(0, 0, {"name": "Thing", "price_unit": 1.0})],
            }
        )
        created.action_post()
        for invoice in written, created:
            with self.subTest(invoice=invoice.name):
                self.run_cron(SEND_CRON)
                self.assert_leaves(
                    self.get_mails(invoice.sudo()), self.default, "company_default"
                )

    def test_rubbish_in_the_data_stops_no_invoice(self):
        for rubbish in ("x", [1], {"id": 1}, 10**6):
            with self.subTest(rubbish=rubbish):
                invoice = self.create_invoice()
                self.as_user(invoice, self.ada).sending_data = {
                    "sender_choice_id": rubbish
                }
                self.run_cron(SEND_CRON)
                self.assert_leaves(
                    self.get_mails(invoice), self.default, "company_default"
                )

    # --------------------------------------------------------------------- text

    def test_the_sender_brings_its_template_and_layout(self):
        template = self.template.copy(
            {
                "name": "Orders",
                "subject": "Your order",
                "body_html": "<p>From the orders</p>",
                "email_layout_xmlid": "mail.mail_notification_light",
            }
        )
        self.orders.template_ids = [
            (0, 0, {"model_id": template.model_id.id, "template_id": template.id})
        ]
        wizards = self.as_user(self.env["account.move.send.wizard"], self.ada)
        form = Form(
            wizards.with_context(
                active_model="account.move", active_ids=self.invoice.ids
            )
        )
        form.sender_choice_id = self.orders
        self.assertEqual(form.template_id, template)
        self.assertEqual(form.subject, "Your order")
        form.save().action_send_and_print()
        message = self.get_mails().mail_message_id
        self.assertEqual(message.email_layout_xmlid, "mail.mail_notification_light")
        self.assertIn("From the orders", message.body)

    def create_orders_text(self):
        """Give the orders a template of their own."""
        text = self.template.copy(
            {
                "name": "Orders",
                "body_html": "<p>From the orders</p>",
                "email_layout_xmlid": "mail.mail_notification_light",
            }
        )
        self.orders.template_ids = [
            Command.create({"model_id": text.model_id.id, "template_id": text.id})
        ]
        return text

    def create_credit_note(self):
        note = self.invoice._reverse_moves([{"invoice_date": "2026-01-16"}])
        note.action_post()
        return note

    def test_the_sender_of_a_batch_brings_its_template_and_layout(self):
        text = self.create_orders_text()
        for is_later in (False, True):
            with self.subTest(is_later=is_later):
                invoice, note = self.create_invoice(), self.create_credit_note()
                wizard = self.open_send(invoice | note, sender_choice_id=self.orders.id)
                self.assertEqual(
                    wizard.sender_explanation["text"],
                    "Invoices get the text of this sender, “Orders”; credit notes keep "
                    "theirs.",
                )
                self.send_batch(
                    invoice | note, is_later, sender_choice_id=self.orders.id
                )
                message = self.get_mails(invoice).mail_message_id
                self.assertEqual(message.sender_template_id, text)
                self.assertIn("From the orders", message.body)
                self.assertEqual(
                    message.email_layout_xmlid, "mail.mail_notification_light"
                )
                message = self.get_mails(note).mail_message_id
                self.assertEqual(message.sender_choice_id, self.orders)
                self.assertNotIn("From the orders", message.body)

    def test_a_batch_gets_no_text_of_a_sender_that_may_not_be_chosen(self):
        self.create_orders_text()
        invoices = self.invoice | self.create_invoice()
        wizard = self.open_send(invoices, sender_choice_id=self.orders.id)
        wizard.action_send_and_print()
        self.orders.picker_user_ids = self.bob
        self.run_cron(SEND_CRON)
        mails = self.get_mails(invoices)
        self.assert_leaves(mails, self.default, "company_default")
        self.assertEqual(mails.sender_template_id, self.template)

    def test_a_batch_without_a_choice_keeps_its_text(self):
        self.create_orders_text()
        self.assertNotIn("text", self.open_send(self.create_batch()).sender_explanation)
        mails = self.send_batch(self.create_batch(), is_later=True)
        self.assertEqual(mails.sender_template_id, self.template)

    def test_a_layout_of_the_template_alone_stays_as_in_odoo(self):
        self.template.email_layout_xmlid = "mail.mail_notification_light"
        self.open_send().action_send_and_print()
        self.assertEqual(
            self.get_mails().mail_message_id.email_layout_xmlid,
            "mail.mail_notification_layout_with_responsible_signature",
        )
