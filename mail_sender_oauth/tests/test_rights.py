# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what with linked mailboxes and applications."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail_sender_domain.models.choosing import SenderRequest

from .common import OauthCommon

#: As in the tests of mail_sender_domain. R: read, W: write, C: create, D: delete.
RIGHTS = {
    # model: (user, sender manager, system administrator)
    "mail.sender.connection": ("R", "RWCD", "RWCD"),
    "mail.sender.oauth.application": ("-", "-", "RWCD"),
    "mail.sender.oauth.login": ("-", "-", "-"),
}

OPERATIONS = {"R": "read", "W": "write", "C": "create", "D": "unlink"}

PEOPLE = {
    "user": "base.group_user",
    "manager": "mail_sender_domain.group_sender_manager",
    "system": "base.group_system",
}


@tagged("post_install", "-at_install")
class TestRights(OauthCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            login: new_test_user(
                cls.env,
                login,
                groups=groups,
                email=f"{login}@acme.test",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, groups in PEOPLE.items()
        }

    def as_person(self, records, login):
        return self.as_user(records, self.people[login])

    def test_rights_on_each_model(self):
        for column, login in enumerate(PEOPLE):
            for model, columns in RIGHTS.items():
                for letter, operation in OPERATIONS.items():
                    with self.subTest(f"{login} {operation} {model}"):
                        records = self.as_person(self.env[model], login)
                        self.assertEqual(
                            records.has_access(operation), letter in columns[column]
                        )

    def test_every_model_is_in_the_table(self):
        models = {
            name
            for name in self.env.registry
            if name.startswith("mail.sender.")
            and self.env[name]._original_module == "mail_sender_oauth"
            and not self.env[name]._abstract
        }
        self.assertEqual(models, set(RIGHTS))

    def test_a_user_sees_the_own_mailbox_only(self):
        user = self.people["user"]
        own = self.make_connection("user@acme.test", user_id=user.id)
        company = self.make_connection("info@acme.test")
        seen = self.as_person(own, "user").search([])
        self.assertEqual(seen, own)
        with self.assertRaises(AccessError):
            self.as_person(company, "user").read(["status"])
        with self.assertRaises(AccessError):
            self.as_person(own, "user").write({"transport": "smtp"})

    def test_a_manager_sees_those_of_the_own_company_only(self):
        other = self.make_connection(company_id=self.other_company.id)
        mine = self.make_connection()
        seen = self.as_person(other, "manager").search([])
        self.assertIn(mine, seen)
        self.assertNotIn(other, seen)
        for method in ("action_connect", "action_disconnect"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.as_person(other, "manager"), method)()

    def test_what_a_user_sends_leaves_from_the_own_mailbox(self):
        user = self.people["user"]
        self.company.sender_own_addresses = "yes"
        company = self.link(self.make_connection("info@acme.test"))
        self.make_address(company, "info@acme.test").action_set_default()
        own = self.make_connection("user@acme.test", user_id=user.id)
        self.link(own)
        requests = [
            SenderRequest(self.company.id, user_id=person.id, model="res.partner")
            for person in (user, self.people["manager"])
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        self.assertEqual(
            [choice.address_id for choice in choices],
            [own.address_ids.id, company.address_ids.id],
        )
