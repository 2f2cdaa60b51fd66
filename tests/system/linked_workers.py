# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers of an Odoo that all send at once from one linked mailbox.

A program of its own, as Odoo's server is: it takes odoo.conf and facts as JSON, makes
what is to be sent, forks as many workers as Odoo would, and prints what became of it.
"""

import json
import multiprocessing
import sys

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

#: How many workers, and how many mails each of them sends.
WORKERS = 8
MAILS = 5


def main(configuration: str, facts: dict) -> None:
    """Send, and print the permission and the states of the mails."""
    config.parse_config(["-c", configuration])
    registry = Registry("odoo")
    point_at(facts)
    with registry.cursor() as cr:
        mails = make_mails(api.Environment(cr, SUPERUSER_ID, {}), facts)
    # A worker has connections of its own.
    sql_db.close_all()
    processes = multiprocessing.get_context("fork")
    together = processes.Barrier(WORKERS)
    workers = [
        processes.Process(target=send, args=(registry, mails[index::WORKERS], together))
        for index in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        states = env["mail.mail"].browse(mails).mapped("state")
        grant = read_grant(env)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        refresh_in_vain(env, facts["transport"])
        cr.rollback()
        kept = read_grant(env)
    print(json.dumps({"grant": grant, "kept": kept, "states": states}))


def read_grant(env) -> str:
    """Return the stored permission."""
    return env["mail.sender.connection"].search([])._read_grant__().to_json()


def refresh_in_vain(env, transport: str) -> None:
    """Ask for another access in a transaction that comes to nothing."""
    from odoo.addons.mail_sender_oauth.providers.base import Purpose

    connection = env["mail.sender.connection"].search([])
    purpose = Purpose(transport)
    access = connection._get_access(purpose)
    connection._get_access(purpose, rejected=access.token)


def point_at(facts: dict) -> None:
    """Let the provider answer where the facts say, and take as much as they say."""
    import requests

    from odoo.addons.mail_sender_domain.tools import sending_limits
    from odoo.addons.mail_sender_domain.tools.sending_limits import (
        Limit,
        ProviderLimits,
    )
    from odoo.addons.mail_sender_oauth.models import mail_sender_oauth_application
    from odoo.addons.mail_sender_oauth.providers.base import SmtpServer
    from odoo.addons.mail_sender_oauth.providers.google import Endpoints
    from odoo.addons.mail_sender_oauth.providers.http_client import HttpClient
    from odoo.addons.mail_sender_oauth.providers.microsoft import Cloud

    smtp = SmtpServer("localhost", facts["smtp_port"])
    places = {
        "google": lambda **given: Endpoints(**given, smtp=smtp),
        "microsoft": lambda **given: Cloud(**given, smtp=smtp, smtp_personal=smtp),
    }[facts["provider"]](**facts["places"])

    def get_http_client(_applications) -> HttpClient:
        session = requests.Session()
        session.verify, session.trust_env = facts["authority"], False
        return HttpClient(session)

    limits = tuple(
        ProviderLimits("Test", ("localhost",), (), (Limit(mails, 86_400),), "", "")
        for mails in facts["limits"]
    )
    sending_limits.known_limits = lambda: limits
    kind = mail_sender_oauth_application.MailSenderOauthApplication
    kind._get_google_endpoints = kind._get_microsoft_cloud = lambda _self: places
    kind._get_http_client = get_http_client


def make_mails(env, facts: dict) -> list[int]:
    """Link the mailbox, whose access has ended, and write the mails."""
    from odoo.addons.mail_sender_oauth.providers.base import Grant

    application = env.ref(f"mail_sender_oauth.application_{facts['provider']}")
    application.write(facts["application"])
    grant = Grant.from_json(facts["grant"])
    company = env["res.company"].browse(1)
    connection = env["mail.sender.connection"].create(
        {
            "provider": facts["provider"],
            "login_email": grant.account,
            "company_id": company.id,
            "transport": facts["transport"],
        }
    )
    connection._link(application, grant)
    ended = {"token": "ended", "expires_at": "2001-01-01T00:00:00"}
    purpose = facts["transport"]
    connection._write_secrets__({f"access.{purpose}": ended})
    address = env["mail.sender.address"].create(
        {
            "name": "Acme",
            "email": grant.account,
            "company_id": company.id,
            "mode": {"google": "gmail", "microsoft": "outlook"}[facts["provider"]],
            "connection_id": connection.id,
        }
    )
    address.action_set_default()
    mails = env["mail.mail"].create(
        [
            {
                "subject": f"Invoice {index}",
                "body_html": "<p>hello</p>",
                "email_to": f"customer-{index}@example.com",
                "auto_delete": False,
            }
            for index in range(WORKERS * MAILS)
        ]
    )
    return mails.ids


def send(registry: Registry, mails: list[int], together) -> None:
    """Be one worker."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        together.wait()
        env["mail.mail"].browse(mails).send(auto_commit=True)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
