# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Google: Gmail and Google Workspace, by google-auth-oauthlib.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

import requests
from google.auth import transport
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import MismatchingStateError, OAuth2Error
from requests_oauthlib import OAuth2Session

from . import gmail_api
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
    Cause,
    ConnectError,
    GrantError,
    ProviderError,
    RefusedError,
    TemporaryError,
)
from .http_client import Bearer, HttpClient, read

# It writes secrets and tokens to the log when that is set to debug.
logging.getLogger("requests_oauthlib").setLevel(logging.INFO)

#: Besides what a purpose needs: who logs in.
_IDENTITY_SCOPES = ("openid", "https://www.googleapis.com/auth/userinfo.email")

#: The narrow permission; the mail server takes only the one to the whole mailbox.
_SEND_SCOPE = "https://www.googleapis.com/auth/gmail.send"

#: What Google calls an error -> what it means here.
_ERRORS: Mapping[str, Cause] = {
    "access_denied": (ConnectError, "consent_denied"),
    "missing_code": (ConnectError, "code_rejected"),
    "missing_token": (TemporaryError, "unexpected_answer"),
    "invalid_grant": (GrantError, "invalid_grant"),
    "invalid_scope": (GrantError, "scope_missing"),
    "invalid_client": (ApplicationError, "wrong_client"),
    "unauthorized_client": (ApplicationError, "wrong_client"),
    "deleted_client": (ApplicationError, "wrong_client"),
    "disabled_client": (ApplicationError, "wrong_client"),
    "redirect_uri_mismatch": (ApplicationError, "redirect_mismatch"),
    "admin_policy_enforced": (ApplicationError, "admin_consent_missing"),
    "org_internal": (ApplicationError, "wrong_tenant"),
    "internal_failure": (TemporaryError, "server_error"),
    "server_error": (TemporaryError, "server_error"),
    "temporarily_unavailable": (TemporaryError, "server_error"),
}

#: The same without a person: what is asked is an administrator's permission.
_DELEGATION_ERRORS: Mapping[str, Cause] = {
    **_ERRORS,
    "access_denied": (ApplicationError, "admin_consent_missing"),
    "invalid_grant": (ApplicationError, "bad_key"),
    "invalid_scope": (ApplicationError, "admin_consent_missing"),
    "unauthorized_client": (ApplicationError, "admin_consent_missing"),
}

#: Words in which Google tells one ``invalid_grant`` from another.
_GRANT_WORDS: Mapping[str, Cause] = {
    "deleted": (GrantError, "account_disabled"),
    "disabled": (GrantError, "account_disabled"),
    "Invalid email or User ID": (RefusedError, "no_mailbox"),
    "reasonable timeframe": (ApplicationError, "clock_skew"),
}


@dataclass(frozen=True)
class Endpoints:
    """Where Google answers."""

    authorization: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    revocation: str = "https://oauth2.googleapis.com/revoke"
    userinfo: str = "https://openidconnect.googleapis.com/v1/userinfo"
    gmail: str = gmail_api.ROOT
    smtp: SmtpServer = SmtpServer("smtp.gmail.com")


ENDPOINTS = Endpoints()


class GoogleProvider(Provider):
    """Google, together with our application there; see :class:`.base.Provider`."""

    takes_back = True
    scopes = MappingProxyType(
        {
            Purpose.API: (_SEND_SCOPE,),
            Purpose.SMTP: ("https://mail.google.com/",),
            Purpose.ADDRESSES: (
                "https://www.googleapis.com/auth/gmail.settings.basic",
            ),
            # Mailboxes of others are aliases at Google.
            Purpose.SHARED: (_SEND_SCOPE,),
        }
    )

    def __init__(
        self,
        client_id: str = "",
        client_secret: str = "",
        *,
        service_account_key: Mapping[str, str] | None = None,
        endpoints: Endpoints = ENDPOINTS,
        http: HttpClient | None = None,
    ):
        """Prepare; nothing is asked yet.

        :param client_id: of the application, of the type "web"
        :param client_secret: of the application
        :param service_account_key: the key file of a service account to which an
            administrator delegated the mailboxes of the domain, as parsed JSON
        """
        self._client_id = client_id
        self._client_secret = client_secret
        self._service_account_key = service_account_key
        self._endpoints = endpoints
        self._http = http or HttpClient()

    def start(
        self, purposes: Collection[Purpose], redirect_uri: str, login_hint: str = ""
    ) -> Authorization:
        """See :meth:`.base.Provider.start`."""
        scopes = [*_IDENTITY_SCOPES, *self._scopes_for(purposes)]
        flow = self._make_flow(scopes, redirect_uri)
        # Only who is asked for consent anew gets a refresh token.
        url, state = flow.authorization_url(
            access_type="offline", prompt="consent", login_hint=login_hint
        )
        return Authorization(
            url,
            state,
            {
                "code_verifier": flow.code_verifier,
                "purposes": sorted(purposes),
                "redirect_uri": redirect_uri,
                "scopes": scopes,
                "state": state,
            },
        )

    def finish(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> Grant:
        """See :meth:`.base.Provider.finish`."""
        token = self._redeem(flow, answer)
        if not token.get("refresh_token"):
            raise ConnectError("no_refresh_token")
        person = self._ask_who(token["access_token"])
        lifetime = token.get("refresh_token_expires_in")
        grant = Grant(
            account=person["email"],
            organization=person.get("hd", ""),
            scopes=frozenset(token.scopes),
            secret=token["refresh_token"],
            expires_at=after(lifetime) if lifetime else None,
        )
        self._require_scopes(grant, [Purpose(name) for name in flow["purposes"]])
        return grant

    def refresh(self, grant: Grant, purpose: Purpose) -> tuple[Access, Grant]:
        """See :meth:`.base.Provider.refresh`."""
        self._require_scopes(grant, [purpose])
        scopes = self._scopes_for([purpose])
        credentials = Credentials(
            None,
            refresh_token=grant.secret,
            token_uri=self._endpoints.token,
            client_id=self._client_id,
            client_secret=self._client_secret,
            scopes=scopes,
        )
        access = self._refresh(credentials, _ERRORS, scopes)
        given = credentials.granted_scopes
        if given is not None and not set(scopes) <= set(given):
            raise GrantError("scope_missing", scopes=", ".join(scopes))
        return access, replace(grant, secret=credentials.refresh_token)

    def revoke(self, grant: Grant) -> None:
        """See :meth:`.base.Provider.revoke`; what is not valid any more is revoked."""
        response = self._http.post(
            self._endpoints.revocation, data={"token": grant.secret}
        )
        if not response.ok and read(response).get("error") != "invalid_token":
            raise ApplicationError("rejected", detail=response.text)

    def application_access(self, mailbox: str, purpose: Purpose) -> Access:
        """See :meth:`.base.Provider.application_access`.

        :raise ApplicationError: also ``bad_key``
        """
        scopes = self._scopes_for([purpose])
        try:
            credentials = service_account.Credentials.from_service_account_info(
                self._service_account_key or {}, scopes=scopes, subject=mailbox
            )
        except ValueError:
            raise ApplicationError("bad_key") from None
        return self._refresh(credentials, _DELEGATION_ERRORS, scopes)

    def open_api(
        self, get_token: Callable[[], str], mailbox: str = ""
    ) -> gmail_api.GmailApi:
        """See :meth:`.base.Provider.open_api`."""
        return gmail_api.GmailApi(self._http, get_token, mailbox, self._endpoints.gmail)

    def get_smtp_server(self, organization: str) -> SmtpServer:
        """See :meth:`.base.Provider.get_smtp_server`."""
        return self._endpoints.smtp

    def _make_flow(
        self, scopes: list[str], redirect_uri: str, state: str | None = None
    ) -> Flow:
        session = _FlowSession(
            self._http, client_id=self._client_id, scope=scopes, state=state
        )
        application = {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "auth_uri": self._endpoints.authorization,
            "token_uri": self._endpoints.token,
        }
        return Flow(session, "web", {"web": application}, redirect_uri)

    def _redeem(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> Any:
        """Exchange the code for tokens.

        :return: oauthlib's dictionary, with ``scopes`` as given
        """
        ours = self._make_flow(flow["scopes"], flow["redirect_uri"], flow["state"])
        ours.code_verifier = flow["code_verifier"]
        try:
            # Of the address only the parameters count; oauthlib refuses http, which a
            # proxy may have made of it.
            return ours.fetch_token(
                authorization_response=f"https://callback/?{urlencode(answer)}"
            )
        except Warning as other_scopes:
            # That is how oauthlib says that not exactly what was asked for was given.
            return other_scopes.token
        except MismatchingStateError:
            raise ConnectError("state_mismatch") from None
        except OAuth2Error as error:
            if error.error == "invalid_grant":
                raise ConnectError("code_rejected", detail=error.description) from None
            raise _error(
                _ERRORS, error.error, error.description, flow["scopes"]
            ) from None
        except (TypeError, ValueError):
            raise TemporaryError("unexpected_answer") from None

    def _ask_who(self, token: str) -> dict[str, Any]:
        response = self._http.get(self._endpoints.userinfo, auth=Bearer(token))
        if not response.ok:
            raise ApplicationError("rejected", detail=response.text)
        person = read(response)
        if not person.get("email"):
            raise ConnectError("no_address")
        return person

    def _refresh(
        self,
        credentials: Credentials | service_account.Credentials,
        errors: Mapping[str, Cause],
        scopes: list[str],
    ) -> Access:
        try:
            credentials.refresh(_Transport(self._http))
        except RefreshError as error:
            # Its arguments may have the whole answer, with whatever is in it.
            raise _refresh_error(errors, error, scopes) from None
        except (GoogleAuthError, TypeError, ValueError):
            raise TemporaryError("unexpected_answer") from None
        if not credentials.expiry:
            raise TemporaryError("unexpected_answer")
        return Access(credentials.token, credentials.expiry)


class _FlowSession(OAuth2Session):
    """What google-auth-oauthlib asks with, through our own client."""

    def __init__(self, http: HttpClient, **options: Any):
        super().__init__(**options)
        self._http = http

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        return self._http.request(method, url, **options)


class _Transport(transport.Request):
    """What google-auth asks with, through our own client."""

    def __init__(self, http: HttpClient):
        self._http = http

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_options: Any,
    ) -> _Answer:
        response = self._http.request(
            method, url, data=body, headers=headers, timeout=timeout
        )
        return _Answer(response.status_code, response.headers, response.content)


class _Answer(NamedTuple):
    """An answer in google-auth's shape."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def _refresh_error(
    errors: Mapping[str, Cause], error: RefreshError, scopes: list[str]
) -> ProviderError:
    """What google-auth says: a sentence, and the answer if there was one."""
    if str(error.args[0]).startswith("Reauthentication is needed"):
        return GrantError("conditional_access")
    answer = error.args[1] if len(error.args) > 1 else {}
    if not isinstance(answer, dict) or "error" not in answer:
        return TemporaryError("unexpected_answer")
    return _error(errors, answer["error"], answer.get("error_description"), scopes)


def _error(
    errors: Mapping[str, Cause],
    word: object,
    description: object,
    scopes: Collection[str],
) -> ProviderError:
    """What Google means by these words, which are what an answer has in their place."""
    detail = str(description or "")
    kind, code = errors.get(str(word), (ApplicationError, "rejected"))
    if word == "invalid_grant":
        found = (cause for said, cause in _GRANT_WORDS.items() if said in detail)
        kind, code = next(found, (kind, code))
    if code == "scope_missing":
        return kind(code, scopes=", ".join(scopes), detail=detail)
    if code == "rejected":
        detail = f"{word} {detail}"
    return kind(code, detail=detail)
