# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..guide_errors import guided_error
from ..handover_texts import MAIL_TEXTS
from ..reader import LANGUAGES, Reader
from ..report.handover import Handover
from ..texts import error_text
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError

#: How long links can be opened at most, in days.
MOST_DAYS = 90

#: How many mails leave in a day: what a domain's records are told of, few have to know.
LIMIT_PERIOD = timedelta(days=1)
LIMIT_PER_DOMAIN = 20

#: More than anybody reads above the records.
MAX_NOTE_LENGTH = 5000


class MailSenderHandoverWizard(models.TransientModel):
    """Hands the records of a domain over to whoever keeps its DNS."""

    _name = "mail.sender.handover.wizard"
    _description = "Hand Over the Records of a Domain"
    _inherit = ["mail.sender.input"]

    domain_id = fields.Many2one(
        "mail.sender.domain", required=True, readonly=True, ondelete="cascade"
    )
    email_to = fields.Char(
        string="To", help="E-mail address of whoever keeps the DNS of the domain."
    )
    lang = fields.Selection(
        list(LANGUAGES.items()),
        string="Language",
        required=True,
        default=lambda self: Reader(self.env.lang).lang,
        help="Of the mail and the documents. The page behind the link speaks the "
        "language of its reader's browser.",
    )
    days = fields.Integer(
        string="Link Valid For (Days)",
        required=True,
        default=30,
        help="For how long the link shows the records. You can revoke it before.",
    )
    note = fields.Text(help="Stands in the mail, above the rest.")
    url = fields.Char(string="Link", store=False, readonly=True)

    @api.constrains("days")
    def _check_days(self):
        for wizard in self:
            if not 1 <= wizard.days <= MOST_DAYS:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Link Valid For: enter 1 to %(most)s days.", most=MOST_DAYS
                    ),
                    guide="hand-over",
                )

    @api.constrains("note")
    def _check_note(self):
        for wizard in self:
            if len(wizard.note or "") > MAX_NOTE_LENGTH:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Note: %(length)s characters are too many, %(limit)s are "
                        "allowed. Type a shorter text.",
                        length=len(wizard.note),
                        limit=MAX_NOTE_LENGTH,
                    ),
                    guide="hand-over",
                )

    def action_send(self):
        """Mail the records, with all documents and a link to the live page."""
        self.ensure_one()
        self._parse_email()
        self._check_limit()
        handover, url = self._give()
        if failure := self._send(handover, url):
            raise guided_error(
                UserError,
                self.env._(
                    "The mail to %(email)s could not be sent. Ask the system "
                    "administrator to check the outgoing mail server, or make a link "
                    "and send it yourself. %(reason)s",
                    email=self.email_to,
                    reason=failure,
                ),
                guide="hand-over",
            )
        self.domain_id.sudo()._message_log(
            body=self.env._(
                "The records were mailed to %(email)s.", email=handover.email
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The records were mailed to %(email)s.", email=handover.email
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_make_link(self):
        """Make a link and show it, this once: it is not stored."""
        self.ensure_one()
        if self.email_to:
            self._parse_email()
        _handover, url = self._give()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link to the Records"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "mail_sender_domain.mail_sender_handover_wizard_view_link"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_domain_id": self.domain_id.id, "default_url": url},
        }

    def _give(self):
        """Make a link; see ``mail.sender.handover._give``."""
        email = self._parse_email() if self.email_to else ""
        return self.env["mail.sender.handover"]._give(
            self.domain_id, timedelta(days=self.days), email, self.lang
        )

    def _parse_email(self):
        """Return the address to send to.

        :raise ValidationError: when it is none, naming the field and the mend
        """
        try:
            return EmailAddress.parse(self.email_to or "").ascii
        except SenderToolError as error:
            raise guided_error(
                ValidationError,
                self.env._("To: %(reason)s", reason=error_text(self.env, error)),
                guide="hand-over",
            ) from error

    def _check_limit(self):
        """Protect people from mail that they did not ask for.

        :raise UserError: saying when to try again
        """
        sent = Domain("domain_id", "=", self.domain_id.id) & Domain(
            "email", "!=", False
        )
        since = fields.Datetime.now() - LIMIT_PERIOD
        handovers = self.env["mail.sender.handover"].sudo()
        if handovers.search_count(sent & Domain("create_date", ">", since)) >= (
            LIMIT_PER_DOMAIN
        ):
            raise guided_error(
                UserError,
                self.env._(
                    "The records of %(domain)s were mailed often enough for today. "
                    "Make a link and send it yourself, or try again tomorrow.",
                    domain=self.domain_id.name,
                ),
                guide="hand-over",
            )

    def _send(self, handover, url):
        """Mail all there is to hand over.

        :param handover: the ``mail.sender.handover``
        :param url: its secret address
        :return: why it could not be sent; empty when it was
        """
        reader = Reader(self.lang)
        self = self.with_context(lang=reader.get_installed_lang(self.env))
        domain = self.domain_id
        documents = Handover(domain, reader)
        company = documents.company
        values = {"company": company.name, "domain": domain.name}
        texts = {
            name: reader._(
                text,
                **values,
                user=self.env.user.name,
                date=reader.say_date(handover.expiry_date),
            )
            for name, text in MAIL_TEXTS.items()
        }
        notices = self.env["mail.sender.notice"]
        body = notices._render(
            "mail_sender_domain.handover_mail",
            company,
            domain.name,
            {"texts": texts, "note": self.note, "url": url, "handover": documents},
            description=texts["records"],
        )
        return notices._send(
            company,
            handover.email,
            texts["subject"],
            body,
            self.env.user.email_formatted or "",
            attachments=[documents.make(kind) for kind in Handover.KINDS],
        )
