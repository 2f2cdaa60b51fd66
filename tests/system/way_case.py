# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two companies that send in their own name, and what their mail looks like."""

from odoo import Command

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase
from .ways import LEAVING


class WayCase(SystemCase):
    """Companies, people and documents of the ways in :mod:`.ways`.

    A test is named after its way: ``test_chatter_message`` sends by "chatter_message".
    """

    @classmethod
    def setUpClass(cls) -> None:
        """Set up North, South and who works for them."""
        super().setUpClass()
        cls.south_receiver = cls.enterClassContext(SmtpReceiver())
        cls.dns.add_zone("smarthost.test")
        cls.dns.set("spf.smarthost.test", "TXT", "v=spf1 ip4:127.0.0.0/8 -all")
        cls.north = cls.make_company("North Ltd", "north.test")
        cls.south = cls.make_company("South GmbH", "south.test")
        cls.south_server = cls.make_server(
            "south",
            cls.south_receiver,
            sequence=0,
            sender_company_id=cls.south.id,
            sender_spf_include="spf.smarthost.test",
        )
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        cls.make_sender(
            cls.south,
            "south.test",
            "invoices@south.test",
            mail_server_id=cls.south_server.id,
        )
        cls.seller = cls.make_user("seller", cls.north, cls.south)
        cls.colleague = cls.make_user("colleague", cls.south)
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Order",
                "model_id": cls.env["ir.model"]._get_id("sale.order"),
                "email_from": "{{ object.user_id.email_formatted }}",
                "partner_to": "{{ object.partner_id.id }}",
                "subject": "Order {{ object.name }}",
                "body_html": "<p>About your order</p>",
            }
        )
        cls.order = cls.make_order()

    def setUp(self) -> None:
        """Forget what earlier tests sent."""
        super().setUp()
        self.forget_mails()

    @classmethod
    def make_order(cls):
        """Make a quotation of South for the customer, seen by Seller in North."""
        product = cls.env["product.product"].create(
            {"name": "Thing", "type": "service"}
        )
        order = cls.env["sale.order"].with_context(mail_auto_subscribe_no_notify=True)
        order = order.create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.south.id,
                "user_id": cls.seller.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 100.0})
                ],
            }
        )
        return cls.as_seller(order.with_context({}))

    @classmethod
    def as_seller(cls, record):
        """See a record as Seller does, who is in North and may see South."""
        companies = [cls.north.id, cls.south.id]
        return record.with_user(cls.seller).with_context(allowed_company_ids=companies)

    def forget_mails(self) -> None:
        """Forget what was received so far."""
        for receiver in (self.receiver, self.south_receiver, self.stray_receiver):
            receiver.mails.clear()

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action as the scheduler does, as OdooBot."""
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref(xmlid).sudo().method_direct_trigger(), True)

    def assert_left(self) -> None:
        """Let the queue run, and compare what was received with the row of this way."""
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        row = LEAVING[self._testMethodName.removeprefix("test_")]
        received = {
            "platform": self.receiver.mails,
            "south": self.south_receiver.mails,
            "stray": self.stray_receiver.mails,
        }
        servers = {name for name, mails in received.items() if mails}
        self.assertEqual(servers, {row.sender.server})
        mails = received[row.sender.server]
        recipients = sorted(address for mail in mails for address in mail.recipients)
        self.assertEqual(tuple(recipients), row.recipients)
        for mail in mails:
            self.assertEqual(mail.message["From"], row.sender.email_from)
            self.assertEqual(mail.message["Reply-To"], row.reply_to)
            self.assertEqual(mail.mail_from, row.sender.mail_from)
            self.assert_proven(mail, row.sender.signed_by)

    def assert_proven(self, mail, signed_by: str) -> None:
        """Let mailauth confirm who signed a mail, and that the mail passes."""
        verdict = self.verify(mail)
        signers = [signature.domain for signature in verdict.signatures]
        self.assertEqual(signers, [signed_by] if signed_by else [])
        self.assertEqual(verdict.passes, bool(signed_by), verdict)
