# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError
from .mail_sender_policy import POLICY_DEFAULTS


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "mail.sender.policy"]

    sender_address_id = fields.Many2one(
        "mail.sender.address",
        string="Default Sender",
        copy=False,
        help="The address from which the company's mail leaves. Empty: the default "
        "sender of the parent company, if any, or else Odoo's own behaviour.",
    )
    sender_automatic_id = fields.Many2one(
        "mail.sender.address",
        string="Automatic Sender",
        copy=False,
        help="The address for mail that nobody pressed Send for, such as reminders of "
        "the scheduler. Empty: the default sender.",
    )
    sender_system_id = fields.Many2one(
        "mail.sender.address",
        string="System Sender",
        copy=False,
        help="The address for mail that only colleagues receive, such as assignments. "
        "Empty: the default sender.",
    )
    sender_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Senders",
        copy=False,
        domain="[('share', '=', False)]",
        help="Who is asked to mend what breaks. Empty: who set up the address.",
    )
    sender_reply_to = fields.Char(
        string="Fixed Reply Address",
        help="Where answers go if they go to a fixed address.",
    )

    #: Company field -> whether its address must be able to send right away.
    _sender_fields = ("sender_address_id", "sender_automatic_id", "sender_system_id")

    @api.constrains("sender_address_id", "sender_automatic_id", "sender_system_id")
    def _check_senders(self):
        for company in self:
            for name in self._sender_fields:
                company._check_sender(name)

    def _check_sender(self, name):
        """Refuse an address that is not the company's own, or cannot send.

        :param name: of the field
        :raise ValidationError: naming the field and the mend
        """
        address = self[name].sudo()
        if not address:
            return
        field = self._fields[name].get_description(self.env)["string"]
        if not address._is_usable_by(self):
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(field)s: %(address)s belongs to another company. Choose a "
                    "sender address of %(company)s.",
                    field=field,
                    address=address.email,
                    company=self.display_name,
                ),
                guide="policies",
            )
        if blockers := address._get_blockers():
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(field)s: mail cannot leave from %(address)s yet. %(reason)s",
                    field=field,
                    address=address.email,
                    reason=" ".join(blockers),
                ),
                guide="policies",
            )

    @api.constrains("sender_responsible_id")
    def _check_sender_responsible(self):
        for company in self:
            user = company.sender_responsible_id.sudo()
            if user and (user.share or company not in user.company_ids):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Responsible for Senders: %(user)s does not work in "
                        "%(company)s. Choose a colleague who does.",
                        user=user.name,
                        company=company.display_name,
                    ),
                    guide="policies",
                )

    @api.constrains("sender_reply_policy")
    def _check_sender_reply_policy(self):
        for company in self:
            if company.sender_reply_policy == "document":
                company._check_receives()

    def _check_receives(self):
        """Refuse answers into the document where Odoo was not seen to receive mail.

        :raise ValidationError: naming the field and the mend
        """
        if self.sudo().alias_domain_id:
            reason = self._get_receiving_doubt()
        else:
            reason = self.env._("%(company)s has no alias domain.", company=self.name)
        if reason:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Answers Go: answers cannot go back into the document. %(reason)s",
                    reason=reason,
                ),
                guide="policies",
            )

    def _get_receiving_doubt(self):
        """Why answers to the company's catch-all would get lost; empty when not."""
        domain = self.sudo().alias_domain_id
        if not domain or domain.has_received:
            return ""
        return self.env._(
            "No mail to %(domain)s has reached Odoo yet, so answers go to the sender "
            "address. Send one to %(email)s to show that it does.",
            domain=domain.name,
            email=domain.catchall_email or domain.bounce_email,
        )

    @api.constrains("sender_reply_to")
    def _check_sender_reply_to(self):
        for company in self.filtered("sender_reply_to"):
            try:
                EmailAddress.parse(company.sender_reply_to)
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Fixed Reply Address: %(reason)s",
                        reason=error_text(self.env, error),
                    ),
                    guide="policies",
                ) from error

    # ------------------------------------------------------------ inheritance

    def _get_sender_responsible(self, record):
        """Who is asked to mend a record of this company: the chosen one, else who set
        it up."""
        chosen = self.parent_ids[::-1].sender_responsible_id.filtered("active")[:1]
        creator = record.create_uid
        if not creator.active or creator.share:
            creator = creator.browse()
        return chosen or creator or self.env.ref("base.user_admin")

    def _get_sender_policies(self):
        """Policy field -> value in force: of the company, its parents, the platform."""
        self.ensure_one()
        return self._get_inherited_policies(self.parent_ids[::-1])

    @api.model
    def _get_inherited_policies(self, lineage):
        """Policy field -> value in force where only ``lineage`` may have chosen.

        :param lineage: companies, the nearest first
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        resolver = self.env["mail.sender.resolver"]
        return resolver._get_policies([*lineage.sudo(), platform])

    def _get_fixed_reply(self):
        """The fixed address for answers, own or of a parent; possibly empty."""
        lineage = self.sudo().parent_ids[::-1]
        return next(filter(None, lineage.mapped("sender_reply_to")), "")

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        watched = {*self._sender_fields, *POLICY_DEFAULTS, "sender_reply_to"}
        if (watched | {"parent_id"}) & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("sender_own_addresses") == "yes":
            self.env["mail.sender.address"]._make_own_of_companies(self)
        if watched & vals.keys():
            self.env["mail.mail"]._dress_waiting(companies=self)
        return result
