# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A mass mailing reaches customers of two companies, in the name of each of them."""

from collections import Counter

from odoo.tests import tagged

from .common import SystemCase

#: More than Odoo makes at once, which are 50.
MANY = 60


@tagged("post_install", "-at_install")
class TestMailings(SystemCase):
    """Every other customer belongs to North, and the others to South."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.make_company("North Ltd", "north.test")
        cls.south = cls.make_company("South GmbH", "south.test")
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        cls.make_sender(cls.south, "south.test", "invoices@south.test")
        cls.south.sender_blocked_policy = "hold"
        cls.seller = cls.make_user("seller", cls.north, cls.south)
        cls.seller.group_ids += cls.env.ref("mass_mailing.group_mass_mailing_user")
        cls.env["mailing.mailing"].search([]).state = "done"
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "email": f"customer-{number}@{company.alias_domain_id.name}",
                    "company_id": company.id,
                }
                for number in range(MANY // 2)
                for company in (cls.north, cls.south)
            ]
        )

    def make_mailing(self, customers, **values):
        """Write a mailing to customers, as Seller."""
        return (
            self.env["mailing.mailing"]
            .with_user(self.seller)
            .create(
                {
                    "subject": "News",
                    "body_html": "<p>There is news</p>",
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "mailing_domain": f"[('id', 'in', {customers.ids})]",
                    "user_id": self.seller.id,
                    **values,
                }
            )
        )

    def run_crons(self) -> None:
        """Let the scheduler make the mails of the mailing, and send them."""
        for cron in (
            "mass_mailing.ir_cron_mass_mailing_queue",
            "mail.ir_cron_mail_scheduler_action",
        ):
            with self.enter_registry_test_mode():
                self.assertIs(self.env.ref(cron).method_direct_trigger(), True)

    def send(self, mailing) -> None:
        """Press Send."""
        mailing.action_launch()
        self.run_crons()

    def count_statuses(self, mailing) -> dict[str, int]:
        """What the statistics of a mailing say: status -> number of recipients."""
        return dict(Counter(mailing.mailing_trace_ids.mapped("trace_status")))

    def test_each_customer_hears_from_its_company(self):
        """Both send through the server of the platform, each in its own sessions."""
        mailing = self.make_mailing(self.customers)
        self.send(mailing)
        left = Counter(
            (
                mail.recipients[0].rpartition("@")[2],
                mail.mail_from,
                mail.message["From"],
            )
            for mail in self.receiver.mails
        )
        norths = ("north.test", "bounce@bounce.north.test")
        souths = ("south.test", "bounce@bounce.south.test")
        self.assertEqual(
            left,
            {
                (*norths, "North Ltd <sales@north.test>"): MANY // 2,
                (*souths, "South GmbH <invoices@south.test>"): MANY // 2,
            },
        )
        sessions = {(it.client_port, it.message["From"]) for it in self.receiver.mails}
        self.assertEqual(len(sessions), len({port for port, _from in sessions}))
        self.assertFalse(self.stray_receiver.mails)
        self.assertEqual(self.count_statuses(mailing), {"sent": MANY})

    def test_one_company_waits_and_the_other_does_not(self):
        """What was held leaves once, when the road is open again."""
        domain = self.south.sender_address_id.domain_id
        domain.sudo().state = "broken"
        mailing = self.make_mailing(self.customers)
        self.send(mailing)
        self.assertEqual(
            {mail.message["From"] for mail in self.receiver.mails},
            {"North Ltd <sales@north.test>"},
        )
        self.assertEqual(
            self.count_statuses(mailing), {"sent": MANY // 2, "outgoing": MANY // 2}
        )
        self.receiver.mails.clear()
        domain.action_check()
        self.run_crons()
        self.run_crons()
        recipients = [mail.recipients[0] for mail in self.receiver.mails]
        waited = self.customers.filtered(lambda it: it.company_id == self.south)
        self.assertEqual(sorted(recipients), sorted(waited.mapped("email")))
        self.assertEqual(self.count_statuses(mailing), {"sent": MANY})

    def test_unsubscribing_is_signed(self):
        """Gmail and Yahoo ask for that (RFC 8058 section 4)."""
        self.send(self.make_mailing(self.customers[:2]))
        for mail in self.receiver.mails:
            self.assertTrue(self.verify(mail).passes)
            tags = "".join(mail.message["DKIM-Signature"].lower().split()).split(";")
            [signed] = [tag[2:].split(":") for tag in tags if tag.startswith("h=")]
            self.assertIn("list-unsubscribe", signed)
            self.assertIn("list-unsubscribe-post", signed)

    def test_who_wants_no_mailings_gets_none(self):
        unwilling = self.customers[:2]
        for customer in unwilling:
            self.env["mail.blacklist"]._add(customer.email)
        mailing = self.make_mailing(self.customers[:4])
        self.send(mailing)
        recipients = [mail.recipients[0] for mail in self.receiver.mails]
        self.assertEqual(
            sorted(recipients), sorted(self.customers[2:4].mapped("email"))
        )
        self.assertEqual(self.count_statuses(mailing), {"sent": 2, "cancel": 2})

    def test_server_of_a_company_is_out_of_reach(self):
        """A mailing that asks for South's own server does not get it."""
        server = self.make_server(
            "south", self.stray_receiver, sequence=40, from_filter="staff.test"
        )
        server.sender_company_id = self.south
        mailing = self.make_mailing(self.customers[:2])
        mailing.sudo().mail_server_id = server
        self.send(mailing)
        self.assertFalse(self.stray_receiver.mails)
        self.assertEqual(
            sorted(mail.message["From"] for mail in self.receiver.mails),
            ["North Ltd <sales@north.test>", "South GmbH <invoices@south.test>"],
        )

    def test_from_may_be_chosen(self):
        """A sender address that is written as From is one, where it may be used."""
        self.make_address(self.north, "news@north.test")
        mailing = self.make_mailing(
            self.customers[:1], email_from="News <news@north.test>"
        )
        self.send(mailing)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "North Ltd <news@north.test>")
        self.receiver.mails.clear()
        self.send(
            self.make_mailing(self.customers[1:2], email_from="News <news@north.test>")
        )
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "South GmbH <invoices@south.test>")

    def test_contacts_of_no_company(self):
        """It is mail of the company that the responsible works in."""
        self.make_address(self.north, "news@north.test")
        contact = self.env["mailing.contact"].create(
            {"name": "Member", "email": "member@example.com"}
        )
        mailing = self.make_mailing(
            self.customers,
            email_from="News <news@north.test>",
            mailing_model_id=self.env["ir.model"]._get_id("mailing.contact"),
            mailing_domain=f"[('id', '=', {contact.id})]",
        )
        self.send(mailing)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "North Ltd <news@north.test>")
