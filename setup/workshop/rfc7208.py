# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public test suite of RFC 7208 (SPF), which is fetched and not committed."""

import shutil
import tarfile
import tempfile
from pathlib import Path

from . import folders, kept, processes, python_packages

FOLDER = folders.WORK / "rfc7208"
SUITE = FOLDER / "rfc7208-tests.yml"

#: The package whose source has the suite, in this folder of it.
PACKAGE = "pyspf==2.0.14"


def provide() -> None:
    """Fetch the suite.

    :raise SetupProblem: when pip fails
    """
    kept.keep("test suite of RFC 7208", FOLDER, {"package": PACKAGE}, _fetch, "seconds")


def _fetch(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folders.WORK) as download:
        processes.run(
            [
                *(python_packages.PYTHON, "-m", "pip", "download", "--no-deps"),
                *("--no-binary", ":all:", "--dest", download, PACKAGE),
            ],
            log=folders.LOGS / "pip-rfc7208.log",
            what=f"pip download {PACKAGE}",
            mend="see that pip reaches its package index, then start again",
        )
        [archive] = Path(download).glob("*.tar.gz")
        with tarfile.open(archive) as source:
            [member] = [m for m in source if Path(m.name).name == SUITE.name]
            with (target / SUITE.name).open("wb") as suite:
                shutil.copyfileobj(source.extractfile(member), suite)
