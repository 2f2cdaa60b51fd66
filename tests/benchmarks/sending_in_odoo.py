# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A program: Odoo sends mail, and tells what that took; see ``bench_sending.py``.

usage: python sending_in_odoo.py CONFIGURATION PORT SETTING

Mail goes to the SMTP server at PORT. Prints ``rounds``, way of sending -> one a round:
measure -> value a mail, and how many mails were ``sent``, as JSON.
"""

import json
import sys
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

#: Mails of the round that fills Odoo's caches and does not count.
WARMING = 20


def main(configuration: str, port: str, setting: str) -> None:
    """Send."""
    config.parse_config(["-c", configuration])
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        make_server(env, int(port))
        if setting == "sender":
            make_sender(env)
        env = env(user=env.ref("base.user_admin"), context={"lang": "en_US"})
        # How to send, how many mails a round, and how many rounds.
        ways = {"single": (post_messages, 20, 3), "queue": (send_queue, 1000, 1)}
        rounds = {way: measure(env, *parts) for way, parts in ways.items()}
    sent = sum(WARMING + count * times for _send, count, times in ways.values())
    print(json.dumps({"rounds": rounds, "sent": sent}))


def measure(
    env: api.Environment, send, count: int, times: int
) -> list[dict[str, float]]:
    """Send so many mails so many times, after a few that fill Odoo's caches."""
    rounds = []
    for size in (WARMING, *[count] * times):
        partners = make_partners(env, size)
        env.cr.commit()
        env.invalidate_all()
        queries, cpu = sql_db.sql_counter, time.process_time()
        send(partners)
        rounds.append(
            {
                "ms": (time.process_time() - cpu) / size * 1000,
                "queries": (sql_db.sql_counter - queries) / size,
            }
        )
    return rounds[1:]


# -------------------------------------------------------------------- preparing


def make_server(env: api.Environment, port: int) -> None:
    """Let all mail go to the receiver."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "receiver",
            "smtp_host": "localhost",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )


def make_sender(env: api.Environment) -> None:
    """Prove a domain, make it send, and let rules have a say."""
    from odoo.addons.mail_sender_domain.tools.resolver import MemoryResolver

    dns = MemoryResolver()
    dns.set("return.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
    dns.set("return.platform.test", "MX", "10 mx.platform.test")
    env["mail.sender.platform"]._get_platform().write(
        {
            "mail_server_id": env["ir.mail_server"].search([]).id,
            "spf_addresses": "192.0.2.10",
            "return_path_target": "return.platform.test",
        }
    )
    company = env.ref("base.main_company")
    domains = env["mail.sender.domain"]
    domain = domains.create({"name": "bench.test", "company_id": company.id})
    for record in domain.record_ids:
        if record.requirement == "required":
            dns.set(record.host, record.type, record.value)
    with patch.object(type(domains), "_get_resolver", lambda self: dns):
        domain.action_check()
    office, letters, friends = env["mail.sender.address"].create(
        [
            {"name": name, "email": f"{name}@bench.test", "company_id": company.id}
            for name in ("office", "letters", "friends")
        ]
    )
    office.action_set_default()
    partners = env["ir.model"]._get("res.partner")
    env["mail.sender.rule"].create(
        [
            {
                "company_id": company.id,
                "model_ids": [Command.set(partners.ids)],
                "filter_domain": condition,
                "sender_address_id": address.id,
            }
            for address, condition in (
                (friends, "[('name', 'ilike', 'friend')]"),
                (letters, False),
            )
        ]
    )


def make_partners(env: api.Environment, count: int):
    """Make contacts that nobody has written to."""
    return env["res.partner"].create(
        [
            {
                "name": f"Customer {number}",
                "email": f"customer-{number}@example.com",
                "company_id": env.company.id,
            }
            for number in range(count)
        ]
    )


# ---------------------------------------------------------------------- sending


def post_messages(partners) -> None:
    """Write to each contact; the mail leaves once the message is committed."""
    for partner in partners:
        partner.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=partner.ids,
        )
        partner.env.cr.commit()


def send_queue(partners) -> None:
    """Put a mail about each contact into the queue, and let it send them."""
    mails = partners.env["mail.mail"].sudo()
    mails.create(
        [
            {
                "subject": f"About {partner.name}",
                "body_html": "<p>Hello</p>",
                "email_from": partners.env.user.email_formatted,
                "model": partner._name,
                "res_id": partner.id,
                "recipient_ids": [Command.link(partner.id)],
            }
            for partner in partners
        ]
    )
    partners.env.cr.commit()
    mails.process_email_queue()


if __name__ == "__main__":
    main(*sys.argv[1:])
