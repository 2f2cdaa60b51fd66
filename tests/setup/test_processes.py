# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs are run, and stopped."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workshop import processes
from workshop.problem import SetupProblem


def test_a_failing_program_shows_the_end_of_its_log(tmp_path):
    with pytest.raises(SetupProblem) as problem:
        processes.run(
            [sys.executable, "-c", "print('first\\nlast'); raise SystemExit(3)"],
            log=tmp_path / "log",
            what="a program",
            mend="call for help",
        )
    assert str(problem.value) == (
        f"a program failed:\n  | first\n  | last\n  (all of it: {tmp_path}/log)\n"
        "Mend: call for help"
    )


def test_a_program_beside_us_is_stopped_when_we_fail(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        processes.running(["sleep", "60"], log=tmp_path / "log") as process,
    ):
        raise ZeroDivisionError
    assert process.returncode == -signal.SIGTERM


def test_a_program_that_does_not_stop_is_ended_by_force(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.1)
    deaf = "trap '' TERM; echo ready; sleep 60"
    process = subprocess.Popen(["sh", "-c", deaf], stdout=subprocess.PIPE)
    process.stdout.readline()
    processes.stop(process)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL


def test_a_program_beside_us_ends_with_us(tmp_path):
    ours = (
        "import os, pathlib, signal\n"
        "from workshop import processes\n"
        f"log = pathlib.Path({str(tmp_path / 'log')!r})\n"
        "with processes.running(['sleep', '60'], log=log) as process:\n"
        "    print(process.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", ours], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    pid = int(killed.stdout)
    # The kernel's signal is on its way; the process is gone, or a zombie of init.
    deadline = time.monotonic() + 5
    while _is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still alive"


def _is_alive(pid):
    """Look a process up as proc(5) shows it; a zombie is dead."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    "name", ["PGHOST", "ODOO_RC", "PYTHONPATH", "VIRTUAL_ENV", "OPENERP_SERVER"]
)
def test_what_would_turn_odoo_elsewhere_is_left_out(monkeypatch, name):
    monkeypatch.setenv(name, "elsewhere")
    assert name not in processes.clean_environment()


def test_the_exit_code_of_a_foreground_program_is_told():
    command = [sys.executable, "-c", "raise SystemExit(5)"]
    assert processes.in_foreground(command, processes.clean_environment()) == 5


def test_what_a_foreground_program_leaves_behind_is_stopped(tmp_path):
    leaves = f"setsid sleep 60 & echo $! > {tmp_path}/pid"
    processes.in_foreground(["sh", "-c", leaves], processes.clean_environment())
    assert not _is_alive(int((tmp_path / "pid").read_text()))


def test_what_ran_before_a_foreground_program_goes_on(tmp_path):
    with processes.running(["sleep", "60"], log=tmp_path / "log") as process:
        processes.in_foreground(["true"], processes.clean_environment())
        assert process.poll() is None
