# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where tokens are given out, saying what a real provider says but when told to."""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import jwt
import trustme
from providers.base import Access, Grant, Provider, Purpose
from providers.google import Endpoints, GoogleProvider
from providers.http_client import HttpClient
from providers.microsoft import Cloud, MicrosoftProvider

from ..peers.https_server import HttpsServer, Reply, Request, Silence
from ..peers.openid_provider import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, TENANT

ANN = "ann@acme.test"

#: The tenant that every personal account has.
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"

#: What Microsoft calls itself where many tenants log in.
ISSUERS = {
    "common": "{tenantid}",
    "organizations": "{tenantid}",
    "consumers": PERSONAL,
}


def google_at(url: str, http: HttpClient, **options: object) -> GoogleProvider:
    """Google, with its logins at this address."""
    endpoints = Endpoints(
        authorization=f"{url}/authorize",
        token=f"{url}/token",
        revocation=f"{url}/revoke",
        userinfo=f"{url}/userinfo",
        gmail=str(options.pop("gmail_url", url)),
    )
    given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **options}
    return GoogleProvider(**given, endpoints=endpoints, http=http)


def microsoft_at(
    url: str, http: HttpClient, cloud: Cloud | None = None, **options: object
) -> MicrosoftProvider:
    """Microsoft, with its logins at this address.

    :param cloud: whose resources it has otherwise; if not given, Graph is here as well
    """
    graph_url = str(options.pop("graph_url", cloud.graph if cloud else url))
    cloud = replace(cloud or Cloud(), login=url, graph=graph_url)
    given = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "tenant": TENANT,
        **options,
    }
    return MicrosoftProvider(**given, cloud=cloud, http=http)


class TokenServer(HttpsServer):
    """Google's and Microsoft's addresses for tokens.

    :ivar reply: what is answered to who wants a token
    :ivar next_replies: what is answered before that, one after the other
    :ivar person: what Google tells of who logged in
    """

    def __init__(self, authority: trustme.CA):
        super().__init__(self._answer, authority)
        self.reply: Reply | Silence = Reply(400, {"error": "invalid_request"})
        self.next_replies: deque[Reply] = deque()
        self.person: dict[str, str] = {"email": ANN}

    @property
    def questions(self) -> int:
        """How many times somebody wanted a token."""
        return sum(request.method == "POST" for request in self.requests)

    def _answer(self, request: Request) -> Reply | Silence:
        if request.path == "/userinfo":
            return Reply(200, self.person)
        if not request.path.endswith("/openid-configuration"):
            return self.next_replies.popleft() if self.next_replies else self.reply
        tenant = request.path.split("/")[1]
        place = f"{self.url}/{tenant}/oauth2/v2.0"
        return Reply(
            200,
            {
                "issuer": f"{self.url}/{ISSUERS.get(tenant, tenant)}/v2.0",
                "authorization_endpoint": f"{place}/authorize",
                "token_endpoint": f"{place}/token",
            },
        )


def token(**more: object) -> Reply:
    """What is answered when all is well."""
    return Reply(
        200,
        {
            "access_token": "token",
            "expires_in": 3599,
            "refresh_token": "lasting",
            "token_type": "Bearer",
            **more,
        },
    )


def finish_at_google(server: TokenServer, http: HttpClient, **more: object) -> Grant:
    """Let somebody log in at Google.

    :param more: what the answer with the token has besides
    """
    google = google_at(server.url, http)
    begun = google.start([Purpose.API], REDIRECT_URI)
    scope = " ".join(begun.flow["scopes"])
    server.next_replies.appendleft(token(**{"scope": scope, **more}))
    return google.finish(begun.flow, {"code": "code", "state": begun.state})


def finish_at_microsoft(
    server: TokenServer,
    http: HttpClient,
    scope: str = "Mail.Send",
    purposes: tuple[Purpose, ...] = (Purpose.API,),
    tenant: str = TENANT,
    cloud: Cloud | None = None,
    **claims: str,
) -> Grant:
    """Let somebody log in at Microsoft.

    :param claims: what the token tells of who logged in
    """
    microsoft = microsoft_at(server.url, http, cloud, tenant=tenant)
    begun = microsoft.start(purposes, REDIRECT_URI)
    nonce = hashlib.sha256(begun.flow["msal"]["nonce"].encode()).hexdigest()
    person = {
        "aud": CLIENT_ID,
        "nonce": nonce,
        "preferred_username": ANN,
        "sub": "1",
        **claims,
    }
    id_token = jwt.encode(person, None, algorithm="none")
    server.next_replies.appendleft(token(scope=scope, id_token=id_token))
    return microsoft.finish(begun.flow, {"code": "code", "state": begun.state})


@dataclass(frozen=True)
class Linked:
    """A permission that was given at the server.

    :ivar at: makes its provider, given where it answers and how to get there
    """

    at: Callable[[str, HttpClient], Provider]
    grant: Grant
    server: TokenServer
    http: HttpClient

    def refresh(self, url: str = "", http: HttpClient | None = None) -> Access:
        """Get access for sending through the interface."""
        provider = self.at(url or self.server.url, http or self.http)
        return provider.refresh(self.grant, Purpose.API)[0]
