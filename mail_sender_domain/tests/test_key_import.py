# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..tools.dkim import generate_private_key, public_record
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestKeyImport(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pem = generate_private_key()
        cls.domain = cls.create_domain()
        cls.manager = cls.create_manager("mira", cls.company)
        cls.administrator = cls.create_administrator("adam", cls.company)

    def import_key(self, text, selector="mail2026", user=None, domain=None):
        """Type a key into the wizard and press its button."""
        wizards = self.as_user(
            self.env["mail.sender.key.import"], user or self.administrator
        ).with_context(default_domain_id=(domain or self.domain).id)
        form = Form(wizards)
        form.selector = selector
        form.private_key = text
        wizard = form.save()
        wizard.action_import()
        return wizard

    @classmethod
    def create_administrator(cls, login, company):
        user = cls.create_manager(login, company)
        user.group_ids += cls.env.ref("base.group_system")
        return user

    def get_selectors(self):
        return self.domain.key_ids.mapped("selector")

    def test_a_key_is_taken_over(self):
        wizard = self.import_key(self.pem, " Mail2026 ")
        [key] = self.domain.key_ids
        self.assertEqual(
            (key.selector, key.algorithm, key.stage), ("mail2026", "rsa", "pending")
        )
        self.assertEqual(key.public_record, str(public_record(self.pem)))
        hosts = self.domain.record_ids.mapped("host")
        self.assertIn("mail2026._domainkey.acme.test", hosts)
        self.assertNotIn("odoo1._domainkey.acme.test", hosts)
        self.assertFalse(wizard.private_key)

        # It signs once its record was seen.
        self.publish(self.domain)
        self.domain.action_check()
        self.assertEqual(key.stage, "active")
        message = b"From: a@acme.test\r\n\r\n"
        self.assertIn(b"s=mail2026;", key._get_signer().sign(message))

    def test_beside_a_key_that_signs(self):
        self.publish(self.domain)
        self.domain.action_check()
        self.import_key(generate_private_key("ed25519"))
        self.assertEqual(
            [(key.selector, key.algorithm) for key in self.domain.key_ids],
            [("odoo1", "rsa"), ("mail2026", "ed25519")],
        )

    def test_what_is_refused_leaves_nothing_behind(self):
        odoo1 = self.domain.key_ids
        table = [
            ("", "mail2026", "Paste the private key"),
            ("hello", "mail2026", "no key in PEM format"),
            (self.pem[:200], "mail2026", "end of the key is missing"),
            (self.pem.replace("\nM", "\nN", 1), "mail2026", "damaged"),
            (self.pem, "", "Selector"),
            (self.pem, "two words", "Selector: .*no domain may contain"),
            (self.pem, "-", "Selector: .*hyphen"),
            (self.pem, "odoo1", "has a key odoo1 already"),
        ]
        wizards = self.as_user(self.env["mail.sender.key.import"], self.administrator)
        for text, selector, message in table:
            with (
                self.subTest(message),
                self.assertLogs(level=logging.INFO) as logs,
                self.assertRaisesRegex(ValidationError, message) as raised,
                self.env.cr.savepoint(),
            ):
                logging.getLogger(__name__).info("So that there is something.")
                wizards.create(
                    {
                        "domain_id": self.domain.id,
                        "selector": selector,
                        "private_key": text,
                    }
                )
            told = str(raised.exception) + "".join(logs.output)
            for line in text.splitlines()[1:-1]:
                self.assertNotIn(line, told)
            self.assertEqual(self.domain.key_ids, odoo1)
            self.assertFalse(wizards.search([]))

    def test_whoever_may_not_change_the_domain(self):
        stranger = self.create_administrator("stranger", self.other_company)
        with self.assertRaises(AccessError):
            self.import_key(self.pem, user=stranger)
        self.assertEqual(self.get_selectors(), ["odoo1"])

    def test_a_manager_imports_no_key(self):
        """Neither by the button, which is not shown, nor by a program."""
        values = {
            "domain_id": self.domain.id,
            "selector": "mail2026",
            "private_key": self.pem,
        }
        wizards = self.as_user(self.env["mail.sender.key.import"], self.manager)
        self.assertFalse(wizards.has_access("create"))
        with self.assertRaises(AccessError):
            wizards.create(values)
        # Nor what an administrator has begun.
        wizard = self.import_key(self.pem)
        with self.assertRaises(AccessError):
            self.as_user(wizard, self.manager).private_key = generate_private_key()
        keys = self.as_user(self.env["mail.sender.dkim.key"], self.manager)
        with self.assertRaises(AccessError):
            keys.create({"domain_id": self.domain.id, "selector": "mail2027"})
        self.assertEqual(self.get_selectors(), ["mail2026"])
        view = "mail_sender_domain.mail_sender_domain_view_form"
        for user, count in (self.manager, 0), (self.administrator, 1):
            domains = self.as_user(self.env["mail.sender.domain"], user)
            arch = domains.get_view(self.env.ref(view).id, "form")["arch"]
            self.assertEqual(arch.count('string="Import a Key"'), count, user.login)

    def test_a_manager_rotates_keys(self):
        self.publish(self.domain)
        self.domain.action_check()
        self.as_user(self.domain, self.manager).action_rotate_keys()
        self.assertEqual(self.get_selectors(), ["odoo1", "odoo2"])

    def test_the_wizard_does_not_keep_the_key(self):
        wizard = self.import_key(self.pem)
        self.env.cr.execute(
            "SELECT to_jsonb(w)::text FROM mail_sender_key_import w WHERE id = %s",
            [wizard.id],
        )
        [row] = self.env.cr.fetchone()
        for line in self.pem.splitlines():
            self.assertNotIn(line, row)
