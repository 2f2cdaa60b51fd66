# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import SenderCommon

INCLUDE = "spf.platform.test"


@tagged("post_install", "-at_install")
class TestSpfRecord(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dns.set(INCLUDE, "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.dns.set("host.test", "A", "198.51.100.1")
        cls.dns.set("host.test", "AAAA", "2001:db8::1")
        cls.platform.spf_include = INCLUDE
        cls.domain = cls.create_domain()

    def get_value(self, *texts):
        """Publish SPF records, check the domain; return what to publish instead."""
        self.dns.set("acme.test", "TXT", *texts)
        self.domain.action_check()
        record = self.domain.record_ids.filtered(lambda line: line.purpose == "spf")
        return record.value

    def test_an_include_is_added(self):
        table = [
            ((), f"v=spf1 include:{INCLUDE} ~all"),
            (
                ("v=spf1 a:host.test -all",),
                f"v=spf1 include:{INCLUDE} a:host.test -all",
            ),
            (
                ("v=spf1 ip4:192.0.2.1 -all", "v=spf1 a:host.test ~all"),
                f"v=spf1 include:{INCLUDE} ip4:192.0.2.1 a:host.test ~all",
            ),
            (
                ("v=spf1 ip:192.0.2.1 oops -all",),
                f"v=spf1 include:{INCLUDE} ip4:192.0.2.1 -all",
            ),
        ]
        for texts, value in table:
            with self.subTest(texts):
                self.assertEqual(self.get_value(*texts), value)
                self.assertFalse(self.domain.spf_problem)

    def test_an_include_without_room_is_refused(self):
        full = " ".join(f"a:host.test/{bits}" for bits in range(10, 20))
        table = [
            (f"v=spf1 {full} -all", "would take 11 look-ups"),
            (
                "v=spf1 a:1.test a:2.test a:3.test -all",
                "3 of its names may lead nowhere",
            ),
            ("v=spf1 include:%{i}.test -all", "something else for each mail"),
        ]
        for text, problem in table:
            with self.subTest(problem):
                # What is right stays as it is.
                self.assertEqual(self.get_value(text), text)
                self.assertIn(problem, self.domain.spf_problem)
        self.publish(self.domain)
        self.domain.action_check()
        self.assertEqual(self.domain.state, "verified")

    def test_room_is_made(self):
        self.get_value("v=spf1 a:1.test a:2.test a:3.test -all")
        self.assertTrue(self.domain.spf_problem)
        self.assertEqual(
            self.get_value("v=spf1 a:1.test -all"),
            f"v=spf1 include:{INCLUDE} a:1.test -all",
        )
        self.assertFalse(self.domain.spf_problem)

    def test_no_answer_changes_nothing(self):
        planned = self.get_value("v=spf1 a:host.test -all")
        self.dns.fail("host.test", "timeout")
        self.addCleanup(self.dns.fail, "host.test", None)
        self.assertEqual(self.get_value("v=spf1 a:host.test -all"), planned)
        self.assertFalse(self.domain.spf_problem)

    def test_another_include(self):
        self.get_value("v=spf1 a:host.test -all")
        self.platform.spf_include = "spf.other.test"
        record = self.domain.record_ids.filtered(lambda line: line.purpose == "spf")
        self.assertEqual(record.value, "v=spf1 include:spf.other.test a:host.test -all")

    def test_a_domain_that_needs_the_include(self):
        """Where nothing but SPF proves the domain, it waits, and says why."""
        domain = self.create_domain("only.test", layout="spf_only")
        self.dns.set("only.test", "TXT", "v=spf1 a:1.test a:2.test a:3.test -all")
        domain.action_check()
        self.assertEqual(domain.state, "pending")
        self.assertIn("may lead nowhere", domain.spf_problem)
