# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run somebody else's program without rights, in a folder that goes away."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Debian keeps daemons where an ordinary user's PATH does not look.
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def program(name: str) -> str:
    """Find a program, also where only root usually looks.

    :param name: for example ``"nsd"``
    :return: its absolute path
    :raise FileNotFoundError: when it is not installed
    """
    search = os.environ.get("PATH", os.defpath) + os.pathsep + SYSTEM_FOLDERS
    if path := shutil.which(name, path=search):
        return path
    raise FileNotFoundError(f"the program {name!r} is not installed")


def without_rights() -> dict[str, Any]:
    """Tell what :class:`subprocess.Popen` needs to give up root.

    :return: keyword arguments: the account "nobody" for root, nothing for anybody else
    """
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Make a folder that a program started :func:`without_rights` may fill.

    :param purpose: a word that makes the folder's name recognisable
    :return: its path; the folder is removed with everything in it afterwards
    """
    with tempfile.TemporaryDirectory(prefix=f"{purpose}-") as name:
        if account := without_rights():
            os.chown(name, account["user"], account["group"])
        yield Path(name)
