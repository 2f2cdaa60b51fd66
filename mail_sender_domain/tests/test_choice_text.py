# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The text that a sender brings along."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .choice_case import InvoiceCase


@tagged("post_install", "-at_install")
class TestTextOfSender(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.create_template(subject="First", body_html="<p>One</p>")
        cls.template = cls.create_template(
            subject="Orders for {{ object.name }}",
            body_html="<p>Dear <t t-out='object.name'/></p>",
            email_layout_xmlid="mail.mail_notification_light",
        )
        cls.give(cls.orders, cls.template)

    @classmethod
    def give(cls, address, template):
        address.template_ids = [
            Command.create(
                {"model_id": template.model_id.id, "template_id": template.id}
            )
        ]

    def open_form(self, user=None, documents=None, mode="comment", **context):
        """Open the composer as people see it."""
        composers = self.as_user(self.env["mail.compose.message"], user or self.ada)
        return Form(
            composers.with_context(
                default_composition_mode=mode,
                default_model="res.partner",
                default_res_ids=(documents or self.document).ids,
                default_partner_ids=self.customer.ids,
                **context,
            )
        )

    def assert_loaded(self, form):
        self.assertEqual(form.template_id, self.template)
        self.assertIs(form.sender_explanation["template"], False)

    def assert_asked(self, form, body):
        """Check that the text stays, and that the widget is told to ask."""
        self.assertNotEqual(form.template_id, self.template)
        self.assertEqual(form.body, body)
        self.assertEqual(
            form.sender_explanation["template"],
            {"id": self.template.id, "name": "Text"},
        )

    def test_the_text_is_loaded_with_its_layout(self):
        form = self.open_form()
        form.sender_choice_id = self.orders
        self.assert_loaded(form)
        self.assertEqual(form.subject, "Orders for Document")
        self.assertEqual(form.body, "<p>Dear Document</p>")
        message = self.send(form.save()).mail_message_id
        self.assertEqual(message.email_layout_xmlid, "mail.mail_notification_light")
        self.assertEqual(message.sender_choice_id, self.orders)

    def test_unedited_text_of_a_template_is_replaced(self):
        for mode in ("comment", "mass_mail"):
            with self.subTest(mode):
                form = self.open_form(mode=mode, default_template_id=self.first.id)
                form.sender_choice_id = self.orders
                self.assert_loaded(form)

    def test_edited_text_is_not_replaced_without_asking(self):
        with self.subTest("body"):
            form = self.open_form(default_template_id=self.first.id)
            form.body = "<p>One <b>more</b></p>"
            form.sender_choice_id = self.orders
            self.assert_asked(form, "<p>One <b>more</b></p>")
        with self.subTest("only its look"):
            form = self.open_form(default_template_id=self.first.id)
            form.body = "<p><b>One</b></p>"
            form.sender_choice_id = self.orders
            self.assert_asked(form, "<p><b>One</b></p>")
        with self.subTest("subject"):
            form = self.open_form(default_template_id=self.first.id)
            form.subject = "Mine"
            form.sender_choice_id = self.orders
            self.assert_asked(form, "<p>One</p>")
        with self.subTest("typed in the chatter"):
            form = self.open_form(default_body="<p>Typed</p>")
            form.sender_choice_id = self.orders
            self.assert_asked(form, "<p>Typed</p>")
        with self.subTest("mass mode"):
            form = self.open_form(mode="mass_mail", default_template_id=self.first.id)
            form.subject = "Mine"
            form.sender_choice_id = self.orders
            self.assert_asked(form, "<p>One</p>")

    def test_a_signature_is_no_text(self):
        form = self.open_form(
            default_body='<br><div class="o-signature-container">-- Ada</div>'
        )
        form.sender_choice_id = self.orders
        self.assert_loaded(form)

    def test_a_sender_without_a_text_leaves_the_text(self):
        shop = self.create_address("shop@acme.test")
        form = self.open_form(default_template_id=self.first.id)
        form.sender_choice_id = shop
        self.assertEqual(form.template_id, self.first)

    def test_the_document_type_decides(self):
        invoice_template = self.create_template("account.move", subject="Invoice")
        self.give(self.orders, invoice_template)
        form = self.open_form()
        form.sender_choice_id = self.orders
        self.assert_loaded(form)

    def test_edited_text_of_an_invoice_is_not_replaced(self):
        self.give(self.orders, self.create_template("account.move", subject="Invoice"))
        wizards = self.as_user(self.env["account.move.send.wizard"], self.ada)
        form = Form(
            wizards.with_context(
                active_model="account.move", active_ids=self.invoice.ids
            )
        )
        stock_template = form.template_id
        form.body = "<p>Mine</p>"
        form.sender_choice_id = self.orders
        self.assertEqual(form.template_id, stock_template)
        self.assertEqual(form.body, "<p>Mine</p>")
        self.assertTrue(form.sender_explanation["template"])

    def test_a_sender_that_one_may_not_choose_brings_nothing(self):
        self.give(self.board, self.create_template(subject="Secret"))
        form = self.open_form()
        form.sender_choice_id = self.board
        self.assertFalse(form.template_id)
        self.assertIs(form.sender_explanation["template"], False)

    # ------------------------------------------------------------ configuration

    def test_a_template_of_another_document_type_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "is not about"):
            self.orders.template_ids.model_id = self.env["ir.model"]._get("res.users")

    def test_only_managers_of_the_company_change_it(self):
        group = "mail_sender_domain.group_sender_manager"
        manager = self.create_user("mira", group)
        line = self.orders.template_ids
        self.as_user(line, manager).template_id = self.template.copy()
        lines = self.env["mail.sender.address.template"]
        vals = {
            "address_id": self.foreign.id,
            "model_id": self.template.model_id.id,
            "template_id": self.template.id,
        }
        for attack in (
            lambda: self.as_user(line, self.ada).unlink(),
            lambda: self.as_user(line, manager).write({"address_id": self.foreign.id}),
            lambda: self.as_user(lines, manager).create(vals),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attack()
