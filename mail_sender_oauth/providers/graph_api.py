# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Microsoft Graph as an interface to one mailbox.

https://learn.microsoft.com/graph/api/user-sendmail
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

import requests

from .base import SendAs
from .errors import (
    AccessError,
    ApplicationError,
    Cause,
    GrantError,
    RefusedError,
    TemporaryError,
)
from .http_client import Bearer, HttpClient, read

ROOT = "https://graph.microsoft.com"

#: What Graph calls an error -> what it means here.
_CODES: Mapping[str, Cause] = {
    "InvalidAuthenticationToken": (AccessError, "token_rejected"),
    "Authorization_RequestDenied": (GrantError, "scope_missing"),
    "ErrorAccessDenied": (GrantError, "scope_missing"),
    "ErrorSendAsDenied": (RefusedError, "send_as_denied"),
    "ErrorMessageSizeExceeded": (RefusedError, "too_large"),
    "RequestBodyTooLarge": (RefusedError, "too_large"),
    "ErrorExceededMessageLimit": (RefusedError, "quota_exceeded"),
    "ErrorQuotaExceeded": (RefusedError, "quota_exceeded"),
    "ErrorMessageSubmissionBlocked": (RefusedError, "sending_blocked"),
    "ErrorAccountSuspend": (RefusedError, "sending_blocked"),
    "ErrorInvalidUser": (RefusedError, "no_mailbox"),
    "ErrorNonExistentMailbox": (RefusedError, "no_mailbox"),
    "MailboxNotEnabledForRESTAPI": (RefusedError, "no_mailbox"),
    "MailboxNotSupportedForRESTAPI": (RefusedError, "no_mailbox"),
    "ErrorServerBusy": (TemporaryError, "rate_limited"),
    "ErrorMailboxStoreUnavailable": (TemporaryError, "server_error"),
}

#: Where the code is not known, the HTTP status has to do.
_STATUSES: Mapping[int, Cause] = {
    400: (RefusedError, "message_rejected"),
    401: (AccessError, "token_rejected"),
    404: (RefusedError, "no_mailbox"),
}


class GraphApi:
    """One mailbox; see :class:`.base.MailApi`."""

    #: A request has at most 4 MB, and the message is in it as base64.
    max_size: ClassVar[int] = 3 * 1024 * 1024

    def __init__(
        self,
        http: HttpClient,
        get_token: Callable[[], str],
        mailbox: str = "",
        root: str = ROOT,
    ):
        """Open the mailbox; nothing is asked yet.

        :param get_token: gives a valid access token; called before each request
        :param mailbox: its address; empty: that of the account that logged in
        """
        self._http = http
        self._get_token = get_token
        user = f"users/{quote(mailbox, safe='@')}" if mailbox else "me"
        self._user = f"{root}/v1.0/{user}"

    def send(self, message: bytes) -> None:
        """See :meth:`.base.MailApi.send`; a copy stays in *Sent Items*.

        :raise RefusedError: also ``too_large_for_graph``; nobody was asked
        """
        if len(message) > self.max_size:
            raise RefusedError("too_large_for_graph", size=self.max_size // 2**20)
        self._ask(
            "POST",
            f"{self._user}/sendMail",
            data=base64.b64encode(message),
            headers={"Content-Type": "text/plain"},
        )

    def list_send_as(self) -> tuple[SendAs, ...]:
        """See :meth:`.base.MailApi.list_send_as`.

        The tenant decides whether mail may leave from an address that is not primary;
        where it may not, Exchange puts the primary one in its place.
        """
        fields = "displayName,mail,proxyAddresses,userPrincipalName"
        answer = self._ask("GET", self._user, params={"$select": fields})
        name = answer.get("displayName") or ""
        proxies = [entry.partition(":") for entry in answer.get("proxyAddresses") or ()]
        addresses = [
            SendAs(address, name, scheme == "SMTP")
            for scheme, _colon, address in proxies
            if scheme.lower() == "smtp"
        ]
        own = answer.get("mail") or answer.get("userPrincipalName") or ""
        if not addresses and "@" in own:
            addresses = [SendAs(own, name, True)]
        return tuple(addresses)

    def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        response = self._http.request(
            method, url, auth=Bearer(self._get_token()), **options
        )
        if not response.ok:
            raise _error(response)
        return read(response)


def _error(response: requests.Response) -> Exception:
    error = read(response).get("error", {})
    status = _STATUSES.get(response.status_code, (ApplicationError, "rejected"))
    kind, code = _CODES.get(error.get("code", ""), status)
    detail = error.get("message", "")
    if code == "scope_missing":
        return kind(code, scopes="Microsoft Graph", detail=detail)
    return kind(code, detail=detail)
