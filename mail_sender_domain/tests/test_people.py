# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail that OdooBot, who works for Acme, makes for people of the other company."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestPeople(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_default_sender()
        cls.create_default_sender("sales@other.test", cls.other_company)
        cls.worker = cls.create_worker("worker", cls.other_company)
        cls.colleague = cls.create_worker("colleague", cls.other_company)
        cls.stranger = cls.create_worker("stranger", cls.company)

    @classmethod
    def create_worker(cls, login, company):
        return new_test_user(
            cls.env,
            login,
            email=f"{login}@staff.test",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def assert_company(self, company, **vals):
        mail = self.env["mail.mail"].create({"email_to": "c@example.com", **vals})
        self.assertEqual(mail.record_company_id, company)

    def test_about_nothing_is_mail_of_odoobots_company(self):
        self.assert_company(self.company)

    def test_of_the_author(self):
        self.assert_company(self.other_company, author_id=self.worker.partner_id.id)

    def test_not_of_an_author_who_is_no_colleague(self):
        self.assert_company(self.company, author_id=self.customer.id)

    def test_of_the_colleagues_who_receive_it(self):
        partner = self.colleague.partner_id
        self.assert_company(self.other_company, email_to=self.worker.email_formatted)
        self.assert_company(
            self.other_company,
            email_to=self.worker.email,
            recipient_ids=[Command.link(partner.id)],
        )

    def test_not_of_one_company_when_colleagues_are_of_two(self):
        self.assert_company(
            self.company, email_to=f"{self.worker.email}, {self.stranger.email}"
        )

    def test_not_of_colleagues_when_a_customer_receives_it_too(self):
        self.assert_company(
            self.company,
            email_to=self.worker.email,
            recipient_ids=[Command.link(self.customer.id)],
        )

    def test_a_document_knows_better(self):
        document = self.env["res.partner"].create(
            {"name": "A document", "company_id": self.company.id}
        )
        self.assert_company(
            self.company,
            author_id=self.worker.partner_id.id,
            model=document._name,
            res_id=document.id,
        )

    def test_whoever_names_a_company_knows_better(self):
        third = self.env["res.company"].create({"name": "Third"})
        self.create_default_sender("office@third.test", third)
        values = {"author_id": self.worker.partner_id.id}
        mails = self.env["mail.mail"]
        for mail in (
            mails.with_company(third).create(values),
            mails.create({**values, "record_company_id": third.id}),
        ):
            self.assertEqual(mail.record_company_id, third)

    def test_a_person_works_for_the_current_company(self):
        """Whoever else is named as the author."""
        mails = self.as_user(self.env["mail.mail"], self.stranger).sudo()
        mail = mails.create({"author_id": self.worker.partner_id.id})
        self.assertEqual(mail.record_company_id, self.company)

    def test_a_message_is_of_its_author(self):
        thread = self.env["mail.thread"]
        message = thread.message_notify(
            author_id=self.worker.partner_id.id,
            body="Hello",
            partner_ids=self.customer.ids,
            force_send=False,
            mail_auto_delete=False,
        )
        self.assertEqual(message.mail_ids.record_company_id, self.other_company)

    def test_many_cost_as_much_as_one(self):
        """More recipients are no more queries."""
        workers = [
            self.create_worker(f"worker-{number}", self.other_company)
            for number in range(20)
        ]
        vals_list = [{"email_to": worker.email} for worker in workers]
        mails = self.env["mail.mail"]
        mails._get_companies_of_people(vals_list)
        costs = []
        for count in (1, 20):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            companies = mails._get_companies_of_people(vals_list[:count])
            costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(companies, [self.other_company] * count)
        self.assertEqual(costs[0], costs[1])
