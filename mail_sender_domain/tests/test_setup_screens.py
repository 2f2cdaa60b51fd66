# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.mail_sender_domain_check import MailSenderDomain
from ..models.mail_sender_settings import MailSenderSettings
from .screen import DESKTOP, PHONE, Screen, ScreenCase

SETTINGS = "/odoo/mail-senders"
PLATFORM = "/odoo/sending-platform"

#: What is there when the settings page, and each step of the set-up, is complete.
CARDS = "section.o_sender_mode_card"
EMAIL = ".modal [name=email] input"
CHOICE = ".modal label.o_sender_mode_card"
#: Who presses Tab or an arrow begins at what is chosen.
PROPOSED = ".modal [data-mode=domain] input:checked:focus"
DETAILS = ".modal [name=sender_name] input"
CHECK = ".modal [name=blockers]"
#: Whoever has published the records presses Enter.
RECORDS = ".modal:has([name=record_ids] .o_kanban_record) footer .btn-primary:focus"
DONE = ".modal [name=summary] table"

OPEN = ("Set up the sender", EMAIL)
TO_CHOICE = (OPEN, ("Next", CHOICE))
TO_DETAILS = (*TO_CHOICE, ("Next", DETAILS))


@tagged("post_install", "-at_install")
class TestSetupScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "mail_sender_domain.group_sender_manager"
        cls.manager = cls.create_user("manager", "Mira Manager", manager)
        cls.administrator = cls.create_user(
            "administrator", "Adam Administrator", "base.group_system"
        )
        relay = cls.create_verified_domain("relay.test")
        relay.company_id = False
        cls.platform.relay_domain_id = relay

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

    def open_tour(self, name, login="manager", device=DESKTOP, **options):
        self.use(device)
        self.start_tour(
            options.pop("url", SETTINGS),
            f"mail_sender_domain.{name}",
            login=login,
            **options,
        )

    def publish_at_second_check(self):
        """Publish the records of a domain once they were shown."""
        check, checks = MailSenderDomain._check_dns, []

        def check_dns(domain, resolver):
            checks.append(domain.id)
            if len(checks) > 1:
                self.publish(domain)
            return check(domain, resolver)

        return patch.object(MailSenderDomain, "_check_dns", check_dns)

    def get_senders(self, company=None):
        return self.env["mail.sender.address"].search(
            [("company_id", "=", (company or self.company).id)]
        )

    # ---------------------------------------------------------- what people do

    def test_the_tours_count_fields_and_clicks(self):
        self.open_tour("too_much_is_refused")

    def test_relay(self):
        self.open_tour("set_up_relay")
        self.assertEqual(self.company.sender_address_id.email, "acme@relay.test")

    def test_relay_on_a_phone(self):
        self.open_tour("set_up_relay", device=PHONE)
        self.assertEqual(self.company.sender_address_id.email, "acme@relay.test")

    def check_domain(self, device):
        with self.publish_at_second_check():
            self.open_tour("set_up_domain", device=device)
        sender = self.company.sender_address_id
        self.assertEqual((sender.email, sender.state), ("info@acme.test", "ready"))
        self.assertEqual(sender.domain_id.layout, "return_path")

    def test_own_domain(self):
        self.check_domain(DESKTOP)

    def test_own_domain_on_a_phone(self):
        self.check_domain(PHONE)

    def test_own_domain_is_gone_on_with_later(self):
        self.open_tour("set_up_domain_later")
        self.assertFalse(self.company.sender_address_id)
        self.publish(self.get_senders().domain_id)
        self.open_tour("go_on_with_domain")
        self.assertEqual(self.company.sender_address_id, self.get_senders())

    def test_leaving_at_every_step_saves_nothing(self):
        domains = self.env["mail.sender.domain"].search_count([])
        self.open_tour("leave_at_every_step")
        self.assertFalse(self.get_senders())
        self.assertEqual(self.env["mail.sender.domain"].search_count([]), domains)

    def test_opening_the_page_anew_at_every_step(self):
        """The tour looks at what is saved each time."""
        with self.publish_at_second_check():
            self.open_tour("reload_at_every_step")
        self.assertEqual(self.company.sender_address_id, self.get_senders())
        self.assertEqual(self.get_senders().email, "info@acme.test")
        self.assertFalse(self.env["mail.sender.log"].search([]))

    @mute_logger("odoo.http")  # refusals are what is wanted
    def test_hostile_input_in_every_field_is_refused(self):
        self.create_default_sender("info@other.test", self.other_company)
        self.env["mail.sender.address"].create(
            {
                "email": "taken@relay.test",
                "mode": "relay",
                "company_id": self.other_company.id,
            }
        )
        # Its 225 steps take longer than a tour's minute where the machine is busy.
        self.open_tour("hostile_input_in_every_field", timeout=180)
        self.assertFalse(self.get_senders())
        self.assertFalse(self.env["mail.sender.confirmation"].search([]))

    @mute_logger("odoo.http")  # refusals are what is wanted
    def test_hostile_input_is_refused(self):
        self.create_default_sender("info@other.test", self.other_company)
        self.open_tour("hostile_input")
        self.assertFalse(self.get_senders())

    def test_a_second_company_is_set_up_by_itself(self):
        self.manager.company_ids += self.other_company
        self.open_tour("second_company", cookies={"cids": str(self.other_company.id)})
        self.assertEqual(self.other_company.sender_address_id.email, "other@relay.test")
        self.assertFalse(self.company.sender_address_id)

    def test_an_addon_with_more_modes_is_offered(self):
        """Odoo's tests cannot install it: what the button asks for is seen."""
        offers = [("mrp", "Offered", "What it means.")]
        installed = []

        def install(module):
            installed.append(module.name)
            return {"type": "ir.actions.client", "tag": "reload"}

        modules = type(self.env["ir.module.module"])
        with (
            patch.object(MailSenderSettings, "_get_offers", lambda self: offers),
            patch.object(modules, "button_immediate_install", install),
        ):
            self.open_tour("cards_of_a_manager")
            self.assertFalse(installed)
            self.open_tour("cards_of_the_administrator", login="administrator")
        self.assertEqual(installed, ["mrp"])

    @mute_logger("odoo.http")  # the refusals are what is wanted
    def test_without_the_right_there_is_no_page(self):
        """Whoever knows the address of the page gets no further either."""
        self.create_user(
            "accountant", "Ada Accountant", "account.group_account_manager"
        )
        record = f"/odoo/mail.sender.settings/{self.company.id}"
        for url in (SETTINGS, record, PLATFORM):
            with self.subTest(url):
                self.open_tour("settings_no_access", login="accountant", url=url)

    def test_managers_only_look_at_the_platform(self):
        self.open_tour("platform_is_read_only", url=PLATFORM)

    @mute_logger("odoo.http")  # refusals are part of the tour
    def test_policies_are_chosen_on_the_page(self):
        self.open_tour("policies")
        self.assertRecordValues(
            self.company,
            [
                {
                    "sender_blocked_policy": "hold",
                    "sender_strictness": "strict",
                    "sender_reply_policy": "fixed",
                    "sender_reply_to": "answers@acme.test",
                }
            ],
        )

    def test_the_road_of_login_codes_is_chosen_where_they_are_mailed(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("auth_totp.policy", "employee_required")
        self.open_tour("road_of_login_codes")
        self.assertEqual(self.company.sender_code_road, "platform")

    def test_defaults_for_all_companies_and_the_choice_of_one(self):
        self.open_tour(
            "defaults_for_all_companies", login="administrator", url=PLATFORM
        )
        self.assertEqual(self.platform.sender_blocked_policy, "hold")
        self.assertEqual(self.company.sender_blocked_policy, "relay")
        self.assertFalse(self.other_company.sender_blocked_policy)

    def test_the_page_opens_from_the_general_settings(self):
        self.open_tour(
            "from_general_settings", login="administrator", url="/odoo/settings"
        )

    # --------------------------------------------------------- what people see

    def check_steps(self, suffix=""):
        """Look at each step of the set-up, from a fresh company on."""
        smtp = ("Own mailbox", ".modal [data-mode=smtp] input:checked")
        relay = ("Relay address", ".modal [data-mode=relay] input:checked")
        self.check_screens(
            "manager",
            [
                Screen(SETTINGS, CARDS, f"settings-new{suffix}"),
                Screen(SETTINGS, CARDS, f"setup-email{suffix}", presses=(OPEN,)),
                Screen(
                    SETTINGS,
                    CARDS,
                    f"setup-choice{suffix}",
                    presses=(OPEN, ("Next", PROPOSED)),
                ),
                Screen(
                    SETTINGS, CARDS, f"setup-details-domain{suffix}", presses=TO_DETAILS
                ),
                Screen(
                    SETTINGS,
                    CARDS,
                    f"setup-details-mailbox{suffix}",
                    presses=(*TO_CHOICE, smtp, ("Next", ".modal [name=smtp_host]")),
                ),
                Screen(
                    SETTINGS,
                    CARDS,
                    f"setup-details-relay{suffix}",
                    presses=(*TO_CHOICE, relay, ("Next", ".modal [name=reply_to]")),
                ),
            ],
        )

    def test_screens_of_a_fresh_company(self):
        self.check_steps()

    def test_screens_of_a_fresh_company_in_the_dark(self):
        with self.dark_colours():
            self.check_steps("-dark")

    def create_address(self, email, **vals):
        return self.env["mail.sender.address"].create(
            {"email": email, "company_id": self.company.id, **vals}
        )

    def check_later_steps(self, suffix=""):
        """Look at what follows once something was saved."""
        self.manager.email = "mira@example.com"
        self.env["ir.config_parameter"].set_param(
            "auth_totp.policy", "employee_required"
        )
        self.platform.sender_strictness = "strict"
        domain = self.create_domain("acme.test")
        self.create_address("info@acme.test")
        go_on = ("Go on", RECORDS)
        self.check_screens(
            "manager",
            [
                Screen(SETTINGS, CARDS, f"settings-begun{suffix}"),
                Screen(SETTINGS, CARDS, f"setup-check{suffix}", presses=(go_on,)),
            ],
        )
        self.publish(domain)
        clicks = (go_on, ("Check now", DONE))
        done = Screen(SETTINGS, CARDS, f"setup-done{suffix}", presses=clicks)
        for device in (DESKTOP, PHONE):
            self.check_screens("manager", [done], devices=[device])
            self.company.sender_address_id = False
            domain.sudo().state = "draft"

    def test_screens_of_later_steps(self):
        self.check_later_steps()

    def test_screens_of_later_steps_in_the_dark(self):
        with self.dark_colours():
            self.check_later_steps("-dark")

    def check_company_states(self, suffix=""):
        """Look at a company whose mail leaves, and at one whose road is blocked."""
        domain = self.create_verified_domain()
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "answers.test"}
        )
        self.create_address("info@acme.test").action_set_default()
        self.check_screens(
            "manager", [Screen(SETTINGS, CARDS, f"settings-ready{suffix}")]
        )
        domain.sudo().state = "broken"
        self.check_screens(
            "manager", [Screen(SETTINGS, CARDS, f"settings-broken{suffix}")]
        )

    def test_screens_of_company_states(self):
        self.check_company_states()

    def test_screens_of_company_states_in_the_dark(self):
        with self.dark_colours():
            self.check_company_states("-dark")

    def test_screens_of_the_administrator(self):
        self.platform.write(
            {
                "mail_server_id": False,
                "relay_domain_id": False,
                "spf_addresses": False,
                "return_path_target": False,
            }
        )
        self.server.sequence = -1
        self.create_verified_domain("verified.test")
        self.check_screens(
            "administrator",
            [
                Screen(PLATFORM, ".o_form_view .alert", "platform-new"),
                Screen(
                    SETTINGS,
                    CARDS,
                    "setup-choice-no-platform",
                    presses=TO_CHOICE,
                ),
            ],
        )

    def test_translations_keep_the_layout(self):
        """Each step of each mode; buttons are found without their words."""
        self.check_translations(self.manager, self.get_translated_screens)

    def get_translated_screens(self, lang):
        """What a fresh company sees up to the details of each mode."""
        code = lang[:2]
        step = ".modal:has({}) footer button[name=action_next]".format
        to_choice = (
            ".o_form_sheet button[name=action_next_step]",
            step("[name=email] input"),
        )
        yield Screen(SETTINGS, CARDS, f"settings-{code}")
        yield Screen(SETTINGS, EMAIL, f"setup-email-{code}", clicks=to_choice[:1])
        yield Screen(SETTINGS, CHOICE, f"setup-choice-{code}", clicks=to_choice)
        for mode in ("relay", "domain", "smtp"):
            card = f"[data-mode={mode}] input"
            to_details = (*to_choice, f".modal {card}", step(f"{card}:checked"))
            yield Screen(
                SETTINGS, DETAILS, f"setup-details-{mode}-{code}", clicks=to_details
            )

    def test_long_values_keep_the_layout(self):
        self.company.write(
            {
                "name": "Acme " * 40,
                "email": f"{'i' * 60}@{'a' * 63}.{'b' * 63}.test",
            }
        )
        self.check_screens(
            "manager",
            [
                Screen(SETTINGS, CARDS),
                Screen(SETTINGS, CARDS, presses=TO_DETAILS),
            ],
            may_cut=True,
        )
