# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a host lies in the Internet or in a network of one's own.

>>> find_private_address("127.0.0.1")
'127.0.0.1'
>>> find_private_address("8.8.8.8")
''
"""

from __future__ import annotations

import ipaddress
import socket

from .domain_name import is_local_name, parse_host
from .errors import DomainNameError

#: Networks whose addresses have an IPv4 address as their last four octets (RFC 4291
#: 2.5.5.1, RFC 6052 2.1).
_AROUND_IPV4 = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96")))
#: Networks of one's own that are no private ones for Python (RFC 3879, RFC 8215).
_OWN = tuple(map(ipaddress.ip_network, ("fec0::/10", "64:ff9b:1::/48")))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the Internet (RFC 6890), and to one host only.

    >>> [is_public(a) for a in ("192.168.0.1", "::ffff:127.0.0.1", "fe80::1%eth0")]
    [False, False, False]
    >>> is_public("2606:4700::1111")
    True
    """
    ip = _parse(address)
    is_own = any(ip in network for network in _OWN) or ip.is_multicast
    return ip.is_global and not is_own and (_inner_ipv4(ip) or ip).is_global


def is_public_name(host: str) -> bool:
    """Whether a host is named as hosts of the Internet are; an IP address is no name.

    >>> is_public_name("dns.example.com")
    True
    >>> [is_public_name(h) for h in ("8.8.8.8", "intranet", "metadata.internal")]
    [False, False, False]
    """
    try:
        return not is_local_name(parse_host(host))
    except DomainNameError:
        return False


def address_block(address: str) -> str:
    """The network that whoever comes from an address has to himself.

    One house usually has 64 bits of IPv6 (RFC 6177), and can come from any of them.

    >>> address_block("192.0.2.7"), address_block("2001:db8::7:1")
    ('192.0.2.7', '2001:db8::/64')
    >>> address_block("::ffff:192.0.2.7"), address_block("nobody")
    ('192.0.2.7', 'nobody')
    """
    try:
        ip = _parse(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def find_private_address(host: str) -> str:
    """Find an address of a host that is not reachable from the Internet.

    :param host: name or IP address
    :return: an empty text if there is none, or if the name cannot be looked up
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ""
    addresses = [str(place[0]) for *_kind, place in found]
    return next((str(_parse(a)) for a in addresses if not is_public(a)), "")


def _inner_ipv4(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway may make of an IPv6 address."""
    if any(ip in network for network in _AROUND_IPV4):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return getattr(ip, "sixtofour", None)


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # An IPv4 address in the clothes of IPv6 (RFC 4291 section 2.5.5.2).
    return getattr(ip, "ipv4_mapped", None) or ip
