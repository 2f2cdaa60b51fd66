# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set up everything and run the tests.

usage: setup/test [PATH ...] [OPTION OF PYTEST ...]

Without PATH all tests run: those of the pure modules, of the addons, of whole systems
and in the browser. Examples:

  setup/test                                     everything
  setup/test tests/tools                         what needs no Odoo: starts in a second
  setup/test tests/oauth                         real counterparts, but no Odoo
  setup/test mail_sender_domain -k invoice -x    tests of the addon, until one fails

The last run's logs are in .work/log, with the browser's screenshots.
ODOO_SOURCE=/path runs the tests on an Odoo 19 that you already have.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from . import (
    browser,
    debian,
    folders,
    node_packages,
    odoo_server,
    preparation,
    processes,
    python_packages,
    rfc7208,
    snapshots,
)

#: Tests that need neither Odoo nor a database; the first ones need no other programs.
PURE_TESTS = tuple(folders.CHECKOUT / "tests" / part for part in ("setup", "tools"))
PEER_TESTS = tuple(folders.CHECKOUT / "tests" / part for part in ("oauth", "peers"))

#: All tests run in several processes, each with a database of its own and whole files.
SIDE_BY_SIDE = (f"--numprocesses={min(os.cpu_count() or 1, 4)}", "--dist=loadfile")

ODOO_LOG = folders.LOGS / "odoo-tests.log"


def main(arguments: list[str]) -> int:
    """Run the command.

    :param arguments: of the command line
    :return: its exit code
    """
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    if are_within(arguments, PURE_TESTS):
        preparation.prepare_python()
        rfc7208.provide()
        return _pytest(["-p", "no:odoo", *arguments], {})
    if are_within(arguments, PURE_TESTS + PEER_TESTS):
        preparation.prepare_peers(debian.PEER_NEEDS)
        rfc7208.provide()
        environment = {"NODE_PATH": str(node_packages.NODE_PATH)}
        return _pytest(["-p", "no:odoo", *arguments], environment)
    programs = preparation.prepare(debian.TEST_NEEDS)
    rfc7208.provide()
    if not arguments:
        # What needs no Odoo runs without it: Odoo ends the servers that tests start.
        parts = [str(part) for part in PURE_TESTS + PEER_TESTS]
        environment = {"NODE_PATH": str(node_packages.NODE_PATH)}
        if code := _pytest(["-p", "no:odoo", *SIDE_BY_SIDE, *parts], environment):
            return code
        arguments = [*SIDE_BY_SIDE, *(f"--ignore={part}" for part in parts)]
    with preparation.run(programs) as run:
        ODOO_LOG.unlink(missing_ok=True)
        configuration = odoo_server.write_configuration(
            run.folder, run.cluster, logfile=ODOO_LOG
        )
        options = [f"--odoo-config={configuration}", "--odoo-log-level=info"]
        options += ["--odoo-http"]
        options += ["-p", "workshop.log_check", "-p", "workshop.worker_files"]
        logs = [*snapshots.install_logs(), ODOO_LOG]
        environment = {
            **run.cluster.environment,
            "PATH": os.pathsep.join([str(run.cluster.programs), browser.search_path()]),
            "ODOO_LOGS": os.pathsep.join(map(str, logs)),
            "NODE_PATH": str(node_packages.NODE_PATH),
        }
        return _pytest([*options, *arguments], environment)


def are_within(arguments: list[str], parts: Iterable[Path]) -> bool:
    """Tell whether a command line names tests of these folders only.

    :param arguments: paths and options of pytest
    :param parts: the folders
    """
    paths = [Path(argument.partition("::")[0]) for argument in arguments]
    paths = [path.absolute() for path in paths if path.exists()]
    return bool(paths) and all(
        any(path.is_relative_to(part) for part in parts) for path in paths
    )


def _pytest(arguments: list[str], changes: dict[str, str]) -> int:
    environment = processes.clean_environment(
        {
            "PATH": node_packages.full_search_path(),
            "PYTHONPATH": str(folders.CHECKOUT / "setup"),
            "RFC7208_SUITE": str(rfc7208.SUITE),
            **changes,
        }
    )
    command = [python_packages.PYTHON, "-m", "pytest", *arguments]
    return processes.in_foreground(command, environment)
