# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs that come from Debian packages, and getting packages without root."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.unprivileged import program

from . import folders, processes, progress
from .problem import SetupProblem

#: Answers "do not" to every package that would start its service (invoke-rc.d(8)).
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")

MEND_NETWORK = "see that apt reaches its archives (`apt-get update`), then start again"


@dataclass(frozen=True)
class Need:
    """Something that the machine must have.

    :ivar package: the Debian package that brings it
    :ivar programs: it is there when one of these is found; without any, when the
        package is installed
    """

    package: str
    programs: tuple[str, ...] = ()

    def is_met(self) -> bool:
        """Tell whether the machine has it."""
        if self.programs:
            return any(map(has_program, self.programs))
        return is_installed(self.package)


DNS_SERVER = Need("nsd", ("nsd",))
#: Takes dynamic updates, which the DNS server does not.
PRIMARY_DNS_SERVER = Need("knot", ("knotd",))
PDF_PRINTER = Need("wkhtmltopdf", ("wkhtmltopdf",))
FONT = Need("fonts-dejavu-core")
VERSION_CONTROL = Need("git", ("git",))
DKIM_VERIFIER = Need("opendkim", ("opendkim",))
DKIM_TOOLS = Need("opendkim-tools", ("opendkim-testkey",))
#: Dovecot takes mail from clients that log in with OAuth.
SUBMISSION_SERVER = Need("dovecot-submissiond")
#: The names that Odoo's browser tests look for.
BROWSER = Need(
    "chromium",
    ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable"),
)

DEMO_NEEDS = (DNS_SERVER, PDF_PRINTER, FONT)
PEER_NEEDS = (
    *(DNS_SERVER, PRIMARY_DNS_SERVER),
    *(DKIM_VERIFIER, DKIM_TOOLS, SUBMISSION_SERVER),
)
TEST_NEEDS = (*PEER_NEEDS, PDF_PRINTER, FONT, VERSION_CONTROL, BROWSER)


def provide(needs: Sequence[Need]) -> None:
    """See that the machine has what a command needs; root installs what is missing.

    :raise SetupProblem: names the one apt line, when only root could mend it
    """
    with folders.preparing("Debian packages", folders.WORK / "debian"):
        missing = missing_packages(needs, can_make_venv())
        if not missing:
            return
        if os.geteuid() != 0:
            raise SetupProblem(
                f"this machine lacks: {', '.join(missing)}", as_person(missing)
            )
        what = f"Debian packages {', '.join(missing)}"
        with progress.step(what, "up to two minutes"):
            _install(missing)


def missing_packages(needs: Iterable[Need], can_make_venv: bool) -> list[str]:
    """Name the packages that are missing, in the order of the needs."""
    missing = [need.package for need in needs if not need.is_met()]
    if not can_make_venv:
        missing.append("python{}.{}-venv".format(*sys.version_info))
    return missing


def as_person(packages: Iterable[str]) -> str:
    """Write what an ordinary user is to do for these packages."""
    return (
        "run this line, then start again:\n"
        "  sudo apt-get update && sudo apt-get install --no-install-recommends "
        + " ".join(packages)
    )


def has_program(name: str) -> bool:
    """Tell whether a program is installed, be it where only root looks."""
    try:
        program(name)
    except FileNotFoundError:
        return False
    return True


def is_installed(package: str) -> bool:
    """Tell whether a Debian package is installed."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status}", package]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return answer.stdout == "installed"


def can_make_venv() -> bool:
    """Tell whether this Python has what Debian puts into a package of its own."""
    return importlib.util.find_spec("ensurepip") is not None


def _install(packages: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = folders.LOGS / "apt.log"
    processes.run(
        ["apt-get", "update"],
        log=log,
        what="apt-get update",
        mend=MEND_NETWORK,
        env=environment,
    )
    if unknown := [package for package in packages if not candidate(package)]:
        raise SetupProblem(
            f"apt knows no package {', '.join(unknown)} here",
            "install these programs in another way, so that they are on PATH",
        )
    with _services_stay_off():
        processes.run(
            ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
            log=log,
            what=f"apt-get install {' '.join(packages)}",
            mend=MEND_NETWORK,
            env=environment,
        )


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Keep packages from starting daemons; the machine's own policy goes first."""
    if SERVICE_POLICY.exists():
        yield
        return
    SERVICE_POLICY.write_text("#!/bin/sh\nexit 101\n")
    SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        SERVICE_POLICY.unlink()


def candidate(package: str, options: Sequence[str] = ()) -> str:
    """Tell the version that apt would install, empty if none.

    :param options: options for apt
    """
    query = ["apt-cache", *options, "policy", package]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    for line in answer.stdout.splitlines():
        field, _colon, version = line.strip().partition(": ")
        if field == "Candidate" and version != "(none)":
            return version
    return ""


def sources(options: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Tell the archives that apt has read: (address, origin, label) each.

    :param options: options for apt
    """
    query = ["apt-get", *options, "indextargets", "Created-By: Packages"]
    query += ["--format", "$(SITE)|$(ORIGIN)|$(LABEL)"]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return [tuple(line.split("|")) for line in answer.stdout.splitlines()]


class PackageFolder:
    """Packages unpacked into a folder, without root and the machine's apt state.

    :ivar options: what every apt command of this folder is given
    """

    def __init__(self, state: Path):
        """Prepare apt's private state.

        :param state: an empty folder
        """
        self._state = state
        self.options: list[str] = []
        for name in ("lists/partial", "cache/archives/partial", "debs"):
            (state / name).mkdir(parents=True)
        self._use("Dir::State::Lists", state / "lists")
        self._use("Dir::Cache", state / "cache")
        # A private folder may be closed to the account that root's apt changes to.
        self._use("APT::Sandbox::User", "root")

    def use_source(self, source: str) -> None:
        """Use this one line of sources.list(5) instead of the machine's sources."""
        path = self._state / "sources.list"
        path.write_text(f"{source}\n")
        self._use("Dir::Etc::SourceList", path)
        self._use("Dir::Etc::SourceParts", "/dev/null")

    def update(self) -> None:
        """Read the lists of packages."""
        self._run(["apt-get", *self.options, "update"], "apt-get update")

    def unpack(self, packages: Sequence[str], target: Path) -> None:
        """Download packages, verified by apt, and unpack them into one folder."""
        debs = self._state / "debs"
        command = ["apt-get", *self.options, "download", *packages]
        self._run(command, f"apt-get download {' '.join(packages)}", cwd=debs)
        for deb in sorted(debs.glob("*.deb")):
            command = ["dpkg-deb", "--extract", str(deb), str(target)]
            self._run(command, f"unpacking {deb.name}")

    def _use(self, setting: str, value: str | Path) -> None:
        self.options += ["-o", f"{setting}={value}"]

    def _run(self, command: list[str], what: str, **options: Path) -> None:
        log = folders.LOGS / "apt-download.log"
        processes.run(command, log=log, what=what, mend=MEND_NETWORK, **options)
