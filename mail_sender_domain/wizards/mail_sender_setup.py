# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..modes import OwnDomainMode
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError

#: The step before each step.
PREVIOUS_STEP = {"mode": "email", "details": "mode", "check": "details"}

#: Context key with the id of an address that is to be gone on with.
RESUME_CONTEXT = "resume_sender_address_id"


class MailSenderSetup(models.TransientModel):
    """Leads from an e-mail to a default sender that mail can leave from.

    Until the fields of the mode are complete, nothing but this record is saved. What is
    saved then, the address and its domain, is found again by whoever starts once more
    with the same e-mail; a sender that works is only changed once the new way works.

    A mode adds its fields, what is proposed for them (``_prepare_details``), a method
    ``_save_<mode>``, which returns the address, and where something has to be tried
    ``_try_<mode>``, which tells what went wrong.
    """

    _name = "mail.sender.setup"
    _description = "Guided Set-up of a Sender"
    _inherit = ["mail.sender.input", "mail.sender.secret"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    step = fields.Selection(
        [
            ("email", "E-mail"),
            ("mode", "Way"),
            ("details", "Details"),
            ("check", "Check"),
            ("done", "Done"),
        ],
        required=True,
        default="email",
    )
    email = fields.Char(
        string="E-mail", help="Address that your customers shall see or answer to."
    )
    prepared_email = fields.Char(help="The e-mail that the details were proposed for.")
    wanted_mode = fields.Char(help="Key of the mode that was chosen beforehand.")
    mode = fields.Selection(
        selection=lambda self: self.env["mail.sender.address"]._selection_mode(),
        string="Sending Mode",
    )
    address_id = fields.Many2one("mail.sender.address", readonly=True)
    sender_name = fields.Char(
        help="Name that the receiver sees before the address.",
    )
    guide_section = fields.Char(compute="_compute_guide_section")
    problem = fields.Text(readonly=True, help="What went wrong when it was tried.")

    # -------------------------------------------------------------- opening

    @api.model
    def _open(self, company, mode=""):
        """The action that opens the set-up with the e-mail of a company.

        :param mode: key of the mode that was chosen beforehand
        """
        return self._prepare_action(
            default_company_id=company.id, default_wanted_mode=mode
        )

    @api.model
    def _open_for(self, address):
        """The action that goes on with a sender address."""
        return self._prepare_action(**{RESUME_CONTEXT: address.id})

    @api.model
    def _prepare_action(self, **context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up a Sender"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if address_id := self.env.context.get(RESUME_CONTEXT):
            address = self.env["mail.sender.address"].browse(address_id).exists()
            address.check_access("read")
            return {**values, **self._prepare_resumed(address)}
        company = self.env["res.company"].browse(values.get("company_id"))
        return {"email": company.partner_id.email_normalized, **values}

    def _prepare_resumed(self, address):
        """Values of a set-up that goes on with an address."""
        has_records = address.mode == OwnDomainMode.key and address.domain_id
        return {
            "company_id": address.company_id.id,
            "step": "check" if has_records else "details",
            "email": address.email,
            "mode": address.mode,
            "address_id": address.id,
            **self._prepare_details(
                EmailAddress.parse(address.email), address, address.company_id
            ),
        }

    # ------------------------------------------------------------- computes

    @api.depends("mode")
    def _compute_guide_section(self):
        classes = self.env["mail.sender.address"]._get_mode_classes()
        for setup in self:
            mode_class = classes.get(setup.mode)
            setup.guide_section = mode_class and mode_class.guide_section

    # ---------------------------------------------------------------- steps

    def action_next(self):
        """Go to the next step, or stay where something has to be mended."""
        self.ensure_one()
        leave = {
            "email": self._leave_email,
            "mode": self._leave_mode,
            "details": self._leave_details,
            "check": self._leave_check,
        }
        left = self.step
        leave[left]()
        if self.domain_id and (left, self.step) == ("details", "check"):
            return self._go_on_with_check()
        return self._reopen()

    def _go_on_with_check(self):
        """Leave the step of the check at once, in a request of its own.

        What was written until now is stored then, and locks nothing while DNS is asked.
        """
        return {
            "type": "ir.actions.client",
            "tag": "mail_sender_domain.go_on_with_setup",
            "params": {"setup_id": self.id},
        }

    def action_back(self):
        """Go to the step before; what was typed stays."""
        self.ensure_one()
        self.write({"step": PREVIOUS_STEP[self.step], "problem": False})
        return self._reopen()

    def _reopen(self):
        """Show this record again."""
        return self._prepare_action()

    # -------------------------------------------------- what all modes need

    def _get_mode(self):
        """The mode that was chosen, around the address, which may have another one.

        :rtype: ..modes.base.SenderMode
        """
        mode_class = self.address_id._get_mode_classes()[self.mode]
        self.address_id.check_access("read")
        return mode_class(self.address_id.sudo())

    def _parse(self, name):
        """Read an address that was typed.

        :raise ValidationError: naming the field and the mend
        """
        try:
            return EmailAddress.parse(self[name] or "")
        except SenderToolError as error:
            raise self._prepare_field_error(name, error, "start") from error

    def _parse_or_none(self, text):
        """Read an address; None for anything else."""
        try:
            return EmailAddress.parse(text or "")
        except SenderToolError:
            return None

    @api.model
    def _prepare_details(self, email, address, company):
        """What to propose for the fields of all modes.

        :param address: the sender address with this e-mail, possibly empty
        """
        return {
            "prepared_email": email.normalized,
            "sender_name": address.name or company.name,
        }

    def _check_sender_name(self):
        """Refuse a sender without a name.

        :raise ValidationError: naming the field and the mend
        """
        if not (self.sender_name or "").strip():
            raise guided_error(
                ValidationError,
                self.env._(
                    "Sender Name: type the name that your customers know you by."
                ),
                guide="start",
            )

    def _save_address(self, address, **vals):
        """Write an address, or make it.

        :param address: the one that there is, possibly empty
        """
        vals = {"name": self.sender_name, "active": True, **vals}
        if not address:
            return address.create(
                {**vals, "company_id": self.company_id.id, "mode": self.mode}
            )
        if not address._was_proven():
            vals["mode"] = self.mode
        address.write(vals)
        return address
