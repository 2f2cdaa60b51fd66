# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Choosing a sender that one may not choose, by every way there is."""

import json

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .choice_case import ChoiceCase, InvoiceCase

ACCESS_ERROR = "odoo.exceptions.AccessError"

#: How a choice that is not offered is refused: the error and what it says.
CHOICE = (
    "odoo.exceptions.ValidationError",
    "From: you cannot send this from the chosen address.",
)

#: What there is more of once something was sent, or is to be sent.
WHAT_IS_SENT = (
    "mail.mail",
    "mail.message",
    "mail.scheduled.message",
    "mail.sender.log",
)


class ForgedCase(ChoiceCase):
    def get_refused(self):
        """Senders that Ada may not choose, by name."""
        return {
            "of another company": self.foreign,
            "of somebody else": self.board,
            "archived": self.archived,
            "not proven": self.create_address("post@unproven.test"),
            "own address of somebody else": self.create_address(
                "bob@acme.test", user_id=self.bob.id
            ),
        }


@tagged("post_install", "-at_install")
class TestForgedChoice(InvoiceCase, ForgedCase):
    def refuse(self, attack):
        """Check that an attack is refused, without telling a name."""
        with self.assertRaisesRegex(ValidationError, "you cannot send this") as refusal:
            with self.env.cr.savepoint():
                attack()
        self.assertNotIn("@", str(refusal.exception))

    def test_wizards_refuse(self):
        several = self.invoice | self.create_invoice()
        for name, address in self.get_refused().items():
            vals = {"sender_choice_id": address.id}
            for way, attack in {
                "composer": lambda vals=vals: self.compose(**vals),
                "mass mode": lambda vals=vals: self.compose(mode="mass_mail", **vals),
                "write": lambda vals=vals: self.compose().write(vals),
                "invoice": lambda vals=vals: self.open_send(**vals),
                "invoices": lambda vals=vals: self.open_send(several, **vals),
                "scheduled message": lambda vals=vals: self.schedule(vals),
                "its parameters": lambda vals=vals: self.schedule(
                    {"notification_parameters": json.dumps(vals)}
                ),
                "written into it": lambda vals=vals: self.schedule({}).write(vals),
            }.items():
                with self.subTest(way, sender=name):
                    self.refuse(attack)

    def schedule(self, vals):
        messages = self.as_user(self.env["mail.scheduled.message"], self.ada)
        return messages.create(
            {
                "model": "res.partner",
                "res_id": self.document.id,
                "author_id": self.ada.partner_id.id,
                "scheduled_date": "2099-01-01",
                "partner_ids": [Command.set(self.customer.ids)],
                **vals,
            }
        )

    def test_a_right_that_was_withdrawn_counts_no_more(self):
        wizards = (
            self.compose(sender_choice_id=self.orders.id),
            self.open_send(sender_choice_id=self.orders.id),
            self.open_send(
                self.invoice | self.create_invoice(), sender_choice_id=self.orders.id
            ),
        )
        self.orders.picker_user_ids = self.bob
        composer, wizard, batch = wizards
        self.refuse(composer.action_send_mail)
        self.refuse(wizard.action_send_and_print)
        self.refuse(batch.action_send_and_print)

    def test_a_choice_for_documents_of_two_companies_is_refused(self):
        self.ada.company_ids += self.other_company
        documents = self.document | self.create_document(self.other_company)
        for address in self.orders, self.foreign:
            self.refuse(
                lambda address=address: self.compose(
                    documents, mode="mass_mail", sender_choice_id=address.id
                )
            )

    def test_nobody_chooses_with_the_rights_of_a_colleague(self):
        message = self.as_user(self.schedule({}), self.bob)
        for vals in (
            {"sender_choice_id": self.board.id},
            {"notification_parameters": f'{{"sender_choice_id": {self.board.id}}}'},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                message.write(vals)

    def test_a_message_is_not_given_another_sender_later(self):
        message = self.as_user(self.document, self.ada).message_post(body="Hello")
        for vals in (
            {"sender_choice_id": self.orders.id},
            {"sender_chooser_id": self.bob.id},
            {"sender_template_id": self.create_template().id},
        ):
            with self.assertRaisesRegex(AccessError, "chosen before it is sent"):
                message.write(vals)

    def test_messages_do_not_use_it(self):
        document = self.as_user(self.document, self.ada)
        for name, address in self.get_refused().items():
            with self.subTest(name):
                message = document.message_post(
                    body="Hello",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    partner_ids=self.customer.ids,
                    mail_auto_delete=False,
                    sender_choice_id=address.id,
                )
                mails = message.sudo().mail_ids
                self.assert_leaves(mails, self.default, "company_default")

    def test_nobody_names_another_chooser(self):
        message = self.as_user(self.env["mail.message"], self.ada).create(
            {
                "model": "res.partner",
                "res_id": self.document.id,
                "sender_choice_id": self.orders.id,
                "sender_chooser_id": self.bob.id,
            }
        )
        self.assertEqual(message.sudo().sender_chooser_id, self.ada)

    # ------------------------------------------------------------------ secrets

    def test_senders_of_another_company_are_not_found(self):
        addresses = self.as_user(self.env["mail.sender.address"], self.ada)
        self.assertFalse(addresses.search([("id", "=", self.foreign.id)]))
        self.assertFalse(addresses.name_search("other.test"))
        with self.assertRaises(AccessError):
            addresses.browse(self.foreign.id).read(["email"])

    def test_the_name_of_a_sender_of_another_company_is_not_told(self):
        message = self.as_user(self.document, self.ada).message_post(
            body="Hello", sender_choice_id=self.foreign.id
        )
        self.assertFalse(message.sender_choice_id)
        composers = self.as_user(self.env["mail.compose.message"], self.ada)
        composers = composers.with_context(
            default_model="res.partner",
            default_res_ids=self.document.ids,
            default_sender_choice_id=self.foreign.id,
        )
        spec = {
            "sender_choice_id": {"fields": {"display_name": {}}},
            "sender_explanation": {},
            "template_id": {},
        }
        for values in ({}, {"sender_choice_id": self.foreign.id}):
            answer = composers.onchange(values, list(values), spec)
            self.assertNotIn("other.test", json.dumps(answer["value"]))

    def test_documents_that_one_may_not_read_are_not_explained(self):
        secret = self.create_document(self.other_company)
        composers = self.as_user(self.env["mail.compose.message"], self.ada)
        for vals in (
            {"res_ids": str(secret.ids)},
            {"res_domain": f"[('id', '=', {secret.id})]"},
            {"model": "ir.mail_server", "res_ids": "[1]"},
            {"model": "mail.thread", "res_ids": "[1]"},
            {"model": "no.such.model", "res_ids": "[1]"},
        ):
            with self.subTest(vals):
                composer = composers.new(
                    {"model": "res.partner", "composition_mode": "mass_mail", **vals}
                )
                self.assertIs(composer.sender_explanation, False)


@tagged("post_install", "-at_install")
class TestForgedChoiceOverHttp(InvoiceCase, ForgedCase, HttpCase):
    def post(self, login, document, post_data, context):
        """Post a message as the chatter of the web client does."""
        self.authenticate(login, login)
        answer = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": document._name,
                "thread_id": document.id,
                "post_data": {
                    "body": "Hello",
                    "partner_ids": self.customer.ids,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **post_data,
                },
                "context": context,
            },
        )
        message = self.env["mail.message"].browse(answer["message_id"])
        self.assertFalse(message.sender_choice_id)
        return self.env["mail.sender.log"].search(
            [("message_id", "=", message.message_id)]
        )

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def test_no_route_tells_of_a_sender_of_another_company(self):
        """Whatever Ada asks for, what comes back does not name the address."""
        self.give_text(self.foreign)
        self.create_foreign_rule()
        ids, names = self.foreign.ids, {"email": {}, "display_name": {}}
        mine = [["email", "ilike", "other.test"]]
        choice = {"sender_choice_id": {"fields": {"display_name": {}}}}
        address, composer = "mail.sender.address", "mail.compose.message"
        context = {
            "default_model": "res.partner",
            "default_res_ids": repr(self.document.ids),
            "default_sender_choice_id": self.foreign.id,
        }
        table = {
            "search": (address, "search", mine),
            "count": (address, "search_count", mine),
            "search and read": (address, "search_read", mine, ["email"]),
            "list": (address, "web_search_read", mine, names),
            "name search": (address, "name_search", "other.test"),
            "picker": (address, "web_name_search", "other.test", {"display_name": {}}),
            "read": (address, "read", ids, ["email"]),
            "form": (address, "web_read", ids, names),
            "groups": (address, "formatted_read_group", [], ["email"]),
            "export": (address, "export_data", ids, ["email"]),
            "rules": ("mail.sender.rule", "search_read", [], ["name"]),
            "texts": ("mail.sender.address.template", "search_read", []),
            "user": ("res.users", "read", self.ada.ids, ["pickable_sender_ids"]),
            "company": ("res.company", "search_read", [], ["sender_address_id"]),
            "log": ("mail.sender.log", "search_read", []),
        }
        self.ada.group_ids += self.env.ref("base.group_allow_export")
        self.authenticate("ada", "ada")
        refused = {"read", "form", "export", "log"}
        answers = {
            way: self.ask(*request, is_refused=way in refused)
            for way, request in table.items()
        }
        answers["composer"] = self.ask(
            composer, "onchange", [], {}, [], choice, context=context
        )
        answers["choice in the composer"] = self.ask(
            composer,
            "onchange",
            [],
            {"sender_choice_id": self.foreign.id},
            ["sender_choice_id"],
            choice | {"sender_explanation": {}, "template_id": {}},
            context=context,
        )
        for way, answer in answers.items():
            with self.subTest(way):
                self.assertNotIn("other.test", answer)
        for way in ("search", "count", "search and read", "name search", "picker"):
            self.assertIn(answers[way], ("[]", "0"))

    def ask(self, model, method, *args, is_refused=False, **kwargs):
        """What comes back, as text: an answer, or the refusal that is expected."""
        if is_refused:
            error = self.get_refusal(model, method, *args, **kwargs)
            self.assertEqual(error["name"], ACCESS_ERROR)
            return json.dumps(error)
        return json.dumps(self.call(model, method, *args, **kwargs))

    def get_refusal(self, model, method, *args, **kwargs):
        """The error that the web client is told: a dictionary.

        It fails where the call is answered.
        """
        with mute_logger("odoo.http", "odoo.sql_db"):
            response = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                },
            )
        answer = response.json()
        self.assertIn("error", answer, f"{model}.{method} is not refused")
        return answer["error"]["data"]

    def give_text(self, address):
        template = self.create_template()
        address.template_ids = [
            Command.create(
                {"model_id": template.model_id.id, "template_id": template.id}
            )
        ]

    def create_foreign_rule(self):
        return self.env["mail.sender.rule"].create(
            {
                "company_id": self.other_company.id,
                "sender_address_id": self.foreign.id,
                "user_ids": [Command.set(self.bob.ids)],
            }
        )

    def test_no_route_sets_a_sender_that_one_may_not_choose(self):
        several = self.invoice | self.create_invoice()
        scheduled = {
            "model": "res.partner",
            "res_id": self.document.id,
            "author_id": self.ada.partner_id.id,
            "scheduled_date": "2099-01-01 00:00:00",
        }
        on_document = {
            "default_model": "res.partner",
            "default_res_ids": repr(self.document.ids),
        }
        on_invoices = {"active_model": "account.move", "active_ids": several.ids}
        self.authenticate("ada", "ada")
        composers = "mail.compose.message"
        composer_id = self.call(composers, "create", {}, context=on_document)
        known = {model: self.find_all(model) for model in WHAT_IS_SENT}
        on_invoice = {**on_invoices, "active_ids": several[:1].ids}
        for name, address in self.get_refused().items():
            choice = {"sender_choice_id": address.id}
            sender = {"sender_address_id": address.id}
            rule = sender | {"user_ids": [Command.set(self.ada.ids)]}
            # Model, method, arguments and context; who refuses.
            table = {
                "composer": (composers, "create", choice, on_document, CHOICE),
                "written": (composers, "write", composer_id, choice, {}, CHOICE),
                "saved": (composers, "web_save", [composer_id], choice, {}, CHOICE),
                "batch": (
                    "account.move.send.batch.wizard",
                    "create",
                    choice,
                    on_invoices,
                    CHOICE,
                ),
                "invoice": (
                    "account.move.send.wizard",
                    "create",
                    choice,
                    on_invoice,
                    CHOICE,
                ),
                "scheduled": (
                    "mail.scheduled.message",
                    "create",
                    {**scheduled, **choice},
                    {},
                    CHOICE,
                ),
                "preferences": (
                    "res.users",
                    "write",
                    self.ada.ids,
                    sender,
                    {},
                    (ACCESS_ERROR, "My Documents Leave From: Ada may not choose"),
                ),
                "rule": (
                    "mail.sender.rule",
                    "create",
                    rule,
                    {},
                    (ACCESS_ERROR, "not allowed to create 'Sender Rule'"),
                ),
                "company": (
                    "res.company",
                    "write",
                    self.company.ids,
                    sender,
                    {},
                    (ACCESS_ERROR, "not allowed to modify 'Companies'"),
                ),
            }
            for way, (model, method, *args, context, refusal) in table.items():
                with self.subTest(way, sender=name):
                    more = {"specification": {}} if method == "web_save" else {}
                    error = self.get_refusal(
                        model, method, *args, context=context, **more
                    )
                    self.assertEqual(error["name"], refusal[0])
                    self.assertIn(refusal[1], error["message"])
                    self.assertNotIn("other.test", json.dumps(error))
        for model, records in known.items():
            self.assertEqual(self.find_all(model), records, model)
        self.assertEqual(self.company.sender_address_id, self.default)
        self.assertFalse(self.env["mail.sender.rule"].search([]))
        composer = self.env[composers].browse(composer_id)
        self.assertFalse(composer.sender_choice_id)

    def find_all(self, model):
        return self.env[model].with_context(active_test=False).search([])

    def test_the_chatter_takes_no_sender_from_the_client(self):
        for name, address in {
            **self.get_refused(),
            "allowed": self.orders,
        }.items():
            with self.subTest(name):
                choice = {"sender_choice_id": address.id}
                context = {
                    **choice,
                    "default_sender_choice_id": address.id,
                    "default_sender_chooser_id": self.bob.id,
                    "mail_sender": {"choice_id": address.id, "user_id": self.bob.id},
                }
                log = self.post("ada", self.document, choice, context)
                self.assertEqual(log.sender_address_id, self.default)
                self.assertEqual(log.reason, "company_default")

    def test_nor_from_a_customer(self):
        new_test_user(
            self.env,
            "customer",
            groups="base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.company.sender_system_id = self.create_address("system@acme.test")
        self.invoice.message_subscribe((self.customer | self.bob.partner_id).ids)
        choice = {"sender_choice_id": self.orders.id}
        context = {"mail_sender": {"user_id": self.bob.id, **choice}}
        log = self.post("customer", self.invoice, choice, context)
        self.assertEqual(log.sender_address_id, self.company.sender_system_id)
