# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gmail's own interface to one mailbox.

https://developers.google.com/workspace/gmail/api/reference/rest
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
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

ROOT = "https://gmail.googleapis.com"

#: What Gmail calls a reason -> what it means here.
_REASONS: Mapping[str, Cause] = {
    "authError": (AccessError, "token_rejected"),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": (GrantError, "scope_missing"),
    "insufficientPermissions": (GrantError, "scope_missing"),
    "SERVICE_DISABLED": (ApplicationError, "api_disabled"),
    "accessNotConfigured": (ApplicationError, "api_disabled"),
    "domainPolicy": (ApplicationError, "admin_consent_missing"),
    "rateLimitExceeded": (TemporaryError, "rate_limited"),
    "userRateLimitExceeded": (TemporaryError, "rate_limited"),
    "dailyLimitExceeded": (RefusedError, "quota_exceeded"),
    "quotaExceeded": (RefusedError, "quota_exceeded"),
    "delegationDenied": (RefusedError, "send_as_denied"),
    "failedPrecondition": (RefusedError, "no_mailbox"),
    "uploadTooLarge": (RefusedError, "too_large"),
}

#: Where there is no known reason, the HTTP status has to do.
_STATUSES: Mapping[int, Cause] = {
    400: (RefusedError, "message_rejected"),
    401: (AccessError, "token_rejected"),
    404: (RefusedError, "no_mailbox"),
}

#: Beyond a limit of sending, Gmail tells the time in words and not in a header.
_RETRY_AFTER = re.compile(r"Retry after (\S+Z)")


class GmailApi:
    """One mailbox; see :class:`.base.MailApi`."""

    #: What Gmail documents for the upload of a message.
    max_size: ClassVar[int] = 35 * 1024 * 1024

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
        self._user = f"gmail/v1/users/{quote(mailbox or 'me', safe='@')}"
        self._root = root

    def send(self, message: bytes) -> None:
        """See :meth:`.base.MailApi.send`; the bytes go out as they are."""
        self._ask(
            "POST",
            f"{self._root}/upload/{self._user}/messages/send",
            params={"uploadType": "media"},
            data=message,
            headers={"Content-Type": "message/rfc822"},
        )

    def list_send_as(self) -> tuple[SendAs, ...]:
        """See :meth:`.base.MailApi.list_send_as`."""
        answer = self._ask("GET", f"{self._root}/{self._user}/settings/sendAs")
        return tuple(
            SendAs(
                email=alias["sendAsEmail"],
                name=alias.get("displayName", ""),
                is_primary=alias.get("isPrimary", False),
            )
            for alias in answer.get("sendAs", ())
            if alias.get("isPrimary") or alias.get("verificationStatus") == "accepted"
        )

    def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._http.request(
                method, url, auth=Bearer(self._get_token()), **options
            )
        except TemporaryError as error:
            if error.retry_after is None:
                error.retry_after = _seconds_told(str(error))
            raise
        if not response.ok:
            raise _error(response)
        return read(response)


def _error(response: requests.Response) -> Exception:
    error = read(response).get("error", {})
    reasons = [part.get("reason") for part in error.get("details", ())]
    reasons += [part.get("reason") for part in error.get("errors", ())]
    causes = [_REASONS[reason] for reason in reasons if reason in _REASONS]
    causes.append(
        _STATUSES.get(response.status_code, (ApplicationError, "rejected")),
    )
    kind, code = causes[0]
    detail = error.get("message", "")
    if code == "scope_missing":
        return kind(code, scopes="Gmail", detail=detail)
    if kind is TemporaryError:
        return TemporaryError(code, _seconds_told(detail), detail=detail)
    return kind(code, detail=detail)


def _seconds_told(text: str) -> float | None:
    """How long to wait, if the text says until when.

    >>> _seconds_told("User-rate limit exceeded. Retry after 2001-01-01T00:00:00.000Z")
    0.0
    """
    if found := _RETRY_AFTER.search(text):
        with suppress(ValueError):
            until = datetime.fromisoformat(found[1])
            return max(0.0, (until - datetime.now(UTC)).total_seconds())
    return None
