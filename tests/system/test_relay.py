# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail from relay addresses passes, and what is sent to them arrives as it was."""

from email.message import EmailMessage

from odoo.tests import tagged

from .mailbox_case import MailboxCase

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@tagged("post_install", "-at_install")
class TestRelay(MailboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_relay_domain()
        cls.platform = cls.env["mail.sender.platform"]._get_platform()
        cls.relay = cls.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "acme@relay.test",
                "company_id": cls.company.id,
                "mode": "relay",
                "reply_to": "info@acme.test",
            }
        )

    def make_message(self):
        """Make what a customer writes: a text with a picture, and an attachment."""
        message = EmailMessage()
        message["Message-ID"] = "<question@example.com>"
        message["Date"] = "Tue, 06 Nov 2029 10:00:00 +0100"
        message["References"] = "<offer@acme.test>"
        message["From"] = "Jane Doe <jane@example.com>"
        message["To"] = "Acme <acme@relay.test>"
        message["Subject"] = "Größe und Preis?"
        message.set_content("Schöne Grüße\nFrom Jane\n")
        message.add_alternative('<p>Grüße <img src="cid:logo@x"></p>', subtype="html")
        html = message.get_payload()[1]
        html.add_related(PICTURE, "image", "png", cid="<logo@x>", filename="logo.png")
        message.add_attachment(
            PICTURE, "application", "pdf", filename="Maße – Entwurf.pdf"
        )
        return message

    def receive(self, message):
        """Let the gateway and then the scheduler do their work."""
        self.platform.receives_relay_mail = True
        self.env["mail.thread"].message_process(None, message.as_bytes())
        self.run_cron("mail.ir_cron_mail_scheduler_action")

    def assert_passes(self, mail):
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "relay.test")

    def parts(self, message):
        """List type, name, identity and content of what a message is made of."""
        contents = [
            None if part.is_multipart() else part.get_content()
            for part in message.walk()
        ]
        contents = [
            content.replace("\r\n", "\n") if isinstance(content, str) else content
            for content in contents
        ]
        return [
            (part.get_content_type(), part.get_filename(), part["Content-ID"], content)
            for part, content in zip(message.walk(), contents, strict=True)
        ]

    def test_mail_from_a_relay_address_passes(self):
        self.relay.action_set_default()
        self.company.sender_reply_policy = "sender"
        self.queue_mail().send(raise_exception=True)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "Acme <acme@relay.test>")
        self.assertEqual(mail.message["Reply-To"], "Acme <info@acme.test>")
        self.assertEqual(mail.mail_from, "bounce@bounce.relay.test")
        self.assert_passes(mail)

    def test_what_is_sent_to_it_arrives_as_it_was(self):
        original = self.make_message()
        self.receive(original)
        [mail] = self.receiver.mails
        self.assertEqual(mail.recipients, ("info@acme.test",))
        self.assertEqual(mail.mail_from, "bounce@bounce.relay.test")
        message = mail.message
        self.assertEqual(message["From"], "Jane Doe via Acme <acme@relay.test>")
        self.assertEqual(message["Reply-To"], "Jane Doe <jane@example.com>")
        self.assertEqual(message["Subject"], "Größe und Preis?")
        self.assertEqual(message["Message-ID"], "<question@example.com>")
        self.assertEqual(message["References"], "<offer@acme.test>")
        self.assertIn("06 Nov 2029", message["Date"])
        self.assertEqual(self.parts(message), self.parts(original))
        self.assert_passes(mail)

    def test_what_was_passed_on_does_not_go_round(self):
        """The reply address leads back to the relay address."""
        self.receive(self.make_message())
        [mail] = self.receiver.mails
        back = mail.message
        back.replace_header("Message-ID", "<back@elsewhere.test>")
        back.replace_header("To", "acme@relay.test")
        self.receive(back)
        self.assertEqual(len(self.receiver.mails), 1)

    def test_eight_bits_become_seven(self):
        raw = self.make_message()
        raw.clear_content()
        raw = raw.as_bytes() + b"Content-Type: text/plain; charset=iso-8859-1\r\n"
        head = raw.partition(b"\n\n")[0]
        content = (
            head + b"\nContent-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe\n"
        )
        self.platform.receives_relay_mail = True
        self.env["mail.thread"].message_process(None, content)
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        [mail] = self.receiver.mails
        self.assertTrue(mail.content.isascii())
        self.assertEqual(mail.message.get_content().strip(), "Grüße")
        self.assert_passes(mail)

    def test_what_waited_is_passed_on_once(self):
        domain = self.platform.relay_domain_id
        domain.state = "broken"
        self.receive(self.make_message())
        self.assertFalse(self.receiver.mails)
        domain.action_check()
        self.run_hour()
        self.run_hour()
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "Jane Doe via Acme <acme@relay.test>")
        self.assert_passes(mail)
