# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A pytest plugin: each process of a run side by side has files of its own for Odoo.

pytest-odoo gives each process a database of its own and all of them one filestore. When
a class of tests has ended, Odoo removes the files that its database does not name (see
``_gc_filestore`` in odoo/tests/common.py), and with one filestore these are also the
files that the others have just written.
"""

import shutil
from collections.abc import MutableMapping
from pathlib import Path

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Give a process that is one of several its own copy of Odoo's files."""
    worker = getattr(session.config, "workerinput", {}).get("workerid")
    if worker:
        from odoo.tools import config

        give_own_files(config, worker)


def give_own_files(configuration: MutableMapping[str, object], worker: str) -> None:
    """Copy the folder of Odoo's files and configure the copy.

    :param configuration: Odoo's; its ``data_dir`` is changed
    :param worker: name of the process, unique in the run
    """
    shared = Path(str(configuration["data_dir"]))
    own = shared.with_name(f"{shared.name}-{worker}")
    shutil.copytree(shared, own)
    configuration["data_dir"] = str(own)
