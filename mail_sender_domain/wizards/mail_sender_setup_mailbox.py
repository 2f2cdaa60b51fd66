# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..models.mail_sender_address_mailbox import TYPED_FIELDS
from ..texts import smtp_text
from ..tools.smtp_server import DEFAULT_PORTS, Encryption


class MailSenderSetup(models.TransientModel):
    """The mailbox of the sender, or the server that Odoo has for it."""

    _inherit = "mail.sender.setup"

    adoptable_server = fields.Char(compute="_compute_adoptable_server")
    is_adopting = fields.Boolean(
        string="Use the Server of Odoo",
        help="Host and login stay; only this company then sends through the server.",
    )
    smtp_host = fields.Char(string="Mail Server Host")
    smtp_encryption = fields.Selection(
        selection=lambda self: self.env["mail.sender.address"]
        ._fields["smtp_encryption"]
        ._description_selection(self.env),
        string="Encryption",
        required=True,
        default=Encryption.STARTTLS_STRICT.value,
    )
    smtp_port = fields.Integer(
        string="Port",
        compute="_compute_smtp_port",
        store=True,
        readonly=False,
        precompute=True,
    )
    has_login = fields.Boolean(string="Needs a Login", default=True)
    smtp_user = fields.Char(string="User Name")
    smtp_password = fields.Char(
        string="Password",
        compute="_compute_smtp_password",
        inverse="_inverse_smtp_password",
        help="Is stored and never shown again.",
    )
    has_password = fields.Boolean(compute="_compute_smtp_password")

    # ------------------------------------------------------------- computes

    @api.depends("email")
    @api.depends_context("uid")
    def _compute_adoptable_server(self):
        servers = self.env["ir.mail_server"]
        for setup in self:
            email = setup._parse_or_none(setup.email)
            server = servers._find_adoptable(email.normalized) if email else servers
            setup.adoptable_server = (
                f"{server.name} ({server.smtp_host})"
                if server and servers.has_access("write")
                else False
            )

    def _compute_smtp_password(self):
        for setup in self:
            setup.smtp_password = False
            setup.has_password = setup._has_password() or setup.address_id.has_password

    def _inverse_smtp_password(self):
        for setup in self.filtered("smtp_password"):
            setup._set_password__(setup.smtp_password)

    @api.depends("smtp_encryption")
    def _compute_smtp_port(self):
        for setup in self:
            encryption = setup.smtp_encryption or Encryption.STARTTLS_STRICT
            setup.smtp_port = DEFAULT_PORTS[encryption]

    # --------------------------------------------------------------- saving

    @api.model
    def _prepare_details(self, email, address, company):
        servers = self.env["ir.mail_server"]
        adoptable = servers._find_adoptable(email.normalized)
        if address.smtp_host:
            mailbox = {name: address[name] for name in TYPED_FIELDS}
        else:
            mailbox = {"smtp_user": email.unicode}
        return {
            **super()._prepare_details(email, address, company),
            **mailbox,
            "is_adopting": bool(adoptable) and servers.has_access("write"),
        }

    def _save_smtp(self):
        """Save the address with its mailbox, or with the server that Odoo has."""
        email = self._parse("email")
        address = self._save_address(self.address_id, email=email.unicode)
        if self.is_adopting:
            server = self.env["ir.mail_server"]._find_adoptable(email.normalized)
            address._adopt_server(server.sudo(False))
        elif not address.is_server_adopted:
            password = self.has_login and self._get_password__()
            self._check_mailbox(password or address.has_password)
            mailbox = {name: self[name] for name in TYPED_FIELDS}
            address.write({**mailbox, "smtp_password": password})
        return address

    def _check_mailbox(self, has_password):
        """Refuse a mailbox without a host, or without a password where it needs one.

        :raise ValidationError: naming the field and the mend
        """
        if not self.smtp_host:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Mail Server Host: type the name that the provider of the "
                    "mailbox gives, for example smtp.example.com."
                ),
                guide="mailbox",
            )
        if self.has_login and not has_password:
            raise guided_error(
                ValidationError,
                self.env._("Password: type the password of the mailbox."),
                guide="mailbox",
            )

    # --------------------------------------------------------------- trying

    def _try_smtp(self, address):
        """Log in at the mail server."""
        refusal = address.sudo()._try_mailbox()
        return smtp_text(self.env, refusal.code, refusal.params) if refusal else ""
