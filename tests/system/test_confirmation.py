# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An address is confirmed and withdrawn as people do it: by links in received mails."""

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SystemCase
from .link_reader import LinkReader


@tagged("post_install", "-at_install")
class TestConfirmation(SystemCase, HttpCase):
    """Acme's domain has an SPF include only: each address is to be confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        relay = cls.make_domain(cls.env["res.company"], "relay.test")
        cls.publish(relay)
        relay.action_check()
        cls.env["mail.sender.platform"]._get_platform().relay_domain_id = relay
        cls.company = cls.make_company("Acme", "acme.test")
        cls.domain = cls.make_domain(cls.company, "acme.test", layout="spf_only")
        cls.publish(cls.domain)
        cls.domain.action_check()
        cls.address = cls.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "office@acme.test",
                "company_id": cls.company.id,
            }
        )

    def receive(self, recipient):
        """Take the one mail that arrived for somebody."""
        [mail] = [m for m in self.receiver.mails if m.recipients == (recipient,)]
        self.receiver.mails.clear()
        self.assertFalse(self.stray_receiver.mails)
        return mail

    def press(self, mail, purpose):
        """Open a link of a received mail and press the button, logged out."""
        self.env.flush_all()
        with self.allow_requests():
            LinkReader(self).press(mail, purpose)
        self.env.invalidate_all()

    def send_mail(self):
        """Send a mail of the company to the customer."""
        mails = self.env["mail.mail"].with_company(self.company)
        mails.create(
            {"email_to": "customer@example.com", "body_html": "<p>hello</p>"}
        ).send()

    def test_from_asking_to_withdrawing(self):
        self.address.action_send_confirmation()
        asked = self.receive("office@acme.test")
        self.assertEqual(asked.message["From"], "Acme <acme@relay.test>")
        verdict = self.verify(asked)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual([s.domain for s in verdict.signatures], ["relay.test"])

        self.press(asked, "confirm")
        self.address.action_set_default()
        self.send_mail()
        sent = self.receive("customer@example.com")
        self.assertEqual(sent.message["From"], "Acme <office@acme.test>")
        # In this layout SPF alone proves the mail.
        verdict = self.verify(sent)
        self.assertEqual((verdict.spf, verdict.dmarc), ("pass", "pass"), verdict)

        # The link was to the company's own e-mail: it is confirmed as well, and its
        # notices stop with the consent.
        self.assertEqual(self.company.sender_confirmed_email, "office@acme.test")
        self.press(asked, "withdraw")
        self.assertEqual(self.address.state, "blocked")
        self.send_mail()
        relayed = self.receive("customer@example.com")
        self.assertEqual(relayed.message["From"], "Acme <acme@relay.test>")
        self.assertTrue(self.verify(relayed).passes)

    def test_notices_arrive_while_the_road_is_closed(self):
        self.address.action_send_confirmation()
        self.press(self.receive("office@acme.test"), "confirm")
        self.address.action_set_default()
        self.dns.set("acme.test", "TXT", "v=spf1 -all")
        self.domain.action_check()
        with freeze_time(fields.Datetime.now() + self.domain._get_grace() * 2):
            self.domain.action_check()
        self.env["mail.mail"].search([("sender_reason", "=", "system_notice")]).send()
        notice = self.receive("office@acme.test")
        self.assertEqual(
            notice.message["Subject"], "Mail can no longer leave from office@acme.test"
        )
        self.assertEqual(notice.message["From"], "Acme <acme@relay.test>")
        self.assertTrue(self.verify(notice).passes)
