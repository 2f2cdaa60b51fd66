# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The source of Odoo 19: the one that ODOO_SOURCE names, else a Debian package's."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import debian, folders, kept
from .problem import SetupProblem

SERIES = "19.0"
MEND = (
    "set ODOO_SOURCE to the folder of an Odoo 19: a git checkout of its branch 19.0, "
    "or the folder that holds the Python package `odoo` of an installed one"
)

#: Names that Odoo 19's package has or may have; the first one that is 19 is taken.
ODOO_PACKAGES = ("odoo-19", "odoo")

#: Files of these packages are what relative links inside Odoo's package point to.
LINKED_PACKAGES = (
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)

#: The package's folder of Python packages (Debian Python Policy).
DIST_PACKAGES = "usr/lib/python3/dist-packages"

#: Debian removed this file as non-free (it blurs the background in calls); the
#: backend's assets name it, so that an empty one must stand in its place.
REMOVED_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo that can be run.

    :ivar python_path: the folder to put on Python's path
    :ivar identity: a text that changes when the source does
    """

    python_path: Path
    identity: str


def provide() -> OdooSource:
    """Find Odoo 19, or get it from Debian.

    :raise SetupProblem: when there is none to be had, or ODOO_SOURCE names another one
    """
    if named := os.environ.get("ODOO_SOURCE"):
        return examine(Path(named).expanduser())
    unpacked = folders.WORK / "odoo"
    kept.keep(
        "Odoo 19",
        unpacked,
        {"packages": " ".join([*ODOO_PACKAGES, *LINKED_PACKAGES])},
        _unpack,
        "123 MB to download",
    )
    return examine(unpacked / DIST_PACKAGES)


def examine(folder: Path) -> OdooSource:
    """See that a folder is Odoo 19.

    :param folder: a git checkout, or a folder of Python packages with ``odoo`` in it
    :raise SetupProblem: when it is not
    """
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise SetupProblem(f"{folder} is no Odoo: it has no odoo/release.py", MEND)
    series = series_of(release.read_text())
    if series != SERIES:
        raise SetupProblem(f"{folder} is Odoo {series}, not {SERIES}", MEND)
    identity = f"{folder.resolve()} {_revision(folder, release)}"
    return OdooSource(folder.resolve(), identity)


def series_of(release: str) -> str:
    """Read the series out of the text of odoo/release.py.

    :return: such as ``"19.0"``; ``"of an unknown version"`` when it does not say
    """
    found = re.search(r"^version_info = \(['\"]?([^,'\"]+)['\"]?, (\d+)", release, re.M)
    return ".".join(found.groups()) if found else "of an unknown version"


def _revision(folder: Path, release: Path) -> str:
    """Tell a git checkout's commit, or when another one's release file was made."""
    if (folder / ".git").exists():
        query = ["git", "-C", str(folder), "rev-parse", "HEAD"]
        answer = subprocess.run(query, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.strip()
    return str(release.stat().st_mtime_ns)


def _unpack(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folders.WORK, prefix="apt-") as state:
        packages = debian.PackageFolder(Path(state))
        address = debian_archive(debian.sources())
        if not address:
            # Perhaps this machine's lists were never read.
            packages.update()
            address = debian_archive(debian.sources(packages.options))
        if address:
            packages.use_source(f"deb [signed-by={KEYRING}] {address} unstable main")
            packages.update()
        packages.unpack([_odoo_package(packages), *LINKED_PACKAGES], target)
    removed = target / DIST_PACKAGES / "odoo" / "addons" / REMOVED_FILE
    removed.parent.mkdir(parents=True, exist_ok=True)
    removed.touch()


def debian_archive(sources: list[tuple[str, ...]]) -> str:
    """Find Debian's archive among the machine's sources.

    :param sources: (address, origin, label) each
    :return: its address, empty when apt names none (as on Ubuntu)
    """
    for address, origin, label in sources:
        if (origin, label) == ("Debian", "Debian"):
            return address
    return ""


def _odoo_package(packages: debian.PackageFolder) -> str:
    for name in ODOO_PACKAGES:
        if debian.candidate(name, packages.options).startswith(SERIES):
            return name
    raise SetupProblem(f"apt offers no Odoo {SERIES} on this machine", MEND)
