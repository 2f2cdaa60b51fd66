# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.choosing import SenderRequest
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestSenderAddress(SenderCommon):
    def create_address(self, email="invoices@acme.test", company=None, **vals):
        company = company or self.company
        return self.env["mail.sender.address"].create(
            {"name": "Acme", "email": email, "company_id": company.id, **vals}
        )

    def choose(self, company):
        """Return the sender of mail that nothing but its company is known of."""
        request = SenderRequest(company_id=company.id, user_id=self.env.uid)
        [choice] = self.env["mail.sender.resolver"]._choose([request])
        return choice

    # ------------------------------------------------------------------ input

    def test_refused_addresses_say_what_to_type(self):
        table = [
            ("invoices", "has no @"),
            ("invoices@acme", "not a whole domain"),
            ("info@\u0430cme.test", "several alphabets"),
            ("Acme <invoices@acme.test>", "more than the address"),
            ("invoices@acme.test\r\nBcc: x@evil.test", "E-mail: "),
            ("a" * 65 + "@acme.test", "65 characters; 64 are allowed"),
            ("@acme.test", "nothing before the @"),
        ]
        for email, message in table:
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.create_address(email)

    def test_a_name_with_a_line_break_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Sender Name: line breaks"):
            self.create_address(name="Acme\r\nBcc: x@evil.test")

    def test_an_alias_of_odoo_is_refused(self):
        alias_domain = self.env["mail.alias.domain"].create(
            {"name": "acme.test", "bounce_alias": "bounce", "catchall_alias": "all"}
        )
        self.env["mail.alias"].create(
            {
                "alias_name": "offers",
                "alias_domain_id": alias_domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        for email in ("offers@acme.test", "Bounce@acme.test", "all@acme.test"):
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, "come back in a loop"),
                self.env.cr.savepoint(),
            ):
                self.create_address(email)

    def test_a_company_has_an_address_once(self):
        self.create_address()
        self.create_address(company=self.other_company)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.create_address("Invoices@ACME.test")

    # ------------------------------------------------------------------ proof

    def test_an_address_follows_its_domain(self):
        address = self.create_address()
        self.assertEqual(address.state, "action_needed")
        self.assertIn("not among the sending domains", address.state_reason)
        domain = self.create_domain()
        self.assertEqual(address.domain_id, domain)
        self.assertIn("not verified", address.state_reason)
        self.publish(domain)
        domain.action_check()
        self.assertEqual(address.state, "ready")
        self.assertFalse(address.state_reason)
        domain.sudo().state = "broken"
        self.assertEqual(address.state, "blocked")

    def test_an_address_of_a_verified_domain_is_ready_at_once(self):
        self.create_verified_domain()
        self.assertEqual(self.create_address("any@acme.test").state, "ready")

    def test_an_international_domain_is_found_in_both_forms(self):
        self.create_verified_domain("müller.example")
        for email in ("info@müller.example", "offers@xn--mller-kva.example"):
            with self.subTest(email):
                self.assertEqual(self.create_address(email).state, "ready")

    def test_a_domain_of_another_company_proves_nothing_unless_it_is_shared(self):
        domain = self.create_verified_domain(company=self.other_company)
        address = self.create_address()
        self.assertFalse(address.domain_id)
        self.assertEqual(address.state, "action_needed")
        domain.shared_company_ids = self.company
        self.assertEqual(address.state, "ready")
        domain.shared_company_ids = False
        self.assertEqual(address.state, "action_needed")

    def test_a_branch_uses_the_domain_of_its_parent(self):
        self.create_verified_domain()
        branch = self.env["res.company"].create(
            {"name": "Acme North", "parent_id": self.company.id}
        )
        address = self.create_address("north@acme.test", branch)
        self.assertEqual(address.state, "ready")

    # ---------------------------------------------------------- default sender

    def test_only_a_proven_address_becomes_the_default(self):
        address = self.create_address()
        with self.assertRaisesRegex(ValidationError, "cannot leave from"):
            address.action_set_default()
        self.create_verified_domain()
        address.action_set_default()
        self.assertEqual(self.company.sender_address_id, address)
        self.assertTrue(address.is_company_default)

    def test_a_company_takes_no_default_of_another_company(self):
        self.create_verified_domain(company=self.other_company)
        address = self.create_address(company=self.other_company)
        with self.assertRaisesRegex(ValidationError, "belongs to another company"):
            self.company.sender_address_id = address

    def test_a_branch_inherits_the_default_of_its_nearest_parent(self):
        address = self.create_default_sender()
        branch = self.env["res.company"].create(
            {"name": "Acme North", "parent_id": self.company.id}
        )
        leaf = self.env["res.company"].create(
            {"name": "Acme North Pole", "parent_id": branch.id}
        )
        own = self.create_address("north@acme.test", branch)
        self.assertEqual(self.choose(leaf).address_id, address.id)
        own.action_set_default()
        self.assertEqual(self.choose(leaf).address_id, own.id)
        self.assertFalse(self.choose(self.other_company).address_id)

    def test_an_archived_default_is_passed_over(self):
        address = self.create_default_sender()
        self.assertTrue(self.env["mail.sender.resolver"]._is_configured())
        address.active = False
        self.assertFalse(self.env["mail.sender.resolver"]._is_configured())

    def test_the_default_and_what_proves_it_cannot_be_deleted(self):
        address = self.create_default_sender()
        with self.assertRaisesRegex(ValidationError, "default sender of Acme"):
            address.unlink()
        with self.assertRaisesRegex(ValidationError, "Choose another default"):
            address.domain_id.unlink()

    # ----------------------------------------------------------------- rights

    def test_answers_to_a_relay_address_go_to_the_company(self):
        domain = self.env["mail.sender.domain"].create(
            {"name": "relay.test", "company_id": False}
        )
        self.platform.relay_domain_id = domain
        mode = self.env["mail.sender.address"]._get_relay(self.company)._get_mode()
        self.assertEqual(mode.get_reply_address(), '"Acme" <info@acme.test>')
        mode.address.reply_to = "office@acme.test"
        self.assertEqual(mode.get_reply_address(), '"Acme" <office@acme.test>')
        mode.address.reply_to = self.company.email = False
        self.assertEqual(mode.get_reply_address(), "")

    def test_users_see_addresses_of_their_companies_and_change_none(self):
        own = self.create_address()
        foreign = self.create_address("sales@other.test", self.other_company)
        user = new_test_user(
            self.env,
            "accountant",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        addresses = self.as_user(self.env["mail.sender.address"], user)
        self.assertEqual(addresses.search([]), own)
        with self.assertRaises(AccessError):
            self.as_user(foreign, user).read(["email"])
        for change in (
            lambda: self.as_user(own, user).write({"name": "Mine"}),
            lambda: self.as_user(own, user).action_set_default(),
            lambda: addresses.create({"name": "Mine", "email": "me@acme.test"}),
            lambda: self.as_user(own, user).unlink(),
        ):
            with self.assertRaises(AccessError):
                change()
