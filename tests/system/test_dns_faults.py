# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""DNS that misbehaves gives a status and a reason, and never an exception."""

from odoo.tests import tagged

from tests.peers.faulty_dns import FaultyDns, garbage, refuse, silence

from .common import SystemCase


class FaultCase(SystemCase):
    """A domain whose records are published behind a DNS server that may misbehave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.faulty = cls.enterClassContext(FaultyDns(cls.dns.address))
        cls.ask_dns_of(cls.faulty.address)
        cls.company = cls.make_company("Acme", "acme.test")

    def setUp(self):
        super().setUp()
        self.faulty.faults.clear()

    def record(self, purpose: str):
        """The expected record of the domain for a purpose."""
        return self.domain.record_ids.filtered(lambda line: line.purpose == purpose)

    def judged(self, purpose: str) -> tuple[str, str]:
        """Check the domain; return status and reason of one of its records."""
        self.domain.action_check()
        record = self.record(purpose)
        self.assertTrue(record.reason or record.status == "ok")
        return record.status, record.reason_code or ""


@tagged("post_install", "-at_install")
class TestDnsFaults(FaultCase):
    """A domain that was never verified."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.make_domain(cls.company, "acme.test")
        cls.publish(cls.domain)

    def assert_all_judged(self, fault, status: str, reason: str) -> None:
        """Let every question meet a fault: all records tell, the domain waits.

        :param fault: as in :attr:`FaultyDns.faults`; None for none
        """
        self.faulty.faults["*"] = fault
        self.domain.action_check()
        required = self.domain.record_ids.filtered(
            lambda line: line.requirement == "required"
        )
        self.assertEqual(set(required.mapped("status")), {status})
        self.assertEqual(set(required.mapped("reason_code")), {reason})
        self.assertTrue(all(required.mapped("reason")))
        self.assertEqual(self.domain.state, "pending")

    def test_without_fault(self):
        self.domain.action_check()
        self.assertEqual(self.domain.state, "verified")

    def test_timeout(self):
        self.assert_all_judged(silence, "unknown", "timeout")

    def test_servfail(self):
        self.assert_all_judged(refuse("SERVFAIL"), "unknown", "servfail")

    def test_refused(self):
        self.assert_all_judged(refuse("REFUSED"), "unknown", "refused")

    def test_lame(self):
        self.assert_all_judged(refuse("NOTAUTH"), "unknown", "lame")

    def test_garbage(self):
        self.assert_all_judged(garbage, "unknown", "malformed")

    def test_one_record_without_answer(self):
        """One silent name says nothing about the others."""
        self.faulty.faults[self.record("dkim").host] = silence
        self.assertEqual(self.judged("dkim")[0], "unknown")
        self.assertEqual(self.record("ownership").status, "ok")

    def test_nxdomain(self):
        self.domain = self.make_domain(self.company, "unpublished.test")
        self.assert_all_judged(None, "missing", "not_found")

    def spoil(self, purpose: str, rdtype: str, *texts: str) -> None:
        """Publish something else in the place of a record, until the test ends."""
        record = self.record(purpose)
        self.addCleanup(self.dns.set, record.host, record.type, record.value)
        self.addCleanup(self.dns.remove, record.host)
        self.dns.remove(record.host)
        self.dns.set(record.host, rdtype, *texts)

    def test_alias_loop(self):
        host = self.record("dkim").host
        self.spoil("dkim", "CNAME", f"loop.{host}")
        self.dns.set(f"loop.{host}", "CNAME", host)
        self.addCleanup(self.dns.remove, f"loop.{host}")
        self.assertEqual(self.judged("dkim"), ("unknown", "alias_loop"))

    def test_alias_to_nothing(self):
        self.spoil("dkim", "CNAME", "nothing.platform.test")
        self.assertEqual(self.judged("dkim"), ("missing", "dangling"))

    def test_long_text_in_the_way(self):
        """A TXT record of 60 KB arrives over TCP, and hides nothing beside it."""
        self.spoil("ownership", "TXT", "x" * 60_000, self.record("ownership").value)
        self.assertEqual(self.judged("ownership"), ("ok", ""))

    def test_long_text_instead(self):
        self.spoil("ownership", "TXT", "x" * 60_000)
        self.assertEqual(self.judged("ownership"), ("missing", "not_found"))

    def test_long_text_as_key(self):
        self.spoil("dkim", "TXT", "x" * 60_000)
        self.assertEqual(self.judged("dkim"), ("wrong", "syntax"))

    def test_wrong_type(self):
        self.spoil("return_path", "A", "192.0.2.1")
        self.assertEqual(self.judged("return_path"), ("wrong", "proxied"))
        self.spoil("return_path", "MX", "10 mx.platform.test")
        self.assertEqual(self.judged("return_path"), ("wrong", "wrong_type"))

    def test_wrong_type_of_a_text(self):
        self.spoil("dkim", "MX", "10 mx.platform.test")
        self.assertEqual(self.judged("dkim"), ("missing", "not_found"))

    def test_withdrawn_key(self):
        self.spoil("dkim", "TXT", "v=DKIM1; k=rsa; p=")
        self.assertEqual(self.judged("dkim"), ("wrong", "key_revoked"))


@tagged("post_install", "-at_install")
class TestDnsFaultsOfVerifiedDomain(FaultCase):
    """A domain that was verified keeps sending for a while."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sender = cls.make_sender(cls.company, "acme.test", "post@acme.test")
        cls.domain = cls.sender.domain_id

    def assert_still_sends(self, told: str = "") -> None:
        """Mail leaves signed, and receivers, whose DNS works, believe it.

        :param told: who else gets mail, because something has to be mended
        """
        self.assertEqual(self.sender.state, "ready")
        self.env["mail.mail"].with_company(self.company).create(
            {"body_html": "<p>hello</p>", "email_to": "customer@example.com"}
        ).send(raise_exception=True)
        mails = {mail.recipients: mail for mail in self.receiver.mails}
        self.assertEqual(len(mails), len(self.receiver.mails))
        customer = ("customer@example.com",)
        self.assertEqual(mails.keys(), {customer, (told,)} if told else {customer})
        self.assertTrue(self.verify(mails[customer]).passes)

    def test_single_timeout(self):
        self.faulty.faults["*"] = silence
        self.domain.action_check()
        self.assertEqual(self.domain.state, "unknown")
        self.assert_still_sends()

    def test_single_servfail(self):
        self.faulty.faults["*"] = refuse("SERVFAIL")
        self.domain.action_check()
        self.assertEqual(self.domain.state, "unknown")
        self.assert_still_sends()

    def test_record_seems_gone(self):
        record = self.record("ownership")
        self.dns.remove(record.host)
        self.addCleanup(self.dns.set, record.host, record.type, record.value)
        self.domain.action_check()
        self.assertEqual(self.domain.state, "failing")
        self.assert_still_sends(told=self.domain._get_responsible().email_normalized)

    def test_answers_come_back(self):
        self.faulty.faults["*"] = refuse("SERVFAIL")
        self.domain.action_check()
        self.faulty.faults.clear()
        self.domain.action_check()
        self.assertEqual(self.domain.state, "verified")
        self.assertFalse(self.domain.failing_since)
