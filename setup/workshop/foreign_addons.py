# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addons of others that our tests send mail with; fetched and not committed."""

import tempfile
import zipfile
from pathlib import Path

from . import folders, kept, processes, python_packages

FOLDER = folders.WORK / "foreign-addons"

#: The folder among them that Odoo looks for addons in.
ADDONS_PATH = FOLDER / "odoo" / "addons"

#: Reminders for customers, which Odoo's Community edition has not: addon -> package.
PACKAGES = {
    "account_credit_control": "odoo-addon-account-credit-control==19.0.1.0.0.13",
}


def provide() -> None:
    """Fetch them, without Odoo, which they ask for and which is here already.

    :raise SetupProblem: when pip fails
    """
    kept.keep("addons of others", FOLDER, PACKAGES, _fetch, "seconds")


def _fetch(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folders.WORK) as download:
        processes.run(
            [
                *(python_packages.PYTHON, "-m", "pip", "download", "--no-deps"),
                *("--only-binary", ":all:", "--dest", download, *PACKAGES.values()),
            ],
            log=folders.LOGS / "pip-addons.log",
            what="pip download of addons",
            mend="see that pip reaches its package index, then start again",
        )
        for wheel in Path(download).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(target)
