# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reminders of an addon that knows nothing of senders leave from the right one."""

from odoo import Command
from odoo.tests import tagged

from .common import SystemCase


@tagged("post_install", "-at_install")
class TestReminders(SystemCase):
    """Acme reminds its customer by the OCA's account_credit_control."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.make_sender(cls.company, "acme.test", "office@acme.test")
        cls.reminders = cls.env["mail.sender.address"].create(
            {
                "name": "Acme Reminders",
                "email": "reminders@acme.test",
                "company_id": cls.company.id,
            }
        )
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "invoice_date": "2026-01-15",
                "invoice_date_due": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        cls.invoice.action_post()
        cls.policy = cls.env.ref("account_credit_control.credit_control_3_time")
        cls.policy.company_id = cls.company
        cls.policy.level_ids.channel = "email"
        account = cls.customer.with_company(cls.company).property_account_receivable_id
        cls.policy.account_ids = account
        cls.customer.with_company(cls.company).credit_policy_id = cls.policy

    def remind(self):
        """Let the addon find overdue invoices and send its mails."""
        run = (
            self.env["credit.control.run"]
            .with_company(self.company)
            .create(
                {
                    "date": "2026-03-15",
                    "company_id": self.company.id,
                    "policy_ids": [Command.set(self.policy.ids)],
                }
            )
        )
        run.generate_credit_lines()
        self.assertTrue(run.line_ids)
        run.line_ids.state = "to_be_sent"
        wizard = self.env["credit.control.emailer"].with_company(self.company)
        wizard.create({"line_ids": [Command.set(run.line_ids.ids)]}).email_lines()
        with self.enter_registry_test_mode():
            self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()
        [mail] = self.receiver.mails
        return mail

    def test_from_the_default_sender(self):
        mail = self.remind()
        self.assertEqual(mail.message["From"], "Acme <office@acme.test>")
        self.assertEqual(mail.mail_from, "bounce@bounce.acme.test")
        self.assertTrue(self.verify(mail).passes)

    def test_from_the_address_of_a_rule_for_its_template(self):
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "template_ids": [
                    Command.set(self.policy.level_ids.email_template_id.ids)
                ],
                "sender_address_id": self.reminders.id,
            }
        )
        mail = self.remind()
        self.assertEqual(mail.message["From"], "Acme Reminders <reminders@acme.test>")
        self.assertTrue(self.verify(mail).passes)

    def test_from_the_address_of_a_rule_for_its_documents(self):
        self.env["mail.sender.rule"].create(
            {
                "company_id": self.company.id,
                "model_ids": [
                    Command.set(
                        self.env["ir.model"]._get("credit.control.communication").ids
                    )
                ],
                "sender_address_id": self.reminders.id,
            }
        )
        mail = self.remind()
        self.assertEqual(mail.message["From"], "Acme Reminders <reminders@acme.test>")
