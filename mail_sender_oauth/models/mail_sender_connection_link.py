# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from functools import partial
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tools import email_normalize

from odoo.addons.mail_sender_domain.guide_errors import guided_error
from odoo.addons.mail_sender_domain.models.changes import write_changes
from odoo.addons.mail_sender_domain.notification import notification

from ..modes import MODE_KEYS
from ..providers.base import Grant, Provider, Purpose
from ..providers.errors import ApplicationError, ProviderError, TemporaryError
from ..texts import provider_error_text
from .mail_sender_oauth_application import PROVIDERS

_logger = logging.getLogger(__name__)

#: What the log says of a permission that the provider did not take back.
TO_WITHDRAW = "The permission of %s has to be withdrawn by hand: %s"

#: Where people withdraw a permission at the provider.
WITHDRAW_URLS = {
    "google": "https://myaccount.google.com/connections",
    "microsoft": "https://myapps.microsoft.com",
}

#: Server types of linked mailboxes, by provider.
SERVER_TYPES = {"google": "google_oauth", "microsoft": "microsoft_oauth"}


class LeavingGrant(NamedTuple):
    """A permission that is given back once its record has forgotten it.

    :ivar name: of the mailbox
    :ivar text: what is left to do if the provider does not take it, translated
    """

    name: str
    provider: Provider
    grant: Grant
    text: str


class MailSenderConnection(models.Model):
    """How a mailbox is linked, and let go."""

    _inherit = "mail.sender.connection"

    # ---------------------------------------------------------------- linking

    def action_connect(self):
        """Send the browser to the provider, or ask it for the organisation's leave."""
        self.ensure_one()
        if self.kind == "organization":
            return self._connect_organization()
        return self._open_login(f"/odoo/linked-mailboxes/{self.id}")

    def _open_login(self, return_path, setup=None):
        """The action that sends the browser to the provider.

        :param return_path: page of Odoo to come back to
        :param setup: the ``mail.sender.setup`` that goes on afterwards
        :raise AccessError: when the user may not link this mailbox
        """
        self.ensure_one()
        if not self._may_be_linked():
            raise guided_error(
                AccessError,
                self.env._(
                    "Only whoever manages the senders of %(company)s, or the owner of "
                    "the mailbox, may connect it.",
                    company=self.sudo().company_id.display_name,
                ),
                guide="linked",
            )
        self._check_own()
        logins = self.env["mail.sender.oauth.login"]
        return {
            "type": "ir.actions.act_url",
            "url": logins._start(self, return_path, setup),
            "target": "self",
        }

    def _may_be_linked(self):
        """Whether the user may log in for this mailbox."""
        self.ensure_one()
        if self.sudo().user_id:
            return self.sudo().user_id == self.env.user
        return self.has_access("write")

    def _check_own(self):
        """Refuse the own mailbox of a user where the company does not want it.

        :raise UserError: naming the mend
        """
        company = self.sudo().company_id
        if self.sudo().user_id and not self.env["mail.sender.address"]._sends_own(
            company
        ):
            raise guided_error(
                UserError,
                self.env._(
                    "In %(company)s users do not send from their own addresses. Ask "
                    "whoever manages the senders to allow it.",
                    company=company.display_name,
                ),
                guide="linked",
            )

    def _connect_organization(self):
        """Take the mailbox that an administrator of the organisation opened to us.

        :raise AccessError: for anybody but the system administrator: the permission is
            to the mailboxes of everybody in the organisation
        :raise UserError: saying what to do
        """
        if not self.env.user.has_group("base.group_system"):
            raise guided_error(
                AccessError,
                self.env._(
                    "Only the system administrator may send with the permission of "
                    "the organisation, which opens all of its mailboxes."
                ),
                guide="linked",
            )
        self = self.sudo()
        application = self._find_application()
        purpose = Purpose(self._get_transport())
        account = email_normalize(self.login_email)
        try:
            if not application:
                raise ApplicationError("wrong_client")
            provider = application._get_provider()
            access = provider.application_access(account, purpose)
        except ProviderError as error:
            raise guided_error(
                UserError, provider_error_text(self.env, error), guide="linked"
            ) from None
        self._forget_tokens()
        self._write_access__(purpose, access)
        self._take_over(
            application,
            account_email=account,
            organization=account.rpartition("@")[2],
            scopes=[],
            expiry_date=False,
        )
        return notification(
            "success",
            self.env._("Mail can leave from %(email)s now.", email=account),
        )

    def _get_change_text(self, account):
        """What changes if another account is taken than the expected one."""
        emails = self.sudo()._get_own_addresses().mapped("email")
        if emails:
            return self.env._(
                "If you use it, mail leaves from %(found)s instead of %(expected)s.",
                found=account,
                expected=", ".join(emails),
            )
        return self.env._(
            "If you use it, mail leaves through the mailbox %(found)s.", found=account
        )

    def _get_own_addresses(self):
        """The sender addresses that are the account itself."""
        account = email_normalize(self.login_email)
        return self.address_ids.filtered(
            lambda address: address.email_normalized == account
        )

    def _become(self, account):
        """Expect another account from now on; the addresses that are it follow.

        :param account: address of the account that logged in
        :raise UserError: when an address may not be that
        """
        self.ensure_one()
        self = self.sudo()
        if own := self._get_own_addresses():
            if own.with_context(active_test=False).search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("email_normalized", "=", email_normalize(account)),
                ]
            ):
                raise guided_error(
                    UserError,
                    self.env._(
                        "%(company)s has the sender address %(email)s already. Connect "
                        "the mailbox there.",
                        company=self.company_id.display_name,
                        email=account,
                    ),
                    guide="linked",
                )
            own.email = account
        self.login_email = account

    def _link(self, application, grant):
        """Take what a login gave; nothing of an earlier one stays.

        :param application: the ``mail.sender.oauth.application`` it was given to
        :param grant: a :class:`..providers.base.Grant`
        """
        self.ensure_one()
        self = self.sudo()
        account = (self.account_email or "").lower()
        if (application, grant.account.lower()) != (self.application_id, account):
            self._give_back_later()
        self._forget_tokens()
        self._write_grant__(grant)
        self._take_over(
            application,
            account_email=grant.account,
            organization=grant.organization,
            scopes=sorted(grant.scopes),
            expiry_date=grant.expires_at,
        )
        if self.user_id:
            self._provide_own_address()

    def _provide_own_address(self):
        """Let the user who linked the own mailbox send from it.

        :raise UserError: when the address is somebody else's in this company, or the
            company does not want it
        """
        self._check_own()
        addresses = self.env["mail.sender.address"].with_context(active_test=False)
        account = email_normalize(self.account_email)
        address = addresses.search(
            [
                ("company_id", "=", self.company_id.id),
                ("email_normalized", "=", account),
            ]
        )
        if address and address.user_id != self.user_id:
            raise guided_error(
                UserError,
                self.env._(
                    "%(email)s is a sender address of %(company)s already. Ask whoever "
                    "manages the senders.",
                    email=account,
                    company=self.company_id.display_name,
                ),
                guide="linked",
            )
        if address and not address.active:
            raise guided_error(
                UserError,
                self.env._(
                    "The sender address %(email)s is archived in %(company)s. Ask "
                    "whoever manages the senders to restore it.",
                    email=account,
                    company=self.company_id.display_name,
                ),
                guide="linked",
            )
        vals = {"mode": MODE_KEYS[self.provider], "connection_id": self.id}
        if address:
            address.write(vals)
            return
        addresses.create(
            {
                **vals,
                "name": self.user_id.name,
                "email": account,
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
            }
        )

    def _take_over(self, application, **vals):
        """Store whom mail leaves from, and let it leave.

        :param application: the ``mail.sender.oauth.application`` that is used
        """
        if vals["account_email"] != self.account_email:
            # What another account may send as proves nothing.
            vals["send_as"] = False
        self.write(
            {
                "application_id": application.id,
                "status": "connected",
                "connected_uid": self.env.uid,
                "connected_date": fields.Datetime.now(),
                "actual_transport": False,
                **vals,
            }
        )
        self._provide_server()
        self._recover()
        self._do_after_all("_learn_send_as")

    # ------------------------------------------------------------- letting go

    def action_disconnect(self):
        """Forget the permission, and give it back."""
        self.ensure_one()
        if not self._may_be_linked():
            self.check_access("write")
        connection = self.sudo()
        is_given, problem = connection._get_giving_back()
        if is_given:
            connection._give_back_later()
        connection._forget_tokens()
        connection.write(
            {
                "status": "revoked",
                "scopes": False,
                "expiry_date": False,
                "error_code": False,
                "error_params": False,
            }
        )
        connection.address_ids._refresh_roads()
        if problem:
            return notification("warning", problem)
        return notification("success", connection._get_goodbye_text(is_given))

    def _get_giving_back(self):
        """Whether the provider is to be told that the permission is not needed.

        :return: that, and what is left to do instead, translated; or empty
        """
        withdraw = self._get_withdraw_text()
        if self.kind == "organization":
            return False, ""
        if self._shares_account():
            # Google withdraws all that an account gave to an application.
            return False, self.env._(
                "Another mailbox in Odoo uses the same account, so that the provider "
                "was not told. %(withdraw)s",
                withdraw=withdraw,
            )
        try:
            grant = self._read_grant__()
            takes_back = bool(grant) and self._get_provider().takes_back
        except ProviderError as error:
            return False, f"{provider_error_text(self.env, error)} {withdraw}"
        return takes_back, withdraw if grant and not takes_back else ""

    def _get_goodbye_text(self, is_given):
        """What Disconnect did, translated.

        :param is_given: whether the provider is told next
        """
        if is_given:
            return self.env._(
                "Odoo may no longer use %(email)s and gives the permission back to "
                "%(provider)s. If that fails, you are told what to do.",
                email=self.account_email,
                provider=dict(PROVIDERS)[self.provider],
            )
        return self.env._("Odoo may no longer use %(email)s.", email=self.account_email)

    def _get_withdraw_text(self):
        """What is left to do where the provider was not told."""
        return self.env._(
            "Odoo has forgotten the permission. To withdraw it at the provider as "
            "well, log in at %(url)s.",
            url=WITHDRAW_URLS[self.provider],
        )

    def _give_back_later(self):
        """Tell the provider that these permissions are not needed, once that is sure.

        It is asked after this transaction, which may come to nothing. What it does not
        take back is logged, and told to the user.
        """
        leaving = []
        for connection in self.sudo().filtered(lambda each: each.kind == "login"):
            name = connection.display_name
            try:
                grant = connection._read_grant__()
                provider = grant and connection._get_provider()
            except ProviderError as error:
                _logger.warning(TO_WITHDRAW, name, error)
                continue
            if grant and not connection._shares_account(self):
                text = f"{name}: {connection._get_withdraw_text()}"
                leaving.append(LeavingGrant(name, provider, grant, text))
        if leaving:
            cr = self.env.cr
            cr.postcommit.add(partial(_give_back, cr.dbname, self.env.uid, leaving))

    def _shares_account(self, leaving=None):
        """Whether another connection lives from the same account and application.

        :param leaving: the connections that do so no longer; by default this one
        """
        return bool(
            self.search(
                [
                    ("id", "not in", (leaving or self).ids),
                    ("application_id", "=", self.application_id.id),
                    ("account_email", "=", self.account_email),
                    ("status", "in", ("connected", "expiring")),
                ],
                limit=1,
            )
        )

    def _provide_server(self):
        """Make or update the ``ir.mail_server`` that stands for the mailbox."""
        server = self._get_provider().get_smtp_server(self.organization or "")
        vals = {
            "name": self.display_name,
            "smtp_host": server.host,
            "smtp_port": server.port,
            # A token is shown to nobody but the provider.
            "smtp_encryption": "starttls_strict",
            "smtp_authentication": SERVER_TYPES[self.provider],
            "smtp_user": self.account_email,
            # Never a domain: Odoo would let other addresses of it leave here.
            "from_filter": self.account_email,
            "sender_company_id": self.company_id.id,
        }
        if self.mail_server_id:
            write_changes(self.mail_server_id, vals)
        else:
            self.mail_server_id = self.mail_server_id.create(
                {**vals, "is_sender_managed": True}
            )


def _give_back(dbname, uid, leaving):
    """Give permissions back where nothing can be undone any more.

    A provider that does not answer is not asked again: nobody waits longer than once.

    :param uid: the user to tell what is left to do
    :param leaving: list of :class:`LeavingGrant`
    """
    left, trouble = [], None
    for each in leaving:
        try:
            if isinstance(trouble, TemporaryError):
                raise trouble
            if each.provider.takes_back:
                each.provider.revoke(each.grant)
                continue
            _logger.info(TO_WITHDRAW, each.name, "the provider offers no other way")
        except ProviderError as error:
            trouble = error
            _logger.warning(TO_WITHDRAW, each.name, error)
        left.append(each.text)
    if left:
        _tell(dbname, uid, "\n".join(left))


def _tell(dbname, uid, text):
    """Show a sentence to a user, whatever page is open."""
    try:
        with Registry(dbname).cursor() as cr:
            user = api.Environment(cr, SUPERUSER_ID, {})["res.users"].browse(uid)
            user.exists()._bus_send(
                "simple_notification",
                {"type": "warning", "message": text, "sticky": True},
            )
    except Exception:
        # It was forgotten here all the same.
        _logger.exception("Nobody could be told to withdraw a permission")
