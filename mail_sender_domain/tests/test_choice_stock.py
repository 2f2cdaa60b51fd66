# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stays as in stock Odoo, whoever sends."""

import re

from odoo.tests import tagged

from .choice_case import InvoiceCase


@tagged("post_install", "-at_install")
class TestStockBehaviour(InvoiceCase):
    """Author, signature, recipients, followers, text and threads stay as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.signature = "<p>Ada's signature</p>"
        cls.bob.signature = "<p>Bob's signature</p>"
        cls.env.ref("account.email_template_edi_invoice").auto_delete = False
        cls.text = cls.create_template(
            email_from="{{ object.create_uid.email_formatted }}",
            auto_delete=False,
            use_default_to=True,
        )
        cls.invoice.message_subscribe(cls.bob.partner_id.ids)
        cls.document.message_post(body="First", message_type="comment")

    def get_ways(self):
        """What people do, by name: each returns the document that was sent."""
        return {
            "composer": lambda **vals: self.send(self.compose(**vals)),
            "composer with template": lambda **vals: self.send(
                self.compose(template_id=self.text.id, **vals)
            ),
            "mass mode": lambda **vals: self.send(
                self.compose(mode="mass_mail", **vals)
            ),
            "invoice": lambda **vals: self.open_send(**vals).action_send_and_print(),
            "invoices": lambda **vals: self.send_batch(**vals),
        }

    def send_batch(self, **vals):
        wizard = self.open_send(self.invoice | self.create_invoice(), **vals)
        wizard.action_send_and_print()
        self.run_cron("account.ir_cron_account_move_send")

    def observe(self, way, **vals):
        """Do something, tell what came of it, and undo it."""
        messages = self.env["mail.message"].search([])
        with self.env.cr.savepoint() as savepoint:
            way(**vals)
            new = self.env["mail.message"].search([]) - messages
            facts = [self.describe(message) for message in new.sorted("id")]
            savepoint.rollback()
            self.env.invalidate_all()
        self.assertTrue(any(fact["mails"] for fact in facts))
        return facts

    def describe(self, message):
        return {
            "author": message.author_id.name,
            "signature": message.email_add_signature,
            "layout": message.email_layout_xmlid,
            "body": self.forget_ids(message.body),
            "subject": message.subject,
            "type": message.message_type,
            "subtype": message.subtype_id.name,
            "is_answer": message.parent_id in self.document.message_ids,
            "partners": message.partner_ids.mapped("name"),
            "notified": message.notification_ids.res_partner_id.mapped("name"),
            "followers": self.get_followers(message),
            "mails": [
                {
                    "body": self.forget_ids(mail.body_html),
                    "recipients": mail.recipient_ids.mapped("name"),
                    "references": len((mail.references or "").split()),
                    "headers": self.forget_ids(mail.headers or ""),
                    "attachments": len(mail.attachment_ids),
                }
                for mail in message.mail_ids
            ],
        }

    def get_followers(self, message):
        document = self.env[message.model].browse(message.res_id)
        return document.message_partner_ids.mapped("name")

    @staticmethod
    def forget_ids(text):
        """The text without tokens, ids and bounce addresses of one message."""
        text = re.sub(r"'Return-Path': '[^']*'|\?[^\"' ]*", "", str(text))
        return re.sub(r"\d+", "*", text)

    def test_nothing_but_the_sender_differs(self):
        ways = self.get_ways()
        configured = {name: self.observe(way) for name, way in ways.items()}
        chosen = {
            name: self.observe(way, sender_choice_id=self.orders.id)
            for name, way in ways.items()
        }
        self.company.sender_address_id = False
        self.assertFalse(self.compose().sender_explanation)
        self.maxDiff = None
        for name, way in ways.items():
            with self.subTest(name):
                stock = self.observe(way)
                self.assertEqual(configured[name], stock)
                self.assertEqual(chosen[name], stock)
