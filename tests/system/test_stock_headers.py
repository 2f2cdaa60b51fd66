# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a receiver gets is what stock Odoo sends, but for the sender."""

import re

from odoo import Command
from odoo.tests import tagged

from .common import SystemCase

#: The headers that may differ. A signed mail has its bytes as they were signed, so that
#: its parts may be encoded in another way; their content is compared.
DIFFERENT = {
    "From",
    "Reply-To",
    "Return-Path",
    "DKIM-Signature",
    "Content-Transfer-Encoding",
}


@tagged("post_install", "-at_install")
class TestStockHeaders(SystemCase):
    """Ada writes to the customer; Bob follows, and both have signatures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.default = cls.make_sender(cls.company, "acme.test", "invoices@acme.test")
        cls.orders = cls.make_address(cls.company, "orders@acme.test")
        cls.ada = cls.make_user("ada", cls.company, signature="<p>Ada</p>")
        cls.bob = cls.make_user("bob", cls.company, signature="<p>Bob</p>")
        # The stock server is the one that Odoo finds: also that mail has to arrive.
        cls.env["ir.mail_server"].search([("name", "=", "stray")]).active = False
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "invoice_user_id": cls.bob.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        cls.invoice.action_post()
        cls.invoice.message_subscribe(cls.bob.partner_id.ids)
        cls.first = cls.invoice.message_post(body="First", message_type="comment")
        cls.env.flush_all()

    def as_ada(self, records):
        return records.with_user(self.ada).with_context(
            allowed_company_ids=self.company.ids, lang="en_US"
        )

    def get_ways(self):
        """What Ada does, by name; each takes values that choose a sender."""
        return {
            "answer": self.post_answer,
            "composer": self.compose,
            "invoice": self.send_invoice,
        }

    def post_answer(self, **vals):
        self.as_ada(self.invoice).message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            parent_id=self.first.id,
            **vals,
        )

    def compose(self, **vals):
        composers = self.as_ada(self.env["mail.compose.message"]).with_context(
            default_model="account.move", default_res_ids=self.invoice.ids
        )
        template = self.env.ref("account.email_template_edi_invoice")
        composers.create({"template_id": template.id, **vals})._action_send_mail()

    def send_invoice(self, **vals):
        wizards = self.as_ada(self.env["account.move.send.wizard"]).with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizards.create(vals).action_send_and_print()

    def receive(self, way, **vals):
        """Do something, describe all mail that arrives, and undo it."""
        self.receiver.mails.clear()
        with self.env.cr.savepoint() as savepoint:
            way(**vals)
            with self.enter_registry_test_mode():
                cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
                cron.sudo().method_direct_trigger()
            savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
        mails = sorted(self.receiver.mails, key=lambda mail: mail.recipients)
        self.assertTrue(mails)
        return [self.describe(mail) for mail in mails], {
            mail.message["From"] for mail in mails
        }

    def describe(self, mail):
        """Recipients, and the headers and content of all parts."""
        return [
            mail.recipients,
            *(
                (
                    sorted(
                        (name.title(), self.forget_ids(value))
                        for name, value in part.items()
                        if name not in DIFFERENT
                    ),
                    part.is_multipart() or self.forget_ids(part.get_content()),
                )
                for part in mail.message.walk()
            ),
        ]

    @staticmethod
    def forget_ids(text):
        """The text without ids, times, tokens and the host of Message-IDs."""
        text = re.sub(r"\?[^\"' ]*|[A-Z][a-z]{2}, .* \+0000", "", str(text))
        return re.sub(r"\d+", "*", text)

    def test_nothing_but_the_sender_differs(self):
        self.maxDiff = None
        ours = {}
        for name, way in self.get_ways().items():
            ours[name, "default"] = self.receive(way)
            ours[name, "chosen"] = self.receive(way, sender_choice_id=self.orders.id)
        self.company.sender_address_id = False
        self.env.flush_all()
        for (name, sender), (mails, froms) in ours.items():
            with self.subTest(name, sender=sender):
                stock, stock_froms = self.receive(self.get_ways()[name])
                self.assertEqual(mails, stock)
                self.assertEqual(
                    {address.partition("<")[2] for address in froms},
                    {
                        "orders@acme.test>"
                        if sender == "chosen"
                        else "invoices@acme.test>"
                    },
                )
                self.assertFalse(froms & stock_froms)
