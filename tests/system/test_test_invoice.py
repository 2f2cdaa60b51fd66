# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A test invoice goes the very road of its sender address, and tells how."""

import json
from contextlib import contextmanager
from threading import Event
from unittest.mock import patch

from lxml import html

from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_mail_server
from odoo.addons.mail_sender_domain.wizards import mail_sender_test

from tests.peers.ports import free_port
from tests.peers.smtp_receiver import Fault, SmtpReceiver

from .common import SystemCase

ACCOUNT = ("ann@acme.test", "hunter2 is secret")

#: Seconds that anything here takes at most, on a machine that is busy.
PATIENCE = 60

#: What a test invoice must leave alone.
UNTOUCHED = (
    "account.move",
    "account.journal",
    "ir.attachment",
    "ir.sequence.date_range",
    "mail.mail",
    "mail.message",
)


class InvoiceCase(SystemCase):
    """A company without a chart of accounts, and a manager who tries its roads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            name="Mira Manager",
            email="mira@example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        # Its style sheets are made once, by whoever prints first.
        cls.enterClassContext(mute_logger("odoo.addons.base.models.ir_attachment"))

    def make_mailbox(self, receiver, **values):
        """Give the company an address whose mailbox is at a receiver; it is checked."""
        address = self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "ann@acme.test",
                "company_id": self.company.id,
                "mode": "smtp",
                "smtp_host": "localhost",
                "smtp_port": receiver.port,
                "smtp_encryption": "starttls_strict",
                "has_login": True,
                "smtp_user": ACCOUNT[0],
                "smtp_password": ACCOUNT[1],
                **values,
            }
        )
        self.env.flush_all()
        address.action_check_mailbox()
        self.assertEqual(address.state, "ready", address.state_reason)
        return address

    @contextmanager
    def mailbox(self):
        """Give an address with a mailbox, and the receiver where the mailbox is."""
        with SmtpReceiver(login=ACCOUNT) as receiver, receiver.trusted():
            yield self.make_mailbox(receiver), receiver

    def prepare(self, address, user=None, **values):
        """Open the test of an address, as its button does."""
        address = address.with_user(user or self.manager)
        action = address.action_open_test()
        tests = self.env[action["res_model"]].with_user(user or self.manager)
        return tests.with_context(**action["context"]).create(values)

    def run_test(self, test):
        """Send a test invoice and return the steps: stage, outcome, text."""
        steps = test._send(test._prepare_message(), lambda step: None)
        return [tuple(test._prepare_step(step).values()) for step in steps]

    def print_and_run(self, test):
        """Likewise, with a PDF."""
        return self.run_test(test.with_context(force_report_rendering=True))

    def assert_all_went_well(self, steps):
        """No step failed, and the last one is that the message was taken."""
        outcomes = {outcome for _stage, outcome, _text in steps}
        self.assertLessEqual(outcomes, {"ok", "skipped"}, steps)
        self.assertEqual(steps[-1][0], "message")

    def assert_failed(self, steps, stage, *words):
        """The last step failed, and says why."""
        self.assertEqual(steps[-1][:2], (stage, "failed"), steps)
        for word in words:
            self.assertIn(word, steps[-1][2])

    def get_log(self):
        return self.env["mail.sender.log"].search([("reason", "=", "test")])


@tagged("post_install", "-at_install")
class TestRoads(InvoiceCase, HttpCase):
    """What arrives, and what is told."""

    def assert_invoice(self, mail, email_from):
        """A received mail brings the invoice to the user who asked for it."""
        self.assertEqual(mail.recipients, ("mira@example.com",))
        self.assertEqual(mail.message["From"], email_from)
        self.assertEqual(mail.message["Subject"], "Test invoice from Acme")
        self.assertIn(
            "nothing is to be paid", mail.message.get_body(("plain",)).get_content()
        )
        [attachment] = mail.message.iter_attachments()
        self.assertEqual(attachment.get_filename(), "Test invoice.pdf")
        self.assertEqual(attachment.get_content_type(), "application/pdf")
        self.assertTrue(attachment.get_content().startswith(b"%PDF-"))

    def test_own_domain(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.assert_all_went_well(self.print_and_run(self.prepare(address)))
        [mail] = self.receiver.mails
        self.assert_invoice(mail, "Acme <post@acme.test>")
        self.assertEqual(mail.mail_from, "bounce@bounce.acme.test")
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "acme.test")
        self.assertEqual(verdict.aligned_spf, "bounce.acme.test")

    def test_own_domain_of_a_company_that_has_no_default_sender_yet(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.company.sender_address_id = False
        self.assertFalse(self.env["mail.sender.resolver"]._is_configured())
        self.assert_all_went_well(self.run_test(self.prepare(address)))
        [mail] = self.receiver.mails
        self.assertTrue(self.verify(mail).passes)
        self.assertEqual(mail.message["Reply-To"], "Acme <post@acme.test>")

    def test_relay(self):
        domain = self.make_domain(self.env["res.company"], "relay.test")
        self.publish(domain)
        domain.action_check()
        platform = self.env["mail.sender.platform"]._get_platform()
        platform.relay_domain_id = domain
        address = self.env["mail.sender.address"]._get_relay(self.company.sudo())
        self.assert_all_went_well(self.print_and_run(self.prepare(address)))
        [mail] = self.receiver.mails
        self.assert_invoice(mail, "Acme <acme@relay.test>")
        self.assertEqual(mail.message["Reply-To"], "Acme <office@acme.test>")
        verdict = self.verify(mail)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "relay.test")

    def test_mailbox(self):
        with self.mailbox() as (address, receiver):
            steps = self.print_and_run(self.prepare(address))
        [mail] = receiver.mails
        self.assertFalse(self.receiver.mails + self.stray_receiver.mails)
        self.assert_invoice(mail, "Acme <ann@acme.test>")
        self.assertEqual(mail.mail_from, "ann@acme.test")
        self.assertEqual((mail.encrypted, mail.login), (True, "ann@acme.test"))
        self.assertEqual(
            [step[:2] for step in steps],
            [
                (stage, "ok")
                for stage in (
                    "look_up",
                    "connect",
                    "greeting",
                    "tls",
                    "login",
                    "sender",
                    "recipient",
                    "message",
                )
            ],
        )
        texts = dict((stage, text) for stage, _outcome, text in steps)
        self.assertIn("localhost was found", texts["look_up"])
        self.assertIn("The connection is encrypted (TLSv1.3)", texts["tls"])
        self.assertEqual(texts["login"], "Logged in as ann@acme.test.")
        self.assertEqual(
            texts["message"],
            "The server took the message: 250 2.0.0 queued as 1",
        )

    def test_each_step_is_told_when_it_begins(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        test, told = self.prepare(address), []
        test._send(test._prepare_message(), told.append)
        running = [step.stage for step in told if step.outcome == "running"]
        self.assertEqual(
            running, ["look_up", "connect", "sender", "recipient", "message"]
        )

    def test_answers_go_where_those_to_an_invoice_go(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.company.alias_domain_id.sudo().has_received = True
        self.company.sender_reply_policy = "document"
        test = self.prepare(address)
        self.assertEqual(test.reply_to, "catchall@acme.test")
        self.run_test(test)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["Reply-To"], "catchall@acme.test")

    def test_the_invoice_in_the_layout_of_the_company(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        layout = self.env.ref("web.external_layout_striped")
        self.company.write(
            {
                "external_report_layout_id": layout.id,
                "report_footer": "Registered in Ghent",
                "currency_id": self.env.ref("base.EUR").id,
            }
        )
        content, kind = self.prepare(address)._print_invoice()
        self.assertEqual(kind, "html")
        page = html.fromstring(content.decode())
        text = " ".join(page.text_content().split())
        for words in (
            "Test Invoice",
            "It is not an invoice",
            "Sample Customer",
            "200.00 €",
            "post@acme.test",
            "Registered in Ghent",
        ):
            self.assertIn(words, text)
        self.assertTrue(page.find_class("o_report_layout_striped"))

    def test_to_an_address_of_choice(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.run_test(self.prepare(address, email_to=" boss@Müller.example "))
        [mail] = self.receiver.mails
        self.assertEqual(mail.recipients, ("boss@xn--mller-kva.example",))


@tagged("post_install", "-at_install")
class TestRefusals(InvoiceCase):
    """What is told when the invoice does not arrive."""

    def test_what_the_server_refuses(self):
        cases = [
            ("AUTH", "535 5.7.8 bad", "login", "Type both again"),
            ("MAIL", "550 5.7.60 not yours", "sender", "Allow the address at your"),
            ("RCPT", "550 5.1.1 unknown", "recipient", "Check the address"),
            ("DATA", "554 5.7.1 spam", "message", "Check SPF, DKIM and DMARC"),
            ("DATA", Fault.HANG_UP, "message", "closed the connection"),
        ]
        for command, reply, stage, words in cases:
            with self.subTest(command), self.mailbox() as (address, receiver):
                receiver.script[command] = reply
                test = self.prepare(address)
                message = test._prepare_message()
                steps = test._send(message, lambda step: None)
                test._log_test(message, steps)
                told = [tuple(test._prepare_step(step).values()) for step in steps]
                self.assert_failed(told, stage, words)
                self.assertFalse(receiver.mails)
                log = self.get_log()[:1]
                self.assertEqual(log.outcome, "refused")
                self.assertEqual(log.failure_type, steps[-1].code)
                self.assertEqual(address.state == "ready", command != "AUTH")
                address.unlink()

    def test_nobody_answers(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.server.smtp_port = free_port()
        self.assert_failed(
            self.run_test(self.prepare(address)), "connect", "Check host and port"
        )

    def test_a_host_that_does_not_exist(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.server.smtp_host = "nowhere.invalid"
        [step] = self.run_test(self.prepare(address))
        self.assertEqual(step[:2], ("look_up", "failed"))

    def test_what_odoo_itself_refuses_is_told_in_its_words(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        server = self.server
        refusal = "Lend me your server."
        with patch.object(
            type(server), "_check_forced_mail_server", side_effect=UserError(refusal)
        ):
            self.assert_failed(self.run_test(self.prepare(address)), "connect", refusal)

    def test_an_address_that_is_blocked_says_why(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.company.sender_blocked_policy = "relay"
        test = self.prepare(address)
        address.domain_id.state = "draft"
        self.assertIn("acme.test", test.blockers)
        with self.assertRaisesRegex(UserError, "acme.test"):
            test._prepare_message()
        address.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            test._prepare_message()
        self.assertFalse(self.receiver.mails + self.stray_receiver.mails)

    def test_only_managers_of_the_company(self):
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        other = self.make_company("Other", "other.test")
        stranger = self.manager.copy(
            {
                "login": "stranger",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
            }
        )
        clerk = self.make_user("clerk", self.company)
        test = self.prepare(address)
        for user in (stranger, clerk):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    address.with_user(user).action_open_test()
                with self.assertRaises(AccessError):
                    test.with_user(user)._prepare_message()


@tagged("post_install", "-at_install")
class TestNothingIsBooked(InvoiceCase, HttpCase):
    """A test leaves nothing behind but a line of the sending log."""

    def count(self):
        """How many records there are, and what the sequences are at."""
        counts = {model: self.env[model].search_count([]) for model in UNTOUCHED}
        sequences = self.env["ir.sequence"].search([])
        numbers = sequences.mapped(lambda sequence: sequence.number_next_actual)
        self.env.cr.execute("SELECT last_value, is_called FROM account_move_id_seq")
        return counts, numbers, self.env.cr.fetchall()

    def test_nothing_is_booked_where_there_are_journals(self):
        charts = self.env["account.chart.template"]
        charts.try_loading("generic_coa", self.company, install_demo=False)
        customer = self.env["res.partner"].create({"name": "Customer"})
        values = {
            "move_type": "out_invoice",
            "company_id": self.company.id,
            "partner_id": customer.id,
            "invoice_date": "2026-01-15",
            "invoice_line_ids": [Command.create({"name": "Thing", "price_unit": 9})],
        }
        moves = self.env["account.move"].with_company(self.company)
        first, second = moves.create([values, values])
        first.action_post()
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        test = self.prepare(address)
        self.print_and_run(test)
        before = self.count()
        lines = self.env["account.move.line"].search_count([])
        self.assert_all_went_well(self.print_and_run(test))
        self.env.flush_all()
        self.assertEqual(self.count(), before)
        self.assertEqual(self.env["account.move.line"].search_count([]), lines)
        second.action_post()
        self.assertEqual(
            (first.sequence_prefix, first.sequence_number + 1),
            (second.sequence_prefix, second.sequence_number),
        )

    def test_nothing_is_booked_and_no_number_is_used(self):
        self.assertFalse(self.company.chart_template)
        address = self.make_sender(self.company, "acme.test", "post@acme.test")
        test = self.prepare(address)
        self.print_and_run(test)
        self.receiver.mails.clear()
        before = self.count()
        message = test._prepare_message()
        steps = test._send(message, lambda step: None)
        test._log_test(message, steps)
        self.env.flush_all()
        self.assertEqual(self.count(), before)
        self.assertEqual(len(self.receiver.mails), 1)
        self.assertRecordValues(
            self.get_log(),
            [
                {
                    "company_id": self.company.id,
                    "user_id": self.manager.id,
                    "sender_address_id": address.id,
                    "mode": "domain",
                    "email_from": "Acme <post@acme.test>",
                    "envelope_from": "bounce@bounce.acme.test",
                    "mail_server_id": self.server.id,
                    "outcome": "accepted",
                    "message_id": message["Message-Id"],
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestLive(InvoiceCase, HttpCase):
    """The browser is told each step while it happens."""

    def setUp(self):
        super().setUp()
        self.receiver.script.clear()
        self.address = self.make_sender(self.company, "acme.test", "post@acme.test")
        self.test = self.prepare(self.address)
        self.authenticate("manager", "manager")

    def ask(self, test_id=None, token=None, **options):
        """Ask Odoo to send the test invoice.

        :param options: of ``requests``
        """
        path = f"/mail_sender/test_invoice/{test_id or self.test.id}"
        return self.opener.post(
            f"{self.base_url()}{path}",
            data={"csrf_token": token or http.Request.csrf_token(self)},
            timeout=PATIENCE,
            **options,
        )

    def send(self):
        """Send the test invoice and return what was told."""
        answer = self.ask()
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["X-Accel-Buffering"], "no")
        return [json.loads(line) for line in answer.text.splitlines() if line]

    def test_the_steps_and_the_end(self):
        *steps, end = self.send()
        self.assertEqual(
            [(step["stage"], step["outcome"]) for step in steps],
            [
                ("invoice", "ok"),
                ("look_up", "running"),
                ("look_up", "ok"),
                ("connect", "running"),
                ("connect", "ok"),
                ("greeting", "ok"),
                ("tls", "skipped"),
                ("login", "skipped"),
                ("sender", "running"),
                ("sender", "ok"),
                ("recipient", "running"),
                ("recipient", "ok"),
                ("message", "running"),
                ("message", "ok"),
            ],
        )
        self.assertTrue(end["is_sent"])
        self.assertIn("mira@example.com", end["text"])
        self.assertEqual(len(self.receiver.mails), 1)
        self.assertEqual(self.get_log().outcome, "accepted")

    def test_a_step_is_told_before_the_end(self):
        may_end = Event()
        self.addCleanup(may_end.set)
        hang_up = mail_sender_test.hang_up

        def wait_and_hang_up(session):
            self.assertTrue(may_end.wait(PATIENCE))
            hang_up(session)

        def read(answer, **_kwargs):
            steps = map(json.loads, filter(None, answer.iter_lines(chunk_size=1)))
            told = next(step for step in steps if step["stage"] == "message")
            self.assertEqual(told["outcome"], "running")
            self.assertEqual(next(steps)["outcome"], "ok")
            may_end.set()
            self.assertTrue(next(steps)["is_sent"])

        with patch.object(mail_sender_test, "hang_up", wait_and_hang_up):
            self.ask(stream=True, hooks={"response": read})

    def test_a_refusal(self):
        self.receiver.script["RCPT"] = "550 5.1.1 no such mailbox"
        *steps, end = self.send()
        self.assertEqual(steps[-1]["outcome"], "failed")
        self.assertIn("mailbox does not exist", steps[-1]["text"])
        self.assertFalse(end["is_sent"])
        self.assertEqual(end["guide"], "test-recipient")
        self.assertRecordValues(
            self.get_log(),
            [
                {
                    "outcome": "refused",
                    "failure_type": "recipient_unknown",
                    "failure_text": "5.1.1 no such mailbox",
                }
            ],
        )

    def test_a_blocked_address(self):
        self.address.active = False
        [end] = self.send()
        self.assertEqual(
            end,
            {
                "is_sent": False,
                "text": "post@acme.test is archived. Restore it first.",
                "guide": "blocked",
            },
        )

    def test_one_test_at_a_time(self):
        # Another transaction, as real as that of another user.
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                (mail_sender_test.LOCK_CLASS, self.address.id),
            )
            *_steps, end = self.send()
        self.assertFalse(end["is_sent"])
        self.assertIn("Another test of post@acme.test is going on", end["text"])
        self.assertEqual(end["guide"], "test")
        self.assertFalse(self.receiver.mails)
        self.assertFalse(self.get_log())
        self.assertTrue(self.send()[-1]["is_sent"])

    def test_nobody_waits_for_ever(self):
        self.receiver.script["DATA"] = Fault.SILENCE
        with (
            patch.object(mail_sender_test, "TIME_LIMIT", 2),
            # The session left alone has the cursor until it gives up.
            patch.object(ir_mail_server, "SMTP_TIMEOUT", 5),
        ):
            *steps, end = self.send()
        self.assertEqual(steps[-1]["stage"], "message")
        self.assertEqual(steps[-1]["outcome"], "running")
        self.assertFalse(end["is_sent"])
        self.assertIn("After 2 seconds", end["text"])
        self.assertEqual(end["guide"], "not-arrived")

    @mute_logger("odoo.http")
    def test_only_who_opened_it(self):
        for login in ("admin", "demo"):
            if not self.env["res.users"].search_count([("login", "=", login)]):
                continue
            with self.subTest(login):
                self.authenticate(login, login)
                [end] = self.send()
                self.assertFalse(end["is_sent"])
        self.assertFalse(self.receiver.mails)

    @mute_logger("odoo.http")
    def test_requests_of_others(self):
        self.assertEqual(self.ask(token="forged").status_code, 400)
        self.assertEqual(self.ask("nonsense").status_code, 404)
        answer = self.url_open(f"/mail_sender/test_invoice/{self.test.id}")
        self.assertEqual(answer.status_code, 405)
        self.logout()
        answer = self.ask()
        self.assertIn("/web/login", answer.url)
        self.assertFalse(self.receiver.mails)
