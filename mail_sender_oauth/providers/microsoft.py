# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Microsoft: Microsoft 365, Outlook.com, Hotmail and Live, by msal.

Its mail server and Graph are two resources: one login asks consent for both, and each
needs an access token of its own.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import msal
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from . import graph_api
from .aadsts import explain
from .base import (
    Access,
    Authorization,
    Grant,
    Provider,
    Purpose,
    SmtpServer,
    after,
)
from .errors import (
    ApplicationError,
    ConnectError,
    GrantError,
    ProviderError,
    TemporaryError,
)
from .http_client import HttpClient

# It writes codes to the log when that is set to debug.
logging.getLogger("msal").setLevel(logging.INFO)

# It would like the answer to come by POST. Browsers bring no cookie of a session with
# that, so that nobody could tell whose login it is.
warnings.filterwarnings("ignore", "response_mode='form_post'", UserWarning)

#: Tenants that stand for many; the last one for all personal accounts.
MANY_TENANTS = ("common", "organizations", "consumers")
_CONSUMERS = MANY_TENANTS[-1]

#: The tenant that every personal account has.
_PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"


@dataclass(frozen=True)
class Cloud:
    """Where Microsoft answers; some states have a cloud of their own.

    :ivar login: who logs in
    :ivar graph: Microsoft Graph
    :ivar outlook: the mail server as a resource, for a person
    :ivar outlook_for_apps: the same without a person
    :ivar smtp: the mail server
    :ivar smtp_personal: the mail server of personal accounts
    """

    login: str = "https://login.microsoftonline.com"
    graph: str = graph_api.ROOT
    outlook: str = "https://outlook.office.com"
    outlook_for_apps: str = "https://outlook.office365.com"
    smtp: SmtpServer = SmtpServer("smtp.office365.com")
    smtp_personal: SmtpServer = SmtpServer("smtp-mail.outlook.com")


#: https://learn.microsoft.com/graph/deployments
CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "global": Cloud(),
        "us_government": Cloud(
            login="https://login.microsoftonline.us",
            graph="https://graph.microsoft.us",
            outlook="https://outlook.office365.us",
            outlook_for_apps="https://outlook.office365.us",
            smtp=SmtpServer("smtp.office365.us"),
        ),
        "us_defense": Cloud(
            login="https://login.microsoftonline.us",
            graph="https://dod-graph.microsoft.us",
            outlook="https://outlook-dod.office365.us",
            outlook_for_apps="https://outlook-dod.office365.us",
            smtp=SmtpServer("outlook-dod.office365.us"),
        ),
        "china": Cloud(
            login="https://login.partner.microsoftonline.cn",
            graph="https://microsoftgraph.chinacloudapi.cn",
            outlook="https://partner.outlook.cn",
            outlook_for_apps="https://partner.outlook.cn",
            smtp=SmtpServer("smtp.partner.outlook.cn"),
        ),
    }
)


class MicrosoftProvider(Provider):
    """Microsoft, together with our application there; see :class:`.base.Provider`.

    It takes no permission back. The owner withdraws it at https://myapps.microsoft.com
    or https://account.live.com/consent/Manage.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str = "",
        *,
        certificate: str = "",
        tenant: str = "common",
        cloud: Cloud = CLOUDS["global"],
        http: HttpClient | None = None,
    ):
        """Prepare; nothing is asked yet.

        :param client_id: of the application
        :param client_secret: of the application
        :param certificate: instead of the secret: RSA key and its certificate, PEM
        :param tenant: id or domain of the tenant whose accounts may log in, or one of
            :data:`MANY_TENANTS`
        """
        self.scopes = MappingProxyType(
            {
                Purpose.API: (f"{cloud.graph}/Mail.Send",),
                Purpose.SMTP: (f"{cloud.outlook}/SMTP.Send",),
                Purpose.ADDRESSES: (f"{cloud.graph}/User.Read",),
                # Personal accounts have no such permission.
                Purpose.SHARED: (f"{cloud.graph}/Mail.Send.Shared",),
            }
        )
        self._client_id = client_id
        self._client_secret = client_secret
        self._certificate = certificate
        self._tenant = tenant
        self._cloud = cloud
        self._http = http or HttpClient()

    def start(
        self, purposes: Collection[Purpose], redirect_uri: str, login_hint: str = ""
    ) -> Authorization:
        """See :meth:`.base.Provider.start`."""
        if self._tenant == _CONSUMERS:
            purposes = set(purposes) - {Purpose.SHARED}
        flow = self._make_application().initiate_auth_code_flow(
            self._scopes_for(purposes),
            redirect_uri=redirect_uri,
            login_hint=login_hint or None,
        )
        url = flow.pop("auth_uri")
        return Authorization(
            url, flow["state"], {"purposes": sorted(purposes), "msal": flow}
        )

    def finish(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> Grant:
        """See :meth:`.base.Provider.finish`."""
        purposes = [Purpose(name) for name in flow["purposes"]]
        first, *others = _by_resource(self._scopes_for(purposes))
        cache = msal.SerializableTokenCache()
        application = self._make_application(cache)
        result = _redeem(application, flow["msal"], answer, first)
        if "refresh_token" not in result:
            raise ConnectError("no_refresh_token")
        claims = result.get("id_token_claims") or {}
        account, tenant = _address(claims), claims.get("tid", "")
        organization = "" if tenant == _PERSONAL else tenant
        scopes = _given_scopes(result, first)
        for wanted in others:
            result = _refresh(application, wanted)
            scopes |= _given_scopes(result, wanted)
        grant = Grant(
            account=account,
            organization=organization,
            scopes=scopes,
            secret=cache.serialize(),
        )
        if not organization:
            # It was not known before who would log in.
            purposes = [each for each in purposes if each != Purpose.SHARED]
        self._require_scopes(grant, purposes)
        return grant

    def refresh(self, grant: Grant, purpose: Purpose) -> tuple[Access, Grant]:
        """See :meth:`.base.Provider.refresh`.

        An access for sending is one from the mailboxes of others as well, where that
        was allowed.
        """
        self._require_scopes(grant, [purpose])
        cache = msal.SerializableTokenCache()
        cache.deserialize(grant.secret)
        purposes = {purpose}
        if purpose == Purpose.API and self.covers(grant, Purpose.SHARED):
            purposes.add(Purpose.SHARED)
        scopes = self._scopes_for(purposes)
        result = _refresh(self._make_application(cache), scopes)
        return _access(result, scopes), replace(grant, secret=cache.serialize())

    def application_access(self, mailbox: str, purpose: Purpose) -> Access:
        """See :meth:`.base.Provider.application_access`.

        The access is to every mailbox that an administrator opened to the application.

        :raise ApplicationError: also ``tenant_needed``, ``bad_key``
        """
        if self._tenant in MANY_TENANTS:
            raise ApplicationError("tenant_needed")
        cloud = self._cloud
        resource = cloud.outlook_for_apps if purpose == Purpose.SMTP else cloud.graph
        scopes = [f"{resource}/.default"]
        with _odd_answers():
            result = self._make_application().acquire_token_for_client(scopes)
        return _access(result, scopes)

    def open_api(
        self, get_token: Callable[[], str], mailbox: str = ""
    ) -> graph_api.GraphApi:
        """See :meth:`.base.Provider.open_api`."""
        return graph_api.GraphApi(self._http, get_token, mailbox, self._cloud.graph)

    def get_smtp_server(self, organization: str) -> SmtpServer:
        """See :meth:`.base.Provider.get_smtp_server`."""
        return self._cloud.smtp if organization else self._cloud.smtp_personal

    def _make_application(
        self, cache: msal.SerializableTokenCache | None = None
    ) -> msal.ConfidentialClientApplication:
        """Make msal's object, for one question: it remembers refusals for a minute."""
        try:
            return msal.ConfidentialClientApplication(
                self._client_id,
                self._credential(),
                authority=f"{self._cloud.login}/{self._tenant}",
                # We know the clouds.
                instance_discovery=False,
                http_client=self._http,
                token_cache=cache,
            )
        except KeyError:
            raise TemporaryError("unexpected_answer") from None
        except ValueError as error:
            raise ApplicationError("wrong_tenant", detail=str(error)) from None

    def _credential(self) -> str | dict[str, str]:
        if not self._certificate:
            return self._client_secret
        try:
            key = load_pem_private_key(self._certificate.encode(), None)
            proof = x509.load_pem_x509_certificate(self._certificate.encode())
        except (TypeError, ValueError):
            raise ApplicationError("bad_key") from None
        if not isinstance(key, RSAPrivateKey) or (
            key.public_key() != proof.public_key()
        ):
            raise ApplicationError("bad_key")
        return {
            "private_key": self._certificate,
            "public_certificate": self._certificate,
        }


def _by_resource(scopes: Collection[str]) -> list[list[str]]:
    """Group permissions: an access token is for one resource."""
    groups: dict[str, list[str]] = {}
    for scope in scopes:
        groups.setdefault(scope.rpartition("/")[0], []).append(scope)
    return list(groups.values())


@contextmanager
def _odd_answers() -> Iterator[None]:
    """Whatever msal stumbles over in an answer; its texts may have the answer."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        raise TemporaryError("unexpected_answer") from None


def _redeem(
    application: msal.ConfidentialClientApplication,
    flow: Mapping[str, Any],
    answer: Mapping[str, str],
    scopes: list[str],
) -> dict[str, Any]:
    """Exchange the code for tokens."""
    if answer.get("state") != flow["state"]:
        raise ConnectError("state_mismatch")
    if not (answer.get("code") or answer.get("error")):
        raise ConnectError("code_rejected")
    try:
        with _odd_answers():
            result = application.acquire_token_by_auth_code_flow(
                dict(flow), dict(answer), scopes=scopes
            )
    except RuntimeError:
        # The nonce is another; the text has both.
        raise ConnectError("state_mismatch") from None
    if "access_token" in result:
        return result
    refusal = _refusal(result, scopes)
    if refusal.code in ("grant_expired", "invalid_grant"):
        raise ConnectError("code_rejected", **refusal.params)
    raise refusal


def _refresh(
    application: msal.ConfidentialClientApplication, scopes: list[str]
) -> dict[str, Any]:
    """Exchange the refresh token for tokens."""
    tokens = application.token_cache.search(
        msal.TokenCache.CredentialType.REFRESH_TOKEN,
        query={"client_id": application.client_id},
    )
    accounts = application.get_accounts()
    if not (accounts and list(tokens)):
        # They are of another application or cloud.
        raise GrantError("invalid_grant")
    with _odd_answers():
        result = application.acquire_token_silent_with_error(
            scopes, accounts[0], force_refresh=True
        )
    # msal says nothing when the answer was an empty object.
    return result or {}


def _access(result: Mapping[str, Any], scopes: list[str]) -> Access:
    if "access_token" not in result:
        raise _refusal(result, scopes)
    return Access(result["access_token"], after(float(result["expires_in"])))


def _given_scopes(result: Mapping[str, Any], wanted: list[str]) -> frozenset[str]:
    """Which permissions came with a token; Graph's may come without their URL."""
    if "access_token" not in result:
        refusal = _refusal(result, wanted)
        if refusal.code == "consent_revoked":
            # It was never given.
            raise GrantError("scope_missing", scopes=", ".join(wanted))
        raise refusal
    given = {_last(scope) for scope in result.get("scope", "").split()}
    return frozenset(scope for scope in wanted if not given or _last(scope) in given)


def _last(scope: str) -> str:
    return scope.rpartition("/")[2].lower()


def _refusal(result: Mapping[str, Any], scopes: list[str]) -> ProviderError:
    if "error" not in result:
        return TemporaryError("unexpected_answer")
    return explain(result, scopes)


def _address(claims: Mapping[str, Any]) -> str:
    """The account's login; its ``email`` is whatever its tenant wants it to be."""
    for claim in ("preferred_username", "email"):
        if "@" in (claims.get(claim) or ""):
            return claims[claim]
    raise ConnectError("no_address")
