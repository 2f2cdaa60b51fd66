# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A road changes while a worker hands mail over, each with a cursor of its own."""

from unittest.mock import patch

from odoo.tests import tagged

from .worker_case import WorkerCase


@tagged("post_install", "-at_install")
class TestHandingOver(WorkerCase):
    """The mails are stored, and removed at the end."""

    model = "mail.mail"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_mails)
        with self.worker() as mails:
            values = {
                "record_company_id": mails.env.company.id,
                "sender_reason": "company_default",
                "email_to": "customer@example.com",
            }
            self.ids = mails.create([values, values]).ids
            mails.env.cr.commit()

    def remove_mails(self):
        with self.worker() as mails:
            mails.browse(self.ids).unlink()
            mails.env.cr.commit()

    def test_a_mail_that_is_handed_over_keeps_its_dress(self):
        dressed = []
        with self.worker() as sending, self.worker() as changing:
            handed_over, waiting = self.ids
            sending.browse(handed_over).lock_for_update()
            with patch.object(
                type(changing),
                "_dress_before_sending",
                lambda self: dressed.extend(self.ids),
            ):
                changing._dress_waiting(companies=changing.env.company)
        self.assertIn(waiting, dressed)
        self.assertNotIn(handed_over, dressed)
