# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A record disappears from DNS and comes back; Odoo's own crons notice."""

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .common import SystemCase

OWN = "Acme <post@acme.test>"
RELAY = "Acme <acme@relay.test>"


@tagged("post_install", "-at_install")
class TestInTheWild(SystemCase):
    """Acme sends an invoice whenever something has changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.make_relay_domain("relay.test")
        cls.sender = cls.make_sender(cls.company, "acme.test", "post@acme.test")
        cls.domain = cls.sender.domain_id
        cls.seller = cls.make_user("seller", cls.company)
        cls.colleague = cls.make_user("colleague", cls.company)
        cls.company.sender_responsible_id = cls.seller
        [cls.record] = cls.domain.record_ids.filtered(
            lambda record: record.purpose == "ownership"
        )

    def setUp(self):
        super().setUp()
        self.hours = 0

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action at the hour that it is."""
        now = fields.Datetime.now() + timedelta(hours=self.hours)
        with (
            self.enter_registry_test_mode(),
            patch.object(fields.Datetime, "now", lambda: now),
        ):
            self.assertIs(self.env.ref(xmlid).sudo().method_direct_trigger(), True)

    def pass_hours(self, hours: int) -> None:
        """Let time pass, and the crons run at its end."""
        self.hours += hours
        self.run_cron("mail_sender_domain.ir_cron_check_domains")
        self.run_cron("mail_sender_domain.ir_cron_release_held")
        self.run_cron("mail.ir_cron_mail_scheduler_action")

    def send_invoice(self):
        """Press Send on a new invoice, and return it."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        invoice.action_post()
        invoice.message_subscribe(self.colleague.partner_id.ids)
        wizard = self.env["account.move.send.wizard"].with_user(self.seller)
        wizard.with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        ).action_send_and_print()
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        return invoice

    def to_customer(self):
        """Pairs of the From and the invoice that the customer received, in order."""
        self.assertFalse(self.stray_receiver.mails)
        mails = [
            mail
            for mail in self.receiver.mails
            if mail.recipients == ("customer@example.com",)
        ]
        for mail in mails:
            self.assertTrue(self.verify(mail).passes)
        return [
            (
                mail.message["From"],
                self.env["mail.message"]
                .search([("message_id", "=", mail.message["Message-ID"])])
                .res_id,
            )
            for mail in mails
        ]

    def assert_each_once(self, *invoices):
        """Whoever was to receive an invoice has it once: the colleague as well."""
        ids = {
            message.message_id: invoice.id
            for invoice in invoices
            for message in invoice.message_ids
        }
        received = Counter(
            (ids[message_id], recipient)
            for mail in self.receiver.mails
            if (message_id := mail.message["Message-ID"]) in ids
            for recipient in mail.recipients
        )
        readers = ("customer@example.com", self.colleague.email)
        self.assertEqual(
            received,
            {(invoice.id, reader): 1 for invoice in invoices for reader in readers},
        )

    def get_notes(self, document):
        """What was noted on a document about this mail or road, the newest first."""
        texts = document.message_ids.mapped("preview")
        return [text for text in texts if "waits" in text or "leave" in text]

    def get_activities(self):
        """What the domain and its addresses ask for."""
        return self.domain.activity_ids | self.sender.activity_ids

    def lose_record(self):
        """Take the record out of the running DNS server."""
        self.dns.remove(self.record.host)
        self.addCleanup(self.dns.set, self.record.host, "TXT", self.record.value)

    def assert_grace(self):
        """Mail still leaves from the own domain while it lasts."""
        # At its time of the day, half a day after the last check at least.
        self.pass_hours(37)
        self.assertEqual(self.domain.state, "failing")
        self.assertEqual(len(self.get_activities()), 1)
        invoice = self.send_invoice()
        self.assertEqual(self.to_customer(), [(OWN, invoice.id)])
        self.assertFalse(self.get_notes(invoice))
        self.receiver.mails.clear()
        self.pass_hours(70)
        self.assertEqual(self.domain.state, "failing")

    def assert_broken(self):
        """Exactly one activity and one note tell of it."""
        self.pass_hours(4)
        self.assertEqual(self.domain.state, "broken")
        self.assertEqual(self.sender.state, "blocked")
        self.assertEqual(len(self.get_activities()), 1)
        [note] = self.get_notes(self.company.partner_id)
        self.assertIn("can no longer leave from post@acme.test", note)

    def assert_mended(self):
        """It is checked each hour."""
        self.dns.set(self.record.host, "TXT", self.record.value)
        self.pass_hours(1)
        # A machine with much to do may get no answer in time.
        self.pass_hours(1)
        self.assertEqual(self.domain.state, "verified")
        self.assertFalse(self.get_activities())
        newest, _older = self.get_notes(self.company.partner_id)
        self.assertIn("leaves from post@acme.test again", newest)

    def test_hold(self):
        self.company.sender_blocked_policy = "hold"
        self.lose_record()
        self.assert_grace()
        self.assert_broken()
        invoices = [self.send_invoice(), self.send_invoice()]
        self.assertEqual(self.to_customer(), [])
        for invoice in invoices:
            [note] = self.get_notes(invoice)
            self.assertIn("waits", note)
            self.assertIn("acme.test are not verified", note)
        self.pass_hours(1)
        self.pass_hours(1)
        self.assertEqual(self.to_customer(), [])
        self.assertEqual(len(self.get_activities()), 1)
        self.assertEqual([len(self.get_notes(i)) for i in invoices], [1, 1])
        self.assert_mended()
        invoices.append(self.send_invoice())
        self.pass_hours(1)
        self.pass_hours(1)
        self.assertEqual(
            self.to_customer(), [(OWN, invoice.id) for invoice in invoices]
        )
        self.assert_each_once(*invoices)
        newest, _older = self.get_notes(invoices[0])
        self.assertIn("leaves from post@acme.test", newest)

    def test_relay(self):
        self.company.sender_blocked_policy = "relay"
        self.lose_record()
        self.assert_grace()
        self.assert_broken()
        relayed = self.send_invoice()
        self.assertEqual(self.to_customer(), [(RELAY, relayed.id)])
        [note] = self.get_notes(relayed)
        self.assertIn("leaves from acme@relay.test", note)
        self.pass_hours(1)
        self.assertEqual(len(self.get_activities()), 1)
        self.assert_mended()
        own = self.send_invoice()
        self.pass_hours(1)
        self.pass_hours(1)
        self.assertEqual(self.to_customer(), [(RELAY, relayed.id), (OWN, own.id)])
        self.assert_each_once(relayed, own)
        self.assertFalse(self.get_notes(own))
