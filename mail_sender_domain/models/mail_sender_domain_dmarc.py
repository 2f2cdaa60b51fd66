# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..texts import alignment_text, dmarc_step_text, error_text
from ..tools.alignment import Road, judge
from ..tools.dmarc import DmarcRecord
from ..tools.dmarc_reports import PERMISSION, needed_permissions
from ..tools.dmarc_steps import next_step
from ..tools.domain_name import DomainName
from ..tools.domain_state import RecordStatus
from ..tools.email_address import EmailAddress
from ..tools.errors import SenderToolError
from ..tools.public_facts import PublicFacts
from ..tools.resolver import AnswerStatus


class MailSenderDomain(models.Model):
    """What DMARC says about the mail of a sending domain, and what to do next.

    Checks store the record as they saw it; all else follows from that. Nothing here
    changes a record: steps are proposals.
    """

    _inherit = "mail.sender.domain"

    dmarc_texts = fields.Text(
        string="DMARC Record",
        readonly=True,
        copy=False,
        help="The DMARC records that apply to the addresses, one a line.",
    )
    dmarc_at = fields.Char(
        readonly=True, copy=False, help="The domain that publishes them."
    )
    dmarc_since = fields.Datetime(
        readonly=True, copy=False, help="Since when they have been seen like this."
    )
    dmarc_refusals = fields.Json(
        readonly=True,
        copy=False,
        help="Domains that were not seen to want the reports sent there, each with the "
        "host of the record that would say so.",
    )
    verified_since = fields.Datetime(readonly=True, copy=False)
    dmarc_mailbox = fields.Char(
        string="DMARC Reports Go To",
        help="A mailbox that takes the daily reports of receivers. It stands in the "
        "record that is proposed.",
    )
    alignment = fields.Char(
        compute="_compute_alignment",
        compute_sudo=True,
        help="What the signature of the domain counts for.",
    )
    dmarc_summary = fields.Text(
        string="What It Means", compute="_compute_dmarc", compute_sudo=True
    )
    dmarc_step = fields.Char(
        string="Next Step", compute="_compute_dmarc", compute_sudo=True
    )
    dmarc_proposal = fields.Text(
        string="Record to Publish", compute="_compute_dmarc", compute_sudo=True
    )
    dmarc_permissions = fields.Text(
        string="Reports to Another Domain",
        compute="_compute_dmarc",
        compute_sudo=True,
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "dmarc_texts",
            "dmarc_at",
            "dmarc_since",
            "dmarc_refusals",
            "verified_since",
        }

    @api.constrains("dmarc_mailbox")
    def _check_dmarc_mailbox(self):
        for domain in self.filtered("dmarc_mailbox"):
            try:
                EmailAddress.parse(domain.dmarc_mailbox)
            except SenderToolError as error:
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "DMARC Reports Go To: %(reason)s",
                        reason=error_text(self.env, error),
                    ),
                    guide="dmarc",
                ) from error

    # ------------------------------------------------------------- computes

    @api.depends(
        "address_domain",
        "name_ascii",
        "layout",
        "return_path_host",
        "dmarc_texts",
        "dmarc_at",
        "dmarc_since",
    )
    @api.depends_context("lang")
    def _compute_alignment(self):
        for domain in self:
            domain.alignment = False
            if domain.address_domain and domain.return_path_host:
                domain.alignment = domain._get_alignment_text()

    @api.depends(
        "address_domain",
        "dmarc_texts",
        "dmarc_at",
        "dmarc_since",
        "dmarc_refusals",
        "dmarc_mailbox",
        "verified_since",
        "address_ids.mode",
    )
    @api.depends_context("lang")
    def _compute_dmarc(self):
        for domain in self:
            domain.dmarc_summary = domain.dmarc_step = domain.dmarc_proposal = False
            domain.dmarc_permissions = False
            if not (domain.address_domain and domain.dmarc_since):
                continue
            step = next_step(
                domain._get_dmarc_facts().dmarc,
                domain._get_passing_since(),
                fields.Datetime.now(),
                domain.dmarc_mailbox or "",
            )
            domain.dmarc_summary = "\n".join(domain._get_verdict_texts())
            domain.dmarc_step = dmarc_step_text(self.env, step)
            domain.dmarc_proposal = step.record
            domain.dmarc_permissions = "\n".join(
                domain._get_permission_texts(step.record)
            )

    @api.onchange("name", "company_id")
    def _onchange_name(self):
        """Propose to leave the main domain alone, unless its policy is too strict.

        A domain of the platform is the one that relay addresses have.
        """
        if self.state != "draft" or not self.name_ascii:
            return
        self.layout = "return_path"
        name = DomainName.parse(self.name_ascii)
        if not self.company_id or name.is_public_suffix or name == name.organisational:
            return
        self.layout = "subdomain"
        record = self._get_dmarc_facts().dmarc.record
        if record and record.strict_dkim and record.strict_spf:
            self.layout = "return_path"

    # ----------------------------------------------------------- sentences

    def _get_dmarc_facts(self):
        """What is known of the domain of the addresses: by checks, else by everybody.

        :rtype: ..tools.public_facts.PublicFacts
        """
        self.ensure_one()
        name = self.address_domain
        if not self.dmarc_since:
            return self.env["mail.sender.public.facts"]._get_facts([name])[name]
        return PublicFacts(
            DomainName.parse(name),
            dmarc_texts=tuple((self.dmarc_texts or "").splitlines()),
            dmarc_at=DomainName.parse(self.dmarc_at) if self.dmarc_at else None,
        )

    def _get_alignment_text(self):
        """One translated sentence on what the proof of the domain counts for."""
        road = Road(
            DomainName.parse(self.return_path_host),
            (DomainName.parse(self.name_ascii),),
            spf_authorises=True,
        )
        if not self._is_signed():
            road = Road(DomainName.parse(self.name_ascii), spf_authorises=True)
        spf, dkim, *_more = judge(self._get_dmarc_facts().dmarc, road).reasons
        reason = dkim if self._is_signed() else spf
        return alignment_text(self.env, reason.code, reason.params)

    def _get_verdict_texts(self):
        """What receivers make of mail from here: the policy, then a line for each mode
        that the addresses of the domain use."""
        facts = self._get_dmarc_facts()
        policy = facts.dmarc
        modes = {address.mode: address._get_mode() for address in self.address_ids}
        verdicts = {
            key: judge(policy, mode.get_alignment_road(facts))
            for key, mode in modes.items()
        }
        # The third reason of a verdict is the policy, whatever the road.
        any_road = Road(DomainName.parse(self.address_domain))
        reason = judge(policy, any_road).reasons[2]
        yield alignment_text(self.env, reason.code, reason.params)
        for key, verdict in verdicts.items():
            yield self.env._(
                "%(mode)s: %(verdict)s",
                mode=modes[key].get_label(self.env),
                verdict=alignment_text(self.env, verdict.outcome, {}),
            )

    def _get_permission_texts(self, proposal):
        """What other domains have to publish before they get reports.

        :param proposal: the record that is proposed; for those that it adds nobody
            knows yet whether they did
        """
        refusals = dict(self.dmarc_refusals or [])
        for receiver, host in self._get_proposed_permissions(proposal).items():
            refusals.pop(receiver, None)
            yield self.env._(
                "%(receiver)s has to agree before it gets reports: its administrator "
                "publishes a TXT record at %(host)s with the value “%(value)s”.",
                receiver=receiver,
                host=host,
                value=PERMISSION,
            )
        for receiver, host in refusals.items():
            yield self.env._(
                "%(receiver)s gets no reports until it publishes a TXT record at "
                "%(host)s with the value “%(value)s”. Ask its administrator.",
                receiver=receiver,
                host=host,
                value=PERMISSION,
            )

    def _get_proposed_permissions(self, proposal):
        """The hosts of permissions that a proposed record needs beside those of the
        published one, by the domains that have to publish them."""
        if not proposal:
            return {}
        name = DomainName.parse(self.address_domain)
        known = set()
        if published := self._get_dmarc_facts().dmarc.record:
            known = set(needed_permissions(name, published))
        needed = needed_permissions(name, DmarcRecord.parse(proposal))
        return {
            receiver: needed[receiver] for receiver in needed if receiver not in known
        }

    def _get_passing_since(self):
        """Since when all mail that leaves from here passes, under the policy of now."""
        if not self.verified_since:
            return None
        return max(self.verified_since, self.dmarc_since)

    # --------------------------------------------------------------- checks

    def _prepare_facts(self, facts):
        vals = super()._prepare_facts(facts)
        policy = facts.policy
        if policy.status is AnswerStatus.UNKNOWN:
            return vals
        texts = "\n".join(policy.texts)
        vals["dmarc_texts"] = texts
        vals["dmarc_at"] = policy.found_at.ascii if policy.found_at else False
        if not self.dmarc_since or texts != (self.dmarc_texts or ""):
            vals["dmarc_since"] = fields.Datetime.now()
        if all(p.status is not RecordStatus.UNKNOWN for p in facts.permissions):
            vals["dmarc_refusals"] = [
                [permission.receiver, permission.host]
                for permission in facts.permissions
                if permission.status is RecordStatus.MISSING
            ]
        return vals

    def _conclude(self, grace):
        result = super()._conclude(grace)
        if self.state == "verified":
            if not self.verified_since:
                self.verified_since = self.last_check
        elif self.state != "unknown" and self.verified_since:
            self.verified_since = False
        return result
