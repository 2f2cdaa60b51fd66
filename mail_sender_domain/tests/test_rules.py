# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who wins when several senders could; each expected address is a literal."""

from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_model import IrModel as BaseIrModel

from ..models.choosing import SenderChoice, SenderRequest, Skip
from .common import SenderCommon

#: The steps of choosing that an address can be proposed by, besides the default.
STEPS = (
    "explicit",
    "system",
    "template",
    "literal",
    "automatic",
    "document",
    "user",
    "own",
)


#: The steps that keep the server which Odoo proposes.
KEPT = ("forced", "personal")


@tagged("post_install", "-at_install")
class TestRules(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.default = cls.create_default_sender("default@acme.test")
        for name in STEPS:
            cls.create_address(f"{name}@acme.test")
        cls.user = cls.create_user("seller", cls.company)
        cls.template = cls.env["mail.template"].create(
            {"name": "Offer", "model_id": cls.env["ir.model"]._get_id("res.partner")}
        )

    @classmethod
    def create_address(cls, email, company=None, **vals):
        return cls.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": email,
                "company_id": (company or cls.company).id,
                **vals,
            }
        )

    @classmethod
    def create_user(cls, login, *companies, groups="base.group_user"):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            email=f"{login}@staff.test",
            company_id=companies[0].id,
            company_ids=[Command.set([company.id for company in companies])],
        )

    @classmethod
    def get_address(cls, name):
        return cls.env["mail.sender.address"].search([("email", "=like", f"{name}@%")])

    @classmethod
    def create_rule(cls, address, company=None, **conditions):
        """Return a rule; conditions are records, or a text for the filter."""
        vals = {
            "sender_address_id": address.id,
            "company_id": (company or cls.company).id,
        }
        for name, value in conditions.items():
            is_link = name in ("user_ids", "model_ids", "template_ids")
            vals[name] = [Command.set(value.ids)] if is_link else value
        return cls.env["mail.sender.rule"].create(vals)

    @classmethod
    def get_model(cls, name="res.partner"):
        return cls.env["ir.model"]._get(name)

    def choose(self, **vals):
        request = SenderRequest(
            **{
                "company_id": self.company.id,
                "user_id": self.user.id,
                "model": "res.partner",
                "res_id": self.customer.id,
                **vals,
            }
        )
        [choice] = self.env["mail.sender.resolver"]._choose([request])
        return choice

    def get_email(self, choice):
        return self.env["mail.sender.address"].browse(choice.address_id).email

    # --------------------------------------------------------------- priority

    def set_up_step(self, step):
        """Let one step of choosing propose its address; return its request values."""
        address = self.get_address(step)
        if step == "explicit":
            return {"choice_id": address.id}
        if step == "system":
            self.company.sender_system_id = address
            return {"is_internal": True}
        if step == "template":
            self.create_rule(address, template_ids=self.template)
            return {"template_id": self.template.id}
        if step == "literal":
            self.template.email_from = "literal@acme.test"
            return {"template_id": self.template.id}
        if step == "automatic":
            self.company.sender_automatic_id = address
            return {"user_id": 0}
        if step == "document":
            self.create_rule(address, model_ids=self.get_model())
        if step == "user":
            self.create_rule(address, user_ids=self.user)
        if step == "own":
            self.company.sender_own_addresses = "yes"
            address.user_id = self.user
        if step == "forced":
            server = self.create_server(from_filter="news.test")
            return {"mail_server_id": server.id, "email_from": "me@news.test"}
        if step == "personal":
            server = self.create_server(
                from_filter="me@news.test", owner_user_id=self.user.id
            )
            self.user.outgoing_mail_server_id = server
            return {"writer_id": self.user.id, "email_from": "me@news.test"}
        return {}

    def create_server(self, **vals):
        return self.env["ir.mail_server"].create(
            {"name": "News", "smtp_host": "smtp.news.test", **vals}
        )

    def get_winner(self, *steps, **vals):
        """Let some steps propose their address; return which one wins, and undo it."""
        with self.undo():
            for step in steps:
                vals |= self.set_up_step(step)
            choice = self.choose(**vals)
            kept = {"forced_server": "forced", "personal_server": "personal"}
            email = self.get_email(choice) or kept[choice.reason]
        return email.removesuffix("@acme.test")

    def test_every_pair_of_conflicts(self):
        #: (one, the other): who wins. "default" is always there. Nobody chooses where
        #: nobody sends, so the pair of these two is a test of its own.
        table = {
            ("explicit", "system"): "explicit",
            ("explicit", "template"): "explicit",
            ("explicit", "literal"): "explicit",
            ("explicit", "document"): "explicit",
            ("explicit", "user"): "explicit",
            ("explicit", "own"): "explicit",
            ("explicit", "forced"): "explicit",
            ("explicit", "personal"): "explicit",
            ("system", "template"): "system",
            ("system", "literal"): "system",
            ("system", "automatic"): "system",
            ("system", "document"): "system",
            ("system", "user"): "system",
            ("system", "own"): "system",
            ("system", "forced"): "system",
            ("system", "personal"): "system",
            ("template", "literal"): "template",
            ("template", "automatic"): "template",
            ("template", "document"): "template",
            ("template", "user"): "template",
            ("template", "own"): "template",
            ("template", "forced"): "template",
            ("template", "personal"): "template",
            ("literal", "automatic"): "literal",
            ("literal", "document"): "literal",
            ("literal", "user"): "literal",
            ("literal", "own"): "literal",
            ("literal", "forced"): "literal",
            ("literal", "personal"): "literal",
            ("automatic", "document"): "automatic",
            ("automatic", "user"): "automatic",
            ("automatic", "own"): "automatic",
            ("automatic", "forced"): "automatic",
            ("automatic", "personal"): "automatic",
            ("document", "user"): "document",
            ("document", "own"): "document",
            ("document", "forced"): "document",
            ("document", "personal"): "document",
            ("user", "own"): "user",
            ("user", "forced"): "user",
            ("user", "personal"): "user",
            ("own", "forced"): "own",
            ("own", "personal"): "own",
            ("forced", "personal"): "forced",
            ("explicit",): "explicit",
            ("system",): "system",
            ("template",): "template",
            ("literal",): "literal",
            ("automatic",): "automatic",
            ("document",): "document",
            ("user",): "user",
            ("own",): "own",
            ("forced",): "forced",
            ("personal",): "personal",
            (): "default",
        }
        pairs = set(combinations((*STEPS, *KEPT), 2)) - {("explicit", "automatic")}
        self.assertEqual({steps for steps in table if len(steps) == 2}, pairs)
        for steps, winner in table.items():
            # Whatever is set up first makes no difference.
            for order in {steps, steps[::-1]}:
                with self.subTest(order):
                    self.assertEqual(self.get_winner(*order), winner)

    def test_no_step_has_a_say_in_login_and_account_mail(self):
        for kind in ("code", "account"):
            for step in (*STEPS, *KEPT):
                with self.subTest(kind, step=step):
                    self.assertEqual(self.get_winner(step, system_kind=kind), "default")

    def test_strict_companies_keep_no_server(self):
        self.company.sender_strictness = "strict"
        for step in ("forced", "personal"):
            self.assertEqual(self.get_winner(step), "default")

    def test_each_step_passes_over_what_cannot_send(self):
        """The next step decides, and what was passed over is kept with the reason."""
        #: Step: how the sending log calls it.
        table = {
            "explicit": "explicit",
            "system": "system_sender",
            "template": "rule",
            "literal": "template_from",
            "automatic": "automatic_sender",
            "document": "rule",
            "user": "rule",
            "own": "own_address",
        }
        self.assertEqual(table.keys(), set(STEPS))
        for step, reason in table.items():
            for code in ("archived", "never_proven"):
                with self.subTest(step, code=code), self.undo():
                    address = self.get_address(step)
                    vals = self.set_up_step(step)
                    self.disable(address, code)
                    choice = self.choose(**vals)
                    self.assertEqual(self.get_email(choice), "default@acme.test")
                    rules = self.env["mail.sender.rule"]
                    rule = rules.search([("sender_address_id", "=", address.id)])
                    self.assertEqual(
                        choice.skipped, (Skip(address.id, code, reason, rule.id or 0),)
                    )

    def disable(self, address, code):
        """Let an address be passed over for a reason."""
        if code == "archived":
            address.active = False
            return
        name = address.email.partition("@")[0]
        templates = self.env["mail.template"]
        naming = templates.search([("email_from", "=", address.email)])
        address.email = naming.email_from = f"{name}@unproven.test"

    @contextmanager
    def undo(self):
        """Take back what is done meanwhile, and what is remembered of it."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.registry.clear_cache()
            self.env.invalidate_all()

    def test_without_a_sender_that_can_send_odoo_decides(self):
        self.default.active = False
        self.create_rule(self.get_address("document"), model_ids=self.get_model())
        self.assertEqual(self.choose(), SenderChoice())

    def test_nobody_chooses_for_mail_that_nobody_sends(self):
        vals = self.set_up_step("explicit") | self.set_up_step("automatic")
        choice = self.choose(**vals)
        self.assertEqual(self.get_email(choice), "automatic@acme.test")
        self.assertEqual(
            choice.skipped,
            (Skip(self.get_address("explicit").id, "not_allowed", "explicit"),),
        )

    def test_the_first_rule_of_a_kind_that_fits_wins(self):
        first = self.create_rule(
            self.get_address("document"), model_ids=self.get_model(), sequence=1
        )
        second = self.create_rule(
            self.get_address("own"), model_ids=self.get_model(), sequence=2
        )
        self.assertEqual(self.choose().rule_id, first.id)
        first.sequence = 3
        self.assertEqual(self.choose().rule_id, second.id)
        second.active = False
        self.assertEqual(self.choose().rule_id, first.id)

    def test_all_conditions_of_a_rule_have_to_hold(self):
        self.create_rule(
            self.get_address("document"),
            model_ids=self.get_model(),
            user_ids=self.user,
            filter_domain="[('name', '=', 'Customer')]",
        )
        table = [
            ({}, "document@acme.test"),
            ({"user_id": self.env.uid}, "default@acme.test"),
            ({"model": "res.users"}, "default@acme.test"),
            ({"res_id": self.user.partner_id.id}, "default@acme.test"),
            ({"res_id": 0}, "default@acme.test"),
        ]
        for vals, email in table:
            with self.subTest(vals):
                self.assertEqual(self.get_email(self.choose(**vals)), email)

    def test_a_condition_that_is_archived_stays_a_condition(self):
        """A rule for somebody who left is none for everybody."""
        leaver = self.create_user("leaver", self.company)
        rules = self.create_rule(self.get_address("user"), user_ids=leaver)
        rules |= self.create_rule(
            self.get_address("template"), template_ids=self.template
        )
        rules.sender_address_id.picker_user_ids = leaver
        leaver.active = self.template.active = False
        self.assertEqual(self.get_email(self.choose()), "default@acme.test")
        self.assertEqual(rules.mapped("kind"), ["3_user", "1_template"])
        rules[0].sender_address_id = self.get_address("own")
        choice = self.choose(choice_id=self.get_address("user").id)
        self.assertEqual(self.get_email(choice), "default@acme.test")

    def test_addresses_that_cannot_send_are_passed_over_and_named(self):
        archived = self.get_address("document")
        unproven = self.create_address("post@unproven.test")
        first = self.create_rule(archived, model_ids=self.get_model(), sequence=1)
        second = self.create_rule(unproven, model_ids=self.get_model(), sequence=2)
        archived.active = False
        choice = self.choose()
        self.assertEqual(self.get_email(choice), "default@acme.test")
        self.assertEqual(
            choice.skipped,
            (
                Skip(archived.id, "archived", "rule", first.id),
                Skip(unproven.id, "never_proven", "rule", second.id),
            ),
        )

    def test_a_proven_address_that_is_blocked_stays_chosen(self):
        self.create_rule(self.get_address("document"), model_ids=self.get_model())
        self.default.domain_id.sudo().state = "broken"
        self.assertEqual(self.get_email(self.choose()), "document@acme.test")

    # -------------------------------------------------------------- companies

    def create_companies(self):
        """Acme, its branch and Other, each with an address for the step in question.

        :return: name -> the company and its address
        """
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.create_default_sender("default@other.test", self.other_company)
        self.create_verified_domain("branch.test", branch)
        self.user.company_ids += branch | self.other_company
        return {
            name: (company, self.create_address(f"step@{name}.test", company))
            for name, company in {
                "acme": self.company,
                "branch": branch,
                "other": self.other_company,
            }.items()
        }

    def set_up_step_in(self, step, company, address):
        """Let a step propose an address for mail of a company."""
        if step in ("template", "document", "user"):
            conditions = {
                "template": {"template_ids": self.template},
                "document": {"model_ids": self.get_model()},
                "user": {"user_ids": self.user},
            }
            self.create_rule(address, company, **conditions[step])
        elif step == "own":
            company.sender_own_addresses = "yes"
            address.user_id = self.user
        else:
            fields_ = {
                "automatic": "sender_automatic_id",
                "system": "sender_system_id",
                "default": "sender_address_id",
            }
            company[fields_[step]] = address

    #: Step -> values of requests that it is about.
    REQUESTS = {
        "system": {"is_internal": True},
        "template": {},
        "automatic": {"user_id": 0},
        "document": {},
        "user": {},
        "own": {},
        "default": {},
    }

    def test_companies_and_branches(self):
        #: Which companies have set the step up: from where mail of Acme, of its branch
        #: and of Other leaves.
        table = {
            (): ("default@acme.test", "default@acme.test", "default@other.test"),
            ("acme",): ("step@acme.test", "step@acme.test", "default@other.test"),
            ("branch",): (
                "default@acme.test",
                "step@branch.test",
                "default@other.test",
            ),
            ("other",): ("default@acme.test", "default@acme.test", "step@other.test"),
            ("acme", "branch"): (
                "step@acme.test",
                "step@branch.test",
                "default@other.test",
            ),
            ("acme", "other"): ("step@acme.test", "step@acme.test", "step@other.test"),
            ("branch", "other"): (
                "default@acme.test",
                "step@branch.test",
                "step@other.test",
            ),
            ("acme", "branch", "other"): (
                "step@acme.test",
                "step@branch.test",
                "step@other.test",
            ),
        }
        companies = self.create_companies()
        for step, vals in self.REQUESTS.items():
            for names, emails in table.items():
                with self.subTest(step, companies=names), self.undo():
                    for name in names:
                        self.set_up_step_in(step, *companies[name])
                    for (company, _address), email in zip(
                        companies.values(), emails, strict=True
                    ):
                        choice = self.choose(
                            company_id=company.id, template_id=self.template.id, **vals
                        )
                        self.assertEqual(self.get_email(choice), email)

    def test_what_cannot_send_in_a_branch_leaves_it_to_its_parent(self):
        companies = self.create_companies()
        branch, address = companies["branch"]
        for step, vals in self.REQUESTS.items():
            for code in ("archived", "never_proven"):
                with self.subTest(step, code=code), self.undo():
                    if step == "default" and code == "never_proven":
                        # The proof of a default sender cannot be taken: it is blocked.
                        continue
                    for name in ("acme", "branch"):
                        self.set_up_step_in(step, *companies[name])
                    self.disable(address, code)
                    choice = self.choose(
                        company_id=branch.id, template_id=self.template.id, **vals
                    )
                    self.assertEqual(self.get_email(choice), "step@acme.test")
                    self.assertEqual(
                        [(skip.address_id, skip.code) for skip in choice.skipped],
                        [(address.id, code)],
                    )

    def test_choices_and_literal_senders_of_companies_and_branches(self):
        #: Whose address is chosen, or named by the template: from where mail of Acme,
        #: of its branch and of Other leaves.
        table = {
            "acme": ("step@acme.test", "step@acme.test", "default@other.test"),
            "branch": ("default@acme.test", "step@branch.test", "default@other.test"),
            "other": ("default@acme.test", "default@acme.test", "step@other.test"),
        }
        companies = self.create_companies()
        for name, emails in table.items():
            address = companies[name][1]
            for step in ("explicit", "literal"):
                with self.subTest(step, address=address.email), self.undo():
                    vals = {"choice_id": address.id}
                    if step == "literal":
                        self.template.email_from = address.email
                        vals = {"template_id": self.template.id}
                    for (company, _address), email in zip(
                        companies.values(), emails, strict=True
                    ):
                        choice = self.choose(company_id=company.id, **vals)
                        self.assertEqual(self.get_email(choice), email)

    def test_a_rule_takes_no_address_of_another_company(self):
        other = self.create_default_sender("other@other.test", self.other_company)
        with self.assertRaisesRegex(ValidationError, "belongs to another company"):
            self.create_rule(other, model_ids=self.get_model())

    # ----------------------------------------------------------------- picking

    def test_who_may_choose_an_address(self):
        address = self.get_address("explicit")
        group = self.env["res.groups"].create({"name": "Sellers"})
        colleague = self.create_user("colleague", self.company)
        stranger = self.create_user("stranger", self.other_company)
        customer = self.create_user(
            "customer", self.company, groups="base.group_portal"
        )
        table = [
            ({}, self.user, True),
            ({}, stranger, False),
            ({"picker_user_ids": self.user}, self.user, True),
            ({"picker_user_ids": self.user}, colleague, False),
            ({"picker_group_ids": group}, self.user, False),
            ({"user_id": colleague}, self.user, False),
            ({"user_id": colleague}, colleague, True),
            ({}, customer, False),
            ({"picker_user_ids": customer}, customer, False),
            (
                {"picker_group_ids": self.env.ref("base.group_portal")},
                customer,
                False,
            ),
        ]
        for vals, user, may in table:
            with self.subTest(vals, user=user.login):
                address.write(
                    {
                        "picker_user_ids": False,
                        "picker_group_ids": False,
                        "user_id": False,
                    }
                )
                address.write(vals_to_write(vals))
                choice = self.choose(choice_id=address.id, user_id=user.id)
                self.assertEqual(choice.reason == "explicit", may)
                pickable = self.env["mail.sender.resolver"]._get_pickable(
                    self.company, user
                )
                self.assertEqual(address.id in pickable, may)
        group.user_ids = self.user
        address.write({"user_id": False, "picker_group_ids": group})
        self.assertEqual(self.choose(choice_id=address.id).reason, "explicit")

    def test_a_company_may_leave_the_choice_to_its_rules(self):
        self.company.sender_choosing = "no"
        choice = self.choose(choice_id=self.get_address("explicit").id)
        self.assertEqual(choice.reason, "company_default")

    # --------------------------------------------------------------- shortcuts

    def test_a_user_s_preference_is_a_rule(self):
        user = self.as_user(self.user, self.user)
        address = self.get_address("user")
        user.sender_address_id = address
        rule = self.env["mail.sender.rule"].search([("user_ids", "=", self.user.id)])
        self.assertEqual(rule.sender_address_id, address)
        self.assertEqual(self.get_email(self.choose()), "user@acme.test")
        rule.sender_address_id = self.get_address("own")
        user.invalidate_recordset()
        self.assertEqual(user.sender_address_id.email, "own@acme.test")
        user.sender_address_id = False
        self.assertFalse(rule.exists())

    def test_a_user_prefers_nothing_that_is_not_allowed(self):
        address = self.get_address("user")
        address.picker_user_ids = self.env.user
        with self.assertRaisesRegex(AccessError, "may not choose this address"):
            self.as_user(self.user, self.user).sender_address_id = address

    def test_a_template_s_sender_is_a_rule(self):
        self.template.with_company(self.company).sender_address_id = self.get_address(
            "template"
        )
        self.assertEqual(
            self.get_email(self.choose(template_id=self.template.id)),
            "template@acme.test",
        )
        self.assertFalse(
            self.template.with_company(self.other_company).sender_address_id
        )

    def test_a_template_shows_what_its_rule_says(self):
        template = self.template.with_company(self.company)
        self.create_rule(
            self.get_address("document"),
            template_ids=template,
            model_ids=self.get_model(),
        )
        self.assertFalse(template.sender_address_id)
        rule = self.create_rule(self.get_address("template"), template_ids=template)
        template.invalidate_recordset()
        self.assertEqual(template.sender_address_id.email, "template@acme.test")
        rule.sender_address_id = self.get_address("own")
        template.invalidate_recordset()
        self.assertEqual(template.sender_address_id.email, "own@acme.test")
        template.sender_address_id = self.get_address("user")
        self.assertEqual(rule.sender_address_id.email, "user@acme.test")
        template.sender_address_id = False
        self.assertFalse(rule.exists())

    def test_the_company_page_and_the_settings_name_one_default_sender(self):
        settings = self.env["mail.sender.settings"].browse(self.company.id)
        self.company.sender_address_id = self.get_address("user")
        settings.invalidate_recordset()
        self.assertEqual(settings.sender_address_id.email, "user@acme.test")
        settings.sender_address_id = self.get_address("own")
        self.company.invalidate_recordset()
        self.assertEqual(self.company.sender_address_id.email, "own@acme.test")
        self.assertEqual(self.get_email(self.choose()), "own@acme.test")

    # ------------------------------------------------------------ what is gone

    def test_a_rule_goes_with_the_last_thing_it_names(self):
        """It would else be a rule for all mail."""
        self.startPatcher(patch.object(BaseIrModel, "unlink", lambda self: True))
        leaver = self.create_user("leaver", self.company)
        table = {
            "user_ids": (leaver, self.user),
            "template_ids": (self.template.copy(), self.template),
            "model_ids": (self.get_model("res.users"), self.get_model()),
        }
        address = self.get_address("document")
        for name, (gone, stays) in table.items():
            with self.subTest(name):
                kept = self.create_rule(address, **{name: gone | stays})
                rules = self.create_rule(address, active=False, **{name: gone})
                conditions = {"user_ids": self.user, "model_ids": self.get_model()}
                rules |= self.create_rule(address, **{**conditions, name: gone})
                gone.unlink()
                self.assertFalse(rules.exists())
                self.assertTrue(kept.exists())

    def test_rules_go_with_a_document_type(self):
        """And with the templates for it, which no code deletes."""
        model = self.env["ir.model"].create({"name": "Ship", "model": "x_ship"})
        template = self.env["mail.template"].create(
            {"name": "Ship", "model_id": model.id, "active": False}
        )
        address = self.get_address("document")
        kept = self.create_rule(
            address, template_ids=template | self.template, user_ids=self.user
        )
        rules = self.create_rule(address, model_ids=model)
        rules |= self.create_rule(address, template_ids=template)
        rules |= self.create_rule(address, template_ids=template, user_ids=self.user)
        model.unlink()
        self.assertFalse(template.exists() or rules.exists())
        self.assertEqual(kept.template_ids, self.template)
        self.assertEqual(self.get_email(self.choose()), "default@acme.test")

    def test_who_may_choose_an_address_is_not_deleted(self):
        """Everybody in the company could choose it then."""
        address = self.get_address("explicit")
        address.picker_user_ids = leaver = self.create_user("leaver", self.company)
        address.picker_group_ids = self.env["res.groups"].create({"name": "Sellers"})
        for record in leaver, address.picker_group_ids:
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                record.unlink()

    # ------------------------------------------------------------------- input

    def test_what_is_no_rule_is_refused(self):
        address = self.get_address("document")
        partner, users = self.get_model(), self.get_model("res.users")
        table = [
            ({}, "needs a condition"),
            (
                {"model_ids": partner, "filter_domain": "[('no_field', '=', 1)]"},
                "cannot be applied",
            ),
            (
                {"model_ids": partner, "filter_domain": "__import__('os')"},
                "no list of conditions",
            ),
            (
                {"model_ids": partner | users, "filter_domain": "[('id', '=', 1)]"},
                "exactly one document type",
            ),
        ]
        for conditions, message in table:
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.create_rule(address, **conditions)

    def test_managers_read_what_rules_name(self):
        manager = self.create_user(
            "manager", self.company, groups="mail_sender_domain.group_sender_manager"
        )
        rule = self.create_rule(
            self.get_address("document"),
            model_ids=self.get_model(),
            template_ids=self.template,
            user_ids=self.user,
        )
        rule = self.as_user(rule, manager)
        self.assertEqual(rule.model_ids.display_name, "Contact")
        self.assertEqual(rule.template_ids.display_name, "Offer")
        self.assertIn("Offer · Contact · seller", rule.name)

    def test_managers_change_rules_of_their_company_only(self):
        manager = self.create_user(
            "manager",
            self.other_company,
            groups="mail_sender_domain.group_sender_manager",
        )
        rule = self.create_rule(self.get_address("user"), user_ids=self.user)
        with self.assertRaises(AccessError):
            self.as_user(rule, manager).active = False
        self.assertFalse(self.as_user(self.env["mail.sender.rule"], manager).search([]))
        with self.assertRaises(AccessError):
            self.as_user(rule, self.user).active = False

    # -------------------------------------------------------------------- cost

    def count_queries(self, function, requests):
        """Call a function with no record in the cache, and count its queries."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(requests)
        return self.env.cr.sql_log_count - before

    def dress(self, requests):
        choices = self.env["mail.sender.resolver"]._choose(requests)
        dresser = self.env["mail.sender.dresser"]
        self.assertTrue(all(dresser._prepare_dresses(requests, choices)))

    def prepare_requests(self, documents):
        return [
            SenderRequest(
                self.company.id,
                email_from="seller@staff.test",
                user_id=self.user.id,
                writer_id=self.user.id,
                model="res.partner",
                res_id=document.id,
            )
            for document in documents
        ]

    def test_a_thousand_mails_cost_as_many_queries_as_one(self):
        """With rules and filters, own addresses, templates and choices."""
        for step in ("template", "literal", "user", "own"):
            self.set_up_step(step)
        address = self.get_address("document")
        for sequence, text in enumerate(("9", "Document")):
            self.create_rule(
                address,
                model_ids=self.get_model(),
                filter_domain=f"[('name', 'like', '{text}')]",
                sequence=sequence,
            )
        documents = self.env["res.partner"].create(
            [{"name": f"Document {number}"} for number in range(1000)]
        )
        same = self.prepare_requests(documents)
        explicit = self.get_address("explicit")
        mixed = [
            replace(
                request,
                template_id=request.res_id % 3 == 0 and self.template.id,
                choice_id=request.res_id % 7 == 0 and explicit.id,
            )
            for request in same
        ]
        # The first one looks at who chose it, too.
        mixed.sort(key=lambda request: not request.choice_id)
        choose = self.env["mail.sender.resolver"]._choose
        self.assertEqual(
            {choice.address_id for choice in choose(mixed)},
            {address.id, explicit.id, self.get_address("template").id},
        )
        for function, requests in ((choose, mixed), (self.dress, same)):
            function(requests[:1])
            one = self.count_queries(function, requests[:1])
            self.assertEqual(self.count_queries(function, requests), one)

    # --------------------------------------------------------------- try it

    def open_panel(self, **vals):
        return self.env["mail.sender.try"].create(
            {
                "company_id": self.company.id,
                "user_id": self.user.id,
                "model_id": self.get_model().id,
                "res_id": self.customer.id,
                **vals,
            }
        )

    def test_the_panel_answers_what_sending_would_do(self):
        rule = self.create_rule(
            self.get_address("document"), model_ids=self.get_model()
        )
        panel = self.open_panel()
        self.assertEqual(panel.address, "Acme <document@acme.test>")
        self.assertEqual(panel.reason, f"Rule: {rule.name}")
        self.assertEqual(panel.reply_to, "Acme <document@acme.test>")
        self.assertEqual(panel.verdict, "Passes at Gmail, Outlook and others.")
        panel.is_internal = True
        self.assertEqual(panel.address, "Acme <default@acme.test>")

    def test_the_panel_tries_a_template(self):
        """And says which rules came first, and why they do not count."""
        self.create_rule(self.get_address("document"), model_ids=self.get_model())
        rules = [
            self.create_rule(
                self.get_address(name), template_ids=self.template, sequence=sequence
            )
            for sequence, name in enumerate(("own", "template"))
        ]
        self.get_address("own").active = False
        panel = self.open_panel(template_id=self.template.id)
        self.assertEqual(panel.address, "Acme <template@acme.test>")
        self.assertEqual(panel.reason, f"Rule: {rules[1].name}")
        self.assertEqual(
            panel.skipped, f"Rule: {rules[0].name} – own@acme.test is archived."
        )
        panel.template_id = False
        self.assertEqual(panel.address, "Acme <document@acme.test>")
        self.assertFalse(panel.skipped)


def vals_to_write(vals):
    """Turn records into values for ``write``."""
    return {
        name: value.id if name == "user_id" else [Command.set(value.ids)]
        for name, value in vals.items()
    }
