# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Free loopback ports, so that two runs on one machine never meet."""

import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Find a port of 127.0.0.1 on which nothing listens.

    :return: a number that was free for TCP and for UDP a moment ago (DNS needs both)
    :raise OSError: when no such port can be found
    """
    for _attempt in range(20):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind((LOOPBACK, 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise OSError("no port of 127.0.0.1 is free for both TCP and UDP")
