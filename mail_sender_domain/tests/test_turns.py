# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a provider takes only so much in a time, mail waits its turn."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from .test_mailbox import MailboxCase

NOON = fields.Datetime.to_datetime("2026-06-01 12:00:00")
MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestTurns(MockSmtplibCase, MailboxCase):
    """Acme sends through a mailbox at Microsoft 365: 30 mails a minute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"

    def setUp(self):
        super().setUp()
        # Whatever was booked is undone with the test.
        self.registry_enter_test_mode()
        self.enterContext(freeze_time(NOON))
        self.address = self.make_default("smtp.office365.com")

    def make_default(self, host):
        address = self.create_mailbox(smtp_host=host)
        self.open_mailbox(address)
        address.action_set_default()
        return address.sudo()

    def make_mails(self, number, **vals):
        values = {"email_to": "customer@example.com", "auto_delete": False, **vals}
        mails = self.env["mail.mail"].with_company(self.company)
        return mails.create([values] * number)

    def send(self, mails):
        with self.mock_smtplib_connection():
            mails.send()

    def run_scheduler(self):
        self.env["mail.mail"]._cron_release()
        with self.mock_smtplib_connection():
            self.env["mail.mail"].process_email_queue()

    def get_triggers(self):
        cron = self.env.ref("mail_sender_domain.ir_cron_release_held")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return sorted(set(triggers.mapped("call_at")))

    def test_mails_beyond_the_limit_leave_by_themselves(self):
        mails = self.make_mails(70)
        self.send(mails)
        self.assertEqual(mails.mapped("state"), ["sent"] * 30 + ["held"] * 40)
        self.assertEqual(
            mails[30:].mapped("sender_waits_until"),
            [NOON + MINUTE] * 30 + [NOON + 2 * MINUTE] * 10,
        )
        self.assertIn("30 a minute, 10000 a day", mails[30].failure_reason)
        self.assertEqual(self.get_triggers(), [NOON + MINUTE, NOON + 2 * MINUTE])
        self.run_scheduler()
        self.assertEqual(mails.mapped("state"), ["sent"] * 30 + ["held"] * 40)
        for minute, sent in ((1, 60), (2, 70)):
            with freeze_time(NOON + minute * MINUTE):
                self.run_scheduler()
            self.assertEqual(
                mails.mapped("state"), ["sent"] * sent + ["held"] * (70 - sent)
            )

    def test_what_comes_later_overtakes_nobody(self):
        waiting = self.make_mails(40)
        self.send(waiting)
        with freeze_time(NOON + MINUTE):
            late = self.make_mails(25)
            self.send(late)
            self.assertEqual(late.mapped("state"), ["sent"] * 25)
            self.run_scheduler()
            states = waiting[30:].mapped("state")
            self.assertEqual(states, ["sent"] * 5 + ["held"] * 5)

    def test_a_late_scheduler_does_not_send_too_much(self):
        mails = self.make_mails(100)
        self.send(mails)
        with freeze_time(NOON + 30 * MINUTE):
            self.run_scheduler()
        self.assertEqual(mails.mapped("state"), ["sent"] * 60 + ["held"] * 40)

    def test_retrying_early_keeps_the_turn(self):
        mails = self.make_mails(40)
        self.send(mails)
        mails[35].mark_outgoing()
        self.send(mails[35])
        self.assertEqual(mails[35].state, "held")
        self.assertEqual(mails[35].sender_waits_until, NOON + MINUTE)

    def test_a_login_code_never_waits(self):
        self.send(self.make_mails(30))
        code = self.make_mails(1, model="res.users", res_id=self.manager.id)
        self.assertTrue(code.sender_system_kind)
        self.send(code)
        self.assertEqual(code.state, "sent")

    def test_a_login_code_counts_when_it_leaves(self):
        self.send(self.make_mails(30))
        with freeze_time(NOON + MINUTE / 2):
            code = self.make_mails(1, model="res.users", res_id=self.manager.id)
            self.send(code)
            self.assertEqual(code.state, "sent")
        with freeze_time(NOON + MINUTE):
            mails = self.make_mails(30)
            self.send(mails)
        self.assertEqual(mails.mapped("state"), ["sent"] * 29 + ["held"])

    def test_every_recipient_counts(self):
        mails = self.make_mails(
            2, email_cc=", ".join(f"copy-{number}@example.com" for number in range(19))
        )
        self.send(mails)
        self.assertEqual(mails.mapped("state"), ["sent", "held"])

    def test_documents_tell_of_long_waits_only(self):
        document = self.env["res.partner"].create(
            {"name": "Document", "company_id": self.company.id}
        )
        vals = {"model": "res.partner", "res_id": document.id}
        self.send(self.make_mails(40, **vals))
        self.assertFalse(document.message_ids.filtered("body"))
        late = self.make_mails(1, **vals)
        late._wait_until([NOON + timedelta(days=1)], lambda env: "Tomorrow.")
        self.assertIn("Tomorrow.", document.message_ids.mapped("preview")[0])

    def test_the_reason_is_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.company.partner_id.lang = "nl_NL"
        mails = self.make_mails(31)
        self.send(mails)
        self.assertIn("30 per minuut", mails[30].failure_reason)

    def test_a_change_of_the_road_wakes_nobody(self):
        mails = self.make_mails(40)
        self.send(mails)
        self.address._refresh_roads()
        self.assertEqual(mails.mapped("state"), ["sent"] * 30 + ["held"] * 10)

    def test_what_is_unlimited_costs_no_query(self):
        mails = self.make_mails(3)
        self.address.mail_server_id.smtp_host = "smtp.provider.test"
        self.open_mailbox(self.address)
        mails._dress_before_sending()
        mails._wait_for_turns()
        self.env.flush_all()
        with self.assertQueryCount(0):
            mails._wait_for_turns()

    def test_many_mails_cost_as_much_as_few(self):
        counts = []
        for number in (1, 2, 20):
            mails = self.make_mails(number)
            self.env.flush_all()
            before = self.cr.sql_log_count
            mails._wait_for_turns()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        # The first one reads what the others find in the cache.
        self.assertEqual(*counts[1:])

    def test_what_was_booked_long_ago_is_forgotten(self):
        self.send(self.make_mails(3))
        departures = self.env["mail.sender.departure"]
        self.assertTrue(departures.search([]))
        with freeze_time(NOON + timedelta(days=3)):
            departures._gc_departures()
        self.assertFalse(departures.search([]))

    def test_the_mailbox_tells_what_its_provider_announced(self):
        self.assertIn("Microsoft 365", self.address.provider_announcement)
        self.address.smtp_host = "smtp.provider.test"
        self.assertFalse(self.address.provider_announcement)
