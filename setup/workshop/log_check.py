# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A pytest plugin: the last test of a run is that Odoo logged no warning.

Loaded by setup/test; it asks checklog-odoo about every log that ``ODOO_LOGS`` names.
What may be ignored stands in checklog-odoo.cfg. Of a run in several processes it judges
the whole, when the last of them has ended.
"""

import os
import subprocess
import sys

import pytest

NAME = "Odoo's logs are clean"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Report the check as a test behind those that were chosen."""
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or exitstatus not in {
        pytest.ExitCode.OK,
        pytest.ExitCode.TESTS_FAILED,
    }:
        return
    dirt = find_dirt(os.environ["ODOO_LOGS"].split(os.pathsep))
    report = pytest.TestReport(
        nodeid=NAME,
        location=("", None, NAME),
        keywords={},
        outcome="failed" if dirt else "passed",
        longrepr=dirt or None,
        when="call",
    )
    session.config.hook.pytest_runtest_logreport(report=report)
    if dirt:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def find_dirt(logs: list[str]) -> str:
    """Check logs of Odoo.

    :param logs: paths of the files
    :return: the warnings and errors in them, to be read by people; empty when clean
    """
    found = []
    for log in logs:
        command = [sys.executable, "-m", "checklog_odoo", log]
        check = subprocess.run(command, capture_output=True, text=True, check=False)
        if check.returncode:
            found.append(f"{log}:\n{check.stdout}{check.stderr}")
    return "\n".join(found)
