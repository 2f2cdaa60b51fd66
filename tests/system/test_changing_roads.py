# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of a domain or a server while mail was waiting counts when it leaves."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase


@tagged("post_install", "-at_install")
class TestChangingRoads(SystemCase):
    """A mail of Acme waits in the queue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.sender = cls.make_sender(cls.company, "acme.test", "post@acme.test")
        cls.domain = cls.sender.domain_id

    def queue_mail(self):
        """Leave a mail of Acme to the scheduler."""
        return (
            self.env["mail.mail"]
            .with_company(self.company)
            .create({"body_html": "<p>hello</p>", "email_to": "customer@example.com"})
        )

    def to_customer(self):
        """What the platform brought to the customer; colleagues hear of it too."""
        return [
            mail
            for mail in self.receiver.mails
            if mail.recipients == ("customer@example.com",)
        ]

    def run_queue(self) -> None:
        """Let the scheduler send what waits, as OdooBot."""
        with self.enter_registry_test_mode():
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
            self.assertIs(cron.method_direct_trigger(), True)

    def break_domain(self) -> None:
        """Take a required record away, and let the time of grace pass."""
        record = self.domain.record_ids.filtered(lambda r: r.purpose == "dkim")
        self.dns.remove(record.host)
        self.addCleanup(self.dns.set, record.host, record.type, record.value)
        self.domain.action_check()
        later = fields.Datetime.now() + timedelta(days=4)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.domain.action_check()
        self.assertEqual(self.domain.state, "broken")

    def mend_domain(self) -> None:
        """Publish everything again."""
        self.publish(self.domain)
        self.domain.action_check()
        self.assertEqual(self.domain.state, "verified")

    def test_mail_is_held_while_the_domain_is_broken(self):
        mail = self.queue_mail()
        self.break_domain()
        self.run_queue()
        self.assertFalse(self.to_customer())
        self.assertFalse(self.stray_receiver.mails)
        self.assertEqual(mail.state, "held")
        self.assertIn("acme.test", mail.failure_reason)

    def test_held_mail_leaves_once_when_the_domain_is_mended(self):
        self.queue_mail()
        self.break_domain()
        self.run_queue()
        self.mend_domain()
        self.run_queue()
        self.run_queue()
        [mail] = self.to_customer()
        self.assertTrue(self.verify(mail).passes)

    def test_mail_written_while_the_domain_is_broken(self):
        self.break_domain()
        self.queue_mail()
        self.run_queue()
        self.assertFalse(self.to_customer())
        self.assertFalse(self.stray_receiver.mails)
        self.mend_domain()
        self.run_queue()
        self.assertEqual(len(self.to_customer()), 1)

    def test_login_codes_always_have_a_road(self):
        """That of the platform, unsigned, when that of the company is blocked."""
        user = self.make_user("worker", self.company)
        self.break_domain()
        with patch.object(type(user), "_totp_rate_limit"):
            user._send_totp_mail_code()
        [mail] = [
            mail
            for mail in self.receiver.mails
            if mail.recipients == ("worker@staff.test",)
        ]
        self.assertNotIn("DKIM-Signature", mail.message)

    def test_waiting_mail_takes_the_new_server(self):
        self.queue_mail()
        with SmtpReceiver() as new_receiver:
            server = self.make_server("new", new_receiver)
            self.env["mail.sender.platform"]._get_platform().mail_server_id = server
            self.server.active = False
            self.run_queue()
        self.assertFalse(self.to_customer())
        [mail] = new_receiver.mails
        self.assertTrue(self.verify(mail).passes)

    def test_waiting_mail_takes_the_new_key(self):
        self.queue_mail()
        self.domain.key_ids.sudo().stage = "retired"
        self.env["mail.sender.dkim.key"].create({"domain_id": self.domain.id})
        self.domain.action_check()
        self.publish(self.domain)
        self.domain.action_check()
        self.run_queue()
        [mail] = self.to_customer()
        [signature] = self.verify(mail).signatures
        self.assertEqual((signature.selector, signature.result), ("odoo2", "pass"))

    def test_companies_do_not_share_a_session(self):
        """Not even when they share the platform's server."""
        other = self.make_company("Other", "other.test")
        self.make_sender(other, "other.test", "post@other.test")
        self.queue_mail()
        self.env["mail.mail"].with_company(other).create(
            {"body_html": "<p>hello</p>", "email_to": "customer@example.com"}
        )
        self.run_queue()
        first, second = self.to_customer()
        self.assertNotEqual(first.client_port, second.client_port)
        self.assertTrue(self.verify(first).passes and self.verify(second).passes)
