# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many requests at once for the page with the records of a domain.

They are real ones, and their transactions too, so that workers get in each other's way.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from unittest.mock import patch

import requests

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import HOST, BaseCase, get_db_name, tagged
from odoo.tools import config, mute_logger

from odoo.addons.mail_sender_domain.models.mail_sender_handover_visit import (
    LIMITS,
    Limit,
)

NAME = "rush.test"
THREADS = 8
REQUESTS = 1000
FEW = Limit(40, timedelta(hours=1))


@tagged("post_install", "-at_install")
class TestHandoverRush(BaseCase):
    """A reader and a stranger send all that they can from one network address."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean_up)
        self.enterContext(patch.dict(LIMITS, dict.fromkeys(LIMITS, FEW)))
        # Style sheets are made once, by whoever comes first.
        self.enterContext(mute_logger("odoo.addons.base.models.ir_attachment"))
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            domain = env["mail.sender.domain"].create({"name": NAME})
            _handover, link = env["mail.sender.handover"]._give(
                domain, timedelta(days=1)
            )
        self.right = f"/mail-sender/records/{link.rpartition('/')[2]}"
        self.wrong = f"{self.right[:-1]}1"

    def clean_up(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["mail.sender.domain"].search([("name", "=", NAME)]).unlink()
            env["mail.sender.handover.visit"].search(
                [("visitor", "!=", False)]
            ).unlink()

    def open(self, path):
        """Open a page as somebody who never was here; return the response."""
        return requests.get(
            f"http://{HOST}:{config['http_port']}{path}",
            headers={"X-Odoo-Database": get_db_name()},
            timeout=60,
        )

    def test_a_thousand_requests_in_a_minute(self):
        paths = [self.right, self.wrong] * (REQUESTS // 2)
        started = monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            responses = list(pool.map(self.open, paths))
        elapsed = monotonic() - started
        statuses = Counter(
            (path == self.right, response.status_code)
            for path, response in zip(paths, responses, strict=True)
        )
        refused = REQUESTS // 2 - FEW.count
        self.assertEqual(
            statuses,
            {
                (True, 200): FEW.count,
                (True, 429): refused,
                (False, 404): FEW.count,
                (False, 429): refused,
            },
        )
        self.assertLess(elapsed, 60)
        for response in responses:
            if response.status_code == 429:
                self.assertGreater(int(response.headers["Retry-After"]), 3000)
                self.assertIn("One moment, please", response.text)
                self.assertNotIn(NAME, response.text)
