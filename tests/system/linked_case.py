# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company whose mail leaves from linked mailboxes, and the providers of these."""

import base64
import os
from contextlib import contextmanager
from unittest.mock import patch

import trustme
from aiosmtpd.smtp import AuthResult

from odoo import fields

from odoo.addons.mail_sender_oauth.models.mail_sender_oauth_application import (
    MailSenderOauthApplication,
)
from odoo.addons.mail_sender_oauth.providers.base import SmtpServer
from odoo.addons.mail_sender_oauth.providers.google import Endpoints
from odoo.addons.mail_sender_oauth.providers.http_client import HttpClient
from odoo.addons.mail_sender_oauth.providers.microsoft import Cloud

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
from tests.peers.smtp_receiver import SmtpReceiver, Tls

from .common import SystemCase

ANN = "ann@acme.test"


class ScriptedServer(SmtpReceiver):
    """A mail server that offers XOAUTH2 and says what its script has.

    :ivar challenge: what it says of every token, in JSON, before it refuses; empty:
        every token is good
    :ivar logins: the mailboxes and tokens of those whom it let in
    """

    challenge = ""

    def __init__(self) -> None:
        """Prepare the server; see :class:`SmtpReceiver`."""
        super().__init__(login=("nobody", "nothing"), tls=Tls.STARTTLS)
        self.logins: list[tuple[str, str]] = []

    async def auth_XOAUTH2(self, server, arguments) -> AuthResult:
        """Let everybody in, or nobody; called by aiosmtpd."""
        if not self.challenge:
            user, bearer, *_end = base64.b64decode(arguments[1]).decode().split("\1")
            login = user.removeprefix("user="), bearer.removeprefix("auth=Bearer ")
            self.logins.append(login)
            return AuthResult(success=True)
        await server.challenge_auth(self.challenge)
        await server.push("535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)


class LinkedCase(SystemCase):
    """Acme has mailboxes at a Google and a Microsoft that are on this machine.

    :cvar idp: who people log in at, at both
    :cvar gmail: Gmail's interface
    :cvar graph: Microsoft Graph
    :cvar mailboxes: where the mail server of both delivers to
    """

    @classmethod
    def setUpClass(cls) -> None:
        """Start the providers; nothing is linked yet."""
        super().setUpClass()
        authority = trustme.CA()
        cls.gmail = cls.enterClassContext(GmailServer(authority))
        cls.graph = cls.enterClassContext(GraphServer(authority))
        cls.idp = cls.enterClassContext(OpenIdProvider(authority, cls.graph.url))
        cls.gmail.introspect = cls.graph.introspect = cls.idp.introspect
        cls.mailboxes = cls.enterClassContext(SmtpReceiver())
        cls.submission = cls.enterClassContext(Dovecot(cls.idp, cls.mailboxes))
        cls.session = cls.enterClassContext(trusting_session(authority))
        cls.authority = authority
        cls.point_at(cls.idp.url, cls.submission.port)
        cls.enterClassContext(cls.trusting(cls.submission.authority))
        cls.applications = cls.env["mail.sender.oauth.application"].search([])
        cls.applications.write(
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "tenant": TENANT}
        )
        cls.company = cls.make_company("Acme", "acme.test")
        cls.company.sender_blocked_policy = "hold"

    @classmethod
    def point_at(cls, token_url: str, smtp_port: int) -> None:
        """Let Google and Microsoft answer here."""
        cls.smtp = SmtpServer("localhost", smtp_port)
        cls.token_url = token_url
        http = HttpClient(cls.session, timeout=2)
        for name, method in {
            "_get_google_endpoints": lambda _self: cls.google_endpoints(),
            "_get_microsoft_cloud": lambda _self: cls.microsoft_cloud(),
            "_get_http_client": lambda _self: http,
        }.items():
            cls.startClassPatcher(
                patch.object(MailSenderOauthApplication, name, method)
            )

    @classmethod
    def google_endpoints(cls) -> Endpoints:
        """Where Google answers."""
        return Endpoints(
            authorization=f"{cls.idp.url}/authorize",
            token=f"{cls.token_url}/token",
            revocation=f"{cls.idp.url}/revoke",
            userinfo=f"{cls.idp.url}/userinfo",
            gmail=cls.gmail.url,
            smtp=cls.smtp,
        )

    @classmethod
    def microsoft_cloud(cls) -> Cloud:
        """Where Microsoft answers."""
        return Cloud(
            login=cls.token_url,
            graph=cls.graph.url,
            smtp=cls.smtp,
            smtp_personal=cls.smtp,
        )

    @staticmethod
    @contextmanager
    def trusting(authority: trustme.CA):
        """Let this process trust an authority of mail servers."""
        with (
            authority.cert_pem.tempfile() as path,
            patch.dict(os.environ, SSL_CERT_FILE=path),
        ):
            yield

    def setUp(self) -> None:
        """Forget what earlier tests sent; transactions join that of the test."""
        super().setUp()
        for kept in (self.mailboxes.mails, self.mailboxes.script):
            kept.clear()
        for server in (self.gmail, self.graph):
            for kept in (server.mails, server.faults, server.requests):
                kept.clear()
        self.idp.advance(0)
        self.graph.people = {ANN: {"displayName": "Ann", "mail": ANN}}
        self.graph.send_as.clear()
        self.gmail.aliases.clear()
        self.env.flush_all()
        self.registry_enter_test_mode()

    # ------------------------------------------------------------ setting up

    def link(self, connection, account: str = ANN, **behaviour):
        """Let the owner of a mailbox log in.

        :param behaviour: as of ``OpenIdProvider.log_in``
        """
        application = connection._find_application()
        provider = application._get_provider()
        begun = provider.start(connection._get_purposes(), REDIRECT_URI, account)
        answer = self.idp.log_in(begun.url, account, **behaviour)
        connection._link(application, provider.finish(begun.flow, answer))
        return connection

    def make_sender(self, provider: str = "google", email: str = ANN, **values):
        """Give Acme a default sender whose mail leaves from a linked mailbox.

        :param values: of the connection
        :return: the address
        """
        connection = self.env["mail.sender.connection"].create(
            {
                "provider": provider,
                "login_email": ANN,
                "company_id": self.company.id,
                **values,
            }
        )
        address = self.env["mail.sender.address"].create(
            {
                "name": "Acme",
                "email": email,
                "company_id": self.company.id,
                "mode": {"google": "gmail", "microsoft": "outlook"}[provider],
                "connection_id": connection.id,
                "confirmed_email": email,
            }
        )
        self.link(connection)
        address.action_set_default()
        # What a login leaves to be done is not part of what a test does.
        self.commit()
        return address

    def queue_mails(self, number: int = 1, **values):
        """Leave mails of Acme to the scheduler, each to another customer."""
        return self.env["mail.mail"].create(
            [
                {
                    "subject": f"Invoice {index}",
                    "body_html": "<p>hello</p>",
                    "email_to": f"customer-{index}@example.com",
                    "record_company_id": self.company.id,
                    "auto_delete": False,
                    **values,
                }
                for index in range(number)
            ]
        )

    # ---------------------------------------------------------- what happens

    def commit(self) -> None:
        """Do what follows a commit, in transactions of its own."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def run_queue(self) -> None:
        """Let the scheduler release and send."""
        self.env["mail.mail"]._cron_release()
        self.env["mail.mail"].process_email_queue()
        self.commit()

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action as the scheduler does, as OdooBot."""
        self.assertIs(self.env.ref(xmlid).sudo().method_direct_trigger(), True)
        self.commit()

    def expire_access(self, connection) -> None:
        """Let the stored short-lived permissions have ended."""
        for purpose in ("api", "smtp", "addresses"):
            if access := connection._read_access__(purpose):
                ended = {"token": access.token, "expires_at": "2001-01-01T00:00:00"}
                connection._write_secrets__({f"access.{purpose}": ended})

    def get_wait(self, mail) -> float:
        """Seconds that a mail still waits."""
        return (mail.sender_waits_until - fields.Datetime.now()).total_seconds()
