# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail of what a company does beside selling: expenses, lunch, vouchers, live chat."""

from odoo import Command, fields

from .way_case import WayCase


class WaysOfTheOffice(WayCase):
    """Colleague works for South, and so do those who deliver to it."""

    # --------------------------------------------------------------- expenses

    def make_expense(self):
        """Let Colleague hand in an expense that Seller has to approve."""
        self.seller.group_ids += self.env.ref("hr_expense.group_hr_expense_manager")
        employee = self.env["hr.employee"].create(
            {
                "name": "Colleague",
                "company_id": self.south.id,
                "user_id": self.colleague.id,
                "expense_manager_id": self.seller.id,
            }
        )
        expense = (
            self.env["hr.expense"]
            .with_company(self.south)
            .create(
                {
                    "name": "Taxi",
                    "employee_id": employee.id,
                    "company_id": self.south.id,
                    "product_id": self.env.ref("hr_expense.expense_product_meal").id,
                    "total_amount_currency": 10.0,
                }
            )
        )
        expense.message_subscribe(self.colleague.partner_id.ids)
        return expense

    def test_expense_refusal(self):
        expense = self.make_expense()
        expense.action_submit()
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.forget_mails()
        self.as_seller(expense)._do_refuse("Walk.")
        self.assert_left()

    def test_expense_reminder(self):
        """The scheduler tells managers of expenses that wait for them."""
        self.env["hr.expense"].search([("state", "=", "submitted")]).action_reset()
        self.make_expense().action_submit()
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.forget_mails()
        self.run_cron("hr_expense.ir_cron_send_submitted_expenses_mail")
        self.assert_left()

    # ------------------------------------------------------------------ lunch

    def test_lunch_order(self):
        """The scheduler orders what colleagues want to eat."""
        baker = self.env["res.partner"].create(
            {
                "name": "Baker",
                "email": "baker@example.com",
                "company_id": self.south.id,
            }
        )
        supplier = self.env["lunch.supplier"].create(
            {
                "partner_id": baker.id,
                "send_by": "mail",
                "responsible_id": self.seller.id,
                **dict.fromkeys(
                    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), True
                ),
            }
        )
        category = self.env["lunch.product.category"].create(
            {"name": "Bread", "company_id": self.south.id}
        )
        bread = self.env["lunch.product"].create(
            {
                "name": "Roll",
                "category_id": category.id,
                "company_id": self.south.id,
                "price": 1.0,
                "supplier_id": supplier.id,
            }
        )
        local = supplier.with_context(tz=supplier.tz)
        order = self.env["lunch.order"].create(
            {
                "company_id": self.south.id,
                "date": fields.Date.context_today(local),
                "product_id": bread.id,
                "supplier_id": supplier.id,
                "user_id": self.colleague.id,
            }
        )
        order.state = "ordered"
        with self.enter_registry_test_mode():
            supplier.cron_id.method_direct_trigger()
        self.assert_left()

    # ------------------------------------------------- vouchers and badges

    def test_voucher(self):
        """A voucher for the customer is sent as soon as it is made."""
        template = self.env.ref("loyalty.mail_template_loyalty_card")
        # Printing a bar code takes a library that Odoo does not ask for.
        template.report_template_ids = False
        program = self.env["loyalty.program"].create(
            {
                "name": "Gift",
                "program_type": "coupons",
                "company_id": self.south.id,
                "currency_id": self.south.currency_id.id,
                "communication_plan_ids": [
                    Command.create(
                        {
                            "trigger": "create",
                            "mail_template_id": template.id,
                        }
                    )
                ],
            }
        )
        self.as_seller(self.env["loyalty.card"]).create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 1}
        )
        self.assert_left()

    def test_badge(self):
        badge = self.env["gamification.badge"].create(
            {"name": "Good work", "rule_auth": "everyone"}
        )
        grant = self.as_seller(self.env["gamification.badge.user"]).create(
            {"badge_id": badge.id, "user_id": self.colleague.id}
        )
        grant._send_badge()
        self.assert_left()

    # -------------------------------------------------------------- live chat

    def test_chat_transcript(self):
        channel = self.env["im_livechat.channel"].create(
            {"name": "Help", "user_ids": [Command.set(self.seller.ids)]}
        )
        chat = self.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_channel_id": channel.id,
                "livechat_operator_id": self.seller.partner_id.id,
            }
        )
        self.as_seller(chat).sudo()._email_livechat_transcript("visitor@example.com")
        self.assert_left()
