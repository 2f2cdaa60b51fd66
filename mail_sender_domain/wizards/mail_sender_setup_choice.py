# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..modes import Fit, Rank, RelayMode


class MailSenderSetup(models.TransientModel):
    """From the e-mail that was typed to the mode that suits it."""

    _inherit = "mail.sender.setup"

    mode_choices = fields.Json(compute="_compute_mode_choices")
    proposal = fields.Char(compute="_compute_mode_choices")
    has_gaps = fields.Boolean(
        compute="_compute_mode_choices", help="Whether a mode waits for the platform."
    )

    # ------------------------------------------------------------- computes

    @api.depends("email", "company_id", "address_id", "sender_name")
    @api.depends_context("lang", "uid")
    def _compute_mode_choices(self):
        # What a way would look like takes more than the user may read.
        self.company_id.check_access("read")
        for setup in self:
            setup.mode_choices, setup.proposal, setup.has_gaps = [], False, False
            if not (email := setup._parse_or_none(setup.email)):
                continue
            fits = setup._get_fits(email)
            best = self._get_best(fits)
            setup.mode_choices = [
                {**setup._prepare_choice(key, fit), "is_proposed": key == best}
                for key, fit in fits.items()
            ]
            setup.proposal = best and fits[best].reason
            classes = self.env["mail.sender.address"]._get_mode_classes().values()
            setup.has_gaps = any(
                mode_class.uses_platform
                and mode_class.get_gaps(self.env, setup.company_id)
                for mode_class in classes
            )

    def _prepare_choice(self, key, fit):
        """One card of the choice: see ``static/src/mode_cards``."""
        addresses = self.env["mail.sender.address"]
        mode_class = addresses._get_mode_classes()[key]
        vals = {"name": self.sender_name or self.company_id.name}
        if key != RelayMode.key:
            vals["email"] = self.email
        example = addresses._make_example(self.company_id, key, **vals)
        return {
            "key": key,
            "label": mode_class.get_label(self.env),
            "summary": mode_class.get_summary(self.env),
            "rows": example._get_receiver_rows() if fit.rank else [],
            "variants": [],
            "note": "" if fit.rank else fit.reason,
            "is_current": False,
            "is_possible": bool(fit.rank),
            "addon": "",
        }

    # --------------------------------------------------------------- e-mail

    def _leave_email(self):
        email = self._parse("email")
        self._check_email(email)
        # What its policy accepts is learnt while the way is chosen.
        self.env["mail.sender.public.facts"]._queue({email.domain.ascii})
        address = self._find_address(email)
        fits = self._get_fits(email, address)
        wanted = fits.get(self.wanted_mode)
        is_decided = bool(wanted and wanted.rank)
        vals = {
            "step": "details" if is_decided else "mode",
            "email": email.unicode,
            "address_id": address.id,
            "mode": self.wanted_mode if is_decided else self._get_best(fits),
        }
        if self.prepared_email != email.normalized:
            vals.update(self._prepare_details(email, address, self.company_id))
        self.write(vals)

    def _find_address(self, email):
        """The sender address of the company with an e-mail, archived ones included."""
        addresses = self.env["mail.sender.address"].with_context(active_test=False)
        return addresses.search(
            [
                ("company_id", "=", self.company_id.id),
                ("email_normalized", "=", email.normalized),
            ]
        )

    def _check_email(self, email):
        """Refuse what no mode can send from, before anything else is asked.

        :raise ValidationError: naming the field and the mend
        """
        addresses = self.env["mail.sender.address"].sudo()
        values = {"email": email.unicode, "company_id": self.company_id.id}
        addresses.new(values)._check_email()
        foreign = addresses.search(
            [
                ("email_normalized", "=", email.normalized),
                ("company_id", "not in", self.company_id.parent_ids.ids),
                ("company_id", "not in", self.env.user.company_ids.ids),
            ]
        )
        if any(address._was_proven() for address in foreign):
            raise guided_error(
                ValidationError,
                self.env._(
                    "E-mail: %(email)s is a sender address of another company. Type an "
                    "address of %(company)s.",
                    email=email.unicode,
                    company=self.company_id.display_name,
                ),
                guide="modes",
            )

    # ----------------------------------------------------------------- mode

    def _leave_mode(self):
        self._check_mode()
        self.step = "details"

    def _check_mode(self):
        """Refuse a mode that is impossible for the e-mail.

        :raise ValidationError: naming the field and the mend
        """
        fit = self._get_fits(self._parse("email")).get(self.mode)
        if not fit or not fit.rank:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Sending Mode: choose a way that is possible for %(email)s. "
                    "%(reason)s",
                    email=self.email,
                    reason=fit.reason if fit else "",
                ),
                guide="modes",
            )

    def _get_fits(self, email, address=None):
        """Map each mode to what it says to the e-mail.

        :param address: the sender address that there is already, if any
        """
        classes = self.env["mail.sender.address"]._get_mode_classes()
        fits = {
            key: mode_class.get_fit(self.env, self.company_id, email)
            for key, mode_class in classes.items()
        }
        address = address if address is not None else self.address_id
        if address.email_normalized == email.normalized:
            reason = self.env._(
                "%(email)s is set up this way already.", email=email.unicode
            )
            fits[address.mode] = Fit(Rank.READY, reason)
        return fits

    @api.model
    def _get_best(self, fits):
        """The mode to propose; False when there is none."""
        best = max(fits, key=lambda key: fits[key].rank)
        return best if fits[best].rank else False

    def action_open_platform(self):
        """Open the sending platform, for whom may complete it."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mail_sender_domain.mail_sender_platform_action"
        )
