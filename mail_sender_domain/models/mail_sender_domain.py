# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..texts import PLATFORM_GAP_TEXTS, error_text
from ..tools.dmarc import DmarcRecord, discover
from ..tools.dns_resolver import DnsResolver
from ..tools.domain_name import DomainName
from ..tools.domain_state import (
    DomainState,
    RecordStatus,
    Standing,
    may_send,
    roll_up,
)
from ..tools.errors import DomainNameError, SenderToolError
from ..tools.expected_records import (
    DkimKey,
    DomainSetup,
    Layout,
    PlatformNetwork,
    ReturnPathKind,
    build_records,
    needs_dmarc,
)
from ..tools.record_checks import check_records
from ..tools.resolver import AnswerStatus
from ..tools.spf import find_spf

#: System parameter with the DNS servers to ask, for example "10.0.0.53, [::1]:5353".
DNS_SERVERS_PARAMETER = "mail_sender_domain.dns_servers"

#: How old a check may get, a little less than the interval of the scheduler.
RECHECK_VERIFIED = timedelta(hours=23, minutes=30)
RECHECK_OTHERS = timedelta(minutes=50)

#: Local part of the return path of a company that has no bounce alias.
BOUNCE_LOCAL_PART = "bounce"


class MailSenderDomain(models.Model):
    """A domain that a company proves to own, so that its addresses may send."""

    _name = "mail.sender.domain"
    _description = "Sending Domain"
    _inherit = ["mail.thread"]
    _order = "company_id, name"

    _unique_name = models.Constraint(
        "UNIQUE(name_ascii)",
        "Domain: this domain is claimed already. Ask its owner to share it.",
    )

    #: What only checks may write: it decides whether mail leaves.
    _protected_fields = {
        "state",
        "failing_since",
        "last_check",
        "ownership_token",
        "found_spf",
        "name_ascii",
        "record_ids",
        "address_ids",
        "propose_dmarc",
        "dmarc_policy",
        "address_domain",
    }

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
    state = fields.Selection(
        [
            ("draft", "To check"),
            ("pending", "Waiting for DNS"),
            ("verified", "Verified"),
            ("unknown", "No answer"),
            ("failing", "Records missing"),
            ("broken", "Broken"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        help="Verified: all required records are right. No answer and Records missing: "
        "was verified and still sends while there is time to mend it. Broken: no mail "
        "leaves from this domain until its records are right again.",
    )
    failing_since = fields.Datetime(readonly=True, copy=False)
    last_check = fields.Datetime(readonly=True, copy=False)
    found_spf = fields.Text(
        readonly=True,
        copy=False,
        help="SPF records seen at the domain itself, one a line.",
    )
    propose_dmarc = fields.Boolean(
        readonly=True,
        copy=False,
        default=True,
        help="No DMARC record applies to the domain yet.",
    )
    dmarc_policy = fields.Char(
        readonly=True,
        copy=False,
        help="The DMARC record that applies to the addresses, as it was seen.",
    )
    record_ids = fields.One2many(
        "mail.sender.dns.record", "domain_id", string="DNS Records", readonly=True
    )
    key_ids = fields.One2many("mail.sender.dkim.key", "domain_id", string="DKIM Keys")
    address_ids = fields.One2many("mail.sender.address", "domain_id", readonly=True)
    platform_reason = fields.Text(
        compute="_compute_platform_reason",
        compute_sudo=True,
        help="What the system administrator has to complete first.",
    )

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

    @api.depends("record_ids")
    def _compute_platform_reason(self):
        for domain in self:
            gaps = (
                build_records(domain._prepare_setup()).missing
                if domain.name_ascii
                else ()
            )
            domain.platform_reason = "\n".join(
                self.env._(PLATFORM_GAP_TEXTS[gap]) for gap in gaps
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
                raise ValidationError(
                    self.env._("Domain: %(reason)s", reason=error_text(self.env, error))
                ) from error

    @api.constrains("return_path_label", "name")
    def _check_return_path_label(self):
        for domain in self:
            try:
                DomainName.parse(f"{domain.return_path_label}.{domain.name_ascii}")
            except SenderToolError as error:
                raise ValidationError(
                    self.env._(
                        "Return-Path Subdomain: %(reason)s",
                        reason=error_text(self.env, error),
                    )
                ) from error

    @api.constrains("layout", "name")
    def _check_layout(self):
        for domain in self.filtered(lambda domain: domain.layout == "subdomain"):
            name = DomainName.parse(domain.name)
            if name.organisational == name:
                raise ValidationError(
                    self.env._(
                        "Layout: %(domain)s is a main domain. Add a subdomain of it, "
                        "for example mail.%(domain)s.",
                        domain=domain.name,
                    )
                )

    @api.constrains("mail_server_id", "company_id")
    def _check_mail_server(self):
        for domain in self.sudo():
            server = domain.mail_server_id
            if server.is_sender_managed:
                raise ValidationError(
                    self.env._(
                        "Own Outgoing Server: “%(server)s” is the mailbox of one "
                        "sender "
                        "address. Choose a server that takes mail from the whole "
                        "domain.",
                        server=server.name,
                    )
                )
            if server and server.sender_company_id != domain.company_id:
                raise ValidationError(
                    self.env._(
                        "Own Outgoing Server: %(server)s does not belong to "
                        "%(company)s. Set its company first or choose another server.",
                        server=server.name,
                        company=domain.company_id.display_name,
                    )
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
        self._check_protected(vals_list)
        # Clients set defaults in the context as well; keywords cannot remove them.
        self = self.with_env(
            self.env(
                context={
                    key: value
                    for key, value in self.env.context.items()
                    if key.removeprefix("default_") not in self._protected_fields
                }
            )
        )
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            self._check_claim(vals.get("name"), company or self.env.company)
        domains = super().create(vals_list)
        # The first key brings the expected records with it.
        self.env["mail.sender.dkim.key"].sudo().create(
            [{"domain_id": domain.id} for domain in domains]
        )
        domains.sudo()._recompute_addresses()
        return domains

    def write(self, vals):
        vals = self._normalize_vals(vals)
        self._check_protected([vals])
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
            raise ValidationError(
                self.env._(
                    "%(domain)s proves %(address)s, the default sender of %(company)s. "
                    "Choose another default sender first.",
                    domain=company.sender_address_id.domain_id.name,
                    address=company.sender_address_id.email,
                    company=company.display_name,
                )
            )

    def _normalize_vals(self, vals):
        """Return ``vals`` with names as people read them: lower case, no final dot.

        What is no domain name at all is left alone; the constraint refuses it.
        """
        vals = dict(vals)
        if vals.get("name"):
            try:
                vals["name"] = DomainName.parse(vals["name"]).unicode
            except SenderToolError:
                return vals
        if vals.get("return_path_label"):
            vals["return_path_label"] = vals["return_path_label"].strip().lower()
        return vals

    def _check_return_path_change(self, label):
        """Refuse another return path once it was checked: mail would leave unproven.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.state != "draft" and domain.return_path_label != label:
                raise ValidationError(
                    self.env._(
                        "Return-Path Subdomain: %(domain)s was checked already and "
                        "keeps %(host)s. Delete the domain and add it again to choose "
                        "another one.",
                        domain=domain.name,
                        host=domain.return_path_host,
                    )
                )

    def _check_layout_change(self, layout):
        """Refuse another layout once a domain was verified: its proof is for this one.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.layout != layout and domain._was_verified():
                raise ValidationError(
                    self.env._(
                        "Layout: %(domain)s was verified with its layout and keeps it. "
                        "Delete the domain and add it again to choose another one.",
                        domain=domain.name,
                    )
                )

    def _check_protected(self, vals_list):
        """Refuse that anybody but a check decides about the verification.

        :raise AccessError: for protected fields outside superuser mode
        """
        if not self.env.su and any(
            self._protected_fields & vals.keys() for vals in vals_list
        ):
            raise AccessError(
                self.env._(
                    "The verification of a sending domain follows from its DNS "
                    "records. Press Check now instead of setting it."
                )
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
        raise ValidationError(message)

    def _check_rename(self, name):
        """Refuse to rename a domain that was checked: its proof is for the old name.

        :raise ValidationError: naming the field and the mend
        """
        for domain in self:
            if domain.name != name and domain.state != "draft":
                raise ValidationError(
                    self.env._(
                        "Domain: %(domain)s was checked already and keeps its name. "
                        "Create a new sending domain for %(name)s.",
                        domain=domain.name,
                        name=name,
                    )
                )
            if domain.name != name:
                self._check_claim(name, domain.company_id or self.env.company)

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

    # ---------------------------------------------------------------- proof

    def _may_send(self):
        """Whether mail may leave from this domain now; False for an empty record."""
        return bool(self) and may_send(DomainState(self.state))

    def _was_verified(self):
        """Whether the domain was verified at some time; False for an empty record."""
        return bool(self) and self.state not in ("draft", "pending")

    def _is_signed(self):
        """Whether mail of this domain is signed in its name."""
        return self.layout != "spf_only"

    def _has_return_path(self):
        """Whether bounces return to a host below this domain."""
        return self.layout != "spf_only"

    def _needs_confirmation(self):
        """Whether each address has to be confirmed, beside the proof of the domain.

        An SPF include is published by whoever sends for a domain, and who has a
        subdomain need not have the main domain: neither proves an address of it.
        """
        return self.layout != "return_path"

    def _get_signing_keys(self):
        """The keys whose signatures receivers can verify now."""
        if not self._is_signed():
            return self.key_ids[:0]
        return self.sudo().key_ids.filtered(lambda key: key.stage == "active")

    def _get_blockers(self):
        """Why mail may not leave from this domain now: translated sentences."""
        self.ensure_one()
        blockers = []
        if not self._may_send():
            blockers.append(
                self.env._(
                    "The DNS records of %(domain)s are not verified. Open the domain, "
                    "publish its records and press Check now.",
                    domain=self.name,
                )
            )
        if self._is_signed() and not self._get_signing_keys():
            blockers.append(
                self.env._(
                    "%(domain)s has no active DKIM key. Publish the DKIM record and "
                    "press Check now on the domain.",
                    domain=self.name,
                )
            )
        if self._is_alignment_strict():
            blockers.append(
                self.env._(
                    "The DMARC policy of %(domain)s accepts signatures of that very "
                    "domain only (adkim=s and aspf=s), not those of a subdomain. Add "
                    "%(domain)s itself as a sending domain.",
                    domain=self.address_domain,
                )
            )
        return blockers

    def _is_alignment_strict(self):
        """Whether the DMARC policy of the main domain refuses what a subdomain proves.

        RFC 7489 section 3.1: in strict mode the domains have to be the same.
        """
        if self.layout != "subdomain" or not self.dmarc_policy:
            return False
        record = DmarcRecord.parse(self.dmarc_policy)
        return record.strict_dkim and record.strict_spf

    def _get_bounce_address(self, company):
        """The envelope sender of a company's mail from this domain."""
        local_part = company.alias_domain_id.bounce_alias or BOUNCE_LOCAL_PART
        return f"{local_part}@{self.return_path_host}"

    def _get_sender_addresses(self):
        """All addresses whose mail leaves on the strength of one of these domains."""
        addresses = self.env["mail.sender.address"].sudo()
        relays = addresses.browse()
        platform = self.env["mail.sender.platform"]._get_platform()
        if platform.relay_domain_id in self:
            relays = addresses.search([("mode", "=", "relay")])
        return self.sudo().address_ids | relays

    def _get_grace(self):
        """How long a verified domain still sends after its records went wrong.

        :rtype: datetime.timedelta
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        lineage = self.sudo().company_id.parent_ids[::-1]
        policies = self.env["mail.sender.resolver"]._get_policies([*lineage, platform])
        return timedelta(hours=policies["sender_grace_hours"])

    # -------------------------------------------------------------- records

    def _prepare_network(self):
        """Facts of the server that this domain's mail leaves through.

        :rtype: ..tools.expected_records.PlatformNetwork
        """
        self.ensure_one()
        platform = self.env["mail.sender.platform"]._get_platform()
        own_server = self.sudo().mail_server_id
        if not own_server:
            return platform._prepare_network()
        # The platform's return-path target cannot authorise a company's own server.
        return PlatformNetwork(
            spf_include=own_server.sender_spf_include or "",
            return_path_kind=ReturnPathKind.MX,
            return_path_host=platform.bounce_host or "",
        )

    def _prepare_setup(self):
        """What the expected records follow from.

        :rtype: ..tools.expected_records.DomainSetup
        """
        self.ensure_one()
        published = self.key_ids.filtered(lambda key: key.stage != "retired")
        active = published.filtered(lambda key: key.stage == "active")
        return DomainSetup(
            domain=DomainName.parse(self.name_ascii),
            ownership_token=self.ownership_token,
            dkim_keys=tuple(
                DkimKey(key.selector, key.public_record, key in (active or published))
                for key in published
            ),
            platform=self._prepare_network(),
            return_path_label=self.return_path_label,
            apex_spf=tuple((self.found_spf or "").splitlines()),
            propose_dmarc=self.propose_dmarc,
            layout=Layout(self.layout),
        )

    def _get_stored_records(self):
        """Map the key of each expected record to the line that stores it."""
        self.ensure_one()
        return {(line.purpose, line.host, line.type): line for line in self.record_ids}

    def _sync_records(self):
        """Bring the stored records in line with what is expected now.

        A record whose value changed is no longer known to be right.
        """
        for domain in self.filtered("name_ascii"):
            stored = domain._get_stored_records()
            expected = build_records(domain._prepare_setup()).records
            for sequence, record in enumerate(expected):
                line = stored.pop(record.key, None)
                vals = {
                    "sequence": sequence,
                    "value": record.value,
                    "requirement": record.requirement,
                }
                if not line:
                    self.env["mail.sender.dns.record"].create(
                        {
                            **vals,
                            "domain_id": domain.id,
                            "purpose": record.purpose,
                            "host": record.host,
                            "type": record.type,
                        }
                    )
                    continue
                if line.value != record.value:
                    vals.update(status="unchecked", found=False, reason_code=False)
                line.write(vals)
            for line in stored.values():
                line.unlink()

    # --------------------------------------------------------------- checks

    @api.model
    def _get_resolver(self):
        """The resolver that checks ask.

        :rtype: ..tools.resolver.Resolver
        """
        servers = (
            self.env["ir.config_parameter"].sudo().get_param(DNS_SERVERS_PARAMETER, "")
        )
        names = [part.strip() for part in servers.split(",") if part.strip()]
        try:
            return DnsResolver(names)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "DNS cannot be asked: the system parameter %(parameter)s holds "
                    "“%(value)s”. Enter IP addresses, with a port if needed, separated "
                    "by commas, or delete the parameter to ask the name servers of "
                    "this machine.",
                    parameter=DNS_SERVERS_PARAMETER,
                    value=servers,
                )
            ) from error

    def action_check(self):
        """Ask DNS for all records of these domains and tell what was found."""
        self.check_access("write")
        for domain in self.sudo():
            domain._check_dns(self._get_resolver())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if all(d._may_send() for d in self) else "warning",
                "message": "\n".join(domain._get_check_summary() for domain in self),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_check_summary(self):
        """One translated sentence on what the last check found."""
        self.ensure_one()
        required = self.record_ids.filtered(lambda r: r.requirement == "required")
        right = required.filtered(lambda r: r.status == "ok")
        if len(right) == len(required):
            return self.env._("%(domain)s is verified.", domain=self.name)
        return self.env._(
            "%(domain)s: %(right)s of %(total)s required records are right.",
            domain=self.name,
            right=len(right),
            total=len(required),
        )

    def _check_dns(self, resolver):
        """Learn the domain's facts, check every record and draw the conclusion.

        Never raises over an answer of DNS.

        :param resolver: see :class:`..tools.resolver.Resolver`
        """
        self.ensure_one()
        self._learn_facts(resolver)
        self._sync_records()
        results = check_records(
            build_records(self._prepare_setup()).records,
            resolver,
            self._prepare_network(),
        )
        lines = self._get_stored_records()
        for result in results:
            lines[result.record.key]._apply_check(result)
        self._activate_seen_keys()
        self._conclude()

    def _learn_facts(self, resolver):
        """Store what the domain publishes already; no answer leaves it as it was."""
        name = DomainName.parse(self.address_domain)
        answer = resolver.resolve(name.ascii, "TXT")
        policy = discover(resolver, name)
        vals = {}
        if answer.status is not AnswerStatus.UNKNOWN:
            vals["found_spf"] = "\n".join(find_spf(answer))
        if policy.status is not AnswerStatus.UNKNOWN:
            vals["propose_dmarc"] = needs_dmarc(policy)
            vals["dmarc_policy"] = str(policy.record) if policy.record else False
        self.write(vals)

    def _activate_seen_keys(self):
        """Let keys sign from the moment their record was seen in DNS."""
        seen = {
            line.host
            for line in self.record_ids
            if line.purpose == "dkim" and line.status == "ok"
        }
        for key in self.key_ids.filtered(lambda key: key.stage == "pending"):
            if f"{key.selector}._domainkey.{self.name_ascii}" in seen:
                key.stage = "active"

    def _conclude(self):
        """Set the state from the required records and the grace."""
        now = fields.Datetime.now()
        required = self.record_ids.filtered(lambda r: r.requirement == "required")
        statuses = [RecordStatus(line.status) for line in required]
        if build_records(self._prepare_setup()).missing:
            # Not all required records are known yet.
            statuses.append(RecordStatus.UNKNOWN)
        standing = roll_up(
            Standing(DomainState(self.state), self.failing_since or None),
            statuses,
            now,
            self._get_grace(),
        )
        self.write(
            {
                "state": standing.state.value,
                "failing_since": standing.failing_since,
                "last_check": now,
            }
        )
        self._get_sender_addresses()._refresh_roads()
        if self.state == "verified" and self.company_id:
            companies = self.company_id | self.shared_company_ids
            self.env["mail.sender.address"]._make_own_of_companies(companies)

    @api.model
    def _cron_check(self):
        """Check again what was checked before: daily while right, else hourly."""
        now = fields.Datetime.now()
        due = self.search(
            Domain("state", "!=", "draft")
            & (
                Domain("last_check", "<=", now - RECHECK_VERIFIED)
                | (
                    Domain("state", "!=", "verified")
                    & Domain("last_check", "<=", now - RECHECK_OTHERS)
                )
            )
        )
        resolver = self._get_resolver()
        for domain in due:
            domain._check_dns(resolver)
            # Each domain for itself: what was learned stays when a later one fails.
            self.env["ir.cron"]._commit_progress(1)
