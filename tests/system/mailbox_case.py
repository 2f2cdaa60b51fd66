# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company whose mail leaves through its own mailbox."""

from contextlib import nullcontext

from odoo import Command
from odoo.tests import HttpCase, new_test_user

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase

PASSWORD = "open-sesame-4711"


class MailboxCase(SystemCase):
    """Acme has a mailbox at a provider that wants TLS and a login.

    :cvar mailbox: the provider's mail server
    """

    @classmethod
    def setUpClass(cls) -> None:
        """Start the provider; nothing is set up yet."""
        super().setUpClass()
        cls.mailbox = cls.enterClassContext(
            SmtpReceiver(login=("post@acme.test", PASSWORD))
        )
        cls.enterClassContext(cls.mailbox.trusted())
        cls.company = cls.make_company("Acme", "acme.test")
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            email="manager@staff.test",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            notification_type="email",
        )
        cls.document = cls.env["res.partner"].create(
            {"name": "Document", "company_id": cls.company.id}
        )

    def setUp(self) -> None:
        """Forget what earlier tests sent and how the provider answered."""
        super().setUp()
        self.mailbox.mails.clear()
        self.mailbox.script.clear()

    def make_mailbox(self, receiver: SmtpReceiver | None = None, **values):
        """Set up an address with a mailbox, as a sender manager does.

        :param receiver: where it is; if not given, at the provider
        :return: the address as the manager sees it
        """
        addresses = self.env["mail.sender.address"].with_user(self.manager)
        return addresses.create(
            {
                "name": "Acme",
                "email": "post@acme.test",
                "company_id": self.company.id,
                "mode": "smtp",
                "smtp_host": "localhost",
                "smtp_port": (receiver or self.mailbox).port,
                "smtp_encryption": "starttls_strict",
                "smtp_user": "post@acme.test",
                "smtp_password": PASSWORD,
                **values,
            }
        )

    def make_default_mailbox(self):
        """Set up a mailbox that is checked and the default sender of Acme."""
        address = self.make_mailbox()
        address.action_check_mailbox()
        self.assertEqual(address.state, "ready")
        address.action_set_default()
        return address.sudo()

    @classmethod
    def make_relay_domain(cls) -> None:
        """Give the platform a relay domain that is proven."""
        domain = cls.env["mail.sender.domain"].create(
            {"name": "relay.test", "company_id": False}
        )
        cls.dns.add_zone("relay.test")
        cls.publish(domain)
        domain.action_check()
        cls.env["mail.sender.platform"]._get_platform().relay_domain_id = domain

    def queue_mail(self, **values):
        """Leave a mail of Acme about the document to the scheduler."""
        return self.env["mail.mail"].create(
            {
                "subject": "Invoice",
                "body_html": "<p>hello</p>",
                "email_to": "customer@example.com",
                "model": "res.partner",
                "res_id": self.document.id,
                "auto_delete": False,
                **values,
            }
        )

    def to_customer(self, receiver: SmtpReceiver):
        """What a mail server brought to the customer; colleagues hear of it too."""
        return [
            mail
            for mail in receiver.mails
            if mail.recipients == ("customer@example.com",)
        ]

    def joining_cursors(self):
        """Let new cursors join the test's transaction, as in browser tests anyway."""
        if isinstance(self, HttpCase):
            return nullcontext()
        return self.enter_registry_test_mode()

    def commit(self) -> None:
        """Do what follows a commit, in transactions of its own."""
        self.env.flush_all()
        with self.joining_cursors():
            self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action as the scheduler does, as OdooBot."""
        with self.joining_cursors():
            self.assertIs(self.env.ref(xmlid).sudo().method_direct_trigger(), True)

    def run_hour(self) -> None:
        """Let the scheduler do what it does every hour."""
        self.run_cron("mail_sender_domain.ir_cron_release_held")
        self.run_cron("mail.ir_cron_mail_scheduler_action")
