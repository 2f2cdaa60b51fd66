# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
import smtplib
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import email_normalize

from ..guide_errors import guided_error
from ..tools.smtp_dialogue import spellings
from ..tools.smtp_error import explain_error
from ..tools.smtp_refusal import Stage
from ..tools.smtp_server import SmtpLogin
from .ir_mail_server import WATCH_CONTEXT

_logger = logging.getLogger(__name__)

#: What a login was given for; with another one a password must not be sent there.
LOGIN_FIELDS = {
    "smtp_host",
    "smtp_port",
    "smtp_encryption",
    "smtp_authentication",
    "smtp_user",
}

#: What is restored when a company gives a server back that it had adopted.
ADOPTED_FIELDS = ("active", "sequence", "from_filter")

#: Context key under which a login is tried that is not in use yet: when it is refused,
#: no road closes.
TRIAL_CONTEXT = "mail_sender_trial"

#: System parameter by which Odoo switches the servers of users off.
NO_PERSONAL_SERVERS_PARAMETER = "mail.disable_personal_mail_servers"


class IrMailServer(models.Model):
    """Servers of one company: those made for a mailbox, and adopted ones."""

    _name = "ir.mail_server"
    _inherit = ["ir.mail_server", "mail.sender.secret"]

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

    @api.constrains("sender_company_id", "owner_user_id")
    def _check_one_owner(self):
        for server in self:
            if server.sender_company_id and server.owner_user_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "%(server)s is the personal server of %(user)s and cannot be "
                        "that of a company as well. Choose another server.",
                        server=server.name,
                        user=server.owner_user_id.name,
                    ),
                    guide="mailbox",
                )

    def _active_usages_compute(self):
        usages = super()._active_usages_compute()
        for address in self._get_sender_addresses():
            usages.setdefault(address.mail_server_id.id, []).append(
                f"{address.display_name} ({address._description})"
            )
        return usages

    def write(self, vals):
        """Forget a password whose login changed: it would go to somebody else."""
        if "sender_company_id" in vals:
            vals = self._keep_found_values(vals)
        changed = self.filtered(
            lambda server: any(
                (server[name] or False) != (vals[name] or False)
                for name in LOGIN_FIELDS & vals.keys()
            )
        )
        addresses = changed._get_sender_addresses()
        proven = addresses.filtered(lambda address: address._was_proven())
        result = super().write(vals)
        if changed:
            changed.filtered("is_sender_managed")._set_password__("")
            addresses._forget_check(proven)
        if {"active", "owner_user_id", "from_filter", "smtp_user"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _get_sender_addresses(self):
        """The sender addresses whose mailbox one of these servers is."""
        addresses = self.env["mail.sender.address"].sudo()
        if not self:
            return addresses
        return addresses.with_context(active_test=False).search(
            [("mail_server_id", "in", self.ids)]
        )

    def _has_password(self):
        if self.is_sender_managed:
            return super()._has_password()
        return bool(self.smtp_pass)

    # ----------------------------------------------------------------- login

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201
        if not self.is_sender_managed:
            return super()._smtp_login__(connection, smtp_user, smtp_password)
        password = self._get_password__()
        # A session that is debugged writes what it sends into the log.
        connection.set_debuglevel(False)
        try:
            result = super()._smtp_login__(connection, smtp_user, password)
        except smtplib.SMTPAuthenticationError as error:
            # Some servers repeat what they refuse.
            reply = error.smtp_error.decode("utf-8", "replace")
            for secret in filter(None, spellings(SmtpLogin(smtp_user, password))):
                reply = reply.replace(secret, "***")
            raise smtplib.SMTPAuthenticationError(
                error.smtp_code, reply.encode()
            ) from None
        connection.set_debuglevel(self.smtp_debug)
        return result

    def _connect__(self, *args, mail_server_id=None, **kwargs):  # noqa: PLW3201
        """Remember on the sender address that its login was refused."""
        try:
            return super()._connect__(*args, mail_server_id=mail_server_id, **kwargs)
        except smtplib.SMTPAuthenticationError as error:
            if mail_server_id and not self.env.context.get(TRIAL_CONTEXT):
                # Mail about it leaves in other sessions, which nobody watches.
                servers = self.sudo().with_context(**{WATCH_CONTEXT: None})
                servers.browse(mail_server_id)._remember_refused_login(error)
            raise

    def _remember_refused_login(self, error):
        """Close the road of the addresses that log in here, whatever is rolled back.

        What only waits for another attempt, and what no other login would mend, closes
        nothing.

        :param error: a ``smtplib.SMTPAuthenticationError``
        """
        refusal = explain_error(error, Stage.LOGIN)
        addresses = self._get_sender_addresses()
        if not addresses or not refusal.is_login:
            return
        addresses._note_refused_login(refusal)
        close = partial(_close_mailboxes, self.env.cr.dbname, addresses.ids, refusal)
        self.env.cr.postcommit.add(close)
        self.env.cr.postrollback.add(close)

    # -------------------------------------------------------------- adopting

    def _adopt(self, company):
        """Make an existing server the own one of a company; its login stays.

        :raise UserError: when others need the server
        """
        self.ensure_one()
        if self.sender_company_id == company:
            return
        if self.sender_company_id:
            raise guided_error(
                UserError,
                self.env._(
                    "%(server)s belongs to another company already. Choose another "
                    "server.",
                    server=self.name,
                ),
                guide="mailbox",
            )
        self.sender_company_id = company

    def _keep_found_values(self, vals):
        """Remember what servers said before a company adopts them.

        :param vals: of ``write``, with a company or none
        :return: the values to write
        :raise ValidationError: when other companies could no longer send
        """
        company = self.env["res.company"].browse(vals["sender_company_id"] or ())
        if not company:
            return {**vals, "sender_adopted_values": False}
        found = self.filtered(lambda server: not server.sender_company_id)
        if found:
            found._check_others_can_send(company)
        for server in found:
            server.sender_adopted_values = {
                name: server[name] for name in ADOPTED_FIELDS
            }
        return vals

    def _check_others_can_send(self, company):
        """Refuse that a company takes the last server that Odoo finds for the others.

        :raise ValidationError: naming the server and the mend
        """
        findable = Domain(self._find_mail_server_allowed_domain())
        if self.sudo().search(findable & Domain("id", "not in", self.ids), limit=1):
            return
        companies = self.env["res.company"].sudo()
        others = companies.search(Domain("id", "not in", company.ids)) - (
            companies.search(Domain("id", "child_of", company.ids))
        )
        if others and self.sudo().search(findable, limit=1):
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(server)s is the only server that the other companies can send "
                    "with. Add another server first, or make it the server of the "
                    "sending platform, which all companies share.",
                    server=", ".join(self.mapped("name")),
                ),
                guide="platform",
            )

    def _give_back(self):
        """Restore what adopting these servers changed."""
        for server in self.filtered("sender_adopted_values"):
            server.write({**server.sender_adopted_values, "sender_company_id": False})

    # --------------------------------------------- servers that are not ours

    @api.model
    def _may_be_forced(self, server_id, email_from):
        """Whether mail may keep a server that a template or a mailing asks for.

        :param server_id: id of the server
        :param email_from: the From that the mail proposes
        """
        filters = self._get_forceable_filters().get(server_id)
        email = email_normalize(email_from or "")
        if not filters or not email:
            return False
        return bool({email, email.rpartition("@")[2]} & filters)

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
                part.lower() for part in self._parse_from_filter(server.from_filter)
            )
            for server in servers
        }

    @api.model
    def _may_be_personal(self, user_id, email_from):
        """Whether Odoo sends mail through the personal server of a user.

        :param user_id: id of the user who wrote the mail
        :param email_from: the From that the mail proposes
        """
        email = email_normalize(email_from or "")
        return bool(email) and self._get_personal_senders().get(user_id) == email

    @api.model
    @tools.ormcache()
    def _get_personal_senders(self):
        """Map ids of users to the e-mail that their personal server sends for."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param(NO_PERSONAL_SERVERS_PARAMETER):
            return {}
        servers = self.sudo().search([("owner_user_id", "!=", False)])
        return {
            server.owner_user_id.id: email_normalize(server.from_filter or "")
            for server in servers
            if server.owner_user_id.outgoing_mail_server_id == server
        }


def _close_mailboxes(dbname, address_ids, refusal):
    """Close mailboxes in a transaction of their own: that of the mail may be undone.

    It takes a moment in which nobody else waits for the rows that it changes.

    :param address_ids: of the sender addresses
    :param refusal: see :class:`..tools.smtp_refusal.Refusal`
    """
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            addresses = env["mail.sender.address"].browse(address_ids)
            retrying(lambda: addresses.exists()._close_mailbox(refusal), env)
    except Exception:
        # The next mail meets the same refusal; there is nobody to raise to.
        _logger.exception("The refused login could not be stored")
