# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
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
                    "email_from": '"Offers" <offers@acme.test>',
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
