# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from ..models.mail_sender_log import TOLD_LIMIT
from .choice_case import InvoiceCase
from .test_confirmation import ConfirmationCommon

#: What a mail server answers later about a mail that it had taken (RFC 3464).
BOUNCE = """\
From: MAILER-DAEMON@mx.example.com
To: bounce@acme.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="parts"

--parts
Content-Type: text/plain; charset=utf-8

The mailbox is full.

--parts
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.2.2

--parts
Content-Type: message/rfc822

Message-Id: {message_id}
From: boss@acme.test
To: {recipient}
Subject: Invoice

Dear customer
--parts--
"""


@tagged("post_install", "-at_install")
class TestCompanyEmail(ConfirmationCommon):
    """Acme has info@acme.test as its e-mail and boss@acme.test as its sender."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address.sudo().confirmed_email = "boss@acme.test"
        cls.address.action_set_default()
        cls.as_manager = cls.as_user(cls.company, cls.manager)

    def confirm(self, company=None):
        """Let somebody open the link that was mailed last."""
        confirmation = self.env["mail.sender.confirmation"].search([], limit=1)
        self.assertEqual(confirmation._get_obstacle(), "")
        confirmation._confirm()

    def send_link(self, email="info@acme.test"):
        with self.mock_smtplib_connection():
            return self.as_manager.action_send_sender_confirmation(email)

    def get_unconfirmed(self, user=None):
        companies = self.env["res.company"].with_user(user or self.manager)
        return companies.get_unconfirmed_sender_emails()

    # ----------------------------------------------------------------- asking

    def test_what_the_mark_tells(self):
        line = {"id": self.company.id, "name": "Acme", "email": "info@acme.test"}
        self.assertEqual(self.get_unconfirmed(), [{**line, "is_asked": False}])
        self.assertEqual(self.send_link(), [{**line, "is_asked": True}])
        self.confirm()
        self.assertEqual(self.get_unconfirmed(), [])

    def test_nobody_is_asked_before_a_mode_is_chosen(self):
        self.company.sender_address_id = False
        self.assertEqual(self.get_unconfirmed(), [])

    def test_a_company_without_an_email_has_to_name_one(self):
        self.company.email = False
        self.assertEqual(self.get_unconfirmed()[0]["email"], "")
        self.send_link("office@acme.test")
        self.assertEqual(self.company.email, "office@acme.test")
        self.confirm()
        self.assertEqual(self.company.sender_confirmed_email, "office@acme.test")

    def test_a_changed_email_is_proven_anew(self):
        self.send_link()
        self.confirm()
        self.company.partner_id.email = "other@acme.test"
        self.assertEqual([line["is_asked"] for line in self.get_unconfirmed()], [False])
        self.company.email = "Info@ACME.test"
        self.assertEqual(self.get_unconfirmed(), [])

    def test_a_confirmed_email_is_not_asked_again(self):
        self.send_link()
        self.confirm()
        self.assertEqual(self.send_link(), [])
        self.assertEqual(self.emails, [])

    def test_only_those_who_can_act_are_asked(self):
        accountant = new_test_user(
            self.env,
            "ada",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        stranger = self.create_manager("olaf", self.other_company)
        for user in (accountant, stranger, self.env.ref("base.public_user")):
            with self.subTest(user.login):
                self.assertEqual(self.get_unconfirmed(user), [])
                with self.assertRaisesRegex(AccessError, "Only a manager"):
                    self.company.with_user(user).action_send_sender_confirmation(
                        "info@acme.test"
                    )

    def test_the_mark_is_looked_at_again_when_something_changed(self):
        """Whoever manages senders of the company need not load the page again."""
        told = []
        self.patch(
            type(self.env["res.users"]),
            "_bus_send",
            lambda users, kind, *_args, **_kwargs: told.append((kind, users)),
        )
        changes = [
            lambda: self.company.write({"sender_address_id": self.address.id}),
            lambda: self.company.write({"email": "office@acme.test"}),
            lambda: self.send_link("office@acme.test"),
            self.confirm,
        ]
        for change in changes:
            told.clear()
            change()
            kinds = {kind for kind, _users in told}
            self.assertEqual(kinds, {"mail_sender_domain.company_email"})
            self.assertIn(self.manager, told[0][1])

    def test_refused_emails(self):
        for email, message in (
            ("", "E-mail: Type an address"),
            (None, "E-mail: Type an address"),
            (7, "E-mail: .*has no @"),
            (["x@acme.test"], "E-mail: "),
            ("info@acme.test, boss@acme.test", "more than the address"),
            ("info@acme.test\r\nBcc: x@evil.test", "E-mail: "),
            ("a" * 10_000 + "@acme.test", "E-mail: "),
            ("info\0@acme.test", "E-mail: "),
        ):
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.send_link(email)
        self.assertEqual(self.company.email, "info@acme.test")

    def test_nobody_writes_that_it_is_confirmed(self):
        administrator = self.env.ref("base.user_admin")
        administrator.company_ids += self.company
        for name in ("sender_confirmed_email", "sender_asked_email"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.as_user(self.company, administrator).write(
                    {name: "info@acme.test"}
                )
        company = (
            self.as_user(self.env["res.company"], administrator)
            .with_context(default_sender_confirmed_email="x@acme.test")
            .create({"name": "New", "email": "x@acme.test"})
        )
        self.assertFalse(company.sender_confirmed_email)

    # --------------------------------------------------------------- following

    def test_one_link_proves_company_and_address(self):
        address = self.env["mail.sender.address"].create(
            {"name": "A", "email": "info@acme.test", "company_id": self.company.id}
        )
        self.ask(address)
        self.confirm()
        self.assertEqual(self.get_unconfirmed(), [])
        self.assertEqual(address.state, "ready")
        later = self.env["mail.sender.address"].create(
            {
                "name": "O",
                "email": "info@acme.test",
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(later.confirmed_email)

    def test_an_address_that_is_made_later_is_right_at_once(self):
        self.send_link()
        self.confirm()
        address = self.env["mail.sender.address"].create(
            {"name": "A", "email": "info@acme.test", "company_id": self.company.id}
        )
        self.assertEqual(address.state, "ready")

    def test_withdrawing_takes_it_from_the_company_too(self):
        self.send_link()
        self.confirm()
        self.env["mail.sender.confirmation"].search([], limit=1)._withdraw()
        self.assertFalse(self.company.sender_confirmed_email)
        self.assertEqual(len(self.get_unconfirmed()), 1)

    def test_an_address_follows_the_company_once_its_new_email_is_confirmed(self):
        self.send_link()
        self.confirm()
        self.address.email = "info@acme.test"
        self.company.email = "office@acme.test"
        self.assertEqual(self.address.email, "info@acme.test")
        self.assertEqual(self.address.state, "ready")
        self.env["mail.sender.confirmation"].search([]).asked_date -= timedelta(days=2)
        self.send_link("office@acme.test")
        self.confirm()
        self.assertEqual(self.address.email, "office@acme.test")
        self.assertEqual(self.address.state, "ready")

    def test_which_addresses_do_not_follow(self):
        """Those of another domain, others than the company's, and other modes."""
        self.send_link()
        self.confirm()
        addresses = self.env["mail.sender.address"]
        mailbox = addresses.create(
            {
                "name": "A",
                "email": "info@acme.test",
                "company_id": self.company.id,
                "mode": "smtp",
            }
        )
        self.company.email = "info@elsewhere.test"
        self.send_link("info@elsewhere.test")
        self.confirm()
        self.assertEqual(mailbox.email, "info@acme.test")
        self.company.email = "info@acme.test"
        self.company.sudo().sender_confirmed_email = "info@acme.test"
        self.send_link("office@acme.test")
        self.confirm()
        self.assertEqual(mailbox.email, "info@acme.test")
        self.assertEqual(self.address.email, "Boss@acme.test")

    def test_names_follow_the_company_until_they_are_edited(self):
        edited = self.env["mail.sender.address"].create(
            {"name": "Sales", "email": "s@acme.test", "company_id": self.company.id}
        )
        foreign = self.env["mail.sender.address"].create(
            {"name": "Acme", "email": "o@a.test", "company_id": self.other_company.id}
        )
        self.company.name = "Acme & Sons"
        self.assertEqual(
            (self.address | edited | foreign).mapped("name"),
            ["Acme & Sons", "Sales", "Acme"],
        )


@tagged("post_install", "-at_install")
class TestNothingWaits(MockSmtplibCase, InvoiceCase):
    """Whether the e-mail of the company is confirmed is asked, and stops no mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_manager("mira", cls.company)
        cls.as_manager = cls.as_user(cls.company, cls.manager)

    @contextmanager
    def unconfirmed(self):
        """Collect what leaves; the company is to be asked before and after it."""
        self.assert_is_asked()
        with self.mock_smtplib_connection():
            yield
        self.assert_is_asked()

    def assert_is_asked(self):
        [asked] = self.as_manager.get_unconfirmed_sender_emails()
        self.assertEqual((asked["id"], asked["is_asked"]), (self.company.id, False))

    def assert_sent(self, *recipients):
        """Each of these received a mail, as often as they stand here."""
        received = [email for sent in self.emails for email in sent["smtp_to_list"]]
        for email in recipients:
            self.assertEqual(received.count(email), recipients.count(email), email)
        self.env.invalidate_all()

    def test_the_queue(self):
        mails = self.env["mail.mail"].create(
            [
                {"email_to": email, "record_company_id": self.company.id}
                for email in ("one@example.com", "two@example.com")
            ]
        )
        with self.unconfirmed():
            self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.assert_sent("one@example.com", "two@example.com")
        self.assertEqual(set(mails.mapped("state")), {"sent"})

    def test_a_batch_that_the_scheduler_sends(self):
        invoices = self.invoice | self.create_invoice()
        with self.unconfirmed():
            self.open_send(invoices).action_send_and_print()
            self.assertFalse(self.emails)
            self.run_cron("account.ir_cron_account_move_send")
            self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.assert_sent(*["customer@example.com"] * 2)
        self.assertEqual(set(invoices.mapped("is_move_sent")), {True})

    def test_a_batch_that_is_sent_at_once(self):
        invoices = self.invoice | self.create_invoice()
        with self.unconfirmed():
            wizard = self.open_send(invoices)
            wizard.action_send_and_print(force_synchronous=True)
            self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.assert_sent(*["customer@example.com"] * 2)

    def test_passwords_and_security(self):
        with self.unconfirmed():
            self.ada._action_reset_password()
            self.as_user(self.ada, self.ada)._notify_security_setting_update(
                "Password changed", "It was changed."
            )
            self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.assert_sent("ada@staff.test", "ada@staff.test")


@tagged("post_install", "-at_install")
class TestNotices(ConfirmationCommon):
    """What the company is told by mail, at its confirmed address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address.sudo().confirmed_email = "boss@acme.test"
        cls.address.action_set_default()
        cls.company.sudo().sender_confirmed_email = "info@acme.test"

    def get_notices(self):
        return self.env["mail.mail"].search([("sender_reason", "=", "system_notice")])

    def create_failure(self, **vals):
        return self.env["mail.sender.log"].create(
            {
                "company_id": self.company.id,
                "outcome": "refused",
                "outcome_date": fields.Datetime.now(),
                "failure_text": "550 5.1.1 no such\nmailbox",
                "reason": "company_default",
                "email_from": "boss@acme.test",
                "model": "res.partner",
                "res_id": self.customer.id,
                **vals,
            }
        )

    def tell(self):
        """Run the daily job; return the notices it made."""
        self.env["mail.sender.log"]._cron_tell_failures()
        return self.get_notices()

    # ------------------------------------------------------------------- roads

    def create_confirmed(self, email, company):
        """Return an address whose mailed link was opened, in superuser mode."""
        address = self.env["mail.sender.address"].create(
            {"name": company.name, "email": email, "company_id": company.id}
        )
        address.sudo().confirmed_email = email
        return address.sudo()

    def test_a_road_that_closes_and_opens_is_told_once_each(self):
        self.domain.sudo().state = "broken"
        self.address._refresh_roads()
        self.address._refresh_roads()
        notice = self.get_notices()
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.email_to, "info@acme.test")
        self.assertIn("can no longer leave from Boss@acme.test", notice.subject)
        self.assertIn("publish its records", notice.body_html)
        self.assertEqual(notice.email_from, '"Acme" <mailer@platform.test>')
        self.assertEqual(notice.mail_server_id, self.server)
        self.domain.sudo().state = "verified"
        self.address._refresh_roads()
        [opened] = self.get_notices() - notice
        self.assertIn("leaves from Boss@acme.test again", opened.subject)

    def test_a_domain_that_breaks_is_told_once_for_all_its_addresses(self):
        """One notice for each change, and one activity: that of the domain."""
        emails = ["Boss@acme.test", *(f"user{number}@acme.test" for number in range(4))]
        for email in emails[1:]:
            self.create_confirmed(email, self.company)
        ownership = self.domain.record_ids[0]
        start = fields.Datetime.now()
        self.dns.remove(ownership.host)
        for hours in (0, 80, 81):
            with freeze_time(start + timedelta(hours=hours)):
                self.domain.action_check()
        self.assertEqual(self.domain.state, "broken")
        closed = self.get_notices()
        self.assertEqual(len(closed), 1)
        self.assertIn("and 3 more", closed.subject)
        for email in emails:
            self.assertEqual(closed.body_html.count(f"<li>{email}</li>"), 1)
        activities = self.domain.activity_ids | self.domain.address_ids.activity_ids
        self.assertEqual(activities, self.domain.activity_ids)
        self.assertEqual(len(activities), 1)
        partner = self.company.partner_id
        notes = partner.message_ids.filtered(lambda m: "no longer leave" in m.body)
        self.assertEqual(len(notes), 1)
        self.dns.set(ownership.host, "TXT", ownership.value)
        for hours in (82, 83):
            with freeze_time(start + timedelta(hours=hours)):
                self.domain.action_check()
        opened = self.get_notices() - closed
        self.assertEqual(len(opened), 1)
        self.assertIn("again", opened.subject)
        self.assertFalse(self.domain.activity_ids)

    def test_domains_that_break_together_are_told_once(self):
        """One notice for all of them, and one activity for each: that of the domain."""
        other = self.create_verified_domain("acme.example")
        self.create_confirmed("post@acme.example", self.company)
        domains = self.domain | other
        start = fields.Datetime.now()
        for domain in domains:
            self.dns.remove(domain.record_ids[0].host)
        for hours in (0, 80):
            with freeze_time(start + timedelta(hours=hours)):
                domains._check_dns(self.dns)
        self.assertEqual(set(domains.mapped("state")), {"broken"})
        [notice] = self.get_notices()
        self.assertIn("Boss@acme.test, post@acme.example", notice.subject)
        for domain in domains:
            self.assertIn(f"records of {domain.name}", notice.body_html)
            self.assertEqual(len(domain.activity_ids), 1)
        self.assertFalse(domains.address_ids.activity_ids)

    def test_addresses_of_one_trouble_share_one_activity(self):
        """Where no domain is asked to mend: it is another company's."""
        self.domain.shared_company_ids = self.other_company
        addresses = self.env["mail.sender.address"]
        for email in ("a@acme.test", "b@acme.test"):
            addresses |= self.create_confirmed(email, self.other_company)
        self.domain.sudo().state = "broken"
        addresses._refresh_roads()
        activity = addresses.activity_ids
        self.assertEqual(len(activity), 1)
        for address in addresses:
            self.assertIn(address.email, activity.note)
        self.domain.sudo().state = "verified"
        addresses._refresh_roads()
        self.assertFalse(addresses.activity_ids)

    def test_a_notice_leaves_though_the_road_is_closed(self):
        self.company.write(
            {"sender_blocked_policy": "hold", "sender_strictness": "strict"}
        )
        self.domain.sudo().state = "broken"
        self.address._refresh_roads()
        with self.mock_smtplib_connection():
            self.get_notices().send()
        [sent] = self.emails
        self.assertEqual(sent["smtp_to_list"], ["info@acme.test"])
        self.assertEqual(sent["smtp_from"], "mailer@platform.test")

    def test_notices_speak_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.company.partner_id.lang = "nl_NL"
        self.domain.sudo().state = "broken"
        self.address._refresh_roads()
        self.assertIn('lang="nl_NL"', self.get_notices().body_html)

    def test_an_unconfirmed_company_is_not_written_to(self):
        self.company.sudo().sender_confirmed_email = "former@acme.test"
        self.domain.sudo().state = "broken"
        self.address._refresh_roads()
        self.create_failure()
        self.assertFalse(self.tell())

    def test_a_branch_leaves_notices_to_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "email": "b@acme.test"}
        )
        self.create_failure(company_id=branch.id)
        self.assertEqual(self.tell().email_to, "info@acme.test")
        branch.sudo().sender_confirmed_email = "b@acme.test"
        self.create_failure(company_id=branch.id)
        self.assertIn("b@acme.test", self.tell().mapped("email_to"))

    # ---------------------------------------------------------------- failures

    def receive_bounce(self, message_id, recipient="customer@example.com"):
        """Let a mail come back, in the form of RFC 3464, by the mail gateway."""
        self.env["mail.thread"].message_process(
            False, BOUNCE.format(message_id=message_id, recipient=recipient)
        )

    def test_a_mail_that_came_back_is_a_failure(self):
        accepted = {"outcome": "accepted", "failure_text": False}
        log = self.create_failure(message_id="<invoice-1@odoo>", **accepted)
        other = self.create_failure(message_id="<invoice-2@odoo>", **accepted)
        self.assertFalse(self.tell())
        self.receive_bounce("<invoice-1@odoo>")
        self.assertRecordValues(
            log | other,
            [
                {"outcome": "refused", "failure_type": "bounced"},
                {"outcome": "accepted", "failure_type": False},
            ],
        )
        self.assertIn("customer@example.com", log.failure_text)
        self.assertIn("The mailbox is full.", log.failure_text)
        notice = self.tell()
        self.assertEqual(notice.email_to, "info@acme.test")
        self.assertIn("Customer: ", notice.body_html)
        self.assertIn("The mailbox is full.", notice.body_html)
        # It comes back once more, or is somebody else's: nothing more is told.
        self.receive_bounce("<invoice-1@odoo>")
        self.receive_bounce("<unknown@odoo>")
        self.assertEqual(self.tell(), notice)

    def test_a_notice_that_came_back_makes_no_other_one(self):
        log = self.create_failure(
            message_id="<notice-1@odoo>", outcome="accepted", reason="system_notice"
        )
        self.receive_bounce("<notice-1@odoo>", "info@acme.test")
        self.assertEqual(log.outcome, "refused")
        self.assertFalse(self.tell())

    def test_failures_are_told_together_and_once(self):
        self.create_failure()
        self.create_failure(model=False, res_id=0, failure_text="x" * 1_000)
        self.create_failure(outcome="accepted", email_from="fine@acme.test")
        notice = self.tell()
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.subject, "Mail of Acme could not be delivered (2)")
        self.assertIn("Customer: 550 5.1.1 no such mailbox", notice.body_html)
        self.assertIn("A mail from boss@acme.test: ", notice.body_html)
        self.assertNotIn("x" * 201, notice.body_html)
        self.assertNotIn("fine@acme.test", notice.body_html)
        self.assertEqual(self.tell(), notice)

    def test_many_failures_are_not_listed_one_by_one(self):
        for _ in range(TOLD_LIMIT + 3):
            self.create_failure()
        body = self.tell().body_html
        self.assertEqual(body.count("<li>"), TOLD_LIMIT + 1)
        self.assertIn("and 3 more", body)

    def test_what_is_not_told(self):
        """Old failures, those of notices themselves, and of records that are gone."""
        now = fields.Datetime.now()
        self.create_failure(outcome_date=now - timedelta(days=8))
        self.create_failure(reason="system_notice")
        self.assertFalse(self.tell())
        self.create_failure(res_id=999_999_999)
        self.assertIn("A mail from boss@acme.test", self.tell().body_html)

    def test_a_real_failure_is_told(self):
        mail = self.env["mail.mail"].create(
            {
                "email_to": "c@example.com",
                "record_company_id": self.company.id,
                "auto_delete": True,
            }
        )
        mail.state = "exception"
        mail.failure_reason = "552 too big"
        mail._postprocess_sent_message([], [], "552 too big", "unknown")
        self.assertIn("552 too big", self.tell().body_html)

    def test_failures_are_told_when_the_company_confirms_in_time(self):
        self.company.sudo().sender_confirmed_email = False
        self.create_failure()
        self.assertFalse(self.tell())
        self.company.sudo().sender_confirmed_email = "info@acme.test"
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.assertTrue(self.tell())
