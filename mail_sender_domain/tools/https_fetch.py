# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Getting a web address that a stranger named.

Whoever owns a zone decides which address :mod:`.domain_connect` asks. So nothing inside
the own network is reached, no redirect is followed, and neither a long nor a slow
answer costs much.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from .network_place import is_public, is_public_name

TOO_LATE = "no answer in time"


@dataclass(frozen=True)
class HttpsFetcher:
    """A :data:`.domain_connect.Fetch`.

    :ivar seconds: after which nobody waits any more
    :ivar size: most bytes of an answer
    :ivar may_reach: tells whether an IP address may be connected to
    :ivar may_look_up: tells whether the addresses of a host may be asked for
    :ivar context: which certificates are trusted
    """

    seconds: float = 5.0
    size: int = 64 * 1024
    may_reach: Callable[[str], bool] = is_public
    may_look_up: Callable[[str], bool] = is_public_name
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __call__(self, url: str) -> tuple[int, bytes]:
        """Get an address.

        :return: the HTTP status and the body
        :raise OSError: there is no answer, or none that is wanted
        """
        results: SimpleQueue[tuple[int, bytes] | OSError] = SimpleQueue()
        # Looking up a name has no time limit of its own, and parts may come for ever.
        Thread(target=self._run, args=(url, results), daemon=True).start()
        try:
            result = results.get(timeout=self.seconds)
        except Empty as error:
            raise TimeoutError(TOO_LATE) from error
        if isinstance(result, OSError):
            raise result
        return result

    def _run(self, url: str, results: SimpleQueue[tuple[int, bytes] | OSError]) -> None:
        try:
            results.put(self._get(url))
        except TimeoutError:
            # Of one step, which may end a moment before the whole does.
            results.put(TimeoutError(TOO_LATE))
        except OSError as error:
            results.put(error)
        except (ValueError, http.client.HTTPException) as error:
            results.put(OSError(f"no valid answer ({type(error).__name__})"))

    def _get(self, url: str) -> tuple[int, bytes]:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise OSError("not an address of the web")
        if not self.may_look_up(parts.hostname):
            raise OSError("the host is not public")
        connection = _Connection(self, parts.hostname, parts.port or 443)
        try:
            path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
            connection.request("GET", path, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body = response.read(self.size + 1)
        finally:
            connection.close()
        if len(body) > self.size:
            raise OSError("the answer is too long")
        return response.status, body


class _Connection(http.client.HTTPSConnection):
    """Connects to an address that was looked at, and to no other that a second look-up
    of the name could give."""

    def __init__(self, fetcher: HttpsFetcher, host: str, port: int):
        super().__init__(host, port, timeout=fetcher.seconds, context=fetcher.context)
        self._fetcher = fetcher

    def connect(self) -> None:
        """Connect, with TLS, to a server that can prove to be the host."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        address = found[0][4]
        if not all(self._fetcher.may_reach(str(entry[4][0])) for entry in found):
            raise OSError("the address is not public")
        plain = socket.create_connection(address[:2], self._fetcher.seconds)
        self.sock = self._fetcher.context.wrap_socket(plain, server_hostname=self.host)
