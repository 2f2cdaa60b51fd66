# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company with several senders, and documents that people send."""

from __future__ import annotations

from odoo import Command
from odoo.tests import new_test_user

from .common import SenderCommon


class ChoiceCase(SenderCommon):
    """Ada keeps the books of Acme; Bob may only read along.

    :cvar default: the default sender of Acme, ``invoices@acme.test``
    :cvar orders: another sender that everybody in Acme may choose
    :cvar board: a sender that only Bob may choose
    :cvar archived: a sender that is no longer used
    :cvar foreign: the default sender of the other company
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).unlink()
        cls.default = cls.create_default_sender()
        cls.orders = cls.create_address("orders@acme.test", name="Acme Orders")
        cls.ada = cls.create_user("ada", "account.group_account_invoice")
        cls.bob = cls.create_user("bob", "account.group_account_invoice")
        cls.board = cls.create_address("board@acme.test")
        cls.board.picker_user_ids = cls.bob
        cls.archived = cls.create_address("old@acme.test")
        cls.archived.active = False
        cls.foreign = cls.create_default_sender(
            "invoices@other.test", cls.other_company
        )
        cls.document = cls.create_document()

    @classmethod
    def create_address(cls, email, company=None, **vals):
        company = company or cls.company
        return cls.env["mail.sender.address"].create(
            {"name": company.name, "email": email, "company_id": company.id, **vals}
        )

    @classmethod
    def create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,base.group_partner_manager,{groups}",
            name=login.capitalize(),
            email=f"{login}@staff.test",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            notification_type="email",
        )

    @classmethod
    def create_document(cls, company=None, name="Document"):
        """A record that people write about: a contact of Acme."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": "document@example.com",
                "company_id": (company or cls.company).id,
            }
        )

    @classmethod
    def create_template(cls, model="res.partner", **vals):
        return cls.env["mail.template"].create(
            {
                "name": "Text",
                "model_id": cls.env["ir.model"]._get_id(model),
                "subject": "About {{ object.display_name }}",
                "body_html": "<p>Dear customer</p>",
                **vals,
            }
        )

    @classmethod
    def create_rule(cls, address, **vals):
        return cls.env["mail.sender.rule"].create(
            {
                "company_id": cls.company.id,
                "sender_address_id": address.id,
                **vals,
            }
        )

    def compose(self, documents=None, user=None, mode="comment", **vals):
        """Open the composer on documents and fill it in."""
        documents = documents or self.document
        composers = self.as_user(self.env["mail.compose.message"], user or self.ada)
        return composers.with_context(
            default_composition_mode=mode,
            default_model=documents._name,
            default_res_ids=documents.ids,
        ).create(
            {
                "subject": "Hello",
                "body": "<p>Hello</p>",
                "partner_ids": [Command.set(self.customer.ids)],
                "auto_delete": False,
                **vals,
            }
        )

    def send(self, composer):
        """Press Send, and return the mails that were made."""
        mails, messages = composer._action_send_mail()
        return mails | messages.sudo().mail_ids

    def assert_leaves(self, mails, address, reason):
        """Compare from where mails leave."""
        self.assertTrue(mails)
        self.assertEqual(mails.sender_address_id, address)
        self.assertEqual(set(mails.mapped("sender_reason")), {reason})

    def assert_explained(self, mails, group):
        """Compare mails with what had been said of them."""
        read = self.env["mail.sender.explainer"]._get_readable
        self.assertTrue(mails)
        self.assertEqual(mails.sender_address_id.id, group["address_id"])
        self.assertEqual(
            {read(mail.email_from) for mail in mails}, {group["email_from"]}
        )
        self.assertEqual({read(mail.reply_to) for mail in mails}, {group["reply_to"]})
        self.assertEqual(mails.mail_server_id.name, group["server"])
        for mail in mails:
            for email in mail._prepare_outgoing_list():
                self.assertEqual(
                    email["headers"]["Return-Path"], group["envelope_from"]
                )

    def run_cron(self, xmlid):
        """Run a scheduled action as the scheduler does, as OdooBot."""
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).sudo().method_direct_trigger()


class InvoiceCase(ChoiceCase):
    """Invoices that Ada sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        charts = cls.env["account.chart.template"]
        charts.try_loading("generic_coa", cls.company, install_demo=False)
        cls.invoice = cls.create_invoice()

    @classmethod
    def create_invoice(cls):
        """A posted invoice to the customer, whose salesperson is Bob."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "invoice_user_id": cls.bob.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "Thing", "price_unit": 100.0})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def open_send(self, invoices=None, user=None, **vals):
        """Press Send on invoices."""
        invoices = invoices or self.invoice
        name = "account.move.send.wizard"
        if len(invoices) > 1:
            name = "account.move.send.batch.wizard"
        wizards = self.as_user(self.env[name], user or self.ada)
        return wizards.with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(vals)

    def get_mails(self, invoices=None):
        """The mails that invoices were sent by."""
        messages = (invoices or self.invoice).message_ids
        return messages.filtered("mail_ids").mail_ids
