# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo itself: its configuration and its process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.peers.ports import LOOPBACK

from . import addons, folders, foreign_addons, processes, python_packages
from .postgres import Cluster

DATABASE = "odoo"

#: A port that nothing listens on (IANA: tcpmux): what is not meant for the receiver of
#: a demo or a test must not leave through a mail server that the machine may have.
NOWHERE = 1

#: Run by the Python that has Odoo. Pages of the web client ask for the first ones, and
#: reports for the last ones.
MAKE_BUNDLES = """
import sys
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

SCRIPTS = (
    "web.assets_web",
    "web.assets_tests",
    "web.assets_emoji",
    "bus.websocket_worker_assets",
)
STYLES = ("web.assets_web", "web.assets_web_print")
STYLES_OF_REPORTS = ("web.report_assets_common", "web.report_assets_pdf")

database, *options = sys.argv[1:]
config.parse_config(options)
with Registry(database).cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {})
    bundle = env["ir.qweb"]._get_asset_bundle
    for name in SCRIPTS:
        bundle(name, css=False, js=True).js()
    for name in STYLES:
        bundle(name, css=True, js=False).css()
    for name in STYLES_OF_REPORTS:
        bundle(name, css=True, js=False, autoprefix=True).css()
"""


def write_configuration(run: Path, cluster: Cluster, **more: object) -> Path:
    """Write odoo.conf.

    :param run: the run's folder; the configuration and Odoo's files go there
    :param cluster: where the database is
    :param more: options on top
    :return: the file
    """
    options = {
        "db_host": cluster.environment["PGHOST"],
        "db_port": cluster.environment["PGPORT"],
        "db_user": cluster.environment["PGUSER"],
        "db_name": DATABASE,
        "dbfilter": f"^{DATABASE}$",
        "list_db": False,
        "data_dir": run / "data",
        "http_interface": LOOPBACK,
        # Node and the browser inherit this limit, and take addresses by the gigabyte.
        "limit_memory_hard": 0,
        "max_cron_threads": 0,
        "publisher_warranty_url": f"http://{LOOPBACK}:{NOWHERE}/",
        "screenshots": folders.LOGS / "screenshots",
        "smtp_server": LOOPBACK,
        "smtp_port": NOWHERE,
        "with_demo": True,
        **more,
    }
    places = [folders.CHECKOUT] if addons.own() else []
    options["addons_path"] = ",".join(map(str, [*places, foreign_addons.ADDONS_PATH]))
    lines = [f"{name} = {value}\n" for name, value in options.items()]
    path = run / "odoo.conf"
    path.write_text("[options]\n" + "".join(lines))
    return path


def install(names: list[str], run: Path, cluster: Cluster, log: Path) -> None:
    """Install addons into the database, which is made when it is missing.

    :param names: the addons
    :param log: the file for Odoo's log, written anew
    :raise SetupProblem: when that fails
    """
    processes.run(
        [
            *(python_packages.PYTHON, "-m", "odoo", "--stop-after-init", "--no-http"),
            *("-c", write_configuration(run, cluster), "-i", ",".join(names)),
        ],
        log=log,
        what=f"installing {', '.join(names)} in Odoo",
        mend="see the log above",
        env=processes.clean_environment(),
    )


def make_bundles(run: Path, cluster: Cluster) -> None:
    """Make the scripts and style sheets of Odoo's pages, which takes up to a minute.

    Otherwise the first page that a browser opens waits for them, in every run anew.

    :raise SetupProblem: when that fails
    """
    configuration = write_configuration(run, cluster)
    processes.run(
        [python_packages.PYTHON, "-c", MAKE_BUNDLES, DATABASE, "-c", configuration],
        log=folders.LOGS / "odoo-bundles.log",
        what="making the bundles of Odoo's pages",
        mend="see the log above",
        env=processes.clean_environment(),
    )


@contextmanager
def serving(
    configuration: Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run Odoo's server.

    :param configuration: its odoo.conf
    :param environment: variables to set
    """
    with processes.running(
        [python_packages.PYTHON, "-m", "odoo", "-c", configuration],
        log=folders.LOGS / "odoo-output.log",
        env=processes.clean_environment(environment),
    ):
        yield
