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


def find_private_address(host: str) -> str:
    """Find an address of a host that is not reachable from the Internet (RFC 6890).

    :param host: name or IP address
    :return: an empty text if there is none, or if the name cannot be looked up
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ""
    for *_kind, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        # An IPv4 address in the clothes of IPv6 (RFC 4291 section 2.5.5.2).
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global:
            return str(address)
    return ""
