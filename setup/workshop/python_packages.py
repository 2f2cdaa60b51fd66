# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The virtual environment with everything that Python runs here."""

import sys
from collections.abc import Sequence
from pathlib import Path

from . import folders, kept, processes

VENV = folders.WORK / "venv"
PROGRAMS = VENV / "bin"
PYTHON = PROGRAMS / "python"

REQUIREMENTS = (
    folders.CHECKOUT / "setup" / "requirements-odoo.txt",
    folders.CHECKOUT / "setup" / "requirements-test.txt",
    folders.CHECKOUT / "requirements.txt",
)

#: Read by Python at its start: more folders to import from (module ``site``).
ODOO_PATH_FILE = "odoo.pth"


def provide(more: Sequence[str]) -> None:
    """Make the virtual environment.

    :param more: requirements of this machine, besides the files of requirements
    :raise SetupProblem: when pip fails
    """
    made_from = {
        "python": f"{sys.version} {sys.executable}",
        "requirements": kept.digest_of(REQUIREMENTS),
        "more": " ".join(more),
        # The programs of the environment know where they lie.
        "place": str(VENV),
    }
    kept.keep(
        "Python packages",
        VENV,
        made_from,
        lambda target: _make(target, more),
        "about a minute",
    )


def folder() -> Path:
    """Tell where the environment's packages are."""
    [packages] = VENV.glob("lib/python*/site-packages")
    return packages


def add_to_path(odoo: Path) -> None:
    """Let the environment's Python import from one more folder, after its own.

    :param odoo: the folder that holds Odoo's package ``odoo``
    """
    file, text = folder() / ODOO_PATH_FILE, f"{odoo}\n"
    # Programs of another command may read it at any moment.
    if not file.exists() or file.read_text() != text:
        file.write_text(text)


def _make(target: Path, more: Sequence[str]) -> None:
    processes.run(
        [sys.executable, "-m", "venv", target],
        log=folders.LOGS / "venv.log",
        what="making a virtual environment",
        mend="see that this Python is complete (Debian: its package python3-venv)",
    )
    files = [part for path in REQUIREMENTS for part in ("-r", path)]
    processes.run(
        [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *files, *more],
        log=folders.LOGS / "pip.log",
        what="pip install",
        mend="see that pip reaches its package index, then start again",
    )
