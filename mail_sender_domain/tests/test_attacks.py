# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody in another company, or without rights, might try."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from ..models.ir_mail_server import SENDER_HEADER
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestAttacks(MockSmtplibCase, SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.address = cls.create_default_sender()
        cls.domain = cls.address.domain_id
        cls.user = cls.create_user("base.group_user")
        cls.manager = cls.create_user("mail_sender_domain.group_sender_manager")

    @classmethod
    def create_user(cls, group):
        return new_test_user(
            cls.env,
            f"other {group}",
            groups=f"{group},base.group_partner_manager",
            email="staff@other.test",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def post(self, **kwargs):
        """Post a message to the customer as a user of the other company."""
        customer = self.as_user(self.customer, self.user)
        message = customer.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
            **kwargs,
        )
        return message.sudo().mail_ids

    def assert_not_as_acme(self, mail):
        self.assertFalse(mail.sender_address_id)
        with self.mock_smtplib_connection():
            mail.send()
        [email] = self.emails
        self.assertNotIn("acme.test", email["smtp_from"])
        self.assertNotIn("invoices@acme.test", email["msg_from"])

    # ---------------------------------------------------------------- messages

    def test_headers_of_a_message_choose_no_sender(self):
        for name in (SENDER_HEADER, SENDER_HEADER.lower(), SENDER_HEADER.upper()):
            with self.subTest(name):
                mail = self.post(mail_headers={name: str(self.address.id)})
                self.assert_not_as_acme(mail)
                self.assertNotIn(name, self.emails[0]["message"])

    def test_headers_of_a_message_choose_no_envelope(self):
        mails = self.env["mail.mail"].with_company(self.company)
        mail = mails.create(
            {
                "email_to": "customer@example.com",
                "headers": repr({"return-path": "x@evil.test"}),
            }
        )
        with self.mock_smtplib_connection():
            mail.send()
        self.assertEqual(self.emails[0]["smtp_from"], "bounce@bounce.acme.test")
        self.assertNotIn("evil.test", self.emails[0]["message"])

    def test_a_named_company_counts_only_for_its_staff(self):
        self.assert_not_as_acme(self.post(record_company_id=self.company.id))
        mails = self.env["mail.mail"].with_user(self.user).sudo()
        mail = mails.create(
            {
                "email_to": "customer@example.com",
                "email_from": "staff@other.test",
                "record_company_id": self.company.id,
            }
        )
        self.assert_not_as_acme(mail)

    def test_a_company_in_the_context_counts_only_for_its_staff(self):
        portal = new_test_user(
            self.env,
            "portal of other",
            groups="base.group_portal",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        customer = self.customer.with_user(portal).with_context(
            allowed_company_ids=self.company.ids
        )
        message = customer.sudo().message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
        )
        self.assert_not_as_acme(message.mail_ids)

    # ---------------------------------------------------------------- managers

    def test_nobody_writes_what_proves_an_address(self):
        own = self.create_verified_domain("other.test", self.other_company)
        address = self.env["mail.sender.address"].create(
            {
                "name": "Bank",
                "email": "ceo@bank.test",
                "company_id": self.other_company.id,
            }
        )
        as_manager = self.as_user(address, self.manager)
        for attack in (
            lambda: as_manager.write({"domain_id": own.id}),
            lambda: as_manager.write({"email_normalized": "ceo@other.test"}),
            lambda: self.as_user(own, self.manager).write(
                {"address_ids": [Command.link(address.id)]}
            ),
            lambda: self.as_user(own, self.manager).write({"name_ascii": "bank.test"}),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_a_stored_domain_of_somebody_else_proves_nothing(self):
        own = self.create_verified_domain("other.test", self.other_company)
        address = self.env["mail.sender.address"].create(
            {
                "name": "Bank",
                "email": "ceo@bank.test",
                "company_id": self.other_company.id,
            }
        )
        for domain in (own, self.domain):
            address.sudo().domain_id = domain
            self.assertEqual(address.state, "action_needed")

    def test_defaults_in_the_context_verify_no_domain(self):
        domains = self.as_user(self.env["mail.sender.domain"], self.manager)
        domain = domains.with_context(
            default_state="verified", default_ownership_token="mine"
        ).create({"name": "bank.test"})
        self.assertEqual(domain.state, "draft")
        self.assertNotEqual(domain.ownership_token, "mine")

    def test_nobody_gives_a_record_away(self):
        domain = self.create_domain("other.test", self.other_company)
        address = self.env["mail.sender.address"].create(
            {"name": "O", "email": "o@other.test", "company_id": self.other_company.id}
        )
        for record, companies in (
            (domain, (False, self.company.id)),
            (address, (self.company.id,)),
        ):
            for company in companies:
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.as_user(record, self.manager).write({"company_id": company})

    def test_a_default_sender_is_not_taken_away(self):
        shared = self.create_verified_domain("shared.test", self.company)
        shared.shared_company_ids = self.other_company
        address = self.env["mail.sender.address"].create(
            {"name": "O", "email": "o@shared.test", "company_id": self.other_company.id}
        )
        address.action_set_default()
        for change in (
            lambda: shared.write({"shared_company_ids": False}),
            lambda: address.write({"company_id": self.company.id}),
            lambda: address.write({"email": "o@elsewhere.test"}),
            shared.unlink,
        ):
            with self.assertRaisesRegex(ValidationError, "default sender"):
                with self.env.cr.savepoint():
                    change()

    def test_a_checked_return_path_stays(self):
        with self.assertRaisesRegex(ValidationError, "keeps bounce.acme.test"):
            self.domain.return_path_label = "elsewhere"

    def test_wizards_show_nothing_of_another_company(self):
        own = self.env["mail.sender.address"].create(
            {"name": "O", "email": "o@other.test", "company_id": self.other_company.id}
        )
        for name, own_vals, vals in (
            (
                "mail.sender.try",
                {"company_id": self.other_company.id},
                {"company_id": self.company.id},
            ),
            (
                "mail.sender.try",
                {"company_id": self.other_company.id, **self.point_to(own)},
                {"company_id": self.other_company.id, **self.point_to(self.address)},
            ),
            (
                "mail.sender.test",
                {"address_id": own.id},
                {"address_id": self.address.id},
            ),
            (
                "mail.sender.setup",
                {"company_id": self.other_company.id, "email": own.email},
                {"company_id": self.company.id, "email": self.address.email},
            ),
            (
                "mail.sender.setup",
                {"address_id": own.id, "mode": "domain"},
                {"address_id": self.address.id, "mode": "domain"},
            ),
        ):
            wizards = self.as_user(self.env[name], self.manager)
            for look in (self.open_saved, self.open_unsaved):
                with self.subTest(name, fields=list(vals), look=look.__name__):
                    look(wizards, own_vals)
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        look(wizards, vals)

    def point_to(self, record):
        """Values of a panel that asks about a document."""
        model = self.env["ir.model"]._get(record._name)
        return {"model_id": model.id, "res_id": record.id}

    def open_saved(self, wizards, vals):
        wizards.create(vals).read(list(wizards.fields_get()))

    def open_unsaved(self, wizards, vals):
        spec = {field: {} for field in wizards.fields_get()}
        wizards.onchange(vals, list(vals), spec)
