# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Eight workers send at once from one mailbox whose access has ended.

They are processes and commit, which Odoo's own tests cannot do.
"""

import json
import subprocess
import sys

import pytest
import trustme
from providers.base import Grant, Purpose
from providers.google import Endpoints, GoogleProvider
from providers.http_client import HttpClient
from workshop import folders, odoo_server, postgres, processes, snapshots

from tests.peers.dovecot import Dovecot
from tests.peers.https_server import trusting_session
from tests.peers.mail_apis import GmailServer
from tests.peers.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    OpenIdProvider,
)
from tests.peers.smtp_receiver import SmtpReceiver

from . import linked_workers

ANN = "ann@acme.test"
APPLICATION = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

#: Seconds that all of it takes at most.
PATIENCE = 180.0


@pytest.mark.parametrize("transport", ["api", "smtp"])
def test_one_worker_refreshes_and_all_of_them_send(transport):
    authority = trustme.CA()
    with (
        GmailServer(authority) as gmail,
        OpenIdProvider(authority, gmail.url) as idp,
        SmtpReceiver() as receiver,
        Dovecot(idp, receiver) as submission,
        trusting_session(authority) as session,
        authority.cert_pem.tempfile() as authority_path,
        submission.authority.cert_pem.tempfile() as submission_path,
    ):
        gmail.introspect = idp.introspect
        endpoints = {
            "authorization": f"{idp.url}/authorize",
            "token": f"{idp.url}/token",
            "revocation": f"{idp.url}/revoke",
            "userinfo": f"{idp.url}/userinfo",
            "gmail": gmail.url,
        }
        google = GoogleProvider(
            **APPLICATION,
            endpoints=Endpoints(**endpoints),
            http=HttpClient(session),
        )
        begun = google.start([Purpose(transport)], REDIRECT_URI, ANN)
        grant = google.finish(begun.flow, idp.log_in(begun.url, ANN))
        before = idp.issued("refresh_token")

        result = run_workers(
            {
                "application": APPLICATION,
                "authority": authority_path,
                "endpoints": endpoints,
                "grant": grant.to_json(),
                "smtp_port": submission.port,
                "transport": transport,
            },
            submission_path,
        )

        number = linked_workers.WORKERS * linked_workers.MAILS
        assert result["states"] == ["sent"] * number
        # The second one was asked for at the end, by one that was undone.
        assert idp.issued("refresh_token") == before + 2
        mails = gmail.mails if transport == "api" else receiver.mails
        recipients = sorted(address for mail in mails for address in mail.recipients)
        assert recipients == sorted(
            f"customer-{index}@example.com" for index in range(number)
        )
        # Each permission that replaced another was kept: the provider takes the last.
        secrets = {
            grant.secret,
            Grant.from_json(result["grant"]).secret,
            Grant.from_json(result["kept"]).secret,
        }
        assert len(secrets) == 3
        google.refresh(Grant.from_json(result["kept"]), Purpose(transport))


def run_workers(facts: dict, submission_path: str) -> dict:
    """Run the workers on a database of their own; return what they print."""
    with folders.run_folder() as run:
        programs = postgres.provide()
        with snapshots.running_copy(programs, run) as cluster:
            log = folders.LOGS / "odoo-linked-workers.log"
            log.unlink(missing_ok=True)
            configuration = odoo_server.write_configuration(run, cluster, logfile=log)
            environment = processes.clean_environment(
                {
                    "PYTHONPATH": str(folders.CHECKOUT),
                    "SSL_CERT_FILE": submission_path,
                }
            )
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "tests.system.linked_workers"),
                    *(str(configuration), json.dumps(facts)),
                ],
                capture_output=True,
                check=False,
                cwd=folders.CHECKOUT,
                env=environment,
                text=True,
                timeout=PATIENCE,
            )
            assert not done.returncode, done.stderr + log.read_text()
            return json.loads(done.stdout.splitlines()[-1])
