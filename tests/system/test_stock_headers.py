# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a receiver gets is what stock Odoo sends, but for the sender."""

import re
from email.message import EmailMessage

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
        cls.mailbox = cls.make_mailbox("mailbox@acme.test")
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

    @classmethod
    def make_mailbox(cls, email):
        """An address whose mail leaves through the server of its own mailbox."""
        mailbox = cls.make_address(cls.company, email)
        mailbox.write(
            {
                "mode": "smtp",
                "smtp_host": "localhost",
                "smtp_port": cls.receiver.port,
                "smtp_encryption": "none",
                "has_login": False,
            }
        )
        mailbox.action_check_mailbox()
        assert mailbox.state == "ready", mailbox.state_reason
        return mailbox

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

    def send(self, way, **vals):
        """Do something, and let the queue run."""
        self.receiver.mails.clear()
        way(**vals)
        with self.enter_registry_test_mode():
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
            cron.sudo().method_direct_trigger()

    def receive(self, way, **vals):
        """Do something, describe all mail that arrives, and undo it."""
        with self.env.cr.savepoint() as savepoint:
            self.send(way, **vals)
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
            ours[name, "invoices@acme.test"] = self.receive(way)
            for address in self.orders | self.mailbox:
                ours[name, address.email] = self.receive(
                    way, sender_choice_id=address.id
                )
        self.company.sender_address_id = False
        self.env.flush_all()
        for (name, sender), (mails, froms) in ours.items():
            with self.subTest(name, sender=sender):
                stock, stock_froms = self.receive(self.get_ways()[name])
                self.assertEqual(mails, stock)
                self.assertEqual(
                    {address.partition("<")[2] for address in froms},
                    {f"{sender}>"},
                )
                self.assertFalse(froms & stock_froms)

    def test_answers_find_their_thread(self):
        """The ids that mail programs and Odoo thread by are those of the messages."""
        for address in self.default | self.orders | self.mailbox:
            with self.subTest(address.email), self.env.cr.savepoint() as savepoint:
                self.send(self.post_answer, sender_choice_id=address.id)
                message = self.invoice.message_ids[0]
                [mail] = [
                    mail
                    for mail in self.receiver.mails
                    if mail.recipients == ("customer@example.com",)
                ]
                self.assertEqual(message.parent_id, self.first)
                self.assertEqual(mail.message["Message-ID"], message.message_id)
                self.assertIn(self.first.message_id, mail.message["References"].split())
                answer = self.answer(mail.message)
                self.assertEqual(answer.model, "account.move")
                self.assertEqual(answer.res_id, self.invoice.id)
                self.assertEqual(answer.parent_id, message)
                self.assertEqual(answer.author_id, self.customer)
                savepoint.rollback()
            self.env.invalidate_all()

    def answer(self, message):
        """Let Odoo receive what the customer's mail program makes of Answer.

        :return: the ``mail.message``
        """
        answer = EmailMessage()
        answer["From"] = "Customer <customer@example.com>"
        answer["To"] = "catchall@acme.test"
        answer["Subject"] = f"Re: {message['Subject']}"
        answer["Message-ID"] = "<answer@example.com>"
        answer["In-Reply-To"] = message["Message-ID"]
        answer["References"] = f"{message['References']} {message['Message-ID']}"
        answer.set_content("Thank you.")
        self.env["mail.thread"].message_process(False, answer.as_string())
        messages = self.env["mail.message"]
        return messages.search([("message_id", "=", "<answer@example.com>")])
