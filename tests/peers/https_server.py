# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An HTTPS server that answers what it is told to, or keeps silent."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import requests
import trustme

from .ports import LOOPBACK, free_port


@dataclass(frozen=True)
class Request:
    """One request as it came.

    :ivar path: without the parameters
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form in the body."""
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Reply:
    """What is answered.

    :ivar content: an object to be sent as JSON, or the body itself
    """

    status: int
    content: dict[str, Any] | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The bytes of the content."""
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()


class Silence(Enum):
    """What may happen instead of a reply."""

    #: The connection ends.
    DROP = "drop"
    #: Nothing, until the server stops.
    STALL = "stall"


@contextmanager
def trusting_session(authority: trustme.CA) -> Iterator[requests.Session]:
    """Make an HTTP session that trusts certificates of one authority."""
    with authority.cert_pem.tempfile() as path, requests.Session() as session:
        session.verify = path
        # REQUESTS_CA_BUNDLE would count for more than what the session trusts.
        session.trust_env = False
        yield session


class HttpsServer:
    """A server on a free loopback port, with TLS.

    ::

        with (
            HttpsServer(lambda request: Reply(200, {"hello": "world"})) as server,
            trusting_session(server.authority) as session,
        ):
            session.get(server.url)

    :ivar url: ``"https://localhost:PORT"``
    :ivar authority: the authority of its certificate
    :ivar requests: everything that was asked, oldest first
    """

    def __init__(
        self,
        answer: Callable[[Request], Reply | Silence],
        authority: trustme.CA | None = None,
    ):
        """Prepare the server; nothing listens before ``with``.

        :param answer: gives the reply to a request
        :param authority: issues the certificate
        """
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.requests: list[Request] = []
        self.answer = answer
        self.authority = authority or trustme.CA()
        self._stopping = threading.Event()
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start listening.

        :raise OSError: when the port was taken in the meantime
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost").configure_cert(context)
        with ExitStack() as resources:
            server = _Server((LOOPBACK, self.port), self, context)
            resources.callback(server.server_close)
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            resources.callback(thread.join)
            resources.callback(server.shutdown)
            resources.callback(self._stopping.set)
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._resources.close()

    def _handle(self, request: Request) -> Reply | None:
        self.requests.append(request)
        reply = self.answer(request)
        if reply is Silence.STALL:
            self._stopping.wait()
        return reply if isinstance(reply, Reply) else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], owner: HttpsServer, context: ssl.SSLContext
    ):
        super().__init__(address, _Handler)
        self.owner = owner
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the thread of the connection: a slow client holds nobody up.
        with self._context.wrap_socket(request, server_side=True) as connection:
            self.RequestHandlerClass(connection, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate or goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of a reply are written one after the other.
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=address.path,
            parameters=dict(parse_qsl(address.query)),
            headers=dict(self.headers),
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        reply = self.server.owner._handle(request)
        if reply is None:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        for name, value in {
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""
