# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import defaultdict

from odoo import api, fields, models

from .ir_mail_server import SENDER_HEADER
from .mail_sender_resolver import SenderChoice, SenderRequest


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
    sender_reason = fields.Selection(
        [
            ("company_default", "Default sender of the company"),
            ("system_road", "Login or security mail, by the platform's road"),
            ("gateway_bounce", "Answer of the mail gateway"),
        ],
        readonly=True,
        help="Why this mail leaves from its sender address.",
    )
    is_system_mail = fields.Boolean(
        readonly=True,
        help="A login, password reset or security mail, which always has a road.",
    )

    # --------------------------------------------------- step DRESS: at creation

    @api.model_create_multi
    def create(self, vals_list):
        """Choose and dress the sender of mails that have no message of their own.

        Mails of a posted message were dressed when its notification was prepared.
        """
        self._drop_bound_servers(vals_list)
        if self.env["mail.sender.resolver"]._is_configured():
            self._dress_vals(
                [
                    vals
                    for vals in vals_list
                    if not vals.get("mail_message_id")
                    and vals.get("state", "outgoing") == "outgoing"
                    and not vals.get("sender_reason")
                ]
            )
        return super().create(vals_list)

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
        requests = [
            SenderRequest(
                company_id=company.id,
                email_from=vals.get("email_from") or "",
                reply_to=vals.get("reply_to") or "",
                is_system=self._is_system_mail(vals),
            )
            for vals, (company, _alias_domain) in zip(vals_list, companies, strict=True)
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        dresses = self._prepare_dresses(requests, choices)
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
                dress, record_company_id=company.id, is_system_mail=request.is_system
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
            if context
            else resolver._trust_company(self.env.company, self.env.user)
        )
        ids_by_model = defaultdict(set)
        for vals in filter(self._has_record, vals_list):
            ids_by_model[vals["model"]].add(vals["res_id"])
        companies, alias_domains = {}, {}
        for model, ids in ids_by_model.items():
            # A record that was deleted tells nothing; its mail still leaves.
            records = self.env[model].sudo().browse(ids).exists()
            for id_, company in records._mail_get_companies(default=False).items():
                companies[model, id_] = company
            for id_, alias_domain in records._mail_get_alias_domains(current).items():
                alias_domains[model, id_] = alias_domain
        pairs = []
        for vals in vals_list:
            key = vals.get("model"), vals.get("res_id")
            company = companies.get(key) or self._get_given_company(vals) or current
            pairs.append((company, alias_domains.get(key)))
        return pairs

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
    def _is_system_mail(self, vals):
        """Whether the values are those of a login, password reset or security mail."""
        context = self.env["mail.sender.resolver"]._get_sender_context()
        return vals.get("model") == "res.users" or bool(context and context.is_system)

    @api.model
    def _prepare_dresses(self, requests, choices):
        """What each mail wears: From, Reply-To and server as the mode gives them.

        :param requests: list of :class:`.mail_sender_resolver.SenderRequest`
        :param choices: list of :class:`.mail_sender_resolver.SenderChoice`
        :return: list of ``mail.mail`` values, empty where nothing changes
        """
        addresses = self.env["mail.sender.address"].sudo()
        address_ids = {choice.address_id for choice in choices if choice.address_id}
        modes = {
            address.id: address._get_mode() for address in addresses.browse(address_ids)
        }
        blockers = {id_: mode.get_blockers() for id_, mode in modes.items()}
        return [
            self._prepare_dress(
                request,
                choice,
                modes.get(choice.address_id),
                blockers.get(choice.address_id),
            )
            for request, choice in zip(requests, choices, strict=True)
        ]

    @api.model
    def _prepare_dress(self, request, choice, mode, blockers):
        """What one mail wears; see ``_prepare_dresses``.

        :param mode: the :class:`..modes.base.SenderMode` of the chosen address, or None
        :param blockers: why that road is closed: translated sentences, or empty
        """
        if not mode:
            return {}
        if blockers and request.is_system:
            return self._prepare_system_dress(request)
        dress = {
            "sender_address_id": choice.address_id,
            "sender_reason": choice.reason,
            "email_from": mode.get_email_from(),
            "reply_to": mode.get_reply_to(request.reply_to, request.email_from),
            "mail_server_id": mode.get_mail_server().id,
        }
        if blockers:
            dress.update(state="held", failure_reason="\n".join(blockers))
        return dress

    @api.model
    def _prepare_system_dress(self, request):
        """What a system mail wears while the road of its company is closed.

        It leaves through the server of the platform, in the company's own name.
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        company = self.env["res.company"].sudo().browse(request.company_id)
        dress = {
            "sender_address_id": False,
            "sender_reason": "system_road",
            "mail_server_id": platform.mail_server_id.id,
        }
        if email_from := company.default_from_email or company.email_formatted:
            dress["email_from"] = email_from
        return dress

    # ------------------------------------------------- step DRESS: before sending

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Dress once more, hold what may not leave, send each company's mails apart."""
        self._release_bound_servers()
        if not self.env["mail.sender.resolver"]._is_in_use():
            return super().send(auto_commit, raise_exception, post_send_callback)
        self._dress_before_sending()
        held = self.filtered(lambda mail: mail.state == "held")
        if held and post_send_callback:
            post_send_callback(held.ids)
        dressed = (self - held).filtered("sender_address_id")
        groups = dressed.grouped("record_company_id").values()
        for mails in filter(None, [self - held - dressed, *groups]):
            super(MailMail, mails).send(
                auto_commit, raise_exception, post_send_callback
            )
        return True

    def _release_bound_servers(self):
        """Free mails from servers that became a company's own since they were queued.

        One of them would stop the whole queue.
        """
        if bound := self.env["ir.mail_server"]._get_bound_server_ids():
            self.filtered(
                lambda mail: mail.mail_server_id.id in bound
                and not mail._may_use_server(mail.mail_server_id)
            ).write({"mail_server_id": False})

    def _dress_before_sending(self):
        """Dress again what waits: proof and servers may have changed since creation."""
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "held")
            and mail.sender_reason not in ("gateway_bounce", "system_road")
        )
        requests = [
            SenderRequest(
                company_id=(mail.record_company_id or self.env.company).id,
                email_from=mail.email_from or "",
                reply_to=mail.reply_to or "",
                is_system=mail.is_system_mail,
            )
            for mail in waiting
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        choices = [
            mail._keep_choice(request, choice)
            for mail, request, choice in zip(waiting, requests, choices, strict=True)
        ]
        dresses = self._prepare_dresses(requests, choices)
        for mail, request, dress in zip(waiting, requests, dresses, strict=True):
            if not dress and mail.sender_reason:
                dress = mail._prepare_orphan_dress(request)
            if not dress:
                continue
            dress.setdefault("state", "outgoing")
            dress.setdefault("failure_reason", False)
            dress["record_company_id"] = request.company_id
            mail._write_changes(dress)

    def _prepare_orphan_dress(self, request):
        """What a mail wears whose sender address is gone and that has no other."""
        if request.is_system:
            return self._prepare_system_dress(request)
        company = self.env["res.company"].sudo().browse(request.company_id)
        return {
            "state": "held",
            "failure_reason": self.env._(
                "Its sender address was removed and %(company)s has no default sender. "
                "Choose one, or cancel the mail.",
                company=company.display_name,
            ),
        }

    def _keep_choice(self, request, choice):
        """Prefer the sender chosen at creation, as long as the company may use it."""
        self.ensure_one()
        address = self.sender_address_id.sudo()
        company = self.env["res.company"].browse(request.company_id)
        if address.active and address._is_usable_by(company):
            return SenderChoice(address.id, self.sender_reason)
        return choice

    def _write_changes(self, vals):
        """Write only what differs: most mails are dressed right already."""
        self.ensure_one()
        changes = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != (value or False)
        }
        if changes:
            # Whoever may send the queue need not be allowed to edit each message.
            self.sudo().write(changes)

    @api.model
    def _release_held(self):
        """Give held mails whose road is open now back to the queue."""
        held = self.sudo().search([("state", "=", "held")])
        held._dress_before_sending()
        if held.filtered(lambda mail: mail.state == "outgoing"):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # ------------------------------------------------------------ step CONNECT

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Carry the sender address and the envelope sender to the transport."""
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
