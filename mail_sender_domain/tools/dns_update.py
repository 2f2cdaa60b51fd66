# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Publishing records in a zone of one's own: dynamic updates (RFC 2136), signed with a
shared secret (TSIG, RFC 8945).

::

    key = TsigKey("odoo-update", "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0")
    changes = [Change("s1.example.com.keys.platform.example", "TXT", ("v=DKIM1; ...",))]
    send_update("192.0.2.53", "keys.platform.example", changes, key)
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.tsig
import dns.update

from .dns_exchange import Server, parse_name
from .errors import SenderToolError
from .record_form import txt_strings

#: Seconds for which resolvers may keep what is published here: a new key has to be seen
#: soon.
DEFAULT_TTL = 300
#: Algorithms that are still to be used (RFC 8945, section 6).
ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")

_PEER_ERRORS = {
    dns.tsig.PeerBadKey: "unknown_key",
    dns.tsig.PeerBadSignature: "wrong_secret",
    dns.tsig.PeerBadTime: "wrong_time",
}


class DnsUpdateError(SenderToolError):
    """A zone was not changed. Never names any part of the secret."""

    sentences = {
        "bad_server": "'{text}' is not the address of a name server",
        "bad_secret": "the secret of the key '{key}' is not base64",
        "bad_algorithm": "'{algorithm}' is no algorithm for keys of updates",
        "bad_name": "'{name}' is not a name",
        "outside": "'{name}' is not in the zone '{zone}'",
        "bad_type": "records of the type '{type}' are not published here",
        "timeout": "the name server {server} did not answer in time",
        "network": "the name server {server} cannot be reached ({detail})",
        "unknown_key": "the name server does not know the key '{key}'",
        "wrong_secret": "the name server has another secret for the key '{key}'",
        "wrong_time": "the clocks of the name server and of this machine differ",
        "not_its_zone": "the name server does not keep the zone '{zone}'",
        "refused": "the name server does not let the key '{key}' change '{zone}'",
        "failed": "the name server answers with {rcode}",
        "malformed": "the answer of the name server is not valid or not signed",
    }


@dataclass(frozen=True)
class TsigKey:
    """A secret that is shared with a name server.

    :ivar name: as the name server knows it
    :ivar secret: in base64
    :ivar algorithm: one of :data:`ALGORITHMS`
    """

    name: str
    secret: str = field(repr=False)
    algorithm: str = "hmac-sha256"


@dataclass(frozen=True)
class Change:
    """What is to be published at one name; replaces all records of the type.

    :ivar host: the full name
    :ivar type: ``TXT`` or ``CNAME``
    :ivar values: as in :attr:`.resolver.Answer.records`; none takes the records away
    """

    host: str
    type: str
    values: tuple[str, ...] = ()
    ttl: int = DEFAULT_TTL


def build_update(
    zone: str, changes: Iterable[Change], key: TsigKey
) -> dns.update.UpdateMessage:
    """Make the message that asks for changes; all of them are made, or none.

    :raise DnsUpdateError: ``bad_secret``, ``bad_algorithm``, ``bad_name``, ``outside``
        or ``bad_type``
    """
    origin = _name(zone)
    update = dns.update.UpdateMessage(origin, keyring=_keyring(key))
    for change in changes:
        host = _name(change.host)
        if not host.is_subdomain(origin):
            raise DnsUpdateError("outside", name=change.host, zone=zone)
        records = [_record(change.type, value) for value in change.values]
        update.delete(host, dns.rdatatype.from_text(_checked_type(change.type)))
        for record in records:
            update.add(host, change.ttl, record)
    return update


def send_update(
    server: str,
    zone: str,
    changes: Iterable[Change],
    key: TsigKey,
    *,
    port: int = 53,
    timeout: float = 10.0,
) -> None:
    """Change a zone, over TCP because keys are long.

    :param server: the primary name server of the zone, ``"192.0.2.53"`` or
        ``"[2001:db8::53]:5353"``
    :param port: of a server that is given without one
    :param timeout: seconds until it has to answer
    :raise DnsUpdateError: any of its codes
    """
    try:
        place = Server.parse(server, port)
    except ValueError as error:
        raise DnsUpdateError("bad_server", text=server) from error
    update = build_update(zone, changes, key)
    try:
        answer = dns.query.tcp(update, place.address, timeout, place.port)
    except dns.exception.Timeout as error:
        raise DnsUpdateError("timeout", server=server) from error
    except tuple(_PEER_ERRORS) as error:
        raise DnsUpdateError(_PEER_ERRORS[type(error)], key=key.name) from error
    except (dns.exception.DNSException, ValueError, EOFError) as error:
        raise DnsUpdateError("malformed") from error
    except OSError as error:
        raise DnsUpdateError("network", server=server, detail=str(error)) from error
    _check_answer(answer, zone, key)


def _check_answer(answer: dns.message.Message, zone: str, key: TsigKey) -> None:
    match answer.rcode():
        case dns.rcode.NOERROR if answer.had_tsig:
            return
        case dns.rcode.NOERROR:
            # Anybody between here and there could have said so.
            raise DnsUpdateError("malformed")
        case dns.rcode.NOTAUTH | dns.rcode.NOTZONE:
            raise DnsUpdateError("not_its_zone", zone=zone)
        case dns.rcode.REFUSED:
            raise DnsUpdateError("refused", key=key.name, zone=zone)
        case rcode:
            raise DnsUpdateError("failed", rcode=dns.rcode.to_text(rcode))


def _record(rdtype: str, value: str) -> dns.rdata.Rdata:
    if _checked_type(rdtype) == "TXT":
        strings = [part.encode() for part in txt_strings(value)]
        return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)
    target = _name(value).to_text()
    return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.CNAME, target)


def _checked_type(rdtype: str) -> str:
    if rdtype not in ("TXT", "CNAME"):
        raise DnsUpdateError("bad_type", type=rdtype)
    return rdtype


def _keyring(key: TsigKey) -> dict[dns.name.Name, dns.tsig.Key]:
    if key.algorithm not in ALGORITHMS:
        raise DnsUpdateError("bad_algorithm", algorithm=key.algorithm)
    name = _name(key.name)
    try:
        secret = base64.b64decode("".join(key.secret.split()), validate=True)
    except ValueError as error:
        raise DnsUpdateError("bad_secret", key=key.name) from error
    if not secret:
        raise DnsUpdateError("bad_secret", key=key.name)
    return {name: dns.tsig.Key(name, secret, key.algorithm)}


def _name(text: str) -> dns.name.Name:
    try:
        name = parse_name(text)
    except (dns.exception.DNSException, UnicodeEncodeError) as error:
        raise DnsUpdateError("bad_name", name=text) from error
    if name == dns.name.root:
        raise DnsUpdateError("bad_name", name=text)
    return name
