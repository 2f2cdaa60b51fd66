# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import email
import email.policy
import logging
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import MockSmtplibCase

from ..models.mail_sender_confirmation import (
    LIFETIME_APPROVAL,
    LIFETIME_OWN,
    LIMIT_PER_EMAIL,
    PAUSE,
)
from ..tools.link_token import LinkToken
from .common import SenderCommon


class ConfirmationCommon(MockSmtplibCase, SenderCommon):
    """A company that may send from addresses of acme.test once they are confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.server.write({"smtp_user": "mailer@platform.test"})
        cls.platform.spf_include = "spf.platform.test"
        cls.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.domain = cls.create_domain("acme.test", layout="spf_only")
        cls.publish(cls.domain)
        cls.domain.action_check()
        cls.manager = cls.create_manager("mira", cls.company)
        cls.address = cls.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": "Boss@acme.test",
                "company_id": cls.company.id,
            }
        )

    def ask(self, address=None, user=None):
        """Press Validate; return the mail that left, parsed."""
        address = self.as_user(address or self.address, user or self.manager)
        with self.mock_smtplib_connection():
            address.action_send_confirmation()
        return self.parse_mail()

    def parse_mail(self):
        """Return the one mail that left."""
        [sent] = self.emails
        self.sent = sent
        return email.message_from_string(sent["message"], policy=email.policy.default)

    @staticmethod
    def get_link(mail, purpose):
        """Return the link in a mail, as its reader would open it."""
        html = mail.get_body(("html",)).get_content()
        [link] = set(re.findall(rf'href="([^"]+/mail-sender/{purpose}/[^"]+)"', html))
        return link


@tagged("post_install", "-at_install")
class TestAsking(ConfirmationCommon):
    def test_the_mail_leaves_by_the_platform_and_never_from_the_address(self):
        mail = self.ask()
        self.assertEqual(mail["To"], "boss@acme.test")
        self.assertEqual(mail["From"], "Acme <mailer@platform.test>")
        self.assertEqual(mail["Reply-To"], "Mira Manager <mira@acme.test>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(self.sent["smtp_from"], "mailer@platform.test")
        text = mail.get_body(("html",)).get_content()
        self.assertIn("Mira Manager", text)
        self.assertIn("Acme", text)

    def test_the_mail_leaves_from_the_relay_address_where_there_is_one(self):
        relay = self.create_domain("relay.test")
        relay.company_id = False
        self.publish(relay)
        relay.action_check()
        self.platform.relay_domain_id = relay
        mail = self.ask()
        self.assertEqual(mail["From"], "Acme <acme@relay.test>")
        self.assertEqual(self.sent["smtp_from"], "bounce@bounce.relay.test")

    def test_the_mail_does_not_leave_by_the_road_of_the_company(self):
        """Not even when the company has a default sender, and sends strictly."""
        self.create_verified_domain("other-acme.test")
        default = self.env["mail.sender.address"].create(
            {"name": "A", "email": "a@other-acme.test", "company_id": self.company.id}
        )
        default.action_set_default()
        self.company.sender_strictness = "strict"
        mail = self.ask()
        self.assertEqual(mail["From"], "Acme <mailer@platform.test>")
        log = self.env["mail.sender.log"].search([("reason", "=", "system_notice")])
        self.assertEqual(log.outcome, "accepted")

    def test_odoos_own_address_is_never_the_one_that_is_asked(self):
        self.server.smtp_user = "boss@acme.test"
        self.assertNotIn("boss@acme.test", self.ask()["From"])

    def test_no_secret_is_kept(self):
        mail = self.ask()
        secret = self.get_link(mail, "confirm").rpartition("/")[2]
        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", "boss@")]))
        self.assertFalse(self.env["mail.message"].search([("body", "like", secret)]))
        confirmation = self.env["mail.sender.confirmation"].search([])
        self.assertNotIn(secret, str(confirmation.sudo().read()))
        with self.assertRaises(AccessError):
            confirmation.with_user(self.env.ref("base.user_admin")).read(
                ["token_digest"]
            )

    def test_a_mail_that_cannot_leave_says_why(self):
        def refuse(*args, **kwargs):
            raise OSError("the mail server burns")

        self.patch(type(self.env["ir.mail_server"]), "_connect__", refuse)
        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            self.assertRaisesRegex(UserError, "could not be sent.*burns"),
            self.env.cr.savepoint(),
        ):
            self.as_user(self.address, self.manager).action_send_confirmation()
        self.assertFalse(self.env["mail.sender.confirmation"].search([]))

    def test_how_often_an_address_is_asked(self):
        start = fields.Datetime.now()
        for count in range(LIMIT_PER_EMAIL):
            with freeze_time(start + count * PAUSE * 2):
                self.ask()
            with (
                freeze_time(start + count * PAUSE * 2 + PAUSE / 2),
                self.assertRaisesRegex(UserError, "just now"),
            ):
                self.ask()
        with (
            freeze_time(start + timedelta(hours=23)),
            self.assertRaisesRegex(UserError, "try again tomorrow"),
        ):
            self.ask()
        with freeze_time(start + timedelta(hours=25)):
            self.ask()

    def test_another_company_shares_the_limit(self):
        """Whoever reads an address is not flooded by companies that take turns."""
        self.ask()
        other = self.env["mail.sender.address"].create(
            {
                "name": "Other",
                "email": "boss@acme.test",
                "company_id": self.other_company.id,
            }
        )
        manager = self.create_manager("olaf", self.other_company)
        with self.assertRaisesRegex(UserError, "just now"):
            self.ask(other, manager)

    def test_how_long_a_link_lasts(self):
        now = fields.Datetime.now()
        for mailbox, lifetime in (
            ("boss@acme.test", LIFETIME_APPROVAL),
            ("mira@acme.test", LIFETIME_OWN),
            ("info@acme.test", LIFETIME_OWN),
        ):
            with self.subTest(mailbox), freeze_time(now):
                self.address.email = mailbox
                self.ask()
                confirmation = self.env["mail.sender.confirmation"].search([], limit=1)
                self.assertEqual(confirmation.expiry_date, now + lifetime)

    def test_what_nobody_answered_is_forgotten(self):
        self.ask()
        confirmations = self.env["mail.sender.confirmation"]
        with freeze_time(fields.Datetime.now() + timedelta(days=43)):
            confirmations._gc_unused()
            self.assertTrue(confirmations.search([]))
        with freeze_time(fields.Datetime.now() + timedelta(days=45)):
            confirmations._gc_unused()
        self.assertFalse(confirmations.search([]))

    def test_only_managers_of_the_company_ask(self):
        user = new_test_user(
            self.env,
            "ada",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        stranger = self.create_manager("olaf", self.other_company)
        for who in (user, stranger):
            with self.subTest(who.login), self.assertRaises(AccessError):
                self.ask(user=who)

    def test_where_it_is_asked_for(self):
        """By the weaker layouts and by a mailbox with another login, not by others."""
        addresses = self.env["mail.sender.address"]
        own = {"name": "A", "company_id": self.company.id}
        server = {
            "smtp_host": "smtp.mailbox.test",
            "smtp_encryption": "ssl_strict",
            "smtp_port": 465,
            "has_login": True,
        }
        self.create_verified_domain("signed.test")
        signed = addresses.create({**own, "email": "a@signed.test"})
        unknown = addresses.create({**own, "email": "a@unknown.test"})
        mailbox = addresses.create(
            {
                **own,
                "email": "a@mailbox.test",
                "mode": "smtp",
                **server,
                "smtp_user": "login77",
                "smtp_password": "secret",
            }
        )
        own_mailbox = addresses.create(
            {
                **own,
                "email": "b@mailbox.test",
                "mode": "smtp",
                **server,
                "smtp_user": "b@mailbox.test",
                "smtp_password": "secret",
            }
        )
        for address, expected in (
            (self.address, True),
            (signed, False),
            (unknown, False),
            (mailbox, True),
            (own_mailbox, False),
            (addresses.new({"email": "a@acme.test"}), False),
        ):
            with self.subTest(address.email):
                self.assertEqual(address.needs_confirmation, expected)

    def test_the_state_says_what_to_do(self):
        self.assertIn("Press Validate", self.address.state_reason)
        self.ask()
        self.assertIn("A link was mailed to Boss@acme.test", self.address.state_reason)
        self.address.email = "other@acme.test"
        self.assertIn("not confirmed yet", self.address.state_reason)

    def test_nobody_writes_that_an_address_is_confirmed(self):
        for name in ("confirmed_email", "asked_email", "withdrawn_email"):
            address = self.as_user(self.address, self.manager)
            with self.subTest(name), self.assertRaises(AccessError):
                address.write({name: "boss@acme.test"})
        created = (
            self.as_user(self.env["mail.sender.address"], self.manager)
            .with_context(default_confirmed_email="x@acme.test")
            .create({"name": "X", "email": "x@acme.test"})
        )
        self.assertFalse(created.confirmed_email)

    def test_another_company_is_not_confirmed(self):
        self.address.sudo().confirmed_email = "boss@acme.test"
        self.assertEqual(self.address.state, "ready")
        self.address.company_id = self.other_company
        self.assertFalse(self.address.confirmed_email)


@tagged("post_install", "-at_install")
class TestLinks(ConfirmationCommon, HttpCase):
    """What whoever reads the address sees; nobody is logged in."""

    def setUp(self):
        super().setUp()
        mail = self.ask()
        self.confirm_link = self.get_link(mail, "confirm")
        self.withdraw_link = self.get_link(mail, "withdraw")
        self.confirmation = self.env["mail.sender.confirmation"].search([])

    def open(self, link, status=200):
        """Open a link; return the page as text."""
        response = self.url_open(link)
        self.assertEqual(response.status_code, status)
        for name, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("Content-Security-Policy", "frame-ancestors 'none'"),
        ):
            self.assertEqual(response.headers[name], value)
        self.assertNotIn("/web/assets/debug", response.text)
        return response.text

    def press(self, link, status=200):
        """Press the button of the page behind a link; return the next page."""
        page = self.open(link)
        form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
        [path] = re.findall(r'<form[^>]*action="([^"]*)"', page)
        response = self.url_open(path, data=form)
        self.assertEqual(response.status_code, status)
        return response.text

    def post(self, purpose, token, status=200):
        """Send a token as the button of its page does."""
        page = self.url_open(self.confirm_link).text
        [csrf] = re.findall(r'csrf_token: "([^"]+)"', page)
        response = self.url_open(
            f"/mail-sender/{purpose}", data={"csrf_token": csrf, "token": token}
        )
        self.assertEqual(response.status_code, status)
        return response.text

    def assert_unchanged(self):
        self.env.invalidate_all()
        self.assertFalse(self.address.confirmed_email)
        self.assertFalse(self.confirmation.confirmed_date)
        self.assertFalse(self.confirmation.withdrawn_date)
        self.assertEqual(self.address.state, "action_needed")

    # ---------------------------------------------------------------- agreeing

    def test_the_link_is_that_of_the_web_address(self):
        base = self.env["ir.config_parameter"].get_param("web.base.url")
        self.assertTrue(self.confirm_link.startswith(f"{base}/mail-sender/confirm/"))

    def test_opening_changes_nothing(self):
        for link in (self.confirm_link, self.withdraw_link):
            for _ in range(3):
                self.assertIn("<button", self.open(link))
            self.url_open(link, method="HEAD")
        self.assert_unchanged()

    def test_the_page_says_what_is_asked(self):
        page = self.open(self.confirm_link)
        for text in ("boss@acme.test", "Acme", "Mira Manager", "close the page"):
            self.assertIn(text, page)

    def test_the_button_proves_the_address(self):
        self.assertIn("Thank you", self.press(self.confirm_link))
        self.assertEqual(self.address.confirmed_email, "boss@acme.test")
        self.assertEqual(self.address.state, "ready")
        self.assertIn("was confirmed", self.address.message_ids[0].body)

    def test_waiting_mail_leaves_once_the_address_is_right(self):
        self.press(self.confirm_link)
        self.address.action_set_default()
        self.company.sender_blocked_policy = "hold"
        self.press(self.withdraw_link)
        mail = self.env["mail.mail"].create(
            {"email_to": "c@example.com", "record_company_id": self.company.id}
        )
        self.assertEqual(mail.state, "held")
        self.assertIn("withdrew the consent", mail.failure_reason)
        with freeze_time(fields.Datetime.now() + PAUSE):
            link = self.get_link(self.ask(), "confirm")
            self.press(link)
        self.assertEqual(mail.state, "outgoing")

    def test_it_works_for_whoever_is_logged_in(self):
        self.authenticate("mira", "mira")
        self.assertIn("Thank you", self.press(self.confirm_link))
        self.assertEqual(self.address.state, "ready")

    def test_the_page_speaks_the_language_of_the_browser(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        response = self.url_open(
            self.confirm_link, headers={"Accept-Language": "nl-BE,nl;q=0.9"}
        )
        self.assertIn('lang="nl-NL"', response.text)
        response = self.url_open(
            self.confirm_link, headers={"Accept-Language": "ja,ko;q=0.9"}
        )
        self.assertIn('lang="en-US"', response.text)

    # -------------------------------------------------------------- obstacles

    def test_invalid_links_tell_nothing(self):
        token = self.confirm_link.rpartition("/")[2]
        base = self.confirm_link.removesuffix(token)
        other = "a" if token[5] != "a" else "b"
        foreign = LinkToken.make().sign("confirm", b"secret of another database")
        key = self.env["mail.sender.confirmation"]._get_signing_key()
        unknown = LinkToken.make().sign("confirm", key)
        for name, link in (
            ("nothing", base.rstrip("/")),
            ("cut off", self.confirm_link[:-1]),
            ("too long", self.confirm_link + "a"),
            ("very long", base + "a" * 3_000),
            ("tampered", base + token[:5] + other + token[6:]),
            ("of another database", base + foreign),
            ("signed and unknown", base + unknown),
            ("of the other kind", base + self.withdraw_link.rpartition("/")[2]),
            ("odd characters", base + "%00%E2%80%AE%F0%9F%92%A3"),
            ("an expression", base + "{{7*7}}"),
            ("markup", base + "<script>"),
        ):
            with self.subTest(name):
                page = self.open(link, status=404)
                self.assertIn("This link is not valid", page)
                self.assertIn("Open it again from the mail", page)
                for secret in ("acme", "Acme", "Mira", "<button"):
                    self.assertNotIn(secret, page)
        self.assert_unchanged()

    def test_invalid_tokens_change_nothing(self):
        for purpose in ("confirm", "withdraw"):
            for token in ("", "a" * 56, "x" * 10_000, "\0\r\n"):
                page = self.post(purpose, token, status=404)
                self.assertIn("This link is not valid", page)
        # A link to withdraw does not confirm.
        self.post("confirm", self.withdraw_link.rpartition("/")[2], status=404)
        self.assert_unchanged()

    @mute_logger("odoo.http")  # that the form was not ours
    def test_a_form_of_another_site_changes_nothing(self):
        token = self.confirm_link.rpartition("/")[2]
        response = self.url_open(
            "/mail-sender/confirm", data={"csrf_token": "forged", "token": token}
        )
        self.assertEqual(response.status_code, 400)
        self.assert_unchanged()

    def check_obstacle(self, link, title, hint, status=200):
        """See a page without a button, by its link and by pressing too late."""
        token = link.rpartition("/")[2]
        for page in (self.open(link, status), self.post("confirm", token, status)):
            self.assertIn(title, page)
            self.assertIn(hint, page)
            self.assertNotIn("<button", page)

    def test_an_old_link(self):
        self.confirmation.expiry_date = fields.Datetime.now() - timedelta(seconds=1)
        self.check_obstacle(
            self.confirm_link, "too old", "Ask Mira Manager to mail a new one", 410
        )
        self.assert_unchanged()

    def test_a_used_link(self):
        self.press(self.confirm_link)
        self.check_obstacle(
            self.confirm_link, "Already confirmed", "nothing left to do"
        )
        # What it proved then is not proven again by using it twice.
        self.address.sudo().confirmed_email = False
        self.post("confirm", self.confirm_link.rpartition("/")[2])
        self.assertFalse(self.address.confirmed_email)

    def test_a_link_for_an_address_that_changed(self):
        self.address.email = "chief@acme.test"
        self.check_obstacle(
            self.confirm_link, "no longer asked for", "There is nothing to do", 410
        )
        self.assertFalse(self.address.confirmed_email)

    def test_a_link_for_an_address_that_was_deleted(self):
        self.address.unlink()
        self.check_obstacle(
            self.confirm_link, "no longer asked for", "There is nothing to do", 410
        )

    def test_a_deleted_user_is_not_named(self):
        self.confirmation.user_id = False
        self.confirmation.expiry_date = fields.Datetime.now() - timedelta(seconds=1)
        self.check_obstacle(self.confirm_link, "too old", "Ask Acme to mail", 410)

    def test_markup_in_names_is_shown_and_not_obeyed(self):
        self.company.name = self.manager.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>alert", self.open(self.confirm_link))
        self.assertNotIn("<script>alert", self.press(self.confirm_link))

    # ------------------------------------------------------------ withdrawing

    def test_withdrawing_closes_the_road(self):
        self.press(self.confirm_link)
        self.address.action_set_default()
        page = self.press(self.withdraw_link)
        self.assertIn("The consent is withdrawn", page)
        self.assertFalse(self.address.confirmed_email)
        self.assertEqual(self.address.state, "blocked")
        self.assertTrue(self.address.road_closed_since)
        self.assertEqual(self.company.sender_address_id, self.address)
        self.assertIn("withdrew the consent", self.address.activity_ids.note)
        told = self.env["mail.message"].search([("subject", "like", "withdrawn")])
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)

    def test_withdrawing_works_for_ever(self):
        self.press(self.confirm_link)
        with freeze_time(fields.Datetime.now() + timedelta(days=2000)):
            self.env["mail.sender.confirmation"]._gc_unused()
        self.confirmation.expiry_date = fields.Datetime.now() - timedelta(days=2000)
        self.press(self.withdraw_link)
        self.assertFalse(self.address.confirmed_email)

    def test_withdrawing_twice(self):
        self.press(self.withdraw_link)
        page = self.open(self.withdraw_link)
        self.assertIn("The consent is withdrawn", page)
        self.assertNotIn("<button", page)
        self.post("withdraw", self.withdraw_link.rpartition("/")[2])
        notes = self.address.message_ids.filtered(lambda m: "no longer" in m.body)
        self.assertEqual(len(notes), 1)

    def test_refusing_before_agreeing(self):
        self.press(self.withdraw_link)
        self.assertFalse(self.address.road_closed_since)
        self.assertEqual(self.address.state, "action_needed")
        self.check_obstacle(
            self.confirm_link, "withdrawn", "ask Mira Manager to mail a new link"
        )

    def test_an_older_mail_withdraws_what_a_newer_one_confirmed(self):
        with freeze_time(fields.Datetime.now() + PAUSE):
            newer = self.get_link(self.ask(), "confirm")
            self.press(newer)
        self.assertEqual(self.address.state, "ready")
        self.press(self.withdraw_link)
        self.assertEqual(self.address.state, "blocked")

    def test_agreeing_again(self):
        self.press(self.confirm_link)
        self.press(self.withdraw_link)
        with freeze_time(fields.Datetime.now() + PAUSE):
            self.press(self.get_link(self.ask(), "confirm"))
        self.assertEqual(self.address.state, "ready")
        self.assertFalse(self.address.withdrawn_email)
        self.assertFalse(self.address.road_closed_since)

    # -------------------------------------------------------------------- log

    def test_secrets_are_not_logged(self):
        with self.assertLogs("werkzeug", logging.INFO) as caught:
            self.press(self.confirm_link)
            self.open(self.withdraw_link)
            self.open("/mail-sender/confirm/nonsense", 404)
        lines = "\n".join(caught.output)
        self.assertIn("GET /mail-sender/confirm/… HTTP", lines)
        self.assertIn("POST /mail-sender/confirm HTTP", lines)
        for link in (self.confirm_link, self.withdraw_link):
            self.assertNotIn(link.rpartition("/")[2], lines)
