# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..modes import OwnDomainMode
from ..tools.domain_name import DomainName
from ..tools.errors import SenderToolError


class MailSenderSetup(models.TransientModel):
    """The own domain that proves the sender, and its records."""

    _inherit = "mail.sender.setup"

    layout = fields.Selection(
        selection=lambda self: self.env["mail.sender.domain"]
        ._fields["layout"]
        ._description_selection(self.env),
        default="return_path",
    )
    subdomain = fields.Char(default="mail", help="What stands before the main domain.")
    domain_name = fields.Char(compute="_compute_domain_name")
    alignment = fields.Char(
        compute="_compute_alignment",
        help="What the signature of the domain will count for.",
    )
    is_domain_known = fields.Boolean(compute="_compute_domain_name")
    domain_id = fields.Many2one("mail.sender.domain", compute="_compute_domain_id")
    record_ids = fields.One2many(
        "mail.sender.dns.record", compute="_compute_domain_id", string="DNS Records"
    )
    platform_reason = fields.Text(related="domain_id.platform_reason")

    # ------------------------------------------------------------- computes

    @api.depends("email", "layout", "subdomain", "company_id")
    def _compute_domain_name(self):
        for setup in self:
            email = setup._parse_or_none(setup.email)
            name = email.domain.unicode if email else ""
            is_below = setup.layout == "subdomain" and setup.subdomain
            setup.domain_name = f"{setup.subdomain}.{name}" if is_below else name
            setup.is_domain_known = bool(email and setup._find_fixed_domain(email))

    @api.depends("domain_name", "layout", "mode")
    @api.depends_context("lang")
    def _compute_alignment(self):
        for setup in self:
            domain = self.env["mail.sender.domain"].new(
                {
                    "name": setup.domain_name,
                    "layout": setup.layout,
                    "company_id": setup.company_id.id,
                }
            )
            is_asked = setup.mode == OwnDomainMode.key and domain.name_ascii
            setup.alignment = is_asked and domain.alignment

    @api.depends("address_id", "mode")
    def _compute_domain_id(self):
        for setup in self:
            is_proven_so = setup.mode == OwnDomainMode.key
            setup.domain_id = is_proven_so and setup.address_id.domain_id
            setup.record_ids = setup.domain_id.record_ids

    # --------------------------------------------------------------- saving

    @api.model
    def _prepare_details(self, email, address, company):
        return {
            **super()._prepare_details(email, address, company),
            "layout": address.domain_id.layout or "return_path",
        }

    def _save_domain(self):
        """Claim the domain in the layout that was chosen, and save the address."""
        email = self._parse("email")
        if not self._find_fixed_domain(email):
            wanted = self._find_usable_domains(email).filtered(
                lambda domain: domain.name == self.domain_name
                and domain.layout == self.layout
            )
            # Another layout that was begun would stand in the way of this one.
            (self._find_usable_domains(email) - wanted).unlink()
            if not wanted:
                self._check_subdomain()
                wanted.create(
                    {
                        "name": self.domain_name,
                        "company_id": self.company_id.id,
                        "layout": self.layout,
                    }
                )
        return self._save_address(self.address_id, email=email.unicode)

    def _find_usable_domains(self, email):
        """The sending domains that could prove an e-mail for the company."""
        domains = self.env["mail.sender.domain"].search(
            [("address_domain", "=", email.domain.ascii)]
        )
        return domains.filtered(lambda domain: domain._is_usable_by(self.company_id))

    def _find_fixed_domain(self, email):
        """The sending domain whose layout is decided: verified, or somebody else's."""
        return self._find_usable_domains(email).filtered(
            lambda domain: domain._was_verified()
            or domain.company_id != self.company_id
        )

    def _check_subdomain(self):
        """Refuse a subdomain that no domain can have.

        :raise ValidationError: naming the field and the mend
        """
        if self.layout != "subdomain":
            return
        try:
            DomainName.parse(self.domain_name)
        except SenderToolError as error:
            raise self._prepare_field_error("subdomain", error, "subdomain") from error

    # ------------------------------------------------------------- checking

    def _check_domain(self):
        """Ask DNS for the records; what it answers is shown record by record."""
        domain = self.domain_id
        if domain and domain.has_access("write"):
            domain.sudo()._check_dns(domain._get_resolver())
