# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A copy of a database, neutralized, sends nothing real and signs nothing."""

from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged
from odoo.tools import mute_logger

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase
from .mailbox_case import MailboxCase


@tagged("post_install", "-at_install")
class TestNeutralized(SystemCase):
    """The database is neutralized as Odoo does it, inside the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_receiver = cls.enterClassContext(SmtpReceiver())
        cls.company = cls.make_company("Acme", "acme.test")
        cls.other = cls.make_company("Other", "other.test")
        cls.make_sender(cls.company, "acme.test", "post@acme.test")
        own_server = cls.make_server(
            "own",
            cls.own_receiver,
            sender_company_id=cls.other.id,
            sender_spf_include="spf.platform.test",
        )
        cls.make_sender(
            cls.other, "other.test", "post@other.test", mail_server_id=own_server.id
        )

    def setUp(self):
        super().setUp()
        self.own_receiver.mails.clear()

    def make_mails(self):
        """Leave a mail of each company in the queue."""
        return self.env["mail.mail"].create(
            [
                {
                    "body_html": "<p>hello</p>",
                    "email_to": "customer@example.com",
                    "record_company_id": company.id,
                }
                for company in (self.company, self.other)
            ]
        )

    def neutralize(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def send_all(self, mails):
        mails.send()

    def assert_nothing_received(self):
        for receiver in (self.receiver, self.own_receiver, self.stray_receiver):
            self.assertFalse(receiver.mails)

    def test_otherwise_it_sends(self):
        self.send_all(self.make_mails())
        self.assertEqual(len(self.receiver.mails), 1)
        self.assertEqual(len(self.own_receiver.mails), 1)

    def test_sends_nothing_new(self):
        self.neutralize()
        self.send_all(self.make_mails())
        self.assert_nothing_received()

    def test_sends_nothing_that_waited(self):
        mails = self.make_mails()
        self.neutralize()
        self.send_all(mails)
        self.assert_nothing_received()

    def test_forgets_the_keys(self):
        self.neutralize()
        self.env.cr.execute("SELECT count(private_key) FROM mail_sender_dkim_key")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_forgets_what_links_proved(self):
        """A link that the original mailed must not work in the copy."""
        self.company.sender_confirmed_email = "office@acme.test"
        self.env["mail.sender.confirmation"].create(
            {
                "company_id": self.company.id,
                "email": "office@acme.test",
                "token_digest": "digest",
            }
        )
        self.neutralize()
        self.assertFalse(self.company.sender_confirmed_email)
        self.assertFalse(self.env["mail.sender.confirmation"].search([]))

    def test_signs_nothing(self):
        """Not even when somebody gives the copy a server that works."""
        self.neutralize()
        self.env["ir.mail_server"].search([]).active = False
        self.make_server("for tests", self.stray_receiver)
        self.send_all(self.make_mails())
        self.assertEqual(len(self.stray_receiver.mails), 2)
        for mail in self.stray_receiver.mails:
            self.assertNotIn("DKIM-Signature", mail.message)


@tagged("post_install", "-at_install")
class TestNeutralizedMailbox(MailboxCase):
    """The copy of a database with a mailbox, an adopted server and a relay address."""

    def setUp(self):
        super().setUp()
        self.make_relay_domain()
        self.platform = self.env["mail.sender.platform"]._get_platform()
        self.platform.receives_relay_mail = True
        self.relay = self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "acme@relay.test",
                "company_id": self.company.id,
                "mode": "relay",
            }
        )
        self.address = self.make_default_mailbox()
        self.adopted = self.make_server(
            "adopted", self.receiver, smtp_user="acme", smtp_pass="secret"
        )
        self.adopted._adopt(self.company)
        self.held = self.queue_mail()
        self.held.state = "held"
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_forgets_the_passwords(self):
        self.env.cr.execute(
            "SELECT count(sender_password), count(smtp_pass) FROM ir_mail_server"
        )
        self.assertEqual(self.env.cr.fetchone(), (0, 0))
        self.assertFalse(self.address.with_user(self.manager).has_password)

    def test_closes_every_road(self):
        for address in (self.address, self.relay):
            with self.subTest(address.email):
                self.assertEqual(address.state, "action_needed")
                self.assertFalse(address._was_proven())
        self.assertFalse(self.env["mail.sender.resolver"]._is_configured())

    def test_a_changed_login_does_not_open_it_again(self):
        """What had been proven before is forgotten, too."""
        self.address.mail_server_id.active = True
        self.address.with_user(self.manager).smtp_host = "127.0.0.1"
        self.assertFalse(self.address._was_proven())

    def test_what_waits_does_not_leave(self):
        """Not even when somebody gives the copy a server that works."""
        self.env["ir.mail_server"].search([]).active = False
        self.make_server("for tests", self.stray_receiver)
        self.env["mail.mail"]._cron_release()
        self.held.send()
        self.assertEqual(self.held.state, "held")
        self.held.mark_outgoing()
        self.held.send()
        for receiver in (self.mailbox, self.receiver, self.stray_receiver):
            self.assertFalse(receiver.mails)

    def test_receives_nothing_for_relay_addresses(self):
        self.assertFalse(self.platform.receives_relay_mail)
        self.assertFalse(
            self.env["mail.thread"]._get_relay_recipients(
                {"recipients": "acme@relay.test"}
            )
        )
