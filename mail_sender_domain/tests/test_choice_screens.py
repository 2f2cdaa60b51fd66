# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Choosing a sender as people see it."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .choice_case import InvoiceCase
from .screen import DESKTOP, PHONE, Screen, ScreenCase

INVOICES = "/odoo/action-account.action_move_out_invoice_type"
SEND = ".o_statusbar_buttons button[name=action_invoice_sent]"
UNFOLD = ".modal [name=sender_choice_id] button"
DETAILS = ".modal .o_mail_sender_details"
CHOICE = ".modal .o_field_mail_sender_choice"


@tagged("post_install", "-at_install")
class TestChoiceOnScreen(InvoiceCase, ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("account.email_template_edi_invoice")
        cls.template.auto_delete = False

    def create_batch(self):
        """Three invoices, one of which has a rule of its own."""
        invoices = self.invoice | self.create_invoice() | self.create_invoice()
        invoices[2].ref = "special"
        self.create_rule(
            self.orders,
            model_ids=[Command.set([self.env["ir.model"]._get_id("account.move")])],
            filter_domain="[('ref', '=', 'special')]",
        )
        return invoices

    def open_action(self, model, **context):
        """Path to a dialog that people open from a list."""
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Send",
                "res_model": model,
                "view_mode": "form",
                "target": "new",
                "context": repr(context),
            }
        )
        return f"/odoo/action-{action.id}"

    def create_scheduled(self):
        composer = self.compose(
            sender_choice_id=self.orders.id,
            scheduled_date=fields.Datetime.now() + timedelta(days=1),
        )
        return composer._action_schedule_message()

    # ---------------------------------------------------------- what people do

    def send_invoice(self, device):
        self.use(device)
        path = f"/odoo/account.move/{self.invoice.id}"
        self.start_tour(path, "mail_sender_domain.send_invoice", login="ada")
        self.assert_leaves(self.get_mails(), self.orders, "explicit")

    def test_an_accountant_chooses_another_sender(self):
        self.send_invoice(DESKTOP)

    def test_an_accountant_chooses_another_sender_on_a_phone(self):
        self.send_invoice(PHONE)

    def test_edited_text_is_not_replaced_without_asking(self):
        shop = self.create_address("shop@acme.test", name="Acme Shop")
        for address, name in (self.orders, "orders"), (shop, "shop"):
            template = self.template.copy(
                {"name": f"Text of the {name}", "body_html": f"<p>From the {name}</p>"}
            )
            address.template_ids = [
                Command.create(
                    {"model_id": template.model_id.id, "template_id": template.id}
                )
            ]
        path = f"/odoo/account.move/{self.invoice.id}"
        self.start_tour(path, "mail_sender_domain.load_text", login="ada")
        mails = self.get_mails()
        self.assert_leaves(mails, self.orders, "explicit")
        self.assertIn("From the orders", mails.body)

    def test_three_invoices_leave_from_two_senders(self):
        invoices = self.create_batch()
        self.start_tour(INVOICES, "mail_sender_domain.send_batch", login="ada")
        self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        senders = [self.get_mails(invoice).sender_address_id for invoice in invoices]
        self.assertEqual(senders, [self.default, self.default, self.orders])

    def test_a_scheduled_message_keeps_its_sender(self):
        path = f"/odoo/res.partner/{self.document.id}"
        self.start_tour(path, "mail_sender_domain.schedule_message", login="ada")
        message = self.env["mail.scheduled.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.document.id)]
        )
        self.assertEqual(message.sender_choice_id, self.orders)
        self.as_user(message, self.ada).post_message()
        log = self.env["mail.sender.log"].search([("res_id", "=", self.document.id)])
        self.assertEqual(log.sender_address_id, self.orders)

    # --------------------------------------------------------- what people see

    def test_screens(self):
        invoices = self.create_batch()
        self.create_scheduled()
        partners = self.env["ir.model"]._get("res.partner")
        self.create_rule(self.archived, model_ids=[Command.set(partners.ids)])
        template = self.create_template(name="Greeting")
        self.orders.template_ids = [
            Command.create({"model_id": partners.id, "template_id": template.id})
        ]
        document = f"/odoo/res.partner/{self.document.id}"
        invoice = f"/odoo/account.move/{self.invoice.id}"
        full_composer = (
            ".o-mail-Chatter-sendMessage:enabled",
            ".o-mail-Composer button[name=open-full-composer]",
            UNFOLD,
        )
        self.check_screens(
            "ada",
            [
                Screen(invoice, CHOICE, "choice-invoice", clicks=(SEND,), part=CHOICE),
                Screen(
                    invoice,
                    DETAILS,
                    "choice-invoice-details",
                    clicks=(SEND, UNFOLD),
                    part=CHOICE,
                ),
                Screen(
                    document,
                    DETAILS,
                    "choice-composer",
                    clicks=full_composer,
                    part=CHOICE,
                ),
                Screen(
                    self.open_action(
                        "account.move.send.batch.wizard",
                        active_model="account.move",
                        active_ids=invoices.ids,
                    ),
                    CHOICE,
                    "choice-batch",
                    part=CHOICE,
                ),
                Screen(
                    self.open_action(
                        "mail.compose.message",
                        default_composition_mode="mass_mail",
                        default_model="account.move",
                        default_res_ids=invoices.ids,
                    ),
                    DETAILS,
                    "choice-mass",
                    clicks=(UNFOLD,),
                    part=CHOICE,
                ),
                Screen(
                    document,
                    DETAILS,
                    "choice-scheduled",
                    clicks=(".o-mail-Scheduled-Message .text-action", UNFOLD),
                    part=CHOICE,
                ),
            ],
        )
