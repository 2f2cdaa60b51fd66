# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a user sends leaves from the own address of that user."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestOwnAddresses(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.default = cls.create_default_sender()
        cls.ann = cls.create_user("ann", "ann@acme.test")
        cls.bob = cls.create_user("bob", "bob@elsewhere.test")
        cls.record = cls.env["res.partner"].create(
            {"name": "Document", "company_id": cls.company.id}
        )

    @classmethod
    def create_user(cls, login, email):
        return new_test_user(
            cls.env,
            login,
            groups="base.group_user,base.group_partner_manager",
            context={"no_reset_password": True},
            name=login.capitalize(),
            email=email,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def get_from(self, user):
        """Let a user write to the customer; return the From of the mail."""
        message = self.as_user(self.record, user).message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
        )
        [email_from] = set(message.sudo().mail_ids.mapped("email_from"))
        return email_from

    def test_nobody_does_unless_the_company_wants_it(self):
        self.assertEqual(self.get_from(self.ann), '"Acme" <invoices@acme.test>')

    def test_one_switch_for_all_whose_domain_is_proven(self):
        self.company.sender_own_addresses = "yes"
        self.assertEqual(self.get_from(self.ann), '"Ann" <ann@acme.test>')
        self.assertEqual(self.get_from(self.bob), '"Acme" <invoices@acme.test>')

    def test_who_comes_later_has_one_too(self):
        self.company.sender_own_addresses = "yes"
        eve = self.create_user("eve", "eve@acme.test")
        self.assertEqual(self.get_from(eve), '"Eve" <eve@acme.test>')
        self.bob.email = "bob@acme.test"
        self.assertEqual(self.get_from(self.bob), '"Bob" <bob@acme.test>')

    def test_nobody_gets_the_address_of_a_colleague(self):
        self.company.sender_own_addresses = "yes"
        self.as_user(self.bob, self.bob).email = "ann@acme.test"
        self.assertEqual(self.get_from(self.bob), '"Acme" <invoices@acme.test>')
        self.as_user(self.bob, self.bob).email = "boss@acme.test"
        self.assertEqual(self.get_from(self.bob), '"Acme" <invoices@acme.test>')

    def test_a_customer_claims_no_domain(self):
        """Neither in the portal nor by mail, also where somebody proved the domain."""
        self.create_verified_domain("example.com")
        self.company.sender_own_addresses = "yes"
        users = new_test_user(
            self.env,
            "customer",
            groups="base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env["mail.sender.address"]._make_own(users)
        self.record.message_subscribe(self.ann.partner_id.ids)
        message = {
            "body": "A question",
            "subtype_xmlid": "mail.mt_comment",
            "author_id": self.customer.id,
            "email_from": self.customer.email_formatted,
            "mail_auto_delete": False,
        }
        gateway = self.env.ref("base.user_root")
        self.ann.notification_type = "email"
        for user, kind in (users, "comment"), (gateway, "email"):
            with self.subTest(kind):
                record = self.record.with_user(user).sudo()
                mails = record.message_post(message_type=kind, **message).mail_ids
                self.assertEqual(mails.recipient_ids, self.ann.partner_id)
                self.assertEqual(mails.email_from, '"Acme" <invoices@acme.test>')
                [log] = self.env["mail.sender.log"].search(
                    [("mail_mail_id", "in", mails.ids)]
                )
                self.assertFalse(log.user_id)
                self.assertEqual(log.envelope_from, "bounce@bounce.acme.test")

    def test_exceptions_come_first(self):
        self.company.sender_own_addresses = "yes"
        offers = self.env["mail.sender.address"].create(
            {
                "name": "Offers",
                "email": "offers@acme.test",
                "company_id": self.company.id,
            }
        )
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "user_ids": [Command.set(self.ann.ids)],
                "sender_address_id": offers.id,
            }
        )
        self.assertEqual(self.get_from(self.ann), '"Offers" <offers@acme.test>')

    def test_the_name_may_tell_who_sends(self):
        self.company.sender_name_policy = "user"
        self.assertEqual(self.get_from(self.bob), '"Bob - Acme" <invoices@acme.test>')
