# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/integrators.md names everything that a data file can set."""

import re
from pathlib import Path

from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, tagged

GUIDE = Path(__file__).parents[2] / "docs" / "integrators.md"

MODELS = (
    "mail.sender.platform",
    "mail.sender.domain",
    "mail.sender.address",
    "mail.sender.address.template",
    "mail.sender.rule",
)

#: What other fields make, or records that point here, or only people may say.
OTHERS = {
    "mail.sender.address.template": {"address_id"},
    "mail.sender.domain": {"record_ids", "key_ids", "address_ids", "handover_ids"},
}

#: What Odoo's mixins for chatter and activities bring along.
MIXINS = ("activity_", "message_", "my_activity_", "rating_", "website_message_")


@tagged("post_install", "-at_install")
class TestIntegratorsGuide(TransactionCase):
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
            and not name.startswith(MIXINS)
        }

    def test_every_field_is_told(self):
        told = set(re.findall(r"`([a-z_]+)`", GUIDE.read_text()))
        fields_ = {model: self.get_settable(model) for model in MODELS}
        company = self.env["res.company"]._fields
        fields_["res.company"] = {
            name
            for name, field in company.items()
            if field._module == "mail_sender_domain"
            and field.store
            and not field.readonly
        }
        for model, names in fields_.items():
            with self.subTest(model):
                self.assertTrue(names)
                self.assertEqual(names - told, set())
