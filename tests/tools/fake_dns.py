# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Name servers inside the test process: good ones, lame ones, broken ones."""

from __future__ import annotations

import random
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack

from dnslib import QTYPE, RCODE, RD, RR, DNSRecord

#: Below the ports that systems give to outgoing connections: nobody takes one of these
#: between looking and listening.
PORTS = range(20_000, 30_000)

#: What a fault makes of a question (dnslib) over ``"udp"`` or ``"tcp"``: the bytes to
#: answer, or None for silence.
Fault = Callable[[DNSRecord, str], bytes | None]


def free_port() -> int:
    """A port that is free for UDP and TCP on every address of this machine."""
    while True:
        port = random.choice(PORTS)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        ):
            try:
                udp.bind(("", port))
                tcp.bind(("", port))
            except OSError:
                continue
            return port


def silence(question: DNSRecord, transport: str) -> None:
    """Never answer."""


def refuse(rcode: str) -> Fault:
    """Answer with this code, ``"SERVFAIL"``, ``"REFUSED"``, ``"NXDOMAIN"`` ..."""

    def fault(question: DNSRecord, transport: str) -> bytes:
        reply = question.reply(aa=0, ra=0)
        reply.header.rcode = getattr(RCODE, rcode)
        return reply.pack()

    return fault


def send(payload: bytes) -> Fault:
    """Answer these bytes behind the right message number."""
    return lambda question, transport: question.pack()[:2] + payload


class FakeDns:
    """A name server on a loopback address.

    As an owner of zones it answers below them, delegates at NS records further down,
    leaves it to others to follow CNAMEs, and refuses the rest. As a recursor it knows
    everything it was told and follows CNAMEs; where it knows nothing it shows the SOA
    record of the zone, if it was told one.

    :ivar faults: name -> what to do to questions about it; ``"*"`` stands for all
    :ivar asked: (name, type, transport) of every question
    """

    def __init__(self, address: str, port: int, *zones: str, recursor: bool = False):
        self.server = f"{address}:{port}"
        self.address = address
        self.port = port
        self.faults: dict[str, Fault] = {}
        self.asked: list[tuple[str, str, str]] = []
        self._zones = zones
        self._recursor = recursor
        self._records: dict[str, dict[str, list[RR]]] = {}
        self._resources = ExitStack()

    def add(self, name: str, rdtype: str, *values: str | RD) -> None:
        """Publish records: as in a zone file (names with the last dot), or made."""
        records = self._records.setdefault(name, {}).setdefault(rdtype, [])
        for value in values:
            if isinstance(value, RD):
                records.append(RR(name, getattr(QTYPE, rdtype), rdata=value))
            else:
                records += RR.fromZone(f"{name}. 60 IN {rdtype} {value}")

    def __enter__(self) -> FakeDns:
        with ExitStack() as started:
            for kind, handler in ((_UdpServer, _Udp), (_TcpServer, _Tcp)):
                server = started.enter_context(kind((self.address, self.port), handler))
                server.answer = self._answer
                thread = threading.Thread(target=server.serve_forever, args=(0.002,))
                thread.start()
                started.callback(thread.join)
                started.callback(server.shutdown)
            self._resources = started.pop_all()
        return self

    def __exit__(self, *_error) -> None:
        self._resources.close()

    def _answer(self, wire: bytes, transport: str) -> bytes | None:
        question = DNSRecord.parse(wire)
        name = str(question.q.qname).rstrip(".").lower()
        rdtype = QTYPE[question.q.qtype]
        self.asked.append((name, rdtype, transport))
        if fault := self.faults.get(name) or self.faults.get("*"):
            return fault(question, transport)
        reply = question.reply(aa=0 if self._recursor else 1, ra=int(self._recursor))
        if self._recursor:
            self._recurse(reply, name, rdtype)
        else:
            self._own(reply, name, rdtype)
        if transport == "udp" and len(reply.pack()) > 1232:
            return reply.truncate().pack()
        return reply.pack()

    def _recurse(self, reply: DNSRecord, name: str, rdtype: str) -> None:
        while records := self._records.get(name):
            if rdtype in records:
                reply.add_answer(*records[rdtype])
                return
            if "CNAME" not in records:
                break
            reply.add_answer(*records["CNAME"])
            name = str(records["CNAME"][0].rdata.label).rstrip(".")
        else:
            reply.header.rcode = RCODE.NXDOMAIN
        for zone, records in self._records.items():
            if "SOA" in records and _is_below(name, zone):
                reply.add_auth(*records["SOA"])

    def _own(self, reply: DNSRecord, name: str, rdtype: str) -> None:
        zone = next((zone for zone in self._zones if _is_below(name, zone)), None)
        if zone is None:
            reply.header.rcode = RCODE.REFUSED
            reply.header.aa = 0
            return
        for cut, records in self._records.items():
            if cut != zone and "NS" in records and _is_below(name, cut):
                reply.header.aa = 0
                reply.add_auth(*records["NS"])
                return
        records = self._records.get(name, {})
        found = records.get(rdtype) or records.get("CNAME")
        if found:
            reply.add_answer(*found)
            return
        reply.add_auth(*RR.fromZone(f"{zone}. 60 IN SOA {zone}. {zone}. 1 1 1 1 1"))
        if not any(_is_below(known, name) for known in self._records):
            reply.header.rcode = RCODE.NXDOMAIN


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, sender = self.request
        if (reply := self.server.answer(wire, "udp")) is not None:
            sender.sendto(reply, self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = self.rfile.read(2)
        if len(head) < 2:
            return
        wire = self.rfile.read(struct.unpack("!H", head)[0])
        if (reply := self.server.answer(wire, "tcp")) is not None:
            self.wfile.write(struct.pack("!H", len(reply)) + reply)


def _is_below(name: str, zone: str) -> bool:
    return name == zone or name.endswith("." + zone)
