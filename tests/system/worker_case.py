# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several workers at the same time, each with a cursor of its own."""

from contextlib import ExitStack, contextmanager

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name


class WorkerCase(BaseCase):
    """Locks only show between transactions that are real: what tests store stays.

    :cvar model: what the workers work on
    """

    model = ""

    @contextmanager
    def worker(self):
        """Give the records as one worker sees them; undone at the end."""
        with ExitStack() as stack:
            cr = stack.enter_context(db_connect(get_db_name()).cursor())
            stack.callback(cr.rollback)
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env[self.model]
