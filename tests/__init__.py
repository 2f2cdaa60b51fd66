# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests that need no Odoo, tests of the whole system, and the peers of both."""
