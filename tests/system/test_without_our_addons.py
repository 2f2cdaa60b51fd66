# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installed and not configured, our addons change nothing: no byte and no query."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from workshop import (
    folders,
    odoo_server,
    postgres,
    processes,
    python_packages,
    snapshots,
)

from tests.peers.smtp_receiver import ReceivedMail, SmtpReceiver

from . import hundred_mails

PROGRAM = Path(hundred_mails.__file__)

#: What two runs never have in common.
CHANGING = (
    re.compile(rb"^Date: .*$", re.M),
    re.compile(rb"<[^<>@\s]+-openerp-[^<>@]+@[^<>@]+>"),
    re.compile(rb"={15}\d+=="),
)


@dataclass(frozen=True)
class Sent:
    """What one Odoo sent.

    :ivar queries: way of sending -> number of SQL queries
    :ivar mails: the envelopes and contents, without what always changes
    """

    queries: dict[str, int]
    mails: list[tuple[str, tuple[str, ...], bytes]]


def send_hundred_mails(snapshot: Path) -> Sent:
    """Let Odoo send on a copy of a database."""
    with (
        folders.run_folder() as run,
        snapshots.running_copy(postgres.provide(), run, snapshot) as cluster,
        SmtpReceiver() as receiver,
    ):
        log = folders.LOGS / f"hundred-mails-{snapshot.name}.log"
        configuration = odoo_server.write_configuration(run, cluster, logfile=log)
        program = subprocess.run(
            [python_packages.PYTHON, PROGRAM, configuration, str(receiver.port)],
            # The order of a set decides that of the namespaces in an e-invoice.
            env=processes.clean_environment({"PYTHONHASHSEED": "0"}),
            stdout=subprocess.PIPE,
            check=True,
        )
        return Sent(json.loads(program.stdout), [strip(it) for it in receiver.mails])


def strip(mail: ReceivedMail) -> tuple[str, tuple[str, ...], bytes]:
    """Take from a mail what always changes."""
    content = mail.content
    for pattern in CHANGING:
        content = pattern.sub(b"", content)
    return mail.mail_from, mail.recipients, content


def test_a_hundred_mails_are_the_same():
    with ThreadPoolExecutor() as both:
        without, beside = both.map(
            send_hundred_mails, (snapshots.WITHOUT_OURS, snapshots.WITH_OURS)
        )
    ways = len(hundred_mails.WAYS)
    assert len(without.mails) == ways * (hundred_mails.ROUNDS + 1)
    assert beside.queries == without.queries
    assert beside.mails == without.mails
