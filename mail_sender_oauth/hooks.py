# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import SUPERUSER_ID, api

from odoo.addons.mail_sender_domain.hooks import _forget_servers
from odoo.addons.mail_sender_domain.modes import SmtpMailboxMode

from .modes import MODE_PROVIDERS


def uninstall_hook(env):
    """Leave nothing that only this addon understands; mail of its addresses waits."""
    env = api.Environment(
        env.cr, SUPERUSER_ID, {"active_test": False, "lang": env.context.get("lang")}
    )
    connections = env["mail.sender.connection"].search([])
    connections._give_back_later()
    # Odoo deletes our applications before the mailboxes that use them.
    connections.application_id = False
    _archive_servers(env, connections)
    addresses = env["mail.sender.address"]
    for address in addresses.search([("mode", "in", list(MODE_PROVIDERS))]):
        # What was proven is blocked now, and the policy of the company decides.
        proven = address._was_proven() and address.email_normalized
        address.write(
            {"mode": SmtpMailboxMode.key, "mailbox_proven_email": proven or False}
        )


def _archive_servers(env, connections):
    """Archive the servers of linked mailboxes, as a kind that Odoo knows."""
    servers = connections.mail_server_id
    connections.mail_server_id = False
    _forget_servers(env, servers)
    servers.write({"smtp_authentication": "login", "is_sender_managed": False})
    servers.active = False
