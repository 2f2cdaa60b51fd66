# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial

from psycopg2.errors import LockNotAvailable, OperationalError, SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import LockError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import SQL

from ..providers.errors import TemporaryError
from .mail_sender_connection import BREAKING

_logger = logging.getLogger(__name__)

#: How long a worker waits for another one that asks the provider.
PATIENCE = "60s"


class MailSenderConnection(models.Model):
    """One worker asks the provider, and the others use what it got.

    What the provider gave is stored in a transaction of its own before anybody uses it:
    a mail that fails must not undo it, and a permission that replaced another one must
    never be lost.
    """

    _inherit = "mail.sender.connection"

    def _get_access(self, purpose, rejected=""):
        """A permission that can be used for some minutes.

        :param purpose: a :class:`..providers.base.Purpose`
        :param rejected: a token that was not accepted, so that it has to be another one
        :rtype: ..providers.base.Access
        :raise ProviderError: when there is none
        """
        self.ensure_one()
        return self._find_access(purpose, rejected) or self._refresh_access(
            purpose, rejected
        )

    def _find_access(self, purpose, rejected=""):
        """The stored permission, if it can be used."""
        access = self._read_access__(purpose)
        if access and access.token != rejected and access.is_fresh(_now()):
            return access
        return None

    def _refresh_access(self, purpose, rejected=""):
        """Ask the provider, unless another worker just did; see :meth:`_get_access`."""
        while True:
            with self.env.registry.cursor() as cr:
                apart = self.with_env(self.env(cr=cr, su=True))
                if not apart.exists():
                    # Nobody else can know it yet.
                    return self.sudo()._ask_access(purpose)
                if access := apart._find_access(purpose, rejected):
                    return access
                # What was read is still true if the lock is got: else somebody wrote.
                if apart._lock_alone():
                    return apart._ask_access(purpose)
                cr.rollback()

    def _lock_alone(self):
        """Let the other workers wait for this one.

        :return: False when one of them has changed the record since this transaction
            began
        :raise TemporaryError: when they take too long
        """
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", PATIENCE))
        try:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id = %s FOR NO KEY UPDATE",
                    SQL.identifier(self._table),
                    self.id,
                ),
                log_exceptions=False,
            )
        except SerializationFailure:
            return False
        except LockNotAvailable:
            raise TemporaryError("no_answer") from None
        return True

    # --------------------------------------------------------------- outcome

    def _remember(self, error):
        """Store what the provider said, whatever becomes of the mail that met it.

        What will not mend by itself closes the road at once.

        :param error: a :class:`..providers.errors.ProviderError`
        """
        self.ensure_one()
        if isinstance(error, BREAKING):
            # Whoever holds the row stores the same at this moment.
            with suppress(LockError, OperationalError), self.env.cr.savepoint():
                self.lock_for_update(allow_referencing=True)
                self.sudo().write(self._prepare_failure(error))
        self._do_after_all("_fail", error)

    def _do_after_all(self, method, *args):
        """Call a method in a transaction of its own once this one has ended."""
        call = partial(_call_apart, self.env.cr.dbname, self.id, method, args)
        self.env.cr.postcommit.add(call)
        self.env.cr.postrollback.add(call)

    def _do_apart(self, method, *args):
        """Call a method in a transaction of its own now."""
        _call_apart(self.env.cr.dbname, self.id, method, args)
        self.invalidate_recordset()


def _now():
    return fields.Datetime.now()


def _call_apart(dbname, connection_id, method, args):
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connection = env["mail.sender.connection"].browse(connection_id).exists()
            for each in connection:
                retrying(partial(getattr(each, method), *args), env)
    except Exception:
        # The next mail meets the same; there is nobody to raise to.
        _logger.exception("What became of a linked mailbox could not be stored")
