# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP to a provider, for the libraries as well as for ourselves.

Every failure that has nothing to do with the question asked becomes one of our errors
before a library sees it: google-auth would try three times, msal would remember the
failure and answer from memory, and both would break on a page in HTML.
"""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError

from .errors import ApplicationError, RefusedError, TemporaryError

#: Seconds to wait for a connection, and for each part of an answer.
TIMEOUT = 20.0


class Bearer(AuthBase):
    """Shows an access token."""

    def __init__(self, token: str):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into a request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class HttpClient:
    """Asks over HTTPS; also what msal calls an ``http_client``.

    :ivar timeout: seconds
    """

    def __init__(
        self, session: requests.Session | None = None, timeout: float = TIMEOUT
    ):
        """Prepare for asking.

        :param session: how to get out: proxies, trusted certificates
        """
        self.timeout = timeout
        self._session = session or requests.Session()

    def request(
        self,
        method: str,
        url: str,
        *,
        auth: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_options: Any,
    ) -> requests.Response:
        """Ask once.

        Redirects are not followed: they would carry secrets elsewhere.

        :param auth: as for :mod:`requests`; for instance a :class:`Bearer`
        :param timeout: instead of the usual one
        :return: an answer with a status below 500 whose body is JSON or empty
        :raise TemporaryError: ``unreachable``, ``no_answer``, ``server_error``,
            ``rate_limited``, ``unexpected_answer``
        :raise ApplicationError: ``certificate``
        :raise RefusedError: ``too_large``
        """
        try:
            response = self._session.request(
                method,
                url,
                allow_redirects=False,
                # Without one, requests would look for a login in ~/.netrc.
                auth=auth or _no_login,
                data=data,
                headers=headers,
                params=params,
                timeout=timeout or self.timeout,
                # Said here, it counts for more than REQUESTS_CA_BUNDLE.
                verify=self._session.verify,
            )
        except requests.RequestException as error:
            raise _network_error(error, urlsplit(url).hostname) from error
        # JSON is UTF-8 (RFC 8259); requests would guess.
        response.encoding = "utf-8"
        _check_answer(response)
        return response

    def get(self, url: str, **options: Any) -> requests.Response:
        """Ask with GET; see :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> requests.Response:
        """Ask with POST; see :meth:`request`."""
        return self.request("POST", url, **options)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


def read(response: requests.Response) -> dict[str, Any]:
    """Tell what an answer of :class:`HttpClient` says; nothing if it is empty."""
    return json.loads(response.content) if response.content else {}


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _network_error(
    error: requests.RequestException, host: str | None
) -> TemporaryError | ApplicationError:
    if isinstance(error, requests.exceptions.SSLError):
        return ApplicationError("certificate", host=host)
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    before_sending = isinstance(
        error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError
    ) or isinstance(reason, NewConnectionError)
    return TemporaryError("unreachable" if before_sending else "no_answer", host=host)


def _check_answer(response: requests.Response) -> None:
    status, retry_after = response.status_code, _retry_after(response)
    if status == 429:
        raise TemporaryError("rate_limited", retry_after, detail=_text(response))
    if status >= 500:
        raise TemporaryError("server_error", retry_after, status=status)
    if status == 413:
        raise RefusedError("too_large")
    if 300 <= status < 400 or not _is_json(response):
        raise TemporaryError("unexpected_answer", retry_after, status=status)


def _is_json(response: requests.Response) -> bool:
    try:
        return isinstance(read(response), dict)
    except ValueError:
        return False


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait: the header has a number or a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
        date = response.headers.get("Date") or email.utils.formatdate(usegmt=True)
        now = email.utils.parsedate_to_datetime(date)
        return max(0.0, (when - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _text(response: requests.Response) -> str:
    """What a JSON error says in words."""
    if not _is_json(response):
        return ""
    error = read(response).get("error", "")
    return error.get("message", "") if isinstance(error, dict) else str(error)
