# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..modes import SmtpMailboxMode
from ..texts import error_text, smtp_text
from ..tools.errors import SenderToolError
from ..tools.smtp_error import explain_error
from ..tools.smtp_refusal import Stage
from ..tools.smtp_server import DEFAULT_PORTS, Encryption, SmtpLogin, SmtpServer


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
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        help="Name or IP address of the outgoing mail server, as its provider says.",
    )
    smtp_encryption = fields.Selection(
        [
            ("starttls_strict", "STARTTLS"),
            ("ssl_strict", "TLS from the start"),
            ("starttls", "STARTTLS, certificate not checked"),
            ("ssl", "TLS from the start, certificate not checked"),
            ("none", "None"),
        ],
        string="Encryption",
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
    )
    smtp_port = fields.Integer(
        string="Port",
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
    )
    has_login = fields.Boolean(
        string="Needs a Login",
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        help="Whether the mail server asks for a user name and a password.",
    )
    smtp_user = fields.Char(
        string="User Name",
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
    )
    smtp_password = fields.Char(
        string="Password",
        compute="_compute_mailbox",
        inverse="_inverse_mailbox",
        compute_sudo=True,
        help="Is stored and never shown again. Changing the host, port, encryption or "
        "user name deletes it.",
    )
    has_password = fields.Boolean(compute="_compute_mailbox", compute_sudo=True)
    is_dkim_signed = fields.Boolean(
        string="Sign With the Domain's Key",
        help="Sign mail of this mailbox with the DKIM key of its sending domain. Most "
        "providers sign by themselves; two signatures do no harm.",
    )
    is_mailbox_checked = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether the server took the login once since it was changed.",
    )
    login_error_code = fields.Char(readonly=True, copy=False)
    login_error_params = fields.Json(readonly=True, copy=False)

    # ------------------------------------------------------------- computes

    @api.depends(
        "mail_server_id.smtp_host",
        "mail_server_id.smtp_port",
        "mail_server_id.smtp_encryption",
        "mail_server_id.smtp_user",
    )
    def _compute_mailbox(self):
        for address in self:
            server = address.mail_server_id
            encryption = server.smtp_encryption or Encryption.STARTTLS_STRICT.value
            address.smtp_host = server.smtp_host
            address.smtp_encryption = encryption
            address.smtp_port = server.smtp_port or DEFAULT_PORTS[encryption]
            address.has_login = bool(server.smtp_user) or not server
            address.smtp_user = server.smtp_user
            address.smtp_password = False
            address.has_password = server._has_password()

    @api.onchange("smtp_encryption")
    def _onchange_smtp_encryption(self):
        if self.smtp_encryption:
            self.smtp_port = DEFAULT_PORTS[self.smtp_encryption]
        if not Encryption(self.smtp_encryption or "ssl_strict").is_validated:
            return {
                "warning": {
                    "title": self.env._("The connection can be listened to"),
                    "message": self.env._(
                        "Without a checked certificate anybody on the way can read the "
                        "password and the mail. Use this only in a network of your own."
                    ),
                }
            }
        return {}

    @api.onchange("mode", "email")
    def _onchange_smtp_user(self):
        if self.mode == SmtpMailboxMode.key and self.has_login and not self.smtp_user:
            self.smtp_user = self.email

    def _inverse_mailbox(self):
        for address in self.filtered(lambda address: address.smtp_host):
            vals = address._prepare_mail_server()
            password = address.smtp_password
            server = address.sudo().mail_server_id
            if not server:
                server = server.create({**vals, "is_sender_managed": True})
                address.sudo().mail_server_id = server
            else:
                server._write_changes(vals)
            if password:
                server._set_password(password)
                address.sudo()._forget_login_error()

    def _prepare_mail_server(self):
        """The ``ir.mail_server`` values that follow from what was typed.

        :raise ValidationError: naming the field and the mend
        """
        self.ensure_one()
        self._check_encryption()
        user = self.smtp_user if self.has_login else ""
        try:
            server = SmtpServer.parse(
                self.smtp_host, self.smtp_port, self.smtp_encryption
            )
            if user and self.smtp_password:
                user = SmtpLogin.parse(user, self.smtp_password).user
        except SenderToolError as error:
            raise ValidationError(
                self.env._(
                    "Mail server: %(reason)s", reason=error_text(self.env, error)
                )
            ) from error
        return {
            "name": self.email,
            "smtp_host": server.host,
            "smtp_port": server.port,
            "smtp_encryption": server.encryption,
            "smtp_authentication": "login",
            "smtp_user": user or False,
            # Never a domain: Odoo would let other addresses of it leave here.
            "from_filter": self.email_normalized,
            "sender_company_id": self.company_id.id,
        }

    def _check_encryption(self):
        """Refuse that anybody but the administrator gives up the certificate check.

        :raise AccessError: naming who may
        """
        server = self.sudo().mail_server_id
        if server.smtp_encryption == self.smtp_encryption:
            return
        if Encryption(self.smtp_encryption).is_validated:
            return
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._(
                    "Encryption: only the system administrator may choose a connection "
                    "whose certificate is not checked. Choose STARTTLS or TLS."
                )
            )

    # ----------------------------------------------------------------- check

    def action_check_mailbox(self):
        """Log in at the mail server, tell what it said, and open or close the road."""
        self.ensure_one()
        self.check_access("write")
        refusal = self.sudo()._try_mailbox()
        message = (
            smtp_text(self.env, refusal.code, refusal.params)
            if refusal
            else self.env._("%(host)s takes the login.", host=self.smtp_host)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if refusal else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _try_mailbox(self):
        """Connect and log in as mail would.

        :return: a :class:`..tools.smtp_refusal.Refusal`, or None when all went well
        """
        self.ensure_one()
        server = self.mail_server_id
        if not server:
            raise ValidationError(self.env._("Enter the mail server of the mailbox."))
        try:
            connection = server._connect__(
                mail_server_id=server.id, smtp_from=self.email_normalized
            )
        except Exception as error:  # noqa: BLE001 whatever it was is told
            refusal = explain_error(error, Stage.CONNECT)
            if refusal.is_login and refusal.is_permanent:
                self._close_mailbox(refusal.code, dict(refusal.params))
            return refusal
        if connection is not None:
            connection.close()
        self.write(
            {
                "is_mailbox_checked": True,
                "login_error_code": False,
                "login_error_params": False,
            }
        )
        return None

    # ----------------------------------------------------------------- login

    def _get_login_error_text(self):
        """What the server said to the login, and what to do about it, translated."""
        self.ensure_one()
        return smtp_text(self.env, self.login_error_code, self.login_error_params or {})

    def _forget_login_error(self):
        """Let the mailbox be tried again."""
        self.write({"login_error_code": False, "login_error_params": False})

    def _close_mailbox(self, code, params):
        """Store that the server refuses the login, and ask somebody to mend it.

        :param code: a code of ``texts.smtp_text``
        :param params: its parameters
        """
        for address in self:
            if address.login_error_code == code:
                continue
            address.write({"login_error_code": code, "login_error_params": params})
            address._ask_to_mend(address._get_login_error_text())
