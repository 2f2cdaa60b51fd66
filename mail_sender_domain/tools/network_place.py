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


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the Internet (RFC 6890), and to one host only.

    >>> [is_public(a) for a in ("192.168.0.1", "::ffff:127.0.0.1", "fe80::1%eth0")]
    [False, False, False]
    >>> is_public("2606:4700::1111")
    True
    """
    ip = _parse(address)
    return ip.is_global and not ip.is_multicast


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


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # An IPv4 address in the clothes of IPv6 (RFC 4291 section 2.5.5.2).
    return getattr(ip, "ipv4_mapped", None) or ip
