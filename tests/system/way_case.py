# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two companies that send in their own name, and what their mail looks like."""

from odoo import Command
from odoo.tests import new_test_user

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase
from .ways import ANSWERS, COMPANIES, LEAVING, OTHER_ANSWERS, SENDERS


class WayCase(SystemCase):
    """Companies, people and documents of the ways in :mod:`.ways`.

    A test is named after its way: ``test_chatter_message`` sends by "chatter_message".

    :cvar setting: a key of :data:`.ways.SENDERS`
    :cvar receivers: name of a server in :mod:`.ways` -> where it delivers to
    """

    setting: str

    @classmethod
    def setUpClass(cls) -> None:
        """Set up North, South and who works for them."""
        super().setUpClass()
        cls.receivers = {"platform": cls.receiver, "stray": cls.stray_receiver}
        cls.north = cls.make_company("North Ltd", "north.test")
        cls.south = cls.make_company("South GmbH", "south.test")
        cls.set_up_senders()
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

    @classmethod
    def set_up_senders(cls) -> None:
        """Give North and South the senders of the setting."""
        raise NotImplementedError

    def setUp(self) -> None:
        """Forget what earlier tests sent."""
        super().setUp()
        self.forget_mails()

    @classmethod
    def add_receiver(cls, name: str, **values) -> SmtpReceiver:
        """Start what a server of :mod:`.ways` delivers to.

        :param values: of the :class:`SmtpReceiver`
        """
        cls.receivers[name] = cls.enterClassContext(SmtpReceiver(**values))
        return cls.receivers[name]

    @classmethod
    def make_south_server(cls):
        """Make the outgoing server that South has for itself."""
        cls.dns.add_zone("smarthost.test")
        cls.dns.set("spf.smarthost.test", "TXT", "v=spf1 ip4:127.0.0.0/8 -all")
        return cls.make_server(
            "south",
            cls.add_receiver("south"),
            sequence=0,
            sender_company_id=cls.south.id,
            sender_spf_include="spf.smarthost.test",
        )

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
    def make_portal_user(cls):
        """Let the customer log in to the portal of South."""
        return new_test_user(
            cls.env,
            "customer",
            groups="base.group_portal",
            context={"no_reset_password": True},
            name="Customer",
            email="customer@example.com",
            partner_id=cls.customer.id,
            company_id=cls.south.id,
            company_ids=[Command.set(cls.south.ids)],
        )

    @classmethod
    def as_seller(cls, record):
        """See a record as Seller does, who is in North and may see South."""
        companies = [cls.north.id, cls.south.id]
        return record.with_user(cls.seller).with_context(allowed_company_ids=companies)

    def forget_mails(self) -> None:
        """Forget what was received so far."""
        for receiver in self.receivers.values():
            receiver.mails.clear()

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action as the scheduler does, as OdooBot."""
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref(xmlid).sudo().method_direct_trigger(), True)

    def assert_left(self) -> None:
        """Let the queue run, and compare what was received with the row of this way."""
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        way = self._testMethodName.removeprefix("test_")
        row = LEAVING[way]
        sender = SENDERS[self.setting][row.company][row.kind]
        answers = OTHER_ANSWERS.get(self.setting, {}).get(way, sender.answers)
        servers = {name for name, peer in self.receivers.items() if peer.mails}
        self.assertEqual(servers, {sender.server})
        mails = self.receivers[sender.server].mails
        recipients = sorted(address for mail in mails for address in mail.recipients)
        self.assertEqual(tuple(recipients), row.recipients)
        for mail in mails:
            self.assertEqual(mail.message["From"], sender.email_from)
            reply_to = answers if row.reply_to == ANSWERS else row.reply_to
            self.assertEqual(mail.message["Reply-To"], reply_to)
            self.assertEqual(mail.mail_from, sender.mail_from)
            self.assert_proven(mail, sender)
            self.assert_logged(mail, row)

    def assert_proven(self, mail, sender) -> None:
        """Let mailauth confirm who signed a mail, and that DMARC passes."""
        verdict = self.verify(mail)
        signers = [signature.domain for signature in verdict.signatures]
        self.assertEqual(signers, [sender.signed_by] if sender.signed_by else [])
        if sender.aligned_spf:
            self.assertEqual(verdict.aligned_spf, sender.aligned_spf, verdict)
            self.assertEqual(verdict.dmarc, "pass", verdict)
            self.assertEqual(verdict.passes, bool(sender.signed_by), verdict)

    def assert_logged(self, mail, row) -> None:
        """Find a mail in the sending log, with its company and who sent it."""
        logs = self.env["mail.sender.log"].search(
            [("message_id", "=", mail.message["Message-ID"])]
        )
        lines = {
            (log.company_id.name or "", log.user_id.login or "", log.outcome)
            for log in logs
        }
        expected = {(COMPANIES[row.company], row.sent_by, "accepted")}
        self.assertEqual(lines, expected if row.is_logged else set())
