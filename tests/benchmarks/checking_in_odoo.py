# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A program: Odoo's scheduler checks sending domains; see ``bench_domain_checks.py``.

usage: python checking_in_odoo.py CONFIGURATION PORT COUNT

Prints the records that the domains need, waits for a line that says that the DNS server
at PORT has them, and prints ``rounds``: what -> seconds a round; both as JSON.
"""

import json
import sys
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = 3
LOOPBACK = "127.0.0.1"


def main(configuration: str, port: str, count: str) -> None:
    """Check."""
    config.parse_config(["-c", configuration])
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        domains = make_domains(env, int(count))
        env.cr.commit()
        records = [
            (record.host, record.type, record.value)
            for record in domains.record_ids
            if record.requirement == "required"
        ]
        print(json.dumps(records), flush=True)
        sys.stdin.readline()
        print(json.dumps(measure(domains, int(port))), flush=True)


def make_domains(env: api.Environment, count: int):
    """Make domains that send through the platform."""
    server = env["ir.mail_server"].create(
        {"name": "platform", "smtp_host": "localhost"}
    )
    env["mail.sender.platform"]._get_platform().write(
        {
            "mail_server_id": server.id,
            "spf_include": "spf.platform.test",
            "return_path_target": "return.platform.test",
        }
    )
    company = env.ref("base.main_company")
    return env["mail.sender.domain"].create(
        [
            {"name": f"acme{number}.test", "company_id": company.id}
            for number in range(count)
        ]
    )


def measure(domains, port: int) -> dict[str, list[float]]:
    """Let the scheduler check all some times, and ask alone as many times."""
    from odoo.addons.mail_sender_domain.tools.dns_resolver import DnsResolver
    from odoo.addons.mail_sender_domain.tools.domain_check import check_domains

    def get_resolver(_domains=None):
        return DnsResolver([LOOPBACK], port, may_ask=lambda address: True)

    rounds: dict[str, list[float]] = {"asked and stored": [], "asked": []}
    domains.write({"state": "pending"})
    with patch.object(type(domains), "_get_resolver", get_resolver):
        for _round in range(ROUNDS + 1):
            domains.next_check = False
            domains.env.cr.commit()
            started = time.perf_counter()
            domains._cron_check()
            rounds["asked and stored"].append(time.perf_counter() - started)
            setups = {domain.id: domain._prepare_setup() for domain in domains}
            domains.env.cr.commit()
            started = time.perf_counter()
            list(check_domains(setups, get_resolver()))
            rounds["asked"].append(time.perf_counter() - started)
    domains.invalidate_recordset()
    assert set(domains.mapped("state")) == {"verified"}, domains.mapped("state")
    # The first round finds what is new, and fills the caches.
    return {what: seconds[1:] for what, seconds in rounds.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
