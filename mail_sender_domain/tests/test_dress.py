# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from ..models.ir_mail_server import SENDER_HEADER
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestDress(MockSmtplibCase, SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.address = cls.create_default_sender()
        cls.domain = cls.address.domain_id
        cls.user = new_test_user(
            cls.env,
            "salesperson",
            groups="base.group_user,base.group_partner_manager",
            email="salesperson@acme.test",
            company_id=cls.company.id,
            company_ids=[(6, 0, (cls.company + cls.other_company).ids)],
        )
        cls.record = cls.env["res.partner"].create(
            {
                "name": "A document",
                "email": "doc@example.com",
                "company_id": cls.company.id,
            }
        )

    def post(self, record=None, user=None, **kwargs):
        """Post a message to the customer and return the mails it made."""
        record = self.as_user(record or self.record, user or self.user)
        message = record.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
            **kwargs,
        )
        return message.sudo().mail_ids

    def create_mail(self, company=None, **vals):
        mails = self.env["mail.mail"].with_company(company or self.company)
        return mails.create(
            {"email_to": "customer@example.com", "body_html": "<p>Hello</p>", **vals}
        )

    # ------------------------------------------------------------ two hooks

    def test_a_posted_message_leaves_from_the_default_sender(self):
        mail = self.post()
        self.assertRecordValues(
            mail,
            [
                {
                    "email_from": '"Acme" <invoices@acme.test>',
                    "reply_to": '"Acme" <invoices@acme.test>',
                    "sender_address_id": self.address.id,
                    "sender_reason": "company_default",
                    "mail_server_id": self.server.id,
                    "author_id": self.user.partner_id.id,
                    "record_company_id": self.company.id,
                }
            ],
        )

    def test_a_mail_without_a_message_leaves_from_the_default_sender(self):
        mail = self.create_mail(email_from="salesperson@acme.test")
        self.assertEqual(mail.email_from, '"Acme" <invoices@acme.test>')
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.record_company_id, self.company)

    def test_the_company_of_the_record_counts_not_that_of_the_user(self):
        self.user.company_id = self.other_company
        mail = self.post()
        self.assertEqual(mail.sender_address_id, self.address)
        template = self.env["mail.template"].create(
            {
                "name": "Template",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": "{{ user.email_formatted }}",
                "partner_to": str(self.customer.id),
                "subject": "Hello",
            }
        )
        mail_id = template.with_company(self.other_company).send_mail(self.record.id)
        mail = self.env["mail.mail"].browse(mail_id)
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.record_company_id, self.company)

    def test_mail_about_a_deleted_record_still_leaves(self):
        for model, res_id in (("res.partner", 2**30), ("mail.thread", 1), ("x.y", 1)):
            with self.subTest(model):
                mail = self.create_mail(model=model, res_id=res_id)
                self.assertEqual(mail.sender_address_id, self.address)

    def test_an_unconfigured_company_keeps_the_behaviour_of_odoo(self):
        self.record.company_id = self.other_company
        for mail in (
            self.post(),
            self.create_mail(self.other_company, email_from=self.user.email_formatted),
        ):
            self.assertFalse(mail.sender_address_id)
            self.assertEqual(mail.email_from, self.user.email_formatted)

    def test_the_alias_of_a_document_stays_the_reply_address(self):
        mail = self.create_mail(
            email_from="salesperson@acme.test", reply_to="Acme <catchall@acme.test>"
        )
        self.assertEqual(mail.reply_to, "Acme <catchall@acme.test>")

    def test_many_mails_cost_as_many_queries_as_one(self):
        def vals(count):
            return [
                {
                    "email_to": "customer@example.com",
                    "model": "res.partner",
                    "res_id": self.record.id,
                }
                for _index in range(count)
            ]

        def count_queries(count):
            self.env.flush_all()
            self.env.invalidate_all()
            vals_list = vals(count)
            before = self.env.cr.sql_log_count
            self.env["mail.mail"]._dress_vals(vals_list)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(1000), count_queries(1))

    # ------------------------------------------------------------- the wire

    def test_the_envelope_lies_on_the_return_path(self):
        for from_filter in (False, "elsewhere.test", "acme.test"):
            self.server.from_filter = from_filter
            with self.subTest(from_filter), self.mock_smtplib_connection():
                self.create_mail().send()
                self.assertSMTPEmailsSent(
                    smtp_from="bounce@bounce.acme.test",
                    msg_from='"Acme" <invoices@acme.test>',
                    smtp_to_list=["customer@example.com"],
                )

    def test_the_notification_address_does_not_replace_the_sender(self):
        alias_domain = self.env["mail.alias.domain"].create({"name": "alias.test"})
        self.company.alias_domain_id = alias_domain
        self.platform.mail_server_id = False
        self.server.from_filter = "alias.test"
        with self.mock_smtplib_connection():
            self.create_mail().send()
        self.assertSMTPEmailsSent(
            smtp_from="bounce@bounce.acme.test",
            msg_from='"Acme" <invoices@acme.test>',
        )

    def test_the_header_for_the_transport_never_leaves(self):
        with self.mock_smtplib_connection():
            self.create_mail().send()
            self.create_mail(
                self.other_company,
                email_from="x@other.test",
                headers=repr({SENDER_HEADER: str(self.address.id)}),
            ).send()
        self.assertEqual(len(self.emails), 2)
        for email in self.emails:
            self.assertNotIn(SENDER_HEADER, email["message"])
        self.assertNotEqual(self.emails[1]["smtp_from"], "bounce@bounce.acme.test")

    def test_companies_never_share_a_session(self):
        self.create_default_sender("sales@other.test", self.other_company)
        mails = self.create_mail() + self.create_mail(self.other_company)
        with self.mock_smtplib_connection():
            mails.send()
            self.assertEqual(self.connect_mocked.call_count, 2)
        self.assertEqual(
            [email["smtp_from"] for email in self.emails],
            ["bounce@bounce.acme.test", "bounce@bounce.other.test"],
        )

    def test_a_mail_queued_before_the_set_up_is_dressed_when_it_leaves(self):
        self.company.sender_address_id = False
        mail = self.create_mail(email_from="salesperson@acme.test")
        self.assertFalse(mail.sender_address_id)
        self.address.action_set_default()
        with self.mock_smtplib_connection():
            mail.send()
        self.assertSMTPEmailsSent(msg_from='"Acme" <invoices@acme.test>')

    def test_a_mail_that_passed_neither_hook_is_dressed_when_it_leaves(self):
        message = self.env["mail.message"].create(
            {"email_from": "poster@example.com", "reply_to": "group@alias.test"}
        )
        mail = self.create_mail(mail_message_id=message.id)
        self.assertFalse(mail.sender_address_id)
        with self.mock_smtplib_connection():
            mail.with_company(self.company).send()
        self.assertSMTPEmailsSent(
            smtp_from="bounce@bounce.acme.test", msg_from='"Acme" <invoices@acme.test>'
        )
        self.assertIn("Reply-To: group@alias.test", self.emails[0]["message"])

    # ------------------------------------------------------------------ hold

    def test_a_closed_road_holds_mail_until_it_opens(self):
        waiting = self.create_mail()
        self.domain.sudo().state = "broken"
        posted, created = self.post(), self.create_mail()
        mails = waiting + posted + created
        with self.mock_smtplib_connection():
            mails.send()
            self.env["mail.mail"].process_email_queue(mails.ids)
        self.assertFalse(self.emails)
        self.assertEqual(set(mails.mapped("state")), {"held"})
        self.assertIn("not verified", created.failure_reason)
        self.domain.action_check()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        with self.mock_smtplib_connection():
            self.env["mail.mail"].process_email_queue(mails.ids)
        self.assertSMTPEmailsSent(
            msg_from='"Acme" <invoices@acme.test>', emails_count=3
        )
        self.assertEqual(set(mails.mapped("state")), {"sent"})

    def test_send_now_lets_held_mail_leave_once_the_road_is_open(self):
        self.domain.sudo().state = "broken"
        mail = self.create_mail()
        self.domain.sudo().state = "verified"
        with self.mock_smtplib_connection():
            mail.send()
        self.assertSMTPEmailsSent(msg_from='"Acme" <invoices@acme.test>')

    def test_a_broken_road_locks_nobody_out(self):
        self.domain.sudo().state = "broken"
        with self.mock_smtplib_connection():
            self.user._action_reset_password()
            self.user._notify_security_setting_update("Changed", "Your password")
        self.assertEqual(len(self.emails), 2)
        for email in self.emails:
            self.assertEqual(email["smtp_to_list"], ["salesperson@acme.test"])

    def test_no_client_context_makes_a_system_mail(self):
        self.domain.sudo().state = "broken"
        for forged in (True, {"company_id": 1, "is_system": True}, [1, True]):
            mails = self.env["mail.mail"].with_company(self.company)
            mail = mails.with_context(mail_sender=forged).create(
                {"email_to": "customer@example.com"}
            )
            self.assertEqual(mail.state, "held")

    def test_login_mails_leave_in_the_name_of_the_company_of_the_user(self):
        with self.mock_smtplib_connection():
            self.user.with_company(self.other_company)._action_reset_password()
        self.assertSMTPEmailsSent(msg_from='"Acme" <invoices@acme.test>')

    def test_the_gateway_answers_in_its_own_name(self):
        incoming = {"Return-Path": "somebody@example.com", "To": "nobody@acme.test"}
        self.env.company = self.company
        with self.mock_smtplib_connection():
            self.env["mail.thread"].with_company(
                self.company
            )._routing_create_bounce_email(
                "somebody@example.com", "<p>Unknown</p>", _Incoming(incoming)
            )
        [email] = self.emails
        self.assertNotIn("invoices@acme.test", email["msg_from"])


class _Incoming(dict):
    """As much of a received message as the gateway's answer reads."""

    def get_all(self, name, failobj=None):
        return [self[name]] if name in self else failobj
