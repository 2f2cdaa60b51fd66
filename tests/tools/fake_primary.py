# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A primary name server that takes signed updates of one zone (RFC 2136, RFC 8945)."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.update
from fake_dns import free_port

#: What a fault makes of an update: the bytes to answer, or None to hang up.
Fault = Callable[[bytes], bytes | None]


class FakePrimary:
    """A server on a loopback address.

    :ivar server: ``"127.0.0.1:PORT"``
    :ivar records: (name, type) -> texts as zone files have them
    :ivar fault: what to do instead of an update, None for nothing
    :ivar rcode: what to answer instead of an update
    :ivar ttls: (name, type) -> seconds
    """

    def __init__(self, zone: str, key: dns.tsig.Key):
        self._zone = dns.name.from_text(zone)
        self._keyring = {key.name: key}
        self.records: dict[tuple[str, str], set[str]] = {}
        self.ttls: dict[tuple[str, str], int] = {}
        self.fault: Fault | None = None
        self.rcode = dns.rcode.NOERROR
        port = free_port()
        self.server = f"127.0.0.1:{port}"
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.answer = self.answer
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> FakePrimary:
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, wire: bytes) -> bytes | None:
        """The answer to an update."""
        if self.fault:
            return self.fault(wire)
        try:
            update = dns.message.from_wire(wire, keyring=self._keyring)
        except (dns.message.UnknownTSIGKey, dns.tsig.BadAlgorithm):
            return refuse_signature(wire, dns.rcode.BADKEY)
        except dns.tsig.BadSignature:
            return refuse_signature(wire, dns.rcode.BADSIG)
        except dns.tsig.BadTime:
            return refuse_signature(wire, dns.rcode.BADTIME)
        reply = dns.message.make_response(update)
        if not update.had_tsig:
            reply.set_rcode(dns.rcode.REFUSED)
        elif update.zone[0].name != self._zone:
            reply.set_rcode(dns.rcode.NOTAUTH)
        elif self.rcode:
            reply.set_rcode(self.rcode)
        else:
            self._apply(update)
        return reply.to_wire()

    def _apply(self, update: dns.update.UpdateMessage) -> None:
        for rrset in update.update:
            key = rrset.name.to_text(), dns.rdatatype.to_text(rrset.rdtype)
            if rrset.deleting == dns.rdataclass.ANY:
                self.records.pop(key, None)
            else:
                texts = self.records.setdefault(key, set())
                texts.update(record.to_text() for record in rrset)
                self.ttls[key] = rrset.ttl


def answer_unsigned(rcode: dns.rcode.Rcode) -> Fault:
    """Answer without a signature."""

    def fault(wire: bytes) -> bytes:
        update = dns.message.from_wire(wire, keyring=False)
        reply = dns.update.UpdateMessage(update.zone[0].name, id=update.id)
        reply.flags |= dns.flags.QR
        reply.set_rcode(rcode)
        return reply.to_wire()

    return fault


def refuse_signature(wire: bytes, error: dns.rcode.Rcode) -> bytes:
    """An answer that names what is wrong with a signature (RFC 8945, section 5.2)."""
    update = dns.message.from_wire(wire, continue_on_error=True, keyring=False)
    owner, algorithm, time_signed = _signature(update)
    reply = dns.message.Message(update.id)
    reply.flags |= dns.flags.QR
    reply.set_opcode(update.opcode())
    reply.set_rcode(dns.rcode.NOTAUTH)
    plain = reply.to_wire()
    tsig = _tsig(owner, algorithm, time_signed, update.id, error)
    return plain[:10] + struct.pack("!H", 1) + plain[12:] + tsig


def _signature(update) -> tuple[dns.name.Name, dns.name.Name, int]:
    rdata = update.tsig[0]
    return update.tsig.name, rdata.algorithm, rdata.time_signed


def _tsig(owner, algorithm, time_signed: int, message_id: int, error: int) -> bytes:
    data = (
        algorithm.to_wire()
        + struct.pack("!HIH", time_signed >> 32, time_signed & 0xFFFFFFFF, 300)
        + struct.pack("!H", 0)
        + struct.pack("!HHH", message_id, error, 0)
    )
    head = struct.pack("!HHIH", dns.rdatatype.TSIG, dns.rdataclass.ANY, 0, len(data))
    return owner.to_wire() + head + data


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = self.rfile.read(2)
        if len(head) < 2:
            return
        wire = self.rfile.read(struct.unpack("!H", head)[0])
        if (reply := self.server.answer(wire)) is not None:
            self.wfile.write(struct.pack("!H", len(reply)) + reply)
