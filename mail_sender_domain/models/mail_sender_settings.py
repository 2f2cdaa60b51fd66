# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.modules.module import Manifest

from ..guide_errors import guided_error
from ..modes import RelayMode
from .mail_sender_policy import POLICY_DEFAULTS


class MailSenderSettings(models.Model):
    """How one company sends: a window on what ``res.company`` knows of its senders.

    There is one for each company, with the same id. Sender managers may not write
    companies; through this window they write what it shows, and nothing else.
    """

    _name = "mail.sender.settings"
    _description = "Sender Settings"
    _inherit = ["mail.sender.input"]
    _auto = False
    _table_query = "SELECT id, id AS company_id FROM res_company"
    #: The fields of the company that are written through the window.
    _company_fields = {
        "sender_address_id",
        "sender_automatic_id",
        "sender_system_id",
        "sender_responsible_id",
        "sender_reply_to",
        *POLICY_DEFAULTS,
    }

    company_id = fields.Many2one("res.company", readonly=True)
    company_name = fields.Char(related="company_id.name")
    sender_address_id = fields.Many2one(
        related="company_id.sender_address_id", readonly=False
    )
    sender_automatic_id = fields.Many2one(
        related="company_id.sender_automatic_id", readonly=False
    )
    sender_system_id = fields.Many2one(
        related="company_id.sender_system_id", readonly=False
    )
    sender_responsible_id = fields.Many2one(
        related="company_id.sender_responsible_id", readonly=False
    )
    sender_reply_to = fields.Char(related="company_id.sender_reply_to", readonly=False)
    sender_blocked_policy = fields.Selection(
        related="company_id.sender_blocked_policy", readonly=False
    )
    sender_strictness = fields.Selection(
        related="company_id.sender_strictness", readonly=False
    )
    sender_code_road = fields.Selection(
        related="company_id.sender_code_road", readonly=False
    )
    sender_account_road = fields.Selection(
        related="company_id.sender_account_road", readonly=False
    )
    sender_reply_policy = fields.Selection(
        related="company_id.sender_reply_policy", readonly=False
    )
    sender_grace_hours = fields.Integer(
        related="company_id.sender_grace_hours", readonly=False
    )
    sender_choosing = fields.Selection(
        related="company_id.sender_choosing", readonly=False
    )
    sender_own_addresses = fields.Selection(
        related="company_id.sender_own_addresses", readonly=False
    )
    sender_name_policy = fields.Selection(
        related="company_id.sender_name_policy", readonly=False
    )
    are_codes_mailed = fields.Boolean(related="company_id.sender_are_codes_mailed")

    # What is in force where the company has chosen nothing.
    inherited_address = fields.Char(compute="_compute_inherited")
    inherited_blocked_policy = fields.Char(compute="_compute_inherited")
    inherited_strictness = fields.Char(compute="_compute_inherited")
    inherited_code_road = fields.Char(compute="_compute_inherited")
    inherited_account_road = fields.Char(compute="_compute_inherited")
    inherited_reply_policy = fields.Char(compute="_compute_inherited")
    inherited_grace_hours = fields.Char(compute="_compute_inherited")
    inherited_choosing = fields.Char(compute="_compute_inherited")
    inherited_own_addresses = fields.Char(compute="_compute_inherited")
    inherited_name_policy = fields.Char(compute="_compute_inherited")

    company_email = fields.Char(string="E-mail", related="company_id.email")
    company_email_state = fields.Selection(
        [
            ("missing", "None yet"),
            ("open", "Not confirmed"),
            ("asked", "Link mailed"),
            ("confirmed", "Confirmed"),
        ],
        string="E-mail Is",
        compute="_compute_company_email_state",
    )

    is_strict = fields.Boolean(compute="_compute_in_force")
    is_reply_fixed = fields.Boolean(compute="_compute_in_force")
    reply_warning = fields.Char(compute="_compute_in_force")

    state = fields.Selection(
        [
            ("action_needed", "Action needed"),
            ("ready", "Ready"),
            ("broken", "Broken"),
        ],
        compute="_compute_state",
        help="Ready: mail leaves from the default sender. Action needed: there is none "
        "yet. Broken: it was proven and no longer is.",
    )
    state_text = fields.Text(compute="_compute_state")
    next_step = fields.Selection(
        [
            ("set_up", "Set up the sender"),
            ("go_on", "Go on"),
            ("use", "Use as default sender"),
            ("mend", "Mend it"),
            ("test", "Send a test invoice"),
            ("none", "Nothing"),
        ],
        compute="_compute_state",
    )
    next_address_id = fields.Many2one("mail.sender.address", compute="_compute_state")
    guide_section = fields.Char(
        compute="_compute_guide_section",
        help="The part of the guide that tells what to do next.",
    )
    mode_cards = fields.Json(compute="_compute_mode_cards")

    # ------------------------------------------------------------- computes

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Sender Settings")

    @api.depends(*sorted(POLICY_DEFAULTS))
    @api.depends_context("lang")
    def _compute_inherited(self):
        for settings in self:
            company = settings.company_id.sudo()
            parents = company.parent_ids[::-1] - company
            policies = company._get_inherited_policies(parents)
            for name, value in policies.items():
                settings[name.replace("sender_", "inherited_", 1)] = (
                    settings._get_value_label(name, value)
                )
            inherited = parents.sender_address_id[:1]
            settings.inherited_address = inherited.email or self.env._(
                "None: mail leaves as Odoo decides"
            )

    @api.model
    def _get_value_label(self, name, value):
        """The value of a policy as people read it."""
        field = self._fields[name]
        if field.type != "selection":
            return str(value)
        return dict(field._description_selection(self.env))[value]

    @api.depends("company_id.email")
    def _compute_company_email_state(self):
        for settings in self:
            company = settings.company_id.sudo()
            settings.company_email_state = company._get_sender_email_state()

    @api.depends("sender_strictness", "sender_reply_policy")
    @api.depends_context("lang")
    def _compute_in_force(self):
        for settings in self:
            company = settings.company_id.sudo()
            policies = company._get_inherited_policies(
                company.parent_ids[::-1] - company
            )
            policies.update(
                {name: settings[name] for name in policies if settings[name]}
            )
            settings.is_strict = policies["sender_strictness"] == "strict"
            reply_policy = policies["sender_reply_policy"]
            settings.is_reply_fixed = reply_policy == "fixed"
            settings.reply_warning = (
                reply_policy == "document" and company._get_receiving_doubt()
            )

    @api.depends("sender_address_id", "sender_address_id.state")
    @api.depends_context("lang", "uid")
    def _compute_state(self):
        for settings in self:
            settings.update(settings._prepare_state())

    def _prepare_state(self):
        """What the page says on top: status, why, and the next step."""
        self.ensure_one()
        company = self.company_id.sudo()
        sender = (
            self.sender_address_id or company.parent_ids[::-1].sender_address_id[:1]
        )
        if not sender:
            return self._prepare_first_state()
        if blockers := sender._get_blockers():
            return {
                "state": "broken",
                "state_text": "\n".join(blockers),
                "next_step": "mend",
                "next_address_id": sender.id,
            }
        return {
            "state": "ready",
            "state_text": self.env._(
                "Mail of %(company)s leaves from %(sender)s.",
                company=company.name,
                sender=sender.email,
            ),
            "next_step": "test" if self._may_test(sender) else "none",
            "next_address_id": sender.id,
        }

    def _may_test(self, sender):
        """Whether the user may send a test invoice from a sender, maybe a parent's."""
        return sender.sudo(False).has_access("write")

    def _prepare_first_state(self):
        """What the page says while the company has no default sender."""
        addresses = self.env["mail.sender.address"].sudo()
        started = addresses.search(
            [("company_id", "=", self.company_id.id)], order="id desc"
        )
        # The system makes a relay address of its own accord: it was not chosen.
        started = started.filtered(lambda a: a.mode != RelayMode.key) or started
        ready = started.filtered(lambda address: not address._get_blockers())
        if address := ready[:1]:
            step = "use"
            text = self.env._(
                "%(email)s is ready. Make it the default sender, and mail leaves from "
                "it.",
                email=address.email,
            )
        elif address := started[:1]:
            step = "go_on"
            text = "\n".join(
                [
                    self.env._("%(email)s is not ready yet.", email=address.email),
                    *address._get_blockers(),
                ]
            )
        else:
            step = "set_up"
            text = self.env._(
                "Mail leaves as Odoo decides. Choose the address that your customers "
                "shall see."
            )
        return {
            "state": "action_needed",
            "state_text": text,
            "next_step": step,
            "next_address_id": address.id,
        }

    @api.depends("state")
    def _compute_guide_section(self):
        for settings in self:
            sections = {"set_up": "start", "test": "test", "none": "policies"}
            settings.guide_section = (
                sections.get(settings.next_step)
                or settings.next_address_id.sudo().guide_section
            )

    @api.depends("sender_address_id", "sender_reply_policy", "sender_reply_to")
    @api.depends_context("lang", "uid")
    def _compute_mode_cards(self):
        for settings in self:
            settings.mode_cards = [
                *settings._prepare_mode_cards(),
                *settings._prepare_offer_cards(),
            ]

    def _prepare_mode_cards(self):
        """One card for each mode that there is: see ``static/src/mode_cards``."""
        self.ensure_one()
        addresses = self.env["mail.sender.address"]
        company = self.company_id
        sender = self.sender_address_id.sudo()
        for key, mode_class in addresses._get_mode_classes().items():
            is_current = sender.mode == key
            example = sender if is_current else addresses._make_example(company, key)
            gaps = [] if is_current else mode_class.get_gaps(self.env, company)
            yield {
                "key": key,
                "label": mode_class.get_label(self.env),
                "summary": mode_class.get_summary(self.env),
                "rows": example._get_receiver_rows(),
                "variants": mode_class.get_variants(self.env),
                "note": " ".join(gaps),
                "is_current": is_current,
                "is_possible": not gaps,
                "addon": "",
            }

    def _prepare_offer_cards(self):
        """One card for each mode of an addon that could be installed."""
        is_system = self.env.user.has_group("base.group_system")
        note = self.env._("Ask the system administrator to install it.")
        for addon, label, summary in self._get_offers():
            if not self._is_installable(addon):
                continue
            yield {
                "key": f"{addon}.{label}",
                "label": label,
                "summary": summary,
                "rows": [],
                "variants": [],
                "note": "" if is_system else note,
                "is_current": False,
                "is_possible": is_system,
                "addon": addon,
            }

    @api.model
    def _get_offers(self):
        """Modes that other addons bring: (addon, name, what it means) each."""
        return [
            (
                "mail_sender_oauth",
                self.env._("Gmail"),
                self.env._(
                    "Mail leaves through your Gmail or Google Workspace mailbox, which "
                    "you link by logging in at Google."
                ),
            ),
            (
                "mail_sender_oauth",
                self.env._("Outlook"),
                self.env._(
                    "Mail leaves through your Microsoft 365 or Outlook.com mailbox, "
                    "which "
                    "you link by logging in at Microsoft."
                ),
            ),
        ]

    @api.model
    def _is_installable(self, addon):
        """Whether an addon is there, but not installed."""
        module = self.env["ir.module.module"].sudo()._get(addon)
        manifest = Manifest.for_addon(addon, display_warning=False)
        return module.state != "installed" and bool(
            manifest and manifest["installable"]
        )

    # ----------------------------------------------------------------- CRUD

    def write(self, vals):
        """Write the company, if the user may do so through this window.

        :raise AccessError: for any other field of the company
        """
        self.check_access("write")
        self._check_input(vals)
        if others := vals.keys() - self._company_fields:
            raise guided_error(
                AccessError,
                self.env._(
                    "Sender settings do not include %(fields)s. Ask the system "
                    "administrator to change the company.",
                    fields=", ".join(sorted(others)),
                ),
                guide="policies",
            )
        self.company_id.sudo().write(vals)
        # Nothing is stored here.
        return super().write({})

    # -------------------------------------------------------------- actions

    @api.model
    def action_open(self):
        """Open the settings of the company that the user works in."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sender Settings"),
            "res_model": self._name,
            "res_id": self.env.company.id,
            "views": [(False, "form")],
        }

    def action_next_step(self):
        """Do the step that the page offers."""
        self.ensure_one()
        self.check_access("write")
        address = self.env["mail.sender.address"].browse(self.next_address_id.id)
        if self.next_step == "use":
            return address.action_set_default()
        if self.next_step == "test":
            return address.action_open_test()
        if self.next_step == "mend":
            return self._get_mend_action(address)
        if self.next_step == "go_on":
            return self.env["mail.sender.setup"]._open_for(address)
        return self.action_set_up()

    def _get_mend_action(self, address):
        """Open what has to be mended, or at least the address that tells what it is."""
        action = address.has_access("write") and address._get_mode().get_mend_action()
        return action or {
            "type": "ir.actions.act_window",
            "res_model": address._name,
            "res_id": address.id,
            "views": [(False, "form")],
        }

    def action_set_up(self, mode=""):
        """Open the guided set-up.

        :param mode: key of the mode that was chosen already, if any
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["mail.sender.setup"]._open(self.company_id, mode)

    @api.model
    def action_install(self, addon):
        """Install an addon that brings modes.

        :raise AccessError: for anybody but the system administrator
        """
        is_offered = addon in {offer[0] for offer in self._get_offers()}
        if not (is_offered and self.env.user.has_group("base.group_system")):
            raise guided_error(
                AccessError,
                self.env._("Ask the system administrator to install %s.", addon),
                guide="modes",
            )
        # Not by _get: its cache outlives the update of the list.
        modules, wanted = self.env["ir.module.module"], [("name", "=", addon)]
        if not modules.search_count(wanted):
            modules.update_list()
        return modules.search(wanted).button_immediate_install()
