# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..modes import OwnDomainMode, RelayMode, SmtpMailboxMode
from ..texts import error_text
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError


class MailSenderAddress(models.Model):
    """An address that mail of a company may leave from."""

    _name = "mail.sender.address"
    _description = "Sender Address"
    _inherit = [
        "mail.sender.protected",
        "mail.thread",
        "mail.activity.mixin",
        "mail.sender.input",
    ]
    _order = "company_id, email_normalized"
    _rec_name = "email"
    _check_company_auto = True

    _unique_email = models.Constraint(
        "UNIQUE(company_id, email_normalized)",
        "This company already has a sender address with this e-mail.",
    )
    _unique_relay = models.UniqueIndex(
        "(email_normalized) WHERE mode = 'relay'",
        "E-mail: this relay address is taken by another company. Choose another one.",
    )

    #: What decides whether mail may leave from the address.
    _road_fields = {
        "active",
        "company_id",
        "email",
        "mode",
        "confirmed_email",
        "is_mailbox_checked",
    }

    name = fields.Char(
        string="Sender Name",
        required=True,
        default=lambda self: self.env.company.name,
        help="Name that the receiver sees before the address.",
    )
    email = fields.Char(
        string="E-mail",
        required=True,
        tracking=True,
        help="Address that the receiver sees.",
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, string="Normalised E-mail"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    mode = fields.Selection(
        selection="_selection_mode",
        string="Sending Mode",
        required=True,
        default=OwnDomainMode.key,
        tracking=True,
        help="How mail from this address leaves.",
    )
    domain_id = fields.Many2one(
        "mail.sender.domain",
        string="Sending Domain",
        compute="_compute_domain_id",
        store=True,
        index="btree_not_null",
        help="The sending domain that proves this address.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Own Address Of",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('share', '=', False)]",
        tracking=True,
        help="The user whose own address this is; nobody else may choose it.",
    )
    shared_company_ids = fields.Many2many(
        "res.company",
        "mail_sender_address_shared_company_rel",
        string="Shared With",
        help="Other companies that the user sends for from this address.",
    )
    picker_user_ids = fields.Many2many(
        "res.users",
        "mail_sender_address_picker_user_rel",
        string="Users Who May Choose It",
        # An address for somebody who left is none for everybody.
        context={"active_test": False},
        ondelete="restrict",
        domain="[('share', '=', False)]",
        help="Who may choose this address while sending. Users and groups empty: "
        "everybody in the company. Rules do not ask for it.",
    )
    picker_group_ids = fields.Many2many(
        "res.groups",
        "mail_sender_address_picker_group_rel",
        string="Groups Who May Choose It",
        ondelete="restrict",
    )
    reply_policy = fields.Selection(
        selection=lambda self: self.env["mail.sender.policy"]
        ._fields["sender_reply_policy"]
        ._description_selection(self.env),
        string="Answers Go",
        tracking=True,
        help="Where answers to mail from this address go. Empty: as for the company.",
    )
    reply_to = fields.Char(
        string="Reply Address",
        tracking=True,
        help="Address that answers go to, if they go to a fixed address. For a relay "
        "address, whose own mailbox nobody reads: empty is the company's e-mail.",
    )
    receiving_text = fields.Text(
        string="What Arrives There",
        compute="_compute_receiving_text",
        compute_sudo=True,
    )
    active = fields.Boolean(default=True, tracking=True)
    state = fields.Selection(
        [
            ("action_needed", "Action needed"),
            ("ready", "Ready"),
            ("blocked", "Blocked"),
        ],
        compute="_compute_state",
        compute_sudo=True,
        help="Ready: mail leaves from this address. Action needed: not proven yet. "
        "Blocked: was proven and no longer is; mail waits.",
    )
    state_reason = fields.Text(
        string="What To Do", compute="_compute_state", compute_sudo=True
    )
    is_company_default = fields.Boolean(
        string="Company Default", compute="_compute_is_company_default"
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"email_normalized", "domain_id"}

    # ---------------------------------------------------------------- modes

    @api.model
    def _get_mode_classes(self):
        """Return the known modes; addons extend the dictionary.

        :return: stored key -> subclass of :class:`..modes.base.SenderMode`
        """
        modes = (RelayMode, OwnDomainMode, SmtpMailboxMode)
        return {mode_class.key: mode_class for mode_class in modes}

    @api.model
    def _selection_mode(self):
        return [
            (key, mode_class.get_label(self.env))
            for key, mode_class in self._get_mode_classes().items()
        ]

    def _get_mode(self):
        """Return the mode object of this address.

        :rtype: ..modes.base.SenderMode
        """
        self.ensure_one()
        return self._get_mode_classes()[self.mode](self.sudo())

    def _get_blockers(self):
        """Why mail may not leave from this address now: translated sentences."""
        return self._get_mode().get_blockers()

    def _was_proven(self):
        """Whether the address is proven, or was before its road got blocked."""
        return self._get_mode().was_proven()

    def _is_usable_by(self, company):
        """Whether mail of ``company`` may leave from here: its own or a parent's."""
        self.ensure_one()
        companies = self.company_id | self.sudo().shared_company_ids
        return bool(companies & company.sudo().parent_ids)

    def _get_skip_code(self):
        """Why choosing passes the address over for every mail; empty: it does not."""
        self.ensure_one()
        if not self.active:
            return "archived"
        if not self.email_normalized or not self._was_proven():
            return "never_proven"
        return ""

    # ------------------------------------------------------------- computes

    @api.depends("email")
    def _compute_email_normalized(self):
        for address in self:
            try:
                address.email_normalized = EmailAddress.parse(
                    address.email or ""
                ).normalized
            except SenderToolError:
                # The constraint on the e-mail explains what is wrong with it.
                address.email_normalized = False

    @api.depends("email_normalized", "company_id")
    def _compute_domain_id(self):
        names = {
            (address.email_normalized or "").rpartition("@")[2] for address in self
        }
        domains = (
            self.env["mail.sender.domain"]
            .sudo()
            .search([("address_domain", "in", list(names))])
        )
        for address in self:
            name = (address.email_normalized or "").rpartition("@")[2]
            usable = domains.filtered(
                lambda domain, address=address, name=name: domain.address_domain == name
                and domain._is_usable_by(address.company_id)
            )
            # The domain itself comes before a subdomain that proves for it.
            address.domain_id = usable.sorted(
                lambda domain, name=name: domain.name_ascii != name
            )[:1]

    @api.depends("email_normalized", "mode", "reply_to", "company_id.email")
    @api.depends_context("lang")
    def _compute_receiving_text(self):
        for address in self:
            is_known = address.email_normalized and address.mode
            address.receiving_text = (
                address._get_mode().get_receiving_text() if is_known else False
            )

    @api.depends(lambda self: self._get_state_dependencies())
    @api.depends_context("lang")
    def _compute_state(self):
        for address in self:
            if not address.email_normalized or not address.mode:
                address.state, address.state_reason = "action_needed", False
                continue
            blockers = address._get_blockers()
            address.state_reason = "\n".join(blockers)
            if not blockers:
                address.state = "ready"
            else:
                address.state = "blocked" if address._was_proven() else "action_needed"

    @api.model
    def _get_state_dependencies(self):
        """Fields that decide whether mail may leave; addons with modes extend it."""
        return [
            "email_normalized",
            "mode",
            "confirmed_email",
            "asked_email",
            "withdrawn_email",
            "company_id.sender_confirmed_email",
            "domain_id.state",
            "domain_id.key_ids.stage",
            "mail_server_id",
            "is_mailbox_checked",
            "login_error_code",
        ]

    @api.depends("company_id.sender_address_id")
    def _compute_is_company_default(self):
        for address in self:
            address.is_company_default = (
                address.company_id.sudo().sender_address_id == address
            )

    # ---------------------------------------------------------- constraints

    @api.constrains("email")
    def _check_email(self):
        for address in self:
            try:
                email = EmailAddress.parse(address.email)
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "E-mail: %(reason)s", reason=error_text(self.env, error)
                    ),
                    guide="modes",
                ) from error
            self.env["mail.sender.domain"]._check_imitation(
                email.domain.ascii, address.company_id, self._fields["email"]
            )
            if address._is_odoo_alias():
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "E-mail: %(email)s is an alias that Odoo itself receives mail "
                        "on; mail sent from it would come back in a loop. Choose "
                        "another address.",
                        email=address.email,
                    ),
                    guide="modes",
                )

    @api.constrains("email", "mode")
    def _check_mode(self):
        for address in self.filtered("email_normalized"):
            if problems := address._get_mode().check_address():
                raise guided_error(
                    ValidationError,
                    self.env._("E-mail: %(reason)s", reason=" ".join(problems)),
                    guide="modes",
                )
            if address.mode == RelayMode.key:
                address._check_relay_local_part()

    @api.constrains("reply_policy")
    def _check_reply_policy(self):
        for address in self:
            if address.reply_policy == "document":
                address.company_id._check_receives()

    @api.constrains("reply_to", "mode", "email")
    def _check_reply_to(self):
        for address in self.filtered("reply_to"):
            try:
                reply_to = EmailAddress.parse(address.reply_to).normalized
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Reply Address: %(reason)s", reason=error_text(self.env, error)
                    ),
                    guide="policies",
                ) from error
            if address.mode == RelayMode.key and reply_to == address.email_normalized:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Reply Address: nobody reads the relay address itself. Type an "
                        "address of the company."
                    ),
                    guide="policies",
                )

    def _is_odoo_alias(self):
        """Whether Odoo's mail gateway receives mail on this very address."""
        self.ensure_one()
        email = self.email_normalized
        local_part, _at, domain = email.partition("@")
        alias = (
            self.env["mail.alias"]
            .sudo()
            .search_count([("alias_full_name", "=", email)], limit=1)
        )
        gateway = (
            self.env["mail.alias.domain"]
            .sudo()
            .search_count(
                [
                    ("name", "=", domain),
                    "|",
                    ("bounce_alias", "=", local_part),
                    ("catchall_alias", "=", local_part),
                ],
                limit=1,
            )
        )
        return bool(alias or gateway)

    # ----------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        addresses = super().create(vals_list)
        if addresses:
            self.env.registry.clear_cache()
        return addresses

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if "company_id" in vals:
            # Rules look at a record before it changes: nobody gives one away.
            self.check_access("write")
        if {"company_id", "email"} & vals.keys():
            self._check_defaults()
        if self._road_fields & vals.keys():
            self._refresh_roads()
        return result

    def unlink(self):
        mails = self.env["mail.mail"].sudo()
        waiting = mails.search(
            [("sender_address_id", "in", self.ids), ("state", "=", "outgoing")]
        )
        result = super().unlink()
        self.env.registry.clear_cache()
        waiting._dress_before_sending()
        return result

    def _get_protection_text(self):
        return self.env._(
            "Whether an address may send follows from its proof. Change the "
            "e-mail, check the mailbox or confirm the address instead."
        )

    def _check_defaults(self):
        """Refuse changes that would take a proven default sender from a company.

        :raise ValidationError: naming the address, the company and the mend
        """
        companies = self.env["res.company"].sudo()
        for company in companies.search([("sender_address_id", "in", self.ids)]):
            address = company.sender_address_id
            if not (address._is_usable_by(company) and address._was_proven()):
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "%(address)s is the default sender of %(company)s and would "
                        "no longer be proven for it. Choose another default sender "
                        "first.",
                        address=address.email,
                        company=company.display_name,
                    ),
                    guide="policies",
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("sender_address_id", "in", self.ids)], limit=1)
        )
        if companies:
            raise guided_error(
                ValidationError,
                self.env._(
                    "%(address)s is the default sender of %(company)s. Choose another "
                    "default sender first, or archive this address.",
                    address=companies.sender_address_id.email,
                    company=companies.display_name,
                ),
                guide="policies",
            )

    # -------------------------------------------------------------- actions

    def action_set_default(self):
        """Make this the address that the mail of its company leaves from."""
        self.ensure_one()
        self.check_access("write")
        self.company_id.sudo().sender_address_id = self
        return True

    def action_open_test(self):
        """Offer to send a test invoice from this address."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Test Invoice"),
            "res_model": "mail.sender.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_address_id": self.id},
        }
