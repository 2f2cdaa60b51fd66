# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools import forwarding
from ..tools.domain_name import parse_host
from ..tools.errors import SenderToolError
from ..tools.sending_limits import find_quota
from ..tools.smtp_transport import SenderTransport
from ..tools.smtp_watch import SessionWatch

#: Header that tells the transport which sender address was given to a mail. Written by
#: ``mail.mail`` only and taken off before the message leaves.
SENDER_HEADER = "X-Mail-Sender-Address"

#: Context key under which server code passes a :class:`..tools.smtp_watch.SessionWatch`
#: of the session that it asks for.
WATCH_CONTEXT = "mail_sender_watch"


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    sender_company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        # Without a company it would be open to all of them.
        ondelete="restrict",
        help="Only mail from this company's sender addresses leaves through this "
        "server. Odoo never chooses it for other mail.",
    )
    sender_spf_include = fields.Char(
        string="Sender SPF Include",
        help="Domain whose SPF record authorises this server, as its provider "
        "publishes it.",
    )

    @api.constrains("sender_company_id", "owner_user_id")
    def _check_sender_company(self):
        self._get_sender_platform_usage()._check_mail_server()
        self._get_sender_domain_usage()._check_mail_server()

    @api.constrains("sender_spf_include")
    def _check_sender_spf_include(self):
        for server in self.filtered("sender_spf_include"):
            try:
                parse_host(server.sender_spf_include)
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Sender SPF Include: %(reason)s",
                        reason=error_text(self.env, error),
                    ),
                    guide="platform",
                ) from error

    @api.model
    @ormcache()
    def _get_bound_server_ids(self):
        """The ids of the servers that belong to one company."""
        servers = self.sudo().with_context(active_test=False)
        return frozenset(servers.search([("sender_company_id", "!=", False)]).ids)

    @api.model
    @ormcache()
    def _get_quotas(self):
        """Map ids of servers to how much their provider lets leave there.

        Servers without a limit are left out.
        """
        servers = self.sudo().with_context(active_test=False)
        servers = servers.search([("smtp_host", "!=", False)])
        quotas = {
            server.id: find_quota(server.smtp_host, server.smtp_user or "")
            for server in servers
        }
        return {id_: quota for id_, quota in quotas.items() if quota}

    @api.model_create_multi
    def create(self, vals_list):
        servers = super().create(vals_list)
        self.env.registry.clear_cache()
        return servers

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        result = super().write(vals)
        if {"sender_company_id", "smtp_host", "smtp_user"} & vals.keys():
            self.env.registry.clear_cache()
        if "sender_spf_include" in vals:
            self._get_sender_domain_usage()._sync_records()
        return result

    def _get_sender_platform_usage(self):
        """The platform, where it delivers through one of these servers."""
        platform = self.env["mail.sender.platform"].sudo()
        return platform.search([("mail_server_id", "in", self.ids)])

    def _get_sender_domain_usage(self):
        """The sending domains that deliver through one of these servers."""
        domains = self.env["mail.sender.domain"].sudo()
        return domains.search([("mail_server_id", "in", self.ids)])

    def _active_usages_compute(self):
        usages = super()._active_usages_compute()
        users = [*self._get_sender_platform_usage(), *self._get_sender_domain_usage()]
        for user in users:
            usages.setdefault(user.mail_server_id.id, []).append(
                f"{user.display_name} ({user._description})"
            )
        return usages

    # ------------------------------------------------------------ isolation

    def _find_mail_server_allowed_domain(self):
        domain = super()._find_mail_server_allowed_domain()
        return domain & Domain("sender_company_id", "=", False)

    @api.model
    def _filter_mail_servers_fallback(self, servers):
        servers = super()._filter_mail_servers_fallback(servers)
        return servers.filtered(lambda server: not server.sender_company_id)

    # ------------------------------------------------------------ transport

    def _connect__(self, *args, **kwargs):  # noqa: PLW3201
        connection = super()._connect__(*args, **kwargs)
        if connection is not None and hasattr(connection, "sendmail"):
            self._attach_transport(connection)
        return connection

    @api.model
    def _attach_transport(self, connection):
        """Let what leaves in a session be signed, and checked for its sender.

        :param connection: anything with a ``sendmail``
        """
        # Relay addresses send notices before any company has a default sender.
        if self.env["mail.sender.resolver"]._is_in_use():
            connection.sender_transport = SenderTransport(connection)
            connection.sender_signers = {}

    def _smtp_login__(self, connection, smtp_user, smtp_password):  # noqa: PLW3201
        """Tell the login to a watch of the session."""
        watch = self.env.context.get(WATCH_CONTEXT)
        if not isinstance(watch, SessionWatch):
            return super()._smtp_login__(connection, smtp_user, smtp_password)
        with watch.logging_in(connection, smtp_user, smtp_password):
            return super()._smtp_login__(connection, smtp_user, smtp_password)

    def _prepare_email_message__(self, message, smtp_session):  # noqa: PLW3201
        """Give a dressed message its envelope sender and announce its signature."""
        address_id = message[SENDER_HEADER]
        if not address_id:
            return super()._prepare_email_message__(message, smtp_session)
        del message[SENDER_HEADER]
        email_from = message["From"]
        envelope_from = message["Return-Path"]
        _smtp_from, smtp_to_list, message = super()._prepare_email_message__(
            message, smtp_session
        )
        # What a from_filter or the notification address made of it does not count:
        # the mode decided on the From when it was proven.
        if message["From"] != email_from:
            message.replace_header("From", email_from)
        if message[forwarding.TRACE_HEADER]:
            forwarding.take_over(message)
        self._announce_sender(int(address_id), message, smtp_session)
        return envelope_from, smtp_to_list, message

    @api.model
    def _announce_sender(self, address_id, message, smtp_session):
        """Tell the session's transport who sends the next message and what signs it."""
        transport = getattr(smtp_session, "sender_transport", None)
        if not transport:
            return
        address = self.env["mail.sender.address"].sudo().browse(address_id)
        signers = [
            self._get_session_signer(key, smtp_session)
            for key in address._get_mode().get_dkim_keys()
        ]
        if signers:
            # A server on the way that knows no 8BITMIME would re-encode the body and
            # break the signature (RFC 6376 section 5.3).
            message.policy = message.policy.clone(cte_type="7bit")
        transport.expect(address.email_normalized, signers)

    @api.model
    def _get_session_signer(self, key, smtp_session):
        """Return the signer of ``key``, parsed once a session."""
        signers = smtp_session.sender_signers
        if key.id not in signers:
            signers[key.id] = key._get_signer()
            key._note_signature()
        return signers[key.id]
