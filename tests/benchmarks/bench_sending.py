# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a mail costs with our addons, beside stock Odoo in the same run.

    PYTHONPATH=setup:. .work/venv/bin/python tests/benchmarks/bench_sending.py

Run any test with Odoo before: that makes the databases. Odoo without our addons, with
them but no sender, and with a proven domain, rules, signatures and the sending log take
turns to send to a real SMTP receiver. Prints, for each mail, milliseconds of Odoo's CPU
and database queries, the medians of all rounds, and how many times what stock Odoo
takes that is.
"""

import json
import subprocess
from pathlib import Path
from statistics import median

from workshop import (
    folders,
    odoo_server,
    postgres,
    processes,
    python_packages,
    snapshots,
)

from tests.peers.smtp_receiver import SmtpReceiver

PROGRAM = Path(__file__).with_name("sending_in_odoo.py")

#: Setting -> the database that it is measured in.
SETTINGS = {
    "stock": snapshots.WITHOUT_OURS,
    "no sender": snapshots.WITH_OURS,
    "sender": snapshots.WITH_OURS,
}
TURNS = 2

#: Way of sending -> one a round: measure -> value a mail.
Rounds = dict[str, list[dict[str, float]]]


def send(setting: str) -> Rounds:
    """Let Odoo send on a copy of a database."""
    with (
        folders.run_folder() as run,
        snapshots.running_copy(postgres.provide(), run, SETTINGS[setting]) as cluster,
        SmtpReceiver() as receiver,
    ):
        log = folders.LOGS / "benchmark.log"
        configuration = odoo_server.write_configuration(run, cluster, logfile=log)
        program = subprocess.run(
            [
                *(python_packages.PYTHON, PROGRAM),
                *(configuration, str(receiver.port), setting),
            ],
            env=processes.clean_environment(),
            stdout=subprocess.PIPE,
            check=True,
        )
        answer = json.loads(program.stdout)
        signed = [b"DKIM-Signature: " in mail.content for mail in receiver.mails]
        # Not to compare what did not leave, or left in another way.
        assert signed == answer["sent"] * [setting == "sender"], (setting, log)
        return answer["rounds"]


def main() -> None:
    """Print a line for each way of sending and each setting."""
    turns = [(setting, send(setting)) for _turn in range(TURNS) for setting in SETTINGS]
    for way in turns[0][1]:
        stock: dict[str, float] = {}
        for setting in SETTINGS:
            rounds = [r for known, turn in turns if known == setting for r in turn[way]]
            line = f"{way:8} {setting:10}"
            for name in rounds[0]:
                value = median(round_[name] for round_ in rounds)
                factor = value / stock.setdefault(name, value)
                line += f" {value:8.2f} {name} ({factor:.2f} times)"
            print(line)


if __name__ == "__main__":
    main()
