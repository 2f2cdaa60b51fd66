# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where Odoo's own code would send mail of a company by a wrong road, or not at all.

Traps that have many sides have tests elsewhere: the two filters of mail servers in
test_mail_server, a forced server in test_policies and test_mail_server_owned, a lost
company of the record in every row of ways, a neutralized copy in test_neutralized, and
system mails that lock nobody out in test_policies and test_mailbox.
"""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SystemCase

ACME = "Acme <post@acme.test>"
BAKER = "Baker <post@baker.test>"


class TrapCase(SystemCase):
    """Acme and Baker send by the platform's server; Plain has set up nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.make_company("Acme", "acme.test")
        cls.baker = cls.make_company("Baker", "baker.test")
        cls.plain = cls.make_company("Plain", "plain.test")
        cls.acme_sender = cls.make_sender(cls.acme, "acme.test", "post@acme.test")
        cls.make_sender(cls.baker, "baker.test", "post@baker.test")
        cls.worker = cls.make_user("worker", cls.baker)
        cls.clerk = cls.make_user("clerk", cls.plain)

    def queue_mail(self, company, **values):
        """Leave a mail of a company to the queue."""
        return (
            self.env["mail.mail"]
            .with_company(company)
            .create(
                {
                    "body_html": "<p>hello</p>",
                    "email_to": "customer@example.com",
                    "auto_delete": False,
                    **values,
                }
            )
        )

    def run_queue(self) -> None:
        with self.enter_registry_test_mode():
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
            self.assertIs(cron.method_direct_trigger(), True)

    def make_document(self, company):
        return self.env["res.partner"].create(
            {"name": "Document", "company_id": company.id}
        )

    def assert_left(self, mail, email_from, domain):
        """A mail came from this sender, signed by its domain and by no other."""
        self.assertEqual(mail.message["From"], email_from)
        self.assertEqual(mail.mail_from, f"bounce@bounce.{domain}")
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual([s.domain for s in verdict.signatures], [domain])


@tagged("post_install", "-at_install")
class TestTraps(TrapCase):
    def test_the_from_filter_of_the_server(self):
        """An empty one makes Odoo write the notification address into From."""
        for from_filter in (False, "elsewhere.test", "acme.test", "info@acme.test"):
            with self.subTest(from_filter):
                self.receiver.mails.clear()
                self.server.from_filter = from_filter
                self.queue_mail(self.acme, email_from="somebody@acme.test")
                self.run_queue()
                [mail] = self.receiver.mails
                self.assert_left(mail, ACME, "acme.test")
                self.assertFalse(self.stray_receiver.mails)

    def test_an_archived_server_in_a_batch(self):
        """It fails for the mail that asks for it, and for no other one."""
        server = self.make_server(
            "newsletters", self.receiver, sequence=30, from_filter="news.test"
        )
        values = {"email_from": "news@news.test", "mail_server_id": server.id}
        asking = self.queue_mail(self.acme, **values)
        of_plain = self.queue_mail(self.plain, **values)
        others = self.queue_mail(self.acme) + self.queue_mail(self.baker)
        server.active = False
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.run_queue()
        self.assertEqual((asking + others).mapped("state"), ["sent"] * 3)
        # As without our addons.
        self.assertEqual(of_plain.state, "exception")
        senders = sorted(mail.message["From"] for mail in self.receiver.mails)
        self.assertEqual(senders, [ACME, ACME, BAKER])

    def test_an_address_of_another_company(self):
        """Baker types what is Acme's: unsigned by Acme's key, and rewritten."""
        document = self.make_document(self.baker).with_user(self.worker)
        template = self.env["mail.template"].create(
            {
                "name": "T",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": "post@acme.test",
                "use_default_to": False,
                "partner_to": str(self.customer.id),
                "subject": "hello",
                "body_html": "<p>hello</p>",
            }
        )
        composer = {
            "model": "res.partner",
            "res_ids": document.ids,
            "template_id": template.id,
        }

        def compose(mode):
            self.env["mail.compose.message"].with_user(self.worker).create(
                {**composer, "composition_mode": mode, "email_from": "x@acme.test"}
            )._action_send_mail()

        for way in (
            lambda: self.queue_mail(self.baker, email_from="x@acme.test"),
            lambda: self.queue_mail(self.baker, email_from=ACME),
            lambda: self.queue_mail(
                self.baker, email_from=ACME, sender_choice_id=self.acme_sender.id
            ),
            lambda: template.with_user(self.worker).sudo().send_mail(document.id),
            lambda: compose("comment"),
            lambda: compose("mass_mail"),
        ):
            self.receiver.mails.clear()
            way()
            self.run_queue()
            [mail] = self.receiver.mails
            self.assert_left(mail, BAKER, "baker.test")

    def test_the_author_stays(self):
        """Only the address changes; people still see who wrote."""
        document = self.make_document(self.baker)
        message = document.with_user(self.worker).message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.run_queue()
        self.assertEqual(message.author_id, self.worker.partner_id)
        [mail] = self.receiver.mails
        self.assert_left(mail, BAKER, "baker.test")


@tagged("post_install", "-at_install")
class TestTrapsOverHttp(HttpCase, TrapCase):
    """The chatter's route takes any context from whoever posts."""

    def run_queue(self) -> None:
        self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()

    def post(self, user):
        """Post as a user, with a context that asks for all that is Acme's."""
        document = self.make_document(user.company_id)
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        wanted = {
            "sender_address_id": self.acme_sender.id,
            "sender_wanted_id": self.acme_sender.id,
            "sender_choice_id": self.acme_sender.id,
            "sender_chooser_id": self.env.ref("base.user_admin").id,
            "sender_reason": "explicit",
            "sender_system_kind": "code",
            "sender_user_id": self.env.ref("base.user_admin").id,
            "is_sender_internal": True,
            "record_company_id": self.acme.id,
            "mail_server_id": self.server.id,
            "email_from": ACME,
            "headers": repr({"X-Mail-Sender-Address": str(self.acme_sender.id)}),
        }
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "res.partner",
                "thread_id": document.id,
                "post_data": {
                    "body": "hello",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": self.customer.ids,
                },
                "context": {
                    **{f"default_{name}": value for name, value in wanted.items()},
                    "allowed_company_ids": user.company_ids.ids,
                    "mail_sender": {"company_id": self.acme.id, "choice_id": 1},
                    "mail_sender_trial": True,
                    "mail_sender_watch": "me",
                    "domain_notifications_email": "post@acme.test",
                    "domain_bounce_address": "bounce@bounce.acme.test",
                },
            },
        )
        self.env.invalidate_all()
        self.run_queue()
        [mail] = self.receiver.mails + self.stray_receiver.mails
        return mail

    def test_a_company_with_a_sender(self):
        self.assert_left(self.post(self.worker), BAKER, "baker.test")

    def test_a_company_without_a_sender(self):
        mail = self.post(self.clerk)
        self.assertNotIn("DKIM-Signature", mail.message)
        self.assertNotIn("X-Mail-Sender-Address", mail.message)
        self.assertNotIn("acme.test", mail.message["From"])
