# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.mail_sender_settings import MailSenderSettings
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestSenderSettings(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user(
            "manager", "mail_sender_domain.group_sender_manager"
        )
        cls.settings = cls.get_settings(cls.manager)

    @classmethod
    def create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def get_settings(cls, user, company=None):
        """The settings of a company as ``user`` sees them."""
        settings = cls.env["mail.sender.settings"].browse((company or cls.company).id)
        return cls.as_user(settings, user)

    def create_address(self, email="info@acme.test", **vals):
        return self.env["mail.sender.address"].create(
            {"email": email, "company_id": self.company.id, **vals}
        )

    def get_step(self):
        """Status and next step, read anew."""
        self.settings.invalidate_recordset()
        return self.settings.state, self.settings.next_step

    # ----------------------------------------------------------------- rights

    def test_a_manager_writes_the_sender_fields_of_the_own_company(self):
        self.settings.write(
            {"sender_blocked_policy": "hold", "sender_responsible_id": self.manager.id}
        )
        self.assertEqual(self.company.sender_blocked_policy, "hold")
        self.assertEqual(self.company.sender_responsible_id, self.manager)
        self.assertFalse(self.other_company.sender_blocked_policy)

    def test_nobody_gains_rights_over_companies(self):
        other = self.get_settings(self.manager, self.other_company)
        user = self.get_settings(self.create_user("user", "base.group_user"))
        accountant = self.create_user("accountant", "account.group_account_manager")
        tries = [
            lambda: self.settings.write({"company_id": self.other_company.id}),
            lambda: self.settings.write({"email": "x@evil.test"}),
            lambda: self.settings.company_id.write({"email": "x@evil.test"}),
            lambda: other.write({"sender_blocked_policy": "hold"}),
            lambda: other.read(["sender_blocked_policy"]),
            lambda: other.action_set_up(),
            lambda: other.action_next_step(),
            lambda: user.read(["sender_blocked_policy"]),
            lambda: user.write({"sender_blocked_policy": "hold"}),
            lambda: self.get_settings(accountant).read(["state"]),
            lambda: self.settings.create({}),
            lambda: self.settings.unlink(),
        ]
        for number, attempt in enumerate(tries):
            with self.subTest(number), self.assertRaises(AccessError):
                attempt()

    def test_a_sender_of_another_company_is_refused(self):
        foreign = self.create_default_sender("info@other.test", self.other_company)
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.settings.sender_address_id = foreign.id

    def test_the_responsible_works_in_the_company(self):
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        portal = self.create_user("customer", "base.group_portal")
        for user in (stranger, portal):
            with self.assertRaisesRegex(ValidationError, "does not work in"):
                self.settings.sender_responsible_id = user.id

    def test_hostile_texts_are_refused(self):
        table = [
            ("a\r\nBcc: x@evil.test", "line breaks"),
            ("a\x00@acme.test", "line breaks"),
            ("a" * 10_000, "10000 characters"),
            ("info@\u0430cme.test", "several alphabets"),
            ("info", "has no @"),
        ]
        for text, message in table:
            with (
                self.subTest(text[:30]),
                self.assertRaisesRegex(
                    ValidationError, f"Fixed Reply Address: .*{message}"
                ),
                self.env.cr.savepoint(),
            ):
                self.settings.sender_reply_to = text
        self.assertFalse(self.company.sender_reply_to)

    # ---------------------------------------------------------------- content

    def test_the_next_step_follows_what_is_there(self):
        self.assertEqual(self.get_step(), ("action_needed", "set_up"))
        address = self.create_address()
        self.assertEqual(self.get_step(), ("action_needed", "go_on"))
        self.assertIn("not among the sending domains", self.settings.state_text)
        domain = self.create_verified_domain()
        self.assertEqual(self.get_step(), ("action_needed", "use"))
        self.settings.action_next_step()
        self.assertEqual(self.company.sender_address_id, address)
        self.assertEqual(self.get_step(), ("ready", "test"))
        self.assertEqual(
            self.settings.action_next_step()["res_model"], "mail.sender.test"
        )
        domain.sudo().state = "broken"
        self.assertEqual(self.get_step(), ("broken", "mend"))
        action = self.settings.action_next_step()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (domain._name, domain.id)
        )

    def test_a_relay_address_that_nobody_chose_is_no_next_step(self):
        relay = self.create_verified_domain("relay.test")
        relay.company_id = False
        self.platform.relay_domain_id = relay
        address = self.create_address()
        self.env["mail.sender.address"]._get_relay(self.company)
        self.assertEqual(self.get_step(), ("action_needed", "go_on"))
        self.assertEqual(self.settings.next_address_id, address)

    def test_the_state_of_the_e_mail_of_the_company(self):
        company = self.company.sudo()
        states = []
        for vals in (
            {"email": False},
            {"email": "info@acme.test"},
            {"sender_asked_email": "info@acme.test"},
            {"sender_confirmed_email": "info@acme.test"},
            {"email": "post@acme.test"},
        ):
            company.write(vals)
            self.settings.invalidate_recordset()
            states.append(self.settings.company_email_state)
        self.assertEqual(states, ["missing", "open", "asked", "confirmed", "open"])

    def test_a_branch_sends_as_its_parent(self):
        self.create_default_sender()
        branch = self.env["res.company"].create(
            {"name": "Acme North", "parent_id": self.company.id}
        )
        self.manager.company_ids += branch
        settings = self.get_settings(self.manager, branch)
        self.assertEqual((settings.state, settings.next_step), ("ready", "test"))
        self.manager.write(
            {"company_id": branch.id, "company_ids": [(6, 0, branch.ids)]}
        )
        settings = self.get_settings(self.manager, branch)
        settings.invalidate_recordset()
        self.assertEqual((settings.state, settings.next_step), ("ready", "none"))
        self.assertEqual(settings.inherited_address, "invoices@acme.test")

    def test_what_is_empty_shows_what_is_in_force(self):
        self.assertEqual(
            self.settings.inherited_blocked_policy, "It leaves from the relay address"
        )
        self.platform.sender_blocked_policy = "hold"
        self.settings.invalidate_recordset()
        self.assertEqual(
            self.settings.inherited_blocked_policy,
            "It waits until the road is open again",
        )
        self.assertFalse(self.settings.is_strict)
        self.platform.sender_strictness = "strict"
        self.settings.invalidate_recordset()
        self.assertTrue(self.settings.is_strict)
        self.settings.sender_strictness = "open"
        self.assertFalse(self.settings.is_strict)

    def test_each_card_has_one_sentence(self):
        with patch.object(MailSenderSettings, "_is_installable", return_value=True):
            cards = self.settings.mode_cards
        self.assertGreater(len(cards), 4)
        for card in cards:
            variants = [text for _name, text in card["variants"]]
            for sentence in (card["summary"], *variants):
                self.assertRegex(sentence, r"^[^.]+(\.\w[^.]+)*\.$")

    def test_the_cards_show_the_real_values_of_the_company(self):
        cards = {card["key"]: card for card in self.settings.mode_cards}
        self.assertFalse(cards["relay"]["is_possible"])
        self.assertIn("no relay domain", cards["relay"]["note"])
        self.assertEqual(
            cards["domain"]["rows"],
            [
                ["Name", "Acme"],
                ["Address", "info@acme.test"],
                ["Answers go", "info@acme.test"],
            ],
        )
        relay = self.create_domain("relay.test")
        relay.company_id = False
        self.platform.relay_domain_id = relay
        self.settings.invalidate_recordset()
        cards = {card["key"]: card for card in self.settings.mode_cards}
        self.assertEqual(
            cards["relay"]["rows"][1:],
            [["Address", "acme@relay.test"], ["Answers go", "info@acme.test"]],
        )
        self.assertFalse(self.env["mail.sender.address"].search([]))

    def test_the_card_in_use_shows_the_sender(self):
        address = self.create_default_sender()
        address.name = "Acme Invoices"
        cards = {card["key"]: card for card in self.settings.mode_cards}
        self.assertTrue(cards["domain"]["is_current"])
        self.assertEqual(
            cards["domain"]["rows"][:2],
            [["Name", "Acme Invoices"], ["Address", "invoices@acme.test"]],
        )

    def test_login_codes_matter_only_where_they_are_mailed(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("auth_totp.policy", False)
        self.assertFalse(self.settings.are_codes_mailed)
        parameters.set_param("auth_totp.policy", "employee_required")
        self.settings.invalidate_recordset()
        self.company.invalidate_recordset()
        self.assertTrue(self.settings.are_codes_mailed)

    # ---------------------------------------------------------------- answers

    def test_answers_go_into_the_document_only_where_odoo_receives(self):
        with self.assertRaisesRegex(ValidationError, "has no alias domain"):
            self.settings.sender_reply_policy = "document"
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "acme.test"}
        )
        with self.assertRaisesRegex(ValidationError, "Send one to catchall@acme.test"):
            self.settings.sender_reply_policy = "document"
        with self.assertRaisesRegex(ValidationError, "Send one to catchall@acme.test"):
            self.create_address(reply_policy="document")
        self.settings.invalidate_recordset()
        self.assertIn("No mail to acme.test", self.settings.reply_warning)
        self.company.alias_domain_id.sudo().has_received = True
        self.settings.sender_reply_policy = "document"
        self.assertFalse(self.settings.reply_warning)
        rows = dict(self.settings.mode_cards[1]["rows"])
        self.assertEqual(
            rows["Answers go"], "Back into the document (catchall@acme.test)"
        )

    # ----------------------------------------------------------------- addons

    def test_an_addon_with_modes_is_offered_while_it_is_not_installed(self):
        offers = [
            ("mrp", "Offered", "What it means."),
            ("mail_sender_domain", "Installed", ""),
            ("no_such_addon", "Not there", ""),
        ]
        administrator = self.create_user("administrator", "base.group_system")
        with patch.object(MailSenderSettings, "_get_offers", lambda self: offers):
            for user, is_possible in ((self.manager, False), (administrator, True)):
                settings = self.get_settings(user)
                settings.invalidate_recordset()
                *_modes, card = settings.mode_cards
                self.assertEqual(card["label"], "Offered")
                self.assertEqual(card["is_possible"], is_possible)
                self.assertEqual(bool(card["note"]), not is_possible)
            with self.assertRaises(AccessError):
                self.settings.action_install("mrp")
            settings = self.get_settings(administrator)
            with self.assertRaises(AccessError):
                settings.action_install("website")
            module = type(self.env["ir.module.module"])
            with (
                mute_logger("odoo.addons.base.models.ir_module"),
                patch.object(
                    module, "button_immediate_install", autospec=True
                ) as install,
            ):
                settings.action_install("mrp")
            self.assertEqual(install.call_args.args[0].name, "mrp")

    def test_an_addon_that_odoo_does_not_know_yet_is_looked_for(self):
        """Its folder is there, and the list of addons was not updated since."""
        addon, label = "mrp", "Offered"
        module = self.env["ir.module.module"]._get(addon)
        module.unlink()
        administrator = self.create_user("administrator", "base.group_system")
        settings = self.get_settings(administrator)
        modules = type(module)
        with (
            patch.object(
                MailSenderSettings, "_get_offers", lambda self: [(addon, label, "")]
            ),
            patch.object(modules, "button_immediate_install", autospec=True) as install,
            mute_logger("odoo.addons.base.models.ir_module"),
        ):
            *_modes, card = settings.mode_cards
            self.assertEqual((card["label"], card["is_possible"]), (label, True))
            settings.action_install(addon)
        self.assertEqual(install.call_args.args[0].name, addon)
