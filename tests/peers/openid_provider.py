# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A complete OAuth and OpenID provider, oidc-provider (Node.js).

It stands where Google and Microsoft do: it has people who log in and consent, checks
clients, codes and PKCE, lets tokens expire, rotates refresh tokens and takes a second
use of one as theft, and tells a mail server whose token it was shown (RFC 7662).
"""

import base64
import json
import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import trustme
from cryptography import x509
from jwt.algorithms import RSAAlgorithm

from .https_server import trusting_session
from .ports import LOOPBACK, free_port
from .unprivileged import program
from .verify import NODE_PACKAGES

SCRIPT = Path(__file__).with_suffix(".mjs")

#: The client that may do everything, and another one with the same secret.
CLIENT_ID = "odoo"
OTHER_CLIENT_ID = "other-odoo"
CLIENT_SECRET = "secret-of-odoo"
#: A client that never gets a refresh token, with the same secret.
FORGETFUL_CLIENT_ID = "odoo-without-refresh"
#: A client that proves itself with a certificate.
CERTIFICATE_CLIENT_ID = "odoo-with-certificate"
#: The mail server, which may ask about tokens.
MAIL_SERVER_ID = "mail-server"
MAIL_SERVER_SECRET = "secret-of-mail-server"

#: The tenant in Microsoft's addresses.
TENANT = "acme-tenant"
REDIRECT_URI = "https://odoo.test/callback"

EMAIL_SCOPE = "https://www.googleapis.com/auth/userinfo.email"
SCOPES = (
    "https://www.googleapis.com/auth/gmail.send",
    "https://www.googleapis.com/auth/gmail.settings.basic",
    "https://mail.google.com/",
    "https://outlook.office.com/SMTP.Send",
    "https://outlook.office365.com/.default",
)
#: What Microsoft Graph adds to its address.
GRAPH_SCOPES = ("Mail.Send", "Mail.Send.Shared", "User.Read", ".default")


class OpenIdProvider:
    """A provider on a free loopback port, with TLS.

    ::

        with OpenIdProvider() as idp:
            answer = idp.log_in(authorization_url, "ann@acme.test")

    :ivar url: ``"https://localhost:PORT"``
    :ivar authority: the authority of its certificate
    """

    def __init__(
        self,
        authority: trustme.CA | None = None,
        graph_url: str = "https://graph.microsoft.com",
        certificate: str = "",
        redirect_uris: tuple[str, ...] = (REDIRECT_URI,),
    ):
        """Prepare the provider; nothing runs before ``with``.

        :param authority: issues its certificate
        :param graph_url: how Microsoft Graph is called here
        :param certificate: of the client that proves itself with one, PEM
        :param redirect_uris: where it may send browsers back to
        """
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.authority = authority or trustme.CA()
        self._graph_url = graph_url
        self._certificate = certificate
        self._redirect_uris = redirect_uris
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start Node.js and wait until it listens.

        :raise FileNotFoundError: when Node.js is not installed
        :raise RuntimeError: when oidc-provider does not start
        """
        with ExitStack() as resources:
            self._process = resources.enter_context(
                subprocess.Popen(
                    [program("node"), str(SCRIPT), json.dumps(self._configuration())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={"NODE_PATH": str(NODE_PACKAGES), **os.environ},
                    text=True,
                )
            )
            self._answer()
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop Node.js: it ends with its input."""
        self._resources.close()

    def log_in(
        self,
        authorization_url: str,
        account: str,
        *,
        withhold: tuple[str, ...] = (),
        deny: bool = False,
    ) -> dict[str, str]:
        """Be a person at a browser who was sent to the provider.

        :param account: whom to log in as
        :param withhold: scopes that the person unticks
        :param deny: whether the person refuses everything
        :return: the parameters with which the provider sends the browser back
        """
        choice = {"account": account, "withhold": " ".join(withhold)}
        choice |= {"deny": "1"} if deny else {}
        url = authorization_url
        with trusting_session(self.authority) as browser:
            while not url.startswith(self._redirect_uris):
                if "/interaction/" in url:
                    url = f"{url}?{urlencode(choice)}"
                page = browser.get(url, allow_redirects=False, timeout=10)
                if not page.is_redirect:
                    raise RuntimeError(f"{page.status_code}: {page.text}")
                url = urljoin(url, page.headers["Location"])
        return dict(parse_qsl(urlsplit(url).query))

    def introspect(self, token: str) -> dict[str, Any]:
        """Ask as the mail server does whose token this is.

        :return: ``active``, and if so ``username``, ``scope`` and more
        """
        with trusting_session(self.authority) as session:
            return session.post(
                f"{self.url}/introspect",
                data={"token": token},
                auth=(MAIL_SERVER_ID, MAIL_SERVER_SECRET),
                timeout=10,
            ).json()

    def advance(self, seconds: int) -> None:
        """Set the provider's clock ahead of ours, so that its tokens age."""
        self._ask({"ahead": seconds})

    def issued(self, grant_type: str) -> int:
        """Count the tokens given for one type of grant, ``"refresh_token"`` ..."""
        return self._ask({})["issued"].get(grant_type, 0)

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("oidc-provider ended; it says why on the error output")
        return json.loads(line)

    def _configuration(self) -> dict[str, Any]:
        certificate = self.authority.issue_cert("localhost")
        chain = b"".join(part.bytes() for part in certificate.cert_chain_pems)
        revoker = f"{MAIL_SERVER_ID}:{MAIL_SERVER_SECRET}".encode()
        return {
            "certificate": chain.decode(),
            "clients": self._clients(),
            "email_scope": EMAIL_SCOPE,
            "host": LOOPBACK,
            "key": certificate.private_key_pem.bytes().decode(),
            "port": self.port,
            "prefix": f"/{TENANT}/v2.0",
            "revoker": f"Basic {base64.b64encode(revoker).decode()}",
            "scopes": [
                *SCOPES,
                *(f"{self._graph_url}/{scope}" for scope in GRAPH_SCOPES),
            ],
            "tenant": TENANT,
            "url": self.url,
        }

    def _clients(self) -> list[dict[str, Any]]:
        login = {"redirect_uris": self._redirect_uris, "client_secret": CLIENT_SECRET}
        nothing = {"redirect_uris": [], "response_types": [], "grant_types": []}
        every = ["authorization_code", "refresh_token", "client_credentials"]
        clients = [
            login | {"client_id": CLIENT_ID, "grant_types": every},
            login | {"client_id": OTHER_CLIENT_ID, "grant_types": every},
            login | {"client_id": FORGETFUL_CLIENT_ID, "grant_types": every[:1]},
            nothing
            | {"client_id": MAIL_SERVER_ID, "client_secret": MAIL_SERVER_SECRET},
        ]
        if self._certificate:
            certificate = x509.load_pem_x509_certificate(self._certificate.encode())
            key = RSAAlgorithm.to_jwk(certificate.public_key(), as_dict=True)
            clients.append(
                {
                    "client_id": CERTIFICATE_CLIENT_ID,
                    "redirect_uris": self._redirect_uris,
                    "grant_types": every,
                    "token_endpoint_auth_method": "private_key_jwt",
                    "jwks": {"keys": [key]},
                }
            )
        return clients
