# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run Odoo's own tests of mail with our addons installed and not configured.

usage: setup/odoo-tests [--sample] [OPTION OF PYTEST ...]

What fails twice is tried in a database without our addons. The exit code is 1 if it
passes there: then the failure is ours. All tests take about half an hour.

  --sample   only those that look closest at sending: about a minute
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import (
    browser,
    debian,
    folders,
    odoo_server,
    odoo_source,
    preparation,
    processes,
    progress,
    python_packages,
    snapshots,
)
from .odoo_source import OdooSource
from .postgres import Programs
from .problem import SetupProblem

#: Test files and folders, below the folders of Odoo's addons.
ALL = (
    "mail/tests",
    "test_mail/tests",
    "account/tests/test_account_move_send.py",
    "account/tests/test_digest.py",
    "sale/tests",
)
SAMPLE = (
    "mail/tests/test_ir_mail_server.py",
    "mail/tests/test_mail_mail.py",
    "test_mail/tests/test_mail_mail.py",
    "test_mail/tests/test_mail_multicompany.py",
)

#: An addon that only has tests, and the models that they need.
TEST_ADDON = "test_mail"

#: Where pytest keeps what failed, for ``--last-failed``.
CACHE = folders.WORK / "pytest-odoo"
LAST_FAILED = CACHE / "v" / "cache" / "lastfailed"

#: What pytest answers when tests ran, some of them failed, or none had to run.
EXIT_CODES = (0, 1, 5)


def main(arguments: list[str]) -> int:
    """Run the command.

    :param arguments: of the command line
    :return: its exit code
    """
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    chosen = SAMPLE if "--sample" in arguments else ALL
    options = [argument for argument in arguments if argument != "--sample"]
    programs = preparation.prepare(debian.TEST_NEEDS)
    tests = find(odoo_source.provide(), chosen)
    LAST_FAILED.unlink(missing_ok=True)
    if code := _run(programs, snapshots.WITH_OURS, [*tests, *options]):
        return code
    again = [*tests, *options, "--last-failed"]
    if read_failed(LAST_FAILED):
        progress.say("what failed is tried once more")
        if code := _run(programs, snapshots.WITH_OURS, again):
            return code
    if failed := read_failed(LAST_FAILED):
        progress.say("what failed twice is tried without our addons")
        if code := _run(programs, snapshots.WITHOUT_OURS, again):
            return code
    ours = sorted(failed - read_failed(LAST_FAILED))
    print(describe(ours, len(failed)), flush=True)
    return 1 if ours else 0


def find(source: OdooSource, tests: Iterable[str]) -> list[Path]:
    """Find test files of Odoo.

    :param source: a git checkout, or a folder of Python packages
    :param tests: as in :data:`ALL`
    :raise SetupProblem: when this Odoo came without them
    """
    places = [source.python_path / "odoo" / "addons", source.python_path / "addons"]
    found = []
    for test in tests:
        paths = [place / test for place in places if (place / test).exists()]
        if not paths:
            raise SetupProblem(
                f"this Odoo has no {test}",
                "set ODOO_SOURCE to a git checkout of Odoo's branch 19.0",
            )
        found.append(paths[0])
    return found


def read_failed(cache: Path) -> set[str]:
    """Read which tests failed last; none when pytest kept nothing."""
    return set(json.loads(cache.read_text())) if cache.exists() else set()


def describe(ours: Sequence[str], failed: int) -> str:
    """Say in a few lines whose failures they are.

    :param ours: the tests that only fail with our addons
    :param failed: how many fail with them
    """
    if not ours:
        return f"No failure is ours; {failed} tests fail without our addons as well."
    lines = ["These tests of Odoo pass without our addons and fail with them:", *ours]
    return "\n  ".join(lines)


def _run(programs: Programs, snapshot: Path, arguments: Sequence[str | Path]) -> int:
    """Run tests in a copy of a database.

    :return: 0, also when tests failed; else the exit code of pytest
    """
    with (
        folders.run_folder() as run,
        snapshots.running_copy(programs, run, snapshot) as cluster,
    ):
        log = folders.LOGS / "odoo-install-tests.log"
        odoo_server.install([TEST_ADDON], run, cluster, log)
        configuration = odoo_server.write_configuration(
            run, cluster, logfile=folders.LOGS / "odoo-own-tests.log"
        )
        code = processes.in_foreground(
            [
                *(python_packages.PYTHON, "-m", "pytest", "--odoo-http"),
                *("-c", folders.CHECKOUT / "pytest.ini", "-o", f"cache_dir={CACHE}"),
                *(f"--odoo-config={configuration}", "--odoo-log-level=info"),
                *arguments,
            ],
            processes.clean_environment(
                {
                    "PATH": browser.search_path(),
                    "PYTHONPATH": str(folders.CHECKOUT / "setup"),
                    **cluster.environment,
                }
            ),
        )
    return 0 if code in EXIT_CODES else code
