# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..providers.errors import ApplicationError, StorageError
from ..providers.google import ENDPOINTS, GoogleProvider
from ..providers.http_client import HttpClient
from ..providers.microsoft import CLOUDS, MANY_TENANTS, MicrosoftProvider
from ..server_settings import SECTION, get_setting

#: The providers as people know them.
PROVIDERS = [("google", "Google"), ("microsoft", "Microsoft")]

#: Where the provider sends the browser back to; registered there.
CALLBACK_PATH = "/mail-sender/oauth/callback"

#: What can begin the name of a setting, in a file as well as in the environment.
_CODE = re.compile(r"[A-Za-z0-9_]+")

#: What is stored without ever being shown again.
SECRETS = ("client_secret", "certificate", "service_account_key")


class MailSenderOauthApplication(models.Model):
    """Our application at a provider of mailboxes: who asks people for permission.

    One without company serves every company that has none of its own. Each value may
    also be given by the administrator of the machine, and then counts for more; see
    :mod:`..server_settings`.
    """

    _name = "mail.sender.oauth.application"
    _description = "OAuth Application of Mail Senders"
    _inherit = ["mail.sender.input", "mail.sender.vault"]
    _order = "provider, company_id, id"
    _rec_name = "code"

    _unique_code = models.Constraint(
        "UNIQUE(code)", "Code: another application has it. Choose another one."
    )
    _unique_company = models.UniqueIndex(
        "(provider, COALESCE(company_id, 0))",
        "Company: it has an application at this provider already. Change that one.",
    )

    provider = fields.Selection(PROVIDERS, required=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="What settings of this application begin with in odoo.conf and in the "
        "environment.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies without an application of their own.",
    )
    client_id = fields.Char(string="Client ID")
    client_secret = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        help="Is stored and never shown again.",
    )
    certificate = fields.Text(
        string="Certificate and Private Key",
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        help="Microsoft: instead of the client secret, in PEM format. Is stored and "
        "never shown again.",
    )
    service_account_key = fields.Text(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        help="Google Workspace: the JSON key of a service account with domain-wide "
        "delegation, to send without anybody's login. Is stored and never shown again.",
    )
    tenant = fields.Char(
        default="common",
        help="Microsoft: who may log in. common: everybody; organizations: accounts of "
        "organisations; consumers: personal accounts; or the id of one tenant.",
    )
    cloud = fields.Selection(
        [
            ("global", "Worldwide"),
            ("us_government", "US Government"),
            ("us_defense", "US Department of Defense"),
            ("china", "China (21Vianet)"),
        ],
        required=True,
        default="global",
        help="Microsoft: which of its clouds the mailboxes are in.",
    )
    redirect_uri = fields.Char(
        string="Redirect URI",
        compute="_compute_redirect_uri",
        help="Register exactly this address at the provider.",
    )
    client_secret_hint = fields.Char(
        compute="_compute_stored_secrets", compute_sudo=True
    )
    stored_secrets = fields.Char(
        string="Stored", compute="_compute_stored_secrets", compute_sudo=True
    )
    removable_secrets = fields.Json(
        compute="_compute_stored_secrets",
        compute_sudo=True,
        help="Names of the secrets that lie in the database.",
    )
    setting_example = fields.Char(compute="_compute_setting_example")
    is_complete = fields.Boolean(compute="_compute_is_complete", compute_sudo=True)

    # ------------------------------------------------------------- computes

    def _compute_secrets(self):
        for name in SECRETS:
            self[name] = False

    def _inverse_secrets(self):
        for application in self:
            typed = {name: application[name] for name in SECRETS if application[name]}
            application._write_secrets__(typed)
        # A secret is never read again.
        self.invalidate_recordset(SECRETS, flush=False)

    @api.depends("client_secret", "certificate", "service_account_key")
    @api.depends_context("lang")
    def _compute_stored_secrets(self):
        for application in self:
            application.stored_secrets = ", ".join(
                application._get_label(name)
                for name in SECRETS
                if application._get_value_or_nothing(name)
            )
            application.removable_secrets = application._get_stored_names()
            has_secret = application._get_value_or_nothing("client_secret")
            application.client_secret_hint = (
                self.env._("Stored; type it to change it") if has_secret else False
            )

    def _get_label(self, name):
        """What people call a field."""
        return self._fields[name].get_description(self.env, ["string"])["string"]

    def _get_stored_names(self):
        """The names of the secrets in the database; none where no key opens them."""
        try:
            return list(self._read_secrets__()) if self.ids else []
        except StorageError:
            return []

    def action_remove_secret(self):
        """Forget the secret that the context names; the others stay.

        :raise UserError: when it names none
        """
        self.ensure_one()
        self.check_access("write")
        name = self.env.context.get("mail_sender_secret")
        if name not in SECRETS:
            raise guided_error(
                UserError,
                self.env._(
                    "Choose which secret to remove: %(names)s.",
                    names=", ".join(map(self._get_label, SECRETS)),
                ),
                guide="linked",
            )
        self._write_secrets__({name: False})
        # What follows from the secrets follows from nothing that the cache knows.
        self.invalidate_recordset()

    @api.depends("code")
    def _compute_setting_example(self):
        for application in self:
            application.setting_example = (
                f"[{SECTION}] {application.code or ''}.client_secret = ..."
            )

    def _compute_redirect_uri(self):
        self.redirect_uri = urljoin(self.get_base_url(), CALLBACK_PATH)

    @api.depends("client_id", "client_secret", "certificate", "service_account_key")
    def _compute_is_complete(self):
        for application in self:
            application.is_complete = application._can_log_in() or bool(
                application._get_value_or_nothing("service_account_key")
            )

    def _can_log_in(self):
        """Whether people can be asked for permission."""
        self.ensure_one()
        has_secret = any(
            self._get_value_or_nothing(name)
            for name in ("client_secret", "certificate")
        )
        return bool(has_secret and self._get_value_or_nothing("client_id"))

    # ---------------------------------------------------------- constraints

    @api.constrains("code")
    def _check_code(self):
        for application in self:
            if not _CODE.fullmatch(application.code):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Code: only the letters a to z, digits and _ are allowed. "
                        "Choose another one."
                    ),
                    guide="linked",
                )

    # --------------------------------------------------------------- values

    def _get_value(self, name):
        """A value, a secret included: the machine's, else the stored one.

        :raise StorageError: when no key opens the secrets
        """
        self.ensure_one()
        if setting := get_setting(f"{self.code}.{name}"):
            return setting
        return (self._get_secret__(name) if name in SECRETS else self[name]) or ""

    def _get_value_or_nothing(self, name):
        """The same, but nothing where no key opens it, or while there is no code."""
        try:
            return self._get_value(name) if self.code else ""
        except StorageError:
            return ""

    @api.model
    def _find(self, company, provider):
        """The application that a company uses at a provider, or an empty record.

        :param company: one ``res.company``
        :param provider: key of the provider
        """
        applications = self.sudo().search(
            [
                ("provider", "=", provider),
                ("company_id", "in", [*company.sudo().parent_ids.ids, False]),
            ]
        )
        by_company = {each.company_id: each for each in applications}
        lineage = [*company.sudo().parent_ids[::-1], self.env["res.company"]]
        found = [by_company[each] for each in lineage if each in by_company]
        return found[0] if found else self.sudo().browse()

    # ------------------------------------------------------------- provider

    def _get_provider(self):
        """The provider, asked in the name of this application.

        :rtype: ..providers.base.Provider
        :raise ProviderError: when what is set up cannot be used
        """
        self.ensure_one()
        self = self.sudo()
        return getattr(self, f"_make_{self.provider}")()

    def _make_google(self):
        key = self._get_value("service_account_key")
        try:
            key = json.loads(key) if key else None
        except ValueError:
            raise ApplicationError("bad_key") from None
        return GoogleProvider(
            self._get_value("client_id"),
            self._get_value("client_secret"),
            service_account_key=key,
            endpoints=self._get_google_endpoints(),
            http=self._get_http_client(),
        )

    def _make_microsoft(self):
        return MicrosoftProvider(
            self._get_value("client_id"),
            self._get_value("client_secret"),
            certificate=self._get_value("certificate"),
            tenant=self._get_value("tenant") or MANY_TENANTS[0],
            cloud=self._get_microsoft_cloud(),
            http=self._get_http_client(),
        )

    @api.model
    def _get_google_endpoints(self):
        """Where Google answers; tests have a Google of their own."""
        return ENDPOINTS

    def _get_microsoft_cloud(self):
        """Where Microsoft answers; tests have a Microsoft of their own."""
        return CLOUDS[self._get_value("cloud")]

    @api.model
    def _get_http_client(self):
        """What asks the provider; a proxy of the environment is used."""
        return HttpClient()
