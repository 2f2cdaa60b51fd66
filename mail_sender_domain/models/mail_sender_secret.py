# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.tools import SQL
from odoo.tools.sql import column_exists


class MailSenderSecret(models.AbstractModel):
    """A password that is stored and never shown.

    Its column is no field: nothing that reads records, over RPC or in an expression,
    reaches it. Expressions may not even name the methods around it.
    """

    _name = "mail.sender.secret"
    _description = "Password of Mail Senders"

    #: Most models have one secret only.
    _secret_columns = ("sender_password",)

    def init(self):
        result = super().init()
        for column in () if self._abstract else self._secret_columns:
            if not column_exists(self.env.cr, self._table, column):
                self.env.cr.execute(
                    SQL(
                        "ALTER TABLE %s ADD COLUMN %s varchar",
                        SQL.identifier(self._table),
                        SQL.identifier(column),
                    )
                )
        return result

    def _set_password__(self, password, column="sender_password"):  # noqa: PLW3201
        """Store the password of these records; an empty text deletes it."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                SQL.identifier(column),
                password or None,
                list(self.ids),
            ),
            # A query that fails is logged with its values.
            log_exceptions=False,
        )

    def _get_password__(self, column="sender_password"):  # noqa: PLW3201
        """Read the password of a record; an empty text when there is none."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE id = %s",
                SQL.identifier(column),
                SQL.identifier(self._table),
                self.id,
            )
        )
        return (self.env.cr.fetchone() or [""])[0] or ""

    def _has_password(self):
        """Whether a password is stored; False for an empty record."""
        return bool(self.ids) and bool(self._get_password__())
