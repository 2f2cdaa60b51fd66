# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.sending_limits import Departure, plan


class MailSenderDeparture(models.Model):
    """How much left, or is going to leave, from an account whose provider limits it.

    All workers count here. It names the account and no record, because a provider
    counts the account, whatever uses it.
    """

    _name = "mail.sender.departure"
    _description = "Departure of Mail"
    _order = "left_at desc, id desc"
    _rec_name = "account"

    account = fields.Char(required=True, readonly=True, index=True)
    left_at = fields.Datetime(string="Leaves At", required=True, readonly=True)
    mails = fields.Integer(required=True, readonly=True)
    is_planned = fields.Boolean(
        readonly=True,
        help="Nothing left: mail was told to try again then.",
    )

    @api.model
    def _book(self, quota, sizes, due=0, urgent=()):
        """Book when mail leaves, after what all workers booked before.

        That takes a moment in a transaction of its own, so that everybody sees it at
        once. What is not sent in the end was counted; nothing is ever sent too much.

        :param quota: the :class:`..tools.sending_limits.Quota` of the account
        :param sizes: to how many people each mail goes, the first one first
        :param due: how many of the first ones need not wait for what is planned,
            because their own turn has come
        :param urgent: the sizes of mails that leave now, whatever the limits say
        :return: for each of them when it may leave; None: now
        """
        with self.env.registry.cursor() as cr:
            # Before anything is read: a transaction sees what there is at that moment.
            cr.execute(
                SQL(
                    "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE",
                    SQL.identifier(self._table),
                )
            )
            departures = self.with_env(self.env(cr=cr)).sudo()
            now = fields.Datetime.now()
            left, planned = departures._get_booked(quota, now)
            left += [Departure(now, size) for size in urgent]
            moments = plan(quota.limits, left, sizes[:due], now)
            left += map(Departure, moments, sizes)
            moments += plan(quota.limits, left + planned, sizes[due:], now)
            departures._write_down(
                quota, [now] * len(urgent) + moments, [*urgent, *sizes], now
            )
        return [None if moment == now else moment for moment in moments]

    @api.model
    def _get_booked(self, quota, now):
        """What counts for the limits of an account: what left, and what is planned."""
        since = now - max(limit.length for limit in quota.limits)
        lines = self.search_fetch(
            [
                ("account", "=", quota.account),
                ("left_at", ">", since),
                "|",
                ("is_planned", "=", False),
                ("left_at", ">", now),
            ],
            ["left_at", "mails", "is_planned"],
        )
        left, planned = [], []
        for line in lines:
            booked = planned if line.is_planned else left
            booked.append(Departure(line.left_at, line.mails))
        return left, planned

    @api.model
    def _write_down(self, quota, moments, sizes, now):
        mails = Counter()
        for moment, size in zip(moments, sizes, strict=True):
            mails[moment] += size
        self.create(
            [
                {
                    "account": quota.account,
                    "left_at": moment,
                    "mails": number,
                    "is_planned": moment > now,
                }
                for moment, number in mails.items()
            ]
        )

    @api.autovacuum
    def _gc_departures(self):
        """Delete what no limit looks at any more."""
        limit = fields.Datetime.now() - timedelta(days=2)
        self.search([("left_at", "<", limit)]).unlink()
