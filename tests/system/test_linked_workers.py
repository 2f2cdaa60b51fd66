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
from providers.base import Grant, Provider, Purpose
from providers.google import Endpoints, GoogleProvider
from providers.http_client import HttpClient
from providers.microsoft import Cloud, MicrosoftProvider
from workshop import folders, odoo_server, postgres, processes, snapshots

from tests.peers.dovecot import Dovecot
from tests.peers.https_server import trusting_session
from tests.peers.mail_apis import GmailServer, GraphServer
from tests.peers.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    TENANT,
    OpenIdProvider,
)
from tests.peers.smtp_receiver import SmtpReceiver

from . import linked_workers

ANN = "ann@acme.test"
APPLICATION = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

#: Seconds that the workers take at most.
PATIENCE = 180.0


@dataclass(frozen=True)
class Linked:
    """A provider that runs here, where somebody gave a permission.

    :ivar idp: who people log in at
    :ivar provider: the provider, asked by ourselves
    :ivar grant: the permission
    :ivar mails: lists what left, by transport
    """

    idp: OpenIdProvider
    provider: Provider
    grant: Grant
    mails: dict[str, list]

    def recipients(self, transport: str) -> list[str]:
        """Everybody who received a mail, as many times as that happened."""
        mails = self.mails[transport]
        return sorted(address for mail in mails for address in mail.recipients)


def make_google(url: str, api_url: str, http: HttpClient) -> tuple[Provider, dict]:
    """Google with its logins at this address, and where it is."""
    places = {
        "authorization": f"{url}/authorize",
        "token": f"{url}/token",
        "revocation": f"{url}/revoke",
        "userinfo": f"{url}/userinfo",
        "gmail": api_url,
    }
    return GoogleProvider(
        **APPLICATION, endpoints=Endpoints(**places), http=http
    ), places


def make_microsoft(url: str, api_url: str, http: HttpClient) -> tuple[Provider, dict]:
    """Microsoft with its logins at this address, and where it is."""
    places = {"login": url, "graph": api_url}
    cloud = Cloud(**places)
    return MicrosoftProvider(
        **APPLICATION, tenant=TENANT, cloud=cloud, http=http
    ), places


@contextmanager
def sending(
    transport: str, limits: tuple[int, ...] = (), name: str = "google"
) -> Iterator:
    """Let the workers send; give the provider, and what the workers print.

    :param limits: how many mails it takes a day
    :param name: of the provider
    """
    authority = trustme.CA()
    api_server, make_provider = {
        "google": (GmailServer, make_google),
        "microsoft": (GraphServer, make_microsoft),
    }[name]
    with (
        api_server(authority) as api,
        OpenIdProvider(authority, api.url) as idp,
        SmtpReceiver() as receiver,
        Dovecot(idp, receiver) as submission,
        trusting_session(authority) as session,
        authority.cert_pem.tempfile() as authority_path,
        submission.authority.cert_pem.tempfile() as submission_path,
    ):
        api.introspect = idp.introspect
        provider, places = make_provider(idp.url, api.url, HttpClient(session))
        begun = provider.start([Purpose(transport)], REDIRECT_URI, ANN)
        grant = provider.finish(begun.flow, idp.log_in(begun.url, ANN))
        facts = {
            "application": APPLICATION | {"tenant": TENANT},
            "authority": authority_path,
            "grant": grant.to_json(),
            "limits": limits,
            "places": places,
            "provider": name,
            "smtp_port": submission.port,
            "transport": transport,
        }
        mails = {"api": api.mails, "smtp": receiver.mails}
        linked = Linked(idp, provider, grant, mails)
        yield linked, run_workers(facts, submission_path)


NUMBER = linked_workers.WORKERS * linked_workers.MAILS


@pytest.mark.parametrize(
    ("name", "transport"),
    [(name, way) for name in ("google", "microsoft") for way in ("api", "smtp")],
)
def test_one_worker_refreshes_and_all_of_them_send(name, transport):
    with sending(transport, name=name) as (linked, result):
        assert result["states"] == ["sent"] * NUMBER
        assert linked.recipients(transport) == sorted(
            f"customer-{index}@example.com" for index in range(NUMBER)
        )
        # The second one was asked for at the end, by one that was undone.
        assert linked.idp.issued("refresh_token") == 2
        # Each permission that replaced another was kept: the provider takes the last.
        kept = [Grant.from_json(result[name]) for name in ("grant", "kept")]
        assert len({grant.secret for grant in (linked.grant, *kept)}) == 3
        linked.provider.refresh(kept[-1], Purpose(transport))


def test_all_workers_together_send_no_more_than_the_provider_takes():
    with sending("api", limits=(12,)) as (linked, result):
        assert sorted(result["states"]) == ["held"] * (NUMBER - 12) + ["sent"] * 12
        received = linked.recipients("api")
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
