# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs that are run to their end, and programs that run beside us."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from . import progress
from .problem import SetupProblem

#: Seconds that a program may take to end after it was asked to.
PATIENCE = 20.0

#: Lines of a log that are shown when a program fails.
SHOWN_LINES = 20

#: prctl(2): the signal that a process gets when the one that started it ends.
_PR_SET_PDEATHSIG = 1
#: prctl(2): become the parent of what our programs leave behind.
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None)


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    what: str,
    mend: str,
    **options: Any,
) -> None:
    """Run a program to its end; what it prints goes to a log.

    :param log: the file, written anew
    :param what: what the program does, for people
    :param mend: what to do when it fails
    :param options: for :class:`subprocess.Popen`
    :raise SetupProblem: when it fails; the text has the end of its log
    """
    with log.open("wb") as output:
        process = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
    if process.returncode:
        lines = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        shown = "\n".join(f"  | {line}" for line in lines)
        raise SetupProblem(f"{what} failed:\n{shown}\n  (all of it: {log})", mend)


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside us and stop it afterwards, whatever happens.

    :param log: the file for what it prints, written anew
    :param stop_signal: what asks it to end
    :param options: for :class:`subprocess.Popen`
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal is for us: we stop what we started, in order.
            start_new_session=True,
            preexec_fn=partial(_end_with_parent, stop_signal),
            **options,
        )
    try:
        yield process
    finally:
        stop(process, stop_signal)


def in_foreground(command: Sequence[str | Path], environment: Mapping[str, str]) -> int:
    """Run a program that has the terminal, and stop it should we be stopped.

    What it started itself and did not stop, being interrupted, is stopped as well.

    :param environment: the program's whole environment
    :return: its exit code, as a shell would tell it
    """
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    before = _children()
    process = subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        preexec_fn=partial(_end_with_parent, signal.SIGINT),
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # The terminal gave it the same Ctrl-C: let it end in its own way.
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        raise
    finally:
        stop(process, signal.SIGINT)
        _stop_orphans(before)
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 0)
    return code if code >= 0 else 128 - code


def stop(
    process: "subprocess.Popen[Any]", stop_signal: signal.Signals = signal.SIGTERM
) -> None:
    """Ask a program to end and wait until it did; end it by force when it does not."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            progress.say(f"{process.args[0]} does not stop by itself: ended by force")
            process.kill()
            process.wait()


def clean_environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment without what would turn Odoo or PostgreSQL elsewhere.

    :param changes: variables to set on top
    """
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "ODOO_", "OPENERP_", "PYTHON", "VIRTUAL_ENV"))
    }
    return {**ours, **(changes or {})}


def _children() -> set[int]:
    """List the processes whose parent we are, by their status in proc(5)."""
    children = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        # A process may be gone by now; a program's name may hold anything.
        with suppress(OSError):
            parent = status.read_text(errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                children.add(int(status.parent.name))
    return children


def _stop_orphans(before: set[int]) -> None:
    """Stop the processes that became our children since then."""
    deadline = time.monotonic() + PATIENCE
    asked: set[int] = set()
    while orphans := _children() - before:
        late = time.monotonic() > deadline
        for orphan in orphans:
            if late or orphan not in asked:
                os.kill(orphan, signal.SIGKILL if late else signal.SIGTERM)
            os.waitpid(orphan, os.WNOHANG)
        asked |= orphans
        time.sleep(0.02)


def _end_with_parent(stop_signal: signal.Signals) -> None:
    """Be stopped by the kernel, should our parent be killed and stop nothing."""
    _libc.prctl(_PR_SET_PDEATHSIG, stop_signal)
