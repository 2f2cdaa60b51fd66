# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several workers check sending domains at the same time, each with its own cursor."""

from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_domain.tools.resolver import (
    Answer,
    AnswerStatus,
    MemoryResolver,
)

from .worker_case import WorkerCase

NAMES = [f"worker{number}.test" for number in range(4)]


@tagged("post_install", "-at_install")
class TestCheckWorkers(WorkerCase):
    """The domains are stored, and removed at the end."""

    model = "mail.sender.domain"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_domains)
        with self.worker() as domains:
            made = domains.create([{"name": name} for name in NAMES])
            made.write(
                {
                    "state": "pending",
                    "next_check": fields.Datetime.now() - timedelta(hours=1),
                }
            )
            address = domains.env["mail.sender.address"].create(
                {"name": "Worker", "email": f"info@{NAMES[0]}", "mode": "domain"}
            )
            setup = domains.env["mail.sender.setup"].create(
                {
                    "email": address.email,
                    "mode": "domain",
                    "address_id": address.id,
                    "step": "check",
                }
            )
            domains.env.cr.commit()
            self.ids = made.ids
            self.setup_id = setup.id

    def remove_domains(self):
        with self.worker() as domains:
            domains.env["mail.sender.setup"].search(
                [("email", "=", f"info@{NAMES[0]}")]
            ).unlink()
            found = domains.search([("name", "in", NAMES)])
            found.address_ids.unlink()
            found.unlink()
            domains.env.cr.commit()

    def claim(self, domains):
        """The domains of this test that a worker claims."""
        claimed = domains._claim_due()
        return set(claimed.ids) & set(self.ids)

    def test_two_workers_never_claim_the_same_domain(self):
        with self.worker() as first, self.worker() as second:
            self.assertEqual(self.claim(first), set(self.ids))
            self.assertFalse(self.claim(second), "they are locked")
            first.env.cr.commit()
            second.env.cr.rollback()
            self.assertFalse(self.claim(second), "they are not due any more")

    def test_a_domain_that_somebody_changes_is_left_for_later(self):
        with self.worker() as first, self.worker() as second:
            busy, *others = first.browse(self.ids)
            busy.try_lock_for_update()
            self.assertEqual(self.claim(second), {other.id for other in others})

    @mute_logger("odoo.sql_db")  # the database says that it is too late
    def test_what_was_taken_between_search_and_lock_is_left(self):
        with self.worker() as first, self.worker() as second:
            second.search_count([])  # its transaction sees the domains as they are
            self.claim(first)
            first.env.cr.commit()
            self.assertFalse(self.claim(second))

    def test_parallel_presses_make_one_check(self):
        """Of the button on the page that anybody may open who has its link."""
        with self.worker() as first, self.worker() as second:
            domain_id = self.ids[0]
            self.assertTrue(first.browse(domain_id)._ask_check())
            self.assertFalse(second.browse(domain_id)._ask_check(), "it is locked")
            first.env.cr.commit()
            second.env.cr.rollback()
            self.assertFalse(second.browse(domain_id)._ask_check(), "just asked for")

    def check_by_scheduler(self, domains):
        domains._check_apart(domains._get_resolver())

    def check_by_button(self, domains):
        domains.action_check()

    def check_live(self, domains):
        for domain in domains:
            list(domain._run_live())

    def check_by_setup(self, domains):
        domains.env["mail.sender.setup"].browse(self.setup_id).action_next()

    def test_others_write_while_dns_is_asked(self):
        """No row is locked meanwhile, whoever asks."""
        for check in (
            self.check_by_scheduler,
            self.check_by_button,
            self.check_live,
            self.check_by_setup,
        ):
            with self.subTest(check.__name__), self.worker() as domains:
                written = []
                resolver = MemoryResolver()
                resolver.resolve_many = partial(self.write_meanwhile, written)
                with patch.object(
                    type(domains), "_get_resolver", lambda _domains, it=resolver: it
                ):
                    check(domains.browse(self.ids[0]))
                self.assertEqual(written, [self.ids[0]])

    def write_meanwhile(self, written, questions):
        """Be a worker that changes all there is while another one asks about it."""
        if not written:
            with self.worker() as others:
                others.env.cr.execute("SET LOCAL lock_timeout = '5s'")
                others.env.cr.execute(
                    "UPDATE mail_sender_address SET write_date = now()"
                    " WHERE domain_id = %s",
                    [self.ids[0]],
                )
                others.env.cr.execute(
                    "UPDATE mail_sender_setup SET write_date = now() WHERE id = %s",
                    [self.setup_id],
                )
                others.env.cr.execute(
                    "UPDATE mail_sender_domain SET write_date = now() WHERE id = %s"
                    " RETURNING id",
                    [self.ids[0]],
                )
                written += [row[0] for row in others.env.cr.fetchall()]
        return {
            question: Answer(*question, AnswerStatus.NO_NAME) for question in questions
        }

    def test_what_nobody_came_to_check_is_due_again(self):
        with self.worker() as domains:
            self.claim(domains)
            later = domains.browse(self.ids).mapped("next_check")
            self.assertEqual(len(set(later)), 1)
            self.assertGreater(later[0], fields.Datetime.now())
            self.assertLess(later[0], fields.Datetime.now() + timedelta(hours=1))
