# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""NSD, a real authoritative DNS server, with zones that a test or the demo writes.

NSD answers across its own zones, CNAMEs included, so asking it directly gives what a
recursive resolver would give.
"""

import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.zone
import psutil
from dns.rdtypes.ANY.TXT import TXT

from .ports import LOOPBACK, free_port
from .unprivileged import program, scratch_folder, without_rights

#: Seconds within which NSD starts or shows a change; it needs some hundredths.
PATIENCE = 10.0

#: Longest string inside a TXT record (RFC 1035, section 3.3).
TXT_STRING_BYTES = 255

SERVER_CONFIGURATION = """\
server:
    ip-address: {ip}@{port}
    server-count: 1
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{folder}"
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    zonelistfile: "{folder}/zone.list"
    xfrd-reload-timeout: 0
remote-control:
    control-enable: yes
    control-interface: {folder}/control
"""

ZONE_CONFIGURATION = """\
zone:
    name: "{zone}"
    zonefile: "{zone}.zone"
"""

SECONDARY_CONFIGURATION = """\
    request-xfr: AXFR {primary} NOKEY
    allow-notify: {ip} NOKEY
"""

#: The name server has no address: whoever looked for the owner of the zone could not
#: know its port, and would ask whatever listens on port 53.
ZONE_HEAD = """\
$ORIGIN {zone}.
$TTL 60
@ SOA ns1 hostmaster {serial} 3600 600 86400 60
@ NS ns1
"""

Records = Mapping[str, Mapping[str, Iterable[str]]]


class Primary(Protocol):
    """The server that a secondary transfers a zone from.

    :ivar port: where it listens on loopback
    """

    port: int

    def serial(self) -> int:
        """Tell which version of the zone it has."""


class Nsd:
    """An authoritative DNS server on a free loopback port.

    Records are plain texts: a TXT record as one text of any length, names inside other
    records absolute, with or without the trailing dot::

        with Nsd("acme.test") as server:
            server.set("acme.test", "TXT", "v=spf1 -all")
            server.set("acme.test", "MX", "10 mx.acme.test")

    :ivar address: ``"127.0.0.1:PORT"``
    """

    def __init__(self, *zones: str, records: Records | None = None):
        """Prepare the server; nothing runs before ``with``.

        :param zones: the zones to serve, for example ``"acme.test"``
        :param records: name -> record type -> record texts, published from the start
        :raise LookupError: when a record lies outside the zones
        """
        self.port = free_port()
        self.address = f"{LOOPBACK}:{self.port}"
        self._zones = {_key(zone): _Zone(_key(zone)) for zone in zones}
        self._secondaries: dict[str, Primary] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._children = 0
        self._resources = ExitStack()
        self._folder = Path()
        for name, types in (records or {}).items():
            for rdtype, texts in types.items():
                self.set(name, rdtype, *texts)

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        :raise FileNotFoundError: when NSD is not installed
        :raise RuntimeError: when NSD does not start; its log is the text
        """
        with ExitStack() as resources:
            self._folder = resources.enter_context(scratch_folder("nsd"))
            self._write_configuration()
            for zone in self._zones.values():
                zone.write(self._folder)
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [program("nsd"), "-d", "-c", str(self._configuration)],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    **without_rights(),
                )
            resources.callback(self._stop)
            for zone in self._zones.values():
                self._wait_until_served(zone.name, zone.serial)
            self._children = self._count_children()
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

    def add_zone(self, name: str) -> None:
        """Serve one more zone, empty at first; nothing changes if it is served."""
        if _key(name) in self._zones:
            return
        zone = self._zones[_key(name)] = _Zone(_key(name))
        if self._process:
            zone.write(self._folder)
            self._write_configuration()
            self._control("reconfig")
            self._wait_until_served(zone.name, zone.serial)

    def add_secondary(self, name: str, primary: Primary) -> None:
        """Serve one more zone, as another server has it.

        :param primary: notifies this server when it changes the zone
        """
        self._secondaries[_key(name)] = primary
        self._write_configuration()
        self._control("reconfig")
        self.wait_for_transfer(name)

    def wait_for_transfer(self, name: str) -> None:
        """Wait until a zone is as its primary server has it now."""
        serial = self._secondaries[_key(name)].serial()
        if self._served_serial(_key(name)) != serial:
            # A notification that meets another transfer would be taken up much later.
            self._control("transfer", _key(name))
        self._wait_until_served(_key(name), serial)

    def set(self, name: str, rdtype: str, *texts: str) -> None:
        """Publish these records of one type at a name, replacing that type.

        :param texts: none at all takes the type away
        :raise LookupError: when the name lies outside the zones
        :raise dns.exception.DNSException: when a text is no record of that type
        """
        zone = self._zone_of(name)
        key = _key(name), rdtype
        zone.records.pop(key, None)
        if texts:
            zone.records[key] = [_zone_text(rdtype, text) for text in texts]
        self._reload(zone)

    def remove(self, name: str) -> None:
        """Take every record of a name away.

        :raise LookupError: when the name lies outside the zones
        """
        zone = self._zone_of(name)
        for key in [key for key in zone.records if key[0] == _key(name)]:
            del zone.records[key]
        self._reload(zone)

    def load(self, name: str, text: str) -> None:
        """Serve a zone from a whole zone file instead of the records set.

        :param name: one of the zones
        :raise ValueError: when NSD's checker refuses the file; what it says is the text
        """
        zone = self._zones[_key(name)]
        check_zone(zone.name, text)
        serial = dns.zone.from_text(text, zone.name).get_soa().serial
        zone.file, zone.serial = text, serial
        self._reload(zone)

    @property
    def _configuration(self) -> Path:
        return self._folder / "nsd.conf"

    @property
    def _log(self) -> Path:
        return self._folder / "nsd.log"

    def _zone_of(self, name: str) -> "_Zone":
        owner = _key(name)
        enclosing = [z for z in self._zones if f".{owner}".endswith(f".{z}")]
        if not enclosing:
            raise LookupError(f"{name} lies in none of the zones {sorted(self._zones)}")
        return self._zones[max(enclosing, key=len)]

    def _write_configuration(self) -> None:
        text = SERVER_CONFIGURATION.format(
            ip=LOOPBACK, port=self.port, folder=self._folder
        )
        for zone in self._zones:
            text += ZONE_CONFIGURATION.format(zone=zone)
        for zone, primary in self._secondaries.items():
            place = f"{LOOPBACK}@{primary.port}"
            text += ZONE_CONFIGURATION.format(zone=zone)
            text += SECONDARY_CONFIGURATION.format(primary=place, ip=LOOPBACK)
        _write(self._configuration, text)

    def _reload(self, zone: "_Zone") -> None:
        if self._process:
            zone.write(self._folder)
            self._control("reload", zone.name)
            self._wait_until_served(zone.name, zone.serial)

    def _control(self, *command: str) -> None:
        subprocess.run(
            [program("nsd-control"), "-c", str(self._configuration), *command],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE,
            **without_rights(),
        )

    def _wait_until_served(self, zone: str, serial: int) -> None:
        """NSD takes a change over in the background: wait until nothing else shows.

        For a moment the process with the old zones still answers beside the new one.
        """
        deadline = time.monotonic() + PATIENCE
        while self._served_serial(zone) != serial or self._is_changing():
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = self._log.read_text(errors="replace")
                raise RuntimeError(f"NSD does not serve {zone}: {log}")
            time.sleep(0.005)

    def _is_changing(self) -> bool:
        return 0 < self._children < self._count_children()

    def _count_children(self) -> int:
        children = psutil.Process(self._process.pid).children(recursive=True)
        return sum(map(_is_running, children))

    def _served_serial(self, zone: str) -> int | None:
        question = dns.message.make_query(zone, "SOA")
        try:
            reply = dns.query.udp(question, LOOPBACK, timeout=0.1, port=self.port)
        except (dns.exception.DNSException, OSError):
            return None
        return reply.answer[0][0].serial if reply.answer else None

    def _stop(self) -> None:
        process, self._process = self._process, None
        process.terminate()
        process.wait(PATIENCE)


def check_zone(name: str, text: str) -> None:
    """Let NSD's checker read a whole zone file.

    :raise ValueError: when it refuses; what it says is the text
    """
    with scratch_folder("zone") as folder:
        path = folder / "zone"
        _write(path, text)
        done = subprocess.run(
            [program("nsd-checkzone"), name, str(path)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **without_rights(),
        )
    if done.returncode:
        raise ValueError(done.stdout + done.stderr)


@dataclass
class _Zone:
    """A zone and its file.

    :ivar records: (owner, type) -> record data as a zone file says it
    :ivar file: a whole zone file to serve instead
    """

    name: str
    serial: int = 0
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    file: str = ""

    def write(self, folder: Path) -> None:
        if self.file:
            _write(folder / f"{self.name}.zone", self.file)
            return
        self.serial += 1
        text = ZONE_HEAD.format(zone=self.name, serial=self.serial)
        for (owner, rdtype), data in self.records.items():
            text += "".join(f"{owner}. {rdtype} {datum}\n" for datum in data)
        _write(folder / f"{self.name}.zone", text)


def _is_running(process: psutil.Process) -> bool:
    """NSD lets a process that has ended lie there until its next change."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _key(name: str) -> str:
    return name.rstrip(".").lower()


def _zone_text(rdtype: str, text: str) -> str:
    """Write a record's data as a zone file wants it."""
    if rdtype == "TXT":
        data = text.encode()
        strings = [
            data[start : start + TXT_STRING_BYTES]
            for start in range(0, len(data) or 1, TXT_STRING_BYTES)
        ]
        return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings).to_text()
    data = dns.rdata.from_text(
        "IN", rdtype, text, origin=dns.name.root, relativize=False
    )
    return data.to_text()


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, readable for the account that NSD runs as."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.chmod(0o644)
    fresh.replace(path)
