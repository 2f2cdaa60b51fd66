# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestVerdict(SenderCommon):
    def create_address(self, email, **vals):
        return self.env["mail.sender.address"].create(
            {"name": "Acme", "email": email, "company_id": self.company.id, **vals}
        )

    def learn(self):
        """Let the scheduler ask DNS about all domains of sender addresses."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "mail_sender_domain.ir_cron_learn_facts"
            ).method_direct_trigger()

    def test_a_new_address_has_the_facts_of_its_domain_asked_for(self):
        """Whatever its mode; what is known already is not asked for again."""
        cron = self.env.ref("mail_sender_domain.ir_cron_learn_facts")
        triggers = self.env["ir.cron.trigger"].sudo()
        facts = self.env["mail.sender.public.facts"].sudo()
        for count, email in enumerate(
            ("info@one.test", "info@two.test", "more@two.test")
        ):
            before = triggers.search_count([("cron_id", "=", cron.id)])
            self.create_address(email, mode="smtp")
            name = email.rpartition("@")[2]
            self.assertEqual(facts.search_count([("domain", "=", name)]), 1)
            after = triggers.search_count([("cron_id", "=", cron.id)])
            self.assertEqual(after - before, 1 if count < 2 else 0)

    def test_what_is_not_known_is_not_judged(self):
        address = self.create_address("post@elsewhere.test", mode="smtp")
        self.assertEqual(address.verdict, "unknown")
        self.assertTrue(address.verdict_reasons)

    def test_a_verified_domain_passes(self):
        self.create_verified_domain("acme.test")
        self.dns.set("_dmarc.acme.test", "TXT", "v=DMARC1; p=reject")
        address = self.create_address("post@acme.test")
        self.learn()
        self.assertEqual(address.verdict, "passes")

    def test_spf_alone_breaks_when_forwarded(self):
        self.platform.spf_include = "spf.platform.test"
        self.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        domain = self.create_domain("acme.test", layout="spf_only")
        self.publish(domain)
        domain.action_check()
        self.assertEqual(domain.state, "verified")
        address = self.create_address("post@acme.test")
        self.dns.set("_dmarc.acme.test", "TXT", "v=DMARC1; p=reject")
        self.learn()
        self.assertEqual(address.verdict, "passes_not_forwarded")

    def test_no_answer_keeps_what_was_known(self):
        self.dns.set("_dmarc.acme.test", "TXT", "v=DMARC1; p=reject")
        self.create_address("post@acme.test")
        self.learn()
        facts = self.env["mail.sender.public.facts"].search([])
        self.dns.fail("_dmarc.acme.test", "timeout")
        facts.checked_at = False
        self.learn()
        [known] = facts._get_facts(["acme.test"]).values()
        self.assertEqual(known.dmarc.record.policy, "reject")
