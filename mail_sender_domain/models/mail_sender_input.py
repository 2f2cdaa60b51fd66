# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..texts import error_text

#: More than anybody types on one line; a header of a mail has to hold it.
MAX_INPUT_LENGTH = 1000

#: Types of fields that people type into.
LINES = ("char", "text")


class MailSenderInput(models.AbstractModel):
    """Refuses what nobody types on one line, before the database sees it."""

    _name = "mail.sender.input"
    _description = "Typed Lines of Mail Senders"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_input(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_input(vals)
        return super().write(vals)

    def _check_input(self, vals):
        """Refuse line breaks, control characters and texts without end.

        Texts of several lines may have all of these but the one that no database takes.

        :raise ValidationError: naming the field and the mend, never the text
        """
        for name, value in vals.items():
            field = self._fields.get(name)
            if not (field and field.type in LINES and isinstance(value, str)):
                continue
            label = field.get_description(self.env, ["string"])["string"]
            if field.type == "text":
                self._check_text(label, value)
                continue
            if len(value) > MAX_INPUT_LENGTH:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "%(field)s: %(length)s characters are too many, %(limit)s are "
                        "allowed. Type a shorter text.",
                        field=label,
                        length=len(value),
                        limit=MAX_INPUT_LENGTH,
                    ),
                    guide="contents",
                )
            if not value.isprintable():
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "%(field)s: line breaks and control characters are not "
                        "allowed. "
                        "Type the text again on one line.",
                        field=label,
                    ),
                    guide="contents",
                )

    def _prepare_field_error(self, name, error, guide):
        """Say what is wrong with what was typed into a field.

        :param name: of the field
        :param error: a :class:`..tools.errors.SenderToolError`
        :param guide: anchor of the part of the guide that helps
        :return: a ``ValidationError``
        """
        return guided_error(
            ValidationError,
            self.env._(
                "%(field)s: %(reason)s",
                field=self._fields[name].get_description(self.env)["string"],
                reason=error_text(self.env, error),
            ),
            guide=guide,
        )

    def _check_text(self, label, value):
        """Refuse what no database takes.

        :param label: of the field
        :raise ValidationError: naming the field and the mend
        """
        if "\0" in value:
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(field)s: the text holds a control character. Type it again.",
                    field=label,
                ),
                guide="contents",
            )
