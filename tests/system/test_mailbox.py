# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail through a company's own mailbox: TLS, login, and what may go wrong with both."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import (
    IrMail_Server,
    MailDeliveryException,
)

from tests.peers.smtp_receiver import Certificate, Fault, SmtpReceiver, Tls

from .mailbox_case import PASSWORD, MailboxCase

#: The answer of Gmail to a wrong password.
REFUSED = "535 5.7.8 Username and Password not accepted"

QUIET = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


@tagged("post_install", "-at_install")
class TestMailbox(MailboxCase):
    """What a sender manager sets up."""

    def check(self, address):
        """Press the button; return the kind of the answer and its text."""
        answer = address.action_check_mailbox()["params"]
        return answer["type"], answer["message"]

    def test_a_manager_sets_up_a_mailbox_and_mail_leaves_through_it(self):
        address = self.make_mailbox()
        self.assertEqual(address.state, "action_needed")
        self.assertIn("Press Check the mailbox", address.state_reason)
        self.assertEqual(
            self.check(address),
            ("success", "localhost takes mail from post@acme.test."),
        )
        self.assertEqual(address.state, "ready")
        address.action_set_default()
        seller = self.make_user("seller", self.company)
        self.document.with_user(seller).message_post(
            body="Your invoice",
            partner_ids=self.customer.ids,
            attachment_ids=self.env["ir.attachment"]
            .with_user(seller)
            .create({"name": "invoice.pdf", "raw": b"%PDF-1.4"})
            .ids,
            subtype_xmlid="mail.mt_comment",
        )
        [mail] = self.mailbox.mails
        self.assertFalse(self.receiver.mails or self.stray_receiver.mails)
        self.assertEqual(mail.message["From"], "Acme <post@acme.test>")
        self.assertEqual(mail.mail_from, "post@acme.test")
        self.assertEqual(mail.login, "post@acme.test")
        self.assertTrue(mail.encrypted)
        self.assertNotIn("DKIM-Signature", mail.message)
        [pdf] = mail.message.iter_attachments()
        self.assertEqual(pdf.get_filename(), "invoice.pdf")

    def test_tls_from_the_start(self):
        login = ("post@acme.test", PASSWORD)
        with (
            SmtpReceiver(login=login, tls=Tls.IMPLICIT) as receiver,
            receiver.trusted(),
        ):
            address = self.make_mailbox(receiver, smtp_encryption="ssl_strict")
            self.assertEqual(self.check(address)[0], "success")
            address.action_set_default()
            self.queue_mail().send(raise_exception=True)
        [mail] = receiver.mails
        self.assertTrue(mail.encrypted)
        self.assertEqual(mail.login, "post@acme.test")

    def test_a_server_without_a_login(self):
        """Who may send through it need not own the address."""
        with SmtpReceiver(tls=Tls.STARTTLS) as receiver, receiver.trusted():
            address = self.make_mailbox(receiver, has_login=False)
            kind, message = self.check(address)
            self.assertEqual(kind, "warning")
            self.assertIn("Press Validate", message)
            self.assertEqual(address.state, "action_needed")
            address.sudo().confirmed_email = "post@acme.test"
            address.action_set_default()
            self.queue_mail().send(raise_exception=True)
        [mail] = receiver.mails
        self.assertEqual((mail.encrypted, mail.login), (True, ""))

    def test_signed_only_where_the_address_says_so(self):
        domain = self.make_domain(self.company, "acme.test")
        self.publish(domain)
        domain.action_check()
        address = self.make_default_mailbox()
        for is_signed in (False, True):
            address.is_dkim_signed = is_signed
            self.mailbox.mails.clear()
            self.queue_mail().send(raise_exception=True)
            [mail] = self.mailbox.mails
            verdict = self.verify(mail)
            self.assertEqual(verdict.dkim, "pass" if is_signed else "none")
            self.assertEqual(verdict.aligned_dkim, "acme.test" if is_signed else "")

    def test_certificates_that_prove_nothing_are_refused(self):
        table = [
            (Certificate.EXPIRED, "certificate has expired"),
            (Certificate.OTHER_NAME, "certificate is for another host"),
            (Certificate.SELF_SIGNED, "signed its certificate itself"),
        ]
        login = ("post@acme.test", PASSWORD)
        for tls, encryption in ((Tls.STARTTLS, "starttls"), (Tls.IMPLICIT, "ssl")):
            for certificate, expected in table:
                with (
                    self.subTest(certificate.name, tls=tls.name),
                    SmtpReceiver(login=login, tls=tls, certificate=certificate) as bad,
                    bad.trusted(),
                    self.env.cr.savepoint() as savepoint,
                ):
                    address = self.make_mailbox(
                        bad, smtp_encryption=f"{encryption}_strict"
                    )
                    kind, message = self.check(address)
                    self.assertEqual(kind, "danger")
                    self.assertIn(expected, message)
                    self.assertEqual(address.state, "action_needed")
                    # The administrator may know better.
                    address = address.sudo()
                    address.write(
                        {"smtp_encryption": encryption, "smtp_password": PASSWORD}
                    )
                    self.assertEqual(self.check(address)[0], "success")
                    savepoint.rollback()

    def test_an_unknown_authority_is_refused(self):
        with SmtpReceiver(login=("post@acme.test", PASSWORD)) as unknown:
            kind, message = self.check(self.make_mailbox(unknown))
        self.assertEqual(kind, "danger")
        self.assertIn("issuer of the server's certificate is not known", message)

    def test_what_the_server_says_is_told_plainly(self):
        table = [
            ({"AUTH": REFUSED}, "refused the user name or the password: 535"),
            ({"AUTH": "454 4.7.0 later"}, "cannot check the login now"),
            ({"AUTH": Fault.HANG_UP}, "closed the connection"),
            ({"MAIL": "553 5.7.1 not owned by user"}, "may not send from that address"),
        ]
        address = self.make_mailbox()
        for script, expected in table:
            with self.subTest(expected):
                self.mailbox.script.clear()
                self.mailbox.script.update(script)
                kind, message = self.check(address)
                self.assertEqual(kind, "danger")
                self.assertIn(expected, message)
                self.assertEqual(address.state, "action_needed")
        self.mailbox.script.clear()
        self.assertEqual(self.check(address)[0], "success")
        self.assertEqual(address.state, "ready")

    def test_a_wrong_password_while_setting_up_troubles_nobody_else(self):
        address = self.make_mailbox(smtp_password="wrong")
        self.assertIn("refused the user name", self.check(address)[1])
        self.commit()
        self.assertIn("refused the user name", address.state_reason)
        self.assertFalse(address.activity_ids)
        address.smtp_password = PASSWORD
        self.assertIn("Press Check the mailbox", address.state_reason)
        self.assertEqual(self.check(address)[0], "success")

    def test_nobody_else_uses_the_mailbox(self):
        """Not even by writing its address into From."""
        address = self.make_default_mailbox()
        server = address.mail_server_id
        other = self.make_company("Other", "other.test")
        servers = self.env["ir.mail_server"]
        self.assertNotEqual(servers._find_mail_server("post@acme.test")[0], server)
        mails = self.env["mail.mail"].with_company(other)
        vals = {
            "email_from": "post@acme.test",
            "email_to": "customer@example.com",
            "body_html": "<p>hello</p>",
        }
        for asked in (False, server.id):
            mails.create({**vals, "mail_server_id": asked}).send()
        with self.assertRaises(ValidationError):
            mails.create(vals).mail_server_id = server
        self.assertFalse(self.mailbox.mails)
        self.assertEqual(len(self.stray_receiver.mails), 2)

    def test_colleagues_of_the_company_do_not_borrow_the_mailbox(self):
        """Another address of the company has another road."""
        address = self.make_default_mailbox()
        self.make_sender(self.company, "acme.test", "sales@acme.test")
        self.queue_mail(email_from="post@acme.test").send()
        self.assertFalse(self.mailbox.mails)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "Acme <sales@acme.test>")
        self.assertTrue(address.exists())


@tagged("post_install", "-at_install")
class TestClosedMailbox(MailboxCase):
    """Acme's mailbox was fine, and then its provider does not take the login."""

    def setUp(self):
        super().setUp()
        self.address = self.make_default_mailbox()
        self.company.sender_blocked_policy = "hold"
        self.company.sender_responsible_id = self.make_user("keeper", self.company)
        self.env.flush_all()

    def to_keeper(self):
        """What tells the responsible person about it, and by which road it came."""
        return [
            (name, mail)
            for name in ("mailbox", "receiver", "stray_receiver")
            for mail in getattr(self, name).mails
            if mail.recipients == ("keeper@staff.test",)
        ]

    def notes(self):
        """What the document says about its mails, the last one first."""
        return [
            str(message.body)
            for message in self.document.message_ids
            if "Invoice" in str(message.body)
        ]

    @contextmanager
    def provider_is_gone(self):
        """Let nothing listen where the mailbox was."""
        server = self.address.mail_server_id
        port = server.smtp_port
        away = SmtpReceiver(login=("post@acme.test", PASSWORD))
        self.env.cr.execute(
            "UPDATE ir_mail_server SET smtp_port = %s WHERE id = %s",
            [away.port, server.id],
        )
        self.env.invalidate_all()
        yield
        self.env.cr.execute(
            "UPDATE ir_mail_server SET smtp_port = %s WHERE id = %s", [port, server.id]
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------ refused: 535

    def test_the_mail_that_met_the_refusal_waits(self):
        self.mailbox.script["AUTH"] = REFUSED
        mail = self.queue_mail()
        for raise_exception in (False, True):
            with self.subTest(raise_exception):
                mail.state = "outgoing"
                self.address._forget_login_error()
                mail.send(raise_exception=raise_exception)
                self.assertEqual(mail.state, "held")
                self.assertIn("Username and Password not accepted", mail.failure_reason)
                self.assertFalse(mail.failure_type)
        self.assertEqual(self.address.state, "blocked")
        self.assertFalse(self.receiver.mails or self.stray_receiver.mails)

    def test_the_mail_that_met_the_refusal_is_relayed(self):
        self.make_relay_domain()
        self.company.sender_blocked_policy = "relay"
        self.company.sender_reply_policy = "sender"
        self.mailbox.script["AUTH"] = REFUSED
        for raise_exception in (False, True):
            with self.subTest(raise_exception):
                self.address._forget_login_error()
                self.receiver.mails.clear()
                mail = self.queue_mail()
                mail.send(raise_exception=raise_exception)
                self.assertEqual(mail.state, "sent")
                [received] = self.receiver.mails
                self.assertEqual(received.message["From"], "Acme <acme@relay.test>")
                self.assertEqual(received.message["Reply-To"], "Acme <post@acme.test>")
                self.assertTrue(self.verify(received).passes)
                self.assertEqual(mail.sender_wanted_id, self.address)

    def test_nothing_leaves_twice_and_nothing_is_forgotten(self):
        """Mails of other roads around the one that is closed."""
        other = self.make_mailbox(
            email="sales@acme.test", smtp_user="sales@acme.test"
        ).sudo()
        other.is_mailbox_checked = True
        self.make_relay_domain()
        self.company.sender_blocked_policy = "relay"
        platform_sender = self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "robot@relay.test",
                "company_id": self.company.id,
                "mode": "relay",
            }
        )
        self.mailbox.script["AUTH"] = REFUSED
        for raise_exception in (False, True):
            with self.subTest(raise_exception):
                (self.address + other)._forget_login_error()
                self.receiver.mails.clear()
                mails = self.env["mail.mail"]
                for address in (self.address, platform_sender, other, self.address):
                    mails += self.queue_mail(
                        record_company_id=self.company.id,
                        sender_address_id=address.id,
                        sender_reason="explicit",
                    )
                self.assertEqual(len(mails.sender_address_id), 3)
                mails.send(raise_exception=raise_exception)
                self.assertEqual(mails.mapped("state"), ["sent"] * 4)
                self.assertEqual(len(self.receiver.mails), 4)
                mails.send(raise_exception=raise_exception)
                self.assertEqual(len(self.receiver.mails), 4)
        self.assertFalse(self.mailbox.mails)

    def test_one_activity_and_the_mail_about_it_takes_the_platform_s_road(self):
        self.mailbox.script["AUTH"] = REFUSED
        mails = self.queue_mail() + self.queue_mail()
        mails.send()
        self.commit()
        self.commit()
        [activity] = self.address.activity_ids
        self.assertEqual(activity.user_id.login, "keeper")
        self.assertIn("Username and Password not accepted", activity.note)
        [(road, mail)] = self.to_keeper()
        self.assertEqual(road, "receiver")
        self.assertNotIn("post@acme.test", mail.message["From"])
        self.assertTrue(self.address.road_closed_since)
        # Mail that comes later is held at once.
        later = self.queue_mail()
        self.assertEqual(later.state, "held")
        self.run_hour()
        self.commit()
        self.assertEqual(len(self.address.activity_ids), 1)
        self.assertEqual(len(self.to_keeper()), 1)

    def test_without_a_choice_the_one_who_set_it_up_is_asked(self):
        self.company.sender_responsible_id = False
        self.mailbox.script["AUTH"] = REFUSED
        self.queue_mail().send()
        self.commit()
        self.assertEqual(self.address.activity_ids.user_id, self.manager)

    def test_the_document_and_the_company_say_it_once(self):
        self.mailbox.script["AUTH"] = REFUSED
        self.queue_mail().send()
        self.commit()
        [note] = self.notes()
        self.assertIn("waits", note)
        notes = self.company.partner_id.message_ids.mapped("body")
        closed = [note for note in notes if "can no longer leave" in str(note)]
        self.assertEqual(len(closed), 1)

    def test_people_see_mail_that_waits_as_waiting(self):
        self.mailbox.script["AUTH"] = REFUSED
        message = self.document.message_post(
            body="Invoice", partner_ids=self.customer.ids
        )
        self.assertEqual(message.notification_ids.notification_status, "ready")
        self.assertFalse(message.notification_ids.failure_type)
        self.mailbox.script.clear()
        self.address.with_user(self.manager).smtp_password = PASSWORD
        self.run_hour()
        self.assertEqual(message.notification_ids.notification_status, "sent")

    def test_it_all_leaves_after_a_new_password(self):
        self.mailbox.script["AUTH"] = REFUSED
        mails = self.queue_mail() + self.queue_mail()
        mails.send()
        self.commit()
        self.mailbox.script.clear()
        self.address.with_user(self.manager).smtp_password = PASSWORD
        self.assertEqual(self.address.state, "ready")
        self.assertEqual(mails.mapped("state"), ["outgoing"] * 2)
        self.assertFalse(self.address.activity_ids)
        self.run_hour()
        self.run_hour()
        self.assertEqual(len(self.to_customer(self.mailbox)), 2)
        self.assertEqual(mails.mapped("state"), ["sent"] * 2)

    def test_a_new_password_that_is_wrong_too(self):
        self.mailbox.script["AUTH"] = REFUSED
        mail = self.queue_mail()
        mail.send()
        self.commit()
        self.address.with_user(self.manager).smtp_password = "wrong again"
        self.run_hour()
        self.assertEqual(mail.state, "held")
        self.assertEqual(self.address.state, "blocked")
        self.assertFalse(self.mailbox.mails)

    def test_a_refusal_that_no_login_mends_closes_nothing(self):
        """Such as an address of this machine that is on a block list."""
        table = [
            "535 5.7.1 rejected, listed by Spamhaus",
            "538 5.7.11 Encryption required for requested authentication mechanism",
        ]
        for answer in table:
            with self.subTest(answer):
                self.mailbox.script["AUTH"] = answer
                mail = self.queue_mail()
                mail.send()
                self.assertEqual(mail.state, "held")
                self.assertIn("every hour", mail.failure_reason)
                self.assertEqual(self.address.state, "ready")

    def test_somebody_else_stores_the_refusal_at_this_moment(self):
        """The mail waits, instead of failing with all that was sent before it."""
        self.mailbox.script["AUTH"] = REFUSED
        mail = self.queue_mail()
        with patch.object(
            type(self.address), "lock_for_update", side_effect=self.conflict()
        ):
            mail.send()
        self.assertEqual(mail.state, "held")

    def conflict(self):
        """What PostgreSQL says to the second one of two who change a row."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(
                    "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", log_exceptions=False
                )
        except Exception as error:
            return error
        raise AssertionError("no conflict")

    # ------------------------------------------------------ later: 454, 421, gone

    def test_what_only_waits_closes_nothing(self):
        for answer in (
            "454 4.7.0 Temporary authentication failure",
            "421 4.7.0 Too many connections, try again later",
            Fault.HANG_UP,
        ):
            with self.subTest(answer):
                self.mailbox.mails.clear()
                self.mailbox.script["AUTH"] = answer
                mail = self.queue_mail()
                with self.assertRaises(MailDeliveryException):
                    mail.send(raise_exception=True)
                self.assertEqual(mail.state, "outgoing")
                mail.send()
                self.assertEqual(mail.state, "held")
                self.assertIn("tried again every hour", mail.failure_reason)
                self.commit()
                self.assertEqual(self.address.state, "ready")
                self.assertFalse(self.address.login_error_code)
                self.assertFalse(self.address.activity_ids)
                self.mailbox.script.clear()
                self.run_hour()
                self.run_hour()
                self.assertEqual(mail.state, "sent")
                self.assertEqual(len(self.mailbox.mails), 1)
                self.assertFalse(self.receiver.mails or self.stray_receiver.mails)

    def test_a_server_that_is_gone_is_not_tried_for_ever(self):
        with self.provider_is_gone():
            mail = self.queue_mail()
            mail.send()
            self.assertEqual(mail.state, "held")
            mail.sender_unreached_since = fields.Datetime.now() - timedelta(days=6)
            self.run_hour()
        self.assertEqual(mail.state, "exception")
        self.assertTrue(mail.failure_reason)
        log = self.env["mail.sender.log"].search([("mail_mail_id", "=", mail.id)])
        self.assertEqual(log.outcome, "refused")

    def test_a_server_that_is_down_is_tried_again_every_hour(self):
        with self.provider_is_gone():
            mail = self.queue_mail()
            mail.send()
            self.assertEqual(mail.state, "held")
            self.assertIn("could not be reached", mail.failure_reason)
            for _hour in range(3):
                self.run_hour()
                self.assertEqual(mail.state, "held")
            # The document says it once, not every hour.
            self.assertEqual(len(self.notes()), 1)
        self.run_hour()
        self.assertEqual(mail.state, "sent")
        self.assertEqual(len(self.mailbox.mails), 1)

    def test_a_failure_of_the_past_says_nothing_about_the_next_one(self):
        """A recipient was refused once, and now the server is down."""
        self.mailbox.replies["customer@example.com"] = "550 5.1.1 no such mailbox"
        self.addCleanup(self.mailbox.replies.clear)
        mail = self.queue_mail()
        with mute_logger(*QUIET):
            mail.send()
        self.assertEqual((mail.state, mail.failure_type), ("exception", "unknown"))
        mail.mark_outgoing()
        with self.provider_is_gone():
            mail.send()
            self.assertEqual(mail.state, "held")

    def test_what_failed_before_is_not_sent_on_the_side(self):
        """Odoo leaves failed mails alone unless somebody asks."""
        self.mailbox.script["AUTH"] = REFUSED
        failed = self.queue_mail(state="exception")
        failed.sender_address_id = self.address
        (failed + self.queue_mail()).send()
        self.assertEqual(failed.state, "exception")

    def test_a_certificate_that_expired_meanwhile_holds_the_mail(self):
        login = ("post@acme.test", PASSWORD)
        with SmtpReceiver(login=login, certificate=Certificate.EXPIRED) as expired:
            with expired.trusted():
                self.env.cr.execute(
                    "UPDATE ir_mail_server SET smtp_port = %s WHERE id = %s",
                    [expired.port, self.address.mail_server_id.id],
                )
                self.env.invalidate_all()
                mail = self.queue_mail()
                mail.send()
        self.assertEqual(mail.state, "held")
        self.assertIn("certificate has expired", mail.failure_reason)
        self.assertFalse(expired.mails)

    # ------------------------------------------------------------ system mails

    def send_code(self, user):
        """Send a login code, as the login screen does: failures are shown there."""
        with patch.object(type(user), "_totp_rate_limit"):
            user._send_totp_mail_code()

    def test_login_codes_always_leave_and_once(self):
        user = self.make_user("worker", self.company)
        table = [
            {"AUTH": REFUSED},
            {"AUTH": "454 4.7.0 later"},
            {"AUTH": Fault.HANG_UP},
            {"MAIL": "550 5.7.60 not allowed to send as this sender"},
            {"MAIL": Fault.HANG_UP},
            {"RCPT": "550 5.7.1 relaying denied"},
            {"DATA": "554 5.7.1 looks like spam"},
        ]
        for policy in ("hold", "relay"):
            self.company.sender_blocked_policy = policy
            for script in table:
                with self.subTest(script, policy=policy), mute_logger(*QUIET):
                    self.address._forget_login_error()
                    self.receiver.mails.clear()
                    self.mailbox.script.clear()
                    self.mailbox.script.update(script)
                    self.send_code(user)
                    [mail] = self.receiver.mails
                    self.assertEqual(mail.recipients, ("worker@staff.test",))
                    self.assertNotIn("post@acme.test", mail.message["From"])
                    self.assertFalse(self.mailbox.mails)
        with self.provider_is_gone():
            self.receiver.mails.clear()
            self.send_code(user)
            self.assertEqual(len(self.receiver.mails), 1)

    def test_login_codes_take_the_mailbox_while_it_works(self):
        user = self.make_user("worker", self.company)
        self.send_code(user)
        [mail] = self.mailbox.mails
        self.assertEqual(mail.message["From"], "Acme <post@acme.test>")

    def test_a_system_mail_that_some_received_is_not_sent_again(self):
        self.mailbox.replies["second@example.com"] = "550 5.1.1 no such mailbox"
        self.addCleanup(self.mailbox.replies.clear)
        partners = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com"}
                for name in ("first", "second")
            ]
        )
        mail = self.queue_mail(
            model="res.users",
            res_id=self.manager.id,
            email_to=False,
            recipient_ids=[Command.set(partners.ids)],
        )
        self.assertTrue(mail.sender_system_kind)
        with mute_logger(*QUIET):
            mail.send()
        self.assertEqual(len(self.mailbox.mails), 1)
        self.assertFalse(self.receiver.mails)
        self.assertEqual(mail.state, "exception")

    # ------------------------------------------------------------ not twice

    def test_it_is_stored_that_a_mail_is_handed_over_before_it_is(self):
        """Whoever sends it as well is met by the database, not by the customer."""
        mail = self.queue_mail()
        stored = []
        send_email = IrMail_Server.send_email

        def look(server, *args, **kwargs):
            self.env.cr.execute("SELECT state FROM mail_mail WHERE id = %s", [mail.id])
            stored.append(self.env.cr.fetchone()[0])
            return send_email(server, *args, **kwargs)

        with patch.object(IrMail_Server, "send_email", look):
            mail.send()
        self.assertEqual(stored, ["exception"])
        self.assertEqual(mail.state, "sent")
