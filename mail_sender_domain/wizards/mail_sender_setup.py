# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..guide_errors import guided_error
from ..models.ir_mail_server_owned import TRIAL_CONTEXT
from ..modes import Fit, OwnDomainMode, Rank, RelayMode
from ..texts import error_text, smtp_text
from ..tools.domain_name import DomainName
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError
from ..tools.smtp_server import DEFAULT_PORTS, Encryption
from .mail_sender_test import START_CONTEXT

#: The step before each step.
PREVIOUS_STEP = {"mode": "email", "details": "mode", "check": "details"}

#: Context key with the id of an address that is to be gone on with.
RESUME_CONTEXT = "resume_sender_address_id"


class MailSenderSetup(models.TransientModel):
    """Leads from an e-mail to a default sender that mail can leave from.

    Until the fields of the mode are complete, nothing but this record is saved. What is
    saved then, the address and its domain, is found again by whoever starts once more
    with the same e-mail; a sender that works is only changed once the new way works.

    An addon with a mode adds a method ``_save_<mode>``, which returns the address, and
    where something has to be tried ``_try_<mode>``, which tells what went wrong.
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
    mode_choices = fields.Json(compute="_compute_mode_choices")
    proposal = fields.Char(compute="_compute_mode_choices")
    has_gaps = fields.Boolean(
        compute="_compute_mode_choices", help="Whether a mode waits for the platform."
    )
    address_id = fields.Many2one("mail.sender.address", readonly=True)

    sender_name = fields.Char(
        help="Name that the receiver sees before the address.",
    )
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
    adoptable_server = fields.Char(compute="_compute_adoptable_server")
    is_adopting = fields.Boolean(
        string="Use the Server of Odoo",
        help="Host and login stay; only this company then sends through the server.",
    )
    smtp_host = fields.Char(string="Mail Server Host")
    smtp_encryption = fields.Selection(
        selection=lambda self: self.env["mail.sender.address"]
        ._fields["smtp_encryption"]
        ._description_selection(self.env),
        string="Encryption",
        required=True,
        default=Encryption.STARTTLS_STRICT.value,
    )
    smtp_port = fields.Integer(
        string="Port",
        compute="_compute_smtp_port",
        store=True,
        readonly=False,
        precompute=True,
    )
    has_login = fields.Boolean(string="Needs a Login", default=True)
    smtp_user = fields.Char(string="User Name")
    smtp_password = fields.Char(
        string="Password",
        compute="_compute_smtp_password",
        inverse="_inverse_smtp_password",
        help="Is stored and never shown again.",
    )
    has_password = fields.Boolean(compute="_compute_smtp_password")

    guide_section = fields.Char(compute="_compute_guide_section")
    problem = fields.Text(readonly=True, help="What went wrong when it was tried.")
    blockers = fields.Text(compute="_compute_blockers")
    needs_confirmation = fields.Boolean(compute="_compute_blockers")
    domain_id = fields.Many2one("mail.sender.domain", compute="_compute_domain_id")
    record_ids = fields.One2many(
        "mail.sender.dns.record", compute="_compute_domain_id", string="DNS Records"
    )
    platform_reason = fields.Text(related="domain_id.platform_reason")
    summary = fields.Json(compute="_compute_summary")
    test_email = fields.Char(
        string="Test Invoice To",
        default=lambda self: self.env["mail.sender.test"]._get_default_email_to(),
        help="Address of a mailbox that you can look into.",
    )

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

    @api.depends("email")
    @api.depends_context("uid")
    def _compute_adoptable_server(self):
        servers = self.env["ir.mail_server"]
        for setup in self:
            email = setup._parse_or_none(setup.email)
            server = servers._find_adoptable(email.normalized) if email else servers
            setup.adoptable_server = (
                f"{server.name} ({server.smtp_host})"
                if server and servers.has_access("write")
                else False
            )

    def _compute_smtp_password(self):
        for setup in self:
            setup.smtp_password = False
            setup.has_password = setup._has_password() or setup.address_id.has_password

    def _inverse_smtp_password(self):
        for setup in self.filtered("smtp_password"):
            setup._set_password__(setup.smtp_password)

    @api.depends("smtp_encryption")
    def _compute_smtp_port(self):
        for setup in self:
            encryption = setup.smtp_encryption or Encryption.STARTTLS_STRICT
            setup.smtp_port = DEFAULT_PORTS[encryption]

    @api.depends("address_id", "mode", "step", "problem")
    @api.depends_context("lang")
    def _compute_blockers(self):
        for setup in self:
            blockers = setup._get_mode().get_blockers() if setup.address_id else []
            known = [setup.problem]
            if setup.domain_id:
                # Its records are on the same page, each with what is wrong.
                known += setup.domain_id.sudo()._get_blockers()
            blockers = [text for text in blockers if text not in known]
            setup.blockers = "\n".join(blockers)
            setup.needs_confirmation = (
                bool(setup.address_id) and setup._get_mode().needs_confirmation()
            )

    @api.depends("mode")
    def _compute_guide_section(self):
        classes = self.env["mail.sender.address"]._get_mode_classes()
        for setup in self:
            mode_class = classes.get(setup.mode)
            setup.guide_section = mode_class and mode_class.guide_section

    @api.depends("address_id", "mode")
    def _compute_domain_id(self):
        for setup in self:
            is_proven_so = setup.mode == OwnDomainMode.key
            setup.domain_id = is_proven_so and setup.address_id.domain_id
            setup.record_ids = setup.domain_id.record_ids

    @api.depends("address_id", "step")
    @api.depends_context("lang")
    def _compute_summary(self):
        for setup in self:
            address = setup.address_id
            setup.summary = address._get_receiver_rows() if address else []

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

    def action_confirm(self):
        """Mail a link to the address, and show this record again."""
        self.ensure_one()
        action = self.address_id.action_send_confirmation()
        action["params"]["next"] = self._reopen()
        return action

    def action_open_platform(self):
        """Open the sending platform, for whom may complete it."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mail_sender_domain.mail_sender_platform_action"
        )

    def action_follow_up(self):
        """Send the test invoice that is offered once the sender is ready."""
        self.ensure_one()
        email = self._parse("test_email")
        action = self.address_id.action_open_test()
        action["context"].update(
            {"default_email_to": email.unicode, START_CONTEXT: True}
        )
        return action

    def _reopen(self):
        """Show this record again."""
        return self._prepare_action()

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

    def _leave_mode(self):
        self._check_mode()
        self.step = "details"

    def _check_mode(self):
        """Refuse a mode that is impossible for the e-mail.

        :raise ValidationError: naming the field and the mend
        """
        fit = self._get_fits(self._parse("email"), self.address_id).get(self.mode)
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

    def _leave_details(self):
        """Save what was typed, try it, and leave a sender that works as it was."""
        self._check_mode()
        self._check_sender_name()
        is_live = bool(self.address_id) and not self.address_id._get_blockers()
        # What is tried on a sender that works is undone when it is refused.
        trial = self.with_context(**{TRIAL_CONTEXT: is_live})
        with self.env.cr.savepoint() as savepoint:
            address = getattr(trial, f"_save_{self.mode}")()
            problem = trial._try(address)
            # A new login may prove less than the one before.
            is_unproven = is_live and address._get_mode().needs_confirmation()
            if is_live and (problem or is_unproven):
                savepoint.rollback()
        self.address_id = address
        if is_unproven and not problem:
            problem = self._mail_link() or self._get_unproven_text()
        self.problem = problem
        if problem:
            return
        self._set_password__("")
        if self.domain_id and self._get_mode().get_blockers():
            # The check does the rest.
            self.step = "check"
        else:
            self._conclude()

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

    def _leave_check(self):
        self._check_domain()
        self.problem = self._try(self.address_id)
        self._conclude()

    def _try(self, address):
        """Try the road, over the network.

        :return: what went wrong, translated; empty when nothing did
        """
        address.check_access("write")
        method = getattr(self, f"_try_{self.mode}", None)
        return method(address) if method else ""

    def _conclude(self):
        """Make the address the default sender, or tell what is still missing."""
        address = self.address_id
        mode = self._get_mode()
        if mode.needs_confirmation() and not self.problem:
            self.problem = self._mail_link()
        if mode.get_blockers():
            self.step = "check"
            return
        if address.mode != self.mode:
            address.mode = self.mode
        address.action_set_default()
        self.step = "done"

    def _mail_link(self):
        """Mail a link to the address, unless that was done before.

        :return: why it could not be mailed, translated; empty when it was
        """
        address = self.address_id
        if address.asked_email == address.email_normalized:
            return ""
        try:
            with self.env.cr.savepoint():
                address.action_send_confirmation()
        except UserError as error:
            return str(error)
        return ""

    def _get_unproven_text(self):
        """Why a sender that works was left as it is, translated."""
        return self.env._(
            "%(email)s goes on sending as before. The new user name does not prove "
            "that the address is yours, so a link was mailed to it. Open it, press "
            "Confirm there, and then press Next again.",
            email=self.address_id.email,
        )

    def _get_mode(self):
        """The mode that was chosen, around the address, which may have another one.

        :rtype: ..modes.base.SenderMode
        """
        mode_class = self.address_id._get_mode_classes()[self.mode]
        self.address_id.check_access("read")
        return mode_class(self.address_id.sudo())

    # --------------------------------------------------------------- e-mail

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

    # -------------------------------------------------------------- details

    @api.model
    def _prepare_details(self, email, address, company):
        """What to propose for the fields of all modes.

        :param address: the sender address with this e-mail, possibly empty
        """
        addresses = self.env["mail.sender.address"].sudo()
        relay = address if address.mode == RelayMode.key else self._find_relay(company)
        relay_email = relay.email or addresses._propose_relay_email(company)
        domain = address.domain_id
        adoptable = self.env["ir.mail_server"]._find_adoptable(email.normalized)
        may_adopt = self.env["ir.mail_server"].has_access("write")
        vals = {
            "prepared_email": email.normalized,
            "sender_name": address.name or company.name,
            "relay_local_part": relay_email.partition("@")[0],
            "reply_to": relay.reply_to or self._propose_reply(email, relay, company),
            "layout": domain.layout or "return_path",
            "is_adopting": bool(adoptable) and may_adopt,
        }
        if address.smtp_host:
            names = (
                "smtp_host",
                "smtp_encryption",
                "smtp_port",
                "has_login",
                "smtp_user",
            )
            vals.update({name: address[name] for name in names})
        else:
            vals["smtp_user"] = email.unicode
        return vals

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

    # ---------------------------------------------------------------- relay

    def _save_relay(self):
        """Save the relay address of the company."""
        text = f"{(self.relay_local_part or '').strip()}@{self.relay_domain}"
        try:
            email = EmailAddress.parse(text)
        except SenderToolError as error:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Relay Address: %(reason)s", reason=error_text(self.env, error)
                ),
                guide="relay",
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

    # ----------------------------------------------------------- own domain

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

    def _check_domain(self):
        """Ask DNS for the records; what it answers is shown record by record."""
        domain = self.domain_id
        if domain and domain.has_access("write"):
            domain.sudo()._check_dns(domain._get_resolver())

    # -------------------------------------------------------------- mailbox

    def _save_smtp(self):
        """Save the address with its mailbox, or with the server that Odoo has."""
        email = self._parse("email")
        address = self._save_address(self.address_id, email=email.unicode)
        if self.is_adopting:
            server = self.env["ir.mail_server"]._find_adoptable(email.normalized)
            address._adopt_server(server.sudo(False))
        elif not address.is_server_adopted:
            password = self._get_password__()
            if not self.smtp_host:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "Mail Server Host: type the name that the provider of the "
                        "mailbox gives, for example smtp.example.com."
                    ),
                    guide="mailbox",
                )
            if self.has_login and not (password or address.has_password):
                raise guided_error(
                    ValidationError,
                    self.env._("Password: type the password of the mailbox."),
                    guide="mailbox",
                )
            address.write(
                {
                    "smtp_host": self.smtp_host,
                    "smtp_encryption": self.smtp_encryption,
                    "smtp_port": self.smtp_port,
                    "has_login": self.has_login,
                    "smtp_user": self.smtp_user,
                    "smtp_password": password if self.has_login else False,
                }
            )
        return address

    def _try_smtp(self, address):
        """Log in at the mail server."""
        refusal = address.sudo()._try_mailbox()
        return smtp_text(self.env, refusal.code, refusal.params) if refusal else ""
