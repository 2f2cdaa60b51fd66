# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError
from .changes import without_defaults

MANAGER = "mail_sender_domain.group_sender_manager"


class ResCompany(models.Model):
    """The e-mail of a company: confirmed by a mailed link, and what follows from it.

    A company is asked once it has a default sender of its own. Nothing waits for the
    answer: only those who can give it see a mark.
    """

    _inherit = "res.company"

    sender_confirmed_email = fields.Char(
        string="Confirmed E-mail",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="The e-mail of the company whose mailed link was opened. Notices about "
        "its mail go there.",
    )
    sender_asked_email = fields.Char(
        string="Asked E-mail",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="The e-mail of the company that a confirmation link was mailed to.",
    )

    #: What only an opened link may write.
    _sender_proof_fields = frozenset({"sender_confirmed_email", "sender_asked_email"})

    def _is_sender_email_confirmed(self):
        """Whether the link mailed to the present e-mail of the company was opened."""
        self.ensure_one()
        email = self.partner_id.email_normalized
        return bool(email) and self.sender_confirmed_email == email

    def _get_sender_email_state(self):
        """How far the present e-mail of the company is confirmed.

        :return: ``"missing"``, ``"open"``, ``"asked"`` once a link was mailed to it, or
            ``"confirmed"``
        """
        self.ensure_one()
        email = self.partner_id.email_normalized
        if not email:
            return "missing"
        if self._is_sender_email_confirmed():
            return "confirmed"
        return "asked" if self.sender_asked_email == email else "open"

    def _get_sender_notice_email(self):
        """Where notices about the company's mail go; empty while nothing is confirmed.

        A branch that confirmed nothing leaves them to its nearest parent.
        """
        self.ensure_one()
        for company in self.parent_ids[::-1]:
            if company._is_sender_email_confirmed():
                return company.sender_confirmed_email
        return ""

    # ----------------------------------------------------------------- asking

    @api.model
    def get_unconfirmed_sender_emails(self):
        """Tell the web client which companies of the user have to confirm their e-mail.

        :return: list of dictionaries: ``id``, ``name``, ``email`` and ``is_asked``;
            empty for those who could not do anything about it
        """
        user = self.env.user
        if not user.has_group(MANAGER):
            return []
        companies = user.company_ids.sudo().filtered(
            lambda company: company.sender_address_id
            and not company._is_sender_email_confirmed()
        )
        return [
            {
                "id": company.id,
                "name": company.name,
                "email": company.email or "",
                "is_asked": company._get_sender_email_state() == "asked",
            }
            for company in companies
        ]

    def action_send_sender_confirmation(self, email):
        """Mail a confirmation link to the company; called by the web client.

        :param email: of the company; another one than before replaces it
        :return: as of :meth:`get_unconfirmed_sender_emails`
        """
        self.ensure_one()
        self._check_sender_manager()
        company = self.sudo()
        try:
            address = EmailAddress.parse(str(email or ""))
        except SenderToolError as error:
            raise guided_error(
                ValidationError,
                self.env._("E-mail: %(reason)s", reason=error_text(self.env, error)),
                guide="company-email",
            ) from error
        if company.partner_id.email_normalized != address.normalized:
            company.email = address.ascii
        if not company._is_sender_email_confirmed():
            self.env["mail.sender.confirmation"]._ask(company, address.normalized)
            company.sender_asked_email = address.normalized
        return self.get_unconfirmed_sender_emails()

    def _check_sender_manager(self):
        """Refuse whoever does not manage the senders of this company.

        :raise AccessError: saying whom to ask
        """
        user = self.env.user
        if not user.has_group(MANAGER) or self not in user.company_ids:
            raise guided_error(
                AccessError,
                self.env._(
                    "Only a manager of mail senders in %(company)s may confirm its "
                    "e-mail. Ask one of them.",
                    company=self.sudo().name,
                ),
                guide="company-email",
            )

    def _confirm_sender_email(self):
        """Believe in the present e-mail of the company, and let addresses follow it."""
        self.ensure_one()
        former, email = self.sender_confirmed_email, self.partner_id.email_normalized
        if former and former != email:
            addresses = self.env["mail.sender.address"].search(
                [("company_id", "=", self.id), ("email_normalized", "=", former)]
            )
            # What was proven through the company stays proven by itself.
            addresses.confirmed_email = former
            self._move_sender_addresses(addresses, email)
        self.sender_confirmed_email = email

    # ---------------------------------------------------------------- following

    def _move_sender_addresses(self, addresses, email):
        """Let addresses that were the company's e-mail be its new one.

        Only within a domain, where they stay proven, and where their mode allows it.
        """
        taken = addresses.with_context(active_test=False).search_count(
            [("company_id", "=", self.id), ("email_normalized", "=", email)]
        )
        domain_name = email.rpartition("@")[2]
        addresses.filtered(
            lambda address: not taken
            and address._get_mode().follows_company
            and address.email_normalized.rpartition("@")[2] == domain_name
        ).write({"email": email, "confirmed_email": email})

    def _rename_sender_addresses(self, former):
        """Let the names of senders follow the company where nobody chose another.

        :param former: name of the company until now
        """
        self.env["mail.sender.address"].sudo().search(
            [("company_id", "=", self.id), ("name", "=", former)]
        ).name = self.name

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._check_sender_proof(vals_list)
        self = without_defaults(self, self._sender_proof_fields)
        return super().create(vals_list)

    def write(self, vals):
        self._check_sender_proof([vals])
        former = {company: company.name for company in self if "name" in vals}
        result = super().write(vals)
        for company, name in former.items():
            if name != company.name:
                company._rename_sender_addresses(name)
        if self._sender_proof_fields & vals.keys():
            self.env.registry.clear_cache()
        watched = {"email", "sender_address_id", *self._sender_proof_fields}
        if watched & vals.keys():
            self._refresh_sender_marks()
        return result

    def _refresh_sender_marks(self):
        """Let the web clients of those who can act look again what is to be done."""
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        managers = managers.filtered(lambda user: user.company_ids & self)
        managers._bus_send("mail_sender_domain.company_email", {})

    def _check_sender_proof(self, vals_list):
        """Refuse that anybody but an opened link decides what is confirmed.

        :raise AccessError: outside superuser mode
        """
        if not self.env.su and any(
            self._sender_proof_fields & vals.keys() for vals in vals_list
        ):
            raise guided_error(
                AccessError,
                self.env._(
                    "An e-mail is confirmed by opening the link that is mailed to it."
                ),
                guide="company-email",
            )
