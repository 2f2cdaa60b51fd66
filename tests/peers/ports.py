# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Free loopback ports, so that two runs on one machine never meet."""

import random
import socket

LOOPBACK = "127.0.0.1"

#: Below the ports that Linux gives to clients (ip(7), ip_local_port_range): between the
#: choice of a port and its use no client of this machine can take it.
CANDIDATES = range(15000, 32000)


def free_port() -> int:
    """Find a port of 127.0.0.1 on which nothing listens.

    :return: a number that was free for TCP and for UDP a moment ago (DNS needs both)
    :raise OSError: when no such port can be found
    """
    for port in random.sample(CANDIDATES, 100):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            try:
                tcp.bind((LOOPBACK, port))
                udp.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise OSError("no port of 127.0.0.1 is free for both TCP and UDP")
