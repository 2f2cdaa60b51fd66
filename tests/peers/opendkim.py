# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The verdict of OpenDKIM (C, OpenSSL) about the signatures of a message."""

import re
import subprocess
from dataclasses import dataclass

from .unprivileged import program, scratch_folder, without_rights

CONFIGURATION = """\
Mode v
Syslog no
On-Default accept
MinimumKeyBits 1024
Socket local:{folder}/socket
ResolverConfiguration {folder}/resolver.conf
"""

#: OpenDKIM asks through libunbound, which is told here to ask one server and to
#: remember nothing.
RESOLVER_CONFIGURATION = """\
server:
    do-not-query-localhost: no
    local-zone: "test." nodefault
    do-ip6: no
    cache-max-ttl: 0
    cache-max-negative-ttl: 0
forward-zone:
    name: "."
    forward-addr: {server}
"""

LINE = re.compile(
    r"verification \(s=(?P<selector>[^,]+), d=(?P<domain>[^,]+), .*\) (?P<result>.+)"
)


@dataclass(frozen=True)
class OpendkimVerdict:
    """What OpenDKIM says about one message.

    :ivar domain: the ``d=`` of the signature it looked at, empty when there is none
    :ivar selector: the ``s=`` of that signature
    :ivar passes: whether it verified
    :ivar text: everything it said
    """

    domain: str
    selector: str
    passes: bool
    text: str


def verify(content: bytes, dns_address: str) -> OpendkimVerdict:
    """Let OpenDKIM verify a message.

    :param content: the message as it came over the wire
    :param dns_address: the DNS server to ask, ``"127.0.0.1:PORT"``
    :raise FileNotFoundError: when OpenDKIM is not installed
    :raise subprocess.TimeoutExpired: when it does not answer within 30 seconds
    """
    with scratch_folder("opendkim") as folder:
        server = dns_address.replace(":", "@")
        for name, data in {
            "opendkim.conf": CONFIGURATION.format(folder=folder).encode(),
            "resolver.conf": RESOLVER_CONFIGURATION.format(server=server).encode(),
            "message.eml": content,
        }.items():
            (folder / name).write_bytes(data)
            (folder / name).chmod(0o644)
        done = subprocess.run(
            [
                program("opendkim"),
                *("-x", str(folder / "opendkim.conf")),
                *("-t", str(folder / "message.eml")),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=30,
            check=False,
            **without_rights(),
        )
    text = done.stdout.decode(errors="replace").strip()
    if found := LINE.search(text):
        passes = found["result"].startswith("succeeded")
        return OpendkimVerdict(found["domain"], found["selector"], passes, text)
    return OpendkimVerdict("", "", False, text)
