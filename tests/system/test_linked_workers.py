# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Eight workers send at once from one mailbox whose access has ended.

They are processes and commit, which Odoo's own tests cannot do.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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

#: Seconds that the workers take at most.
PATIENCE = 180.0


@dataclass(frozen=True)
class Google:
    """A Google that runs here, where somebody gave a permission.

    :ivar idp: who people log in at
    :ivar provider: Google, asked by ourselves
    :ivar grant: the permission
    :ivar mails: lists what left, by transport
    """

    idp: OpenIdProvider
    provider: GoogleProvider
    grant: Grant
    mails: dict[str, list]

    def recipients(self, transport: str) -> list[str]:
        """Everybody who received a mail, as many times as that happened."""
        mails = self.mails[transport]
        return sorted(address for mail in mails for address in mail.recipients)


@contextmanager
def sending(transport: str, limits: tuple[int, ...] = ()) -> Iterator:
    """Let the workers send; give Google, and what the workers print.

    :param limits: how many mails Google takes a day
    """
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
        provider = GoogleProvider(
            **APPLICATION,
            endpoints=Endpoints(**endpoints),
            http=HttpClient(session),
        )
        begun = provider.start([Purpose(transport)], REDIRECT_URI, ANN)
        grant = provider.finish(begun.flow, idp.log_in(begun.url, ANN))
        facts = {
            "application": APPLICATION,
            "authority": authority_path,
            "endpoints": endpoints,
            "grant": grant.to_json(),
            "limits": limits,
            "smtp_port": submission.port,
            "transport": transport,
        }
        mails = {"api": gmail.mails, "smtp": receiver.mails}
        google = Google(idp, provider, grant, mails)
        yield google, run_workers(facts, submission_path)


NUMBER = linked_workers.WORKERS * linked_workers.MAILS


@pytest.mark.parametrize("transport", ["api", "smtp"])
def test_one_worker_refreshes_and_all_of_them_send(transport):
    with sending(transport) as (google, result):
        assert result["states"] == ["sent"] * NUMBER
        assert google.recipients(transport) == sorted(
            f"customer-{index}@example.com" for index in range(NUMBER)
        )
        # The second one was asked for at the end, by one that was undone.
        assert google.idp.issued("refresh_token") == 2
        # Each permission that replaced another was kept: the provider takes the last.
        kept = [Grant.from_json(result[name]) for name in ("grant", "kept")]
        assert len({grant.secret for grant in (google.grant, *kept)}) == 3
        google.provider.refresh(kept[-1], Purpose(transport))


def test_all_workers_together_send_no_more_than_the_provider_takes():
    with sending("api", limits=(12,)) as (google, result):
        assert sorted(result["states"]) == ["held"] * (NUMBER - 12) + ["sent"] * 12
        received = google.recipients("api")
        assert len(received) == len(set(received)) == 12


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
