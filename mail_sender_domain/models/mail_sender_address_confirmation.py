# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..notification import notification


class MailSenderAddress(models.Model):
    """The proof of a sender address by a link that is mailed to it.

    Each field names the e-mail that it is true of: when the e-mail of the address
    changes, what was known of the former one no longer counts.
    """

    _inherit = "mail.sender.address"

    confirmed_email = fields.Char(
        readonly=True,
        copy=False,
        help="The e-mail whose confirmation link was opened.",
    )
    asked_email = fields.Char(
        readonly=True,
        copy=False,
        help="The e-mail that a confirmation link was mailed to.",
    )
    withdrawn_email = fields.Char(
        readonly=True,
        copy=False,
        help="The e-mail that was confirmed until its reader withdrew the consent.",
    )
    needs_confirmation = fields.Boolean(
        compute="_compute_needs_confirmation",
        compute_sudo=True,
        help="Nothing proves this address unless its mailed link is opened.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "confirmed_email",
            "asked_email",
            "withdrawn_email",
        }

    @api.depends(lambda self: self._get_state_dependencies())
    def _compute_needs_confirmation(self):
        for address in self:
            address.needs_confirmation = bool(
                address.id
                and address.email_normalized
                and address._get_mode().needs_confirmation()
            )

    def _is_confirmed(self):
        """Whether a link mailed to this very e-mail was opened for this company."""
        email = self.email_normalized
        return bool(email) and (
            email in (self.confirmed_email, self.company_id.sender_confirmed_email)
        )

    def _was_confirmed(self):
        """Whether it is confirmed, or was until the consent was withdrawn."""
        return self._is_confirmed() or self._is_withdrawn()

    def _is_withdrawn(self):
        return bool(self.withdrawn_email) and (
            self.withdrawn_email == self.email_normalized
        )

    def _get_confirmation_text(self):
        """Why the address is not confirmed and what to do, translated."""
        self.ensure_one()
        if self._is_withdrawn():
            return self.env._(
                "Whoever reads %(email)s withdrew the consent. Talk to them and press "
                "Validate to mail a new link, or choose another address.",
                email=self.email,
            )
        if self.asked_email and self.asked_email == self.email_normalized:
            return self.env._(
                "A link was mailed to %(email)s. Whoever reads that address has to "
                "open it. If it did not arrive, press Validate to mail a new one.",
                email=self.email,
            )
        return self.env._(
            "%(email)s is not confirmed yet. Press Validate to mail a link to it.",
            email=self.email,
        )

    # ----------------------------------------------------------------- CRUD

    def write(self, vals):
        moved = self.filtered(
            lambda address: "company_id" in vals
            and address.company_id.id != vals["company_id"]
        )
        result = super().write(vals)
        if moved:
            # Whoever reads the address agreed for the former company only.
            moved.sudo().write({"confirmed_email": False, "withdrawn_email": False})
        return result

    # -------------------------------------------------------------- actions

    def action_send_confirmation(self):
        """Mail a link to the address, which proves it when it is opened."""
        self.ensure_one()
        self.check_access("write")
        address = self.sudo()
        self.env["mail.sender.confirmation"]._ask(
            address.company_id, address.email_normalized
        )
        address.asked_email = address.email_normalized
        return notification(
            "success",
            self.env._(
                "A link was mailed to %(email)s. The address is right as soon as the "
                "link was opened.",
                email=address.email,
            ),
        )
