# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.mail_sender_domain.guide_errors import guided_error
from odoo.addons.mail_sender_domain.notification import notification

from ..providers.base import Purpose
from ..providers.errors import ProviderError
from ..providers.lifetimes import ends_on
from ..texts import provider_error_text

#: How long a mailbox is not checked again. Less than a day, as no two checks of the
#: scheduler take as long.
PAUSE = timedelta(hours=20)

#: Activity of a sender address whose mailbox has to be connected again soon.
ACTIVITY = "mail_sender_domain.mail_activity_type_mend"


class MailSenderConnection(models.Model):
    """Linked mailboxes are looked at before mail meets what is wrong with them."""

    _inherit = "mail.sender.connection"

    @api.model
    def _get_due_domain(self):
        """What finds the mailboxes whose check is due.

        What is broken is tried as well: whoever mended it elsewhere need do nothing
        here.
        """
        return Domain("status", "in", ("connected", "expiring", "broken")) & (
            Domain("checked_date", "=", False)
            | Domain("checked_date", "<=", fields.Datetime.now() - PAUSE)
        )

    @api.model
    def _claim_due(self):
        """Take the mailbox that was checked longest ago, so that nobody else does."""
        due = self.search(self._get_due_domain(), order="checked_date nulls first, id")
        try:
            with self.env.cr.savepoint():
                claimed = due.try_lock_for_update(allow_referencing=True, limit=1)
                claimed.checked_date = fields.Datetime.now()
        except SerializationFailure:
            # Another worker changed it between the search and the lock.
            return self.browse()
        return claimed

    @api.model
    def _cron_check(self):
        """Refresh every permission silently: that keeps it alive, or tells its end."""
        self = self.sudo()
        cron = self.env["ir.cron"]
        while connection := self._claim_due():
            # No transaction is open while the provider is asked.
            cron._commit_progress()
            connection._check_now()
            remaining = self.search_count(self._get_due_domain())
            if not cron._commit_progress(1, remaining=remaining):
                break

    def action_check(self):
        """Ask the provider now whether mail can leave."""
        self.ensure_one()
        self.check_access("write")
        if self.status in ("new", "revoked"):
            raise guided_error(UserError, self._get_trouble(), guide="linked")
        if error := self.sudo()._check_now():
            return notification("danger", provider_error_text(self.env, error))
        return notification(
            "success",
            self.env._("Mail can leave from %(email)s.", email=self.account_email),
        )

    def _check_now(self):
        """Ask the provider, and store what it says in transactions of their own.

        :return: the :class:`..providers.errors.ProviderError`, or None
        """
        self.ensure_one()
        purpose = Purpose(self._get_transport())
        try:
            access = self._read_access__(purpose)
            self._refresh_access(purpose, access.token if access else "")
        except ProviderError as error:
            self._do_apart("_fail", error)
            return error
        self._do_apart("_recover")
        self._do_apart("_learn_send_as")
        return None

    # ---------------------------------------------------------------- ageing

    def _is_ageing(self):
        """Whether the permission ends soon unless somebody does something."""
        end = self._get_end()
        return bool(end) and end[1] <= fields.Datetime.now()

    def _get_end(self):
        """When the permission ends by itself, and when to say so.

        :return: pair of datetimes, or None
        """
        self.ensure_one()
        if self.kind != "login" or not self._was_open():
            return None
        return ends_on(
            self.provider,
            self.connected_date,
            self.refreshed_date or self.connected_date,
            self.expiry_date or None,
        )

    def _fail(self, error):
        result = super()._fail(error)
        self._age()
        return result

    def _recover(self):
        result = super()._recover()
        self._age()
        return result

    def _age(self):
        """Ask for another login in time, or no longer."""
        self.ensure_one()
        self = self.sudo()
        if not self._is_open():
            return
        is_ageing = self._is_ageing()
        self.status = "expiring" if is_ageing else "connected"
        for address in self.address_ids:
            if is_ageing:
                address._ask_to_mend(self._get_ageing_text())
            elif not address.road_closed_since:
                address.activity_unlink([ACTIVITY])

    def _get_ageing_text(self):
        """When the permission ends, and what to do: a translated sentence."""
        return self.env._(
            "The permission to send from %(email)s ends on %(date)s. Open the linked "
            "mailbox and press Reconnect before that.",
            email=self.account_email,
            date=format_date(self.env, self._get_end()[0]),
        )
