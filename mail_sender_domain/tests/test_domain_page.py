# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.dkim import generate_private_key, public_record
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestDomainPage(SenderCommon):
    """What the page of a sending domain says about each of its records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.platform.write({"spf_include": "spf.platform.test", "spf_addresses": False})
        cls.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.dns.set("mx.acme.test", "A", "192.0.2.20")
        cls.domain = cls.create_domain()
        cls.publish(cls.domain)
        cls.dns.set("acme.test", "MX", "10 mx.acme.test")
        cls.key = cls.get_record("dkim").value

    @classmethod
    def get_record(cls, purpose):
        return cls.domain.record_ids.filtered(lambda line: line.purpose == purpose)

    def check(self, purpose):
        """Check the domain; the record of a purpose."""
        self.domain.action_check()
        return self.get_record(purpose)

    def spoil(self, purpose, rdtype, *texts):
        """Publish something else in the place of a record."""
        record = self.get_record(purpose)
        self.dns.remove(record.host, record.type)
        self.dns.set(record.host, rdtype, *texts)

    def test_records_that_are_right_do_not_make_up_for_the_platform(self):
        self.publish(self.domain)
        self.platform.return_path_target = False
        self.domain.action_check()
        self.assertNotEqual(self.domain.state, "verified")
        self.assertNotIn("is verified", self.domain._get_check_summary())

    # --------------------------------------------------------------- reasons

    def test_reasons_of_a_record_that_is_not_right(self):
        """Each says what is wrong in words, and the exact value to publish."""
        own_key = self.key
        other = str(public_record(generate_private_key("rsa")))
        self.assertNotEqual(other, own_key)
        for purpose, rdtype, texts, code, words in [
            ("ownership", "TXT", ["x=1"], "not_found", "no such record"),
            (
                "ownership",
                "TXT",
                ["mail-sender-verification=1"],
                "other_token",
                "another registration",
            ),
            ("dkim", "TXT", [other], "other_key", "another key"),
            ("dkim", "TXT", ["v=DKIM1; p="], "key_revoked", "revoked"),
            ("dkim", "TXT", [f'"{own_key}"'], "quotes", "quotation marks"),
            (
                "dkim",
                "TXT",
                [own_key.replace(";", "\\;")],
                "backslashes",
                "has backslashes",
            ),
            (
                "dkim",
                "TXT",
                [own_key.replace("p=", "p=\u200b")],
                "blanks",
                "invisible characters",
            ),
            ("dkim", "TXT", [own_key, own_key], "several_records", "2 records"),
            (
                "return_path",
                "CNAME",
                ["return.other.test"],
                "other_value",
                "another name",
            ),
            ("return_path", "A", ["192.0.2.99"], "proxied", "192.0.2.99"),
            ("return_path", "MX", ["10 mx.platform.test"], "wrong_type", "MX"),
        ]:
            with self.subTest(code, texts=texts):
                self.addCleanup(self.publish, self.domain)
                self.spoil(purpose, rdtype, *texts)
                record = self.check(purpose)
                self.assertEqual(record.reason_code, code)
                self.assertIn(words, record.reason)
                self.assertIn(record.status, ("missing", "wrong"))
                self.assertEqual(record.instead, record.value)
                self.assertEqual(record.form_value, record.value)
                self.dns.remove(record.host)
                self.publish(self.domain)

    def test_a_testing_flag_is_told_though_the_record_is_right(self):
        self.spoil("dkim", "TXT", self.key.replace("v=DKIM1;", "v=DKIM1; t=y;"))
        record = self.check("dkim")
        self.assertEqual((record.status, record.reason_code), ("ok", "testing_flag"))
        self.assertEqual((record.instead, record.form_value), (self.key, self.key))

    def test_a_record_that_was_published_elsewhere_is_found(self):
        record = self.get_record("ownership")
        for found_at, code in [
            ("_mail-sender.acme.test.acme.test", "doubled_domain"),
            ("acme.test", "misplaced"),
        ]:
            with self.subTest(code):
                self.dns.remove(record.host)
                self.dns.set(found_at, "TXT", record.value)
                self.check("ownership")
                self.assertEqual((record.status, record.reason_code), ("missing", code))
                self.assertIn(found_at, record.reason)
                self.dns.remove(found_at, "TXT")

    def test_a_record_in_another_zone_names_its_servers(self):
        record = self.get_record("ownership")
        self.dns.remove(record.host)
        self.dns.set(record.host, "NS", "ns1.elsewhere.test")
        self.check("ownership")
        self.assertEqual(record.reason_code, "other_zone")
        self.assertIn("ns1.elsewhere.test", record.reason)

    def test_the_spf_record_of_the_domain_is_repaired_and_not_replaced(self):
        merged = "v=spf1 include:spf.platform.test mx ~all"
        lookups = " ".join(f"include:s{number}.test" for number in range(11))
        for number in range(11):
            self.dns.set(f"s{number}.test", "TXT", "v=spf1 ip4:192.0.2.77 -all")
        for texts, code, instead in [
            (["v=spf1 mx ~all"], "include_missing", merged),
            (["v=spf1 mx ~all", "v=spf1 mx -all"], "several_records", merged),
            (["v=spf1 include:spf.platform.test mx +all"], "allows_everyone", merged),
            (["v=spf1 include:spf.platform.test mx ?all"], "neutral_all", merged),
            ([f"v=spf1 {lookups} -all"], "no_room", False),
        ]:
            with self.subTest(code):
                self.dns.set("acme.test", "TXT", *texts)
                record = self.check("spf")
                self.assertEqual(record.reason_code, code)
                self.assertTrue(record.reason)
                self.assertEqual(record.instead or False, instead)
                self.assertEqual(record.form_value, instead or record.value)
        self.assertIn("s10.test", record.reason, "the cost of each include is told")

    def test_no_answer_has_its_reason(self):
        host = self.get_record("ownership").host
        self.addCleanup(self.dns.fail, host, None)
        for reason in ("timeout", "servfail", "refused", "lame", "alias_loop"):
            with self.subTest(reason):
                self.dns.fail(host, reason)
                record = self.check("ownership")
                self.assertEqual(
                    (record.status, record.reason_code), ("unknown", reason)
                )
                self.assertTrue(record.reason)
                self.assertFalse(record.instead)

    def test_no_answer_keeps_the_value_that_mends_a_record(self):
        self.domain.action_check()
        host = self.get_record("dmarc").host
        self.dns.set(host, "TXT", '"v=DMARC1; p=reject"')
        self.assertEqual(self.check("dmarc").form_value, "v=DMARC1; p=reject")
        self.addCleanup(self.dns.fail, host, None)
        self.dns.fail(host, "timeout")
        record = self.check("dmarc")
        self.assertEqual(record.status, "unknown")
        self.assertEqual(record.form_value, "v=DMARC1; p=reject")

    def test_a_changed_record_forgets_what_was_found(self):
        self.spoil("return_path", "CNAME", "return.other.test")
        record = self.check("return_path")
        self.platform.return_path_target = "back.platform.test"
        self.domain._sync_records()
        self.assertRecordValues(
            record,
            [
                {
                    "status": "unchecked",
                    "state": "draft",
                    "found": False,
                    "reason_code": False,
                    "instead": False,
                }
            ],
        )

    # -------------------------------------------------------------- DNS host

    def test_records_are_shown_as_the_dns_host_wants_them(self):
        record = self.get_record("return_path")
        self.assertEqual(record.form_host, "bounce")
        self.dns.set("acme.test", "NS", "dns1.movistar.test")
        self.check("return_path")
        self.assertFalse(self.domain.dns_host)
        self.assertEqual(self.domain.dns_servers, "dns1.movistar.test")
        self.dns.set("acme.test", "NS", "ns-1.awsdns-01.com", "ns-2.awsdns-02.net")
        self.check("return_path")
        self.assertEqual(self.domain.dns_host, "Amazon Route 53")
        self.assertTrue(self.domain.dns_panel.startswith("https://"))
        self.assertEqual(
            self.get_record("ownership").form_value,
            f'"{self.get_record("ownership").value}"',
        )

    def test_names_are_relative_to_the_zone(self):
        domain = self.create_domain("mail.acme.test", layout="subdomain")
        record = domain.record_ids.filtered(lambda line: line.purpose == "ownership")
        self.assertEqual(record.form_host, "_mail-sender.mail")
        self.dns.set("mail.acme.test", "NS", "ns1.acme.test")
        domain.action_check()
        self.assertEqual(domain.dns_zone, "mail.acme.test")
        self.assertEqual(record.form_host, "_mail-sender")

    def test_no_answer_keeps_the_dns_host(self):
        self.dns.set("acme.test", "NS", "ada.ns.cloudflare.com")
        self.domain.action_check()
        self.dns.fail("acme.test", "timeout")
        self.addCleanup(self.dns.fail, "acme.test", None)
        self.domain.action_check()
        self.assertEqual(self.domain.dns_host, "Cloudflare")

    # ------------------------------------------------------- state and time

    def test_each_record_has_a_grace_of_its_own(self):
        start = fields.Datetime.now()
        self.domain.action_check()
        record = self.get_record("ownership")
        other = self.get_record("return_path")
        self.assertEqual(record.state, "verified")
        self.dns.remove(record.host)
        for passed, state in [(0, "failing"), (71, "failing"), (73, "broken")]:
            with self.subTest(state), freeze_time(start + timedelta(hours=passed)):
                self.domain.action_check()
                self.assertEqual((record.state, other.state), (state, "verified"))
        self.publish(self.domain)
        self.domain.action_check()
        self.assertEqual((record.state, record.failing_since), ("verified", False))

    def test_a_record_that_was_never_right_is_pending(self):
        self.dns.remove(self.get_record("ownership").host)
        self.assertEqual(self.check("ownership").state, "pending")

    def test_checks_are_dense_at_first(self):
        self.dns.remove(self.get_record("ownership").host)
        start = fields.Datetime.now()
        with freeze_time(start):
            self.domain.action_check()
            self.assertEqual(self.domain.next_check, start + timedelta(minutes=1))
        for waited, pause in [
            (timedelta(minutes=30), timedelta(minutes=3)),
            (timedelta(hours=5), timedelta(minutes=30)),
            (timedelta(days=3), timedelta(hours=1)),
        ]:
            now = start + waited
            with self.subTest(waited), freeze_time(now):
                self.domain._check_dns(self.dns)
                self.assertEqual(self.domain.next_check, now + pause)
        # Somebody looks again: that somebody is waiting.
        with freeze_time(now):
            self.domain.action_check()
            self.assertEqual(self.domain.next_check, now + timedelta(minutes=1))
        self.publish(self.domain)
        self.domain.action_check()
        pause = self.domain.next_check - self.domain.last_check
        self.assertTrue(timedelta(hours=12) <= pause <= timedelta(hours=36))

    def test_the_scheduler_is_woken_in_time(self):
        self.dns.remove(self.get_record("ownership").host)
        self.domain.action_check()
        cron = self.env.ref("mail_sender_domain.ir_cron_check_domains")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", cron.id), ("call_at", "=", self.domain.next_check)]
        )
        self.assertTrue(trigger)

    # ------------------------------------------------------------- scheduler

    def run_scheduler(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "mail_sender_domain.ir_cron_check_domains"
            ).method_direct_trigger()

    def test_the_scheduler_checks_what_is_due(self):
        draft = self.create_domain("draft.test")
        later = self.create_domain("later.test")
        self.publish(later)
        later.action_check()
        self.domain.action_check()
        self.domain.next_check = fields.Datetime.now() - timedelta(seconds=1)
        self.dns.questions.clear()
        self.run_scheduler()
        asked = {
            name.removeprefix("_mail-sender.") for name, _type in self.dns.questions
        }
        self.assertIn("acme.test", asked)
        self.assertFalse({"draft.test", "later.test"} & asked)
        self.assertEqual(draft.state, "draft")
        self.assertGreater(self.domain.next_check, fields.Datetime.now())

    def test_one_bad_domain_does_not_stop_the_others(self):
        bad = self.create_domain("bad.test")
        self.dns.remove(self.get_record("ownership").host)
        for domain in (self.domain, bad):
            domain.action_check()
        self.env.cr.execute(
            "UPDATE mail_sender_domain SET return_path_label = 'no label'"
            " WHERE id = %s",
            [bad.id],
        )
        self.env.invalidate_all()
        (self.domain | bad).next_check = False
        self.publish(self.domain)
        with mute_logger(
            "odoo.addons.mail_sender_domain.models.mail_sender_domain_recheck"
        ):
            self.run_scheduler()
        self.assertEqual(self.domain.state, "verified")
        self.assertEqual(bad.state, "pending")
        self.assertGreater(bad.next_check, fields.Datetime.now(), "not again at once")

    def test_all_due_domains_are_asked_about_at_once(self):
        domains = self.domain
        for number in range(4):
            domains |= self.create_domain(f"acme{number}.test")
        domains.action_check()
        domains.next_check = False
        claimed = self.env["mail.sender.domain"]._claim_due()
        self.assertEqual(claimed, domains)
        self.assertFalse(self.env["mail.sender.domain"]._claim_due())

    # ---------------------------------------------------------------- notices

    def get_activities(self):
        return self.domain.activity_ids.filtered("active")

    def test_one_activity_for_each_trouble_which_goes_away(self):
        mira = new_test_user(
            self.env,
            "mira",
            groups="mail_sender_domain.group_sender_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.company.sender_responsible_id = mira
        self.domain.action_check()
        self.assertFalse(self.get_activities())
        self.dns.remove(self.get_record("ownership").host)
        start = fields.Datetime.now()
        for _check in range(3):
            self.domain.action_check()
        activity = self.get_activities()
        self.assertEqual((len(activity), activity.user_id), (1, mira))
        self.assertIn("Mail still leaves", activity.note)
        with freeze_time(start + timedelta(hours=73)):
            self.domain.action_check()
            self.domain.action_check()
        self.assertEqual(self.get_activities(), activity)
        self.assertIn("no longer leaves", activity.note)
        self.publish(self.domain)
        self.domain.action_check()
        self.assertFalse(self.get_activities())

    def test_silence_is_no_news_before_it_lasts(self):
        start = fields.Datetime.now()
        self.domain.action_check()
        self.dns.fail(self.get_record("ownership").host, "timeout")
        self.addCleanup(self.dns.fail, self.get_record("ownership").host, None)
        self.domain.action_check()
        self.assertEqual(self.domain.state, "unknown")
        self.assertFalse(self.get_activities())
        with freeze_time(start + timedelta(hours=25)):
            self.domain.action_check()
            self.assertIn("do not answer", self.get_activities().note)

    def test_a_domain_that_waits_bothers_nobody(self):
        self.dns.remove(self.get_record("ownership").host)
        self.domain.action_check()
        self.assertFalse(self.get_activities())

    # ------------------------------------------------------------------ DMARC

    def set_policy(self, text):
        self.dns.set("_dmarc.acme.test", "TXT", text)
        self.domain.action_check()

    def test_the_way_to_a_policy_that_protects(self):
        start = fields.Datetime.now()
        self.domain.action_check()
        self.assertEqual(self.domain.dmarc_proposal, "v=DMARC1; p=none")
        self.domain.dmarc_mailbox = "dmarc@acme.test"
        proposal = "v=DMARC1; p=none; rua=mailto:dmarc@acme.test"
        self.assertEqual(self.domain.dmarc_proposal, proposal)
        self.set_policy("v=DMARC1; p=none; fo=1")
        self.assertEqual(
            self.domain.dmarc_proposal,
            "v=DMARC1; p=none; fo=1; rua=mailto:dmarc@acme.test",
        )
        self.set_policy(proposal)
        self.assertFalse(self.domain.dmarc_proposal)
        self.assertIn("14 more days", self.domain.dmarc_step)
        with freeze_time(start + timedelta(days=15)):
            self.domain.invalidate_recordset()
            self.assertIn("p=quarantine", self.domain.dmarc_proposal)

    def test_a_domain_that_fails_gets_no_stricter_policy(self):
        self.set_policy("v=DMARC1; p=none; rua=mailto:dmarc@acme.test")
        self.dns.remove(self.get_record("ownership").host)
        with freeze_time(fields.Datetime.now() + timedelta(days=15)):
            self.domain.action_check()
            self.assertFalse(self.domain.dmarc_proposal)
            self.assertIn("Not all mail passes", self.domain.dmarc_step)

    def test_reports_to_another_domain_need_its_permission(self):
        self.set_policy("v=DMARC1; p=none; rua=mailto:d@reports.test")
        host = "acme.test._report._dmarc.reports.test"
        self.assertIn(host, self.domain.dmarc_permissions)
        self.dns.set(host, "TXT", "v=DMARC1")
        self.domain.action_check()
        self.assertFalse(self.domain.dmarc_permissions)

    def test_another_domain_has_to_agree_to_get_reports(self):
        """That is told with the proposal, before anything is published."""
        self.domain.action_check()
        self.domain.dmarc_mailbox = "dmarc@acme.test"
        self.assertFalse(self.domain.dmarc_permissions)
        self.domain.dmarc_mailbox = "d@reports.test"
        self.assertIn("rua=mailto:d@reports.test", self.domain.dmarc_proposal)
        self.assertEqual(
            self.domain.dmarc_permissions,
            "reports.test has to agree before it gets reports: its administrator "
            "publishes a TXT record at acme.test._report._dmarc.reports.test with the "
            "value “v=DMARC1”.",
        )
        self.set_policy(self.domain.dmarc_proposal)
        self.assertIn("gets no reports until", self.domain.dmarc_permissions)

    def test_each_mode_of_the_addresses_has_its_verdict(self):
        self.set_policy("v=DMARC1; p=reject")
        self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "info@acme.test",
                "company_id": self.company.id,
            }
        )
        self.assertIn("acme.test asks receivers to refuse", self.domain.dmarc_summary)
        self.assertIn("Own domain: Passes", self.domain.dmarc_summary)

    def test_what_a_layout_proves_is_said_beforehand(self):
        facts = self.env["mail.sender.public.facts"]
        for policy, layout, words in [
            ("v=DMARC1; p=none", "return_path", "signed for acme.test"),
            ("v=DMARC1; p=none", "subdomain", "counts for acme.test"),
            ("v=DMARC1; p=reject; adkim=s; aspf=s", "subdomain", "does not count"),
        ]:
            with self.subTest(policy, layout=layout):
                name = "acme.test" if layout == "return_path" else "mail.acme.test"
                self.dns.set("_dmarc.acme.test", "TXT", policy)
                line = facts.sudo().search([("domain", "=", "acme.test")])
                line = line or facts.sudo().create({"domain": "acme.test"})
                line._learn(self.dns)
                new = self.env["mail.sender.domain"].new(
                    {"name": name, "layout": layout, "company_id": self.company.id}
                )
                self.assertIn(words, new.alignment)

    def test_the_layout_of_a_subdomain_is_proposed(self):
        facts = self.env["mail.sender.public.facts"].sudo()
        line = facts.search([("domain", "=", "acme.test")])
        line = line or facts.create({"domain": "acme.test"})
        for policy, name, layout in [
            ("v=DMARC1; p=none", "acme.test", "return_path"),
            ("v=DMARC1; p=none", "mail.acme.test", "subdomain"),
            ("v=DMARC1; p=none; adkim=s; aspf=s", "mail.acme.test", "return_path"),
        ]:
            with self.subTest(policy, name=name):
                self.dns.set("_dmarc.acme.test", "TXT", policy)
                line._learn(self.dns)
                new = self.env["mail.sender.domain"].new(
                    {"name": name, "company_id": self.company.id}
                )
                new._onchange_name()
                self.assertEqual(new.layout, layout)

    # ------------------------------------------------------- answers elsewhere

    def test_a_reply_domain_gets_its_records_which_are_optional(self):
        self.domain.action_check()
        address = self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "info@acme.test",
                "company_id": self.company.id,
                "reply_policy": "fixed",
                "reply_to": "office@acme-mail.test",
            }
        )
        self.assertEqual(address.reply_domain, "acme-mail.test")
        action = address.action_open_reply_domain()
        self.assertEqual(action["context"]["default_name"], "acme-mail.test")
        self.assertFalse(action["res_id"])
        domain = self.create_domain("acme-mail.test")
        self.assertEqual(address.action_open_reply_domain()["res_id"], domain.id)
        self.assertTrue(domain.is_for_replies)
        self.assertFalse(self.domain.is_for_replies)
        self.assertEqual(set(domain.record_ids.mapped("need")), {"optional"})
        self.assertIn("required", self.domain.record_ids.mapped("need"))
        for record, _line in domain._get_expected_lines():
            self.assertEqual(record.requirement, "optional")
        address.reply_to = "office@acme.test"
        self.assertFalse(address.reply_domain)
