# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..models.mail_sender_address_login import MailSenderAddress
from ..tools.smtp_refusal import Refusal
from ..wizards.mail_sender_test import START_CONTEXT
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestSenderSetup(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user(
            "manager", "mail_sender_domain.group_sender_manager"
        )
        cls.administrator = cls.create_user("administrator", "base.group_system")
        cls.relay = cls.create_verified_domain("relay.test")
        cls.relay.company_id = False
        cls.platform.relay_domain_id = cls.relay

    @classmethod
    def create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def get_password(self, address):
        return address.sudo().mail_server_id._get_password__()

    def start(self, email=None, user=None, **vals):
        """Open the set-up as the page does, and leave its first step."""
        user = user or self.manager
        settings = self.env["mail.sender.settings"].browse(self.company.id)
        action = self.as_user(settings, user).action_set_up()
        model = self.env["mail.sender.setup"].with_user(user)
        setup = model.with_context(
            **action["context"], allowed_company_ids=self.company.ids
        ).create({"email": email} if email else {})
        self.click_next(setup)
        setup.write(vals)
        return setup

    def finish(self, setup, mode, **vals):
        """Choose a mode, fill in its fields and go on."""
        setup.mode = mode
        self.click_next(setup)
        setup.write(vals)
        self.click_next(setup)

    def go_on(self):
        """Open the set-up again by the button that the page offers."""
        settings = self.env["mail.sender.settings"].browse(self.company.id)
        settings = self.as_user(settings, self.manager)
        self.assertEqual(settings.next_step, "go_on")
        context = settings.action_next_step()["context"]
        setup = self.as_user(self.env["mail.sender.setup"], self.manager)
        return setup.with_context(**context).create({})

    def get_addresses(self):
        return self.env["mail.sender.address"].search(
            [("company_id", "=", self.company.id)]
        )

    # --------------------------------------------------------------- proposal

    def test_the_mode_that_fits_is_proposed_with_the_reason(self):
        self.create_verified_domain("verified.test")
        self.create_domain("begun.test")
        self.create_domain("other.test", self.other_company)
        table = [
            ("info@acme.test", "domain", "seems to be your own domain"),
            ("info@verified.test", "domain", "verified already"),
            ("info@begun.test", "domain", "go on where you left"),
            ("acme@gmail.com", "relay", "can prove mail from it"),
            ("info@other.test", "relay", ""),
            ("acme@relay.test", "relay", "is a relay address"),
        ]
        for email, mode, reason in table:
            with self.subTest(email):
                setup = self.start(email)
                self.assertEqual(setup.mode, mode)
                self.assertIn(reason, setup.proposal or "")

    def test_impossible_modes_say_why_and_are_refused(self):
        self.create_domain("other.test", self.other_company)
        table = [
            ("acme@gmail.com", "belongs to a mail provider"),
            ("info@other.test", "claimed by another company"),
            ("info@co.uk", "an ending under which many people"),
            ("acme@relay.test", "belongs to this system"),
        ]
        for email, reason in table:
            with self.subTest(email):
                setup = self.start(email)
                [card] = [c for c in setup.mode_choices if c["key"] == "domain"]
                self.assertFalse(card["is_possible"])
                self.assertIn(reason, card["note"])
                setup.mode = "domain"
                with self.assertRaisesRegex(ValidationError, reason):
                    self.click_next(setup)

    def test_without_a_platform_it_says_what_is_missing(self):
        self.platform.write(
            {
                "relay_domain_id": False,
                "return_path_target": False,
                "spf_addresses": False,
            }
        )
        setup = self.start()
        notes = {card["key"]: card["note"] for card in setup.mode_choices}
        self.assertIn("no relay domain", notes["relay"])
        self.assertIn("return path has no host", notes["domain"])
        self.assertEqual(setup.mode, "smtp")

    def test_a_mode_chosen_on_the_page_comes_first(self):
        setup = self.env["mail.sender.setup"].with_context(default_wanted_mode="smtp")
        setup = setup.create({"email": "info@acme.test"})
        self.click_next(setup)
        self.assertEqual((setup.step, setup.mode), ("details", "smtp"))
        setup.action_back()
        self.assertEqual(setup.step, "mode")
        setup = setup.with_context(default_wanted_mode="domain").create(
            {"email": "acme@gmail.com"}
        )
        self.click_next(setup)
        self.assertEqual((setup.step, setup.mode), ("mode", "relay"))

    # ------------------------------------------------------------------ modes

    def test_relay(self):
        setup = self.start()
        self.assertEqual(setup.relay_local_part, "acme")
        self.finish(setup, "relay")
        self.assertEqual(setup.step, "done")
        address = self.company.sender_address_id
        self.assertRecordValues(
            address,
            [{"email": "acme@relay.test", "mode": "relay", "reply_to": False}],
        )
        self.assertIn(["Answers go", "info@acme.test"], setup.summary)
        self.assertIn("acme@relay.test itself reaches nobody", setup.receiving_text)
        self.platform.receives_relay_mail = True
        setup.invalidate_recordset(["receiving_text"])
        self.assertIn("itself is forwarded there", setup.receiving_text)
        again = self.start("help@acme.test")
        self.finish(again, "relay", relay_local_part="acme.help")
        self.assertEqual(self.get_addresses(), address)
        self.assertEqual(address.email, "acme.help@relay.test")
        self.assertEqual(address.reply_to, "help@acme.test")

    def test_a_relay_address_of_another_company_is_refused(self):
        self.env["mail.sender.address"].create(
            {
                "email": "taken@relay.test",
                "mode": "relay",
                "company_id": self.other_company.id,
            }
        )
        setup = self.start()
        setup.mode = "relay"
        self.click_next(setup)
        for local_part, message in (
            ("postmaster", "a meaning of its own"),
            ("a b", "more than the address"),
            ("", "nothing before the @"),
        ):
            setup.relay_local_part = local_part
            with self.assertRaisesRegex(ValidationError, message):
                self.click_next(setup)
        self.assertFalse(self.get_addresses())

    def test_own_domain(self):
        setup = self.start()
        self.finish(setup, "domain")
        self.assertEqual(setup.step, "check")
        self.assertEqual(setup.domain_id.name, "acme.test")
        self.assertEqual(setup.record_ids, setup.domain_id.record_ids)
        self.assertIn("missing", setup.record_ids.mapped("status"))
        self.assertFalse(self.company.sender_address_id)
        self.publish(setup.domain_id)
        self.click_next(setup)
        self.assertEqual(setup.step, "done")
        self.assertEqual(self.company.sender_address_id.email, "info@acme.test")

    def test_dns_is_asked_once_all_is_stored(self):
        """In a request of its own, so that nobody waits for what this one wrote."""
        setup = self.start()
        setup.mode = "domain"
        self.click_next(setup)
        self.dns.questions.clear()
        action = setup.action_next()
        self.assertEqual(setup.step, "check")
        self.assertFalse(self.dns.questions)
        self.assertEqual(set(setup.record_ids.mapped("status")), {"unchecked"})
        self.assertEqual(action["tag"], "mail_sender_domain.go_on_with_setup")
        self.assertEqual(action["params"], {"setup_id": setup.id})
        setup.action_next()
        self.assertTrue(self.dns.questions)
        self.assertNotIn("unchecked", setup.record_ids.mapped("status"))

    def test_a_verified_domain_is_ready_at_once(self):
        self.create_verified_domain()
        setup = self.start("shop@acme.test")
        self.finish(setup, "domain")
        self.assertEqual(setup.step, "done")

    def test_variants_that_need_a_confirmation(self):
        self.platform.spf_include = "spf.platform.test"
        self.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        for layout, name in (
            ("spf_only", "acme.test"),
            ("subdomain", "mail.acme.test"),
            ("return_path", "acme.test"),
        ):
            with self.subTest(layout):
                setup = self.start()
                self.finish(setup, "domain", layout=layout)
                domain = setup.domain_id
                self.assertEqual((domain.layout, domain.name), (layout, name))
                # Choosing an own domain leaves the relay address to fall back on.
                modes = self.get_addresses().mapped("mode")
                self.assertEqual(
                    [mode for mode in modes if mode != "relay"], ["domain"]
                )
                own = self.env["mail.sender.domain"].search(
                    [("company_id", "=", self.company.id)]
                )
                self.assertEqual(own, domain)
        self.publish(domain)
        self.click_next(setup)
        self.assertEqual(setup.step, "done")

    def test_a_confirmation_is_the_last_step(self):
        self.platform.spf_include = "spf.platform.test"
        self.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        setup = self.start()
        self.finish(setup, "domain", layout="spf_only")
        self.publish(setup.domain_id)
        self.click_next(setup)
        self.assertEqual(setup.step, "check")
        self.assertIn("A link was mailed to info@acme.test", setup.blockers)
        self.assertTrue(setup.needs_confirmation)
        [link] = self.env["mail.sender.confirmation"].search([])
        self.assertEqual(link.email, "info@acme.test")
        setup.address_id.sudo().confirmed_email = "info@acme.test"
        self.click_next(setup)
        self.assertEqual(setup.step, "done")

    def test_a_link_that_cannot_be_mailed_stops_nothing(self):
        self.patch(
            type(self.env["mail.sender.notice"]),
            "_send",
            lambda *args, **kwargs: "The mail server burns.",
        )
        setup = self.start()
        self.finish(setup, "domain", layout="subdomain")
        self.assertEqual(setup.step, "check")
        self.assertIn("The mail to info@acme.test could not be sent", setup.problem)
        self.assertIn("The mail server burns.", setup.problem)
        self.assertIn("not confirmed yet. Press Validate", setup.blockers)
        self.assertFalse(self.env["mail.sender.confirmation"].search([]))

    def test_the_link_is_mailed_once(self):
        setup = self.start()
        self.finish(setup, "domain", layout="subdomain")
        setup.action_back()
        self.click_next(setup)
        self.assertFalse(setup.problem)
        self.assertEqual(self.env["mail.sender.confirmation"].search_count([]), 1)

    def test_a_sender_has_a_name(self):
        for name in ("", "  "):
            setup = self.start(sender_name=name)
            with self.assertRaisesRegex(ValidationError, "Sender Name: type the name"):
                self.finish(setup, "relay")
        self.assertFalse(self.get_addresses())

    def test_mailbox(self):
        setup = self.start()
        setup.mode = "smtp"
        self.click_next(setup)
        self.assertEqual(setup.smtp_user, "info@acme.test")
        self.assertFalse(setup.adoptable_server)
        for vals, message in (
            ({}, "Mail Server Host: type the name"),
            ({"smtp_host": "https://acme.test"}, "Password: "),
            ({"smtp_password": "secret"}, "Mail server: "),
        ):
            setup.write(vals)
            with self.assertRaisesRegex(ValidationError, message):
                self.click_next(setup)
        self.assertFalse(self.get_addresses())
        setup.write({"smtp_host": "smtp.acme.test"})
        self.click_next(setup)
        self.assertEqual(setup.step, "done")
        address = self.company.sender_address_id
        self.assertEqual((address.email, address.mode), ("info@acme.test", "smtp"))
        self.assertEqual(self.get_password(address), "secret")
        self.assertFalse(setup._get_password__())

    def test_a_refused_login_can_be_mended_and_gone_on_with(self):
        refusal = Refusal("login_refused", {"reply": "535 no"}, True, True)
        setup = self.start()
        setup.mode = "smtp"
        self.click_next(setup)
        self.assertEqual(setup.smtp_port, 587)
        setup.write(
            {"smtp_host": "smtp.acme.test", "smtp_port": 2525, "smtp_password": "wrong"}
        )
        with patch.object(MailSenderAddress, "_try_mailbox", lambda self: refusal):
            self.click_next(setup)
        self.assertEqual(setup.step, "details")
        self.assertTrue(setup.problem)
        self.assertFalse(self.company.sender_address_id)
        # The tab is closed; the page goes on with the address.
        again = self.go_on()
        self.assertEqual(
            (again.step, again.mode, again.smtp_host),
            ("details", "smtp", "smtp.acme.test"),
        )
        self.assertTrue(again.has_password)
        again.smtp_password = "right"
        self.click_next(again)
        self.assertEqual(again.step, "done")

    def test_a_sender_that_works_stays_as_it_was(self):
        setup = self.start()
        self.finish(setup, "smtp", smtp_host="smtp.acme.test", smtp_password="right")
        address = self.company.sender_address_id
        refusal = Refusal("login_refused", {"reply": "535 no"}, True, True)
        again = self.start()
        self.assertEqual(again.smtp_host, "smtp.acme.test")
        with patch.object(MailSenderAddress, "_try_mailbox", lambda self: refusal):
            self.finish(again, "smtp", smtp_host="smtp2.acme.test", smtp_password="x")
        self.assertTrue(again.problem)
        self.assertEqual(address.smtp_host, "smtp.acme.test")
        self.assertEqual(self.get_password(address), "right")
        self.assertEqual(address.state, "ready")
        # Likewise while a login that proves less is not confirmed by its link.
        again = self.start()
        self.finish(again, "smtp", smtp_user="other@acme.test", smtp_password="y")
        self.assertIn("goes on sending as before", again.problem)
        self.assertEqual((again.step, address.state), ("details", "ready"))
        self.assertEqual(address.smtp_user, "info@acme.test")
        [link] = self.env["mail.sender.confirmation"].search([])
        link._confirm()
        self.click_next(again)
        self.assertEqual((again.step, address.state), ("done", "ready"))
        self.assertEqual(address.smtp_user, "other@acme.test")
        # Likewise while DNS records of a new way are not published yet.
        self.finish(self.start(), "domain")
        self.assertEqual((address.mode, address.state), ("smtp", "ready"))
        self.publish(address.domain_id)
        more = self.start()
        self.finish(more, "domain")
        self.assertEqual(more.step, "done")
        self.assertEqual((address.mode, address.state), ("domain", "ready"))

    # --------------------------------------------------------------- adopting

    def create_server(self, **vals):
        return self.env["ir.mail_server"].create(
            {
                "name": "Old server",
                "smtp_host": "smtp.acme.test",
                "smtp_user": "info@acme.test",
                "smtp_pass": "secret",
                "from_filter": "acme.test",
                **vals,
            }
        )

    def test_the_server_that_odoo_has_is_taken_over(self):
        server = self.create_server()
        setup = self.start(user=self.administrator)
        self.assertEqual(setup.mode, "smtp")
        self.assertIn("Old server", setup.proposal)
        self.finish(setup, "smtp")
        self.assertEqual(setup.step, "done")
        self.assertRecordValues(
            server,
            [
                {
                    "sender_company_id": self.company.id,
                    "smtp_host": "smtp.acme.test",
                    "smtp_pass": "secret",
                    "from_filter": "info@acme.test",
                }
            ],
        )
        server._give_back()
        self.assertEqual(server.from_filter, "acme.test")

    def test_a_manager_takes_over_no_server_and_gets_no_password(self):
        server = self.create_server()
        setup = self.start()
        self.assertEqual(setup.mode, "domain")
        self.assertFalse(setup.adoptable_server)
        with self.assertRaises(AccessError):
            self.finish(setup, "smtp", is_adopting=True)
        self.assertFalse(server.sender_company_id)

    def test_a_server_that_others_need_is_not_taken_over(self):
        self.platform.mail_server_id = False
        self.env["ir.mail_server"].search([]).active = False
        self.create_server()
        setup = self.start(user=self.administrator)
        with self.assertRaisesRegex(UserError, "the only server"):
            self.finish(setup, "smtp")
        self.assertFalse(self.get_addresses())

    # ------------------------------------------------------- what people leave

    def test_nothing_is_saved_before_the_details_are_complete(self):
        before = self.env["mail.sender.domain"].search_count([])
        setup = self.start()
        self.click_next(setup)
        self.assertEqual(setup.step, "details")
        setup.action_back()
        setup.action_back()
        self.assertEqual(setup.step, "email")
        setup.email = "shop@acme.test"
        self.click_next(setup)
        self.assertEqual(setup.step, "mode")
        self.assertFalse(self.get_addresses())
        self.assertEqual(self.env["mail.sender.domain"].search_count([]), before)

    def test_going_back_keeps_what_was_typed(self):
        setup = self.start()
        self.click_next(setup)
        setup.sender_name = "Acme Invoices"
        setup.action_back()
        setup.action_back()
        self.click_next(setup)
        self.assertEqual(setup.sender_name, "Acme Invoices")
        setup.action_back()
        setup.email = "shop@acme.test"
        self.click_next(setup)
        self.assertEqual(setup.smtp_user, "shop@acme.test")

    def test_starting_again_finds_what_was_begun(self):
        self.finish(self.start(), "domain")
        again = self.start()
        self.finish(again, "domain")
        self.assertEqual(again.address_id, self.get_addresses())
        self.publish(again.domain_id)
        more = self.go_on()
        self.assertEqual(more.step, "check")
        self.click_next(more)
        self.assertEqual(more.step, "done")

    def test_an_archived_address_comes_back(self):
        self.create_verified_domain()
        address = self.env["mail.sender.address"].create(
            {"email": "info@acme.test", "company_id": self.company.id, "active": False}
        )
        self.finish(self.start(), "domain")
        self.assertEqual(self.company.sender_address_id, address)
        self.assertTrue(address.active)

    # ---------------------------------------------------------------- attacks

    def test_hostile_texts_are_refused_in_every_field(self):
        setup = self.start()
        fields = [
            name
            for name, field in setup._fields.items()
            if field.type == "char" and (not field.compute or field.inverse)
        ]
        self.assertIn("smtp_password", fields)
        for name in fields:
            label = setup._fields[name].get_description(self.env)["string"]
            for text in ("a\r\nb", "a\x00b", "x" * 10_000):
                with (
                    self.subTest(name, text=text[:4]),
                    self.assertRaisesRegex(ValidationError, f"{label}: ") as caught,
                ):
                    setup.write({name: text})
                self.assertNotIn(text, str(caught.exception))

    def test_hostile_subdomains_are_refused(self):
        for text, message in (
            ("\u0430.b", "reads as a.b.acme.test"),
            ("a..b", "has a dot too many"),
            ("m\u0430il", "several alphabets"),
        ):
            setup = self.start()
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, f"Subdomain: .*{message}"),
                self.env.cr.savepoint(),
            ):
                self.finish(setup, "domain", layout="subdomain", subdomain=text)
            self.assertFalse(setup.domain_id)

    def test_hostile_e_mails_are_refused(self):
        alias_domain = self.env["mail.alias.domain"].create({"name": "acme.test"})
        self.create_default_sender("info@other.test", self.other_company)
        table = [
            ("", "Type an address"),
            ("info@\u0430cme.test", "several alphabets"),
            ("Acme <info@acme.test>", "more than the address"),
            (alias_domain.catchall_email, "alias that Odoo itself receives"),
            ("info@other.test", "sender address of another company"),
        ]
        for email, message in table:
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, f"E-mail: .*{message}"),
            ):
                self.start(email or " ")

    def test_a_set_up_belongs_to_who_began_it(self):
        setup = self.start()
        other = self.create_user("other", "mail_sender_domain.group_sender_manager")
        user = self.create_user("user", "base.group_user")
        for somebody in (other, user):
            with self.assertRaises(AccessError):
                setup.with_user(somebody).read(["email"])
        foreign = self.create_default_sender("info@other.test", self.other_company)
        model = self.env["mail.sender.setup"].with_user(self.manager)
        with self.assertRaises(AccessError):
            model.with_context(resume_sender_address_id=foreign.id).create({})
        setup.write({"address_id": foreign.id, "step": "check", "mode": "domain"})
        with self.assertRaises(AccessError):
            self.click_next(setup)

    def test_the_password_is_not_readable(self):
        setup = self.start()
        setup.smtp_password = "secret"
        self.assertTrue(setup.has_password)
        self.assertNotIn("secret", str(setup.read()))
        self.assertNotIn("secret", str(setup.sudo().export_data(["smtp_password"])))

    # ------------------------------------------------------------------- after

    def test_a_test_invoice_is_offered(self):
        self.create_verified_domain()
        setup = self.start()
        self.finish(setup, "domain")
        action = setup.action_follow_up()
        self.assertEqual(action["res_model"], "mail.sender.test")
        self.assertEqual(
            action["context"],
            {
                "default_address_id": setup.address_id.id,
                "default_email_to": self.manager.email,
                START_CONTEXT: True,
            },
        )
        setup.test_email = "nobody"
        with self.assertRaisesRegex(ValidationError, "Test Invoice To: "):
            setup.action_follow_up()
