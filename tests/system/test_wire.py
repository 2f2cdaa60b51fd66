# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bytes that a receiver gets convince verifiers that know nothing of us."""

import re
from email.utils import parseaddr

from odoo import Command
from odoo.tests import tagged

from tests.peers import opendkim, verify_python

from .common import SystemCase

#: A beginning and an end of a PDF, enough for whoever looks at types.
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestWire(SystemCase):
    """mailauth, OpenDKIM, dkimpy and pyspf judge what arrived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.sender = cls.make_sender(cls.company, "acme.test", "post@acme.test")

    def send(self, *vals_list: dict) -> None:
        """Send mails of the company, in one go."""
        mails = self.env["mail.mail"].with_company(self.company)
        mails.create(
            [
                {
                    "subject": "hello",
                    "body_html": "<p>hello</p>",
                    "email_to": "customer@example.com",
                    "auto_delete": False,
                    **vals,
                }
                for vals in vals_list
            ]
        ).send(raise_exception=True)

    def send_one(self, **vals):
        """Send one mail of the company, check its proof, and return what arrived."""
        self.send(vals)
        [received] = self.receiver.mails
        self.assert_proven(received)
        return received

    def assert_proven(self, mail, domain: str = "acme.test") -> None:
        """Let everybody judge one received mail."""
        address = parseaddr(mail.message["From"])[1]
        self.assertEqual(mail.mail_from, f"bounce@bounce.{domain}")
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.header_from, (address,))
        self.assertEqual([s.domain for s in verdict.signatures], [domain])
        self.assertEqual(verdict.aligned_dkim, domain)
        self.assertEqual(verdict.aligned_spf, f"bounce.{domain}")
        second = opendkim.verify(mail.content, self.dns.address)
        self.assertTrue(second.passes, second.text)
        self.assertEqual(second.domain, domain)
        self.assertTrue(verify_python.verify_dkim(mail.content, self.dns.address))
        self.assertEqual(verify_python.verify_spf(mail, self.dns.address), "pass")

    def plain_text(self, mail) -> str:
        """The text that people read, whatever it was wrapped in."""
        return mail.message.get_body(("plain",)).get_content()

    def make_attachment(self, name: str, content: bytes, mimetype: str):
        values = {"name": name, "raw": content, "mimetype": mimetype}
        return self.env["ir.attachment"].create(values)

    # ------------------------------------------------------------------ cases

    def test_ascii(self):
        mail = self.send_one(subject="An invoice", body_html="<p>Thank you.</p>")
        self.assertEqual(mail.message["Subject"], "An invoice")
        self.assertEqual(mail.message["From"], "Acme <post@acme.test>")
        self.assertIn("Thank you.", self.plain_text(mail))

    def test_letters_beyond_ascii(self):
        self.sender.name = "Bäcker & Söhne, „Zur Mühle“ 🥐"
        mail = self.send_one(
            subject="Rechnung über 1.000 € – Grüße aus Österreich, Ελλάδα und 日本",
            body_html="<p>Schöne Grüße 🎉</p><p>Καλημέρα</p>",
        )
        self.assertEqual(
            mail.message["Subject"],
            "Rechnung über 1.000 € – Grüße aus Österreich, Ελλάδα und 日本",
        )
        [address] = mail.message["From"].addresses
        self.assertEqual(address.display_name, "Bäcker & Söhne, „Zur Mühle“ 🥐")
        self.assertIn("Schöne Grüße 🎉", self.plain_text(mail))

    def test_the_wire_is_seven_bit_clean(self):
        """A server on the way must have no reason to re-encode the body."""
        mail = self.send_one(body_html="<p>Schöne Grüße</p>")
        self.assertTrue(mail.content.isascii())

    def test_html_and_pdf(self):
        attachment = self.make_attachment("Rechnung März.pdf", PDF, "application/pdf")
        mail = self.send_one(
            body_html="<table><tr><td>Sum</td><td>100 €</td></tr></table>",
            attachment_ids=[Command.set(attachment.ids)],
        )
        [received] = mail.message.iter_attachments()
        self.assertEqual(received.get_filename(), "Rechnung März.pdf")
        self.assertEqual(received.get_content(), PDF)

    def test_lines_that_begin_with_from(self):
        mail = self.send_one(
            body_html="<p>From here<br/>From there<br/>.<br/>.From a dot</p>"
        )
        self.assertRegex(mail.content, rb"\r\n>?From here")

    def test_very_long_lines(self):
        mail = self.send_one(body_html=f"<p>{'x' * 5000} {'ü' * 3000}</p>")
        self.assertIn("x" * 5000, re.sub(r"\s", "", self.plain_text(mail)))
        self.assertLessEqual(max(map(len, mail.content.split(b"\r\n"))), 998)

    def test_very_long_subject(self):
        mail = self.send_one(subject="word " * 200 + "ü" * 300)
        self.assertIn("ü" * 300, mail.message["Subject"])

    def test_empty_body(self):
        mail = self.send_one(body_html="")
        self.assertEqual(self.plain_text(mail).strip(), "")

    def test_blank_lines_at_the_end(self):
        self.send_one(body_html="<p>text</p><p> </p><br/><br/>\n\n\n")

    def test_many_recipients(self):
        addresses = [f"recipient-{number}@example.com" for number in range(120)]
        mail = self.send_one(email_to=", ".join(addresses))
        self.assertEqual(sorted(mail.recipients), sorted(addresses))

    def test_copies_and_answers(self):
        mail = self.send_one(
            email_cc="copy@example.com",
            references="<first@example.com> <second@example.com>",
            headers={
                "List-Unsubscribe": "<https://acme.test/leave>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        self.assertEqual(mail.recipients, ("customer@example.com", "copy@example.com"))
        self.assertEqual(
            mail.message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click"
        )

    def test_grouped_session(self):
        """Several mails in one connection are each signed for themselves."""
        self.send(*({"subject": f"number {number}"} for number in range(5)))
        self.assertEqual(len({mail.client_port for mail in self.receiver.mails}), 1)
        subjects = [mail.message["Subject"] for mail in self.receiver.mails]
        self.assertEqual(subjects, [f"number {number}" for number in range(5)])
        for mail in self.receiver.mails:
            self.assert_proven(mail)

    def test_session_goes_on_after_a_refusal(self):
        """What was meant for a refused mail does not stick to the next one."""
        self.receiver.replies["nobody@example.com"] = "550 5.1.1 no such mailbox"
        self.addCleanup(self.receiver.replies.clear)
        with self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR"):
            mails = self.env["mail.mail"].with_company(self.company)
            mails.create(
                [
                    {"body_html": "<p>one</p>", "email_to": "nobody@example.com"},
                    {"body_html": "<p>two</p>", "email_to": "customer@example.com"},
                ]
            ).send()
        [received] = self.receiver.mails
        self.assert_proven(received)

    def test_one_megabyte(self):
        content = bytes(range(256)) * 4096
        attachment = self.make_attachment(
            "data.bin", content, "application/octet-stream"
        )
        mail = self.send_one(attachment_ids=[Command.set(attachment.ids)])
        [received] = mail.message.iter_attachments()
        self.assertEqual(received.get_content(), content)

    def test_international_domain(self):
        company = self.make_company("Bücher", "buecher.test")
        self.make_sender(company, "bücher.test", "post@bücher.test")
        self.env["mail.mail"].with_company(company).create(
            {
                "subject": "Grüße",
                "body_html": "<p>Grüße</p>",
                "email_to": "customer@example.com",
            }
        ).send(raise_exception=True)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "Bücher <post@xn--bcher-kva.test>")
        self.assert_proven(mail, "xn--bcher-kva.test")

    def test_second_key(self):
        """An Ed25519 key (RFC 8463) signs beside the RSA key."""
        domain = self.sender.domain_id
        self.env["mail.sender.dkim.key"].create(
            {"domain_id": domain.id, "algorithm": "ed25519"}
        )
        domain.action_check()
        self.publish(domain)
        domain.action_check()
        # What asked to publish the record has left by mail.
        self.receiver.mails.clear()
        self.send({})
        [mail] = self.receiver.mails
        verdict = self.verify(mail)
        self.assertEqual(
            sorted((s.algorithm, s.result) for s in verdict.signatures),
            [("ed25519-sha256", "pass"), ("rsa-sha256", "pass")],
        )
        self.assertTrue(verdict.passes, verdict)
