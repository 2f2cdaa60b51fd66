# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..tools.domain_check import check_domains
from ..tools.domain_state import DomainState
from ..tools.recheck import next_check

_logger = logging.getLogger(__name__)

#: How many domains the scheduler checks at once.
BATCH = 50
#: How many checks are stored together: what they read alike is read once.
STORED_TOGETHER = 10
#: When a domain is due again whose check came to no end.
CLAIM = timedelta(minutes=10)
#: How long the name servers are left alone after somebody without an account asked.
ASK_PAUSE = timedelta(seconds=30)


class MailSenderDomain(models.Model):
    """When a sending domain is checked again by itself."""

    _inherit = "mail.sender.domain"

    next_check = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the scheduler asks DNS again. Empty: not before somebody did.",
    )
    waiting_since = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="Since when DNS is expected to change. The longer ago, the longer are the "
        "pauses between two checks.",
    )

    check_asked_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When somebody last asked for a check and left it to the scheduler.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "next_check",
            "waiting_since",
            "check_asked_on",
        }

    def _ask_check(self):
        """Let the scheduler check the domain at once, unless that was done just now.

        The names that are asked follow from the domain alone.

        :return: whether it will be checked
        :raise UserError: when nobody can be asked
        """
        self.ensure_one()
        self._get_resolver()
        # Whoever has the lock asks for the same, or stores a check at this moment.
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        now = fields.Datetime.now()
        last = max(filter(None, (self.last_check, self.check_asked_on)), default=None)
        if last and last > now - ASK_PAUSE:
            return False
        self._wait_anew()
        self.write({"check_asked_on": now, "next_check": now})
        self.env.ref("mail_sender_domain.ir_cron_check_domains").sudo()._trigger()
        return True

    def _is_check_awaited(self):
        """Whether a check that somebody asked for has no result yet."""
        self.ensure_one()
        asked, last = self.check_asked_on, self.last_check
        is_open = bool(asked) and not (last and last >= asked)
        return is_open and asked > fields.Datetime.now() - CLAIM

    def _is_being_checked(self):
        """Whether the scheduler has come to the check that somebody asked for."""
        self.ensure_one()
        return self._is_check_awaited() and self.next_check > fields.Datetime.now()

    def _wait_anew(self):
        """Check again soon: somebody just looked, or there is something to publish."""
        self.waiting_since = fields.Datetime.now()

    def _plan_check(self, standing, now):
        """Tell when the domain is checked next, and let the scheduler begin then.

        :param standing: a :class:`..tools.domain_state.Standing`, from the check of now
        """
        self.ensure_one()
        since = standing.failing_since or self.waiting_since or self.create_date
        moment = next_check(self.name_ascii, standing.state, now, since)
        if standing.state is not DomainState.VERIFIED:
            cron = self.env.ref("mail_sender_domain.ir_cron_check_domains")
            cron.sudo()._trigger(at=moment)
        return moment

    @api.model
    def _get_due_domain(self):
        """What finds the domains whose check is due; a draft waits for a person."""
        return (Domain("state", "!=", "draft") & Domain("next_check", "=", False)) | (
            Domain("next_check", "<=", fields.Datetime.now())
        )

    @api.model
    def _claim_due(self):
        """Take some domains whose check is due, so that nobody else takes them.

        What nobody comes to check within ``CLAIM`` is due again.
        """
        due = self.search(self._get_due_domain(), order="next_check, id")
        try:
            with self.env.cr.savepoint():
                claimed = due.try_lock_for_update(allow_referencing=True, limit=BATCH)
                claimed.next_check = fields.Datetime.now() + CLAIM
        except psycopg2.errors.SerializationFailure:
            # Another worker took them between the search and the lock.
            return self.browse()
        return claimed

    @api.model
    def _cron_check(self):
        """Check what is due: densely while DNS has to change, else once a day."""
        resolver = self._get_resolver()
        cron = self.env["ir.cron"]
        while claimed := self._claim_due():
            claimed._check_apart(resolver)
            if not cron._commit_progress(
                remaining=self.search_count(self._get_due_domain())
            ):
                break

    def _check_apart(self, resolver):
        """Check these domains, and store some results at a time as they come.

        While DNS is asked no transaction is open, and what goes wrong with one domain
        is of no concern to the others.

        :param resolver: see :class:`..tools.resolver.Resolver`
        """
        setups = {}
        for domain in self:
            with domain._reporting_failure():
                setups[domain.id] = domain._prepare_setup()
        host_question = self._get_host_question()
        cron = self.env["ir.cron"]
        cron._commit_progress()
        checks = check_domains(setups, resolver, host_question=host_question)
        for some in split_every(STORED_TOGETHER, checks):
            self._store_apart(dict(some))
            cron._commit_progress(len(some))

    def _store_apart(self, checks):
        """Store checks together; where that fails each by itself, so that what goes
        wrong with one domain is of no concern to the others.

        :param checks: as ``_ask_dns`` returns them
        """
        # Whoever has a lock checks or changes the domain at this moment.
        domains = self.browse(checks).try_lock_for_update(allow_referencing=True)
        checks = {domain.id: checks[domain.id] for domain in domains}
        try:
            with self.env.cr.savepoint():
                self._store_checks(checks)
        except Exception:
            for domain_id, check in checks.items():
                with (
                    self.browse(domain_id)._reporting_failure(),
                    self.env.cr.savepoint(),
                ):
                    self._store_checks({domain_id: check})

    @contextmanager
    def _reporting_failure(self):
        """Log what is raised, and go on."""
        try:
            yield
        except Exception:
            _logger.exception("The check of the sending domain %s failed", self.id)
