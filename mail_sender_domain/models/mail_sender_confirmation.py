# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.urls import urljoin

from ..guide_errors import guided_error
from ..tools.errors import LinkTokenError
from ..tools.link_token import LinkToken
from .choosing import SENDER_CONTEXT, SenderContext

#: How long a link can be opened: by whoever asked for it, and by somebody else.
LIFETIME_OWN = timedelta(days=7)
LIFETIME_APPROVAL = timedelta(days=14)

#: How long a link that was never used is remembered after that.
KEPT_AFTER_EXPIRY = timedelta(days=30)

#: How often one address may be asked, whoever asks.
PAUSE = timedelta(minutes=2)
LIMIT_PERIOD = timedelta(days=1)
LIMIT_PER_EMAIL = 5
LIMIT_PER_COMPANY = 50

#: What a link is for; part of its path.
CONFIRM = "confirm"
WITHDRAW = "withdraw"


class MailSenderConfirmation(models.Model):
    """A mail that asks whether mail of a company may leave from an address.

    Whoever reads that address answers by opening a link. The mail carries two: one to
    agree, which works once and for some days, and one to withdraw, which always works.
    Only the digest of their common token is stored.
    """

    _name = "mail.sender.confirmation"
    _description = "Confirmation of an E-mail Address"
    _order = "id desc"
    _rec_name = "email"

    _unique_token = models.Constraint(
        "UNIQUE(token_digest)", "Each link is mailed once only."
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    email = fields.Char(
        string="E-mail", required=True, readonly=True, index=True, help="Normalised."
    )
    user_id = fields.Many2one(
        "res.users", string="Asked By", readonly=True, ondelete="set null"
    )
    token_digest = fields.Char(
        required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    asked_date = fields.Datetime(
        string="Asked On", readonly=True, default=fields.Datetime.now
    )
    expiry_date = fields.Datetime(string="Can Be Opened Until", readonly=True)
    confirmed_date = fields.Datetime(string="Confirmed On", readonly=True)
    withdrawn_date = fields.Datetime(string="Withdrawn On", readonly=True)

    # ----------------------------------------------------------------- asking

    @api.model
    def _ask(self, company, email):
        """Mail a link to an address, unless it was asked too often.

        :param company: one ``res.company``, whose mail shall leave from there
        :param email: normalised
        :raise UserError: saying when to try again, or why the mail did not leave
        """
        self = self.sudo()
        self._check_limits(company, email)
        token = LinkToken.make()
        user = self.env.user
        is_own = email in (user.email_normalized, company.partner_id.email_normalized)
        confirmation = self.create(
            {
                "company_id": company.id,
                "email": email,
                "user_id": user.id,
                "token_digest": token.digest,
                "expiry_date": fields.Datetime.now()
                + (LIFETIME_OWN if is_own else LIFETIME_APPROVAL),
            }
        )
        if failure := confirmation._send(token):
            raise guided_error(
                UserError,
                self.env._(
                    "The mail to %(email)s could not be sent. Ask the system "
                    "administrator to check the outgoing mail server. %(reason)s",
                    email=email,
                    reason=failure,
                ),
                guide="confirm",
            )
        return confirmation

    @api.model
    def _check_limits(self, company, email):
        """Protect people from mail that they did not ask for.

        :raise UserError: saying when to try again
        """
        now = fields.Datetime.now()
        recent = Domain("asked_date", ">", now - LIMIT_PERIOD)
        asked = self.search(recent & Domain("email", "=", email))
        if asked and asked[0].asked_date > now - PAUSE:
            raise guided_error(
                UserError,
                self.env._(
                    "A link was mailed to %(email)s just now. Look for it in the "
                    "inbox and in the spam folder; after %(minutes)s minutes you can "
                    "send another one.",
                    email=email,
                    minutes=PAUSE.seconds // 60,
                ),
                guide="confirm",
            )
        of_company = self.search_count(recent & Domain("company_id", "=", company.id))
        if len(asked) >= LIMIT_PER_EMAIL or of_company >= LIMIT_PER_COMPANY:
            raise guided_error(
                UserError,
                self.env._(
                    "Enough links were mailed to %(email)s, or by %(company)s, for "
                    "today. Ask whoever reads that address to look into the spam "
                    "folder, or try again tomorrow.",
                    email=email,
                    company=company.display_name,
                ),
                guide="confirm",
            )

    def _send(self, token):
        """Mail the links; the mail itself is not kept.

        :param token: a :class:`..tools.link_token.LinkToken`
        :return: why it could not be sent; empty when it was
        """
        self.ensure_one()
        self = self.with_context(lang=self._get_reader_lang())
        notices = self.env["mail.sender.notice"]
        body = notices._render(
            "mail_sender_domain.confirmation_mail",
            self.company_id,
            self.email,
            {
                "paragraphs": self._get_question(),
                "confirm_url": self._get_url(token, CONFIRM),
                "withdraw_url": self._get_url(token, WITHDRAW),
                "expiry": format_date(self.env, self.expiry_date),
            },
        )
        subject = self.env._(
            "%(company)s: please confirm %(email)s",
            company=self.company_id.name,
            email=self.email,
        )
        reply_to = self.user_id.email_formatted or ""
        return notices._send(self.company_id, self.email, subject, body, reply_to)

    def _get_question(self):
        """What whoever reads the address is asked: translated sentences."""
        self.ensure_one()
        if self._is_company_email():
            sentence = self.env._(
                "%(email)s is the e-mail of %(company)s in its accounting. Please "
                "confirm it: mail of the company may then leave from this address, and "
                "it is told there when mail could not be delivered.",
                email=self.email,
                company=self.company_id.name,
            )
        else:
            sentence = self.env._(
                "%(company)s would like to send mail, such as its invoices, from "
                "%(email)s. Please confirm that it may.",
                company=self.company_id.name,
                email=self.email,
            )
        asked_by = self.env._(
            "%(user)s asks for it.", user=self.user_id.name or self.company_id.name
        )
        return [sentence, asked_by]

    def _get_reader_lang(self):
        """The language of whoever reads the address, else of whoever asks."""
        users = self.env["res.users"].search([("email_normalized", "=", self.email)])
        return users[:1].lang or self.env.lang

    def _is_company_email(self):
        """Whether the address is the company's own e-mail."""
        self.ensure_one()
        return self.company_id.partner_id.email_normalized == self.email

    # ----------------------------------------------------------------- tokens

    def _get_url(self, token, purpose):
        """The link to mail."""
        text = token.sign(purpose, self._get_signing_key())
        return urljoin(self.get_base_url(), f"/mail-sender/{purpose}/{text}")

    @api.model
    def _get_signing_key(self):
        """What tells links of this database from others, as bytes."""
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param("database.secret").encode()

    @api.model
    def _find(self, text, purpose):
        """Return what a link is about, as OdooBot; empty for any other text."""
        confirmations = self.with_user(SUPERUSER_ID)
        try:
            token = LinkToken.parse(text, purpose, self._get_signing_key())
        except LinkTokenError:
            return confirmations
        return confirmations.search([("token_digest", "=", token.digest)])

    # ---------------------------------------------------------------- answers

    def _get_obstacle(self):
        """Why agreeing is not possible (any more).

        :return: ``"withdrawn"``, ``"confirmed"``, ``"changed"`` when the address is not
            used any more, ``"expired"``; or an empty text
        """
        self.ensure_one()
        if self.withdrawn_date:
            return "withdrawn"
        if self.confirmed_date:
            return "confirmed"
        if not self._get_addresses() and not self._is_company_email():
            return "changed"
        if self.expiry_date < fields.Datetime.now():
            return "expired"
        return ""

    def _confirm(self):
        """Believe that whoever reads the address agrees; nothing may stand against."""
        self.ensure_one()
        self = self.with_context(lang=self.company_id.partner_id.lang)
        self.confirmed_date = fields.Datetime.now()
        self._get_addresses().write(
            {"confirmed_email": self.email, "withdrawn_email": False}
        )
        if self._is_company_email():
            self.company_id._confirm_sender_email()
        self._note(
            self.env._("%(email)s was confirmed by its mailed link.", email=self.email)
        )

    def _withdraw(self):
        """Take back what was agreed to, or refuse, for this address and company."""
        self.ensure_one()
        self = self.with_context(lang=self.company_id.partner_id.lang)
        siblings = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("email", "=", self.email),
                ("withdrawn_date", "=", False),
            ]
        )
        siblings.withdrawn_date = fields.Datetime.now()
        confirmed = self._get_addresses().filtered(
            lambda address: address._is_confirmed()
        )
        if self.company_id.sender_confirmed_email == self.email:
            self.company_id.sender_confirmed_email = False
        confirmed.write({"confirmed_email": False, "withdrawn_email": self.email})
        text = self.env._(
            "%(email)s may no longer be used by %(company)s: whoever reads that "
            "address withdrew the consent by the mailed link.",
            email=self.email,
            company=self.company_id.name,
        )
        self._note(text)
        self._tell_responsible(text)

    def _get_addresses(self):
        """The sender addresses of the company with this e-mail, also archived ones."""
        addresses = self.env["mail.sender.address"].with_context(active_test=False)
        return addresses.search(
            [
                ("company_id", "=", self.company_id.id),
                ("email_normalized", "=", self.email),
            ]
        )

    def _note(self, text):
        """Log a sentence where people look for it."""
        for record in self._get_addresses() or self.company_id.partner_id:
            record._message_log(body=text)

    def _tell_responsible(self, text):
        """Tell who asked, and who mends what breaks."""
        address = self._get_addresses()[:1]
        users = self.user_id.filtered("active")
        if address:
            users |= address._get_responsible()
        # What it is about is no road for the mail that tells of it.
        context = SenderContext(self.company_id.id, system_kind="account")
        record = (address or self.company_id.partner_id).with_context(
            **{SENDER_CONTEXT: context}
        )
        record.message_notify(
            partner_ids=(users or self.env.ref("base.user_admin")).partner_id.ids,
            subject=self.env._("%(email)s: consent withdrawn", email=self.email),
            body=text,
        )

    @api.autovacuum
    def _gc_unused(self):
        """Delete what nobody answered in time."""
        limit = fields.Datetime.now() - KEPT_AFTER_EXPIRY
        self.search(
            [
                ("expiry_date", "<", limit),
                ("confirmed_date", "=", False),
                ("withdrawn_date", "=", False),
            ]
        ).unlink()
