# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestExplanation(MockSmtplibCase, SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.default = cls.create_default_sender()
        cls.offers = cls.env["mail.sender.address"].create(
            {
                "name": "Offers",
                "email": "offers@acme.test",
                "company_id": cls.company.id,
            }
        )
        cls.rule = cls.create_rule(cls.offers)
        cls.user = new_test_user(
            cls.env,
            "seller",
            groups="base.group_user,base.group_partner_manager",
            email="seller@acme.test",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.record = cls.env["res.partner"].create(
            {"name": "Document", "company_id": cls.company.id}
        )

    @classmethod
    def create_rule(cls, address, **vals):
        """Let mail about contacts leave from an address."""
        model = cls.env["ir.model"]._get("res.partner")
        return cls.env["mail.sender.rule"].create(
            {
                "company_id": cls.company.id,
                "model_ids": [Command.set(model.ids)],
                "sender_address_id": address.id,
                **vals,
            }
        )

    def post(self):
        """Post a message to the customer; its mail is deleted once it left."""
        record = self.as_user(self.record, self.user)
        with self.mock_smtplib_connection():
            return record.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )

    def explain(self, message, user):
        wizards = self.as_user(self.env["mail.sender.explanation"], user)
        action = wizards.action_explain(message.id)
        return wizards.browse(action.get("res_id"))

    def test_whoever_reads_the_message_reads_how_it_left(self):
        message = self.post()
        self.assertFalse(message.sudo().mail_ids)
        explanation = self.explain(message, self.user)
        self.assertRecordValues(
            explanation,
            [
                {
                    "email_from": "Offers <offers@acme.test>",
                    "reply_to": "Offers <offers@acme.test>",
                    "envelope_from": "bounce@bounce.acme.test",
                    "mode": "Own domain",
                    "server": "Platform server",
                    "verdict": "Passes at Gmail, Outlook and others.",
                    "reason": f"Rule: {self.rule.name}",
                    "skipped": "",
                    "outcome": "Accepted",
                }
            ],
        )

    def test_it_is_what_was_said_before_sending(self):
        """Also what was passed over: the same facts, in the same words."""
        self.offers.active = False
        rule = self.create_rule(self.default, sequence=20)
        composers = self.as_user(self.env["mail.compose.message"], self.user)
        composer = composers.with_context(
            default_model="res.partner", default_res_ids=self.record.ids
        ).create({"body": "Hello", "partner_ids": [Command.set(self.customer.ids)]})
        [before] = composer.sender_explanation["groups"]
        self.assertEqual(
            before["skipped"],
            [f"Rule: {self.rule.name} – offers@acme.test is archived."],
        )
        self.assertEqual(before["reason"], f"Rule: {rule.name}")
        after = self.explain(self.post(), self.user)
        names = ("email_from", "reply_to", "envelope_from", "server", "mode", "reason")
        self.assertRecordValues(
            after,
            [
                {
                    **{name: before[name] for name in names},
                    "verdict": before["verdict_text"],
                    "skipped": "\n".join(before["skipped"]),
                }
            ],
        )

    def test_nobody_else_does(self):
        message = self.post()
        stranger = new_test_user(
            self.env,
            "stranger",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        with self.assertRaises(AccessError):
            self.explain(message, stranger)

    def test_a_note_has_no_mail(self):
        message = self.as_user(self.record, self.user).message_post(body="Note")
        self.assertFalse(self.explain(message, self.user))

    # --------------------------------------------------------------------- log

    def get_log(self, message):
        return self.env["mail.sender.log"].search(
            [("message_id", "=", message.sudo().message_id)]
        )

    def test_the_log_keeps_the_facts_of_the_moment_of_sending(self):
        """What changes before counts, what changes later does not."""
        mail = self.queue()
        log = self.get_log(mail.mail_message_id)
        self.assertEqual(log.verdict, "passes")
        keys = self.offers.domain_id.sudo().key_ids
        keys.stage = "pending"
        self.assertEqual(self.offers.verdict, "unknown")
        with self.mock_smtplib_connection():
            mail.send()
        facts = {"verdict": "unknown", "server": "Platform server"}
        self.assertRecordValues(log, [facts])
        keys.stage = "active"
        self.server.name = "Another name"
        self.assertEqual(self.offers.verdict, "passes")
        self.assertRecordValues(log, [facts])

    def queue(self):
        """Post a message to the customer that waits in the queue."""
        message = self.as_user(self.record, self.user).message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
            force_send=False,
        )
        return message.sudo().mail_ids

    def test_the_log_is_searched_and_grouped_by_every_fact(self):
        """Also for mails that Odoo deleted once they had left."""
        self.offers.active = False
        message = self.post()
        self.assertFalse(message.sudo().mail_ids)
        log = self.get_log(message)
        logs = self.as_user(log, self.create_manager("mira", self.company))
        facts = {
            "email_from": '"Acme" <invoices@acme.test>',
            "reply_to": '"Acme" <invoices@acme.test>',
            "envelope_from": "bounce@bounce.acme.test",
            "server": "Platform server",
            "verdict": "passes",
            "skipped_rule_id": self.rule,
            "sender_address_id": self.default,
            "reason": "company_default",
            "outcome": "accepted",
        }
        for name, value in facts.items():
            with self.subTest(name):
                wanted = value if isinstance(value, str) else value.id
                domain = [("id", "in", log.ids), (name, "=", wanted)]
                self.assertEqual(logs.search(domain), log)
                self.assertEqual(
                    logs._read_group(domain, [name], ["__count"]), [(value, 1)]
                )

    def test_rules_that_were_passed_over_cost_no_query_a_mail(self):
        self.offers.active = False
        records = self.env["res.partner"].create(
            [{"name": "Document", "company_id": self.company.id}] * 50
        )
        mails = self.env["mail.mail"].create(
            [
                {"model": "res.partner", "res_id": id_, "email_to": "you@example.com"}
                for id_ in records.ids
            ]
        )
        logs = self.env["mail.sender.log"].search([("mail_mail_id", "in", mails.ids)])
        self.assertEqual(set(logs.mapped("skipped_rule_id.id")), {self.rule.id})
        logs.unlink()
        counts = []
        for part in mails[:1], mails[1:2], mails[2:]:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            part._log_senders()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        # The first one fills the caches.
        self.assertEqual(counts[2], counts[1])

    def test_the_log_outlives_rules(self):
        self.offers.active = False
        mail = self.queue()
        log = self.get_log(mail.mail_message_id)
        self.assertEqual(log.skipped_rule_id, self.rule)
        self.rule.unlink()
        mail._log_senders()
        self.assertFalse(log.skipped_rule_id)
        self.assertEqual(log.skipped_text, "Rule – offers@acme.test is archived.")

    def test_the_log_names_the_document(self):
        log = self.get_log(self.post())
        self.assertEqual(log.document, "Document")
        self.assertEqual(log.action_open_document()["res_id"], self.record.id)

    def test_the_log_names_no_document_that_one_may_not_read(self):
        group = "mail_sender_domain.group_sender_manager"
        manager = new_test_user(
            self.env,
            "manager",
            groups=group,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        log = self.as_user(self.get_log(self.post()), manager)
        self.record.company_id = self.other_company
        log.invalidate_recordset()
        self.assertEqual(log.document, "Contact")
        with self.assertRaises(AccessError):
            log.action_open_document()

    def test_the_log_outlives_documents(self):
        log = self.get_log(self.post())
        self.record.unlink()
        self.assertEqual(log.document, "Contact")
        with self.assertRaisesRegex(UserError, "it was deleted"):
            log.action_open_document()
        for model in "no.such.model", False:
            log.model = model
            self.assertEqual(log.document, model)

    def test_the_queue_opens_the_same(self):
        record = self.as_user(self.record, self.user)
        message = record.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
            mail_auto_delete=False,
        )
        mail = message.sudo().mail_ids
        action = mail.action_explain_sender()
        explanation = self.env["mail.sender.explanation"].browse(action["res_id"])
        self.assertEqual(explanation.email_from, "Offers <offers@acme.test>")
        with self.assertRaises(AccessError):
            self.as_user(mail, self.user).action_explain_sender()
