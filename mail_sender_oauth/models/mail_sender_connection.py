# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

from odoo.addons.mail_sender_domain.guide_errors import guided_error
from odoo.addons.mail_sender_domain.models.changes import get_changes

from ..modes import MODE_KEYS
from ..providers.base import Purpose
from ..providers.errors import (
    ApplicationError,
    GrantError,
    ProviderError,
    StorageError,
)
from ..texts import provider_error_text, provider_text
from .mail_sender_oauth_application import PROVIDERS

#: What closes the road of a mailbox until somebody does something.
BREAKING = (GrantError, ApplicationError, StorageError)


class MailSenderConnection(models.Model):
    """A mailbox at Google or Microsoft that was linked by a login.

    It sends for one or more sender addresses of one company. Only code in superuser
    mode writes what the provider said; the tokens are in `_tokens.py`.

    For code that sends: :meth:`_get_provider`, :meth:`_get_access` and
    :meth:`_get_transport`; then :meth:`_fail` or :meth:`_recover` with what came of it.
    """

    _name = "mail.sender.connection"
    _description = "Linked Mailbox"
    _inherit = ["mail.sender.protected", "mail.sender.input", "mail.sender.vault"]
    _order = "company_id, account_email, id"
    _rec_name = "account_email"
    _check_company_auto = True

    #: What stays as it was made: the login was given for it.
    _fixed_fields = {"provider", "company_id", "user_id"}

    provider = fields.Selection(PROVIDERS, required=True)
    kind = fields.Selection(
        [
            ("login", "Login of a person"),
            ("organization", "Permission of the organisation"),
        ],
        string="Linked By",
        required=True,
        default="login",
        help="With the permission of the organisation (Microsoft 365, Google "
        "Workspace) nobody logs in: its administrator opens the mailbox to the "
        "application.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        # Deleting a mailbox gives its permission back, which SQL would not.
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Mailbox Of",
        index="btree_not_null",
        ondelete="cascade",
        help="The user who linked the own mailbox. Empty: it is the company's.",
    )
    login_email = fields.Char(
        string="Account",
        required=True,
        help="The account that is expected to log in. It may differ from the sender "
        "address: a shared mailbox, or an alias.",
    )
    application_id = fields.Many2one(
        "mail.sender.oauth.application",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The application that the permission was given to.",
    )
    account_email = fields.Char(
        string="Connected Account",
        readonly=True,
        copy=False,
        help="The account that logged in, as the provider reports it.",
    )
    organization = fields.Char(
        readonly=True,
        copy=False,
        help="The tenant or Workspace domain of the account; empty: a personal one.",
    )
    scopes = fields.Json(string="Permissions", readonly=True, copy=False)
    status = fields.Selection(
        [
            ("new", "Not connected"),
            ("connected", "Connected"),
            ("expiring", "Expiring"),
            ("broken", "Needs reconnect"),
            ("revoked", "Revoked"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="new",
    )
    connected_uid = fields.Many2one(
        "res.users", string="Connected By", readonly=True, copy=False
    )
    connected_date = fields.Datetime(string="Connected On", readonly=True, copy=False)
    refreshed_date = fields.Datetime(string="Last Refresh", readonly=True, copy=False)
    checked_date = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the scheduler asked the provider last, whatever came of it.",
    )
    expiry_date = fields.Datetime(
        string="Ends On",
        readonly=True,
        copy=False,
        help="When the permission ends by itself, where the provider says so.",
    )
    error_code = fields.Char(readonly=True, copy=False)
    error_params = fields.Json(readonly=True, copy=False)
    error_text = fields.Text(
        string="Last Error", compute="_compute_error_text", compute_sudo=True
    )
    transport = fields.Selection(
        [
            ("automatic", "Automatic"),
            ("smtp", "SMTP"),
            ("api", "Interface of the provider"),
        ],
        string="Sends Through",
        required=True,
        default="automatic",
        help="Automatic: Gmail through its interface, which needs the narrowest "
        "permission; Microsoft through SMTP, or through Graph where SMTP is off. SMTP "
        "at Google needs the permission to the whole mailbox.",
    )
    actual_transport = fields.Selection(
        [("smtp", "SMTP"), ("api", "Interface of the provider")],
        string="Sent Last Through",
        readonly=True,
        copy=False,
    )
    send_as = fields.Json(
        string="May Send As",
        readonly=True,
        copy=False,
        help="The addresses that the account reports, normalised.",
    )
    send_as_text = fields.Char(
        string="May Also Send As", compute="_compute_send_as_text"
    )
    may_be_linked = fields.Boolean(compute="_compute_may_be_linked")
    guide_section = fields.Char(
        compute="_compute_guide_section",
        help="The part of the guide that is about mailboxes of the provider.",
    )
    mail_server_id = fields.Many2one(
        "ir.mail_server",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_system",
        help="The server that stands for the mailbox in Odoo's queue.",
    )
    address_ids = fields.One2many(
        "mail.sender.address", "connection_id", string="Sender Addresses"
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "application_id",
            "account_email",
            "organization",
            "scopes",
            "status",
            "connected_uid",
            "connected_date",
            "refreshed_date",
            "checked_date",
            "expiry_date",
            "error_code",
            "error_params",
            "actual_transport",
            "send_as",
            "mail_server_id",
        }

    # ------------------------------------------------------------- computes

    @api.depends("account_email", "login_email", "provider")
    def _compute_display_name(self):
        labels = dict(PROVIDERS)
        for connection in self:
            email = connection.account_email or connection.login_email or ""
            provider = labels.get(connection.provider, "")
            connection.display_name = f"{email} ({provider})"

    @api.depends("error_code", "error_params")
    @api.depends_context("lang")
    def _compute_error_text(self):
        for connection in self:
            connection.error_text = connection.error_code and provider_text(
                self.env, connection.error_code, connection.error_params or {}
            )

    @api.depends("send_as")
    def _compute_send_as_text(self):
        for connection in self:
            connection.send_as_text = ", ".join(connection.send_as or ())

    @api.depends_context("uid")
    def _compute_may_be_linked(self):
        for connection in self:
            connection.may_be_linked = connection._may_be_linked()

    @api.depends("provider")
    def _compute_guide_section(self):
        modes = self.env["mail.sender.address"]._get_mode_classes()
        for connection in self:
            key = MODE_KEYS.get(connection.provider)
            connection.guide_section = key and modes[key].guide_section

    # ---------------------------------------------------------- constraints

    @api.constrains("login_email")
    def _check_login_email(self):
        for connection in self:
            email = (connection.login_email or "").strip().lower()
            if not email or email_normalize(email) != email:
                raise guided_error(
                    ValidationError,
                    self.env._("Account: type the e-mail address of the account."),
                    guide="linked",
                )

    @api.constrains("user_id", "kind")
    def _check_user(self):
        for connection in self:
            if connection.user_id and connection.kind != "login":
                raise guided_error(
                    ValidationError,
                    self.env._("A user links the own mailbox by a login only."),
                    guide="linked",
                )

    # ----------------------------------------------------------------- CRUD

    def write(self, vals):
        self._check_fixed(vals)
        result = super().write(vals)
        if "transport" in vals:
            for connection in self.filtered("scopes"):
                connection._check_scopes()
            self.sudo().address_ids._refresh_roads()
        return result

    def _check_fixed(self, vals):
        """Refuse that the mailbox of one becomes that of another.

        :raise ValidationError: naming the mend
        """
        for connection in self:
            fixed = self._fixed_fields | ({"kind"} if connection._was_open() else set())
            if get_changes(
                connection, {name: vals[name] for name in fixed & vals.keys()}
            ):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "The provider, company and owner of a linked mailbox do not "
                        "change, nor does how it is linked. Connect another mailbox."
                    ),
                    guide="linked",
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for connection in self.sudo().filtered("address_ids"):
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(mailbox)s sends for %(addresses)s. Disconnect it instead, or "
                    "give these addresses another mailbox first.",
                    mailbox=connection.display_name,
                    addresses=", ".join(connection.address_ids.mapped("email")),
                ),
                guide="linked",
            )

    def unlink(self):
        servers = self.sudo().mail_server_id
        self._give_back_later()
        result = super().unlink()
        servers.unlink()
        return result

    def _get_protection_text(self):
        return self.env._(
            "What a linked mailbox may do follows from the login. Connect it instead."
        )

    # ------------------------------------------------------------- provider

    def _get_provider(self):
        """The provider, asked in the name of the application.

        :rtype: ..providers.base.Provider
        :raise ProviderError: when the application is not set up
        """
        self.ensure_one()
        application = self.sudo().application_id or self._find_application()
        if not application:
            raise ApplicationError("wrong_client")
        return application._get_provider()

    def _find_application(self):
        """The application that a new login is for; empty when there is none."""
        applications = self.env["mail.sender.oauth.application"]
        return applications._find(self.company_id, self.provider)

    def _get_purposes(self):
        """What a login asks the permission for.

        :rtype: set[..providers.base.Purpose]
        """
        self.ensure_one()
        if self.provider == "google":
            purposes = {Purpose.SMTP if self.transport == "smtp" else Purpose.API}
            if self._sends_for_others():
                # Google puts the account in the place of what it does not list.
                purposes.add(Purpose.ADDRESSES)
            return purposes
        # Which way a tenant allows shows when sending; nobody is asked twice.
        purposes = {Purpose.API, Purpose.SMTP, Purpose.ADDRESSES}
        emails = self.sudo().address_ids.mapped("email_normalized")
        if any(map(self._is_shared, emails)):
            purposes.add(Purpose.SHARED)
        return purposes

    def _sends_for_others(self):
        """Whether mail leaves from other addresses than that of the account."""
        account = email_normalize(self.account_email or self.login_email)
        emails = self.sudo().address_ids.mapped("email_normalized")
        return any(email != account for email in emails)

    def _is_shared(self, email):
        """Whether an address is the mailbox of others, which Microsoft shares.

        :param email: the normalised address
        """
        self.ensure_one()
        if self.provider != "microsoft" or self.kind != "login" or self._is_personal():
            return False
        account = email_normalize(self.account_email or self.login_email)
        return email not in {account, *(self.send_as or ())}

    def _is_personal(self):
        """Whether no organisation has the account, as far as that is known."""
        login = email_normalize(self.login_email)
        if self.account_email and email_normalize(self.account_email) == login:
            return not self.organization
        mode_class = self.env["mail.sender.address"]._get_mode_classes()[
            MODE_KEYS[self.provider]
        ]
        return mode_class.has_mailboxes_on(login.rpartition("@")[2])

    def _get_missing_scopes(self, *purposes):
        """The permissions that these purposes need and that nobody gave.

        :raise ProviderError: when the application is not set up
        """
        self.ensure_one()
        scopes = self._get_provider().scopes
        needed = {scope for purpose in purposes for scope in scopes[purpose]}
        return sorted(needed - set(self.scopes or ()))

    def _get_transport(self):
        """How to send now: ``"smtp"`` or ``"api"``."""
        self.ensure_one()
        if self.transport != "automatic":
            return self.transport
        usual = "api" if self.provider == "google" else "smtp"
        return self.actual_transport or usual

    def _get_mailbox(self):
        """The mailbox to name to the interface; empty: that of who logged in."""
        return self.account_email if self.kind == "organization" else ""

    # --------------------------------------------------------------- health

    def _is_open(self):
        """Whether mail may leave."""
        return self.status in ("connected", "expiring")

    def _was_open(self):
        """Whether mail might leave, now or before."""
        return bool(self.connected_date)

    def _get_trouble(self):
        """Why mail may not leave and what to do: a translated sentence; or empty."""
        self.ensure_one()
        if self._is_open():
            return ""
        if self.error_text:
            return self.error_text
        label = dict(PROVIDERS)[self.provider]
        if self.connected_date:
            return self.env._(
                "The mailbox %(email)s is no longer connected. Press Reconnect.",
                email=self.account_email,
            )
        return self.env._(
            "The mailbox %(email)s is not connected yet. Press Connect to log in at "
            "%(provider)s.",
            email=self.login_email,
            provider=label,
        )

    def _fail(self, error):
        """Remember what the provider said, and close the road if it will not mend.

        A temporary failure, or the refusal of one mail, closes nothing.

        :param error: a :class:`..providers.errors.ProviderError`
        """
        self.ensure_one()
        self.sudo().write(self._prepare_failure(error))
        if isinstance(error, BREAKING):
            self.sudo().address_ids._refresh_roads()

    def _prepare_failure(self, error):
        """The values that tell what the provider said."""
        vals = {"error_code": error.code, "error_params": error.params}
        if isinstance(error, BREAKING):
            is_revoked = error.code == "consent_revoked"
            vals["status"] = "revoked" if is_revoked else "broken"
        return vals

    def _check_scopes(self):
        """Ask for another login where the way to send needs a wider permission.

        :raise UserError: when the application is not set up
        """
        try:
            missing = self._get_missing_scopes(Purpose(self._get_transport()))
        except ProviderError as error:
            raise guided_error(
                UserError, provider_error_text(self.env, error), guide="linked"
            ) from error
        if missing:
            self._fail(GrantError("scope_missing", scopes=", ".join(missing)))

    def _recover(self):
        """Remember that the provider gave access, and open the road.

        What was let go stays closed: only another login opens it.
        """
        self.ensure_one()
        if self.status in ("new", "revoked"):
            return
        self.sudo().write(
            {
                "status": "expiring" if self.status == "expiring" else "connected",
                "refreshed_date": fields.Datetime.now(),
                "error_code": False,
                "error_params": False,
            }
        )
        self.sudo().address_ids._refresh_roads()
