# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail that waits while roads, servers and senders change."""

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import email_normalize

from odoo.addons.base.tests.common import MockSmtplibCase

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestQueue(MockSmtplibCase, SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.address = cls.create_default_sender()
        cls.domain = cls.address.domain_id

    def create_mail(self, company=None, **vals):
        mails = self.env["mail.mail"].with_company(company or self.company)
        return mails.create({"email_to": "customer@example.com", **vals})

    def send(self, mails):
        with self.mock_smtplib_connection():
            mails.send()

    def test_mail_never_leaves_from_an_archived_address(self):
        mail = self.create_mail()
        self.address.active = False
        self.send(mail)
        self.assertFalse(self.emails)
        self.assertEqual(mail.state, "held")
        self.assertIn("no default sender", mail.failure_reason)
        self.address.active = True
        self.assertEqual(mail.state, "outgoing")

    def test_mail_never_leaves_from_a_deleted_address(self):
        mail = self.create_mail()
        self.company.sender_address_id = False
        self.address.unlink()
        self.send(mail)
        self.assertFalse(self.emails)
        self.assertEqual(mail.state, "held")

    def test_each_mail_of_a_document_is_noted_once(self):
        self.company.sender_blocked_policy = "hold"
        self.domain.sudo().state = "broken"
        document = self.env["res.partner"].create(
            {"name": "A document", "company_id": self.company.id}
        )
        for subject in ("first", "second"):
            self.create_mail(subject=subject, model=document._name, res_id=document.id)
        self.domain.action_check()
        notes = [
            [word for word in ("first", "second") if word in note]
            for note in document.message_ids.mapped("preview")
            if "The e-mail" in note
        ]
        # The newest comes first: both left at the same time.
        self.assertEqual(notes, [["first", "second"], ["second"], ["first"]])

    def test_a_changed_address_dresses_many_mails_for_few_queries(self):
        def change(count):
            mails = self.env["mail.mail"].with_company(self.company)
            mails = mails.create([{"email_to": "customer@example.com"}] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.address.email = f"number-{count}@acme.test"
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            senders = {email_normalize(mail.email_from) for mail in mails}
            self.assertEqual(senders, {f"number-{count}@acme.test"})
            mails.unlink()
            return queries

        change(2)
        self.assertLess(change(50), change(1) + 5)

    def test_held_mail_says_why_in_the_language_of_its_company(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.company.partner_id.lang = "nl_NL"
        self.company.sender_blocked_policy = "hold"
        self.domain.sudo().state = "broken"
        mail = self.create_mail()
        self.assertIn("DNS-records van acme.test", mail.failure_reason)

    def test_held_mail_takes_another_default_sender(self):
        self.domain.sudo().state = "broken"
        mail = self.create_mail()
        self.assertEqual(mail.state, "held")
        self.address.active = False
        self.create_default_sender("office@acme-two.test")
        self.assertEqual(mail.state, "outgoing")
        self.send(mail)
        self.assertSMTPEmailsSent(smtp_from="bounce@bounce.acme-two.test")

    def test_held_mail_leaves_when_a_new_key_is_seen(self):
        self.domain.key_ids.sudo().unlink()
        mail = self.create_mail()
        self.assertEqual(mail.state, "held")
        self.env["mail.sender.dkim.key"].create({"domain_id": self.domain.id})
        self.publish(self.domain)
        self.domain.action_check()
        self.assertEqual(mail.state, "outgoing")

    def test_a_server_that_became_a_company_s_own_stops_nothing(self):
        server = self.server.copy({"name": "Later of Acme"})
        queued = self.create_mail(
            self.other_company, email_from="x@other.test", mail_server_id=server.id
        )
        server.sender_company_id = self.company
        asking = self.create_mail(
            self.other_company, email_from="x@other.test", mail_server_id=server.id
        )
        self.assertFalse(asking.mail_server_id)
        self.send(queued + asking + self.create_mail())
        self.assertEqual(len(self.emails), 3)

    def test_login_mail_of_a_company_with_its_own_server_leaves(self):
        own = self.server.copy({"sender_company_id": self.company.id})
        self.domain.mail_server_id = own
        user = new_test_user(
            self.env,
            "staff",
            email="staff@acme.test",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        mail = self.create_mail(model="res.users", res_id=user.id)
        self.assertEqual(mail.mail_server_id, own)
        self.domain.sudo().state = "broken"
        self.send(mail)
        [email] = self.emails
        self.assertEqual(mail.mail_server_id, self.server)
        self.assertNotIn("invoices@acme.test", email["msg_from"])

    def test_an_administrator_resets_passwords_in_other_companies(self):
        administrator = new_test_user(
            self.env,
            "administrator of other",
            groups="base.group_system",
            email="admin@other.test",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        user = new_test_user(
            self.env,
            "staff of both",
            email="both@acme.test",
            company_id=self.company.id,
            company_ids=[Command.set((self.company + self.other_company).ids)],
        )
        with self.mock_smtplib_connection():
            self.as_user(user, administrator)._action_reset_password()
            self.as_user(user, administrator).write({"email": "new@acme.test"})
        self.assertTrue(self.emails)
        for email in self.emails:
            self.assertIn("invoices@acme.test", email["msg_from"])

    def test_an_administrator_sends_queued_mail_of_another_company(self):
        administrator = new_test_user(
            self.env,
            "administrator of other",
            groups="base.group_system",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        mail = self.create_mail(model="res.partner", res_id=self.customer.id)
        self.send(self.as_user(mail, administrator))
        self.assertEqual(mail.state, "sent")

    def test_a_notification_about_nothing_keeps_its_company(self):
        self.create_default_sender("sales@other.test", self.other_company)
        thread = self.env["mail.thread"].with_company(self.other_company)
        message = thread.message_notify(
            body="Hello",
            partner_ids=self.customer.ids,
            force_send=False,
            mail_auto_delete=False,
        )
        mail = message.mail_ids
        self.assertEqual(mail.record_company_id, self.other_company)
        self.send(mail.with_company(self.company))
        self.assertSMTPEmailsSent(smtp_from="bounce@bounce.other.test")

    def test_mail_of_an_unconfigured_company_is_left_alone(self):
        partner = self.env["res.partner"].create(
            {"name": "P", "company_id": self.other_company.id}
        )
        mail = self.create_mail(
            email_from="x@other.test", model="res.partner", res_id=partner.id
        )
        self.assertFalse(mail.record_company_id)
        self.assertFalse(mail.record_alias_domain_id)
        self.assertEqual(mail.email_from, "x@other.test")
