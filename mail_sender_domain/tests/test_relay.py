# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Relay addresses, and mail that arrives at them."""

import logging
from email.message import EmailMessage

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_domain.hooks import post_init_hook

from .common import SenderCommon

GATEWAY = "odoo.addons.mail_sender_domain.models.mail_gateway"


class RelayCase(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addresses = cls.env["mail.sender.address"]
        cls.relay_domain = cls.env["mail.sender.domain"].create(
            {"name": "relay.test", "company_id": False}
        )
        cls.publish(cls.relay_domain)
        cls.relay_domain.action_check()
        cls.platform.write(
            {"relay_domain_id": cls.relay_domain.id, "receives_relay_mail": True}
        )

    def create_relay(self, email="acme@relay.test", company=None, **vals):
        return self.addresses.create(
            {
                "name": "Acme",
                "email": email,
                "company_id": (company or self.company).id,
                "mode": "relay",
                **vals,
            }
        )

    def create_alias(self, name, **vals):
        return self.env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestRelay(RelayCase):
    def test_it_is_ready_at_once(self):
        relay = self.create_relay()
        self.assertEqual(relay.state, "ready")
        relay.action_set_default()
        self.assertEqual(
            relay._get_mode().get_envelope_from(), "bounce@bounce.relay.test"
        )
        self.assertEqual(relay._get_mode().get_dkim_keys(), self.relay_domain.key_ids)

    def test_the_name_is_proposed_and_free(self):
        self.env["mail.alias.domain"].search([]).unlink()
        self.env["mail.alias.domain"].create(
            {"name": "relay.test", "bounce_alias": "acme.2", "catchall_alias": "all"}
        )
        self.create_alias("acme.3")
        self.create_alias("acme.4", alias_domain_id=False, alias_incoming_local=True)
        propose = self.addresses._propose_relay_email
        self.assertEqual(propose(self.company), "acme@relay.test")
        self.create_relay(active=False)
        self.assertEqual(propose(self.other_company), "other@relay.test")
        self.other_company.name = "ACME!"
        self.assertEqual(propose(self.other_company), "acme.5@relay.test")

    def test_the_form_proposes_it(self):
        manager = new_test_user(
            self.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with Form(self.as_user(self.addresses, manager)) as form:
            form.mode = "relay"
            self.assertEqual(form.email, "acme@relay.test")
            form.email = "invoices.acme@relay.test"
        self.assertEqual(form.record.state, "ready")

    def test_names_that_nobody_may_have(self):
        self.create_alias("offers", alias_domain_id=False, alias_incoming_local=True)
        table = [
            ("postmaster@relay.test", "a meaning of its own"),
            ("Mailer-Daemon@relay.test", "a meaning of its own"),
            ("catchall@relay.test", "a meaning of its own"),
            ("Abuse@relay.test", "a meaning of its own"),
            ("bounce@relay.test", "a meaning of its own"),
            ("offers@relay.test", "an alias that Odoo itself receives"),
            ("acme@elsewhere.test", "ends in @relay.test"),
            ("acme@bounce.relay.test", "ends in @relay.test"),
        ]
        for email, message in table:
            with (
                self.subTest(email),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.create_relay(email)

    def test_no_alias_takes_the_name_later(self):
        """Documents would be made of the answers to mail, in a loop."""
        self.create_relay()
        relay = self.env["mail.alias.domain"].create(
            {"name": "relay.test", "bounce_alias": "b", "catchall_alias": "c"}
        )
        other = self.env["mail.alias.domain"].create(
            {"name": "other.test", "bounce_alias": "d", "catchall_alias": "e"}
        )
        alias = self.create_alias("acme", alias_domain_id=other.id)
        message = "leaves from acme@relay.test.*Choose another"
        for change in (
            lambda: self.create_alias("Acme", alias_domain_id=relay.id),
            lambda: self.create_alias("acme", alias_incoming_local=True),
            lambda: alias.write({"alias_incoming_local": True}),
            lambda: alias.write({"alias_domain_id": relay.id}),
            lambda: relay.write({"catchall_alias": "acme"}),
            lambda: relay.write({"bounce_alias": "acme"}),
            lambda: other.write({"name": "relay.test"}),
        ):
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                change()
        self.create_alias("trade", alias_domain_id=relay.id)

    def test_an_alias_takes_no_name_that_only_looks_alike(self):
        self.create_relay("acme1sales@relay.test")
        for name in ("acme_sales", "acme-sales", "acme1"):
            self.create_alias(name, alias_domain_id=False, alias_incoming_local=True)

    def test_many_aliases_cost_as_much_as_few(self):
        self.create_relay()
        aliases = self.env["mail.alias"].browse()
        for number in range(5):
            aliases |= self.create_alias(f"trade-{number}", alias_incoming_local=True)
        self.env.flush_all()
        counts = []
        for some in (aliases[:1], aliases[:1], aliases):
            before = self.cr.sql_log_count
            some._check_senders()
            counts.append(self.cr.sql_log_count - before)
        # The first one reads what the others find in the cache.
        self.assertEqual(*counts[1:])

    def test_a_name_belongs_to_one_company(self):
        self.create_relay()
        for mode in ("domain", "smtp"):
            with (
                self.subTest(mode),
                self.assertRaisesRegex(ValidationError, "taken by another company"),
                self.env.cr.savepoint(),
            ):
                self.create_relay(company=self.other_company, mode=mode)
        for company in (self.company, self.other_company):
            with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
                self.create_relay("ACME@relay.test", company)

    def test_no_relay_over_an_address_that_is_there(self):
        self.create_relay(company=self.other_company, mode="domain")
        with self.assertRaisesRegex(ValidationError, "taken by another company"):
            self.create_relay()

    def test_answers_do_not_go_to_the_relay_address_itself(self):
        with self.assertRaisesRegex(ValidationError, "Reply Address: nobody reads"):
            self.create_relay("trade@relay.test", reply_to="TRADE@relay.test")
        self.company.email = "acme@relay.test"
        self.assertFalse(self.create_relay()._get_forward_target())

    def test_without_a_relay_domain_it_cannot_be_chosen(self):
        relay = self.create_relay()
        self.platform.relay_domain_id = False
        self.assertIn("no relay domain", relay.state_reason)
        self.assertEqual(relay._get_mode().get_envelope_from(), "acme@relay.test")
        self.assertEqual(self.addresses._propose_relay_email(self.company), "")

    def test_what_was_archived_does_not_come_back(self):
        """Blocked mail then waits, instead of leaving from an address of ours."""
        relay = self.addresses._get_relay(self.company)
        self.assertEqual(relay.email, "acme@relay.test")
        relay.active = False
        self.assertFalse(self.addresses._get_relay(self.company))
        relay.active = True
        self.assertEqual(self.addresses._get_relay(self.company), relay)

    def test_a_branch_relays_from_the_address_of_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Acme North", "parent_id": self.company.id}
        )
        relay = self.create_relay()
        self.assertEqual(self.addresses._get_relay(branch), relay)
        own = self.create_relay("north@relay.test", branch)
        self.assertEqual(self.addresses._get_relay(branch), own)

    def test_the_relay_address_is_made_for_whose_sender_it_replaces(self):
        """Whichever company needs it first."""
        north, south = self.env["res.company"].create(
            [
                {"name": "Acme North", "parent_id": self.company.id},
                {"name": "Acme South", "parent_id": self.company.id},
            ]
        )
        self.create_default_sender()
        self.create_default_sender("south@south.test", south)
        self.assertEqual(self.addresses._get_relay(north).company_id, self.company)
        self.assertEqual(self.addresses._get_relay(south).company_id, south)


@tagged("post_install", "-at_install")
class TestForwarding(RelayCase):
    """Mail arrives at Odoo's gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.alias_domain = cls.env["mail.alias.domain"].create({"name": "acme.test"})
        cls.relay = cls.addresses.create(
            {
                "name": "Acme",
                "email": "acme@relay.test",
                "company_id": cls.company.id,
                "mode": "relay",
                "reply_to": "info@acme.test",
            }
        )

    def receive(self, **headers):
        """Hand a message to the gateway; return the mails that it makes of it."""
        before = self.env["mail.mail"].search([])
        self.env["mail.thread"].message_process(None, self.make(**headers).as_bytes())
        return self.env["mail.mail"].search([]) - before

    def make(self, **headers):
        message = EmailMessage()
        values = {
            "Message-ID": "<first@example.com>",
            "From": "Jane Doe <jane@example.com>",
            "To": "acme@relay.test",
            "Subject": "A question",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in values.items():
            if value:
                message[name] = value
        message.set_content("Do you deliver on Mondays?")
        return message

    def test_it_is_passed_on_to_where_answers_go(self):
        mail = self.receive()
        self.assertRecordValues(
            mail,
            [
                {
                    "email_from": '"Jane Doe via Acme" <acme@relay.test>',
                    "email_to": "info@acme.test",
                    "reply_to": '"Jane Doe" <jane@example.com>',
                    "subject": "A question",
                    "state": "outgoing",
                    "record_company_id": self.company.id,
                    "sender_address_id": self.relay.id,
                    "sender_reason": "relay_forward",
                    "mail_server_id": self.server.id,
                    "auto_delete": True,
                }
            ],
        )
        self.assertIn("Do you deliver on Mondays?", mail.body_html)

    def test_without_a_reply_address_the_company_gets_it(self):
        self.relay.reply_to = False
        self.assertEqual(self.receive().email_to, "info@acme.test")

    def test_answers_go_where_the_sender_wants_them(self):
        mail = self.receive(Reply_To="Office <office@example.com>")
        self.assertEqual(mail.reply_to, "Office <office@example.com>")

    def test_names_of_senders(self):
        table = [
            ("jane@example.com", '"jane@example.com via Acme" <acme@relay.test>'),
            (
                "=?utf-8?q?J=C3=A4ne_=22D=22?= <jane@example.com>",
                '"Jäne \\"D\\" via Acme" <acme@relay.test>',
            ),
        ]
        for number, (email_from, expected) in enumerate(table):
            with self.subTest(email_from):
                raw = self.make(Message_ID=f"<{number}@example.com>").as_bytes()
                raw = raw.replace(b"Jane Doe <jane@example.com>", email_from.encode())
                self.env["mail.thread"].message_process(None, raw)
                mail = self.env["mail.mail"].search([], limit=1, order="id desc")
                self.assertEqual(mail.email_from, expected)

    def test_a_line_break_that_hides_in_a_header_makes_no_header(self):
        raw = self.make().as_bytes()
        hidden = b"=?utf-8?q?A_question=0D=0ABcc=3A_x=40evil.test?="
        self.env["mail.thread"].message_process(
            None, raw.replace(b"A question", hidden)
        )
        mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        self.assertEqual(mail.subject, "A question Bcc: x@evil.test")

    def test_other_recipients_are_routed_as_ever(self):
        self.create_alias("offers", alias_domain_id=self.alias_domain.id)
        mail = self.receive(
            To="acme@relay.test, Offers <offers@acme.test>",
            Cc="Carl <carl@example.com>",
        )
        self.assertEqual(mail.filtered("sender_address_id").email_to, "info@acme.test")
        partner = self.env["res.partner"].search([], limit=1, order="id desc")
        [message] = partner.message_ids.filtered(
            lambda message: message.message_id == "<first@example.com>"
        )
        self.assertEqual(message.email_from, '"Jane Doe" <jane@example.com>')
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", "acme@relay.test")])
        )

    def test_each_company_gets_its_own(self):
        self.create_relay("other@relay.test", self.other_company)
        mails = self.receive(To="acme@relay.test", Cc="OTHER@relay.test")
        self.assertEqual(
            {(mail.email_to, mail.record_company_id) for mail in mails},
            {
                ("info@acme.test", self.company),
                ("info@other.test", self.other_company),
            },
        )

    def test_what_comes_twice_is_passed_on_once(self):
        """A server may bring a copy for each recipient, each naming all of them."""
        mail = self.receive()
        self.assertFalse(self.receive())
        mail.unlink()
        with self.assertLogs(GATEWAY, logging.INFO) as logs:
            self.assertFalse(self.receive())
        self.assertIn("received twice", logs.output[0])
        self.assertTrue(self.receive(Message_ID="<second@example.com>"))

    def test_what_goes_round_is_stopped(self):
        table = [
            ({"X_Mail_Sender_Forwarded": "acme@relay.test"}, "forwarded from there"),
            (
                {"X_Mail_Sender_Forwarded": "b@elsewhere.test, Acme@relay.test"},
                "forwarded from there",
            ),
            ({"Auto_Submitted": "auto-replied"}, "a program answered"),
            ({"From": "Info <INFO@acme.test>"}, "comes from where it would go"),
            ({"From": "acme@relay.test"}, "comes from where it would go"),
        ]
        for headers, reason in table:
            with self.subTest(headers), self.assertLogs(GATEWAY, logging.INFO) as logs:
                self.assertFalse(self.receive(**headers))
                self.assertIn(reason, logs.output[0])

    def test_what_others_passed_on_is_passed_on(self):
        """And marked, so that it stops when it comes back."""
        mail = self.receive(X_Mail_Sender_Forwarded="sales@elsewhere.test")
        self.assertIn("sales@elsewhere.test, acme@relay.test", mail.headers)

    def test_mail_of_programs_is_passed_on_as_such(self):
        mail = self.receive(Auto_Submitted="auto-generated")
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)

    def test_not_where_this_odoo_does_not_receive(self):
        self.platform.receives_relay_mail = False
        with (
            self.assertRaises(ValueError),
            mute_logger("odoo.addons.mail.models.mail_thread"),
        ):
            self.receive()

    def test_nobody_is_told_nothing(self):
        """Where nobody reads it, Odoo answers as for any unknown address."""
        self.relay.reply_to = False
        self.company.email = False
        with (
            self.assertRaises(ValueError),
            mute_logger("odoo.addons.mail.models.mail_thread"),
        ):
            self.receive()

    def test_bounces_are_odoo_s_business(self):
        self.assertFalse(
            self.receive(
                From="MAILER-DAEMON@example.com",
                Auto_Submitted="auto-replied",
                Content_Type=None,
                Return_Path="<>",
            ).filtered("sender_address_id")
        )

    def test_it_waits_while_the_relay_domain_is_broken(self):
        self.relay_domain.sudo().state = "broken"
        mail = self.receive()
        mail.send()
        self.assertEqual(mail.state, "held")
        self.assertIn("relay.test", mail.failure_reason)
        self.assertEqual(mail.reply_to, '"Jane Doe" <jane@example.com>')
        self.relay_domain.sudo().state = "verified"
        self.env["mail.mail"]._cron_release()
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_from, '"Jane Doe via Acme" <acme@relay.test>')

    def test_it_waits_when_the_relay_address_is_gone(self):
        mail = self.receive()
        self.relay.unlink()
        mail.send()
        self.assertEqual(mail.state, "held")

    def test_the_sending_log_knows_it(self):
        mail = self.receive()
        [log] = self.env["mail.sender.log"].search([("mail_mail_id", "=", mail.id)])
        self.assertRecordValues(
            log,
            [
                {
                    "message_id": "<first@example.com>",
                    "sender_address_id": self.relay.id,
                    "company_id": self.company.id,
                    "reason": "relay_forward",
                    "outcome": "queued",
                    "envelope_from": "bounce@bounce.relay.test",
                }
            ],
        )

    def test_the_queue_runs_at_once(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.receive()
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_receiving_is_noticed(self):
        self.alias_domain.has_received = False
        self.create_alias("offers", alias_domain_id=self.alias_domain.id)
        self.receive(To="offers@acme.test")
        self.assertTrue(self.alias_domain.has_received)

    def test_receiving_is_known_from_earlier_mail(self):
        """Whoever installs the addon keeps the answers that find their document."""
        silent = self.env["mail.alias.domain"].create({"name": "silent.test"})
        self.create_alias("offers", alias_domain_id=self.alias_domain.id)
        self.receive(To="offers@acme.test")
        self.alias_domain.has_received = False
        post_init_hook(self.env)
        self.assertTrue(self.alias_domain.has_received)
        self.assertFalse(silent.has_received)
