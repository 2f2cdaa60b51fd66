# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nobody finds out by a mailbox which hosts and ports there are beside Odoo."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .mailbox_case import MailboxCase


@tagged("post_install", "-at_install")
class TestMailboxPlaces(MailboxCase):
    """The mail server of Acme is on the very machine that Odoo is on."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(
            "mail_sender_domain.mail_servers_anywhere", False
        )
        self.administrator = new_test_user(
            self.env,
            "administrator",
            groups="base.group_system",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_managers_choose_ports_of_mail_servers(self):
        for port in (25, 465, 587, 2465, 2525, 2587):
            self.make_mailbox(email=f"post-{port}@acme.test", smtp_port=port)
        with self.assertRaisesRegex(AccessError, "Port: .*22.*25, 465, 587"):
            self.make_mailbox(smtp_port=22)

    def test_managers_try_no_host_of_our_own_network(self):
        """And what was not tried sends no test invoice either."""
        for host in ("localhost", "127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"):
            with self.subTest(host):
                address = self.make_mailbox(smtp_host=host, smtp_port=587)
                with self.assertRaisesRegex(AccessError, "our own network"):
                    address.action_check_mailbox()
                action = address.action_open_test()
                test = (
                    self.env["mail.sender.test"]
                    .with_user(self.manager)
                    .with_context(**action["context"])
                    .create({})
                )
                with self.assertRaisesRegex(UserError, "has not been tried"):
                    test._prepare_message()
                address.unlink()

    def test_the_administrator_does_and_mail_leaves(self):
        address = self.make_mailbox(smtp_port=587)
        self.as_administrator(address).smtp_port = self.mailbox.port
        self.as_administrator(address).smtp_password = "open-sesame-4711"
        self.as_administrator(address).action_check_mailbox()
        self.assertEqual(address.state, "ready")
        address.action_set_default()
        self.queue_mail().with_user(self.manager).sudo().send(raise_exception=True)
        self.assertEqual(len(self.mailbox.mails), 1)

    def as_administrator(self, address):
        return address.with_user(self.administrator)

    def test_what_the_administrator_typed_stays(self):
        """The manager changes the name, and a new password is checked by both."""
        address = self.make_mailbox(smtp_port=587)
        self.as_administrator(address).smtp_port = self.mailbox.port
        address.name = "Acme Sales"
        address.smtp_password = "another"
        self.assertEqual(address.smtp_port, self.mailbox.port)
        with self.assertRaises(AccessError):
            address.smtp_port = 22
