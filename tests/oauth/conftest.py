# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Google and Microsoft as they are here: an OpenID provider and mail interfaces."""

import ssl
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import requests
import trustme
from providers.base import Access, Grant, Provider, Purpose
from providers.google import GoogleProvider
from providers.http_client import HttpClient
from providers.microsoft import MicrosoftProvider

from ..peers.dovecot import Dovecot
from ..peers.https_server import trusting_session
from ..peers.mail_apis import GmailServer, GraphServer, MailApiServer
from ..peers.openid_provider import REDIRECT_URI, OpenIdProvider
from ..peers.smtp_receiver import SmtpReceiver
from .token_server import (
    ANN,
    Linked,
    TokenServer,
    finish_at_google,
    finish_at_microsoft,
    google_at,
    microsoft_at,
)

#: Both ways to send.
SENDING = (Purpose.API, Purpose.SMTP)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Issues all certificates."""
    return trustme.CA()


@pytest.fixture(scope="session")
def gmail_server(authority: trustme.CA) -> Iterator[GmailServer]:
    with GmailServer(authority) as server:
        yield server


@pytest.fixture(scope="session")
def graph_server(authority: trustme.CA) -> Iterator[GraphServer]:
    with GraphServer(authority) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(authority: trustme.CA) -> str:
    """With which our application proves itself: private key and certificate."""
    issued = authority.issue_cert("odoo.test", key_type=trustme.KeyType.RSA)
    return issued.private_key_and_cert_chain_pem.bytes().decode()


@pytest.fixture(scope="session")
def openid_provider(
    authority: trustme.CA,
    gmail_server: GmailServer,
    graph_server: GraphServer,
    certificate: str,
) -> Iterator[OpenIdProvider]:
    with OpenIdProvider(authority, graph_server.url, certificate) as server:
        gmail_server.introspect = graph_server.introspect = server.introspect
        yield server


@pytest.fixture
def idp(openid_provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """Who people log in at; its clock is right."""
    yield openid_provider
    openid_provider.advance(0)


def _emptied(server: MailApiServer) -> MailApiServer:
    for kept in (server.mails, server.faults, server.requests):
        kept.clear()
    return server


@pytest.fixture
def gmail(gmail_server: GmailServer, idp: OpenIdProvider) -> GmailServer:
    """Gmail's interface, with nothing sent yet."""
    return _emptied(gmail_server)


@pytest.fixture
def graph(graph_server: GraphServer, idp: OpenIdProvider) -> GraphServer:
    """Microsoft Graph, with nothing sent yet."""
    return _emptied(graph_server)


@pytest.fixture
def session(authority: trustme.CA) -> Iterator[requests.Session]:
    with trusting_session(authority) as session:
        yield session


@pytest.fixture
def http(session: requests.Session) -> HttpClient:
    return HttpClient(session)


@pytest.fixture
def make_google(idp, http, gmail) -> Callable[..., GoogleProvider]:
    return lambda **options: google_at(idp.url, http, gmail_url=gmail.url, **options)


@pytest.fixture
def make_microsoft(idp, http, graph) -> Callable[..., MicrosoftProvider]:
    return lambda **options: microsoft_at(idp.url, http, graph_url=graph.url, **options)


@pytest.fixture(params=["google", "microsoft"])
def make_provider(
    request: pytest.FixtureRequest,
    make_google: Callable[..., Provider],
    make_microsoft: Callable[..., Provider],
) -> Callable[..., Provider]:
    """Each of the two, with changes to our application there."""
    return {"google": make_google, "microsoft": make_microsoft}[request.param]


@pytest.fixture
def provider(make_provider: Callable[..., Provider]) -> Provider:
    """Each of the two."""
    return make_provider()


@pytest.fixture
def api_server(
    provider: Provider, gmail: GmailServer, graph: GraphServer
) -> MailApiServer:
    """The interface that belongs to the provider."""
    return gmail if isinstance(provider, GoogleProvider) else graph


@pytest.fixture
def connect(idp: OpenIdProvider) -> Callable[..., Grant]:
    """Lets somebody link a mailbox."""

    def connect(
        provider: Provider,
        purposes: tuple[Purpose, ...] = SENDING,
        account: str = ANN,
        **behaviour: object,
    ) -> Grant:
        begun = provider.start(purposes, REDIRECT_URI, ANN)
        return provider.finish(begun.flow, idp.log_in(begun.url, account, **behaviour))

    return connect


@pytest.fixture
def access(connect, make_google) -> Callable[..., Access]:
    """Gets an access for one purpose at Google, whatever it takes."""

    def access(purpose: Purpose, account: str = ANN) -> Access:
        google = make_google()
        return google.refresh(connect(google, [purpose], account), purpose)[0]

    return access


@pytest.fixture(scope="session")
def smtp_receiver() -> Iterator[SmtpReceiver]:
    with SmtpReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def submission_server(
    openid_provider: OpenIdProvider, smtp_receiver: SmtpReceiver
) -> Iterator[Dovecot]:
    with Dovecot(openid_provider, smtp_receiver) as server:
        yield server


@pytest.fixture
def receiver(smtp_receiver: SmtpReceiver) -> SmtpReceiver:
    """Where the mail of the mail server ends up; nothing has come yet."""
    smtp_receiver.mails.clear()
    return smtp_receiver


@pytest.fixture
def mail_server(
    submission_server: Dovecot, idp: OpenIdProvider, receiver: SmtpReceiver
) -> Dovecot:
    """The provider's mail server."""
    return submission_server


def tls_context(authority: trustme.CA) -> ssl.SSLContext:
    """Make what a client of a mail server needs."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def token_server(authority: trustme.CA) -> Iterator[TokenServer]:
    with TokenServer(authority) as server:
        yield server


@pytest.fixture
def linked_google(token_server: TokenServer, http: HttpClient) -> Linked:
    grant = finish_at_google(token_server, http)
    return Linked(google_at, grant, token_server, http)


@pytest.fixture
def linked_microsoft(token_server: TokenServer, http: HttpClient) -> Linked:
    grant = finish_at_microsoft(token_server, http)
    at = partial(microsoft_at, graph_url=token_server.url)
    return Linked(at, grant, token_server, http)


@pytest.fixture(params=["google", "microsoft"])
def linked(request: pytest.FixtureRequest) -> Linked:
    """A permission of each of the two."""
    return request.getfixturevalue(f"linked_{request.param}")
