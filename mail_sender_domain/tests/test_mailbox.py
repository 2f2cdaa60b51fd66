# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mailbox fields of a sender address, and who learns the password: nobody."""

import base64
from smtplib import SMTPAuthenticationError
from unittest.mock import patch

from psycopg2.errors import CheckViolation, ForeignKeyViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SenderCommon

PASSWORD = "open-sesame-4711"

MAILBOX = {
    "mode": "smtp",
    "smtp_host": "smtp.provider.test",
    "smtp_encryption": "ssl_strict",
    "smtp_port": 465,
    "smtp_user": "post@acme.test",
    "smtp_password": PASSWORD,
}


class MailboxCase(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user(
            "manager", "mail_sender_domain.group_sender_manager,base.group_allow_export"
        )
        cls.administrator = cls.create_user("administrator", "base.group_system")

    @classmethod
    def create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def create_mailbox(self, user=None, email="post@acme.test", **vals):
        """Create the address as ``user`` does; return it as the manager sees it."""
        addresses = self.as_user(self.env["mail.sender.address"], user or self.manager)
        address = addresses.create(
            {
                "name": "Acme",
                "email": email,
                "company_id": self.company.id,
                **MAILBOX,
                **vals,
            }
        )
        return self.as_user(address, self.manager)

    def open_mailbox(self, address):
        """Store that the server took the login."""
        address.sudo().is_mailbox_checked = True

    def get_password(self, address):
        return address.sudo().mail_server_id._get_password__()


@tagged("post_install", "-at_install")
class TestMailbox(MailboxCase):
    # ------------------------------------------------------------------ typing

    def test_what_was_typed_lies_on_a_server_of_its_own(self):
        address = self.create_mailbox()
        self.assertRecordValues(
            address.sudo().mail_server_id,
            [
                {
                    "name": "post@acme.test",
                    "smtp_host": "smtp.provider.test",
                    "smtp_port": 465,
                    "smtp_encryption": "ssl_strict",
                    "smtp_authentication": "login",
                    "smtp_user": "post@acme.test",
                    "smtp_pass": False,
                    "from_filter": "post@acme.test",
                    "sender_company_id": self.company.id,
                    "is_sender_managed": True,
                }
            ],
        )
        self.assertEqual(self.get_password(address), PASSWORD)
        self.assertTrue(address.has_password)

    def test_spellings_become_what_servers_take(self):
        table = [
            (
                {"smtp_host": " SMTP.Müller.example "},
                "smtp_host",
                "smtp.xn--mller-kva.example",
            ),
            ({"smtp_host": "[2001:DB8::1]"}, "smtp_host", "2001:db8::1"),
            ({"smtp_port": 0}, "smtp_port", 465),
            ({"smtp_encryption": False, "smtp_port": 0}, "smtp_port", 587),
            (
                {"smtp_user": " ann@müller.example "},
                "smtp_user",
                "ann@xn--mller-kva.example",
            ),
            ({"smtp_encryption": False}, "smtp_encryption", "starttls_strict"),
        ]
        for vals, name, expected in table:
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                address = self.create_mailbox(**vals)
                address.invalidate_recordset()
                self.assertEqual(address[name], expected)
                savepoint.rollback()

    def test_refusals_say_what_to_type(self):
        table = [
            ({"smtp_host": "https://provider.test"}, "Mail server: .*web address"),
            ({"smtp_host": "post@acme.test"}, "Mail server: .*host of the mail server"),
            ({"smtp_host": "smtp.acme.test:587"}, "Mail server: .*field for the port"),
            ({"smtp_port": 99999}, "Mail server: .*is no port"),
            ({"smtp_user": False}, "Mail server: Type the user name"),
            ({"smtp_user": "a\nb"}, "User Name: line breaks"),
            ({"smtp_password": "pässword"}, "Mail server: The password contains"),
        ]
        for vals, message in table:
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, message) as caught,
                self.env.cr.savepoint(),
            ):
                self.create_mailbox(**vals)
            self.assertNotIn("pässword", str(caught.exception))

    def test_a_host_that_was_typed_is_not_emptied(self):
        address = self.create_mailbox()
        with self.assertRaisesRegex(ValidationError, "Mail server: Type the host"):
            address.smtp_host = False

    def test_without_a_login_nothing_of_it_is_stored(self):
        address = self.create_mailbox(has_login=False)
        server = address.sudo().mail_server_id
        self.assertFalse(server.smtp_user)
        self.assertFalse(address.has_password)
        self.assertFalse(address.has_login)

    def test_other_modes_make_no_server(self):
        address = self.create_mailbox(mode="domain", smtp_host=False)
        self.assertFalse(address.sudo().mail_server_id)

    def test_the_form(self):
        addresses = self.as_user(self.env["mail.sender.address"], self.manager)
        with Form(addresses) as form:
            form.email = "post@acme.test"
            form.mode = "smtp"
            self.assertEqual(form.smtp_user, "post@acme.test")
            self.assertEqual(
                (form.smtp_encryption, form.smtp_port), ("starttls_strict", 587)
            )
            form.smtp_encryption = "ssl_strict"
            self.assertEqual(form.smtp_port, 465)
            form.smtp_host = "smtp.provider.test"
            form.smtp_password = PASSWORD
        address = form.record
        self.assertFalse(address.smtp_password)
        self.assertEqual(self.get_password(address), PASSWORD)
        with Form(address) as form:
            form.has_login = False
        self.assertFalse(address.sudo().mail_server_id.smtp_user)
        self.assertFalse(self.get_password(address))

    def test_the_form_warns_of_listeners(self):
        address = self.create_mailbox()
        for encryption, is_warned in (
            ("ssl", True),
            ("none", True),
            ("ssl_strict", False),
        ):
            with self.subTest(encryption):
                address.smtp_encryption = "starttls_strict"
                draft = address.sudo().new({"smtp_encryption": encryption})
                self.assertEqual(
                    "warning" in draft._onchange_smtp_encryption(), is_warned
                )

    # -------------------------------------------------------------- encryption

    def test_only_the_administrator_gives_up_the_certificate_check(self):
        for encryption in ("starttls", "ssl", "none"):
            with self.subTest(encryption):
                with (
                    self.assertRaisesRegex(
                        AccessError, "only the system administrator"
                    ),
                    self.env.cr.savepoint(),
                ):
                    self.create_mailbox(smtp_encryption=encryption)
                address = self.create_mailbox(
                    self.administrator,
                    f"{encryption}@acme.test",
                    smtp_encryption=encryption,
                )
                self.assertEqual(address.smtp_encryption, encryption)

    def test_what_the_administrator_allowed_holds_for_that_host_alone(self):
        address = self.create_mailbox(self.administrator, smtp_encryption="none")
        address.write({"smtp_user": "other@acme.test", "smtp_password": "new"})
        self.assertEqual(address.smtp_encryption, "none")
        with self.assertRaises(AccessError):
            address.smtp_host = "smtp.elsewhere.test"

    # ---------------------------------------------------------------- password

    def read_in_every_way(self, address):
        """Yield what people read of an address over RPC, under a name each."""
        names = ["smtp_password", "has_password", "mail_server_id", "smtp_user"]
        names = [name for name in names if name != "mail_server_id"]
        spec = {name: {} for name in names}
        yield "web_save", address.web_save({"smtp_password": PASSWORD}, spec)
        yield "read", address.read()
        yield "search_read", address.search_read([("id", "=", address.id)])
        yield "web_read", address.web_read(spec)
        yield "web_search_read", address.web_search_read([], spec)
        yield "export_data", address.export_data(names)
        yield "onchange", address.onchange({"smtp_user": "x"}, ["smtp_user"], spec)
        yield "default_get", address.default_get(names)
        yield "copy_data", address.copy_data()
        server = self.as_user(address.sudo().mail_server_id, self.administrator)
        yield "the server", server.read()
        yield "the server exported", server.export_data(["smtp_pass", "name"])
        yield "the copied server", server.copy().read()

    def test_nobody_reads_the_password(self):
        address = self.create_mailbox()
        for user in (self.manager, self.administrator, self.env.ref("base.user_root")):
            for way, answer in self.read_in_every_way(self.as_user(address, user)):
                with self.subTest(way, user=user.login):
                    self.assertNotIn(PASSWORD, repr(answer))

    def test_creating_does_not_give_the_password_back(self):
        spec = {"smtp_password": {}, "has_password": {}}
        addresses = self.as_user(self.env["mail.sender.address"], self.manager)
        [answer] = addresses.web_save(
            {"name": "Acme", "email": "post@acme.test", **MAILBOX}, spec
        )
        self.assertEqual(
            (answer["smtp_password"], answer["has_password"]), (False, True)
        )

    def test_nobody_searches_the_password(self):
        self.create_mailbox()
        addresses = self.as_user(self.env["mail.sender.address"], self.manager)
        with self.assertRaises(ValueError):
            addresses.search([("smtp_password", "=like", "open%")])

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_no_expression_reads_the_password(self):
        address = self.create_mailbox()
        expressions = [
            "object.smtp_password",
            "object.sudo().smtp_password",
            "object.sudo().mail_server_id.smtp_pass",
            "object.sudo().mail_server_id._get_password__()",
            "object.sudo().mail_server_id.sender_password",
            "object.sudo().mail_server_id.read()",
            "object.sudo().read()",
        ]
        templates = self.env["mail.template"]
        for expression in expressions:
            for engine, text in (
                ("inline_template", f"{{{{ {expression} }}}}"),
                ("qweb", f'<t t-out="{expression}"/>'),
            ):
                with self.subTest(expression, engine=engine):
                    try:
                        answer = templates._render_template(
                            text, "mail.sender.address", address.ids, engine=engine
                        )
                    except UserError as error:
                        answer = error
                    self.assertNotIn(PASSWORD, str(answer))

    def test_nothing_is_said_about_the_password_in_the_chatter(self):
        address = self.create_mailbox().with_context(tracking_disable=False)
        address.write({"smtp_password": "another-one-0815", "smtp_port": 2465})
        self.env.cr.flush()
        messages = address.sudo().message_ids
        said = messages.read() + messages.tracking_value_ids.read()
        self.assertNotIn(PASSWORD, repr(said))
        self.assertNotIn("another-one-0815", repr(said))

    def test_no_log_has_the_password(self):
        """Not even that of a query that fails."""
        address = self.create_mailbox()
        server = address.sudo().mail_server_id
        self.env.cr.execute(
            "ALTER TABLE ir_mail_server ADD CONSTRAINT test_no_password"
            " CHECK (sender_password NOT LIKE 'secret%') NOT VALID"
        )
        with (
            self.assertNoLogs("odoo.sql_db", "ERROR"),
            self.assertRaises(CheckViolation),
        ):
            server._set_password__("secret-0815")

    def test_a_copy_has_no_mailbox(self):
        address = self.create_mailbox()
        self.open_mailbox(address)
        copy = address.copy({"email": "copy@acme.test"})
        self.assertFalse(copy.sudo().mail_server_id)
        self.assertFalse(copy.is_mailbox_checked)
        self.assertEqual(copy.state, "action_needed")

    def test_whoever_only_uses_senders_does_not_see_where_they_are(self):
        address = self.create_mailbox()
        user = self.create_user("accountant", "account.group_account_manager")
        seen = self.as_user(address, user)
        self.assertEqual(seen.read(["email", "state"])[0]["email"], "post@acme.test")
        for name in ("smtp_host", "smtp_user", "has_password", "mail_server_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])

    def test_nobody_decides_about_the_proof_by_hand(self):
        address = self.create_mailbox()
        for vals in (
            {"is_mailbox_checked": True},
            {"mailbox_proven_email": "post@acme.test"},
            {"login_error_code": False},
            {"mail_server_id": self.server.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                address.write(vals)

    # ------------------------------------------------------- another login

    def test_another_login_deletes_the_password_and_is_checked_again(self):
        address = self.create_mailbox(self.administrator)
        server = address.sudo().mail_server_id
        table = [
            ("smtp_host", "smtp.evil.test"),
            ("smtp_port", 2525),
            ("smtp_encryption", "starttls_strict"),
            ("smtp_user", "other@acme.test"),
        ]
        for record in (address, server.with_user(self.administrator)):
            for name, value in table:
                with (
                    self.subTest(name, on=record._name),
                    self.env.cr.savepoint() as point,
                ):
                    self.open_mailbox(address)
                    record.write({name: value})
                    self.assertFalse(self.get_password(address))
                    self.assertFalse(address.is_mailbox_checked)
                    self.assertFalse(address.has_password)
                    point.rollback()

    def test_another_way_to_log_in_deletes_the_password(self):
        """By "cli" Odoo would send it to the server of odoo.conf."""
        address = self.create_mailbox()
        address.sudo().mail_server_id.smtp_authentication = "cli"
        self.assertFalse(self.get_password(address))

    def test_a_new_password_comes_with_the_new_login(self):
        address = self.create_mailbox()
        address.write({"smtp_host": "smtp.other.test", "smtp_password": "other"})
        self.assertEqual(self.get_password(address), "other")
        self.assertFalse(address.is_mailbox_checked)

    def test_what_stays_the_same_keeps_the_password(self):
        address = self.create_mailbox()
        self.open_mailbox(address)
        address.write(
            {
                "name": "Acme Ltd",
                "smtp_host": "smtp.provider.test",
                "smtp_port": 465,
                "smtp_user": "post@acme.test",
                "smtp_password": False,
            }
        )
        self.assertEqual(self.get_password(address), PASSWORD)
        self.assertTrue(address.is_mailbox_checked)

    # ------------------------------------------------------------------- proof

    def test_what_proves_a_mailbox(self):
        self.create_verified_domain("verified.test")
        table = [
            # e-mail, user name, confirmed, is it proven?
            ("post@acme.test", "post@acme.test", False, True),
            ("post@acme.test", "POST@Acme.test", False, True),
            ("post@acme.test", "postmaster@acme.test", False, False),
            ("post@acme.test", "post", False, False),
            ("post@acme.test", "post", True, True),
            ("post@acme.test", False, False, False),
            ("post@verified.test", "post", False, True),
        ]
        for email, user, is_confirmed, is_proven in table:
            with (
                self.subTest(email, user=user, confirmed=is_confirmed),
                self.env.cr.savepoint() as savepoint,
            ):
                address = self.create_mailbox(
                    email=email, smtp_user=user, has_login=bool(user)
                )
                if is_confirmed:
                    address.sudo().confirmed_email = email
                self.assertEqual(address.state, "action_needed")
                self.open_mailbox(address)
                self.assertEqual(address.state == "ready", is_proven)
                self.assertEqual(address._was_proven(), is_proven)
                savepoint.rollback()

    def test_a_domain_proves_only_for_those_who_may_use_it(self):
        domain = self.create_verified_domain("shared.test", self.other_company)
        domain.shared_company_ids = self.company
        address = self.create_mailbox(
            email="post@shared.test", smtp_user="post", is_dkim_signed=True
        )
        self.open_mailbox(address)
        self.assertEqual(address.state, "ready")
        self.assertTrue(address._get_mode().get_dkim_keys())
        domain.shared_company_ids = False
        self.assertEqual(address.state, "action_needed")
        self.assertFalse(address._get_mode().get_dkim_keys())

    def test_we_sign_only_where_the_address_says_so(self):
        domain = self.create_verified_domain()
        address = self.create_mailbox()
        self.open_mailbox(address)
        self.assertFalse(address._get_mode().get_dkim_keys())
        address.is_dkim_signed = True
        self.assertEqual(address._get_mode().get_dkim_keys(), domain.key_ids)
        domain.sudo().state = "broken"
        self.assertFalse(address._get_mode().get_dkim_keys())
        self.assertEqual(address.state, "ready")

    def test_a_proven_address_waits_for_the_check_of_its_new_login(self):
        """Its mail does not silently take another sender meanwhile."""
        address = self.create_mailbox()
        self.open_mailbox(address)
        address.action_set_default()
        for vals in ({"smtp_host": "smtp.new.test"}, {"smtp_user": "somebody"}):
            with self.subTest(vals):
                address.write(vals)
                self.assertEqual(address.state, "blocked")
                self.assertEqual(address._get_skip_code(), "")
                mail = (
                    self.env["mail.mail"]
                    .with_company(self.company)
                    .create({"email_to": "customer@example.com"})
                )
                self.assertEqual(mail.state, "held")
                self.assertEqual(mail.sender_address_id, address)
        address.write({"smtp_user": "post@acme.test"})
        self.open_mailbox(address)
        self.assertEqual(mail.state, "outgoing")

    def test_another_email_is_proven_anew(self):
        address = self.create_mailbox()
        self.open_mailbox(address)
        address.smtp_host = "smtp.new.test"
        address.email = "other@acme.test"
        self.assertFalse(address._was_proven())
        self.assertEqual(address.state, "action_needed")

    # -------------------------------------------------------------- life cycle

    def test_the_server_follows_its_address(self):
        address = self.create_mailbox()
        self.manager.company_ids += self.other_company
        self.as_user(address, self.manager).write(
            {"email": "new@acme.test", "company_id": self.other_company.id}
        )
        self.assertRecordValues(
            address.sudo().mail_server_id,
            [
                {
                    "name": "new@acme.test",
                    "from_filter": "new@acme.test",
                    "sender_company_id": self.other_company.id,
                }
            ],
        )
        self.assertEqual(self.get_password(address), PASSWORD)

    def test_the_server_goes_with_its_address(self):
        address = self.create_mailbox()
        server = address.sudo().mail_server_id
        address.unlink()
        self.assertFalse(server.exists())

    def test_a_server_in_use_is_neither_archived_nor_deleted(self):
        server = self.create_mailbox().sudo().mail_server_id
        with self.assertRaisesRegex(UserError, "post@acme.test"):
            server.active = False
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
            server.unlink()

    def test_no_domain_leaves_through_a_mailbox(self):
        """Its owner gave the login for one address."""
        server = self.create_mailbox().sudo().mail_server_id
        domain = self.create_domain("acme.test")
        with self.assertRaisesRegex(ValidationError, "mailbox of one sender address"):
            domain.mail_server_id = server

    def test_a_mailbox_on_an_adopted_server_is_changed_there(self):
        own = self.env["ir.mail_server"].create(
            {"name": "Adopted", "smtp_host": "smtp.acme.test", "smtp_pass": "x"}
        )
        own._adopt(self.company)
        address = self.create_mailbox(mode="domain", smtp_host=False)
        address.sudo().write({"mode": "smtp", "mail_server_id": own.id})
        self.assertTrue(address.has_password)
        with self.assertRaisesRegex(ValidationError, "Outgoing Mail Servers"):
            address.smtp_host = "smtp.other.test"
        self.open_mailbox(address)
        own.smtp_host = "smtp.other.test"
        self.assertFalse(address.is_mailbox_checked)
        address.unlink()
        self.assertTrue(own.exists())

    def test_the_login_goes_when_another_server_takes_its_place(self):
        found = self.env["ir.mail_server"].create(
            {"name": "Found", "smtp_host": "smtp.acme.test", "smtp_user": "acme"}
        )
        address = self.create_mailbox()
        managed = address.sudo().mail_server_id
        address.sudo()._adopt_server(found)
        self.assertFalse(managed.exists())
        address.unlink()
        self.assertTrue(found.exists())

    def test_what_was_debugged_does_not_show_the_login(self):
        address = self.create_mailbox()
        server = address.sudo().mail_server_id
        server.smtp_debug = True
        levels = []

        class Session:
            def set_debuglevel(self, level):
                levels.append(level)

            def login(self, user, password):
                levels.append((user, password))

        server._smtp_login__(Session(), "post@acme.test", "")
        self.assertEqual(levels, [False, ("post@acme.test", PASSWORD), True])

    def test_a_server_that_repeats_the_password_is_not_quoted(self):
        server = self.create_mailbox().sudo().mail_server_id
        encoded = base64.b64encode(PASSWORD.encode()).decode()

        class Session:
            def set_debuglevel(self, level):
                """Be quiet anyway."""

            def login(self, user, password):
                answer = f"5.7.8 {password} or {encoded}? Never heard of it"
                raise SMTPAuthenticationError(535, answer.encode())

        with self.assertRaises(SMTPAuthenticationError) as caught:
            server._smtp_login__(Session(), "post@acme.test", "")
        self.assertEqual(caught.exception.smtp_code, 535)
        self.assertEqual(
            caught.exception.smtp_error, b"5.7.8 *** or ***? Never heard of it"
        )
        self.assertIsNone(caught.exception.__cause__)

    def test_only_managers_check(self):
        address = self.create_mailbox()
        user = self.create_user("accountant", "account.group_account_manager")
        with patch.object(type(address), "_try_mailbox") as check:
            with self.assertRaises(AccessError):
                self.as_user(address, user).action_check_mailbox()
            check.assert_not_called()
