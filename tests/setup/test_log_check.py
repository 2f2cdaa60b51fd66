# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A warning in Odoo's log fails a run whose tests pass."""

import os
import subprocess
import sys

import pytest
from workshop import folders, test

CLEAN = "2026-01-01 12:00:00,000 1 INFO odoo odoo.modules: loading\n"
DIRTY = "2026-01-01 12:00:00,000 1 WARNING odoo odoo.fields: is gone\n"


@pytest.mark.parametrize("options", [(), test.SIDE_BY_SIDE])
@pytest.mark.parametrize(
    ("logged", "code", "last_line"),
    [(CLEAN, 0, " 2 passed in "), (DIRTY, 1, " 1 failed, 1 passed in ")],
)
def test_the_log_is_judged_once_behind_the_tests(
    tmp_path, options, logged, code, last_line
):
    (tmp_path / "odoo.log").write_text(logged)
    (tmp_path / "test_it.py").write_text("def test_it():\n    assert True\n")
    run = _run_pytest(tmp_path, *options)
    assert run.returncode == code, run.stdout + run.stderr
    assert last_line in run.stdout.splitlines()[-1]
    assert ("odoo.fields: is gone" in run.stdout) is bool(code)


def test_a_run_without_tests_is_not_made_a_success(tmp_path):
    (tmp_path / "odoo.log").write_text(CLEAN)
    run = _run_pytest(tmp_path)
    assert run.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def _run_pytest(folder, *options):
    plugins = ("no:odoo", "no:cacheprovider", "workshop.log_check")
    command = [sys.executable, "-m", "pytest", f"--rootdir={folder}", str(folder)]
    command += [*options, *(f"-p{plugin}" for plugin in plugins)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "ODOO_LOGS": str(folder / "odoo.log"),
            "PYTHONPATH": str(folders.CHECKOUT / "setup"),
        },
    )
