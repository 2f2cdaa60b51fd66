# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Knot DNS, a real primary name server that takes signed updates (RFC 2136, RFC 8945).

It is a hidden primary: it notifies a secondary, which transfers the zone and answers
everybody's questions, as NSD does in :meth:`.nsd.Nsd.add_secondary`.
"""

import base64
import os
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import dns.exception
import dns.message
import dns.query
import dns.rdatatype

from .ports import LOOPBACK, free_port
from .unprivileged import program, scratch_folder, without_rights

#: Seconds within which Knot starts; it needs some hundredths.
PATIENCE = 10.0

CONFIGURATION = """\
server:
    rundir: "{folder}"
    listen: {ip}@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
    journal-db-max-size: 32M
    kasp-db-max-size: 32M
    timer-db-max-size: 8M
log:
  - target: stderr
    any: info
key:
  - id: {key_name}
    algorithm: {algorithm}
    secret: {secret}
acl:
  - id: update
    key: {key_name}
    action: update
  - id: transfer
    address: {ip}
    action: transfer
remote:
  - id: secondary
    address: {secondary}
zone:
  - domain: {zone}
    file: "{folder}/zone"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
    acl: [update, transfer]
    notify: secondary
"""

ZONE = """\
$ORIGIN {zone}.
$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
"""


class Knot:
    """A primary name server of one zone on a free loopback port.

    :ivar address: ``"127.0.0.1:PORT"``
    :ivar key_name: name of the key that updates are signed with
    :ivar secret: of that key, in base64
    """

    def __init__(
        self, zone: str, *, secondary_port: int, algorithm: str = "hmac-sha256"
    ):
        """Prepare the server; nothing runs before ``with``.

        :param zone: for example ``"keys.platform.test"``
        :param secondary_port: where on loopback the name server listens that is
            notified
        :param algorithm: of the key
        """
        self.zone = zone
        self.port = free_port()
        self.address = f"{LOOPBACK}:{self.port}"
        self.key_name = "odoo-update"
        self.algorithm = algorithm
        self.secret = base64.b64encode(os.urandom(32)).decode()
        self._secondary_port = secondary_port
        self._process: subprocess.Popen[bytes] | None = None
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        :raise FileNotFoundError: when Knot is not installed
        :raise RuntimeError: when it does not start; its log is the text
        """
        with ExitStack() as resources:
            folder = resources.enter_context(scratch_folder("knot"))
            configuration = self._write(folder)
            log = folder / "knot.log"
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    [program("knotd"), "--config", str(configuration)],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    **without_rights(),
                )
            resources.callback(self._stop)
            self._wait_until_served(log)
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server and remove its files."""
        self._resources.close()

    def serial(self) -> int:
        """Tell which version of the zone it has, however much the machine has to do.

        :raise dns.exception.DNSException, OSError: when the server does not answer
        """
        question = dns.message.make_query(self.zone, "SOA")
        reply = dns.query.tcp(question, LOOPBACK, timeout=PATIENCE, port=self.port)
        return reply.answer[0][0].serial

    def texts(self, name: str) -> list[str]:
        """Tell the TXT records of a name, each in one piece."""
        question = dns.message.make_query(name, "TXT")
        reply = dns.query.tcp(question, LOOPBACK, timeout=PATIENCE, port=self.port)
        return [
            b"".join(record.strings).decode()
            for rrset in reply.answer
            if rrset.rdtype == dns.rdatatype.TXT
            for record in rrset
        ]

    def _write(self, folder: Path) -> Path:
        (folder / "zone").write_text(ZONE.format(zone=self.zone))
        configuration = folder / "knot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=folder,
                ip=LOOPBACK,
                port=self.port,
                key_name=self.key_name,
                algorithm=self.algorithm,
                secret=self.secret,
                secondary=f"{LOOPBACK}@{self._secondary_port}",
                zone=self.zone,
            )
        )
        for path in (folder / "zone", configuration):
            path.chmod(0o644)
        return configuration

    def _wait_until_served(self, log: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_serving():
            if self._process.poll() is not None or time.monotonic() > deadline:
                text = log.read_text(errors="replace")
                raise RuntimeError(f"Knot does not serve {self.zone}: {text}")
            time.sleep(0.005)

    def _is_serving(self) -> bool:
        try:
            self.serial()
        except (dns.exception.DNSException, OSError, IndexError):
            # Nobody listens yet, or the zone is not loaded: an answer without records.
            return False
        return True

    def _stop(self) -> None:
        process, self._process = self._process, None
        process.terminate()
        process.wait(PATIENCE)
