# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def post_init_hook(env):
    """Learn from the past what only the future would show else."""
    env["mail.alias.domain"]._find_received()


def uninstall_hook(env):
    """Leave Odoo's mail servers as they were found: adopted ones back, ours archived.

    Without this addon a server would be open to every company.
    """
    env = api.Environment(
        env.cr, SUPERUSER_ID, {"active_test": False, "lang": env.context.get("lang")}
    )
    _free_servers(env)
    servers = env["ir.mail_server"]
    servers.search([("sender_adopted_values", "!=", False)])._give_back()
    bound = servers.search([("sender_company_id", "!=", False)])
    _forget_servers(env, bound)
    bound.active = False
    env.flush_all()
    # No field goes with this column.
    env.cr.execute(
        SQL(
            "ALTER TABLE %s DROP COLUMN sender_password",
            SQL.identifier(servers._table),
        )
    )


def _free_servers(env):
    """Let go of the servers that this addon's records use, without deleting ours."""
    managed = env["ir.mail_server"].search([("is_sender_managed", "=", True)])
    managed.is_sender_managed = False
    for model in ("mail.sender.address", "mail.sender.domain", "mail.sender.platform"):
        env[model].search([("mail_server_id", "!=", False)]).mail_server_id = False


def _forget_servers(env, servers):
    """Let Odoo find another server for what asks for one that goes away.

    One waiting mail with an archived server would stop all those sent with it.
    """
    asking = [("mail_server_id", "in", servers.ids)]
    waiting = [("state", "in", ("outgoing", "held", "exception"))]
    env["mail.template"].search(asking).mail_server_id = False
    env["mail.mail"].search(asking + waiting).mail_server_id = False
