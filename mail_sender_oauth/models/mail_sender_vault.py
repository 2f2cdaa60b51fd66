# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import api, fields, models

from ..providers.errors import StorageError
from ..server_settings import get_seal


class MailSenderVault(models.AbstractModel):
    """Several secrets with names, encrypted if the machine has a key for that.

    They lie in the column of ``mail.sender.secret``, which no field shows.
    """

    _name = "mail.sender.vault"
    _inherit = ["mail.sender.secret"]
    _description = "Secrets of Linked Mailboxes"

    def _read_secrets__(self):  # noqa: PLW3201
        """Return the secrets of a record by name.

        :raise StorageError: when no key opens them
        """
        text = get_seal().open(self._get_password__())
        return json.loads(text) if text else {}

    def _write_secrets__(self, secrets):  # noqa: PLW3201
        """Change some secrets of a record; the others stay.

        Those that no key opens any more are lost.

        :param secrets: name -> what JSON can hold; False, None or empty: delete it
        """
        try:
            kept = self._read_secrets__()
        except StorageError:
            kept = {}
        kept = {name: secret for name, secret in {**kept, **secrets}.items() if secret}
        self._set_password__(get_seal().close(json.dumps(kept)) if kept else "")

    def _get_secret__(self, name):  # noqa: PLW3201
        """Return one secret of a record; None when there is none.

        :raise StorageError: when no key opens it
        """
        return self._read_secrets__().get(name) if self.ids else None

    @api.model
    def _seal_again(self):
        """Encrypt all secrets with the key that is the first one now.

        To be called once after a key was put before the others: the others can go
        then. From a shell: ``env["mail.sender.vault"]._seal_again()``.

        :raise StorageError: when no key opens a secret
        """
        for name in self.env.registry.descendants([self._name], "_inherit"):
            if name == self._name:
                continue
            records = self.env[name].sudo().with_context(active_test=False)
            records = records.search(fields.Domain.TRUE)
            for record in records.filtered(lambda record: record._has_password()):
                record._write_secrets__(record._read_secrets__())
