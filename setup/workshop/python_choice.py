# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Find a Python that Odoo 19 and its packages are proven on.

Any Python from 3.6 on can read this file, and be told that it is the wrong one.
"""

import os
import shutil
import subprocess
import sys

SUPPORTED = ((3, 11), (3, 12))


def use_supported_python():
    """Go on with a supported Python: this one, or else start the command anew.

    :return: nothing when this Python is supported, else the text that refuses it; when
        another one is found on PATH this never returns
    """
    running = sys.version_info[:2]
    if running in SUPPORTED:
        return None
    other = find_python(shutil.which, version_of)
    if other:
        os.execv(other, [other] + sys.argv)
    return refusal(running)


def find_python(which, version_of):
    """Find a supported Python on PATH.

    :param which: tells the path of a program name, None when there is none
    :param version_of: tells (major, minor) of such a path, None when it does not run
    :return: its path, None when there is none
    """
    for version in reversed(SUPPORTED):
        path = which("python{}.{}".format(*version))
        # A name on PATH is no proof: pyenv puts one there for versions that are off.
        if path and version_of(path) == version:
            return path
    return None


def version_of(path):
    """Ask a Python for its version.

    :return: (major, minor), None when it does not answer
    """
    question = "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        answer = subprocess.check_output(
            [path, "-c", question], stderr=subprocess.DEVNULL
        )
        major, minor = answer.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def refusal(running):
    """Name the unsupported Python and the mend.

    :param running: its (major, minor)
    """
    return (
        "This is Python {}.{}; Odoo 19 and its packages are proven on Python 3.11 and "
        "3.12.\nMend: install python3.12 or python3.11 so that it is on PATH (Debian "
        "12 and Ubuntu 24.04 have one), then start this command again."
    ).format(*running)
