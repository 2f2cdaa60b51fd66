# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of ``mail_sender_oauth/providers`` with real counterparts, without Odoo."""
