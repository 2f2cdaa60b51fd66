# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools.mail import email_normalize_all

from .changes import group_changes, without_defaults
from .choosing import SenderRequest
from .ir_mail_server import SENDER_HEADER

#: Models whose records mail is written about to give somebody access.
ACCOUNT_MODELS = ("res.users", "portal.wizard.user")

#: What dressing alone decides.
DRESS_FIELDS = (
    "is_sender_internal",
    "sender_address_id",
    "sender_reason",
    "sender_rule_id",
    "sender_skipped",
    "sender_system_kind",
    "sender_unreached_since",
    "sender_user_id",
    "sender_waits_until",
    "sender_wanted_id",
)


class MailMail(models.Model):
    _inherit = "mail.mail"

    state = fields.Selection(
        selection_add=[("held", "On Hold")],
        # Without this addon nothing proves the sender: somebody has to look.
        ondelete={"held": lambda mails: mails.write({"state": "exception"})},
    )
    sender_address_id = fields.Many2one(
        "mail.sender.address",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    sender_wanted_id = fields.Many2one(
        "mail.sender.address",
        string="Wanted Sender",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The address that was chosen and whose road is blocked, so that the mail "
        "leaves from the relay address instead.",
    )
    sender_reason = fields.Selection(
        selection="_selection_sender_reason",
        readonly=True,
        help="Why this mail leaves from its sender address.",
    )
    sender_rule_id = fields.Many2one(
        "mail.sender.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that decided.",
    )
    sender_skipped = fields.Json(readonly=True)
    sender_user_id = fields.Many2one(
        "res.users",
        string="Sent By",
        readonly=True,
        ondelete="set null",
        help="Who pressed Send; empty for mail that the system sends by itself.",
    )
    sender_system_kind = fields.Selection(
        [
            ("code", "Login code"),
            ("account", "Password, invitation or security alert"),
        ],
        string="Kind of System Mail",
        readonly=True,
        help="System mails always have a road.",
    )
    is_sender_internal = fields.Boolean(
        readonly=True, help="Only colleagues receive this mail."
    )

    @api.model
    def _selection_sender_reason(self):
        return self.env["mail.sender.log"]._get_reasons()

    # --------------------------------------------------- step DRESS: at creation

    @api.model_create_multi
    def create(self, vals_list):
        """Choose and dress the sender of mails that have no message of their own.

        Mails of a posted message were dressed when its notification was prepared.
        """
        self = self._drop_defaults()
        self._drop_bound_servers(vals_list)
        if not self.env["mail.sender.resolver"]._is_configured():
            return super().create(vals_list)
        self._dress_vals(
            [
                vals
                for vals in vals_list
                if not vals.get("mail_message_id")
                and vals.get("state", "outgoing") == "outgoing"
                and not vals.get("sender_reason")
            ]
        )
        mails = super().create(vals_list)
        mails._log_senders()
        mails._get_first_of_messages()._note_on_documents()
        return mails

    @api.model
    def _drop_defaults(self):
        """Believe no context about the sender: who posts a message names one as well.

        :return: ``self`` in an environment without
        """
        context = self.env.context
        if not any(f"default_{name}" in context for name in DRESS_FIELDS):
            return self
        return without_defaults(self, DRESS_FIELDS)

    @api.model
    def _drop_bound_servers(self, vals_list):
        """Forget servers of a company that a template or mailing asks for, in place.

        Mail that was dressed for such a server keeps it.
        """
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        for vals in vals_list:
            if vals.get("mail_server_id") in bound and not vals.get(
                "sender_address_id"
            ):
                vals["mail_server_id"] = False

    @api.model
    def _dress_vals(self, vals_list):
        """Complete creation values with their company and sender, in place.

        Odoo leaves both company fields empty for mails without a posted message, and
        would take the company of whoever happens to send the queue.
        """
        companies = self._get_record_companies(vals_list)
        internal = self._get_internal_vals(vals_list)
        user = self.env["mail.sender.resolver"]._get_sending_user()
        requests = [
            self._prepare_request(vals, company, user, is_internal)
            for vals, (company, _alias_domain), is_internal in zip(
                vals_list, companies, internal, strict=True
            )
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        dresses = self.env["mail.sender.dresser"]._prepare_dresses(requests, choices)
        for vals, (company, alias_domain), request, dress in zip(
            vals_list, companies, requests, dresses, strict=True
        ):
            if vals.get("record_company_id"):
                # Also where nothing changes now: the queue believes what is stored.
                vals["record_company_id"] = company.id
            if not dress:
                continue
            if alias_domain is not None:
                vals.setdefault("record_alias_domain_id", alias_domain.id)
                if "reply_to" not in vals:
                    # Odoo finds the alias of the record, or takes the From.
                    dress.pop("reply_to", None)
            vals.update(
                dress,
                record_company_id=company.id,
                sender_system_kind=request.system_kind,
                sender_user_id=request.user_id or False,
                sender_template_id=request.template_id or False,
                is_sender_internal=request.is_internal,
            )

    @api.model
    def _prepare_request(self, vals, company, user, is_internal):
        """What choosing has to know of one mail without a message.

        :param vals: creation values
        :param user: who pressed "send"; empty when nobody did
        :return: a :class:`.choosing.SenderRequest`
        """
        context = self.env["mail.sender.resolver"]._get_sender_context()
        return SenderRequest(
            company_id=company.id,
            email_from=vals.get("email_from") or "",
            reply_to=vals.get("reply_to") or "",
            mail_server_id=vals.get("mail_server_id") or 0,
            system_kind=self._get_system_kind(vals),
            user_id=user.id or 0,
            writer_id=self.env.uid,
            is_internal=is_internal,
            choice_id=vals.get("sender_choice_id") or 0,
            template_id=vals.get("sender_template_id") or context.template_id,
            model=vals.get("model") or "",
            res_id=vals.get("res_id") or 0,
        )

    @api.model
    def _get_record_companies(self, vals_list):
        """The company and alias domain that each mail's record belongs to.

        :param vals_list: creation values
        :return: list of pairs ``res.company``, ``mail.alias.domain``, in the same
            order; None instead of the alias domain where there is no record
        """
        resolver = self.env["mail.sender.resolver"]
        context = resolver._get_sender_context()
        current = (
            self.env["res.company"].browse(context.company_id)
            if context.company_id
            else resolver._trust_company(self.env.company, self.env.user)
        )
        companies, alias_domains = {}, {}
        for records in self._get_records(vals_list):
            for id_, company in resolver._get_document_companies(records).items():
                companies[records._name, id_] = company
            for id_, alias_domain in records._mail_get_alias_domains(current).items():
                alias_domains[records._name, id_] = alias_domain
        pairs = []
        lost = []
        for index, vals in enumerate(vals_list):
            key = vals.get("model"), vals.get("res_id")
            company = companies.get(key) or self._get_given_company(vals) or current
            pairs.append((company, alias_domains.get(key)))
            if not (companies.get(key) or context.company_id) and (
                resolver._is_of_odoobot(company, self.env.user)
            ):
                lost.append(index)
        people = self._get_companies_of_people([vals_list[index] for index in lost])
        for index, company in zip(lost, people, strict=True):
            if company:
                pairs[index] = (company, pairs[index][1])
        return pairs

    @api.model
    def _get_records(self, vals_list):
        """The records that mails are about, in superuser mode, a recordset a model.

        A record that was deleted tells nothing; its mail still leaves.

        :param vals_list: values with the keys ``model`` and ``res_id``
        """
        ids_by_model = defaultdict(set)
        for vals in filter(self._has_record, vals_list):
            ids_by_model[vals["model"]].add(vals["res_id"])
        return [
            self.env[model].sudo().browse(ids).exists()
            for model, ids in ids_by_model.items()
        ]

    @api.model
    def _get_given_company(self, vals):
        """The company that creation values name, if whoever acts may work in it."""
        given = self.env["res.company"].browse(vals.get("record_company_id") or ())
        if not given:
            return given
        return self.env["mail.sender.resolver"]._trust_company(given, self.env.user)

    @api.model
    def _has_record(self, vals):
        """Whether the values name a record, of a model that this database has."""
        model = vals.get("model")
        return bool(
            vals.get("res_id") and model in self.env and not self.env[model]._abstract
        )

    @api.model
    def _get_system_kind(self, vals):
        """Whether the values are those of a login, password or security mail.

        :return: a value of ``sender_system_kind``, or an empty text
        """
        context = self.env["mail.sender.resolver"]._get_sender_context()
        if context.system_kind:
            return context.system_kind
        return "account" if vals.get("model") in ACCOUNT_MODELS else ""

    @api.model
    def _get_internal_vals(self, vals_list):
        """Whether only colleagues receive each mail, for as many queries as for one.

        :param vals_list: creation values
        :return: list of booleans, in the same order
        """
        addressees = [self._get_addressees(vals) for vals in vals_list]
        partners = self.env["res.partner"].sudo()
        known = partners.browse({id_ for ids, _emails in addressees for id_ in ids})
        internal_ids = set(known.filtered(lambda p: not p.partner_share).ids)
        wanted = {email for _ids, emails in addressees for email in emails}
        internal_emails = set()
        if wanted:
            users = self.env["res.users"].sudo()
            internal_emails = set(
                users.search(
                    [("email_normalized", "in", list(wanted)), ("share", "=", False)]
                ).mapped("email_normalized")
            )
        return [
            bool(ids or emails)
            and internal_ids.issuperset(ids)
            and internal_emails.issuperset(emails)
            for ids, emails in addressees
        ]

    @api.model
    def _get_addressees(self, vals):
        """Whom creation values name: the ids of contacts, and normalised e-mails."""
        ids = set()
        for command in vals.get("recipient_ids") or ():
            if isinstance(command, int):
                ids.add(command)
            elif command[0] == Command.LINK:
                ids.add(command[1])
            elif command[0] == Command.SET:
                ids.update(command[2])
        emails = email_normalize_all(
            f"{vals.get('email_to') or ''},{vals.get('email_cc') or ''}"
        )
        return ids, set(emails)

    def action_explain_sender(self):
        """Open what the sending log knows of this mail."""
        self.ensure_one().check_access("read")
        logs = self.env["mail.sender.log"].sudo()
        return self.env["mail.sender.explanation"]._open(
            logs.search([("mail_mail_id", "=", self.id)])
        )

    def _log_senders(self):
        """Write into the sending log what was decided for these mails."""
        self.env["mail.sender.log"].sudo()._record(self.sudo())

    def _release_bound_servers(self):
        """Free mails from servers that became a company's own since they were queued.

        One of them would stop the whole queue.
        """
        if bound := self.env["ir.mail_server"]._get_bound_server_ids():
            self.filtered(
                lambda mail: mail.mail_server_id.id in bound
                and not mail._may_use_server(mail.mail_server_id)
            ).write({"mail_server_id": False})

    def _write_dresses(self, dresses):
        """Write what differs, mails that change in the same way together.

        :param dresses: ``mail.mail`` values for each mail of ``self``
        """
        # Every hour another attempt at a server that is down: said once. What waits
        # its turn mostly does so for minutes.
        again = self.filtered("sender_unreached_since") | self.filtered(
            "sender_waits_until"
        )
        changed = switched = self.browse()
        for vals, mails in group_changes(self, dresses):
            # Whoever may send the queue need not be allowed to edit each message.
            mails.sudo()._write_together(vals)
            changed |= mails
            if "sender_wanted_id" in vals:
                switched |= mails
            elif "state" in vals and not vals.get("sender_waits_until"):
                switched |= mails - again
        changed._log_senders()
        switched._note_on_documents()

    def _write_together(self, vals):
        """Write the same on these mails; Odoo writes on their messages one by one."""
        of_messages = {name for name in vals if self._fields[name].inherited}
        for records, names in (
            (self.mail_message_id, of_messages),
            (self, vals.keys() - of_messages),
        ):
            if names:
                records.write({name: vals[name] for name in names})

    # ------------------------------------------------------------ step CONNECT

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Carry the sender address and the envelope sender to the transport."""
        if self.sender_reason:
            # Whoever changed or sent this mail meanwhile is met now: later, it would be
            # sent twice.
            self.flush_recordset(["state"])
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        address = self.sender_address_id.sudo()
        for email in emails:
            # Whoever posts a message may add headers to it.
            headers = {
                name: value
                for name, value in email["headers"].items()
                if name.lower() != SENDER_HEADER.lower()
                and not (address and name.lower() == "return-path")
            }
            if address:
                headers[SENDER_HEADER] = str(address.id)
                headers["Return-Path"] = address._get_mode().get_envelope_from()
            email["headers"] = headers
        return emails

    def _filter_mail_mail_servers(self, mail_servers):
        """Keep servers of a company away from every mail but those dressed for them."""
        mail_servers = super()._filter_mail_mail_servers(mail_servers)
        return mail_servers.filtered(
            lambda server: not server.sender_company_id
            or all(mail._may_use_server(server) for mail in self.sudo())
        )

    def _may_use_server(self, server):
        """Whether the sender address of this mail was given ``server``."""
        self.ensure_one()
        address = self.sender_address_id
        return bool(address) and address._get_mode().get_mail_server() == server
