# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .screen import DESKTOP, PHONE, Screen, ScreenCase
from .test_confirmation import ConfirmationCommon

ADDRESSES = "/odoo/sender-addresses"
SETTINGS = "/odoo/mail-senders"
INVOICES = "/odoo/action-account.action_move_out_invoice_type"

#: The mark, once the page below it is complete.
ROW_MARK = "body:has(.o_data_row, .o_kanban_record) .o_mail_sender_mark"
POINT = ".o_mail_sender_open_point"
SEND = "button[name=action_invoice_sent]"
QUESTION = ".modal .o_mail_sender_question"
ROW = ".o_data_row, .o_kanban_record"
PAGE = ".ms-page"


@tagged("post_install", "-at_install")
class TestConfirmationScreens(ScreenCase, ConfirmationCommon):
    """A manager of Acme, whose default sender is boss@acme.test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address.email = "boss@acme.test"

    def choose_default(self):
        """Confirm the address and make it the default sender: a mode is chosen."""
        self.address.sudo().confirmed_email = "boss@acme.test"
        self.address.action_set_default()

    def confirm_last(self):
        """Let somebody open the link that was mailed last."""
        self.env["mail.sender.confirmation"].search([], limit=1)._confirm()

    # ---------------------------------------------------------- what people do

    @mute_logger("odoo.http")  # the refusal is part of the tour
    def test_the_mark_in_the_top_bar(self):
        tour = "mail_sender_domain.company_email_is_confirmed"
        self.start_tour(ADDRESSES, tour, login="mira")
        self.choose_default()
        self.company.email = False
        for device in (DESKTOP, PHONE):
            with self.subTest(device.name):
                self.use(device)
                self.company.email = False
                self.env["mail.sender.confirmation"].search([]).unlink()
                self.start_tour(
                    ADDRESSES, "mail_sender_domain.company_email_is_asked", login="mira"
                )
                self.assertEqual(self.company.email, "info@acme.test")
        self.confirm_last()
        self.start_tour(ADDRESSES, tour, login="mira")

    def test_the_settings_show_the_e_mail_of_the_company(self):
        self.choose_default()
        tour = "mail_sender_domain.company_email_in_the_settings"
        self.start_tour(SETTINGS, tour, login="mira")
        self.confirm_last()
        tour = "mail_sender_domain.company_email_is_changed"
        self.start_tour(SETTINGS, tour, login="mira")
        self.assertEqual(self.company.email, "post@acme.test")
        # It is proven anew; until then notices go nowhere.
        self.assertFalse(self.company.sudo()._get_sender_notice_email())

    def test_who_cannot_act_sees_no_mark(self):
        self.choose_default()
        new_test_user(
            self.env,
            "ada",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.start_tour(
            "/odoo", "mail_sender_domain.company_email_is_confirmed", login="ada"
        )

    def test_asked_where_mail_is_sent(self):
        self.choose_default()
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "mail_sender_domain.company_email_where_mail_is_sent",
            login="mira",
        )
        self.assertEqual(self.company.sender_asked_email, "info@acme.test")

    def test_asked_where_an_invoice_is_sent(self):
        self.choose_default()
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        invoice = self.create_invoice()
        self.start_tour(
            f"/odoo/account.move/{invoice.id}",
            "mail_sender_domain.company_email_is_put_off",
            login="mira",
        )
        self.assertTrue(invoice.is_move_sent)
        self.assertFalse(self.company.sender_asked_email)

    def test_asked_where_several_invoices_are_sent(self):
        self.choose_default()
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        invoices = self.create_invoice() | self.create_invoice()
        self.start_tour(
            INVOICES, "mail_sender_domain.company_email_in_the_batch", login="mira"
        )
        self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        self.assertEqual(invoices.mapped("is_move_sent"), [True, True])
        self.assertFalse(self.company.sender_asked_email)

    def create_invoice(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def test_an_address_is_validated(self):
        tour = "mail_sender_domain.address_is_validated"
        self.start_tour(ADDRESSES, tour, login="mira")
        self.confirm_last()
        self.start_tour(ADDRESSES, "mail_sender_domain.address_is_right", login="mira")

    # --------------------------------------------------------- what people see

    def check_pages_behind_links(self, suffix=""):
        """Look at each page that a mailed link can lead to."""
        with self.open_browser("mira") as browser:
            for device in DESKTOP, PHONE:
                pages = self.get_pages_behind_links(suffix)
                self.check_in_browser(browser, device, pages)

    def get_pages_behind_links(self, suffix):
        """Each page, at the time when a link leads to it."""
        self.env["mail.sender.confirmation"].search([]).unlink()
        mail = self.ask()
        confirm = self.get_link(mail, "confirm").removeprefix(self.base_url())
        withdraw = self.get_link(mail, "withdraw").removeprefix(self.base_url())
        yield Screen(confirm, PAGE, f"link-confirm{suffix}")
        yield Screen(withdraw, PAGE, f"link-withdraw{suffix}")
        yield Screen("/mail-sender/confirm/nonsense", PAGE, f"link-invalid{suffix}")
        confirmation = self.env["mail.sender.confirmation"].search([])
        confirmation.expiry_date = fields.Datetime.now() - timedelta(days=1)
        self.cr.flush()
        yield Screen(confirm, PAGE, f"link-expired{suffix}")
        confirmation.expiry_date = fields.Datetime.now() + timedelta(days=1)
        confirmation._confirm()
        self.cr.flush()
        yield Screen(confirm, PAGE, f"link-confirmed{suffix}")

    def test_pages_behind_links(self):
        self.check_pages_behind_links()

    def test_pages_behind_links_in_the_dark(self):
        with self.dark_device():
            self.check_pages_behind_links("-dark")

    def test_long_names_keep_the_layout(self):
        self.company.name = "Acme" * 100
        self.address.email = f"{'i' * 64}@acme.test"
        confirm = self.get_link(self.ask(), "confirm").removeprefix(self.base_url())
        self.check_screens("mira", [Screen(confirm, PAGE)])

    def check_addresses_and_mark(self, suffix=""):
        """Look at addresses below the mark, and at what the mark opens."""
        self.choose_default()
        self.env["mail.sender.address"].create(
            [
                {"name": "Acme", "email": email, "company_id": self.company.id}
                for email in ("sales@acme.test", "info@unknown.test")
            ]
        )
        asked = "#mail_sender_company_email"
        self.check_screens(
            "mira",
            [
                Screen(ADDRESSES, ROW, f"addresses-validate{suffix}"),
                Screen(ADDRESSES, POINT, f"mark-open{suffix}", clicks=(ROW_MARK,)),
                Screen(ADDRESSES, asked, f"mark-ask{suffix}", clicks=(ROW_MARK, POINT)),
            ],
        )

    def test_addresses_and_mark(self):
        self.check_addresses_and_mark()

    def test_addresses_and_mark_in_the_dark(self):
        with self.dark_colours():
            self.check_addresses_and_mark("-dark")

    def test_question_where_an_invoice_is_sent(self):
        self.choose_default()
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        path = f"/odoo/account.move/{self.create_invoice().id}"
        # The rest of the screen is Odoo's own.
        screen = Screen(path, QUESTION, "question", clicks=(SEND,), part=QUESTION)
        self.check_screens("mira", [screen])
