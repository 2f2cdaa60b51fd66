# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import SUPERUSER_ID, api


def uninstall_hook(env):
    """Leave Odoo's mail servers as they were found: adopted ones back, ours archived.

    Without this addon a server would be open to every company.
    """
    env = api.Environment(env.cr, SUPERUSER_ID, {})
    servers = env["ir.mail_server"].with_context(active_test=False)
    servers.search([("sender_adopted_values", "!=", False)])._give_back()
    env["mail.sender.address"].with_context(active_test=False).search(
        [("mail_server_id", "!=", False)]
    ).mail_server_id = False
    env["mail.sender.domain"].search(
        [("mail_server_id", "!=", False)]
    ).mail_server_id = False
    servers.search([("sender_company_id", "!=", False)]).active = False
