# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Servers that a company adopts, that templates ask for, and that users have."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestAdopting(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([("id", "!=", cls.server.id)]).active = False
        cls.found = cls.create_server("Found")

    @classmethod
    def create_server(cls, name, **vals):
        return cls.env["ir.mail_server"].create(
            {
                "name": name,
                "smtp_host": "smtp.acme.test",
                "smtp_user": "acme",
                "smtp_pass": "secret",
                "sequence": 7,
                "from_filter": "acme.test",
                **vals,
            }
        )

    def test_the_login_stays(self):
        self.found._adopt(self.company)
        self.assertRecordValues(
            self.found,
            [
                {
                    "sender_company_id": self.company.id,
                    "smtp_host": "smtp.acme.test",
                    "smtp_user": "acme",
                    "smtp_pass": "secret",
                    "is_sender_managed": False,
                }
            ],
        )

    def test_giving_back_restores_what_was_found(self):
        """By whatever way the server became the company's."""
        for adopt in (
            lambda: self.found._adopt(self.company),
            lambda: self.found.write({"sender_company_id": self.company.id}),
        ):
            adopt()
            self.found.write({"sequence": 1, "from_filter": "post@acme.test"})
            self.found.active = False
            self.found._give_back()
            self.assertRecordValues(
                self.found,
                [
                    {
                        "sender_company_id": False,
                        "sender_adopted_values": False,
                        "sequence": 7,
                        "from_filter": "acme.test",
                        "active": True,
                        "smtp_pass": "secret",
                    }
                ],
            )

    def test_what_was_found_is_remembered_over_another_company(self):
        self.found._adopt(self.company)
        self.found.sequence = 1
        self.found.sender_company_id = self.other_company
        self.found._give_back()
        self.assertEqual(self.found.sequence, 7)

    def test_a_server_without_a_company_again_is_as_it_is(self):
        self.found._adopt(self.company)
        self.found.write({"sequence": 1, "sender_company_id": False})
        self.found._give_back()
        self.assertEqual(self.found.sequence, 1)

    def test_a_server_of_ours_was_not_found(self):
        own = self.create_server("Own", sender_company_id=self.company.id)
        self.assertFalse(own.sender_adopted_values)

    def test_the_server_of_another_company_is_not_adopted(self):
        self.found._adopt(self.company)
        self.found._adopt(self.company)
        with self.assertRaisesRegex(UserError, "Found belongs to another company"):
            self.found._adopt(self.other_company)

    def test_the_server_of_a_user_is_not_adopted(self):
        user = new_test_user(self.env, "owner", name="Olga Owner")
        self.found.owner_user_id = user
        with self.assertRaisesRegex(ValidationError, "personal server of Olga Owner"):
            self.found._adopt(self.company)

    def test_the_server_of_the_platform_is_not_adopted(self):
        with self.assertRaisesRegex(ValidationError, "Choose a server that everybody"):
            self.server._adopt(self.company)

    def test_the_last_server_stays_with_those_who_rely_on_it(self):
        self.platform.mail_server_id = False
        self.server.active = False
        adopt_in_two_ways = (
            lambda: self.found._adopt(self.company),
            lambda: self.found.write({"sender_company_id": self.company.id}),
        )
        for adopt in adopt_in_two_ways:
            with self.assertRaisesRegex(UserError, "Found is the only server that"):
                adopt()
        # What Odoo does not find is no help to them.
        personal = self.create_server("Personal")
        personal.owner_user_id = new_test_user(self.env, "owner")
        self.create_server("Own", sender_company_id=self.other_company.id)
        with self.assertRaisesRegex(UserError, "only server"):
            self.found._adopt(self.company)
        self.create_server("Another")
        self.found._adopt(self.company)

    def test_two_at_a_time_are_the_last_ones_too(self):
        self.platform.mail_server_id = False
        with self.assertRaisesRegex(UserError, "only server"):
            (self.found + self.server).write({"sender_company_id": self.company.id})

    def test_branches_rely_on_nobody_else(self):
        self.platform.mail_server_id = False
        self.server.active = False
        self.env.cr.execute(
            "UPDATE res_company SET active = FALSE WHERE id != %s", [self.company.id]
        )
        self.env.invalidate_all()
        self.env["res.company"].create(
            {"name": "Acme North", "parent_id": self.company.id}
        )
        self.found._adopt(self.company)
        self.assertEqual(self.found.sender_company_id, self.company)

    def test_an_archived_server_helps_nobody(self):
        self.platform.mail_server_id = False
        self.server.active = False
        self.found.active = False
        self.found._adopt(self.company)
        self.found.active = True
        self.found._give_back()
        self.assertFalse(self.found.active)


@tagged("post_install", "-at_install")
class TestServersOfOthers(MockSmtplibCase, SenderCommon):
    """Templates and mailings ask for a server; users have a personal one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([("id", "!=", cls.server.id)]).active = False
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.address = cls.create_default_sender()
        cls.forced = cls.create_server(
            "Forced", from_filter="news@acme.test, acme.news"
        )
        cls.user = new_test_user(
            cls.env,
            "seller",
            groups="base.group_user,base.group_partner_manager",
            email="seller@acme.test",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def create_server(cls, name, **vals):
        return cls.env["ir.mail_server"].create(
            {"name": name, "smtp_host": f"{name.lower()}.acme.test", **vals}
        )

    def create_mail(self, user=None, **vals):
        mails = self.env["mail.mail"].with_user(user or self.user).sudo()
        return mails.with_company(self.company).create(
            {"email_to": "customer@example.com", "body_html": "<p>hello</p>", **vals}
        )

    def send(self, mails):
        with self.mock_smtplib_connection():
            mails.send()

    # ------------------------------------------------------------------ forced

    def test_which_servers_mail_may_ask_for(self):
        bound = self.create_server(
            "Bound", from_filter="news@acme.test", sender_company_id=self.company.id
        )
        personal = self.create_server(
            "Personal", from_filter="news@acme.test", owner_user_id=self.user.id
        )
        archived = self.create_server(
            "Archived", from_filter="news@acme.test", active=False
        )
        for_all = self.create_server("ForAll")
        loose = self.create_server("Loose", from_filter=" , NEWS@acme.test ,")
        table = [
            (self.forced, '"News" <news@acme.test>', True),
            (self.forced, "NEWS@Acme.test", True),
            (self.forced, "any@acme.news", True),
            (self.forced, "any@sub.acme.news", False),
            (self.forced, "other@acme.test", False),
            (self.forced, "", False),
            (self.forced, False, False),
            (loose, "news@acme.test", True),
            (loose, "", False),
            # Without a filter anybody could leave as anything.
            (for_all, "news@acme.test", False),
            (bound, "news@acme.test", False),
            (personal, "news@acme.test", False),
            (archived, "news@acme.test", False),
        ]
        for server, email_from, expected in table:
            with self.subTest(server.name, email_from=email_from):
                self.assertIs(
                    self.env["ir.mail_server"]._may_be_forced(server.id, email_from),
                    expected,
                )

    def test_the_server_that_covers_the_from_is_kept(self):
        mail = self.create_mail(
            email_from='"News" <news@acme.test>', mail_server_id=self.forced.id
        )
        self.assertEqual(mail.sender_reason, "forced_server")
        self.assertEqual(mail.mail_server_id, self.forced)
        self.send(mail)
        [email] = self.emails
        self.assertEqual(email["msg_from"], "News <news@acme.test>")
        self.assertEqual(email["from_filter"], self.forced.from_filter)

    def test_the_server_that_covers_another_from_is_not_kept(self):
        mail = self.create_mail(
            email_from="boss@acme.test", mail_server_id=self.forced.id
        )
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.mail_server_id, self.server)

    def test_a_server_without_a_filter_is_not_kept(self):
        """The trap: to Odoo an empty filter means everything."""
        for_all = self.create_server("ForAll")
        mail = self.create_mail(email_from="boss@acme.test", mail_server_id=for_all.id)
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.mail_server_id, self.server)
        self.send(mail)
        [email] = self.emails
        self.assertEqual(email["smtp_from"], "bounce@bounce.acme.test")

    def test_strict_keeps_no_server(self):
        self.company.sender_strictness = "strict"
        mail = self.create_mail(
            email_from="news@acme.test", mail_server_id=self.forced.id
        )
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.reply_to, "news@acme.test")
        self.assertEqual(mail.sender_skipped, [[0, "strict", "forced_server", 0]])

    def test_an_archived_server_stops_no_batch(self):
        """It was in use when the mail was made."""
        asking = self.create_mail(
            email_from="news@acme.test", mail_server_id=self.forced.id
        )
        other = self.create_mail()
        self.forced.active = False
        self.send(asking + other)
        self.assertEqual(len(self.emails), 2)
        for email in self.emails:
            self.assertIn("invoices@acme.test", email["msg_from"])

    def test_an_archived_server_stops_no_batch_of_somebody_else(self):
        """Nor where nothing is set up."""
        self.company.sender_address_id = False
        mails = self.create_mail(
            email_from="x@acme.test", mail_server_id=self.forced.id
        )
        mails += self.create_mail(email_from="x@acme.test")
        self.forced.active = False
        self.send(mails)
        self.assertEqual(len(self.emails), 1)
        self.assertEqual(mails.mapped("state"), ["exception", "sent"])

    def test_what_we_chose_is_nobody_s_wish(self):
        """A mail that lost its address does not keep its From by way of the server."""
        self.server.from_filter = "acme.test"
        mail = self.create_mail()
        self.assertEqual(mail.mail_server_id, self.server)
        self.company.sender_address_id = False
        self.address.unlink()
        self.create_default_sender("office@acme-two.test")
        self.send(mail)
        [email] = self.emails
        self.assertIn("office@acme-two.test", email["msg_from"])

    # ---------------------------------------------------------------- personal

    def create_personal_server(self):
        return self.create_server(
            "Personal",
            from_filter="seller@acme.test",
            smtp_user="seller@acme.test",
            owner_user_id=self.user.id,
        )

    def test_the_own_server_of_a_user_is_kept(self):
        self.create_personal_server()
        mail = self.create_mail(email_from='"Seller" <seller@acme.test>')
        self.assertEqual(mail.sender_reason, "personal_server")
        self.assertFalse(mail.sender_address_id)
        self.send(mail)
        [email] = self.emails
        self.assertEqual(email["msg_from"], "Seller <seller@acme.test>")
        self.assertEqual(email["from_filter"], "seller@acme.test")

    def test_the_own_server_is_for_the_own_address(self):
        self.create_personal_server()
        mail = self.create_mail(email_from="boss@acme.test")
        self.assertEqual(mail.sender_address_id, self.address)

    def test_nobody_sends_by_the_server_of_a_colleague(self):
        """Odoo lets the creator of a mail use it, and nobody else."""
        self.create_personal_server()
        colleague = new_test_user(
            self.env,
            "colleague",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for user in (colleague, self.env.ref("base.user_root")):
            with self.subTest(user.login):
                mail = self.create_mail(user, email_from="seller@acme.test")
                self.assertEqual(mail.sender_address_id, self.address)

    def test_what_the_system_sends_for_a_user_does_not_leave_as_the_user(self):
        """OdooBot made the message, so Odoo would take a server that is not his."""
        self.create_personal_server()
        partner = self.env["res.partner"].create(
            {"name": "Document", "company_id": self.company.id}
        )
        with self.mock_smtplib_connection():
            partner.message_post(
                body="hello",
                author_id=self.user.partner_id.id,
                partner_ids=self.customer.ids,
            )
        [email] = self.emails
        self.assertIn("invoices@acme.test", email["msg_from"])

    def test_strict_keeps_no_personal_server(self):
        self.create_personal_server()
        self.company.sender_strictness = "strict"
        mail = self.create_mail(email_from="seller@acme.test")
        self.assertEqual(mail.sender_address_id, self.address)
        self.assertEqual(mail.reply_to, "seller@acme.test")

    def test_switched_off_there_are_no_personal_servers(self):
        self.create_personal_server()
        self.env["ir.config_parameter"].set_param(
            "mail.disable_personal_mail_servers", "True"
        )
        mail = self.create_mail(email_from="seller@acme.test")
        self.assertEqual(mail.sender_address_id, self.address)
        self.env["ir.config_parameter"].set_param(
            "mail.disable_personal_mail_servers", False
        )
        mail = self.create_mail(email_from="seller@acme.test")
        self.assertEqual(mail.sender_reason, "personal_server")

    def test_a_personal_server_that_goes_gives_way(self):
        server = self.create_personal_server()
        mail = self.create_mail(email_from="seller@acme.test")
        server.unlink()
        self.send(mail)
        [email] = self.emails
        self.assertIn("invoices@acme.test", email["msg_from"])
