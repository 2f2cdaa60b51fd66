# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
import smtplib
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import column_exists

from ..tools.smtp_error import explain_error
from ..tools.smtp_refusal import Stage

_logger = logging.getLogger(__name__)

#: What a login was given for; with another one a password must not be sent there.
LOGIN_FIELDS = {"smtp_host", "smtp_port", "smtp_encryption", "smtp_user"}

#: What adopting a server changes, and removing the addon restores.
ADOPTED_FIELDS = ("active", "sequence", "from_filter")


class IrMailServer(models.Model):
    """Servers of one company: those made for a mailbox, and adopted ones."""

    _inherit = "ir.mail_server"

    is_sender_managed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Made for the mailbox of a sender address, which decides what it says.",
    )
    sender_adopted_values = fields.Json(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What the server said before a company adopted it.",
    )
    # The column sender_password is no field: nothing that reads records, over RPC or in
    # an expression, reaches it.

    def init(self):
        result = super().init()
        if not column_exists(self.env.cr, self._table, "sender_password"):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN sender_password varchar",
                    SQL.identifier(self._table),
                )
            )
        return result

    # -------------------------------------------------------------- password

    def _set_password(self, password):
        """Store the password of a managed server; an empty text deletes it."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET sender_password = %s WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                password or None,
                list(self.ids),
            ),
            # A query that fails is logged with its values.
            log_exceptions=False,
        )

    def _get_password(self):
        """Read the password of a managed server; an empty text when there is none."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT sender_password FROM %s WHERE id = %s",
                SQL.identifier(self._table),
                self.id,
            )
        )
        return (self.env.cr.fetchone() or [""])[0] or ""

    def _has_password(self):
        """Whether a password is stored; False for an empty record."""
        return bool(self.ids) and bool(self._get_password())

    def write(self, vals):
        """Forget a password whose login changed: it would go to somebody else."""
        changed = self.filtered(
            lambda server: server.is_sender_managed
            and any(server[name] != vals[name] for name in LOGIN_FIELDS & vals.keys())
        )
        result = super().write(vals)
        if changed:
            changed._set_password("")
            addresses = changed._get_sender_addresses()
            addresses.is_mailbox_checked = False
            addresses._forget_login_error()
        if {"active", "owner_user_id", "from_filter"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _write_changes(self, vals):
        """Write only what differs, so that an unchanged login keeps its password."""
        self.ensure_one()
        changes = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != (value or False)
        }
        if changes:
            self.write(changes)

    def _get_sender_addresses(self):
        """The sender addresses whose mailbox one of these servers is."""
        addresses = self.env["mail.sender.address"].sudo()
        return addresses.with_context(active_test=False).search(
            [("mail_server_id", "in", self.ids)]
        )

    # ----------------------------------------------------------------- login

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201
        if self.is_sender_managed:
            smtp_password = self._get_password()
        return super()._smtp_login__(connection, smtp_user, smtp_password)

    def _connect__(self, *args, mail_server_id=None, **kwargs):  # noqa: PLW3201
        """Remember on the sender address that its login was refused."""
        try:
            return super()._connect__(*args, mail_server_id=mail_server_id, **kwargs)
        except smtplib.SMTPAuthenticationError as error:
            server = self.sudo().browse(mail_server_id or ())
            server._remember_refused_login(error)
            raise

    def _remember_refused_login(self, error):
        """Close the road of the addresses that log in here, whatever is rolled back.

        :param error: a ``smtplib.SMTPAuthenticationError``
        """
        refusal = explain_error(error, Stage.LOGIN)
        addresses = self._get_sender_addresses() if self else None
        if not addresses or not refusal.is_permanent:
            return
        addresses._close_mailbox(refusal.code, dict(refusal.params))
        self.env.cr.postrollback.add(
            partial(
                _close_mailboxes,
                self.env.cr.dbname,
                addresses.ids,
                refusal.code,
                dict(refusal.params),
            )
        )

    # --------------------------------------------------------------- adopting

    def _adopt(self, company):
        """Make an existing server the own one of a company; its login stays.

        :raise UserError: when others need the server
        """
        self.ensure_one()
        if self.sender_company_id == company:
            return
        if self.sender_company_id or self.owner_user_id:
            raise UserError(
                self.env._(
                    "%(server)s belongs to somebody else already. Choose another "
                    "server.",
                    server=self.name,
                )
            )
        others = self.search(
            Domain(self._find_mail_server_allowed_domain())
            & Domain("id", "not in", self.ids)
        )
        if not others and self.env["res.company"].sudo().search_count([]) > 1:
            raise UserError(
                self.env._(
                    "%(server)s is the only server that the other companies can send "
                    "with. Add another server first, or make it the server of the "
                    "sending platform, which all companies share.",
                    server=self.name,
                )
            )
        self.write(
            {
                "sender_adopted_values": {name: self[name] for name in ADOPTED_FIELDS},
                "sender_company_id": company.id,
            }
        )

    def _give_back(self):
        """Restore what adopting these servers changed."""
        for server in self.filtered("sender_adopted_values"):
            server.write(
                {
                    **server.sender_adopted_values,
                    "sender_adopted_values": False,
                    "sender_company_id": False,
                }
            )

    # --------------------------------------------- servers that are not ours

    @api.model
    def _may_be_forced(self, server_id, email_from):
        """Whether mail may keep a server that a template or a mailing asks for.

        :param server_id: id of the server
        :param email_from: the From that the mail proposes
        """
        filters = self._get_forceable_filters().get(server_id)
        email = email_normalize(email_from or "") or ""
        return bool(filters) and bool({email, email.rpartition("@")[2]} & filters)

    @api.model
    @tools.ormcache()
    def _get_forceable_filters(self):
        """Map ids of servers that mail may ask for to the entries of their filter.

        Servers of a company or a user, and those without a filter, are left out: they
        would let anybody send from anything.
        """
        servers = self.sudo().search(
            Domain("sender_company_id", "=", False)
            & Domain("owner_user_id", "=", False)
            & Domain("from_filter", "!=", False)
        )
        return {
            server.id: frozenset(
                part.strip().lower() for part in server.from_filter.split(",")
            )
            for server in servers
        }

    @api.model
    @tools.ormcache()
    def _get_personal_senders(self):
        """Map ids of users to the e-mail that their personal server sends for."""
        servers = self.sudo().search([("owner_user_id", "!=", False)])
        return {
            server.owner_user_id.id: email_normalize(server.from_filter or "")
            for server in servers
        }


def _close_mailboxes(dbname, address_ids, code, params):
    """Close mailboxes in a transaction of their own, after a rollback."""
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            addresses = env["mail.sender.address"].browse(address_ids).exists()
            addresses._close_mailbox(code, params)
    except Exception:
        # The mail stays as it was and tells by itself; there is nobody to raise to.
        _logger.exception("The refused login could not be stored")
