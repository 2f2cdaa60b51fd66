# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A DNS server that misbehaves for chosen names and passes the rest on."""

import socketserver
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.query
import dns.rcode

from .ports import LOOPBACK, free_port

#: Longest answer sent over UDP, as today's servers have it.
UDP_BYTES = 1232

#: What a fault makes of a question: the bytes to answer, or None for silence.
Fault = Callable[[dns.message.Message], bytes | None]


def silence(question: dns.message.Message) -> None:
    """Never answer, as a server behind a firewall does."""


def garbage(question: dns.message.Message) -> bytes:
    """Answer bytes that are no DNS message, under the right number."""
    return struct.pack("!H", question.id) + b"\xff" * 40


def refuse(rcode: str) -> Fault:
    """Answer an error.

    :param rcode: its name, for example ``"SERVFAIL"`` or ``"REFUSED"``
    """

    def fault(question: dns.message.Message) -> bytes:
        reply = dns.message.make_response(question)
        reply.set_rcode(dns.rcode.from_text(rcode))
        return reply.to_wire()

    return fault


class FaultyDns:
    """A DNS server on a free loopback port, in front of a good one.

    ::

        with Nsd("acme.test") as nsd, FaultyDns(nsd.address) as dns:
            dns.faults["_dmarc.acme.test"] = silence

    :ivar address: ``"127.0.0.1:PORT"``
    :ivar faults: name -> what to do to questions about it, over UDP and TCP; the name
        ``"*"`` stands for all others
    :ivar questions: the (name, type) pairs that were asked, repetitions included
    """

    def __init__(self, upstream: str):
        """Prepare the server; nothing listens before ``with``.

        :param upstream: the good server, ``"127.0.0.1:PORT"``
        """
        host, port = upstream.split(":")
        self.port = free_port()
        self.address = f"{LOOPBACK}:{self.port}"
        self.faults: dict[str, Fault] = {}
        self.questions: list[tuple[str, str]] = []
        self._upstream = host, int(port)
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start listening.

        :raise OSError: when the port was taken in the meantime
        """
        for kind, handler in (
            (socketserver.ThreadingUDPServer, _UdpHandler),
            (socketserver.ThreadingTCPServer, _TcpHandler),
        ):
            server = kind((LOOPBACK, self.port), handler)
            server.daemon_threads = True
            server.answer = self._answer
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

    def _answer(self, wire: bytes) -> bytes | None:
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        self.questions.append((name, asked.rdtype.name))
        if fault := self.faults.get(name, self.faults.get("*")):
            return fault(question)
        host, port = self._upstream
        return dns.query.tcp(question, host, timeout=5, port=port).to_wire()


class _UdpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, sender = self.request
        if reply := self.server.answer(wire):
            if len(reply) > UDP_BYTES:
                truncated = dns.message.make_response(dns.message.from_wire(wire))
                truncated.flags |= dns.flags.TC
                reply = truncated.to_wire()
            sender.sendto(reply, self.client_address)


class _TcpHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = self.rfile.read(2)
        if len(head) == 2:
            wire = self.rfile.read(struct.unpack("!H", head)[0])
            if reply := self.server.answer(wire):
                self.wfile.write(struct.pack("!H", len(reply)) + reply)
