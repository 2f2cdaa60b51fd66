# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from functools import partial

from odoo import api, models
from odoo.modules.registry import Registry

from ..guide_errors import get_guide
from ..tools.domain_check import check_domain
from ..tools.expected_records import build_records
from ..tools.live import run_live

#: Seconds that somebody waits for a check at most.
TIME_LIMIT = 60
#: Seconds without news after which a sign of life keeps the connection open.
PULSE = 5


class MailSenderDomain(models.Model):
    """A check that tells of each record while it runs."""

    _inherit = "mail.sender.domain"

    def _run_live(self):
        """Check the domain in a thread and give what is to be shown, while it happens.

        :return: iterator of dictionaries, and of None while there is no news. A record
            has the keys ``key``, ``label``, ``host``, ``status`` (``running`` or as of
            the record) and ``status_label``; the end of all has ``may_send``, ``text``
            and ``guide``
        """
        self.ensure_one()
        self.check_access("write")
        context = dict(self.env.context)
        work = partial(_work, self.env.cr.dbname, self.env.uid, context, self.id)
        late = self._prepare_end(
            self.env._(
                "DNS did not answer in %(seconds)s seconds. Try again later.",
                seconds=TIME_LIMIT,
            )
        )
        return _tell(work, late)

    def _prepare_end(self, text=""):
        """What is to be shown at the end."""
        return {
            "may_send": self._may_send(),
            "text": text or self._get_check_summary(),
            "guide": "records",
        }

    @api.model
    def _prepare_refusal(self, error):
        """What is to be shown when it did not even begin."""
        guide = get_guide(error) or "records"
        return {"may_send": False, "text": str(error), "guide": guide}

    def _prepare_progress(self):
        """Return what puts a record, and what became of it, into what is shown.

        It needs no database, as there is no transaction while DNS is asked.
        """
        selections = self.env["mail.sender.dns.record"].fields_get(
            ["purpose", "status"], ["selection"]
        )
        purposes = dict(selections["purpose"]["selection"])
        statuses = dict(selections["status"]["selection"])
        statuses["running"] = self.env._("Asking")

        def prepare(record, status="running"):
            return {
                "key": " ".join(record.key),
                "label": purposes[record.purpose],
                "host": record.host,
                "status": str(status),
                "status_label": statuses[status],
            }

        return prepare


def _tell(work, late):
    """Give all that is to be shown of one check; see ``_run_live``.

    :param work: what to do
    :param late: what is shown when it takes too long
    """
    try:
        yield from run_live(work, limit=TIME_LIMIT, pulse=PULSE)
    except TimeoutError:
        yield late


def _work(dbname, uid, context, domain_id, tell):
    """Check a domain; no transaction is open while DNS is asked.

    :param tell: called with what is to be shown
    """
    registry = Registry(dbname)
    with registry.cursor() as cr:
        env = api.Environment(cr, uid, context)
        domain = env["mail.sender.domain"].browse(domain_id).sudo()
        domain._begin_check()
        setup, resolver = domain._prepare_setup(), domain._get_resolver()
        host_question = domain._get_host_question()
        prepare = domain._prepare_progress()
        for record in build_records(setup).records:
            tell(prepare(record))
    check = check_domain(
        setup,
        resolver,
        lambda result: tell(prepare(result.record, result.status)),
        host_question=host_question,
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, uid, context)
        domain = env["mail.sender.domain"].browse(domain_id).sudo()
        # Whoever has the lock stores a check at this moment: that one is as good.
        if domain.try_lock_for_update(allow_referencing=True):
            domain._store_checks({domain.id: check})
        tell(domain._prepare_end())
