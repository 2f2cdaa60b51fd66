# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import smtplib
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..texts import smtp_text
from ..tools.smtp_error import explain_error
from .changes import group_changes, without_defaults
from .ir_mail_server import SENDER_HEADER
from .mail_sender_dresser import Roads
from .mail_sender_resolver import SenderChoice, SenderRequest, Skip

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

#: How long a mail is tried again (RFC 5321 section 4.5.4.1: four to five days).
PUT_OFF_PERIOD = timedelta(days=5)

#: Mail with one of these reasons was dressed by whoever made it.
DRESSED_REASONS = ("gateway_bounce", "system_notice")


class MailMail(models.Model):
    _inherit = "mail.mail"

    state = fields.Selection(
        selection_add=[("held", "On Hold")],
        # Without this addon nothing proves the sender: somebody has to look.
        ondelete={"held": lambda mails: mails.write({"state": "exception"})},
    )
    failure_type = fields.Selection(
        selection_add=[("put_off", "The server wants it later")],
        ondelete={"put_off": "set null"},
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
    sender_unreached_since = fields.Datetime(
        readonly=True,
        help="Since when the mail waits because its mail server cannot be reached, or "
        "wants it later.",
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

    def _get_first_of_messages(self):
        """Those of these new mails that wait or leave otherwise, one for each message.

        Odoo makes several mails of a message, group of recipients by group.
        """
        switched = self.sudo().filtered(
            lambda mail: mail.state == "held" or mail.sender_wanted_id
        )
        return switched.filtered(
            lambda mail: mail.id == min(mail.mail_message_id.mail_ids.ids)
        )

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
        :return: a :class:`.mail_sender_resolver.SenderRequest`
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

    # ------------------------------------------------- step DRESS: before sending

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Dress once more, hold what may not leave, send each company's mails apart."""
        self._release_bound_servers()
        resolver = self.env["mail.sender.resolver"]
        if not resolver._is_in_use():
            return super().send(auto_commit, raise_exception, post_send_callback)
        self._dress_before_sending()
        self._wait_for_turns()
        held = self.filtered(lambda mail: mail.state == "held")
        if held and post_send_callback:
            post_send_callback(held.ids)
        ours = (self - held).filtered("sender_reason")
        self.env["mail.sender.log"].sudo()._judge(ours.sudo())
        if others := self - held - ours:
            super(MailMail, others).send(
                auto_commit, raise_exception, post_send_callback
            )
        for company, mails in ours.grouped("record_company_id").items():
            # Odoo's own fallbacks are those of the current company.
            if resolver._trust_company(company, self.env.user) == company:
                mails = mails.with_company(company)
            while mails:
                unsent = mails.filtered(lambda mail: mail.state == "outgoing")
                failure = None
                try:
                    super(MailMail, mails).send(
                        auto_commit, raise_exception, post_send_callback
                    )
                except (MailDeliveryException, smtplib.SMTPServerDisconnected) as error:
                    failure = error
                mails = unsent._conclude_attempt(failure)
        return True

    def _conclude_attempt(self, failure):
        """Dress anew what found its road closed, and hold what found no server.

        :param failure: the exception that ended the attempt, or None
        :return: those of the mails that are to be tried now, by another road
        :raise MailDeliveryException: the failure, unless a road was closed by it
        """
        # A failure ended the run before the mails behind it were tried.
        untried = ("outgoing",) if failure else ()
        moved = self._take_another_road(("exception", *untried))
        if failure and not moved:
            raise failure
        again = self.exists() if failure else moved
        again = again.filtered(lambda mail: mail.state == "outgoing")
        (self - again)._hold_unreached()
        return again

    def _take_another_road(self, states):
        """Dress anew what could not leave because its road is closed since.

        A system mail takes the platform's road whatever the failure was.

        :param states: of the mails that did not leave
        :return: the mails that have another road now, or wait
        """
        stuck = self.exists().filtered(
            lambda mail: mail.state in states
            and mail.sender_address_id
            and mail._may_be_tried_again()
        )
        system = stuck.filtered("sender_system_kind")
        moved = system | stuck.filtered(
            lambda mail: mail.sudo().sender_address_id._get_blockers()
        )
        moved.sudo().write({"state": "outgoing", "failure_type": False})
        moved._dress_before_sending(closed=system)
        moved._forget_failures()
        return moved

    def _may_be_tried_again(self):
        """Whether no recipient can have this mail yet.

        Odoo names a type of failure from the moment that a session is open. What has
        one recipient was then refused by the server as a whole.
        """
        if not self.failure_type or self.failure_type == "put_off":
            return True
        recipients = len(self.recipient_ids) + bool(self.email_to or self.email_cc)
        return bool(self.sender_system_kind) and recipients == 1

    def _hold_unreached(self):
        """Hold what found no mail server, or came too early; it is tried again."""
        failed = self.exists().filtered(lambda mail: mail.state == "exception")
        unreached = failed.filtered(
            lambda mail: mail.failure_type == "put_off"
            or (
                mail.sender_address_id
                and not mail.failure_type
                and not mail._waits_too_long()
            )
        )
        # Whoever presses Retry begins anew.
        (failed - unreached).filtered("sender_unreached_since").sudo().write(
            {"sender_unreached_since": False}
        )
        now = fields.Datetime.now()
        dresses = [
            {
                "state": "held",
                "failure_reason": mail._get_retry_text(),
                "failure_type": False,
                "sender_unreached_since": mail.sender_unreached_since or now,
            }
            for mail in unreached
        ]
        unreached._write_dresses(dresses)
        unreached._forget_failures()

    def _waits_too_long(self):
        """Whether this mail was tried again for so long that it is to fail."""
        since = self.sender_unreached_since
        return bool(since) and since < fields.Datetime.now() - PUT_OFF_PERIOD

    def _get_retry_text(self):
        """Why this mail waits for another attempt, in the language of its company."""
        lang = self.sudo().record_company_id.partner_id.lang
        self = self.with_context(lang=lang)
        error = self.failure_reason or ""
        if self.failure_type == "put_off":
            return self.env._(
                "The mail server took the login, but wants this mail later; it is "
                "tried again every hour. %(error)s",
                error=error,
            )
        return self.env._(
            "The mail server could not be reached; it is tried again every hour. "
            "%(error)s",
            error=error,
        )

    def _forget_failures(self):
        """Let people see mail that still leaves as waiting and not as failed."""
        notifications = self.env["mail.notification"].sudo()
        failed = notifications.search(
            [
                ("mail_mail_id", "in", self.ids),
                ("notification_status", "=", "exception"),
            ]
        )
        failed.write(
            {
                "notification_status": "ready",
                "failure_type": False,
                "failure_reason": False,
            }
        )
        messages = failed.mail_message_id
        messages.filtered(
            lambda message: message._is_thread_message()
        )._notify_message_notification_update()

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

    def _note_on_documents(self):
        """Say on their documents which of these mails wait or leave otherwise."""
        texts = defaultdict(lambda: defaultdict(dict))
        for mail in self.sudo().filtered(self._is_on_document):
            # The same sentence once, as a message may have several mails.
            texts[mail.model][mail.res_id][mail._get_switch_text()] = True
        for model, texts_by_id in texts.items():
            records = self.env[model].sudo().browse(texts_by_id).exists()
            records._message_log_batch(
                {id_: Markup("<br/>").join(texts_by_id[id_]) for id_ in records.ids}
            )

    @api.model
    def _is_on_document(self, mail):
        """Whether a mail is about a record that people can read notes on."""
        return self._has_record({"model": mail.model, "res_id": mail.res_id}) and (
            isinstance(self.env[mail.model], self.env.registry["mail.thread"])
        )

    def _get_switch_text(self):
        """One translated sentence on how this mail leaves, or why it waits."""
        self.ensure_one()
        if self.state == "held":
            return self.env._(
                "The e-mail “%(subject)s” waits. %(reason)s",
                subject=self.subject or "",
                reason=self.failure_reason or "",
            )
        if self.sender_wanted_id:
            return self.env._(
                "The e-mail “%(subject)s” leaves from %(relay)s, because the road of "
                "%(wanted)s is blocked.",
                subject=self.subject or "",
                relay=self.sender_address_id.email,
                wanted=self.sender_wanted_id.email,
            )
        return self.env._(
            "The e-mail “%(subject)s” leaves from %(address)s.",
            subject=self.subject or "",
            address=self.sender_address_id.email or self.email_from,
        )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Write the outcome into the sending log, before Odoo deletes the mail."""
        refusal = self._get_put_off() if failure_type else None
        if not refusal and self.env["mail.sender.resolver"]._is_in_use():
            self.env["mail.sender.log"].sudo()._conclude(
                self.sudo(), failure_type, failure_reason
            )
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        if refusal:
            self._put_off(success_pids, success_emails, refusal)
        return result

    def _get_put_off(self):
        """What the server said if it only wants this mail later, and may still do so.

        :return: a :class:`..tools.smtp_refusal.Refusal`, or None
        """
        # Odoo handles the answer of the server at this moment, and keeps its text only.
        error = sys.exc_info()[1]
        if not isinstance(error, MailDeliveryException) or any(
            not mail.sender_reason or mail._hides_who_has_it() for mail in self
        ):
            return None
        refusal = explain_error(error)
        is_early = refusal.code == "closed" or 400 <= refusal.reply_code < 500
        if not is_early or any(mail._waits_too_long() for mail in self):
            return None
        return refusal

    def _hides_who_has_it(self):
        """Whether Odoo does not say if those in copy have this mail already."""
        return bool(self.email_cc and not self.email_to and self.recipient_ids)

    def _put_off(self, success_pids, success_emails, refusal):
        """Keep for later what the server did not take yet, without who has it already.

        :param success_pids: the ``res.partner`` records that it was taken for
        :param success_emails: the same for addresses of the mail itself
        :param refusal: the :class:`..tools.smtp_refusal.Refusal`
        """
        vals = {
            "failure_type": "put_off",
            "failure_reason": smtp_text(self.env, refusal.code, refusal.params),
            "recipient_ids": [Command.unlink(partner.id) for partner in success_pids],
        }
        if success_emails:
            vals.update(email_to=False, email_cc=False)
        self.sudo().write(vals)

    def _release_bound_servers(self):
        """Free mails from servers that became a company's own since they were queued.

        One of them would stop the whole queue.
        """
        if bound := self.env["ir.mail_server"]._get_bound_server_ids():
            self.filtered(
                lambda mail: mail.mail_server_id.id in bound
                and not mail._may_use_server(mail.mail_server_id)
            ).write({"mail_server_id": False})

    def _dress_before_sending(self, closed=()):
        """Dress again what waits: proof and servers may have changed since creation.

        :param closed: mails among these whose own road must not be tried again
        """
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "held")
            and mail.sender_reason not in DRESSED_REASONS
        )
        forwards = waiting.filtered(lambda mail: mail.sender_reason == "relay_forward")
        forwards._dress_forwards()
        waiting -= forwards
        facts = waiting.filtered(lambda mail: not mail.sender_reason)._get_facts()
        requests = [
            mail._prepare_stored_request(**facts.get(mail.id, {})) for mail in waiting
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        choices = [
            SenderChoice(0, "system_road", skipped=mail._get_unreachable())
            if mail in closed
            else mail._keep_choice(request, choice)
            for mail, request, choice in zip(waiting, requests, choices, strict=True)
        ]
        dresses = self.env["mail.sender.dresser"]._prepare_dresses(requests, choices)
        for mail, request, dress in zip(waiting, requests, dresses, strict=True):
            if not dress and mail.sender_reason:
                dress.update(mail._prepare_orphan_dress(request))
            if dress:
                dress.setdefault("state", "outgoing")
                dress.setdefault("failure_reason", False)
                # What an earlier attempt met says nothing about the next one.
                dress["failure_type"] = False
                if dress["state"] == "held":
                    dress["sender_unreached_since"] = False
                    dress["sender_waits_until"] = False
                dress["record_company_id"] = request.company_id
                dress["sender_user_id"] = request.user_id
                dress["is_sender_internal"] = request.is_internal
        waiting._write_dresses(dresses)

    def _dress_forwards(self):
        """Look again whether the relay addresses of forwarded mail can send.

        Their mail keeps its From and its Reply-To, which name whoever wrote it.
        """
        dresses = []
        for mail in self.sudo():
            address = mail.sender_address_id
            blockers = (
                address._get_blockers()
                if address
                else [self.env._("Its relay address was removed. Cancel the mail.")]
            )
            server = address._get_mode().get_mail_server() if address else address
            dresses.append(
                {
                    "mail_server_id": server.id,
                    "state": "held" if blockers else "outgoing",
                    "failure_reason": "\n".join(blockers),
                    "failure_type": False,
                }
            )
        self._write_dresses(dresses)

    def _get_unreachable(self):
        """The address whose road was just found closed, as choosing notes it."""
        self.ensure_one()
        mail = self.sudo()
        skip = Skip(
            mail.sender_address_id.id,
            "unreachable",
            mail.sender_reason,
            mail.sender_rule_id.id or 0,
        )
        return (skip,)

    def _prepare_stored_request(self, **facts):
        """What choosing has to know of a mail that waits.

        :param facts: what is not stored: as of :meth:`_get_facts`
        :return: a :class:`.mail_sender_resolver.SenderRequest`
        """
        self.ensure_one()
        mail = self.sudo()
        request = SenderRequest(
            company_id=mail.record_company_id.id,
            email_from=mail.email_from or "",
            reply_to=mail.reply_to or "",
            # What dressing chose itself is nobody's wish.
            mail_server_id=mail.mail_server_id.id
            if mail.sender_reason in (False, "forced_server")
            else 0,
            system_kind=mail.sender_system_kind or "",
            user_id=mail.sender_user_id.id or 0,
            writer_id=mail.mail_message_id.create_uid.id,
            is_internal=mail.is_sender_internal,
            choice_id=mail.sender_choice_id.id or 0,
            template_id=mail.sender_template_id.id or 0,
            model=mail.model or "",
            res_id=mail.res_id or 0,
        )
        return replace(request, **facts)

    def _get_facts(self):
        """Find out what is stored only once a mail was dressed.

        Some mails pass neither hook at creation, as those of mailing lists do; others
        were made when their company had no sender.

        :return: id of a mail -> values of a
            :class:`.mail_sender_resolver.SenderRequest`
        """
        resolver = self.env["mail.sender.resolver"]
        vals_list = [
            {
                "model": mail.model,
                "res_id": mail.res_id,
                "recipient_ids": mail.recipient_ids.ids,
                "email_to": mail.email_to,
                "email_cc": mail.email_cc,
            }
            for mail in self.sudo()
        ]
        companies = {
            (records._name, id_): company
            for records in self._get_records(vals_list)
            for id_, company in resolver._get_document_companies(records).items()
        }
        facts = {}
        for mail, is_internal in zip(
            self.sudo(), self._get_internal_vals(vals_list), strict=True
        ):
            message = mail.mail_message_id
            given = mail.record_company_id or self.env.company
            company = companies.get(
                (mail.model, mail.res_id)
            ) or resolver._trust_company(given, message.create_uid)
            facts[mail.id] = {
                "company_id": company.id,
                "user_id": resolver._get_writer(message).id or 0,
                "is_internal": is_internal,
            }
        return facts

    def _prepare_orphan_dress(self, request):
        """What a mail wears whose sender address is gone and that has no other."""
        company = self.env["res.company"].sudo().browse(request.company_id)
        if request.system_kind:
            return self.env["mail.sender.dresser"]._prepare_system_dress(
                request, SenderChoice(), Roads(self.env(su=True))
            )
        return {
            "state": "held",
            "failure_reason": self.with_context(lang=company.partner_id.lang).env._(
                "Its sender address was removed and %(company)s has no default sender. "
                "Choose one, or cancel the mail.",
                company=company.display_name,
            ),
        }

    def _keep_choice(self, request, choice):
        """Prefer the sender chosen at creation, as long as the company may use it."""
        self.ensure_one()
        mail = self.sudo()
        address = mail.sender_wanted_id or mail.sender_address_id
        company = self.env["res.company"].browse(request.company_id)
        if address and not address._get_skip_code() and address._is_usable_by(company):
            return SenderChoice(
                address.id,
                mail.sender_reason,
                mail.sender_rule_id.id,
                tuple(Skip(*skip) for skip in mail.sender_skipped or ()),
            )
        return choice

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

    @api.model
    def _cron_release(self):
        """Try held mails again: whose road is open now goes back into the queue."""
        held = self.sudo().search(self._get_due_domain())
        held = held.try_lock_for_update(allow_referencing=True)
        held._dress_before_sending()
        if held.filtered(lambda mail: mail.state == "outgoing"):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _dress_waiting(self, addresses=None, companies=None):
        """Dress anew what waits for these addresses or in these companies.

        Held mails whose road is open now go back into the queue.
        """
        domain = Domain("state", "=", "outgoing") | self._get_due_domain()
        if addresses is not None:
            companies = addresses.sudo().company_id
            domain &= (
                Domain("sender_address_id", "in", addresses.ids)
                | Domain("sender_wanted_id", "in", addresses.ids)
                | (
                    Domain("state", "=", "held")
                    & Domain("record_company_id", "child_of", companies.ids)
                )
            )
        else:
            domain &= Domain("record_company_id", "child_of", companies.ids) & Domain(
                "sender_reason", "!=", False
            )
        # A mail that is being handed over at this moment stays as it is.
        waiting = self.sudo().search(domain)
        waiting = waiting.try_lock_for_update(allow_referencing=True)
        held = waiting.filtered(lambda mail: mail.state == "held")
        waiting._dress_before_sending()
        if held.filtered(lambda mail: mail.state == "outgoing"):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

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
