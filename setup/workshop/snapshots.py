# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases that are made once and copied for each run.

A snapshot is a folder with a stopped PostgreSQL cluster (``cluster``) and the files
that belong to its database (``data``, Odoo's ``data_dir``), so that both are always of
one moment. A run works on a copy: it may do to it whatever it likes.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import addons, folders, kept, odoo_server
from .odoo_source import OdooSource
from .postgres import Cluster, Programs

#: A database with demo data and Odoo's own addons.
WITHOUT_OURS = folders.WORK / "database"
#: The same with our addons.
WITH_OURS = folders.WORK / "database-with-addons"

#: The name of Odoo's log of installing our addons, kept with the database.
INSTALL_LOG = "install.log"

#: The demo data leaves mail in the queue; what a run sends is to be its own.
EMPTY_QUEUE = "DELETE FROM mail_mail"

_PARTS = ("cluster", "data")


def provide(source: OdooSource, programs: Programs) -> None:
    """Make the databases.

    :raise SetupProblem: when Odoo cannot install an addon
    """
    made_from = {
        "odoo": source.identity,
        "postgres": str(programs.version),
        "addons": " ".join(addons.dependencies()),
        "then": EMPTY_QUEUE,
    }
    kept.keep(
        "database with demo data",
        WITHOUT_OURS,
        made_from,
        lambda target: _make_without_ours(target, programs),
        "up to four minutes",
    )
    kept.keep(
        "database with our addons",
        WITH_OURS,
        {**made_from, "ours": addons.digest(), "bundles": odoo_server.MAKE_BUNDLES},
        lambda target: _make_with_ours(target, programs),
        "seconds",
    )


def install_logs() -> list[Path]:
    """Name Odoo's log of installing our addons; none while there are no addons."""
    return list(WITH_OURS.glob(INSTALL_LOG))


@contextmanager
def running_copy(
    programs: Programs, run: Path, snapshot: Path = WITH_OURS
) -> Iterator[Cluster]:
    """Run PostgreSQL on a copy of a database, by default that with our addons.

    :param run: the run's folder
    """
    _copy(snapshot, run)
    cluster = Cluster(programs, run)
    with cluster.running():
        yield cluster


def _make_without_ours(target: Path, programs: Programs) -> None:
    with folders.run_folder() as run:
        cluster = Cluster(programs, run)
        cluster.create()
        log = folders.LOGS / "odoo-install.log"
        with cluster.running():
            odoo_server.install(addons.dependencies(), run, cluster, log)
            cluster.client(
                "psql", f"--dbname={odoo_server.DATABASE}", f"--command={EMPTY_QUEUE}"
            )
        _copy(run, target)


def _make_with_ours(target: Path, programs: Programs) -> None:
    with folders.run_folder() as run:
        _copy(WITHOUT_OURS, run)
        if ours := [addon.name for addon in addons.installable()]:
            cluster = Cluster(programs, run)
            with cluster.running():
                odoo_server.install(ours, run, cluster, target / INSTALL_LOG)
                odoo_server.make_bundles(run, cluster)
        _copy(run, target)


def _copy(source: Path, target: Path) -> None:
    """Copy the parts of a snapshot, owners and modes included."""
    parts = [str(source / part) for part in _PARTS]
    command = ["cp", "--archive", "--reflink=auto", *parts, str(target)]
    subprocess.run(command, check=True)
