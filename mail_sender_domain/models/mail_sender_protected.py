# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import AccessError

from ..guide_errors import guided_error
from .changes import without_defaults


class MailSenderProtected(models.AbstractModel):
    """Refuses that people write what follows from a proof.

    Nobody but superuser code writes protected fields, neither as values nor as defaults
    in the context.
    """

    _name = "mail.sender.protected"
    _description = "Proven Fields of Mail Senders"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_protected(vals_list)
        self = without_defaults(self, self._get_protected_fields())
        return super().create(vals_list)

    def write(self, vals):
        self._check_protected([vals])
        return super().write(vals)

    def _check_protected(self, vals_list):
        """Refuse values of protected fields.

        :raise AccessError: outside superuser mode
        """
        if self.env.su:
            return
        protected = self._get_protected_fields()
        if any(protected & vals.keys() for vals in vals_list):
            raise guided_error(
                AccessError, self._get_protection_text(), guide="contents"
            )

    @api.model
    def _get_protected_fields(self):
        """The names of the protected fields; whoever adds a field adds its name."""
        return set()

    def _get_protection_text(self):
        """What the fields follow from and what to do instead: translated sentences."""
        raise NotImplementedError
