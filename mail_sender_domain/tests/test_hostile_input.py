# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What nobody types by chance, in every field that takes text, at every door."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import SenderCommon

#: Refused in every field of one line.
TEXTS = {
    "a header more": "x\r\nBcc: victim@example.com",
    "a line break": "info@acme\n.test",
    "a null character": "info\x00@acme.test",
    "a hidden character": "in\u200bfo@acme.test",
    "a turned text": "info\u202e@acme.test",
    "a text without end": "x" * 10_000,
    "an address without end": f"{'x' * 10_000}@acme.test",
}

#: Refused wherever an address is asked for, with a word of the reason.
ADDRESSES = {
    "info": "has no @",
    "info@": "",
    "info@acme": "",
    "info@\u0430cme.test": "several alphabets",
    "info@\u0430\u0440\u0440\u04cf\u0435.test": "with Latin letters",
    "info@acme.test, x@evil.test": "",
    "Acme <info@acme.test>": "",
    "<script>@acme.test": "",
}

#: Model -> fields that hold an address.
ADDRESS_FIELDS = {
    "mail.sender.setup": ("email", "reply_to", "test_email"),
    "mail.sender.address": ("email", "reply_to"),
    "mail.sender.settings": ("sender_reply_to",),
    "mail.sender.test": ("email_to",),
    "mail.sender.handover.wizard": ("email_to",),
    "mail.sender.domain": ("dmarc_mailbox",),
}

#: Refused as the name of a domain, with a word of the reason.
DOMAINS = {
    "\u0430cme.test": "several alphabets",
    "\u0430\u0440\u0440\u04cf\u0435.test": "with Latin letters",
    "xn--80ak6aa92e.test": "looks like a domain that is in use",
    "other.test": "claimed by another company",
    "acme.test, other.test": "no domain may contain",
    "<script>": "no domain may contain",
}

#: What no hostile text may add to or change.
WATCHED = (
    "mail.sender.address",
    "mail.sender.domain",
    "mail.sender.confirmation",
    "mail.sender.dkim.key",
    "mail.sender.handover",
    "mail.sender.log",
    "mail.sender.rule",
    "mail.mail",
)


@tagged("post_install", "-at_install")
class TestHostileInput(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        relay = cls.create_verified_domain("relay.test")
        relay.company_id = False
        cls.platform.relay_domain_id = relay
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            email="mira@example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.administrator = cls.manager.copy({"login": "administrator"})
        cls.administrator.group_ids += cls.env.ref("base.group_system")
        cls.address = cls.create_default_sender()
        cls.domain = cls.create_domain("acme-shop.test")
        cls.address.write({"reply_policy": "fixed", "reply_to": "answers@acme.test"})
        cls.company.sender_reply_policy = "fixed"
        cls.company.sender_reply_to = "answers@acme.test"

    def get_doors(self):
        """Each record that people type into, as the manager has it open."""
        setups = self.as_user(self.env["mail.sender.setup"], self.manager)
        setups = setups.with_context(default_company_id=self.company.id)
        tests = self.as_user(self.env["mail.sender.test"], self.manager)
        settings = self.env["mail.sender.settings"].browse(self.company.id)
        rules = self.as_user(self.env["mail.sender.rule"], self.manager)
        wizards = self.as_user(self.env["mail.sender.handover.wizard"], self.manager)
        imports = self.as_user(self.env["mail.sender.key.import"], self.administrator)
        of_domain = {"domain_id": self.domain.id}
        return [
            setups.create(
                {
                    "email": "info@acme.test",
                    "mode": "relay",
                    "sender_name": "Acme",
                    "relay_local_part": "acme",
                    "reply_to": "info@acme.test",
                }
            ),
            self.as_user(self.address, self.manager),
            self.as_user(settings, self.manager),
            tests.create({"address_id": self.address.id}),
            self.platform,
            self.as_user(self.domain, self.manager),
            rules.create(
                {
                    "sender_address_id": self.address.id,
                    "model_ids": self.env["ir.model"]._get("res.partner").ids,
                }
            ),
            wizards.create({**of_domain, "email_to": "dns@example.com"}),
            imports.create({**of_domain, "selector": "mail2026"}),
        ]

    def get_lines(self, record):
        """The fields of one line that people can type into."""
        return [
            name
            for name, field in record._fields.items()
            if field.type == "char"
            and not field.readonly
            and (field.inverse or field.store)
        ]

    def assert_refused(self, record, name, text, reason=""):
        """Typing a text is refused in words, and leaves everything as it was."""
        label = record._fields[name].get_description(self.env, ["string"])["string"]
        before = record[name]
        with (
            self.assertRaisesRegex(UserError, f"^{label}: .*{reason}") as caught,
            self.env.cr.savepoint(),
        ):
            record.write({name: text})
            # What was typed is read when people go on.
            if record._name == "mail.sender.setup":
                self.press_next(record, name)
            if record._name == "mail.sender.handover.wizard":
                record.action_send()
        sentence = str(caught.exception)
        self.assertLess(len(sentence), 500, "it is read by people")
        self.assertTrue(sentence.replace("\n", " ").isprintable(), sentence)
        record.invalidate_recordset([name])
        self.assertEqual(record[name], before)

    def press_next(self, setup, name):
        """Press the button of the step that has a field."""
        if name == "test_email":
            setup.write({"address_id": self.address.id, "step": "done"})
            setup.action_follow_up()
        setup.step = "email" if name == "email" else "details"
        setup.action_next()

    def count(self):
        return {model: self.env[model].sudo().search_count([]) for model in WATCHED}

    def test_in_every_field(self):
        doors = self.get_doors()
        before = self.count()
        seen = 0
        for record in doors:
            for name in self.get_lines(record):
                for kind, text in TEXTS.items():
                    with self.subTest(f"{record._name}.{name}: {kind}"):
                        self.assert_refused(record, name, text)
                        seen += 1
        self.assertGreater(seen, 100)
        self.assertEqual(self.count(), before)

    def test_the_name_of_a_new_domain(self):
        self.create_domain("other.test", self.other_company)
        self.create_domain("apple.test", self.other_company)
        domains = self.as_user(self.env["mail.sender.domain"], self.manager)
        before = self.count()
        for text, reason in {**dict.fromkeys(TEXTS.values(), ""), **DOMAINS}.items():
            with (
                self.subTest(text[:30]),
                self.assertRaisesRegex(UserError, f"^Domain: .*{reason}") as caught,
                self.env.cr.savepoint(),
            ):
                domains.create({"name": text})
            self.assertLess(len(str(caught.exception)), 500)
        self.assertEqual(self.count(), before)

    def test_texts_of_several_lines(self):
        *_others, handover, key_import = self.get_doors()
        before = self.count()
        for record, name, text, reason in (
            (handover, "note", "a\x00b", "Note: .*control character"),
            (handover, "note", "x" * 10_000, "Note: 10000 characters are too many"),
            (key_import, "private_key", "a\x00b", "Private Key: .*control character"),
            (key_import, "private_key", "x" * 10_000, "Private Key: .*no key"),
        ):
            with (
                self.subTest(reason),
                self.assertRaisesRegex(UserError, reason),
                self.env.cr.savepoint(),
            ):
                record[name] = text
        self.assertEqual(self.count(), before)

    def test_where_an_address_is_asked_for(self):
        doors = self.get_doors()
        before = self.count()
        for record in doors:
            for name in ADDRESS_FIELDS.get(record._name, ()):
                for text, reason in ADDRESSES.items():
                    with self.subTest(f"{record._name}.{name}: {text}"):
                        self.assert_refused(record, name, text, reason)
        self.assertEqual(self.count(), before)

    def test_in_the_question_for_the_e_mail_of_the_company(self):
        company = self.as_user(self.company, self.manager)
        before = self.count()
        for text in (*TEXTS.values(), *ADDRESSES, "", None, 7, ["info@acme.test"]):
            with (
                self.subTest(str(text)[:30]),
                self.assertRaisesRegex(UserError, "^E-mail: ") as caught,
            ):
                company.action_send_sender_confirmation(text)
            self.assertLess(len(str(caught.exception)), 500)
        self.assertEqual(self.company.email, "info@acme.test")
        self.assertEqual(self.count(), before)

    def test_an_address_of_another_company(self):
        foreign = self.create_default_sender("info@other.test", self.other_company)
        relay = self.env["mail.sender.address"].create(
            {
                "name": "Other",
                "email": "taken@relay.test",
                "mode": "relay",
                "company_id": self.other_company.id,
            }
        )
        setup, address, settings, test, _platform, domain, rule, handover, _key = (
            self.get_doors()
        )
        before = self.count()
        setup.step = "email"
        setup.email = foreign.email
        with self.assertRaisesRegex(UserError, "^E-mail: .* of another company"):
            setup.action_next()
        setup.write(
            {"email": "info@acme.test", "mode": "relay", "step": "details"}
            | {"relay_local_part": "taken", "reply_to": "info@acme.test"}
        )
        with self.assertRaisesRegex(UserError, "taken by another company. Choose"):
            setup.action_next()
        refused = self.assertRaisesRegex(UserError, "taken by another company. Choose")
        with refused, self.env.cr.savepoint():
            address.email = relay.email
        refused = self.assertRaisesRegex(UserError, "belongs to another company")
        with refused, self.env.cr.savepoint():
            settings.sender_address_id = foreign.id
        with self.assertRaises(UserError):
            test.address_id = foreign.id
            test._prepare_message()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rule.sender_address_id = foreign.id
        refused = self.assertRaisesRegex(UserError, "^Domain: .*by another company")
        with refused, self.env.cr.savepoint():
            domain.name = foreign.domain_id.name
        with self.assertRaises(UserError), self.env.cr.savepoint():
            handover.domain_id = foreign.domain_id.id
            handover.action_send()
        self.env.invalidate_all()
        self.assertEqual(self.address.email, "invoices@acme.test")
        self.assertEqual(self.company.sender_address_id, self.address)
        self.assertEqual(self.count(), before)
