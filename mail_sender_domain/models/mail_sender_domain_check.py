# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..guide_errors import guided_error
from ..notification import notification
from ..tools.dns_resolver import DnsResolver
from ..tools.domain_check import check_domains
from ..tools.domain_state import DomainState, RecordStatus, Standing, roll_up
from ..tools.expected_records import build_records, needs_dmarc
from ..tools.resolver import AnswerStatus
from .changes import write_changes

#: System parameter with the DNS servers to ask, for example "10.0.0.53, [::1]:5353".
DNS_SERVERS_PARAMETER = "mail_sender_domain.dns_servers"


class MailSenderDomain(models.Model):
    """Asks DNS about a sending domain, and what follows from the answers."""

    _inherit = "mail.sender.domain"

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

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "failing_since",
            "last_check",
            "found_spf",
            "propose_dmarc",
        }

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
            raise guided_error(
                UserError,
                self.env._(
                    "DNS cannot be asked: the system parameter %(parameter)s holds "
                    "“%(value)s”. Enter IP addresses, with a port if needed, separated "
                    "by commas, or delete the parameter to ask the name servers of "
                    "this machine.",
                    parameter=DNS_SERVERS_PARAMETER,
                    value=servers,
                ),
                guide="platform",
            ) from error

    def action_check(self):
        """Ask DNS for all records of these domains and tell what was found."""
        self.check_access("write")
        domains = self.sudo()
        checks = domains._ask_dns(self._get_resolver())
        domains._begin_check()
        domains._store_checks(checks)
        return notification(
            "success" if all(d._may_send() for d in self) else "warning",
            "\n".join(domain._get_check_summary() for domain in self),
        )

    def _begin_check(self):
        """Do what comes before a check that somebody asked for."""
        self._wait_anew()

    def _get_check_summary(self):
        """One translated sentence on what the last check found."""
        self.ensure_one()
        required = self.record_ids.filtered(lambda r: r.requirement == "required")
        right = required.filtered(lambda r: r.status == "ok")
        if self.state == "verified":
            return self.env._("%(domain)s is verified.", domain=self.name)
        return self.env._(
            "%(domain)s: %(right)s of %(total)s required records are right.",
            domain=self.name,
            right=len(right),
            total=len(required),
        )

    def _check_dns(self, resolver):
        """Ask DNS about all these domains at once, and store what follows.

        Never raises over an answer of DNS.

        :param resolver: see :class:`..tools.resolver.Resolver`
        """
        self._store_checks(self._ask_dns(resolver))

    def _ask_dns(self, resolver):
        """Ask DNS about all these domains at once. Nothing is written meanwhile, so
        that nobody waits for this transaction.

        :return: what :func:`..tools.domain_check.check_domains` gives, by id
        """
        setups = {domain.id: domain._prepare_setup() for domain in self}
        host_question = self._get_host_question()
        return dict(check_domains(setups, resolver, host_question=host_question))

    def _store_checks(self, checks):
        """Store what ``_ask_dns`` returned, and let follow what depends on it.

        :raise Exception: what one of the checks raised
        """
        domains = self.browse(checks)
        for domain in domains:
            check = checks[domain.id]
            if isinstance(check, Exception):
                raise check
            domain._store_check(check)
        domains._get_sender_addresses()._refresh_roads()
        verified = domains.filtered(lambda domain: domain.state == "verified")
        self.env["mail.sender.address"]._make_own_of_companies(
            verified.company_id | verified.shared_company_ids
        )

    def _store_check(self, check):
        """Store what a check found, and the state that it leads to.

        :param check: a :class:`..tools.domain_check.DomainCheck`
        """
        self.ensure_one()
        write_changes(self, self._prepare_facts(check.facts))
        self._sync_records()
        lines = self._get_stored_records()
        grace = self._get_grace()
        for result in check.results:
            line = lines.get(result.record.key)
            # What changed in the meantime was not checked.
            if line and line.value == result.record.value:
                line._apply_check(result, grace)
        self._turn_keys()
        self._conclude(grace)

    def _prepare_facts(self, facts):
        """What to store of what the domain publishes; no answer changes nothing.

        :param facts: a :class:`..tools.domain_check.DomainFacts`
        :return: values of the domain
        """
        vals = {}
        if facts.apex_spf is not None:
            vals["found_spf"] = "\n".join(facts.apex_spf)
        policy = facts.policy
        if policy.status is not AnswerStatus.UNKNOWN:
            vals["propose_dmarc"] = needs_dmarc(policy)
        return vals

    def _conclude(self, grace):
        """Set the state from the required records and the grace.

        :param grace: see ``_get_grace``
        """
        now = fields.Datetime.now()
        required = self.record_ids.filtered(lambda r: r.requirement == "required")
        statuses = [
            RecordStatus(line.status) for line in required if line.status != "unchecked"
        ]
        if (
            len(statuses) < len(required)
            or build_records(self._prepare_setup()).missing
        ):
            # Not all required records are known yet.
            statuses.append(RecordStatus.UNKNOWN)
        before = Standing(DomainState(self.state), self.failing_since or None)
        standing = roll_up(before, statuses, now, grace)
        write_changes(
            self,
            {
                "state": standing.state.value,
                "failing_since": standing.failing_since,
                "last_check": now,
                "next_check": self._plan_check(standing, now),
            },
        )
