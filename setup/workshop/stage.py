# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the demo plays; runs in the virtual environment, started by setup/demo."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.peers.nsd import Nsd
from tests.peers.smtp_receiver import ReceivedMail, SmtpReceiver
from tests.peers.verify import Mailauth, Verdict

from . import breaks, folders, odoo_server, progress
from .odoo_client import OdooClient, OdooError
from .scenario import DOMAIN, PLATFORM, PLATFORM_RECORDS, Scenario

LOGIN = "admin"

#: The messages received, as files.
RECEIVED = folders.WORK / "received"

#: Seconds within which a mail that was sent is there.
PATIENCE = 30.0


def main(arguments: Sequence[str]) -> int:
    """Play.

    :param arguments: odoo.conf, Odoo's address, and the options of setup/demo
    :return: 0 when DKIM, SPF and DMARC of the invoice pass, else 1
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("configuration", type=Path)
    parser.add_argument("address")
    parser.add_argument("--exit", action="store_true")
    parser.add_argument("--break", dest="spoiled", choices=breaks.BREAKS)
    options = parser.parse_args(arguments)
    RECEIVED.mkdir(exist_ok=True)
    for old in RECEIVED.iterdir():
        old.unlink(missing_ok=True)
    with (
        Nsd(PLATFORM, records=PLATFORM_RECORDS) as dns,
        SmtpReceiver(folder=RECEIVED) as receiver,
        Mailauth(dns.address) as mailauth,
        odoo_server.serving(options.configuration),
    ):
        odoo = OdooClient(options.address)
        scenario = Scenario(odoo, dns, receiver.port, progress.say)
        with progress.step("Odoo"):
            odoo.wait_until_ready()
            odoo.log_in(odoo_server.DATABASE, LOGIN, LOGIN)
        scenario.choose_company()
        scenario.set_up_platform()
        scenario.set_up_domain()
        if options.spoiled:
            scenario.spoil(options.spoiled)
        number = scenario.send_invoice()
        progress.say(f"invoice {number} was sent")
        mail = _wait_for(receiver, 1)
        verdict = mailauth.verify(mail)
        print(describe(mail, verdict), flush=True)
        if not options.exit:
            print(_where_to_look(options.address, scenario), flush=True)
            _watch(receiver, mailauth)
    return 0 if verdict.passes else 1


def describe(mail: ReceivedMail, verdict: Verdict) -> str:
    """Write what a receiver sees of a mail.

    :return: lines of text
    """
    message = mail.message
    signatures = [f"{s.domain} {s.comment or s.algorithm}" for s in verdict.signatures]
    lines = [
        ("From", message["From"]),
        ("Reply-To", message["Reply-To"] or "none"),
        ("Envelope", f"{mail.mail_from} -> {', '.join(mail.recipients)}"),
        ("Subject", message["Subject"]),
        *(
            ("Attachment", f"{part.get_filename()}, {len(part.get_content())} bytes")
            for part in message.iter_attachments()
        ),
        ("DKIM", f"{verdict.dkim:9} {', '.join(signatures)}"),
        ("SPF", f"{verdict.spf:9} {verdict.spf_domain}"),
        ("DMARC", f"{verdict.dmarc:9} policy: {verdict.dmarc_policy or 'no record'}"),
    ]
    text = "".join(f"  {name:11} {value}\n" for name, value in lines)
    return f"\nWhat the receiver saw:\n{text}{conclusion(verdict)}\n"


def conclusion(verdict: Verdict) -> str:
    """Say in one line which results are no pass."""
    results = {"DKIM": verdict.dkim, "SPF": verdict.spf, "DMARC": verdict.dmarc}
    failing = [f"{name} ({it})" for name, it in results.items() if it != "pass"]
    if failing:
        return f"Not passing: {', '.join(failing)}"
    return "DKIM, SPF and DMARC pass."


def _wait_for(receiver: SmtpReceiver, count: int) -> ReceivedMail:
    deadline = time.monotonic() + PATIENCE
    while len(receiver.mails) < count:
        if time.monotonic() > deadline:
            raise TimeoutError("the receiver got no mail; see .work/log/odoo-demo.log")
        time.sleep(0.1)
    return receiver.mails[count - 1]


def _where_to_look(address: str, scenario: Scenario) -> str:
    return (
        f"Odoo: {address}   login {LOGIN}, password {LOGIN}\n"
        f"  {DOMAIN}     {address}/odoo/mail.sender.domain/{scenario.domain}\n"
        f"  the invoice   {address}/odoo/account.move/{scenario.invoice}\n"
        f"  the mails     {RECEIVED}\n"
        "Whatever Odoo sends from now on is shown here. Ctrl-C ends it all.\n"
    )


def _watch(receiver: SmtpReceiver, mailauth: Mailauth) -> None:
    """Show every mail that comes in, until Ctrl-C."""
    seen = len(receiver.mails)
    try:
        while True:
            for mail in receiver.mails[seen:]:
                print(describe(mail, mailauth.verify(mail)), flush=True)
                seen += 1
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nstopping", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OdooError as error:
        sys.exit(f"setup/demo: Odoo refused: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
