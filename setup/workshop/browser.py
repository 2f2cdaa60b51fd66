# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of the tests: Chromium without its own windows.

It shows pages as the whole Chromium does, and starts for a sixth of the work: the other
has a window with tabs and menus to draw, even where nobody sees it.
"""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from . import debian, folders, kept, node_packages
from .problem import SetupProblem

#: Its Debian packages, the program's own first.
PACKAGES = ("chromium-headless-shell", "chromium-common")

FOLDER = folders.WORK / "browser"

#: A folder for PATH; not there when the machine's own browser has to do.
PROGRAMS = FOLDER / "bin"

#: Where the packages have the program.
UNPACKED = Path("usr/lib/chromium/chromium-headless-shell")

#: The name that Odoo's tests look for first.
NAME = debian.BROWSER.programs[0]


def provide() -> None:
    """Get the browser from Debian, if apt offers it and it runs on this machine.

    Where it does not, or apt does not reach its archives, the machine's own browser has
    to do.
    """
    made_from = {"packages": " ".join(PACKAGES), "for": str(FOLDER)}
    kept.keep("browser of the tests", FOLDER, made_from, _unpack, "90 MB to download")


def search_path() -> str:
    """Tell a PATH on which Odoo's tests find it, and all that tests start."""
    return os.pathsep.join([str(PROGRAMS), node_packages.full_search_path()])


def _unpack(target: Path) -> None:
    with (
        tempfile.TemporaryDirectory(dir=folders.WORK, prefix="apt-") as state,
        # The one: apt does not reach its archives. The other: there is no apt.
        suppress(SetupProblem, FileNotFoundError),
    ):
        packages = debian.PackageFolder(Path(state))
        packages.update()
        if not all(debian.candidate(name, packages.options) for name in PACKAGES):
            return
        packages.unpack(PACKAGES, target)
        offer(target / UNPACKED, target / PROGRAMS.name)


def offer(program: Path, folder: Path) -> None:
    """Let Odoo's tests find a browser in a folder, if it runs.

    :param program: it lacks a library where the machine's browser is not Chromium
    """
    question = [str(program), "--version"]
    if subprocess.run(question, capture_output=True, check=False).returncode == 0:
        folder.mkdir()
        (folder / NAME).symlink_to(program)
