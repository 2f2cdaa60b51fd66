# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what, over the same door as the web client and other programs."""

from odoo import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SenderCommon

MANAGER = "mail_sender_domain.group_sender_manager"

#: Who may do what with the records of the own company. R: read, W: write, C: create,
#: D: delete; a dash: nothing.
RIGHTS = {
    # model: (user, accountant, sender manager, system administrator)
    "mail.sender.address": ("R", "R", "RWCD", "RWCD"),
    "mail.sender.domain": ("-", "-", "RWCD", "RWCD"),
    "mail.sender.dns.record": ("-", "-", "R", "R"),
    "mail.sender.dkim.key": ("-", "-", "R", "RCD"),
    "mail.sender.platform": ("-", "-", "R", "RW"),
    "mail.sender.log": ("-", "-", "R", "R"),
    "mail.sender.departure": ("-", "-", "-", "R"),
    "mail.sender.public.facts": ("-", "-", "R", "R"),
    "mail.sender.rule": ("R", "R", "RWCD", "RWCD"),
    "mail.sender.address.template": ("R", "R", "RWCD", "RWCD"),
    "mail.sender.settings": ("-", "-", "RW", "RW"),
    "mail.sender.confirmation": ("-", "-", "-", "R"),
    "mail.sender.handover": ("-", "-", "R", "R"),
    "mail.sender.handover.visit": ("-", "-", "-", "R"),
}

#: Models that are no tables: nobody calls them from outside.
INTERNAL = {
    "mail.sender.choice.mixin",
    "mail.sender.dresser",
    "mail.sender.explainer",
    "mail.sender.input",
    "mail.sender.notice",
    "mail.sender.policy",
    "mail.sender.protected",
    "mail.sender.resolver",
    "mail.sender.secret",
    "mail.sender.text.mixin",
}

OPERATIONS = {"R": "read", "W": "write", "C": "create", "D": "unlink"}

PEOPLE = {
    "user": "base.group_user",
    "accountant": "account.group_account_manager",
    "manager": MANAGER,
    "system": "base.group_system",
}


@tagged("post_install", "-at_install")
class TestRights(SenderCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, groups in PEOPLE.items():
            new_test_user(
                cls.env,
                login,
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
        cls.address = cls.create_default_sender()

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def assert_refused(self, model, method, *args, error="AccessError", **kwargs):
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, error):
            self.call(model, method, *args, **kwargs)

    # ------------------------------------------------------------------ models

    def test_every_model_is_in_the_table(self):
        models = {
            name
            for name in self.env.registry
            if name.startswith("mail.sender.")
            and self.env[name]._original_module == "mail_sender_domain"
            and not self.env[name]._transient
        }
        self.assertEqual(models, {*RIGHTS, *INTERNAL})

    def test_what_people_cannot_type_is_protected(self):
        """A field that is only shown can still be written from outside."""
        protected = self.env.registry["mail.sender.protected"]
        models = [
            model
            for model in self.env.values()
            if isinstance(model, protected) and not model._abstract
        ]
        self.assertIn("mail.sender.domain", [model._name for model in models])
        for model in models:
            shown = {
                name
                for name, field in model._fields.items()
                if field.readonly
                and field.store
                and "sender" in (field._module or "")
                and name not in MAGIC_COLUMNS
            }
            with self.subTest(model._name):
                self.assertLessEqual(shown, model._get_protected_fields())

    def test_rights_on_each_model(self):
        for column, login in enumerate(PEOPLE):
            self.authenticate(login, login)
            for model, columns in RIGHTS.items():
                for letter, operation in OPERATIONS.items():
                    with self.subTest(f"{login} {operation} {model}"):
                        allowed = self.call(model, "has_access", [], operation)
                        self.assertEqual(allowed, letter in columns[column])

    def test_what_is_refused_is_refused_over_rpc(self):
        record = self.env["mail.sender.confirmation"].create(
            {
                "company_id": self.company.id,
                "email": "x@acme.test",
                "token_digest": "digest",
            }
        )
        records = {
            "mail.sender.address": self.address.id,
            "mail.sender.domain": self.address.domain_id.id,
            "mail.sender.dns.record": self.address.domain_id.record_ids[0].id,
            "mail.sender.dkim.key": self.address.domain_id.key_ids[0].id,
            "mail.sender.platform": self.platform.id,
            "mail.sender.confirmation": record.id,
        }
        for column, login in enumerate(PEOPLE):
            self.authenticate(login, login)
            for model, id_ in records.items():
                rights = RIGHTS[model][column]
                with self.subTest(f"{login} {model}"):
                    if "R" in rights:
                        self.assertTrue(self.call(model, "read", [id_], ["id"]))
                    else:
                        self.assert_refused(model, "read", [id_], ["id"])
                    if "W" not in rights:
                        self.assert_refused(
                            model, "write", [id_], {"display_name": "x"}
                        )
                    if "D" not in rights:
                        self.assert_refused(model, "unlink", [id_])

    def test_internal_models_answer_nobody(self):
        self.authenticate("system", "system")
        for model in INTERNAL:
            for method in ("_choose", "_prepare_dresses", "_send", "_queue"):
                with self.subTest(f"{model}.{method}"):
                    self.assert_refused(model, method, [])

    # ----------------------------------------------------------------- secrets

    def test_secrets_are_not_read(self):
        """Not even the system administrator reads what only programs need."""
        self.env["mail.sender.confirmation"].create(
            {
                "company_id": self.company.id,
                "email": "x@acme.test",
                "token_digest": "digest-of-a-token",
            }
        )
        self.authenticate("system", "system")
        for model, name in (
            ("mail.sender.confirmation", "token_digest"),
            ("mail.sender.dkim.key", "private_key"),
            ("mail.sender.handover", "token_digest"),
            ("mail.sender.platform", "sender_password"),
            ("mail.sender.platform", "domain_connect_secret"),
            ("ir.mail_server", "sender_password"),
        ):
            with self.subTest(name):
                self.assert_refused(
                    model, "search_read", [], [name], error="AccessError|ValueError"
                )
                self.assert_refused(
                    model,
                    "search",
                    [(name, "like", "d")],
                    error="AccessError|ValueError",
                )
        exported = self.call("mail.sender.confirmation", "search_read", [])
        self.assertNotIn("digest-of-a-token", str(exported))

    def test_links_are_not_made_over_rpc(self):
        self.authenticate("system", "system")
        for method in ("_ask", "_confirm", "_withdraw", "_get_url", "_find"):
            with self.subTest(method):
                self.assert_refused("mail.sender.confirmation", method, [])
        for method in ("_give", "_find", "_take", "_check", "_post_note"):
            with self.subTest(method):
                self.assert_refused("mail.sender.handover", method, [])

    # ------------------------------------------------------------------ groups

    def test_no_accounting_group_configures_senders(self):
        manager = self.env.ref(MANAGER)
        data = self.env["ir.model.data"].search(
            [("model", "=", "res.groups"), ("module", "like", "account%")]
        )
        groups = self.env["res.groups"].browse(data.mapped("res_id"))
        self.assertIn(self.env.ref("account.group_account_manager"), groups)
        for group in groups:
            with self.subTest(group.name):
                self.assertNotIn(manager, group.all_implied_ids)

    def test_only_the_system_administrator_implies_the_manager(self):
        manager = self.env.ref(MANAGER)
        self.assertEqual(
            manager.all_implied_by_ids - manager, self.env.ref("base.group_system")
        )

    def test_an_accountant_uses_senders(self):
        self.authenticate("accountant", "accountant")
        [found] = self.call(
            "mail.sender.address", "search_read", [], ["email", "state"]
        )
        self.assertEqual(found["email"], "invoices@acme.test")
        for method in (
            "action_set_default",
            "action_send_confirmation",
            "action_check_mailbox",
        ):
            with self.subTest(method):
                self.assert_refused("mail.sender.address", method, [self.address.id])
        self.assert_refused(
            "res.company",
            "write",
            [self.company.id],
            {"sender_address_id": False},
        )
