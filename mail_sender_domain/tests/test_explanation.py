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
        cls.rule = cls.env["mail.sender.rule"].create(
            {
                "company_id": cls.company.id,
                "model_ids": [Command.set(cls.env["ir.model"]._get("res.partner").ids)],
                "sender_address_id": cls.offers.id,
            }
        )
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
                    "envelope_from": "bounce@bounce.acme.test",
                    "mode": "Own domain",
                    "server": "Platform server",
                    "reason": self.rule.name,
                    "outcome": "Accepted",
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
