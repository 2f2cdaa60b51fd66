# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import public_facts
from ..tools.domain_name import DomainName

#: How old facts may get, a little less than a day.
MAX_AGE = timedelta(hours=23)


class MailSenderPublicFacts(models.Model):
    """What everybody can learn from DNS about the mail of one domain.

    Kept for each domain of a sender address, also for those that nobody proves here,
    so that a verdict on its mail needs no network.
    """

    _name = "mail.sender.public.facts"
    _description = "Public Facts of a Mail Domain"
    _rec_name = "domain"

    _unique_domain = models.Constraint("UNIQUE(domain)", "A domain has its facts once.")

    domain = fields.Char(required=True, readonly=True)
    facts = fields.Json(readonly=True)
    checked_at = fields.Datetime(readonly=True)

    @api.model
    def _get_facts(self, names):
        """What is known of these domains; nothing of one that was never asked about.

        :param names: domains in A-labels
        :return: dictionary of name -> :class:`..tools.public_facts.PublicFacts`
        """
        stored = {
            line.domain: line.facts
            for line in self.sudo().search([("domain", "in", list(names))])
            if line.facts
        }
        return {
            name: public_facts.PublicFacts.from_json(stored[name])
            if name in stored
            else public_facts.PublicFacts(DomainName.parse(name))
            for name in names
        }

    @api.model
    def _queue(self, names):
        """Let the scheduler learn about domains that nothing is known of."""
        known = set(
            self.sudo().search([("domain", "in", list(names))]).mapped("domain")
        )
        if new := sorted(set(names) - known):
            self.sudo().create([{"domain": name} for name in new])
            self.env.ref("mail_sender_domain.ir_cron_learn_facts").sudo()._trigger()

    @api.model
    def _cron_learn(self):
        """Ask DNS about domains that are new, or were not asked about for a day."""
        limit = fields.Datetime.now() - MAX_AGE
        due = self.search(
            Domain("checked_at", "=", False) | Domain("checked_at", "<=", limit)
        )
        resolver = self.env["mail.sender.domain"]._get_resolver()
        for line in due:
            line._learn(resolver)
            self.env["ir.cron"]._commit_progress(1)

    def _learn(self, resolver):
        """Ask DNS now; what got no answer stays as it was known.

        :param resolver: see :class:`..tools.resolver.Resolver`
        """
        self.ensure_one()
        learnt = public_facts.learn(resolver, DomainName.parse(self.domain)).to_json()
        self.write(
            {
                "facts": self._keep_known(self.facts or {}, learnt),
                "checked_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _keep_known(self, known, learnt):
        """Fill what got no answer from what was known; so in a dictionary within."""
        return {
            key: known.get(key)
            if value is None
            else self._keep_known(known.get(key) or {}, value)
            if isinstance(value, dict)
            else value
            for key, value in learnt.items()
        }
