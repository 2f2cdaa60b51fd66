# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/integrators.md names what a data file can set: all of it, and nothing else."""

import re
from pathlib import Path

from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, tagged

GUIDE = Path(__file__).parents[2] / "docs" / "integrators.md"

#: The part of a model begins with its name, or that of a record, behind a colon.
HEADING = re.compile(r"^### [^:\n]+: `(?P<name>[\w.]+)`", re.MULTILINE)

#: A line of a table: fields, and what they say.
LINE = re.compile(r"^\| (?P<fields>`.*?) +\| (?P<says>.*?) +\|$", re.MULTILINE)

CODE = re.compile(r"`([^`]+)`")

#: The models that the guide has a part about.
MODELS = {
    "mail.sender.platform",
    "mail.sender.domain",
    "mail.sender.address",
    "mail.sender.rule",
    "res.company",
}

#: What other fields make, or records that point here, or only people may say.
OTHERS = {
    "mail.sender.address.template": {"address_id"},
    "mail.sender.domain": {"record_ids", "key_ids", "address_ids", "handover_ids"},
}

#: What people type on screen, so that it is in no file.
SECRETS = {
    "mail.sender.platform": {"key_zone_secret", "domain_connect_key"},
    "mail.sender.address": {"smtp_password"},
}

#: What Odoo's mixins for chatter and activities bring along.
MIXINS = ("activity_", "message_", "my_activity_", "rating_", "website_message_")


@tagged("post_install", "-at_install")
class TestIntegratorsGuide(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _before, *parts = HEADING.split(GUIDE.read_text())
        # Of each line: the names of fields, and what stands beside them as code.
        cls.lines = {
            cls.get_model(name): [
                (CODE.findall(line["fields"]), set(CODE.findall(line["says"])))
                for line in LINE.finditer(text)
            ]
            for name, text in zip(parts[::2], parts[1::2], strict=True)
        }

    @classmethod
    def get_model(cls, name):
        """The name of a model, or of that of a record."""
        return name if name in cls.env else cls.env.ref(name)._name

    def get_lines(self):
        """Each line of the guide, with its model."""
        for model, lines in self.lines.items():
            for names, codes in lines:
                yield model, names, codes

    def get_told(self, model):
        """The names of the fields that the guide tells of a model."""
        return {name for names, _codes in self.lines[model] for name in names}

    def get_settable(self, model):
        """The names of the fields of a model that data files may set."""
        records = self.env[model]
        protected = getattr(records, "_protected_fields", set())
        return {
            name
            for name, field in records._fields.items()
            if field._module in (None, "mail_sender_domain")
            and name not in MAGIC_COLUMNS
            and (field.store or field.inverse)
            and not field.readonly
            and name not in protected | OTHERS.get(model, set())
            and name not in SECRETS.get(model, set())
            and not name.startswith(MIXINS)
        }

    def get_values(self, model, name):
        """The values of a selection that the addon itself brings."""
        if name == "mode":
            return {
                key
                for key, mode_class in self.env[model]._get_mode_classes().items()
                if ".mail_sender_domain." in mode_class.__module__
            }
        return set(self.env[model]._fields[name].get_values(self.env))

    def test_every_field_is_told(self):
        """And no field is told that files cannot set, or that is not there."""
        policies = self.env["mail.sender.policy"]._fields.keys()
        self.assertEqual(self.lines.keys(), MODELS)
        for model in self.lines:
            with self.subTest(model):
                told = self.get_told(model)
                if model == "mail.sender.platform":
                    # "The policies below".
                    told |= policies & self.get_told("res.company")
                self.assertEqual(told, self.get_settable(model))

    def test_every_value_of_a_field_is_told(self):
        for model, names, codes in self.get_lines():
            fields_ = self.env[model]._fields
            chosen = [name for name in names if fields_[name].type == "selection"]
            with self.subTest(model, names=names):
                values = {each for n in chosen for each in self.get_values(model, n)}
                told = codes - fields_.keys() if chosen else set()
                self.assertEqual(told, values)

    def test_every_field_of_lines_within_a_record_is_told(self):
        found = {
            name: (codes, self.get_settable(self.env[model]._fields[name].comodel_name))
            for model, names, codes in self.get_lines()
            for name in names
            if self.env[model]._fields[name].type == "one2many"
        }
        self.assertEqual(list(found), ["template_ids"])
        for codes, settable in found.values():
            self.assertEqual(codes, settable)

    def test_secrets_are_told_as_what_people_type(self):
        for model, secrets in SECRETS.items():
            codes = set().union(*(codes for _names, codes in self.lines[model]))
            self.assertEqual(secrets - codes, set())
