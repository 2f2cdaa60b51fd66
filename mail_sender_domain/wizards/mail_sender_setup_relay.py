# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..modes import RelayMode
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError


class MailSenderSetup(models.TransientModel):
    """A relay address as the sender, and where its answers go."""

    _inherit = "mail.sender.setup"

    relay_local_part = fields.Char(
        string="Relay Address", help="What stands before the @ of the relay address."
    )
    relay_domain = fields.Char(compute="_compute_relay_domain", compute_sudo=True)
    reply_to = fields.Char(
        string="Answers Go To", help="Address that gets the answers of your customers."
    )
    receiving_text = fields.Text(
        compute="_compute_receiving_text",
        help="What becomes of mail that somebody writes to the address itself.",
    )

    def _compute_relay_domain(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        self.relay_domain = platform.relay_domain_id.name

    @api.depends("mode", "relay_local_part", "reply_to", "company_id")
    @api.depends_context("lang")
    def _compute_receiving_text(self):
        addresses = self.env["mail.sender.address"]
        for setup in self:
            if not setup.mode:
                setup.receiving_text = False
                continue
            email = f"{setup.relay_local_part}@{setup.relay_domain}"
            example = addresses._make_example(
                setup.company_id, setup.mode, email=email, reply_to=setup.reply_to
            )
            setup.receiving_text = example.receiving_text

    @api.model
    def _prepare_details(self, email, address, company):
        addresses = self.env["mail.sender.address"].sudo()
        relay = address if address.mode == RelayMode.key else self._find_relay(company)
        relay_email = relay.email or addresses._propose_relay_email(company)
        return {
            **super()._prepare_details(email, address, company),
            "relay_local_part": relay_email.partition("@")[0],
            "reply_to": relay.reply_to or self._propose_reply(email, relay, company),
        }

    @api.model
    def _propose_reply(self, email, relay, company):
        """Where answers to the relay address are to go."""
        is_relay = email.normalized == relay.email_normalized
        return company.partner_id.email_normalized if is_relay else email.unicode

    @api.model
    def _find_relay(self, company):
        """The relay address that a company has already."""
        return self.env["mail.sender.address"].search(
            [("mode", "=", RelayMode.key), ("company_id", "=", company.id)], limit=1
        )

    def _save_relay(self):
        """Save the relay address of the company."""
        text = f"{(self.relay_local_part or '').strip()}@{self.relay_domain}"
        try:
            email = EmailAddress.parse(text)
        except SenderToolError as error:
            raise self._prepare_field_error(
                "relay_local_part", error, "relay"
            ) from error
        self._check_relay_is_free(email)
        reply_to = self._parse("reply_to")
        is_company = reply_to.normalized == self.company_id.partner_id.email_normalized
        return self._save_address(
            self._find_relay(self.company_id),
            email=email.unicode,
            reply_to=False if is_company else reply_to.unicode,
        )

    def _check_relay_is_free(self, email):
        """Refuse a relay address that another company has.

        :raise ValidationError: naming the field and the mend
        """
        addresses = self.env["mail.sender.address"].sudo()
        if addresses.with_context(active_test=False).search_count(
            [
                ("email_normalized", "=", email.normalized),
                ("company_id", "!=", self.company_id.id),
            ],
            limit=1,
        ):
            raise guided_error(
                ValidationError,
                self.env._(
                    "Relay Address: %(email)s is taken by another company. Choose "
                    "another name before the @.",
                    email=email.unicode,
                ),
                guide="relay",
            )
