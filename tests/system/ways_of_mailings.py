# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mass mailings: somebody presses Send, the scheduler sends."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from .way_case import WayCase


class WaysOfMailings(WayCase):
    """Seller is responsible for the mailings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.group_ids += cls.env.ref("mass_mailing.group_mass_mailing_user")
        # Those of demo data are due as well.
        cls.env["mailing.mailing"].search([]).write(
            {"state": "done", "kpi_mail_required": False}
        )

    def make_mailing(self, **values):
        """Write a mailing as Seller, and save it."""
        mailing = self.as_seller(self.env["mailing.mailing"]).create(
            {
                "subject": "News",
                "body_html": "<p>There is news</p>",
                "user_id": self.seller.id,
                **values,
            }
        )
        # Where answers go follows from who saves it.
        mailing.flush_recordset()
        return mailing

    def make_list_mailing(self, **values):
        """Write a mailing to contacts who belong to no company."""
        contacts = [
            {"name": "Member", "email": "member@example.com"},
            {"name": "Nobody", "email": "nobody@example.com"},
        ]
        mailing_list = self.env["mailing.list"].create(
            {"name": "News", "contact_ids": [Command.create(vals) for vals in contacts]}
        )
        self.env["mail.blacklist"].sudo()._add("nobody@example.com")
        return self.make_mailing(
            mailing_model_id=self.env["ir.model"]._get_id("mailing.list"),
            contact_list_ids=[Command.set(mailing_list.ids)],
            **values,
        )

    def send_mailing(self, mailing) -> None:
        """Press Send."""
        mailing.action_launch()
        self.run_cron("mass_mailing.ir_cron_mass_mailing_queue")

    def test_mailing_to_documents(self):
        orders = self.order | self.make_order()
        mailing = self.make_mailing(
            mailing_model_id=self.env["ir.model"]._get_id("sale.order"),
            mailing_domain=f"[('id', 'in', {orders.ids})]",
        )
        self.send_mailing(mailing)
        self.assert_left()

    def test_mailing_to_list(self):
        """Whoever wants no mailings is left out."""
        self.send_mailing(self.make_list_mailing())
        self.assert_left()

    def test_mailing_by_server(self):
        """Mailings may have a server of their own."""
        receiver = self.add_receiver("mailings")
        server = self.make_server(
            "mailings", receiver, sequence=40, from_filter="staff.test"
        )
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mass_mailing.outgoing_mail_server", "True")
        parameters.set_param("mass_mailing.mail_server_id", server.id)
        self.send_mailing(self.make_list_mailing())
        self.assert_left()

    def test_mailing_sample(self):
        """Seller has a look at it first."""
        mailing = self.make_list_mailing()
        wizard = self.as_seller(self.env["mailing.mailing.test"])
        wizard.create({"mass_mailing_id": mailing.id}).send_mail_test()
        self.assert_left()

    def test_mailing_statistics(self):
        """A day later, whoever is responsible learns how it went."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mass_mailing.mass_mailing_reports", "True")
        mailing = self.make_list_mailing()
        self.send_mailing(mailing)
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        self.forget_mails()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.run_cron("mass_mailing.ir_cron_mass_mailing_queue")
        self.assert_left()
