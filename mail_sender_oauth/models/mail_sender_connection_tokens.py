# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from odoo import fields, models

from ..providers.base import Access, Grant
from ..providers.errors import GrantError


class MailSenderConnection(models.Model):
    """The tokens of a linked mailbox, in a column that no field shows.

    All methods work in the transaction of the record's environment.
    """

    _inherit = "mail.sender.connection"

    def _read_grant__(self):  # noqa: PLW3201
        """The lasting permission, or None.

        :rtype: ..providers.base.Grant
        :raise StorageError: when no key opens it
        """
        text = self._get_secret__("grant")
        return Grant.from_json(text) if text else None

    def _write_grant__(self, grant):  # noqa: PLW3201
        """Store the lasting permission that is to be used from now on."""
        self._write_secrets__({"grant": grant.to_json()})

    def _read_access__(self, purpose):  # noqa: PLW3201
        """The last short-lived permission for a purpose, or None.

        :param purpose: a :class:`..providers.base.Purpose`
        :rtype: ..providers.base.Access
        :raise StorageError: when no key opens it
        """
        kept = self._get_secret__(f"access.{purpose}")
        if not kept:
            return None
        return Access(kept["token"], datetime.fromisoformat(kept["expires_at"]))

    def _write_access__(self, purpose, access):  # noqa: PLW3201
        """Store a short-lived permission."""
        kept = asdict(access) | {"expires_at": access.expires_at.isoformat()}
        self._write_secrets__({f"access.{purpose}": kept})

    def _forget_tokens(self):
        """Delete all that the provider gave."""
        self._set_password__("")

    def _ask_access(self, purpose):
        """Ask the provider for a new permission and store it.

        :param purpose: a :class:`..providers.base.Purpose`
        :rtype: ..providers.base.Access
        :raise ProviderError: when there is none
        """
        self.ensure_one()
        provider = self._get_provider()
        if self.kind == "organization":
            access = provider.application_access(self.account_email, purpose)
        else:
            grant = self._read_grant__()
            if not grant:
                raise GrantError("invalid_grant")
            access, grant = provider.refresh(grant, purpose)
            self._write_grant__(grant)
        self._write_access__(purpose, access)
        self.refreshed_date = fields.Datetime.now()
        return access
