# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addon in a real server: it is installed, used and removed, and transactions end.

Odoo's own tests can neither install nor commit; here Odoo is a process of its own, and
an administrator talks to it as the web client does.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from workshop import folders, odoo_server, postgres, snapshots
from workshop.odoo_client import OdooClient, OdooError
from workshop.postgres import Cluster

from tests.peers.ports import LOOPBACK, free_port
from tests.peers.smtp_receiver import SmtpReceiver, Tls

ADDON = "mail_sender_domain"
PASSWORD = "open-sesame-4711"

#: Seconds within which the server does what follows a request.
PATIENCE = 30.0

REFUSED = "535 5.7.8 Username and Password not accepted"


class Server:
    """An Odoo with a database of its own, as its administrator sees it.

    :ivar odoo: the administrator's session
    :ivar cluster: where the database is
    :ivar log: Odoo's log
    """

    def __init__(self, odoo: OdooClient, cluster: Cluster, log: Path):
        """Take what :func:`serving` started."""
        self.odoo = odoo
        self.cluster = cluster
        self.log = log

    def log_in(self) -> None:
        """Begin a session."""
        self.odoo.log_in(odoo_server.DATABASE, "admin", "admin")

    def create(self, model: str, **values: object) -> int:
        """Create a record; return its id."""
        return self.odoo.call(model, "create", [values])[0]

    def read(self, model: str, record: int, *names: str) -> dict[str, object]:
        """Read a record, archived or not."""
        [values] = self.odoo.call(model, "read", [record], list(names))
        return {name: values[name] for name in names}

    def find(self, model: str, *domain: tuple[str, str, object]) -> list[int]:
        """Find records, archived or not."""
        context = {"active_test": False}
        return self.odoo.call(model, "search", list(domain), context=context)

    def write(self, model: str, record: int, **values: object) -> None:
        """Write a record."""
        self.odoo.call(model, "write", [record], values)

    def send(self, **values: object) -> int:
        """Make a mail and send it; return its id."""
        mail = self.create(
            "mail.mail",
            **{
                "email_to": "customer@example.com",
                "body_html": "<p>hello</p>",
                "auto_delete": False,
                **values,
            },
        )
        self.odoo.call("mail.mail", "send", [mail])
        return mail

    def query(self, query: str) -> list[str]:
        """Ask the database; return the lines of its answer."""
        options = [f"--dbname={odoo_server.DATABASE}", "-At", f"--command={query}"]
        return self.cluster.client("psql", *options).splitlines()

    def assert_clean_log(self, *ignored: str) -> None:
        """Refuse warnings and errors.

        :param ignored: expressions for those that are right here
        """
        command = [sys.executable, "-m", "checklog_odoo", str(self.log)]
        command += [f"--ignore={expression}" for expression in ignored]
        check = subprocess.run(command, capture_output=True, text=True, check=False)
        assert not check.returncode, check.stdout


@contextmanager
def serving(snapshot: Path, name: str, **environment: str) -> Iterator[Server]:
    """Run Odoo on a copy of a database.

    :param name: of the log
    :param environment: variables to set
    """
    port = free_port()
    log = folders.LOGS / f"odoo-{name}.log"
    log.unlink(missing_ok=True)
    with ExitStack() as stack:
        run = stack.enter_context(folders.run_folder())
        cluster = stack.enter_context(
            snapshots.running_copy(postgres.provide(), run, snapshot)
        )
        configuration = odoo_server.write_configuration(
            run, cluster, http_port=port, logfile=log
        )
        stack.enter_context(odoo_server.serving(configuration, environment))
        odoo = OdooClient(f"http://{LOOPBACK}:{port}")
        odoo.wait_until_ready()
        server = Server(odoo, cluster, log)
        server.log_in()
        yield server


@pytest.fixture
def receivers() -> Iterator[dict[str, SmtpReceiver]]:
    """Give mail servers: two that were there before, and a mailbox with a login."""
    login = ("post@acme.test", PASSWORD)
    with (
        SmtpReceiver() as found,
        SmtpReceiver() as shared,
        SmtpReceiver(login=login, tls=Tls.NEVER) as mailbox,
    ):
        yield {"found": found, "shared": shared, "mailbox": mailbox}


def make_mailbox(server: Server, receiver: SmtpReceiver) -> int:
    """Set up a mailbox and make it the default sender of the first company."""
    address = server.create(
        "mail.sender.address",
        name="Acme",
        email="post@acme.test",
        company_id=1,
        mode="smtp",
        smtp_host="localhost",
        smtp_port=receiver.port,
        smtp_encryption="none",
        smtp_user="post@acme.test",
        smtp_password=PASSWORD,
    )
    server.odoo.call("mail.sender.address", "action_check_mailbox", [address])
    server.odoo.call("mail.sender.address", "action_set_default", [address])
    return address


def received_by(receivers: dict[str, SmtpReceiver]) -> list[tuple[str, str]]:
    """List who received what since the last time: names and From."""
    received = [
        (name, str(mail.message["From"]))
        for name, receiver in receivers.items()
        for mail in receiver.mails
    ]
    for receiver in receivers.values():
        receiver.mails.clear()
    return received


SERVER_FIELDS = (
    *("name", "active", "sequence", "from_filter", "smtp_host", "smtp_port"),
    *("smtp_encryption", "smtp_authentication", "smtp_user", "smtp_pass"),
)


def make_servers(server: Server, receivers: dict[str, SmtpReceiver]) -> tuple[int, int]:
    """Let the database have the servers of somebody who never heard of the addon."""
    for other in server.find("ir.mail_server"):
        server.write("ir.mail_server", other, active=False)
    found = server.create(
        "ir.mail_server",
        name="Found",
        smtp_host="localhost",
        smtp_port=receivers["found"].port,
        sequence=5,
        from_filter="found.test",
    )
    shared = server.create(
        "ir.mail_server",
        name="Shared",
        smtp_host="localhost",
        smtp_port=receivers["shared"].port,
        sequence=6,
    )
    return found, shared


def module(server: Server) -> int:
    """Find the addon among Odoo's modules."""
    [addon] = server.find("ir.module.module", ("name", "=", ADDON))
    return addon


def test_odoo_is_left_as_it_was_found(receivers):
    with serving(snapshots.WITHOUT_OURS, "lifetime") as server:
        found, shared = make_servers(server, receivers)
        before = {
            record: server.read("ir.mail_server", record, *SERVER_FIELDS)
            for record in (found, shared)
        }
        waiting = server.create(
            "mail.mail",
            email_from="x@found.test",
            email_to="customer@example.com",
            body_html="<p>hello</p>",
        )

        server.odoo.call("ir.module.module", "update_list")
        server.odoo.call(
            "ir.module.module", "button_immediate_install", [module(server)]
        )
        server.log_in()

        # Installed and not set up, nothing changes.
        for record, values in before.items():
            assert server.read("ir.mail_server", record, *SERVER_FIELDS) == values
        server.odoo.call("mail.mail", "send", [waiting])
        server.send(email_from="x@found.test")
        [first, second] = receivers["found"].mails
        assert first.mail_from == second.mail_from
        assert "DKIM-Signature" not in second.message
        assert received_by(receivers) == [("found", "x@found.test")] * 2
        assert server.query("SELECT count(*) FROM mail_sender_log") == ["0"]

        # A company adopts one server, changes it, and has a mailbox besides.
        server.write("ir.mail_server", found, sender_company_id=1)
        server.write("ir.mail_server", found, sequence=1, from_filter="post@acme.test")
        address = make_mailbox(server, receivers["mailbox"])
        server.send()
        [(name, sender)] = received_by(receivers)
        assert (name, "<post@acme.test>" in sender) == ("mailbox", True)
        managed = server.read("mail.sender.address", address, "mail_server_id")
        template = server.create(
            "mail.template", name="Asks", mail_server_id=managed["mail_server_id"][0]
        )
        server.create(
            "mail.sender.domain", name="acme.test", company_id=1, mail_server_id=found
        )
        waiting = server.create(
            "mail.mail", email_to="customer@example.com", body_html="<p>hello</p>"
        )
        held = server.create(
            "mail.mail", email_to="customer@example.com", body_html="<p>hello</p>"
        )
        server.write("mail.mail", held, state="held")

        server.odoo.call(
            "ir.module.module", "button_immediate_uninstall", [module(server)]
        )
        server.log_in()

        # The servers are as they were, ours is archived, and nothing of it is left.
        for record, values in before.items():
            assert server.read("ir.mail_server", record, *SERVER_FIELDS) == values
        [ours] = server.find("ir.mail_server", ("name", "=", "post@acme.test"))
        assert server.read("ir.mail_server", ours, "active", "smtp_pass") == {
            "active": False,
            "smtp_pass": False,
        }
        assert not server.read("mail.template", template, "mail_server_id")[
            "mail_server_id"
        ]
        columns = server.query(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'ir_mail_server' AND column_name LIKE '%sender%'"
        )
        assert columns == []

        assert server.read("mail.mail", held, "state") == {"state": "exception"}

        # And they work.
        server.odoo.call("mail.mail", "send", [waiting])
        assert [name for name, _sender in received_by(receivers)] == ["shared"]
        server.send(email_from="x@found.test")
        server.send(email_from="y@elsewhere.test")
        assert [name for name, _sender in received_by(receivers)] == ["found", "shared"]
        server.assert_clean_log()

        # It may come again.
        server.odoo.call(
            "ir.module.module", "button_immediate_install", [module(server)]
        )
        server.log_in()
        make_mailbox(server, receivers["mailbox"])
        server.send()
        assert [name for name, _sender in received_by(receivers)] == ["mailbox"]


def wait_for(condition) -> None:
    """Wait for what the server does behind a request.

    :raise TimeoutError: when it does not happen
    """
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


def test_a_refused_login_is_stored_whatever_becomes_of_the_mail(receivers):
    with serving(snapshots.WITH_OURS, "refused-login") as server:
        make_servers(server, receivers)
        keeper = server.create(
            "res.users",
            name="Keeper",
            login="keeper",
            email="keeper@staff.test",
            notification_type="email",
        )
        server.write("res.company", 1, sender_responsible_id=keeper)
        server.write("res.company", 1, sender_blocked_policy="hold")
        address = make_mailbox(server, receivers["mailbox"])
        received_by(receivers)

        def state():
            values = server.read(
                "mail.sender.address", address, "state", "login_error_code"
            )
            return values["state"], values["login_error_code"]

        def activities():
            domain = [
                ("res_model", "=", "mail.sender.address"),
                ("res_id", "=", address),
            ]
            return server.odoo.call("mail.activity", "search_count", domain)

        # The transaction of the mail is committed ...
        receivers["mailbox"].script["AUTH"] = REFUSED
        mail = server.send()
        assert server.read("mail.mail", mail, "state") == {"state": "held"}
        assert state() == ("blocked", "login_refused")
        assert activities() == 1
        wait_for(lambda: receivers["shared"].mails)
        assert receivers["shared"].mails[0].recipients == ("keeper@staff.test",)

        # ... the road opens with a new password ...
        receivers["mailbox"].script.clear()
        server.write("mail.sender.address", address, smtp_password=PASSWORD)
        assert state() == ("ready", False)
        assert activities() == 0
        assert server.read("mail.mail", mail, "state") == {"state": "outgoing"}
        server.odoo.call("mail.mail", "send", [mail])
        server.odoo.call("mail.mail", "send", [mail])
        assert len(receivers["mailbox"].mails) == 1

        # ... and a transaction is rolled back.
        receivers["mailbox"].script["AUTH"] = REFUSED
        managed = server.read("mail.sender.address", address, "mail_server_id")
        with pytest.raises(OdooError, match="535"):
            server.odoo.call(
                "ir.mail_server", "test_smtp_connection", [managed["mail_server_id"][0]]
            )
        assert state() == ("blocked", "login_refused")
        assert activities() == 1
