# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a mail server wants later is sent later, once."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from tests.peers.smtp_receiver import Fault

from .mailbox_case import MailboxCase

QUIET = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
)


@tagged("post_install", "-at_install")
class TestPutOff(MailboxCase):
    """The provider takes the login of Acme's mailbox, and then no mail for now."""

    def setUp(self):
        super().setUp()
        self.address = self.make_default_mailbox()
        self.addCleanup(self.mailbox.replies.clear)
        self.customers = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com"}
                for name in ("first", "second", "third")
            ]
        )

    def send(self, mails):
        with mute_logger(*QUIET):
            mails.send()

    def received(self):
        """Who received a mail, in order."""
        return [mail.recipients[0].partition("@")[0] for mail in self.mailbox.mails]

    def try_again(self):
        """Let the server be well again, and two hours pass."""
        self.mailbox.script.clear()
        self.mailbox.replies.clear()
        self.run_hour()
        self.run_hour()

    def test_it_waits_and_leaves_once(self):
        for script in (
            {"MAIL": "451 4.3.0 try again later"},
            {"MAIL": "421 4.3.2 closing for maintenance"},
            {"MAIL": Fault.HANG_UP},
            {"RCPT": "450 4.2.0 greylisted"},
            {"RCPT": Fault.HANG_UP},
            {"DATA": "451 4.3.1 out of memory"},
        ):
            with self.subTest(script):
                self.mailbox.mails.clear()
                self.mailbox.script.update(script)
                mail = self.queue_mail()
                self.send(mail)
                self.assertEqual(mail.state, "held")
                self.assertFalse(mail.failure_type)
                self.assertIn("wants this mail later", mail.failure_reason)
                log = self.get_log(mail)
                self.assertEqual(log.outcome, "held")
                with mute_logger(*QUIET):
                    self.run_hour()
                self.assertEqual(mail.state, "held")
                self.try_again()
                self.assertEqual((mail.state, self.received()), ("sent", ["customer"]))
                self.assertEqual(log.outcome, "accepted")
                self.assertFalse(self.receiver.mails + self.stray_receiver.mails)

    def get_log(self, mail):
        return self.env["mail.sender.log"].search([("mail_mail_id", "=", mail.id)])

    def test_people_see_it_as_waiting(self):
        """Not as failed, and the reason is the server's own."""
        self.mailbox.script["RCPT"] = "450 4.2.0 greylisted, come back"
        with mute_logger(*QUIET):
            message = self.document.message_post(
                body="hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
                mail_auto_delete=False,
            )
        notification = message.notification_ids
        self.assertEqual(notification.notification_status, "ready")
        self.assertIn("greylisted, come back", message.mail_ids.failure_reason)
        self.try_again()
        self.assertEqual(notification.notification_status, "sent")
        self.assertEqual(self.received(), ["customer"])

    def test_in_the_middle_of_a_batch(self):
        """The others leave at once where the session goes on, and later where not."""
        for answer, at_once in (
            ("451 4.3.0 try again later", ["first", "third"]),
            ("421 4.3.2 closing", ["first"]),
        ):
            with self.subTest(answer):
                self.mailbox.mails.clear()
                self.mailbox.replies["second@example.com"] = answer
                mails = self.env["mail.mail"]
                for customer in self.customers:
                    mails += self.queue_mail(email_to=customer.email)
                self.send(mails)
                self.assertEqual(self.received(), at_once)
                self.try_again()
                self.assertEqual(mails.mapped("state"), ["sent"] * 3)
                self.assertEqual(sorted(self.received()), ["first", "second", "third"])

    def test_in_the_middle_of_the_recipients_of_one_mail(self):
        """Who received it already does not receive it again."""
        self.mailbox.replies["second@example.com"] = "451 4.3.0 try again later"
        mail = self.queue_mail(
            recipient_ids=[Command.set(self.customers.ids)], email_to="to@example.com"
        )
        self.send(mail)
        self.assertEqual(mail.state, "held")
        self.assertIn("to", self.received())
        self.try_again()
        self.assertEqual(mail.state, "sent")
        self.assertEqual(sorted(self.received()), ["first", "second", "third", "to"])

    def test_those_in_copy(self):
        """Odoo does not say whether they have it: it fails rather than leave twice."""
        self.mailbox.replies["second@example.com"] = "451 4.3.0 try again later"
        mail = self.queue_mail(
            recipient_ids=[Command.set(self.customers[1].ids)],
            email_to=False,
            email_cc="copy@example.com",
        )
        self.send(mail)
        self.assertEqual((mail.state, self.received()), ("exception", ["copy"]))

    def test_by_the_queue(self):
        self.mailbox.script["DATA"] = "451 4.3.0 try again later"
        mail = self.queue_mail()
        with mute_logger(*QUIET):
            self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.assertEqual(mail.state, "held")
        self.try_again()
        self.assertEqual(self.received(), ["customer"])

    def test_not_for_ever(self):
        self.mailbox.script["RCPT"] = "450 4.2.0 greylisted"
        mail = self.queue_mail()
        self.send(mail)
        mail.sender_unreached_since = fields.Datetime.now() - timedelta(days=6)
        with mute_logger(*QUIET):
            self.run_hour()
        self.assertEqual(mail.state, "exception")
        self.assertIn("greylisted", mail.failure_reason)
        self.assertEqual(self.get_log(mail).outcome, "refused")
        mail.mark_outgoing()
        self.send(mail)
        self.assertEqual(mail.state, "held")

    def test_what_is_refused_for_good_fails(self):
        self.mailbox.script["RCPT"] = "550 5.1.1 no such mailbox"
        mail = self.queue_mail()
        self.send(mail)
        self.assertEqual(mail.state, "exception")

    def test_a_system_mail_takes_the_other_road_at_once(self):
        user = self.make_user("worker", self.company)
        self.mailbox.script["RCPT"] = "450 4.2.0 greylisted"
        with mute_logger(*QUIET):
            user._notify_security_setting_update("Changed", "Your password changed")
        [mail] = self.receiver.mails
        self.assertEqual(mail.recipients, ("worker@staff.test",))
        self.assertFalse(self.mailbox.mails)

    def test_a_system_mail_that_nobody_takes_yet(self):
        """Neither the mailbox nor the platform: it is tried again as well."""
        user = self.make_user("worker", self.company)
        self.addCleanup(self.receiver.script.clear)
        for receiver in (self.mailbox, self.receiver):
            receiver.script["RCPT"] = "450 4.2.0 greylisted"
        with mute_logger(*QUIET):
            user._notify_security_setting_update("Changed", "Your password changed")
        self.assertFalse(self.mailbox.mails + self.receiver.mails)
        self.receiver.script.clear()
        self.try_again()
        self.assertEqual(len(self.mailbox.mails + self.receiver.mails), 1)
