# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .screen import DESKTOP, PHONE, Screen, ScreenCase

DOMAINS = "/odoo/sending-domains"
ADDRESSES = "/odoo/sender-addresses"
PLATFORM = "/odoo/sending-platform"
SETTINGS = "/odoo/mail-senders"

#: What appears when a list without records, a list and a form are complete.
EMPTY = ".o_view_nocontent_smiling_face"
ROW = ".o_data_row, .o_kanban_record"
FORM = ".o_form_view .o-mail-Chatter-sendMessage:enabled"


@tagged("post_install", "-at_install")
class TestScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "mail_sender_domain.group_sender_manager"
        cls.create_user("manager", "Mira Manager", manager)
        cls.create_user("accountant", "Ada Accountant", "account.group_account_manager")
        cls.administrator = cls.create_user(
            "administrator", "Adam Administrator", "base.group_system"
        )

    @classmethod
    def create_user(cls, login, name, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=name,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def create_address(self, email, **vals):
        return self.env["mail.sender.address"].create(
            {"name": "Acme", "email": email, "company_id": self.company.id, **vals}
        )

    # ---------------------------------------------------------- what people do

    def set_up_first_sender(self, device):
        """Do all that a manager does from the empty app to a default sender."""
        self.use(device)
        self.start_tour("/odoo", "mail_sender_domain.claim_domain", login="manager")
        domain = self.env["mail.sender.domain"].search([])
        self.assertRecordValues(
            domain,
            [{"name": "acme.test", "company_id": self.company.id, "state": "pending"}],
        )
        self.publish(domain)
        self.start_tour("/odoo", "mail_sender_domain.verify_domain", login="manager")
        self.assertEqual(domain.state, "verified")
        self.assertEqual(self.company.sender_address_id.email, "invoices@acme.test")

    @mute_logger("odoo.http")  # refusals are part of the tour
    def test_a_manager_sets_up_the_first_sender(self):
        self.set_up_first_sender(DESKTOP)

    @mute_logger("odoo.http")  # refusals are part of the tour
    def test_a_manager_sets_up_the_first_sender_on_a_phone(self):
        self.set_up_first_sender(PHONE)

    @mute_logger("odoo.http")  # refusals are part of the tour
    def test_the_administrator_completes_the_platform(self):
        self.platform.write({"spf_addresses": False, "return_path_target": False})
        domain = self.create_domain("acme.test")
        self.start_tour(
            "/odoo", "mail_sender_domain.incomplete_platform", login="manager"
        )
        self.start_tour(
            PLATFORM, "mail_sender_domain.complete_platform", login="administrator"
        )
        self.publish(domain)
        domain.action_check()
        self.assertEqual(domain.state, "verified")

    @mute_logger("odoo.http")  # the refusal is what is wanted
    def test_without_the_right_there_is_no_app(self):
        self.start_tour("/odoo", "mail_sender_domain.no_app", login="accountant")
        self.start_tour(DOMAINS, "mail_sender_domain.no_access", login="accountant")

    # --------------------------------------------------------- what people see

    def test_empty_screens_say_what_to_do(self):
        self.check_screens(
            "manager",
            [
                Screen(DOMAINS, EMPTY, "domains-empty"),
                Screen(ADDRESSES, EMPTY, "addresses-empty"),
            ],
        )

    def test_screens_of_a_manager(self):
        self.platform.spf_include = "spf.platform.test"
        verified = self.create_verified_domain("acme.test")
        pending = self.create_domain("acme-shop.test")
        self.publish(pending)
        self.dns.set("acme-shop.test", "TXT", "v=spf1 mx -all")
        self.dns.set("_mail-sender.acme-shop.test", "TXT", "mail-sender-verification=1")
        self.dns.remove("bounce.acme-shop.test", "CNAME")
        self.dns.fail("odoo1._domainkey.acme-shop.test", "timeout")
        pending.action_check()
        default = self.create_address("invoices@acme.test")
        default.action_set_default()
        ready = self.create_address("shop@acme.test", name="Acme Shop")
        waiting = self.create_address("orders@acme-shop.test", name="Acme Orders")
        self.check_screens(
            "manager",
            [
                Screen(DOMAINS, ROW, "domains"),
                Screen(f"{DOMAINS}/new", FORM, "domain-new"),
                Screen(f"{DOMAINS}/{pending.id}", FORM, "domain-pending"),
                Screen(f"{DOMAINS}/{verified.id}", FORM, "domain-verified"),
                Screen(ADDRESSES, ROW, "addresses"),
                Screen(f"{ADDRESSES}/{ready.id}", FORM, "address-ready"),
                Screen(f"{ADDRESSES}/{waiting.id}", FORM, "address-waiting"),
                Screen(f"{ADDRESSES}/{default.id}", FORM, "address-default"),
            ],
        )

    def test_screens_of_domains_that_say_what_to_do(self):
        verified = self.create_verified_domain("verified.test")
        failing = self.create_verified_domain("failing.test")
        broken = self.create_verified_domain("broken.test")
        for domain in failing | broken:
            self.dns.remove(f"_mail-sender.{domain.name}")
            domain.action_check()
        with freeze_time(fields.Datetime.now() + broken._get_grace() * 2):
            broken.action_check()
        self.check_screens(
            "manager",
            [
                Screen(f"{DOMAINS}/{verified.id}", ".alert-success .btn-link"),
                Screen(f"{DOMAINS}/{broken.id}", ".alert-danger"),
                Screen(f"{DOMAINS}/{failing.id}", ".alert-warning"),
                Screen(f"{DOMAINS}/{failing.id}", ".alert-warning", tab="technical"),
            ],
        )

    def test_long_values_keep_the_layout(self):
        domain = self.create_domain(f"{'a' * 63}.{'b' * 63}.{'c' * 60}.test")
        self.dns.set(
            f"_mail-sender.{domain.name_ascii}",
            "TXT",
            f"mail-sender-verification={'x' * 60_000}",
        )
        domain.action_check()
        address = self.create_address(f"{'i' * 60}@{domain.name}", name="Acme " * 40)
        self.check_screens(
            "manager",
            [
                Screen(DOMAINS, ROW),
                Screen(f"{DOMAINS}/{domain.id}", FORM),
                Screen(ADDRESSES, ROW),
                Screen(f"{ADDRESSES}/{address.id}", FORM),
            ],
            may_cut=True,
        )

    def test_translations_keep_the_layout(self):
        self.platform.return_path_target = False
        domain = self.create_domain("acme.test")
        domain.action_check()
        address = self.create_address("orders@acme.test")
        screens = [
            Screen(DOMAINS, ROW),
            Screen(f"{DOMAINS}/{domain.id}", FORM),
            Screen(f"{DOMAINS}/{domain.id}", FORM, tab="technical"),
            Screen(ADDRESSES, ROW),
            Screen(f"{ADDRESSES}/{address.id}", FORM),
            Screen(PLATFORM, ".o_form_view"),
            Screen(SETTINGS, "section.o_sender_mode_card"),
        ]
        self.check_translations(self.administrator, lambda lang: screens)

    def test_screens_with_several_companies(self):
        self.platform.write({"spf_addresses": False, "return_path_target": False})
        self.env.ref("base.group_multi_company").user_ids = self.administrator
        self.administrator.company_ids |= self.other_company
        domain = self.create_domain("müller.test")
        domain.shared_company_ids = self.other_company
        address = self.create_address("info@müller.test")
        self.check_screens(
            "administrator",
            [
                Screen(PLATFORM, ".o_form_view"),
                Screen(DOMAINS, ROW),
                Screen(f"{DOMAINS}/{domain.id}", FORM),
                Screen(ADDRESSES, ROW),
                Screen(f"{ADDRESSES}/{address.id}", FORM),
            ],
        )

    def test_screens_of_the_administrator(self):
        self.check_screens(
            "administrator", [Screen(PLATFORM, ".o_form_view", "platform")]
        )
