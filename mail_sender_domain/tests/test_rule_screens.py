# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rules, what they decide and what became of it, as people see it."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.base.tests.common import MockSmtplibCase

from .choice_case import InvoiceCase
from .screen import DESKTOP, PHONE, Screen, ScreenCase

RULES = "/odoo/sender-rules"
FINDINGS = "/odoo/sender-findings"
LOG = "/odoo/sending-log"

EMPTY = ".o_view_nocontent_smiling_face"
ROW = ".o_data_row, .o_kanban_record"
FORM = ".o_form_view"

#: Odoo knows a phone by this: it changes what a message offers, and where.
PHONE_AGENT = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile"


@tagged("post_install", "-at_install")
class TestRulesOnScreen(MockSmtplibCase, InvoiceCase, ScreenCase):
    """Mira manages the senders of Acme."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira = cls.create_user(
            "mira",
            "mail_sender_domain.group_sender_manager,account.group_account_invoice",
        )
        cls.adam = cls.create_user("adam", "base.group_system")
        cls.invoices = cls.env["ir.model"]._get("account.move")
        cls.template = cls.env.ref("account.email_template_edi_invoice")

    def create_rules(self):
        """One of each kind, one with a filter, and one without effect."""
        partners = self.env["ir.model"]._get("res.partner")
        offers = self.create_template(name="Offer")
        return [
            self.create_rule(self.orders, template_ids=[Command.set(offers.ids)]),
            self.create_rule(
                self.orders,
                model_ids=[Command.set(self.invoices.ids)],
                filter_domain="[('amount_total', '>=', 10000)]",
                sequence=1,
            ),
            self.create_rule(
                self.create_address("post@unproven.test"),
                model_ids=[Command.set(partners.ids)],
                sequence=2,
            ),
            self.create_rule(
                self.board, user_ids=[Command.set(self.bob.ids)], sequence=1
            ),
        ]

    def create_findings(self):
        """What there is to look at beside a rule without effect."""
        leaver = self.create_user("leaver", "base.group_user")
        self.create_address("leaver@acme.test", user_id=leaver.id)
        leaver.active = False
        self.create_template(name="Reminder", email_from="Old <old@elsewhere.test>")

    def post_messages(self):
        """Two messages that left, one of them from the sender that Ada chose."""
        with self.mock_smtplib_connection():
            self.send(self.compose(body="<p>By default</p>", auto_delete=True))
            self.send(
                self.compose(
                    body="<p>From the orders</p>",
                    sender_choice_id=self.orders.id,
                    auto_delete=True,
                )
            )

    def fill_log(self):
        """Lines of mails that left, wait, failed and are in the queue."""
        self.post_messages()
        self.open_send().action_send_and_print()
        logs = self.env["mail.sender.log"].search([])
        logs.copy({"outcome": "refused", "failure_text": "550 5.1.1 User unknown"})
        logs[0].copy({"outcome": "held"})

    # ---------------------------------------------------------- what people do

    def do(self, tour, login="mira", path="/odoo", device=DESKTOP):
        self.use(device)
        self.start_tour(path, f"mail_sender_domain.{tour}", login=login)

    def get_rules(self, **conditions):
        return self.env["mail.sender.rule"].search(
            [(name, "in", records.ids) for name, records in conditions.items()]
        )

    def test_a_manager_makes_rules_and_tries_them(self):
        shop = self.create_address("shop@acme.test", name="Acme Shop")
        self.do("make_rules")
        rules = self.get_rules(model_ids=self.env["ir.model"]._get("res.partner"))
        self.assertEqual(
            [rule.sender_address_id for rule in rules], [shop, self.orders]
        )

    def test_a_template_of_the_report_gets_a_rule(self):
        self.create_rules()
        self.create_findings()
        self.do("mend_findings")
        template = self.env["mail.template"].search([("name", "=", "Reminder")])
        rule = self.get_rules(template_ids=template)
        self.assertEqual(rule.sender_address_id, self.orders)

    def test_the_log_is_searched_and_grouped(self):
        self.post_messages()
        self.do("read_log")

    def test_a_message_tells_how_it_left(self):
        self.post_messages()
        path = f"/odoo/res.partner/{self.document.id}"
        for device in DESKTOP, PHONE:
            self.do("explain_message", "ada", path, device)

    def test_the_queue_tells_how_its_mails_leave(self):
        mail = self.send(self.compose(sender_choice_id=self.orders.id))
        self.do("explain_queue", "adam", f"/odoo/mail.mail/{mail.id}")

    def test_preferences_are_a_rule(self):
        # Where employees are kept, the form insists on a time zone.
        self.ada.tz = "Europe/Brussels"
        self.do("prefer_sender", "ada")
        rule = self.get_rules(user_ids=self.ada)
        self.assertEqual(rule.sender_address_id, self.orders)

    def test_the_sender_of_a_template_is_a_rule(self):
        template = self.create_template()
        self.do("template_sender", "adam", f"/odoo/mail.template/{template.id}")
        rule = self.get_rules(template_ids=template)
        self.assertEqual(rule.sender_address_id, self.orders)

    def test_the_company_names_its_default_sender(self):
        self.do("company_sender", "adam", f"/odoo/res.company/{self.company.id}")
        self.assertEqual(self.company.sender_address_id, self.orders)

    def test_who_may_choose_an_address_is_set_on_its_page(self):
        self.do("let_choose")
        self.assertEqual(self.orders.picker_user_ids, self.bob)

    # --------------------------------------------------------- what people see

    def test_empty_screens_say_what_to_do(self):
        self.env["mail.sender.rule"].search([]).unlink()
        self.board.unlink()
        self.check_screens(
            "mira",
            [
                Screen(RULES, EMPTY, "rules-empty"),
                Screen(FINDINGS, EMPTY, "findings-empty"),
                Screen(LOG, EMPTY, "log-empty"),
            ],
        )

    def test_screens(self):
        rules = self.create_rules()
        self.create_findings()
        self.fill_log()
        log = self.env["mail.sender.log"].search([("reason", "=", "explicit")], limit=1)
        self.check_screens(
            "mira",
            [
                Screen(RULES, ROW, "rules"),
                Screen(f"{RULES}/{rules[1].id}", FORM, "rule"),
                Screen(f"{RULES}/new", FORM, "rule-new"),
                Screen(
                    f"{RULES}/{rules[1].id}",
                    ".modal .o_form_view",
                    "rule-try",
                    clicks=("button[name=action_try]",),
                ),
                Screen(FINDINGS, ROW, "findings"),
                Screen(LOG, ROW, "log"),
                Screen(f"{LOG}/{log.id}", FORM, "log-line"),
                Screen(
                    f"/odoo/sender-addresses/{self.board.id}",
                    ".o-mail-Chatter-sendMessage:enabled",
                    "address-choosing",
                ),
            ],
        )

    def test_how_a_message_left(self):
        self.post_messages()
        screen = Screen(
            f"/odoo/res.partner/{self.document.id}",
            ".modal .o_form_view",
            "explanation",
            clicks=(
                ".o-mail-Message [name^='more-action']",
                ".o-dropdown--menu [name='mail-sender-explain']",
            ),
            part=".modal .modal-content",
        )
        for device in DESKTOP, PHONE:
            with self.open_browser("ada", device) as browser:
                if device is PHONE:
                    browser._websocket_request(
                        "Emulation.setUserAgentOverride",
                        params={"userAgent": PHONE_AGENT},
                    )
                self.check_screen(browser, device, screen)

    def test_the_queue(self):
        mail = self.send(self.compose(sender_choice_id=self.orders.id))
        action = self.env.ref("mail.action_view_mail_mail")
        self.check_screens(
            "adam",
            [
                Screen(f"/odoo/action-{action.id}", ROW, "queue", part=FORM),
                Screen(
                    f"/odoo/mail.mail/{mail.id}",
                    FORM,
                    "queue-mail",
                    part=".o_button_box",
                ),
            ],
            devices=(DESKTOP,),
        )
