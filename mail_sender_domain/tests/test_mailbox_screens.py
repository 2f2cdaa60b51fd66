# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How addresses with a mailbox and relay addresses look."""

from odoo.tests import new_test_user, tagged

from ..tools.smtp_refusal import Refusal
from .screen import Screen, ScreenCase

ADDRESSES = "/odoo/sender-addresses"

FORM = ".o_form_view .o-mail-Chatter-sendMessage:enabled"
FORM_TO_READ = ".o_form_view .o_statusbar_status"


@tagged("post_install", "-at_install")
class TestMailboxScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user(
            "manager", "mail_sender_domain.group_sender_manager"
        )
        cls.create_user("accountant", "account.group_account_manager")
        domain = cls.env["mail.sender.domain"].create(
            {"name": "relay.test", "company_id": False}
        )
        cls.publish(domain)
        domain.action_check()
        cls.platform.relay_domain_id = domain
        cls.create_verified_domain("acme.test")

    @classmethod
    def create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.capitalize(),
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def create_address(self, email, **vals):
        return self.env["mail.sender.address"].create(
            {"name": "Acme", "email": email, "company_id": self.company.id, **vals}
        )

    def create_mailbox(self, email, **vals):
        return self.create_address(
            email,
            mode="smtp",
            smtp_host="smtp.provider.test",
            smtp_encryption="ssl_strict",
            smtp_port=465,
            smtp_user=email,
            smtp_password="secret",
            **vals,
        )

    def test_mailboxes(self):
        new = self.create_mailbox("new@acme.test")
        ready = self.create_mailbox("ready@acme.test")
        closed = self.create_mailbox("closed@acme.test")
        (ready + closed).is_mailbox_checked = True
        answer = "535 5.7.8 Username and Password not accepted"
        closed._close_mailbox(Refusal("login_refused", {"reply": answer}))
        open_to_all = self.create_mailbox("open@acme.test", has_login=False)
        self.assertEqual(
            (new + ready + closed + open_to_all).mapped("state"),
            ["action_needed", "ready", "blocked", "action_needed"],
        )
        self.check_screens(
            "manager",
            [
                Screen(f"{ADDRESSES}/{new.id}", FORM, "mailbox-new"),
                Screen(f"{ADDRESSES}/{ready.id}", FORM, "mailbox-ready"),
                Screen(f"{ADDRESSES}/{closed.id}", FORM, "mailbox-closed"),
                Screen(f"{ADDRESSES}/{open_to_all.id}", FORM, "mailbox-open"),
            ],
        )

    def test_relay_addresses(self):
        relay = self.create_address("acme@relay.test", mode="relay")
        self.check_screens(
            "manager", [Screen(f"{ADDRESSES}/{relay.id}", FORM, "relay-sends")]
        )
        self.platform.receives_relay_mail = True
        self.check_screens(
            "manager", [Screen(f"{ADDRESSES}/{relay.id}", FORM, "relay-receives")]
        )

    def test_who_only_uses_senders_sees_no_mailbox(self):
        ready = self.create_mailbox("ready@acme.test")
        self.check_screens(
            "accountant",
            [Screen(f"{ADDRESSES}/{ready.id}", FORM_TO_READ, "mailbox-read")],
        )

    def test_long_values_keep_the_layout(self):
        name = f"{'i' * 60}@{'a' * 60}.{'b' * 60}.test"
        mailbox = self.create_mailbox(name)
        mailbox.write({"smtp_host": f"{'a' * 60}.{'b' * 60}.{'c' * 60}.test"})
        mailbox.is_mailbox_checked = True
        mailbox._close_mailbox(Refusal("login_refused", {"reply": "x" * 500}))
        self.check_screens(
            "manager", [Screen(f"{ADDRESSES}/{mailbox.id}", FORM)], may_cut=True
        )
