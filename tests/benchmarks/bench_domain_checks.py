# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long it takes to check 50 sending domains when each answer takes 20 ms.

    PYTHONPATH=.:setup:mail_sender_domain .work/venv/bin/python \
        tests/benchmarks/bench_domain_checks.py

Run any test with Odoo before: that makes the database. NSD answers, behind a proxy in a
process of its own that lets every answer wait. Prints seconds of wall time and of CPU
(best of the rounds) and how many questions were asked, for domains of which nothing is
published, for domains that are right, and for right ones of which one is dead. Then
Odoo's scheduler checks as many domains and stores what it found: prints its wall time,
and how many times what asking alone takes that is. Fails where it takes longer than
promised.
"""

import asyncio
import json
import multiprocessing
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from tools.dkim import generate_private_key, public_record
from tools.dns_resolver import DnsResolver
from tools.domain_check import check_domains
from tools.domain_name import DomainName
from tools.expected_records import DkimKey, DomainSetup, PlatformNetwork, build_records
from workshop import (
    folders,
    odoo_server,
    postgres,
    processes,
    python_packages,
    snapshots,
)

from tests.peers.nsd import Nsd
from tests.peers.ports import LOOPBACK, free_port

ROUNDS = 3
DOMAINS = 50
DELAY = 0.02
PLATFORM = PlatformNetwork(
    spf_include="spf.platform.test", return_path_host="return.platform.test"
)
DEAD = "acme0.test"
PROGRAM = Path(__file__).with_name("checking_in_odoo.py")
#: Seconds that checking all of them takes at most, on two cores that are not busy.
PROMISED = 2.0


class Proxy(asyncio.DatagramProtocol):
    """Passes questions on, and answers back a little later; one name gets none.

    :param upstream: port of the name server
    :param asked: counts the questions
    """

    def __init__(self, upstream: int, asked, dead):
        self.upstream, self.asked, self.dead = upstream, asked, dead

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, question: bytes, sender) -> None:
        self.asked.value += 1
        label = DEAD.partition(".")[0]
        if self.dead.value and bytes([len(label)]) + label.encode() in question:
            return
        asyncio.get_running_loop().create_task(self.answer(question, sender))

    async def answer(self, question: bytes, sender) -> None:
        loop = asyncio.get_running_loop()
        answered = loop.create_future()

        class Upstream(asyncio.DatagramProtocol):
            def datagram_received(self, answer: bytes, _sender) -> None:
                answered.set_result(answer)

        transport, _protocol = await loop.create_datagram_endpoint(
            Upstream, remote_addr=(LOOPBACK, self.upstream)
        )
        transport.sendto(question)
        answer = await answered
        transport.close()
        await asyncio.sleep(DELAY)
        self.transport.sendto(answer, sender)


def run_proxy(port: int, upstream: int, asked, dead, ready) -> None:
    """Serve until the process is ended."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(
            lambda: Proxy(upstream, asked, dead), local_addr=(LOOPBACK, port)
        )
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def slow_dns(zones: list[str]):
    """Give the server, the port of its proxy, the count and the switch of the death."""
    port, asked = free_port(), multiprocessing.Value("i", 0)
    dead, ready = multiprocessing.Value("i", 0), multiprocessing.Event()
    with Nsd("platform.test", *zones) as nsd:
        process = multiprocessing.Process(
            target=run_proxy, args=(port, nsd.port, asked, dead, ready)
        )
        process.start()
        try:
            ready.wait()
            yield nsd, port, asked, dead
        finally:
            process.terminate()
            process.join()


def measure(setups, port: int, asked) -> str:
    """Check all domains some times, each time with a new resolver."""
    walls, cpus = [], []
    for _round in range(ROUNDS):
        asked.value = 0
        wall, cpu = time.perf_counter(), time.process_time()
        checks = dict(
            check_domains(
                setups, DnsResolver([LOOPBACK], port, may_ask=lambda address: True)
            )
        )
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    statuses = {}
    for check in checks.values():
        for result in check.results:
            if result.record.requirement == "required":
                statuses[str(result.status)] = statuses.get(str(result.status), 0) + 1
    return (
        f"{min(walls):.2f} s wall, {min(cpus):.2f} s CPU, "
        f"{asked.value / DOMAINS:.0f} questions a domain, required records: {statuses}"
    )


def check_in_odoo(nsd: Nsd, port: int) -> None:
    """Let Odoo's scheduler check and store, on a copy of a database."""
    with (
        folders.run_folder() as run,
        snapshots.running_copy(postgres.provide(), run, snapshots.WITH_OURS) as cluster,
    ):
        log = folders.LOGS / "benchmark.log"
        configuration = odoo_server.write_configuration(run, cluster, logfile=log)
        with subprocess.Popen(
            [python_packages.PYTHON, PROGRAM, configuration, str(port), str(DOMAINS)],
            env=processes.clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            for host, rdtype, value in json.loads(program.stdout.readline()):
                nsd.remove(host)
                nsd.set(host, rdtype, value)
            program.stdin.write("\n")
            program.stdin.flush()
            rounds = json.loads(program.stdout.readline())
    stored, asked = min(rounds["asked and stored"]), min(rounds["asked"])
    print(
        f"stored in Odoo:    {stored:.2f} s wall, "
        f"{stored / asked:.2f} times what asking alone takes there ({asked:.2f} s)"
    )
    assert stored < PROMISED, rounds


def main() -> None:
    """Print one line a case."""
    names = [f"acme{number}.test" for number in range(DOMAINS)]
    key = DkimKey("odoo1", str(public_record(generate_private_key("rsa"))))
    setups = {
        name: DomainSetup(DomainName.parse(name), "token", (key,), PLATFORM)
        for name in names
    }
    with slow_dns(names) as (nsd, port, asked, dead):
        nsd.set("return.platform.test", "MX", "10 mx.platform.test")
        nsd.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.1 -all")
        for name in names:
            nsd.set(f"ns1.{name}", "A", LOOPBACK)
        print(f"nothing published: {measure(setups, port, asked)}")
        for setup in setups.values():
            for record in build_records(setup).records:
                nsd.set(record.host, record.type, record.value)
        print(f"all published:     {measure(setups, port, asked)}")
        dead.value = 1
        print(f"one of them dead:  {measure(setups, port, asked)}")
        dead.value = 0
        check_in_odoo(nsd, port)


if __name__ == "__main__":
    main()
