# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import hashlib
import json
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.http import request

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..providers.base import Grant
from ..providers.errors import ConnectError, ProviderError
from ..texts import provider_error_text

#: How long somebody may take at the provider.
LIFETIME = timedelta(minutes=15)

#: Key of a secret in the session of the browser that began a login.
SESSION_KEY = "mail_sender_login"


class LoginRefused(Exception):
    """An answer of the provider that is not taken; nothing has changed.

    :ivar code: ``"unknown"``, ``"used"``, ``"expired"``, ``"other_user"``,
        ``"other_browser"`` or ``"no_right"``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class MailSenderOauthLogin(models.TransientModel):
    """An attempt to link a mailbox, from the button until the provider's answer.

    The answer is taken once, from the user and in the browser that began it. Only
    digests of what finds it again are stored; what the provider's library needs lies
    where no field shows it.
    """

    _name = "mail.sender.oauth.login"
    _inherit = ["mail.sender.vault"]
    _description = "Login at a Provider of Mailboxes"

    connection_id = fields.Many2one(
        "mail.sender.connection", required=True, ondelete="cascade"
    )
    application_id = fields.Many2one(
        "mail.sender.oauth.application", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    setup_id = fields.Many2one("mail.sender.setup", ondelete="cascade")
    return_path = fields.Char(required=True, help="Page of Odoo to come back to.")
    state_digest = fields.Char(required=True, index=True, groups=fields.NO_ACCESS)
    session_digest = fields.Char(required=True, groups=fields.NO_ACCESS)
    expiry_date = fields.Datetime(required=True)
    is_used = fields.Boolean()

    # -------------------------------------------------------------- beginning

    @api.model
    def _start(self, connection, return_path, setup=None):
        """Begin a login, bound to the user, the browser and the mailbox.

        :param connection: one ``mail.sender.connection`` that the user may change
        :param return_path: page of Odoo to come back to
        :param setup: the ``mail.sender.setup`` that goes on afterwards
        :return: the address at the provider to open
        :raise UserError: saying what to do
        """
        application = connection._find_application()
        if not (application and application._can_log_in()):
            raise guided_error(
                UserError,
                self.env._(
                    "Odoo is not registered at the provider yet. Ask the system "
                    "administrator to do it under OAuth Applications."
                ),
                guide="linked",
            )
        try:
            begun = application._get_provider().start(
                connection._get_purposes(),
                application.redirect_uri,
                connection.login_email,
            )
        except ProviderError as error:
            raise guided_error(
                UserError, provider_error_text(self.env, error), guide="linked"
            ) from None
        login = self.sudo().create(
            {
                "connection_id": connection.id,
                "application_id": application.id,
                "user_id": self.env.uid,
                "setup_id": setup and setup.id,
                "return_path": return_path,
                "state_digest": _digest(begun.state),
                "session_digest": _digest(_get_session_secret()),
                "expiry_date": fields.Datetime.now() + LIFETIME,
            }
        )
        login._write_secrets__({"flow": json.dumps(dict(begun.flow))})
        return begun.url

    # -------------------------------------------------------------- answering

    @api.model
    def _take(self, state):
        """Return the attempt that an answer belongs to; it is used from now on.

        :param state: as it came back
        :raise LoginRefused: and whoever may take the answer still can
        """
        login = self.sudo().search([("state_digest", "=", _digest(state))], limit=1)
        if not (state and login):
            raise LoginRefused("unknown")
        if login.user_id != self.env.user:
            raise LoginRefused("other_user")
        if login.session_digest != _digest(_get_session_secret()):
            raise LoginRefused("other_browser")
        try:
            login.lock_for_update()
        except LockError:
            # The same answer is being taken at this moment.
            raise LoginRefused("used") from None
        if login.is_used:
            raise LoginRefused("used")
        login.is_used = True
        if login.expiry_date < fields.Datetime.now():
            raise LoginRefused("expired")
        if not login._has_right():
            raise LoginRefused("no_right")
        return login

    def _has_right(self):
        """Whether the user may (still) link the mailbox."""
        connection = self.connection_id.with_user(self.user_id)
        companies = self.user_id.company_ids
        if connection.sudo().company_id not in companies:
            return False
        return connection.with_context(
            allowed_company_ids=companies.ids
        )._may_be_linked()

    def _finish(self, answer):
        """Take the permission that a login gave.

        :param answer: the parameters with which the browser came back
        :return: the account that logged in instead of the expected one; nothing is
            changed then, and :meth:`_ask_again` goes on
        :raise LoginRefused: no login was begun with it
        :raise ProviderError: nothing was given
        :raise UserError: the mailbox cannot be used
        """
        self.ensure_one()
        flow = self._get_secret__("flow")
        if not flow:
            raise LoginRefused("unknown")
        provider = self.application_id._get_provider()
        grant = provider.finish(json.loads(flow), answer)
        try:
            grant.require_account(self.connection_id.login_email)
        except ConnectError:
            self._write_secrets__({"flow": False, "grant": grant.to_json()})
            return grant.account
        self._conclude(grant)
        return ""

    def _ask_again(self):
        """Wait for the user to agree with the account that logged in.

        :return: what to send back for :meth:`_accept`
        """
        state = secrets.token_urlsafe()
        self.write(
            {
                "state_digest": _digest(state),
                "is_used": False,
                "expiry_date": fields.Datetime.now() + LIFETIME,
            }
        )
        return state

    def _accept(self):
        """Take the account that logged in instead of the one that was expected.

        :raise LoginRefused: nobody was asked
        :raise UserError: when the account cannot be the sender
        """
        self.ensure_one()
        text = self._get_secret__("grant")
        if not text:
            raise LoginRefused("unknown")
        grant = Grant.from_json(text)
        self.connection_id._become(grant.account)
        self._conclude(grant)

    def _conclude(self, grant):
        # Nothing of it is needed any more.
        self._set_password__("")
        connection = self.connection_id.with_user(self.user_id)
        connection._link(self.application_id, grant)
        if setup := self.setup_id.exists():
            try:
                setup.with_user(self.user_id)._conclude_login()
            except AccessError:
                # The mailbox is linked all the same.
                return


def _digest(text):
    return hashlib.sha256((text or "").encode()).hexdigest()


def _get_session_secret():
    """Something that only the browser of this request can come back with.

    :raise RuntimeError: when there is no browser
    """
    if not request:
        raise RuntimeError("a mailbox is linked in a browser")
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = secrets.token_urlsafe()
    return request.session[SESSION_KEY]
