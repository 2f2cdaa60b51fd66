# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.domain_name import DomainName
from ..tools.errors import DomainNameError, SenderToolError


class MailSenderDomain(models.Model):
    """A domain that a company proves to own, so that its addresses may send."""

    _name = "mail.sender.domain"
    _description = "Sending Domain"
    _inherit = [
        "mail.sender.protected",
        "mail.sender.input",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "company_id, name"

    _unique_name = models.Constraint(
        "UNIQUE(name_ascii)",
        "Domain: this domain is claimed already. Ask its owner to share it.",
    )

    #: What decides whether an address may be chosen.
    _choice_fields = {"name", "layout", "company_id", "shared_company_ids", "state"}

    name = fields.Char(
        string="Domain",
        required=True,
        tracking=True,
        help="What stands after the @ in your e-mail addresses, for example "
        "example.com.",
    )
    name_ascii = fields.Char(
        string="Technical Name",
        compute="_compute_name_ascii",
        store=True,
        help="The name as DNS knows it.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
        help="The company that owns the domain. Empty: the platform.",
    )
    shared_company_ids = fields.Many2many(
        "res.company",
        string="Shared With",
        help="Other companies whose mail may leave from addresses of this domain.",
    )
    layout = fields.Selection(
        [
            ("return_path", "Signature and return path"),
            ("subdomain", "On a subdomain, for addresses of the main domain"),
            ("spf_only", "SPF only (weaker)"),
        ],
        required=True,
        default="return_path",
        tracking=True,
        help="Signature and return path: proves the mail twice, also when it is "
        "forwarded. On a subdomain: all records lie below the subdomain, the main "
        "domain stays untouched and its addresses are confirmed one by one. SPF only: "
        "just an include in the domain's SPF record; mail that is forwarded fails, "
        "bounces go to the mailbox, and addresses are confirmed one by one.",
    )
    address_domain = fields.Char(
        compute="_compute_address_domain",
        store=True,
        index=True,
        help="The domain of the addresses that this domain proves.",
    )
    return_path_label = fields.Char(
        string="Return-Path Subdomain",
        required=True,
        default="bounce",
        help="Bounces return to this subdomain, so that the domain's own SPF record "
        "can stay as it is.",
    )
    return_path_host = fields.Char(compute="_compute_return_path_host")
    mail_server_id = fields.Many2one(
        "ir.mail_server",
        string="Own Outgoing Server",
        domain="[('sender_company_id', '=', company_id), "
        "('is_sender_managed', '=', False)]",
        groups="base.group_system",
        ondelete="restrict",
        help="A server of this company to deliver through instead of the platform's.",
    )
    ownership_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(16),
    )
    address_ids = fields.One2many("mail.sender.address", "domain_id", readonly=True)
    is_for_replies = fields.Boolean(
        compute="_compute_is_for_replies",
        compute_sudo=True,
        help="No mail leaves from here; only answers come here.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name_ascii",
            "address_domain",
            "ownership_token",
            "address_ids",
        }

    # ------------------------------------------------------------- computes

    @api.depends("name")
    def _compute_name_ascii(self):
        for domain in self:
            try:
                domain.name_ascii = DomainName.parse(domain.name or "").ascii
            except SenderToolError:
                # The constraint on the name explains what is wrong with it.
                domain.name_ascii = False

    @api.depends("name_ascii", "layout")
    def _compute_address_domain(self):
        for domain in self:
            name = domain.name_ascii
            if domain.layout == "subdomain" and name:
                name = name.partition(".")[2]
            domain.address_domain = name

    @api.depends("name_ascii", "return_path_label")
    def _compute_return_path_host(self):
        for domain in self:
            host = f"{domain.return_path_label}.{domain.name_ascii}"
            try:
                domain.return_path_host = DomainName.parse(host).ascii
            except SenderToolError:
                # The constraint on the label explains what is wrong with it.
                domain.return_path_host = False

    @api.depends("name", "name_ascii")
    def _compute_display_name(self):
        for domain in self:
            domain.display_name = (
                domain.name
                if domain.name == domain.name_ascii or not domain.name_ascii
                else f"{domain.name} ({domain.name_ascii})"
            )

    @api.depends("address_domain", "address_ids", "company_id")
    def _compute_is_for_replies(self):
        for domain in self:
            domain.is_for_replies = (
                bool(domain.address_domain)
                and not domain.address_ids
                and bool(
                    self.env["mail.sender.address"].search_count(
                        [
                            ("company_id", "child_of", domain.company_id.ids),
                            ("reply_to", "=like", f"%@{domain.address_domain}"),
                        ],
                        limit=1,
                    )
                )
            )

    # ---------------------------------------------------------- constraints

    @api.constrains("name")
    def _check_name(self):
        for domain in self:
            try:
                name = DomainName.parse(domain.name)
                if name.is_public_suffix:
                    raise DomainNameError("public_suffix", text=name.unicode)
                if name.is_free_mail:
                    raise DomainNameError("free_mail", text=name.unicode)
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Domain: %(reason)s", reason=error_text(self.env, error)
                    ),
                    guide="domain",
                ) from error

    @api.constrains("return_path_label", "name")
    def _check_return_path_label(self):
        for domain in self:
            try:
                DomainName.parse(f"{domain.return_path_label}.{domain.name_ascii}")
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Return-Path Subdomain: %(reason)s",
                        reason=error_text(self.env, error),
                    ),
                    guide="records",
                ) from error

    @api.constrains("layout", "name")
    def _check_layout(self):
        # What is no domain name at all is refused as such.
        for domain in self.filtered("name_ascii"):
            name = DomainName.parse(domain.name_ascii)
            if domain.layout == "subdomain" and name.organisational == name:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Layout: %(domain)s is a main domain. Add a subdomain of it, "
                        "for example mail.%(domain)s.",
                        domain=domain.name,
                    ),
                    guide="subdomain",
                )

    @api.constrains("mail_server_id", "company_id")
    def _check_mail_server(self):
        for domain in self.sudo():
            server = domain.mail_server_id
            if server.is_sender_managed:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Own Outgoing Server: “%(server)s” is the mailbox of one "
                        "sender "
                        "address. Choose a server that takes mail from the whole "
                        "domain.",
                        server=server.name,
                    ),
                    guide="domain",
                )
            if server and server.sender_company_id != domain.company_id:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Own Outgoing Server: %(server)s does not belong to "
                        "%(company)s. Set its company first or choose another server.",
                        server=server.name,
                        company=domain.company_id.display_name,
                    ),
                    guide="domain",
                )

    def _is_usable_by(self, company):
        """Whether mail of ``company`` may leave from this domain."""
        self.ensure_one()
        lineage = company.sudo().parent_ids
        domain = self.sudo()
        return domain.company_id in lineage or bool(domain.shared_company_ids & lineage)

    # ----------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalize_vals(vals) for vals in vals_list]
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = company or self.env.company
            self._check_claim(vals.get("name"), company)
            self._check_imitation(vals.get("name"), company, self._fields["name"])
        domains = super().create(vals_list)
        # The first key brings the expected records with it.
        domains.sudo()._make_first_keys()
        domains.sudo()._recompute_addresses()
        self.env["mail.sender.public.facts"]._queue(
            set(domains.mapped("address_domain")) - {False}
        )
        return domains

    def write(self, vals):
        vals = self._normalize_vals(vals)
        if "name" in vals:
            self._check_rename(vals["name"])
        if "return_path_label" in vals:
            self._check_return_path_change(vals["return_path_label"])
        if "layout" in vals:
            self._check_layout_change(vals["layout"])
        addresses = self.sudo().with_context(active_test=False).address_ids
        result = super().write(vals)
        if {"name", "layout", "return_path_label", "mail_server_id"} & vals.keys():
            self.sudo()._sync_records()
        if {"name", "layout", "company_id", "shared_company_ids"} & vals.keys():
            self.sudo()._recompute_addresses()
        if self._choice_fields & vals.keys():
            self.env.registry.clear_cache()
        if "company_id" in vals:
            # Rules look at a record before it changes: nobody gives one away.
            self.check_access("write")
        if {"company_id", "shared_company_ids"} & vals.keys():
            addresses._check_defaults()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        addresses = self.sudo().with_context(active_test=False).address_ids
        company = (
            self.env["res.company"]
            .sudo()
            .search([("sender_address_id", "in", addresses.ids)], limit=1)
        )
        if company:
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(domain)s proves %(address)s, the default sender of %(company)s. "
                    "Choose another default sender first.",
                    domain=company.sender_address_id.domain_id.name,
                    address=company.sender_address_id.email,
                    company=company.display_name,
                ),
                guide="policies",
            )

    def _normalize_vals(self, vals):
        """Return ``vals`` with names as people read them: lower case, no final dot.

        What is no domain name at all is left alone; the constraint refuses it.
        """
        self._check_input(vals)
        vals = dict(vals)
        if vals.get("name"):
            try:
                vals["name"] = DomainName.parse(vals["name"]).unicode
            except SenderToolError:
                return vals
        if vals.get("return_path_label"):
            vals["return_path_label"] = vals["return_path_label"].strip().lower()
        return vals

    @api.model
    def _check_input(self, vals):
        # What a check found was typed by nobody.
        return None if self.env.su else super()._check_input(vals)

    def _check_return_path_change(self, label):
        """Refuse another return path once it was checked: mail would leave unproven.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.state != "draft" and domain.return_path_label != label:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Return-Path Subdomain: %(domain)s was checked already and "
                        "keeps %(host)s. Delete the domain and add it again to choose "
                        "another one.",
                        domain=domain.name,
                        host=domain.return_path_host,
                    ),
                    guide="records",
                )

    def _check_layout_change(self, layout):
        """Refuse another layout once a domain was verified: its proof is for this one.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.layout != layout and domain._was_verified():
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Layout: %(domain)s was verified with its layout and keeps it. "
                        "Delete the domain and add it again to choose another one.",
                        domain=domain.name,
                    ),
                    guide="domain",
                )

    def _get_protection_text(self):
        return self.env._(
            "The verification of a sending domain follows from its DNS "
            "records. Press Check now instead of setting it."
        )

    def _check_claim(self, name, company):
        """Refuse a name that is set up already or that another company claimed.

        :param name: a normalised domain name
        :param company: the company that claims it now
        :raise ValidationError: naming the field and the mend
        """
        claimed = self.sudo().search([("name", "=", name)], limit=1)
        if not claimed:
            return
        if claimed._is_usable_by(company):
            message = self.env._(
                "Domain: %(domain)s is set up already. Use the existing sending "
                "domain.",
                domain=claimed.name,
            )
        else:
            message = self.env._(
                "Domain: %(domain)s is claimed by another company of this database, "
                "which has not shared it with %(company)s. Ask its administrator to "
                "add your company under Shared With.",
                domain=claimed.name,
                company=company.display_name,
            )
        raise guided_error(ValidationError, message, guide="domain")

    def _check_rename(self, name):
        """Refuse to rename a domain that was checked: its proof is for the old name.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.name != name and domain.state != "draft":
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Domain: %(domain)s was checked already and keeps its name. "
                        "Create a new sending domain for %(name)s.",
                        domain=domain.name,
                        name=name,
                    ),
                    guide="domain",
                )
            if domain.name != name:
                company = domain.company_id or self.env.company
                self._check_claim(name, company)
                self._check_imitation(name, company, self._fields["name"])

    @api.model
    def _check_imitation(self, name, company, field):
        """Refuse a name that people would take for a domain of another company.

        The system administrator may have it, and nobody is told whose domain it is.

        :param name: a domain as it is typed; one that is none is refused elsewhere
        :param company: the company that wants to send from it
        :param field: where it was typed
        :raise ValidationError: naming the field and the mend
        """
        if self.env.user.has_group("base.group_system"):
            return
        try:
            parsed = DomainName.parse(name or "")
        except SenderToolError:
            return
        reading = DomainName.parse(parsed.reading).organisational.ascii
        if parsed.organisational.ascii == reading:
            return
        imitated = self.sudo().search(
            Domain("name_ascii", "=", reading)
            | Domain("name_ascii", "=like", f"%.{reading}")
        )
        if any(not domain._is_usable_by(company) for domain in imitated):
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(field)s: “%(domain)s” looks like a domain that is in use here "
                    "already. Type that of your own company; if it really is this one, "
                    "ask the system administrator to add it.",
                    field=field.get_description(self.env, ["string"])["string"],
                    domain=parsed.unicode,
                ),
                guide="domain",
            )

    def _recompute_addresses(self):
        """Let addresses of these names find, or lose, their domain."""
        names = {*self.mapped("name_ascii"), *self.mapped("address_domain")} - {False}
        addresses = (
            self.env["mail.sender.address"]
            .with_context(active_test=False)
            .search(
                Domain("domain_id", "in", self.ids)
                | Domain.OR(
                    Domain("email_normalized", "=like", f"%@{name}") for name in names
                )
            )
        )
        addresses.modified(["email_normalized"])
