# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.domain_connect import DomainConnectError, Template
from ..tools.domain_connect_apply import SigningKey, public_key_records
from ..tools.domain_name import DomainName
from ..tools.errors import DomainNameError

#: Where the signing key is.
KEY_COLUMN = "domain_connect_secret"


class MailSenderPlatform(models.Model):
    """The template under which DNS hosts know this platform (Domain Connect).

    The signing key is a column without a field, see ``mail.sender.secret``.
    """

    _name = "mail.sender.platform"
    _inherit = ["mail.sender.platform", "mail.sender.secret"]
    _secret_columns = ("sender_password", KEY_COLUMN)

    domain_connect_provider = fields.Char(
        string="Provider ID",
        help="Domain under which the template was registered with DNS hosts.",
    )
    domain_connect_service = fields.Char(string="Service ID", default="mail-sender")
    domain_connect_label = fields.Char(
        string="Key Label",
        help="Where the public key is published, below the domain that the template "
        "names in syncPubKeyDomain.",
    )
    domain_connect_key = fields.Text(
        string="Signing Key",
        compute="_compute_domain_connect_key",
        inverse="_inverse_domain_connect_key",
        groups="base.group_system",
        help="A private RSA key in PEM. Is stored and never shown again.",
    )
    domain_connect_hint = fields.Text(
        string="Public Key",
        compute="_compute_domain_connect_key",
        groups="base.group_system",
        help="TXT records to publish at the label, so that DNS hosts can verify links.",
    )

    @api.depends("domain_connect_label")
    def _compute_domain_connect_key(self):
        for platform in self:
            platform.domain_connect_key = False
            key = platform.sudo()._get_password__(KEY_COLUMN)
            try:
                platform.domain_connect_hint = "\n".join(public_key_records(key))
            except DomainConnectError:
                # There is none, or none that can be used: whoever needs it says so.
                platform.domain_connect_hint = False

    def _inverse_domain_connect_key(self):
        for platform in self:
            if not (key := (platform.domain_connect_key or "").strip()):
                continue
            try:
                public_key_records(key)
            except DomainConnectError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Signing Key: %(reason)s", reason=error_text(self.env, error)
                    ),
                    guide="platform",
                ) from error
            platform.sudo()._set_password__(key, KEY_COLUMN)

    @api.constrains("domain_connect_provider")
    def _check_domain_connect_provider(self):
        for platform in self:
            try:
                DomainName.parse(platform.domain_connect_provider or "example.com")
            except DomainNameError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Provider ID: %(reason)s", reason=error_text(self.env, error)
                    ),
                    guide="platform",
                ) from error

    def _get_domain_connect_template(self):
        """The template that DNS hosts may know; None when it is not set up.

        :rtype: ..tools.domain_connect.Template
        """
        self.ensure_one()
        names = (self.domain_connect_provider, self.domain_connect_service)
        key = self._get_password__(KEY_COLUMN)
        if not (all(names) and self.domain_connect_label and key):
            return None
        return Template(*names)

    def _get_domain_connect_signer(self):
        """The key that links are signed with, once there is a template.

        :rtype: ..tools.domain_connect_apply.SigningKey
        """
        self.ensure_one()
        key = self._get_password__(KEY_COLUMN)
        return SigningKey(self.domain_connect_label, key)
