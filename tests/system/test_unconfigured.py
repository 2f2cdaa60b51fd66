# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company without a sender keeps Odoo's behaviour, beside others that have one."""

from odoo.tests import tagged

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase


@tagged("post_install", "-at_install")
class TestUnconfigured(SystemCase):
    """Plain has set up nothing; Acme has a sender and a server of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_receiver = cls.enterClassContext(SmtpReceiver())
        cls.plain = cls.make_company("Plain", "plain.test")
        cls.acme = cls.make_company("Acme", "acme.test")
        own_server = cls.make_server(
            "own",
            cls.own_receiver,
            sequence=0,
            from_filter="plain.test",
            sender_company_id=cls.acme.id,
            sender_spf_include="spf.platform.test",
        )
        cls.make_sender(
            cls.acme, "acme.test", "post@acme.test", mail_server_id=own_server.id
        )

    def send(self, company, **values):
        """Send a mail of a company whose From Odoo decides on."""
        self.env["mail.mail"].with_company(company).create(
            {
                "body_html": "<p>hello</p>",
                "email_from": '"Somebody" <somebody@plain.test>',
                "email_to": "customer@example.com",
                **values,
            }
        ).send(raise_exception=True)

    def test_mail_is_left_alone(self):
        """The server of Acme is out of bounds, although it asks for this very From."""
        self.send(self.plain)
        self.assertFalse(self.own_receiver.mails)
        [mail] = self.stray_receiver.mails
        self.assertEqual(mail.message["From"], "Somebody <notifications@plain.test>")
        self.assertEqual(mail.mail_from, "bounce@plain.test")
        self.assertNotIn("DKIM-Signature", mail.message)

    def test_false_name_is_not_signed(self):
        """Writing another company's address into From gets no signature."""
        self.send(self.plain, email_from="post@acme.test")
        [mail] = self.stray_receiver.mails
        self.assertNotIn("DKIM-Signature", mail.message)
