# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that a run of Odoo needs, in the order in which it is prepared."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import (
    browser,
    debian,
    folders,
    foreign_addons,
    node_packages,
    odoo_source,
    postgres,
    python_packages,
    snapshots,
)
from .postgres import Cluster, Programs


@dataclass(frozen=True)
class Run:
    """One run: a folder of its own and a database of its own.

    :ivar folder: removed after the run
    """

    folder: Path
    cluster: Cluster


def prepare_python() -> None:
    """Prepare what tests without a database need.

    :raise SetupProblem: when something is missing that only a person can mend
    """
    debian.provide(())
    _provide_python()


def prepare_peers(needs: Sequence[debian.Need]) -> None:
    """Prepare what tests with real counterparts, but without a database, need.

    :param needs: what they need of the machine
    :raise SetupProblem: when something is missing that only a person can mend
    """
    debian.provide(needs)
    _provide_python()
    node_packages.provide()


def prepare(needs: Sequence[debian.Need]) -> Programs:
    """Prepare everything.

    :param needs: what the command needs of the machine
    :raise SetupProblem: when something is missing that only a person can mend
    """
    debian.provide(needs)
    # First what may need a decision of the person who waits.
    source = odoo_source.provide()
    _provide_python()
    node_packages.provide()
    if debian.BROWSER in needs:
        browser.provide()
    foreign_addons.provide()
    python_packages.add_to_path(source.python_path)
    programs = postgres.provide()
    snapshots.provide(source, programs)
    return programs


@contextmanager
def run(programs: Programs) -> Iterator[Run]:
    """Begin a run; its database is gone afterwards."""
    with (
        folders.run_folder() as folder,
        snapshots.running_copy(programs, folder) as cluster,
    ):
        yield Run(folder, cluster)


def _provide_python() -> None:
    python_packages.provide(
        [*node_packages.python_requirements(), *postgres.python_requirements()]
    )
