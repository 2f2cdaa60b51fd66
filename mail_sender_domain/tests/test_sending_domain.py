# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.mail_sender_domain_check import DNS_SERVERS_PARAMETER
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestSendingDomain(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "acme manager",
            groups="mail_sender_domain.group_sender_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def get_record(self, domain, purpose):
        return domain.record_ids.filtered(lambda record: record.purpose == purpose)

    # ------------------------------------------------------------------ input

    def test_refused_names_say_what_to_type(self):
        table = [
            ("", "Type a domain"),
            ("acme", "not a whole domain"),
            ("info@acme.test", "only what stands after the @"),
            ("https://acme.test/shop", "web address"),
            ("192.0.2.1", "IP address"),
            ("co.uk", "Type your own domain below it"),
            ("gmail.com", "belongs to a mail provider"),
            ("Gmail.com.", "belongs to a mail provider"),
            ("ac me.test", "which no domain may contain"),
            ("acme.test\r\nx", "which no domain may contain"),
            ("acme..test", "a dot too many"),
            ("a" * 300 + ".test", "300 characters; 63 are allowed"),
            (".".join(["a" * 60] * 5), "characters; 253 are allowed"),
        ]
        for name, message in table:
            with (
                self.subTest(name[:40]),
                self.assertRaisesRegex(ValidationError, f"Domain: .*{message}"),
                self.env.cr.savepoint(),
            ):
                self.create_domain(name)
        self.assertFalse(self.env["mail.sender.domain"].search([]))

    def test_accepted_names_are_normalised_and_shown_both_ways(self):
        table = [
            ("ACME.Test.", "acme.test", "acme.test", "acme.test"),
            (
                "Müller.example",
                "müller.example",
                "xn--mller-kva.example",
                "müller.example (xn--mller-kva.example)",
            ),
            (
                "xn--bcher-kva.example",
                "bücher.example",
                "xn--bcher-kva.example",
                "bücher.example (xn--bcher-kva.example)",
            ),
        ]
        for typed, name, name_ascii, shown in table:
            with self.subTest(typed):
                domain = self.create_domain(typed)
                self.assertRecordValues(
                    domain,
                    [{"name": name, "name_ascii": name_ascii, "display_name": shown}],
                )

    def test_a_claimed_domain_is_refused_unless_it_is_shared(self):
        domain = self.create_domain(company=self.other_company)
        as_acme = self.as_user(self.env["mail.sender.domain"], self.manager)
        with self.assertRaisesRegex(ValidationError, "claimed by another company"):
            as_acme.create({"name": "Acme.test"})
        domain.shared_company_ids = self.company
        with self.assertRaisesRegex(ValidationError, "set up already"):
            as_acme.create({"name": "acme.test"})

    def test_a_name_that_imitates_another_one(self):
        self.create_domain("mail.apple.test", self.other_company)
        as_acme = self.as_user(self.env["mail.sender.domain"], self.manager)
        refusals = {
            "\u0430\u0440\u0440\u04cf\u0435.test": "Type apple.test with Latin "
            "letters; if it really is the other name, type xn--80ak6aa92e.test",
            "xn--80ak6aa92e.test": "looks like a domain that is in use here already",
            "post.xn--80ak6aa92e.test": "ask the system administrator to add it",
        }
        for name, message in refusals.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, f"Domain: .*{message}") as told,
                self.env.cr.savepoint(),
            ):
                as_acme.create({"name": name})
            self.assertNotIn("mail.apple", str(told.exception))
            self.assertNotIn("Other", str(told.exception))
        domain = as_acme.create({"name": "acme.test"})
        with (
            self.assertRaisesRegex(ValidationError, "looks like a domain"),
            self.env.cr.savepoint(),
        ):
            domain.name = "xn--80ak6aa92e.test"
        # Nobody is in the way of whoever has the very name, or is trusted with it.
        self.assertTrue(as_acme.create({"name": "apple-shop.test"}))
        self.assertEqual(
            self.create_domain("xn--80ak6aa92e.test").name, "xn--80ak6aa92e.test"
        )

    def test_an_address_on_a_domain_that_imitates_another_one(self):
        self.create_domain("apple.test", self.other_company)
        addresses = self.as_user(self.env["mail.sender.address"], self.manager)
        values = {"name": "Acme", "mode": "smtp"}
        with (
            self.assertRaisesRegex(ValidationError, "E-mail: .*looks like a domain"),
            self.env.cr.savepoint(),
        ):
            addresses.create({**values, "email": "info@xn--80ak6aa92e.test"})
        self.assertTrue(addresses.create({**values, "email": "info@acme.test"}))

    def test_a_checked_domain_keeps_its_name(self):
        domain = self.create_verified_domain()
        with self.assertRaisesRegex(ValidationError, "keeps its name"):
            domain.name = "elsewhere.test"

    # ---------------------------------------------------------------- records

    def test_records_of_layout_r(self):
        domain = self.create_domain()
        token = domain.ownership_token
        key = domain.key_ids
        self.assertEqual(
            [
                (line.purpose, line.host, line.type, line.value, line.requirement)
                for line in domain.record_ids
            ],
            [
                (
                    "ownership",
                    "_mail-sender.acme.test",
                    "TXT",
                    f"mail-sender-verification={token}",
                    "required",
                ),
                (
                    "dkim",
                    f"{key.selector}._domainkey.acme.test",
                    "TXT",
                    key.public_record,
                    "required",
                ),
                (
                    "return_path",
                    "bounce.acme.test",
                    "CNAME",
                    "return.platform.test",
                    "required",
                ),
                (
                    "dmarc",
                    "_dmarc.acme.test",
                    "TXT",
                    "v=DMARC1; p=none",
                    "recommended",
                ),
            ],
        )

    def test_return_path_of_its_own_where_the_platform_has_no_target(self):
        self.platform.write(
            {"return_path_target": False, "bounce_host": "mx.platform.test"}
        )
        domain = self.create_domain()
        self.assertEqual(
            self.get_record(domain, "return_path_mx").value, "10 mx.platform.test"
        )
        self.assertEqual(
            self.get_record(domain, "return_path_spf").value,
            "v=spf1 ip4:192.0.2.10 ~all",
        )

    def test_the_existing_spf_record_is_extended(self):
        self.platform.spf_include = "spf.platform.test"
        domain = self.create_domain()
        self.dns.set("acme.test", "TXT", "v=spf1 mx -all", "google-site=1")
        domain.action_check()
        record = self.get_record(domain, "spf")
        self.assertEqual(record.value, "v=spf1 include:spf.platform.test mx -all")
        self.assertEqual(record.requirement, "optional")

    def test_a_dmarc_policy_that_is_there_is_not_proposed_anew(self):
        domain = self.create_domain()
        self.dns.set("_dmarc.acme.test", "TXT", "v=DMARC1; p=reject")
        domain.action_check()
        self.assertFalse(self.get_record(domain, "dmarc"))

    # ------------------------------------------------------------ verification

    def test_published_records_verify_the_domain(self):
        domain = self.create_domain()
        self.assertEqual(domain.state, "draft")
        domain.action_check()
        self.assertEqual(domain.state, "pending")
        self.assertEqual(self.get_record(domain, "ownership").status, "missing")
        self.publish(domain)
        domain.action_check()
        self.assertEqual(domain.state, "verified")
        self.assertEqual(domain.key_ids.stage, "active")

    def test_optional_records_are_not_needed(self):
        domain = self.create_verified_domain()
        self.assertEqual(self.get_record(domain, "dmarc").status, "missing")
        self.assertEqual(domain.state, "verified")

    def test_a_key_that_was_not_seen_does_not_sign(self):
        domain = self.create_domain()
        domain.action_check()
        self.assertFalse(domain._get_signing_keys())

    def test_no_answer_never_undoes_the_verification_at_once(self):
        domain = self.create_verified_domain()
        for reason in ("timeout", "servfail", "alias_loop"):
            with self.subTest(reason):
                self.dns.fail("_mail-sender.acme.test", reason)
                self.addCleanup(self.dns.fail, "_mail-sender.acme.test", None)
                domain.action_check()
                self.assertEqual(domain.state, "unknown")
                self.assertTrue(domain._may_send())
                self.assertTrue(self.get_record(domain, "ownership").reason)
        self.dns.fail("_mail-sender.acme.test", None)
        domain.action_check()
        self.assertEqual(domain.state, "verified")
        self.assertFalse(domain.failing_since)

    def test_a_lost_record_costs_the_verification_after_the_grace(self):
        start = fields.Datetime.now()
        domain = self.create_verified_domain()
        self.dns.remove("_mail-sender.acme.test")
        for passed, state in [
            (timedelta(0), "failing"),
            (timedelta(hours=71), "failing"),
            (timedelta(hours=73), "broken"),
        ]:
            with self.subTest(state), freeze_time(start + passed):
                domain.action_check()
                self.assertEqual(domain.state, state)
        self.publish(domain)
        domain.action_check()
        self.assertEqual(domain.state, "verified")

    def test_the_reason_is_told_in_words(self):
        domain = self.create_verified_domain()
        self.dns.set(
            f"{domain.key_ids.selector}._domainkey.acme.test", "TXT", "v=DKIM1; p="
        )
        domain.action_check()
        record = self.get_record(domain, "dkim")
        self.assertEqual(record.status, "wrong")
        self.assertIn("revoked", record.reason)
        self.assertEqual(record.found, "v=DKIM1; p=")

    def test_checking_costs_no_network_until_the_button(self):
        self.dns.questions.clear()
        domain = self.create_domain()
        domain.read()
        self.assertEqual(self.dns.questions, [])

    def test_a_wrong_list_of_dns_servers_is_explained(self):
        self.env["ir.config_parameter"].set_param(DNS_SERVERS_PARAMETER, "dns.test")
        with self.assertRaisesRegex(UserError, "holds “dns.test”"):
            self.ask_real_resolver()

    # ----------------------------------------------------------------- rights

    def test_nobody_sets_the_verification_by_hand(self):
        domain = self.as_user(self.create_domain(), self.manager)
        for vals in ({"state": "verified"}, {"ownership_token": "mine"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                domain.write(vals)
        with self.assertRaises(AccessError):
            domain.create({"name": "elsewhere.test", "state": "verified"})

    def test_a_manager_sets_up_and_checks_the_domain_of_the_own_company(self):
        domain = self.as_user(self.env["mail.sender.domain"], self.manager).create(
            {"name": "acme.test"}
        )
        self.publish(domain)
        domain.action_check()
        self.assertEqual(domain.state, "verified")

    def test_a_manager_fills_in_the_form(self):
        with Form(self.as_user(self.env["mail.sender.domain"], self.manager)) as form:
            form.name = "Acme.test"
        self.assertEqual(form.record.name, "acme.test")
        addresses = self.as_user(self.env["mail.sender.address"], self.manager)
        with Form(addresses) as form:
            form.email = "info@acme.test"
        self.assertEqual(form.record.domain_id.name, "acme.test")

    def test_domains_of_other_companies_are_out_of_reach(self):
        domain = self.create_domain(company=self.other_company)
        as_acme = self.as_user(domain, self.manager)
        self.assertFalse(as_acme.search([("id", "=", domain.id)]))
        with self.assertRaises(AccessError):
            as_acme.action_check()
        domain.shared_company_ids = self.company
        self.assertTrue(as_acme.search([("id", "=", domain.id)]))
        with self.assertRaises(AccessError):
            as_acme.write({"shared_company_ids": False})

    def test_only_the_system_administrator_has_domains_of_the_platform(self):
        with self.assertRaises(AccessError):
            self.as_user(self.env["mail.sender.domain"], self.manager).create(
                {"name": "relay.test", "company_id": False}
            )
        self.env["mail.sender.domain"].create(
            {"name": "relay.test", "company_id": False}
        )
