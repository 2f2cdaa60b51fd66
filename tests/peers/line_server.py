# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server that says its lines, whatever it hears."""

import socket
import socketserver
import ssl
import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import trustme

from .ports import LOOPBACK, free_port


class LineServer:
    """A TCP server on a free loopback port that need not speak SMTP.

    ::

        with LineServer(b"220 hello\\r\\n", b"250 hello\\r\\n") as server:
            smtplib.SMTP(LOOPBACK, server.port).ehlo()

    Each client is told the first answer when it comes, and the next one after each line
    that it sends.

    :ivar port: the port it listens on
    :ivar heard: the lines that clients sent
    """

    def __init__(
        self,
        *answers: bytes,
        hangs_up: bool = False,
        authority: trustme.CA | None = None,
    ):
        """Prepare the server; nothing listens before ``with``.

        :param answers: what to say; when it is over, the server keeps silent
        :param hangs_up: whether it hangs up then instead
        :param authority: encrypt from the first byte on, with a certificate of this
            authority for ``localhost``
        """
        self.port = free_port()
        self.heard: list[bytes] = []
        self._answers = answers
        self._hangs_up = hangs_up
        self._authority = authority
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start listening.

        :raise OSError: when the port was taken in the meantime
        """
        server = _Server((LOOPBACK, self.port), _Handler)
        server.answers, server.hangs_up = self._answers, self._hangs_up
        server.heard = self.heard
        if self._authority:
            server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert("localhost").configure_cert(server.tls)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self._resources.callback(server.server_close)
        self._resources.callback(thread.join)
        self._resources.callback(server.shutdown)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._resources.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        if not self.tls:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as encrypted:
            super().finish_request(encrypted, client_address)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        try:
            for position, answer in enumerate(self.server.answers):
                if position:
                    line = self.rfile.readline()
                    if not line:
                        return
                    self.server.heard.append(line)
                self.wfile.write(answer)
            while not self.server.hangs_up and self.rfile.readline():
                pass
        except OSError:
            # The client hung up in the middle of a line.
            return
