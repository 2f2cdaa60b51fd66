# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.tools import email_normalize

from odoo.addons.mail_sender_domain.notification import notification

from ..providers.base import Purpose
from ..providers.errors import AccessError, GrantError, TemporaryError


class MailSenderConnection(models.Model):
    """By which way a mailbox sends."""

    _inherit = "mail.sender.connection"

    def _open_api(self):
        """The provider's own interface to the mailbox.

        :rtype: ..providers.base.MailApi
        """
        return _PatientApi(self)

    def _moves_to_interface(self, is_smtp_closed, email):
        """Whether mail leaves by the interface of the provider from now on.

        :param is_smtp_closed: whether the mailbox takes no mail by SMTP
        :param email: whom the mail is from
        :raise GrantError: ``scope_missing``: it would have to, and nobody allowed it
        """
        self.ensure_one()
        if not is_smtp_closed or self.transport != "automatic":
            return False
        if missing := self._get_scopes_for_interface(email):
            raise GrantError("scope_missing", scopes=", ".join(missing))
        return True

    def _get_scopes_for_interface(self, email):
        """What has to be allowed yet for mail to leave by the interface.

        :param email: whom the mail is from
        :return: the permissions, in the provider's words
        """
        if self.kind != "login":
            return []
        purposes = [Purpose.API]
        if self._is_shared(email_normalize(email or "")):
            purposes.append(Purpose.SHARED)
        return self._get_missing_scopes(*purposes)

    def action_try_smtp(self):
        """Let mail leave by SMTP again, which somebody has opened meanwhile."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().actual_transport = False
        if self.kind == "login":
            self._check_scopes()
        self.sudo().address_ids._refresh_roads()
        if trouble := self._get_trouble():
            return notification("danger", trouble)
        return notification(
            "success",
            self.env._(
                "Mail leaves over SMTP again. If that is still closed, it goes through "
                "Microsoft Graph as before."
            ),
        )

    def _note_sent(self, is_new):
        """Remember what the first mail of a session has shown.

        :param is_new: whether mail left by SMTP until now, and by the interface now
        """
        if is_new:
            self._do_after_all("_move_to_interface")
        if self.error_code:
            self._do_after_all("_recover")

    def _has_sent_since(self, moment):
        """Whether any mail has left from here since then."""
        return bool(
            self.env["mail.sender.log"]
            .sudo()
            .search_count(
                [
                    ("sender_address_id", "in", self.sudo().address_ids.ids),
                    ("outcome", "=", "accepted"),
                    ("outcome_date", ">=", moment),
                ],
                limit=1,
            )
        )

    def _move_to_interface(self):
        if self.actual_transport == "api":
            return
        self.actual_transport = "api"
        for address in self.address_ids:
            address._message_log(
                body=self.env._(
                    "The mailbox takes no mail over SMTP. Mail of %(email)s leaves "
                    "through Microsoft Graph from now on.",
                    email=address.email,
                )
            )
        self.address_ids._refresh_roads()


class _PatientApi:
    """Asks once more where a token is not accepted, with another one."""

    def __init__(self, connection):
        self._connection = connection
        self._token = self._rejected = ""
        self._api = connection._get_provider().open_api(
            self._get_token, connection._get_mailbox()
        )

    def _get_token(self):
        try:
            access = self._connection._get_access(Purpose.API, self._rejected)
        except TemporaryError as error:
            if error.code != "no_answer":
                raise
            # Nobody answered about the token: the mail surely did not leave.
            raise TemporaryError(
                "unreachable", error.retry_after, **error.params
            ) from error
        self._token = access.token
        return self._token

    def send(self, message):
        """See :meth:`..providers.base.MailApi.send`."""
        try:
            self._api.send(message)
        except AccessError:
            self._rejected = self._token
            self._api.send(message)

    def list_send_as(self):
        """See :meth:`..providers.base.MailApi.list_send_as`."""
        return self._api.list_send_as()
