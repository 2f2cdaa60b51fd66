# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..guide_errors import guided_error
from ..modes import SmtpMailboxMode
from ..texts import announcement_text, error_text
from ..tools.announcements import find_announcement
from ..tools.errors import SenderToolError
from ..tools.smtp_server import DEFAULT_PORTS, Encryption, SmtpLogin, SmtpServer
from .changes import write_changes

#: Who may see where a mailbox is.
MANAGERS = "mail_sender_domain.group_sender_manager"

#: What the guided set-up asks of a mailbox as well; the password comes beside.
TYPED_FIELDS = (
    "smtp_host",
    "smtp_encryption",
    "smtp_port",
    "has_login",
    "smtp_user",
)

#: What lies on the server of a mailbox.
MAILBOX_FIELDS = (*TYPED_FIELDS, "smtp_password", "has_password", "password_hint")

#: Where mail is handed in: the usual ports, and those that providers offer beside them.
MAIL_PORTS = frozenset({25, 465, 587, 2465, 2525, 2587})

#: System parameter by which the administrator lets managers try mail servers at any
#: port, and in the networks that this machine is in.
ANYWHERE_PARAMETER = "mail_sender_domain.mail_servers_anywhere"

#: What is proposed for a new mailbox.
DEFAULT_ENCRYPTION = Encryption.STARTTLS_STRICT


class MailSenderAddress(models.Model):
    """The mailbox of a sender address that leaves through a mail server of its own.

    Host, login and password lie on an ``ir.mail_server`` that only this address uses;
    whoever manages senders need not be allowed to see mail servers.
    """

    _inherit = "mail.sender.address"

    mail_server_id = fields.Many2one(
        "ir.mail_server",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_system",
        help="The server that this address alone sends through.",
    )
    smtp_host = fields.Char(
        string="Mail Server Host",
        compute="_compute_smtp_host",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
        help="Name or IP address of the outgoing mail server, as its provider says.",
    )
    smtp_encryption = fields.Selection(
        [
            ("starttls_strict", "STARTTLS"),
            ("ssl_strict", "SSL/TLS"),
            ("starttls", "STARTTLS, certificate not checked"),
            ("ssl", "SSL/TLS, certificate not checked"),
            ("none", "None"),
        ],
        string="Encryption",
        compute="_compute_smtp_encryption",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
        help="The last three are for the system administrator: others can read the "
        "password and the mail on the way.",
    )
    smtp_port = fields.Integer(
        string="Port",
        compute="_compute_smtp_port",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
    )
    has_login = fields.Boolean(
        string="Needs a Login",
        compute="_compute_has_login",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
        help="Whether the mail server asks for a user name and a password.",
    )
    smtp_user = fields.Char(
        string="User Name",
        compute="_compute_smtp_user",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
    )
    smtp_password = fields.Char(
        string="Password",
        compute="_compute_smtp_password",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        groups=MANAGERS,
        help="Is stored and never shown again. Changing the host, port, encryption or "
        "user name deletes it.",
    )
    has_password = fields.Boolean(
        compute="_compute_has_password", compute_sudo=True, groups=MANAGERS
    )
    password_hint = fields.Char(
        compute="_compute_has_password", compute_sudo=True, groups=MANAGERS
    )
    provider_announcement = fields.Char(
        compute="_compute_provider_announcement",
        compute_sudo=True,
        groups=MANAGERS,
        help="What the provider of the mailbox announced about passwords.",
    )
    is_dkim_signed = fields.Boolean(
        string="Sign With the Domain's Key",
        help="Sign mail of this mailbox with the DKIM key of its sending domain. Most "
        "providers sign by themselves; two signatures do no harm.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"mail_server_id"}

    # ------------------------------------------------------------- computes

    # One method a field: where only some were typed, reading the others must not
    # undo it.

    @api.depends("mail_server_id.smtp_host")
    def _compute_smtp_host(self):
        for address in self:
            address.smtp_host = address.mail_server_id.smtp_host

    @api.depends("mail_server_id.smtp_encryption")
    def _compute_smtp_encryption(self):
        for address in self:
            stored = address.mail_server_id.smtp_encryption
            address.smtp_encryption = stored or DEFAULT_ENCRYPTION.value

    @api.depends("mail_server_id.smtp_port", "smtp_encryption")
    def _compute_smtp_port(self):
        for address in self:
            usual = DEFAULT_PORTS[address.smtp_encryption or DEFAULT_ENCRYPTION]
            address.smtp_port = address.mail_server_id.smtp_port or usual

    @api.depends("mail_server_id.smtp_user")
    def _compute_has_login(self):
        for address in self:
            server = address.mail_server_id
            address.has_login = bool(server.smtp_user) or not server

    @api.depends("mail_server_id.smtp_user")
    def _compute_smtp_user(self):
        for address in self:
            address.smtp_user = address.mail_server_id.smtp_user

    @api.depends("smtp_host", "has_login")
    @api.depends_context("lang")
    def _compute_provider_announcement(self):
        for address in self:
            host = address.has_login and address.smtp_host
            announcement = find_announcement(host or "")
            address.provider_announcement = announcement and announcement_text(
                self.env, announcement
            )

    def _compute_smtp_password(self):
        self.smtp_password = False

    @api.depends("mail_server_id")
    def _compute_has_password(self):
        for address in self:
            address.has_password = address.mail_server_id._has_password()
            address.password_hint = (
                self.env._("Stored; type it to change it")
                if address.has_password
                else False
            )

    @api.onchange("smtp_encryption")
    def _onchange_smtp_encryption(self):
        encryption = Encryption(self.smtp_encryption or DEFAULT_ENCRYPTION)
        self.smtp_port = DEFAULT_PORTS[encryption]
        if encryption.is_validated:
            return {}
        return {
            "warning": {
                "title": self.env._("The connection can be listened to"),
                "message": self.env._(
                    "Without a checked certificate anybody on the way can read the "
                    "password and the mail. Use this only in a network of your own."
                ),
            }
        }

    @api.onchange("mode", "email")
    def _onchange_smtp_user(self):
        if self.mode == SmtpMailboxMode.key and self.has_login and not self.smtp_user:
            self.smtp_user = self.email

    def _inverse_mailbox(self):
        for address in self:
            server = address.sudo().mail_server_id
            if not server and not address.smtp_host:
                continue
            if server and not server.is_sender_managed:
                address._refuse_change(server)
            address._store_mailbox(server)
        # What was typed is not what is stored, and a password is never read again.
        self.invalidate_recordset(MAILBOX_FIELDS, flush=False)

    def _refuse_change(self, server):
        """Refuse to change an adopted server here.

        :raise ValidationError: naming who may
        """
        raise guided_error(
            ValidationError,
            self.env._(
                "Mail server: %(email)s leaves through “%(server)s”, which is not only "
                "there for this address. The system administrator can change it under "
                "Outgoing Mail Servers.",
                email=self.email,
                server=server.name,
            ),
            guide="mailbox",
        )

    def _store_mailbox(self, server):
        """Write what was typed on the server of this mailbox.

        :param server: its ``ir.mail_server`` in superuser mode; empty: make one
        """
        password = self.smtp_password if self.has_login else ""
        vals = self._prepare_mail_server()
        if not server:
            server = server.create({**vals, "is_sender_managed": True})
            self.sudo().mail_server_id = server
        else:
            write_changes(server, vals)
        if password:
            server._set_password__(password)
            self.sudo()._forget_login_error()

    def _prepare_mail_server(self):
        """The ``ir.mail_server`` values that follow from what was typed.

        :raise ValidationError: naming the field and the mend
        """
        self.ensure_one()
        encryption = self.smtp_encryption or DEFAULT_ENCRYPTION
        try:
            server = SmtpServer.parse(self.smtp_host or "", self.smtp_port, encryption)
            user = self._parse_user() if self.has_login else ""
        except SenderToolError as error:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Mail server: %(reason)s", reason=error_text(self.env, error)
                ),
                guide="mailbox",
            ) from error
        self._check_encryption(server)
        self._check_port(server.port)
        return {
            **self._prepare_server_identity(),
            "smtp_host": server.host,
            "smtp_port": server.port,
            "smtp_encryption": server.encryption.value,
            "smtp_authentication": "login",
            "smtp_user": user,
        }

    def _prepare_server_identity(self):
        """The ``ir.mail_server`` values that tell whose mailbox it is."""
        return {
            "name": self.email,
            # Never a domain: Odoo would let other addresses of it leave here.
            "from_filter": self.email_normalized,
            "sender_company_id": self.company_id.id,
        }

    def _parse_user(self):
        """The user name in the form that servers take.

        :raise SmtpServerError: when it or the password cannot be one
        """
        # A password that is kept was looked at when it was typed.
        login = SmtpLogin.parse(self.smtp_user or "", self.smtp_password or "kept")
        return login.user

    def _check_encryption(self, wanted):
        """Refuse that anybody but the administrator gives up the certificate check.

        :param wanted: the :class:`..tools.smtp_server.SmtpServer` that was typed
        :raise AccessError: naming who may
        """
        stored = self.sudo().mail_server_id
        is_unchanged = (stored.smtp_host, stored.smtp_encryption) == (
            wanted.host,
            wanted.encryption.value,
        )
        if is_unchanged or wanted.encryption.is_validated:
            return
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise guided_error(
                AccessError,
                self.env._(
                    "Encryption: only the system administrator may choose a connection "
                    "whose certificate is not checked. Choose STARTTLS or SSL/TLS."
                ),
                guide="mailbox",
            )

    def _check_port(self, port):
        """Refuse ports that no mail server has: a check would tell what listens there.

        :raise AccessError: naming the ports and who may choose others
        """
        is_unchanged = self.sudo().mail_server_id.smtp_port == port
        if port in MAIL_PORTS or is_unchanged or self._may_go_anywhere():
            return
        raise guided_error(
            AccessError,
            self.env._(
                "Port: only the system administrator may choose %(port)s. Mail servers "
                "take mail at %(ports)s.",
                port=port,
                ports=", ".join(map(str, sorted(MAIL_PORTS))),
            ),
            guide="mailbox",
        )

    @api.model
    def _may_go_anywhere(self):
        """Whether the user may try mail servers at any port and in our own network."""
        parameters = self.env["ir.config_parameter"].sudo()
        return self.env.user._is_system() or bool(
            parameters.get_param(ANYWHERE_PARAMETER)
        )

    # ----------------------------------------------------------------- CRUD

    def write(self, vals):
        servers = self.sudo().mail_server_id if "mail_server_id" in vals else None
        result = super().write(vals)
        if servers:
            # Nobody else may ever use the login of a mailbox.
            left = servers - self.sudo().mail_server_id
            left.filtered("is_sender_managed").unlink()
        if {"email", "company_id"} & vals.keys():
            for address in self.sudo():
                server = address.mail_server_id.filtered("is_sender_managed")
                if server:
                    write_changes(server, address._prepare_server_identity())
        return result

    def unlink(self):
        servers = self.sudo().mail_server_id.filtered("is_sender_managed")
        result = super().unlink()
        servers.unlink()
        return result
