# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where things are: the checkout, its working folder, and the folder of one run."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.peers.unprivileged import without_rights

from . import progress

CHECKOUT = Path(__file__).resolve().parents[2]
WORK = CHECKOUT / ".work"
LOGS = WORK / "log"
RUNS = WORK / "run"

#: The kernel takes 107 bytes for the path of a socket (unix(7)).
LONGEST_SOCKET_PATH = 100

#: As long as any name that tempfile makes, with the name of PostgreSQL's socket.
_SOCKET_IN_RUN = "x" * 12 + "/.s.PGSQL.5432"


@contextmanager
def preparing(what: str, target: Path) -> Iterator[None]:
    """Keep other commands of this checkout from preparing the same at the same time.

    :param what: the thing's name for people
    :param target: where it is going to be
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say(f"another command prepares {what}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def run_folder() -> Iterator[Path]:
    """Make the folder of one run; it is removed with everything in it afterwards.

    It lies in the working folder unless that path is too long for a socket, or closed
    to the account that PostgreSQL runs under; then in the machine's temporary folder.

    :return: the folder; the account of :func:`without_rights` may write into it
    """
    with ExitStack() as resources:
        with _alone_among_runs():
            _remove_leftovers()
            folder = Path(
                resources.enter_context(
                    tempfile.TemporaryDirectory(dir=_place_for_runs(), prefix="r")
                )
            )
            owner = resources.enter_context((folder / "owner").open("w"))
            fcntl.flock(owner, fcntl.LOCK_EX)
        if account := without_rights():
            os.chown(folder, account["user"], account["group"])
        yield folder


def is_reachable(path: Path) -> bool:
    """Tell whether the account of :func:`without_rights` may enter or run a path."""
    test = subprocess.run(["test", "-x", str(path)], cwd="/", **without_rights())
    return test.returncode == 0


def is_short_enough(folder: Path) -> bool:
    """Tell whether PostgreSQL can have its socket in a folder made inside this one."""
    return len(os.fsencode(folder / _SOCKET_IN_RUN)) <= LONGEST_SOCKET_PATH


@contextmanager
def _alone_among_runs() -> Iterator[None]:
    RUNS.mkdir(parents=True, exist_ok=True)
    handle = os.open(RUNS, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _place_for_runs() -> Path | None:
    return RUNS if is_short_enough(RUNS) and is_reachable(RUNS) else None


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed: nobody holds their lock."""
    for owner in RUNS.glob("*/owner"):
        with owner.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        shutil.rmtree(owner.parent, ignore_errors=True)
