# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A pytest plugin: the last test of a run is that Odoo logged no warning.

Loaded by setup/test; it asks checklog-odoo about every log that ``ODOO_LOGS`` names.
What may be ignored stands in checklog-odoo.cfg.
"""

import os
import subprocess
import sys

import pytest


class LogsAreClean(pytest.Item):
    """Passes when Odoo's logs have no warning and no error."""

    def runtest(self) -> None:
        """Check the logs.

        :raise DirtyLog: the text shows the records
        """
        for log in os.environ["ODOO_LOGS"].split(os.pathsep):
            command = [sys.executable, "-m", "checklog_odoo", log]
            check = subprocess.run(command, capture_output=True, text=True, check=False)
            if check.returncode:
                raise DirtyLog(f"{log}:\n{check.stdout}{check.stderr}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """Show the records without our stack."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[str, None, str]:
        """Name the test."""
        return "", None, "Odoo's logs are clean"


class DirtyLog(Exception):
    """A log has warnings or errors."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    session: pytest.Session, items: list[pytest.Item]
) -> None:
    """Add the check behind the tests that were chosen."""
    if items:
        items.append(LogsAreClean.from_parent(session, name="odoo-logs-are-clean"))
