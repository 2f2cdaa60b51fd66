# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set up everything, send an invoice, and say what its receiver sees.

usage: setup/demo [--exit] [--break {spf,dkim,dmarc,revoked-key}]

Starts Odoo 19 with demo data and our addons, a DNS server and an SMTP receiver, all
on this machine and unseen from outside. A company sets up its domain, and sends an
invoice. Then Odoo stays there to be looked at until Ctrl-C.

  --exit   end after the verdict; exit code 0 if DKIM, SPF and DMARC pass, else 1
  --break  spoil this in DNS after the domain was verified, just before the invoice is
           sent, to see the verdict fail

The last run's logs are in .work/log, the mails received in .work/received.
ODOO_SOURCE=/path runs an Odoo 19 that you already have.
"""

import argparse
import os

from tests.peers.ports import LOOPBACK, free_port

from . import (
    debian,
    folders,
    node_packages,
    odoo_server,
    preparation,
    processes,
    python_packages,
)
from .breaks import BREAKS

ODOO_LOG = folders.LOGS / "odoo-demo.log"


def main(arguments: list[str]) -> int:
    """Run the command.

    :param arguments: of the command line
    :return: its exit code
    """
    parser = argparse.ArgumentParser(
        prog="setup/demo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS,
    )
    parser.add_argument("--exit", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--break", choices=BREAKS, help=argparse.SUPPRESS)
    parser.parse_args(arguments)
    programs = preparation.prepare(debian.DEMO_NEEDS)
    with preparation.run(programs) as run:
        port = free_port()
        ODOO_LOG.unlink(missing_ok=True)
        configuration = odoo_server.write_configuration(
            run.folder,
            run.cluster,
            logfile=ODOO_LOG,
            http_port=port,
            # People who look around find Odoo doing what it does by itself.
            max_cron_threads=1,
        )
        command = [python_packages.PYTHON, "-m", "workshop.stage"]
        command += [configuration, f"http://{LOOPBACK}:{port}", *arguments]
        return processes.in_foreground(command, _environment())


def _environment() -> dict[str, str]:
    paths = [folders.CHECKOUT / "setup", folders.CHECKOUT]
    return processes.clean_environment(
        {
            "PATH": node_packages.full_search_path(),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "NODE_PATH": str(node_packages.NODE_PATH),
        }
    )
