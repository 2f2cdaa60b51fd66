# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People send a test invoice and see each step; a real mail server gets it."""

import asyncio
from threading import Event, Semaphore
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mail_sender_domain.tests.screen import (
    CLICK,
    DESKTOP,
    PHONE,
    Screen,
    ScreenCase,
)
from odoo.addons.mail_sender_domain.wizards.mail_sender_test import MailSenderTest

from tests.peers.smtp_receiver import SmtpReceiver

from .link_reader import PATIENCE

#: What opens the test, and what sends the invoice.
OPEN = "[name=action_open_test]"
SEND = ".modal .o_mail_sender_test button"

#: What is there before an invoice is sent, and when it is over.
NEW = ".modal .o_mail_sender_test"
END = ".modal .o_mail_sender_test:has(button:not(.disabled)) .alert"

#: Whether the server has the message, and has not answered yet. It turns all the time:
#: nobody can wait until nothing moves.
IS_RUNNING = "!!document.querySelector('[data-stage=message][data-outcome=running]')"


class PatientReceiver(SmtpReceiver):
    """Answers a message once it may.

    :ivar may_answer: whether it may now
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.may_answer = Event()
        self.may_answer.set()

    async def handle_DATA(self, server, session, envelope):
        await asyncio.to_thread(self.may_answer.wait)
        return await super().handle_DATA(server, session, envelope)


@tagged("post_install", "-at_install")
class TestTestInvoiceScreens(ScreenCase):
    """The platform's server wants TLS and a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(IrMail_Server, "_disable_send", lambda *args: False)
        )
        login = ("platform", "hunter2 is secret")
        cls.receiver = cls.enterClassContext(PatientReceiver(login=login))
        cls.enterClassContext(cls.receiver.trusted())
        cls.server.write(
            {
                "smtp_host": "localhost",
                "smtp_port": cls.receiver.port,
                "smtp_encryption": "starttls_strict",
                "smtp_user": login[0],
                "smtp_pass": login[1],
            }
        )
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            name="Mira Manager",
            email="mira@example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.address = cls.create_default_sender()
        cls.path = f"/odoo/sender-addresses/{cls.address.id}"

    def setUp(self):
        super().setUp()
        self.receiver.mails.clear()
        self.receiver.script.clear()
        self.receiver.replies["nobody@example.com"] = "550 5.1.1 no such user here"

    def send_test_invoice(self, device):
        """Do what a manager does who mistypes the recipient first."""
        self.use(device)
        self.start_tour(self.path, "mail_sender_domain.test_invoice", login="manager")
        [mail] = self.receiver.mails
        self.assertEqual(mail.recipients, ("mira@example.com",))
        self.assertEqual(mail.message["From"], "Acme <invoices@acme.test>")
        self.assertEqual(len(list(mail.message.iter_attachments())), 1)
        outcomes = self.env["mail.sender.log"].search([("reason", "=", "test")])
        self.assertEqual(outcomes.mapped("outcome"), ["accepted", "refused"])

    @mute_logger("odoo.http")  # a refusal is part of the tour
    def test_a_manager_sends_a_test_invoice(self):
        self.send_test_invoice(DESKTOP)

    @mute_logger("odoo.http")  # a refusal is part of the tour
    def test_a_manager_sends_a_test_invoice_on_a_phone(self):
        self.send_test_invoice(PHONE)

    def log_events(self):
        """Let tests wait until a test invoice is in the sending log."""
        logged, log_test = Semaphore(0), MailSenderTest._log_test

        def log_and_tell(test, message, steps):
            log_test(test, message, steps)
            logged.release()

        self.startPatcher(patch.object(MailSenderTest, "_log_test", log_and_tell))
        return logged

    def test_closing_the_tab_at_every_step(self):
        """What has left has left, once; after that it can be sent again."""
        logged = self.log_events()
        with self.open_browser("manager", DESKTOP) as browser:
            self.check_screen(browser, DESKTOP, Screen(self.path, NEW, clicks=(OPEN,)))
            self.check_screen(browser, DESKTOP, Screen(self.path, OPEN))
            self.assertFalse(self.receiver.mails)
            self.evaluate(browser, CLICK % f"'{OPEN}'")
            self.wait_for(browser, SEND)
            self.receiver.may_answer.clear()
            self.addCleanup(self.receiver.may_answer.set)
            self.evaluate(browser, CLICK % f"'{SEND}'")
            self.assertTrue(browser._wait_ready(IS_RUNNING))
            browser.navigate_to("about:blank", wait_stop=True)
            self.receiver.may_answer.set()
            self.assertTrue(logged.acquire(timeout=PATIENCE))
            self.assertEqual(len(self.receiver.mails), 1)
            again = Screen(self.path, END, clicks=(OPEN, SEND))
            self.check_screen(browser, DESKTOP, again)
            self.assertTrue(logged.acquire(timeout=PATIENCE))
            self.check_screen(browser, DESKTOP, Screen(self.path, OPEN))
        self.assertEqual(len(self.receiver.mails), 2)
        logs = self.env["mail.sender.log"].search([("reason", "=", "test")])
        self.assertEqual(logs.mapped("outcome"), ["accepted", "accepted"])
        self.assertEqual(self.address.state, "ready")

    def check_steps(self, suffix=""):
        """Look at a test before it is sent, while it runs and when it is over."""
        new = Screen(self.path, NEW, f"test-new{suffix}", clicks=(OPEN,))
        for device in DESKTOP, PHONE:
            with (
                self.subTest(device=device.name),
                self.open_browser("manager", device) as browser,
            ):
                self.check_screen(browser, device, new)
                self.receiver.may_answer.clear()
                self.addCleanup(self.receiver.may_answer.set)
                self.evaluate(browser, CLICK % f"'{SEND}'")
                self.assertTrue(browser._wait_ready(IS_RUNNING))
                self.show_all(browser, device)
                self.look(browser, device, f"test-running{suffix}")
                self.receiver.may_answer.set()
                self.wait_for(browser, END)
                self.show_all(browser, device)
                self.wait_for(browser, END)
                self.look(browser, device, f"test-sent{suffix}")
        self.receiver.script["RCPT"] = "550 5.1.1 no such user here"
        refused = Screen(self.path, END, f"test-refused{suffix}", clicks=(OPEN, SEND))
        self.check_screens("manager", [refused])

    def test_screens(self):
        self.check_steps()

    def test_screens_in_the_dark(self):
        with self.dark_colours():
            self.check_steps("-dark")

    def test_screen_of_a_blocked_address(self):
        tests = self.as_user(self.env["mail.sender.test"], self.manager)
        test = tests.create({"address_id": self.address.id})
        self.address.domain_id.state = "draft"
        # Other pages lead to it, too.
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Send a Test Invoice",
                "res_model": "mail.sender.test",
                "res_id": test.id,
                "view_mode": "form",
                "target": "new",
            }
        )
        self.check_screens(
            "manager",
            [
                Screen(
                    f"/odoo/action-{action.id}",
                    # Enter closes it.
                    ".modal:has(.alert-warning) footer button:focus",
                    "test-blocked",
                )
            ],
        )

    def test_translations_keep_the_layout(self):
        self.receiver.script["RCPT"] = f"550 5.1.1 {'no such user here ' * 20}"
        screens = [Screen(self.path, END, clicks=(OPEN, SEND))]
        self.check_translations(self.manager, lambda lang: screens)

    def test_long_values_keep_the_layout(self):
        self.address.name = "Acme " * 40
        self.manager.email = f"{'i' * 60}@{'a' * 63}.{'b' * 63}.test"
        self.check_screens(
            "manager", [Screen(self.path, END, clicks=(OPEN, SEND))], may_cut=True
        )
