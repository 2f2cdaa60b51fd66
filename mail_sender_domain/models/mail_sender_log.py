# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from textwrap import shorten

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..guide_errors import guided_error
from .changes import group_changes
from .choosing import Skip

#: How old a failure may be to be told, and how many are told one by one.
TOLD_PERIOD = timedelta(days=7)
TOLD_LIMIT = 20
TOLD_LENGTH = 200

#: As much as is kept of the report on a mail that came back.
BOUNCE_LENGTH = 1000


class MailSenderLog(models.Model):
    """What was decided for one mail and what became of it.

    It stays when the mail is deleted after sending, and holds codes and ids only.
    """

    _name = "mail.sender.log"
    _description = "Sending Log"
    _order = "id desc"
    _rec_name = "email_from"

    mail_mail_id = fields.Many2one(
        "mail.mail", string="Mail", index="btree_not_null", ondelete="set null"
    )
    message_id = fields.Char(string="Message-ID", index=True, readonly=True)
    model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="model", index=True, readonly=True
    )
    document = fields.Char(compute="_compute_document")
    company_id = fields.Many2one("res.company", index=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Sent By", readonly=True, ondelete="set null"
    )
    sender_address_id = fields.Many2one(
        "mail.sender.address", readonly=True, index=True, ondelete="set null"
    )
    wanted_address_id = fields.Many2one(
        "mail.sender.address",
        string="Wanted Sender",
        readonly=True,
        ondelete="set null",
        help="The address that was chosen and whose road was blocked.",
    )
    mode = fields.Selection(
        selection=lambda self: self.env["mail.sender.address"]._selection_mode(),
        string="Sending Mode",
        readonly=True,
    )
    reason = fields.Selection(selection="_get_reasons", readonly=True)
    rule_id = fields.Many2one("mail.sender.rule", readonly=True, ondelete="set null")
    skipped = fields.Json(readonly=True)
    skipped_rule_id = fields.Many2one(
        "mail.sender.rule",
        string="Rule Passed Over",
        readonly=True,
        ondelete="set null",
        help="The first one that fits and was passed over.",
    )
    skipped_text = fields.Text(
        string="Passed Over", compute="_compute_skipped_text", compute_sudo=True
    )
    email_from = fields.Char(string="From", readonly=True)
    reply_to = fields.Char(string="Reply-To", readonly=True)
    envelope_from = fields.Char(string="Envelope Sender", readonly=True)
    mail_server_id = fields.Many2one(
        "ir.mail_server",
        readonly=True,
        ondelete="set null",
        groups="base.group_system",
    )
    server = fields.Char(
        readonly=True, help="What the mail server was called when the mail left."
    )
    verdict = fields.Selection(
        selection=lambda self: self.env["mail.sender.address"]._selection_verdict(),
        string="Receivers",
        readonly=True,
        help="What receivers make of the mail, as DNS was when it left.",
    )
    outcome = fields.Selection(
        [
            ("queued", "In the queue"),
            ("held", "Waits"),
            ("accepted", "Accepted"),
            ("refused", "Failed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    outcome_date = fields.Datetime(string="Since", readonly=True)
    failure_type = fields.Char(readonly=True)
    failure_text = fields.Text(string="What Was Said", readonly=True)
    is_failure_told = fields.Boolean(
        readonly=True, help="Whether the company was told that the mail failed."
    )

    @api.model
    def _get_reasons(self):
        """Why a mail leaves from its sender; addons with further reasons extend it."""
        return [
            ("explicit", self.env._("Chosen by the user")),
            ("rule", self.env._("Rule")),
            ("template_from", self.env._("From of the mail template")),
            ("own_address", self.env._("Own address of the user")),
            ("system_sender", self.env._("Only colleagues receive it")),
            ("automatic_sender", self.env._("Sent by the system itself")),
            ("forced_server", self.env._("Server of the template or mailing")),
            ("personal_server", self.env._("Mail server of the user")),
            ("company_default", self.env._("Default sender of the company")),
            ("system_mail", self.env._("Login or account mail, by the company's road")),
            (
                "system_road",
                self.env._("Login or account mail, by the platform's road"),
            ),
            ("relay_forward", self.env._("Forwarded from a relay address")),
            ("gateway_bounce", self.env._("Answer of the mail gateway")),
            ("test", self.env._("Test invoice")),
            ("system_notice", self.env._("Notice of the system itself")),
        ]

    @api.model
    def _get_skip_texts(self):
        """The sentence for each code of ``mail.sender.resolver._get_skip_code``."""
        return {
            "archived": self.env._("%(address)s is archived."),
            "never_proven": self.env._("%(address)s is not proven yet."),
            "deleted": self.env._("The address was deleted."),
            "other_company": self.env._("%(address)s belongs to another company."),
            "not_allowed": self.env._("The user may not choose %(address)s."),
            "unreachable": self.env._("The road of %(address)s is interrupted."),
            "strict": self.env._(
                "The company sends strictly from its proven sender addresses."
            ),
        }

    @api.depends("model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_document(self):
        for model, logs in self.grouped("model").items():
            names = self._get_document_names(model, set(logs.mapped("res_id")))
            for log in logs:
                log.document = names.get(log.res_id) or names[0]

    @api.model
    def _get_document_names(self, model, ids):
        """Map ids to the names of the documents that one may read.

        :param model: name of a model that may be gone, or False
        :return: dictionary; under 0 is the name of the document type
        """
        if model not in self.env:
            return {0: model}
        documents = self.env[model].browse(filter(None, ids)).exists()
        documents = documents._filtered_access("read")
        type_ = self.env["ir.model"]._get(model).sudo()
        return {0: type_.name} | {doc.id: doc.display_name for doc in documents}

    @api.depends("skipped")
    @api.depends_context("lang")
    def _compute_skipped_text(self):
        for log in self:
            log.skipped_text = "\n".join(self._get_skip_sentences(log.skipped or ()))

    @api.model
    def _get_skip_sentences(self, skipped):
        """Say what was passed over, and why.

        :param skipped: values of :class:`.choosing.Skip`
        :return: list of translated sentences
        """
        return [
            self.env._(
                "%(step)s – %(why)s",
                step=self._get_step(skip.reason, skip.rule_id),
                why=self._get_skip_sentence(skip.address_id, skip.code),
            )
            for skip in (Skip(*values) for values in skipped)
        ]

    @api.model
    def _get_skip_sentence(self, address_id, code):
        """Say why an address is passed over.

        :param address_id: id of an address that may be gone, or 0
        :param code: a key of ``_get_skip_texts``
        """
        address = self.env["mail.sender.address"].sudo().browse(address_id).exists()
        return self._get_skip_texts()[code] % {"address": address.email or "?"}

    @api.model
    def _get_step(self, reason, rule_id):
        """Which step of choosing it was; a rule has its name.

        :param reason: a value of ``mail.mail.sender_reason``
        :param rule_id: id of a ``mail.sender.rule`` that may be gone, or 0
        """
        rule = self.env["mail.sender.rule"].sudo().browse(rule_id or ()).exists()
        if rule:
            return self.env._("Rule: %(rule)s", rule=rule.name)
        return dict(self._get_reasons()).get(reason, reason)

    @api.model
    def _record(self, mails):
        """Write down what is decided for these mails now, for few queries in all.

        :param mails: ``mail.mail`` records in superuser mode
        """
        mails = mails.filtered("sender_reason")
        known = {
            log.mail_mail_id.id: log
            for log in self.search([("mail_mail_id", "in", mails.ids)])
        }
        addresses = mails.sender_address_id
        roads = {
            address.id: self._prepare_road(address)
            for address in (*addresses, addresses.browse())
        }
        rules = self._get_skipped_rules(mails)
        now = fields.Datetime.now()
        new, old, changes = [], [], []
        for mail in mails:
            vals = self._prepare_log(mail, roads, rules)
            log = known.get(mail.id, self.browse())
            if log.outcome != vals["outcome"]:
                vals["outcome_date"] = now
            if log:
                old.append(log.id)
                changes.append(vals)
            else:
                new.append({**vals, **self._prepare_identity(mail)})
        self.create(new)
        for vals, same in group_changes(self.browse(old), changes):
            same.write(vals)

    @api.model
    def _prepare_identity(self, mail):
        """What tells which mail a line is about."""
        return {
            "mail_mail_id": mail.id,
            "message_id": mail.message_id,
            "model": mail.model,
            "res_id": mail.res_id,
            "user_id": mail.sender_user_id.id,
        }

    @api.model
    def _prepare_road(self, address):
        """What all mail from an address has in common.

        :param address: one ``mail.sender.address``, or none
        """
        return {
            "envelope_from": bool(address) and address._get_mode().get_envelope_from(),
            "verdict": address.verdict,
        }

    @api.model
    def _prepare_log(self, mail, roads, rules):
        """What was decided for one mail.

        :param roads: id of a sender address, or False -> as of ``_prepare_road``
        :param rules: as of ``_get_skipped_rules``
        """
        address = mail.sender_address_id
        is_held = mail.state == "held"
        return {
            "company_id": mail.record_company_id.id,
            "sender_address_id": address.id,
            "wanted_address_id": mail.sender_wanted_id.id,
            "mode": address.mode,
            "reason": mail.sender_reason,
            "rule_id": mail.sender_rule_id.id,
            "skipped": mail.sender_skipped,
            "skipped_rule_id": rules[mail.id],
            "email_from": mail.email_from,
            "reply_to": mail.reply_to,
            **roads[address.id],
            "mail_server_id": mail.mail_server_id.id,
            "server": mail.mail_server_id.name,
            "outcome": "held" if is_held else "queued",
            "failure_text": mail.failure_reason if is_held else False,
            "failure_type": False,
        }

    @api.model
    def _get_skipped_rules(self, mails):
        """Map ids of mails to the first rule that was passed over, by id, or False.

        Rules that are gone do not count.
        """
        skipped = {
            mail.id: [Skip(*values).rule_id for values in mail.sender_skipped or ()]
            for mail in mails
        }
        rules = self.env["mail.sender.rule"].browse(
            {rule_id for ids in skipped.values() for rule_id in ids if rule_id}
        )
        known = set(rules.exists().ids)
        return {
            mail_id: next((rule_id for rule_id in ids if rule_id in known), False)
            for mail_id, ids in skipped.items()
        }

    @api.model
    def _judge(self, mails):
        """Write down what receivers make of mails that leave now.

        :param mails: ``mail.mail`` records in superuser mode
        """
        for address, same in mails.grouped("sender_address_id").items():
            self.search(
                [
                    ("mail_mail_id", "in", same.ids),
                    ("verdict", "!=", address.verdict),
                ]
            ).verdict = address.verdict

    @api.model
    def _conclude(self, mails, failure_type, failure_reason):
        """Write down what became of these mails.

        :param mails: ``mail.mail`` records in superuser mode
        :param failure_type: as of ``mail.mail``, or None
        :param failure_reason: what was said, or False
        """
        logs = self.search([("mail_mail_id", "in", mails.ids)])
        is_refused = any(mail.state == "exception" for mail in mails)
        logs.write(
            {
                "outcome": "refused" if is_refused else "accepted",
                "outcome_date": fields.Datetime.now(),
                "failure_type": failure_type,
                "failure_text": failure_reason
                or (mails[:1].failure_reason if is_refused else False),
            }
        )
        context = self.env["mail.sender.resolver"]._get_sender_context()
        if context.system_kind:
            context.concluded.update(
                {vals["message_id"]: vals for vals in logs.copy_data()}
            )

    @api.model
    def _write_again(self, concluded):
        """Write lines that are gone, because their mail was sent in a savepoint.

        :param concluded: as of :class:`.choosing.SenderContext`
        """
        known = self.search([("message_id", "in", list(concluded))])
        self.create(
            [
                {**vals, "mail_mail_id": False}
                for message_id, vals in concluded.items()
                if message_id not in known.mapped("message_id")
            ]
        )

    def action_open_document(self):
        """Open what the mail is about.

        :raise UserError: when it is about nothing, or that was deleted
        """
        self.ensure_one()
        document = self.model in self.env and self.env[self.model].browse(self.res_id)
        if not document or not document.exists():
            raise guided_error(
                UserError,
                self.env._("This mail is about no document, or it was deleted."),
                guide="rules",
            )
        document.check_access("read")
        return document.get_formview_action()

    # --------------------------------------------------------------- failures

    @api.model
    def _note_bounce(self, message_ids, recipient, text):
        """Take down that a mail came back which a server had accepted.

        :param message_ids: what the report refers to
        :param recipient: who did not get it; empty when the report does not say
        :param text: of the report
        """
        log = self.search(
            [("message_id", "in", message_ids), ("outcome", "=", "accepted")], limit=1
        )
        said = " ".join(filter(None, [recipient, text]))
        log.write(
            {
                "outcome": "refused",
                "outcome_date": fields.Datetime.now(),
                "failure_type": "bounced",
                "failure_text": shorten(said, BOUNCE_LENGTH, placeholder="…"),
            }
        )

    @api.model
    def _cron_tell_failures(self):
        """Tell each company once a day which of its mails failed, each of them once."""
        failed = self.sudo().search(
            [
                ("outcome", "=", "refused"),
                ("outcome_date", ">", fields.Datetime.now() - TOLD_PERIOD),
                ("is_failure_told", "=", False),
                ("company_id", "!=", False),
                ("reason", "!=", "system_notice"),
            ]
        )
        for company, logs in failed.grouped("company_id").items():
            lang = company.partner_id.lang
            if logs.with_context(lang=lang)._tell_failures():
                logs.is_failure_told = True

    def _tell_failures(self):
        """Mail a list of these lines of one company to its confirmed e-mail.

        :return: whether there was one to mail it to
        """
        company = self.company_id
        lines = [log._get_failure_line() for log in self[:TOLD_LIMIT]]
        if others := len(self) - len(lines):
            lines.append(self.env._("… and %(count)s more.", count=others))
        return self.env["mail.sender.notice"]._queue(
            company,
            self.env._(
                "Mail of %(company)s could not be delivered (%(count)s)",
                company=company.name,
                count=len(self),
            ),
            [
                self.env._(
                    "These mails could not be delivered. Open the documents in Odoo to "
                    "send them again."
                )
            ],
            lines,
        )

    def _get_failure_line(self):
        """One line on what failed and what was said, in plain text."""
        self.ensure_one()
        name = ""
        if self.model in self.env and self.res_id:
            name = self.env[self.model].browse(self.res_id).exists().display_name
        if not name:
            name = self.env._("A mail from %(sender)s", sender=self.email_from or "?")
        reason = self.failure_text or self.failure_type or ""
        return f"{name}: {shorten(reason, TOLD_LENGTH, placeholder='…')}"

    @api.autovacuum
    def _gc_logs(self):
        """Delete lines that are older than the platform wants to keep them."""
        days = self.env["mail.sender.platform"]._get_platform().log_days
        if days:
            limit = fields.Datetime.now() - timedelta(days=days)
            self.search([("create_date", "<", limit)]).unlink()
