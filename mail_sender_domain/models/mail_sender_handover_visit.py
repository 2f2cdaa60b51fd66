# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import hmac
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.network_place import address_block

#: Longer than any period that visits are counted in.
KEPT = timedelta(days=1)


class Limit(NamedTuple):
    """How often something may be done by one visitor."""

    count: int
    period: timedelta


LIMITS = {
    "open": Limit(60, timedelta(minutes=1)),
    "file": Limit(20, timedelta(minutes=1)),
    # Printing costs a second.
    "pdf": Limit(5, timedelta(minutes=1)),
    "check": Limit(60, timedelta(hours=1)),
    "note": Limit(10, timedelta(hours=1)),
    # Of one network address, with links that cannot be opened.
    "wrong": Limit(30, timedelta(minutes=1)),
}


class MailSenderHandoverVisit(models.Model):
    """That a link was used once: counted, so that nobody uses it too often.

    Who has a link that can be opened is counted by the link, and everybody else by
    network address: so nobody can use up what others have.
    """

    _name = "mail.sender.handover.visit"
    _description = "Use of a Link to Records"
    _log_access = False

    _recent = models.Index("(handover_id, visitor, kind, visit_date)")

    handover_id = fields.Many2one("mail.sender.handover", ondelete="cascade")
    visitor = fields.Char(help="Digest of a network address, where there is no link.")
    kind = fields.Char(required=True)
    visit_date = fields.Datetime(required=True)

    @api.model
    def _take(self, kind, handover=None, visitor=False):
        """Count one visit, unless there were too many.

        That takes a moment in a transaction of its own, in which nobody else counts.
        What is refused is not written.

        :param kind: key of :data:`LIMITS`
        :param handover: the link that was used, if it can be opened
        :param visitor: who came without one
        :return: after how many seconds to come again; 0: it may go on
        """
        limit = LIMITS[kind]
        with self.env.registry.cursor() as cr:
            # Before anything is read: a transaction sees what there is at that moment.
            cr.execute(
                SQL(
                    "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE",
                    SQL.identifier(self._table),
                )
            )
            visits = self.with_env(self.env(cr=cr)).sudo()
            now = fields.Datetime.now()
            who = {
                "handover_id": handover.id if handover else False,
                "visitor": visitor,
                "kind": kind,
            }
            recent = visits.search_fetch(
                [
                    *((name, "=", value) for name, value in who.items()),
                    ("visit_date", ">", now - limit.period),
                ],
                ["visit_date"],
                order="visit_date desc, id desc",
                limit=limit.count,
            )
            if len(recent) == limit.count:
                wait = recent[-1].visit_date + limit.period - now
                return max(1, int(wait.total_seconds()))
            visits.create({**who, "visit_date": now})
            if handover:
                handover.with_env(visits.env)._note_opening(now)
        return 0

    @api.model
    def _take_wrong(self, address):
        """Count one visit with a link that cannot be opened; see ``_take``.

        :param address: of the network, where the visitor comes from
        """
        text = address_block(address or "")
        key = self.env["mail.sender.handover"]._get_signing_key()
        digest = hmac.digest(key, f"visitor {text}".encode(), "sha256")
        return self._take("wrong", visitor=digest.hex())

    @api.autovacuum
    def _gc_old(self):
        """Delete what is no longer counted."""
        self.search([("visit_date", "<", fields.Datetime.now() - KEPT)]).unlink()
