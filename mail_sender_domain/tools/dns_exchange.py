# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One DNS question to one name server, and reading what comes back."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from time import monotonic

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from .domain_name import is_local_name
from .resolver import MAX_ALIASES

#: Largest answer asked for over UDP; it passes every network in one piece (RFC 9715).
UDP_PAYLOAD = 1232

#: The highest number that a port can have.
MAX_PORT = 65535

_REASONS = {
    dns.rcode.SERVFAIL: "servfail",
    dns.rcode.REFUSED: "refused",
    dns.rcode.NOTAUTH: "lame",
}
_NO_EDNS = {dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS}


class Unanswered(Exception):
    """A question got no usable answer.

    :ivar reason: why, in the words of :attr:`.resolver.Answer.reason`
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Server:
    """Where a name server listens: an IP address and a port (UDP and TCP)."""

    address: str
    port: int

    @classmethod
    def parse(cls, text: str, default_port: int) -> Server:
        """Read ``192.0.2.1``, ``192.0.2.1:5353``, ``2001:db8::1`` or ``[::1]:5353``.

        >>> Server.parse("[::1]:5353", 53)
        Server(address='::1', port=5353)

        :raise ValueError: when it is no address, or the port none
        """
        host, port = text.strip(), ""
        if host.startswith("["):
            host, _bracket, port = host[1:].partition("]")
            port = port.removeprefix(":")
        elif host.count(":") == 1:
            host, _colon, port = host.partition(":")
        number = int(port or default_port)
        if not 0 < number <= MAX_PORT:
            raise ValueError(f"{number} is no port")
        return cls(str(ipaddress.ip_address(host)), number)


def ask(
    server: Server,
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    seconds: float,
    *,
    recurse: bool,
) -> dns.message.Message:
    """Ask over UDP, and over TCP when the answer does not fit.

    :param seconds: longest time that this takes
    :param recurse: whether the server is asked to find the answer elsewhere
    :return: a response to this question with the code NOERROR or NXDOMAIN
    :raise Unanswered: ``timeout``, ``servfail``, ``refused``, ``lame``, ``malformed``
        or ``network``
    """
    query = dns.message.make_query(name, rdtype, use_edns=0, payload=UDP_PAYLOAD)
    if not recurse:
        query.flags &= ~dns.flags.RD
    deadline = monotonic() + seconds
    try:
        response = _send(query, server, deadline)
        if response.rcode() in _NO_EDNS:
            # The server does not know the extension (RFC 6891 7).
            query.use_edns(False)
            response = _send(query, server, deadline)
    except dns.exception.Timeout as error:
        raise Unanswered("timeout") from error
    except (dns.exception.DNSException, ValueError) as error:
        raise Unanswered("malformed") from error
    except (OSError, EOFError) as error:
        raise Unanswered("network") from error
    if response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise Unanswered(_REASONS.get(response.rcode(), "malformed"))
    return response


def _send(
    query: dns.message.Message, server: Server, deadline: float
) -> dns.message.Message:
    try:
        return dns.query.udp(
            query,
            server.address,
            timeout=_seconds_until(deadline),
            port=server.port,
            ignore_unexpected=True,
            raise_on_truncation=True,
        )
    except dns.message.Truncated:
        return dns.query.tcp(
            query, server.address, timeout=_seconds_until(deadline), port=server.port
        )


def _seconds_until(deadline: float) -> float:
    return max(deadline - monotonic(), 0)


def follow(
    response: dns.message.Message,
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    zone: dns.name.Name,
) -> tuple[list[dns.name.Name], dns.rrset.RRset | None]:
    """Find the records in a response, along its CNAMEs.

    :param zone: where the server may be believed; CNAMEs that leave it end the walk, as
        do those to names that no public DNS has
    :return: the CNAME targets passed, and the records at the last one if they are there
    """
    aliases: list[dns.name.Name] = []
    while name.is_subdomain(zone):
        if records := _find(response.answer, response, name, rdtype):
            return aliases, records
        alias = _find(response.answer, response, name, dns.rdatatype.CNAME)
        if not alias or len(aliases) > MAX_ALIASES:
            break
        name = alias[0].target
        aliases.append(name)
        if is_local_name(name_text(name)):
            break
    return aliases, None


def _find(section, response, name, rdtype) -> dns.rrset.RRset | None:
    return response.get_rrset(section, name, dns.rdataclass.IN, rdtype)


def find_referral(
    response: dns.message.Message, zone: dns.name.Name, name: dns.name.Name
) -> dns.rrset.RRset | None:
    """The NS records in a response of the servers of ``zone`` that says: ask the
    servers of this zone further down."""
    if response.answer or response.rcode() != dns.rcode.NOERROR:
        return None
    for records in response.authority:
        if (
            records.rdtype == dns.rdatatype.NS
            and records.name != zone
            and records.name.is_subdomain(zone)
            and name.is_subdomain(records.name)
        ):
            return records
    return None


def find_zone(response: dns.message.Message) -> dns.name.Name | None:
    """The zone that says in a response that there is nothing (RFC 2308 3)."""
    for records in response.authority:
        if records.rdtype == dns.rdatatype.SOA:
            return records.name
    return None


def is_lame(response: dns.message.Message) -> bool:
    """Whether a server that should own a zone speaks as if it did not."""
    is_authoritative = bool(response.flags & dns.flags.AA)
    return not (is_authoritative or response.answer or find_zone(response))


def record_texts(records: dns.rrset.RRset) -> tuple[str, ...]:
    """The records as :attr:`.resolver.Answer.records` wants them, in canonical order
    (RFC 4034 6.3: MX by preference), because servers shuffle them."""
    return tuple(_record_text(record) for record in sorted(records))


def _record_text(record: dns.rdata.Rdata) -> str:
    if record.rdtype == dns.rdatatype.TXT:
        text = b"".join(record.strings).decode("utf-8", "replace")
        # No database stores the character NUL in a text.
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if record.rdtype == dns.rdatatype.MX:
        return f"{record.preference} {name_text(record.exchange)}"
    if record.rdtype in (dns.rdatatype.NS, dns.rdatatype.CNAME, dns.rdatatype.PTR):
        return name_text(record.target)
    return record.to_text()


def name_text(name: dns.name.Name) -> str:
    """The name in lower case without the last dot; the root is ``"."``."""
    return name.to_text(omit_final_dot=name != dns.name.root).lower()


def parse_name(text: str) -> dns.name.Name:
    """Read a plain name: no escapes, a last dot or none.

    :raise dns.exception.DNSException: when a label is empty or anything too long
    :raise UnicodeEncodeError: when it is not ASCII
    """
    labels = text.removesuffix(".").split(".") if text.strip(".") else []
    if not all(labels):
        raise dns.name.EmptyLabel
    return dns.name.Name([label.encode("ascii") for label in labels] + [b""])
