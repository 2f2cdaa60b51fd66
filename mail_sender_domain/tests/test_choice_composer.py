# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.base.tests.common import MockSmtplibCase

from .choice_case import ChoiceCase


@tagged("post_install", "-at_install")
class TestChoiceInComposer(MockSmtplibCase, ChoiceCase):
    def open_form(self, **context):
        """Open the composer as people see it."""
        composers = self.as_user(self.env["mail.compose.message"], self.ada)
        return Form(
            composers.with_context(
                default_composition_mode="comment",
                default_model="res.partner",
                default_res_ids=self.document.ids,
                default_partner_ids=self.customer.ids,
                **context,
            )
        )

    # ------------------------------------------------------------- explanation

    def test_the_default_is_shown_and_why(self):
        explanation = self.compose().sender_explanation
        self.assertEqual(explanation["default"], "Acme <invoices@acme.test>")
        self.assertEqual(
            explanation["choices"],
            [{"id": self.orders.id, "label": "Acme Orders <orders@acme.test>"}],
        )
        [group] = explanation["groups"]
        self.assertEqual(
            group,
            {
                "address_id": self.default.id,
                "wanted_id": False,
                "email_from": "Acme <invoices@acme.test>",
                "reply_to": "Acme <invoices@acme.test>",
                "envelope_from": "bounce@bounce.acme.test",
                "server": "Platform server",
                "mode": "Own domain",
                "reason": "Default sender of the company",
                "skipped": [],
                "verdict": "passes",
                "verdict_text": "Passes at Gmail, Outlook and others.",
                "held": "",
                "count": 1,
            },
        )

    def test_the_choice_is_explained(self):
        [group] = self.compose(sender_choice_id=self.orders.id).sender_explanation[
            "groups"
        ]
        self.assertEqual(group["email_from"], "Acme Orders <orders@acme.test>")
        self.assertEqual(group["reason"], "Chosen by the user")

    def test_what_is_explained_is_what_is_sent(self):
        colleague = self.bob.partner_id
        template = self.create_template()
        self.company.sender_system_id = self.create_address("system@acme.test")
        rule = self.create_rule(self.orders, template_ids=template.ids)
        cases = {
            "customer": {},
            "colleague": {"partner_ids": [Command.set(colleague.ids)]},
            "customer and colleague": {
                "partner_ids": [Command.set((colleague | self.customer).ids)]
            },
            "template": {"template_id": template.id},
            "reply address": {"reply_to": "answers@acme.test"},
            "chosen": {"sender_choice_id": self.orders.id},
        }
        for name, vals in cases.items():
            with self.subTest(name):
                composer = self.compose(**vals)
                [group] = composer.sender_explanation["groups"]
                mails = self.send(composer)
                self.assert_explained(mails, group)
        self.assertEqual(rule.sender_address_id, self.orders)

    def test_rules_that_were_passed_over_are_named(self):
        partner_model = self.env["ir.model"]._get_id("res.partner")
        rules = [
            self.create_rule(
                self.archived, model_ids=[Command.set([partner_model])], **vals
            )
            for vals in ({}, {"filter_domain": "[('name', '=', 'Document')]"})
        ]
        [group] = self.compose().sender_explanation["groups"]
        self.assertEqual(
            group["skipped"],
            [f"Rule: {rule.name} – old@acme.test is archived." for rule in rules],
        )

    def test_mail_that_would_wait_is_announced(self):
        self.company.sender_blocked_policy = "hold"
        self.default.domain_id.sudo().state = "broken"
        self.assertIn(
            "acme.test", self.compose().sender_explanation["groups"][0]["held"]
        )

    def test_nothing_is_shown_where_nothing_is_configured(self):
        self.company.sender_address_id = False
        self.assertIs(self.compose().sender_explanation, False)

    def test_nothing_is_shown_for_an_internal_note(self):
        note = self.env.ref("mail.mt_note")
        self.assertIs(self.compose(subtype_id=note.id).sender_explanation, False)

    def test_where_users_may_not_choose_there_is_no_selector(self):
        self.company.sender_choosing = "no"
        explanation = self.compose().sender_explanation
        self.assertEqual(explanation["choices"], [])
        self.assertEqual(explanation["default"], "Acme <invoices@acme.test>")

    def test_an_address_that_cannot_send_now_is_not_offered(self):
        shop = self.create_verified_domain("shop.test")
        self.create_address("shop@shop.test")
        self.assertEqual(len(self.compose().sender_explanation["choices"]), 2)
        shop.sudo().state = "broken"
        self.assertEqual(len(self.compose().sender_explanation["choices"]), 1)

    def test_own_addresses_are_offered_to_their_users(self):
        own = self.create_address("ada@acme.test", user_id=self.ada.id)
        choices = {
            user: [
                choice["id"]
                for choice in self.compose(user=user).sender_explanation["choices"]
            ]
            for user in self.ada | self.bob
        }
        self.assertEqual(
            choices,
            {
                self.ada: [own.id, self.orders.id],
                self.bob: [self.board.id, self.orders.id],
            },
        )

    # ------------------------------------------------------------------ choice

    def test_the_choice_leaves(self):
        mails = self.send(self.compose(sender_choice_id=self.orders.id))
        self.assert_leaves(mails, self.orders, "explicit")
        self.assertRecordValues(
            mails,
            [
                {
                    "email_from": '"Acme Orders" <orders@acme.test>',
                    "author_id": self.ada.partner_id.id,
                    "sender_user_id": self.ada.id,
                }
            ],
        )

    def test_the_choice_survives_another_template(self):
        with self.open_form() as form:
            form.sender_choice_id = self.orders
            form.template_id = self.create_template(email_from="post@acme.test")
        self.assertEqual(form.record.sender_choice_id, self.orders)
        self.assert_leaves(self.send(form.record), self.orders, "explicit")

    def test_the_choice_survives_a_failure(self):
        """The mail that failed leaves at the next try, once, from the same sender."""
        mail = self.send(self.compose(sender_choice_id=self.orders.id))
        refusal = MailDeliveryException("550 5.7.1 Not today")
        servers = self.env.registry["ir.mail_server"]
        with (
            self.mock_smtplib_connection(),
            patch.object(servers, "send_email", side_effect=refusal),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            mail.send()
        self.assertFalse(self.emails)
        self.assertEqual(mail.state, "exception")
        mail.action_retry()
        with self.mock_smtplib_connection():
            mail.send()
            mail.send()
        [email] = self.emails
        self.assertEqual(email["msg_from"], "Acme Orders <orders@acme.test>")
        self.assertEqual(email["smtp_from"], "bounce@bounce.acme.test")
        self.assertEqual(mail.state, "sent")
        self.assert_leaves(mail, self.orders, "explicit")

    def test_who_sends_it_again_need_not_be_allowed_to_choose(self):
        mail = self.send(self.compose(sender_choice_id=self.board.id, user=self.bob))
        message = self.as_user(mail.mail_message_id, self.ada)
        more = self.env["res.partner"].create(
            {"name": "More", "email": "more@example.com"}
        )
        document = self.as_user(self.document, self.ada)
        message.sudo().partner_ids += more
        document._notify_thread(message, msg_vals=False, skip_existing=True)
        self.assert_leaves(message.sudo().mail_ids - mail, self.board, "explicit")

    def test_in_mass_mode(self):
        composer = self.compose(
            self.document | self.create_document(name="Other document"),
            mode="mass_mail",
            subject="About {{ object.name }}",
            sender_choice_id=self.orders.id,
        )
        mails = self.send(composer)
        self.assertEqual(len(mails), 2)
        self.assert_leaves(mails, self.orders, "explicit")

    def test_several_documents_in_comment_mode(self):
        documents = self.document | self.create_document()
        documents.message_subscribe(self.customer.ids)
        mails = self.send(self.compose(documents, sender_choice_id=self.orders.id))
        self.assertEqual(len(mails), 2)
        self.assert_leaves(mails, self.orders, "explicit")

    def test_documents_without_a_chatter(self):
        country = self.env.ref("base.be")
        composer = self.compose(country, sender_choice_id=self.orders.id)
        [group] = composer.sender_explanation["groups"]
        mails = self.send(composer)
        self.assert_leaves(mails, self.orders, "explicit")
        self.assert_explained(mails, group)

    def test_a_from_typed_in_mass_mode_is_a_choice(self):
        cases = (
            ("orders@acme.test", self.orders, "explicit"),
            ("Somebody <ORDERS@acme.test>", self.orders, "explicit"),
            ("board@acme.test", self.default, "company_default"),
            ("old@acme.test", self.default, "company_default"),
            ("invoices@other.test", self.default, "company_default"),
            ("nobody@elsewhere.test", self.default, "company_default"),
        )
        for email, address, reason in cases:
            with self.subTest(email):
                composer = self.compose(mode="mass_mail", email_from=email)
                self.assert_leaves(self.send(composer), address, reason)

    def test_a_from_that_odoo_proposes_is_no_choice(self):
        self.ada.email = "orders@acme.test"
        composer = self.compose(mode="mass_mail")
        self.assert_leaves(self.send(composer), self.default, "company_default")

    # ------------------------------------------------------------------- later

    def schedule(self, **vals):
        composer = self.compose(
            scheduled_date=fields.Datetime.now() + timedelta(hours=1), **vals
        )
        return composer._action_schedule_message()

    def post_scheduled(self, message):
        """Let the scheduler post a message whose time has come."""
        self.env.cr.execute(
            "UPDATE mail_scheduled_message SET scheduled_date = now() at time zone "
            "'utc' - interval '1 hour' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        self.run_cron("mail.ir_cron_post_scheduled_message")
        self.assertFalse(message.exists())
        return self.document.message_ids[0].mail_ids

    def test_a_scheduled_message_keeps_the_choice(self):
        message = self.schedule(sender_choice_id=self.orders.id)
        self.assertEqual(message.sender_choice_id, self.orders)
        [group] = message.sender_explanation["groups"]
        self.assertEqual(group["email_from"], "Acme Orders <orders@acme.test>")
        mails = self.post_scheduled(message)
        self.assert_leaves(mails, self.orders, "explicit")
        self.assertEqual(mails.sender_user_id, self.ada)

    def test_the_sender_of_a_scheduled_message_can_be_changed(self):
        message = self.schedule()
        with Form(self.as_user(message, self.ada)) as form:
            form.sender_choice_id = self.orders
        self.assert_leaves(self.post_scheduled(message), self.orders, "explicit")

    def test_a_scheduled_message_remembers_its_template(self):
        template = self.create_template()
        self.create_rule(self.orders, template_ids=template.ids)
        message = self.schedule(template_id=template.id)
        self.assertEqual(
            message.sender_explanation["groups"][0]["address_id"], self.orders.id
        )
        self.assert_leaves(self.post_scheduled(message), self.orders, "rule")

    def test_what_was_deleted_meanwhile_stops_no_scheduled_message(self):
        template = self.create_template()
        message = self.schedule(
            template_id=template.id, sender_choice_id=self.orders.id
        )
        template.unlink()
        self.orders.unlink()
        self.assertFalse(message.sender_choice_id)
        mails = self.post_scheduled(message)
        self.assert_leaves(mails, self.default, "company_default")

    def test_a_notification_for_later_keeps_the_choice(self):
        document = self.as_user(self.document, self.ada)
        message = document.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
            sender_choice_id=self.orders.id,
            scheduled_date=fields.Datetime.now() + timedelta(hours=1),
        )
        self.assertFalse(message.sudo().mail_ids)
        schedules = self.env["mail.message.schedule"]
        schedule = schedules.search([("mail_message_id", "=", message.id)])
        schedule.scheduled_datetime = fields.Datetime.now() - timedelta(hours=1)
        self.run_cron("mail.ir_cron_send_scheduled_message")
        self.assert_leaves(message.sudo().mail_ids, self.orders, "explicit")

    # ---------------------------------------------------------------- template

    def test_the_template_decides_on_every_way(self):
        template = self.create_template(
            email_from="orders@acme.test", auto_delete=False, use_default_to=True
        )
        document = self.as_user(self.document, self.ada)

        def track(records, changes):
            return {"name": (template, {})}

        def change_stage():
            with patch.object(type(document), "_track_template", track):
                document._message_track_post_template({"name"})

        ways = {
            "composer": lambda: self.compose(
                template_id=template.id
            ).action_send_mail(),
            "mass mode": lambda: self.compose(
                mode="mass_mail", template_id=template.id
            ).action_send_mail(),
            "post": lambda: document.message_post_with_source(template),
            "mail": lambda: document.message_mail_with_source(template),
            "stage": change_stage,
            "template": lambda: self.as_user(template, self.ada).send_mail(document.id),
        }
        for name, way in ways.items():
            with self.subTest(name):
                known = self.env["mail.mail"].search([])
                way()
                mails = self.env["mail.mail"].search([]) - known
                self.assert_leaves(mails, self.orders, "template_from")
                self.assertEqual(mails.sender_template_id, template)

    # ------------------------------------------------------------ many at once

    def test_many_documents_are_explained_for_the_queries_of_one(self):
        template = self.create_template()
        rule = self.create_rule(
            self.orders,
            model_ids=[Command.set([self.env["ir.model"]._get_id("res.partner")])],
            filter_domain="[('name', '=', 'Special')]",
        )
        partners = self.env["res.partner"].create(
            [
                {"name": name, "company_id": self.company.id}
                for name in ("Special", "Usual", "Usual") * 1000
            ]
        )
        counts = []
        for documents in (partners[:3], partners[:3], partners):
            composer = self.compose(
                documents, mode="mass_mail", template_id=template.id
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            explanation = composer.sender_explanation
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(
            [(group["count"], group["address_id"]) for group in explanation["groups"]],
            [(2000, self.default.id), (1000, self.orders.id)],
        )
        self.assertEqual(
            explanation["groups"][1]["title"],
            "1000 from Acme Orders <orders@acme.test>",
        )
        self.assertEqual(explanation["groups"][1]["reason"], f"Rule: {rule.name}")
        self.assertEqual(explanation["default"], "As the rules say")
        # The first one fills the caches.
        self.assertEqual(counts[2], counts[1])
