# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way by which Odoo sends, in every setting; see :mod:`.ways`."""

import re
from pathlib import Path

from odoo.tests import tagged

from odoo.addons import mail

from . import every_way
from .paths import PATHS, SAME_CALLS
from .ways import LEAVING, SENDERS

#: Calls that make mail, beside those of the chatter, which every addon has.
MAKING = re.compile(
    r"""\.send_mail(_batch)?\(|message_(mail|post)_with_source\(|message_notify\("""
    r"""|\[["']mail\.mail["']\](\.sudo\(\))?\.create|mail\.compose\.message["']\]\.create"""
)


@tagged("post_install", "-at_install")
class TestWaysByReturnPath(every_way.EveryWay):
    """Own domains whose envelope sender lies below them: the usual layout."""

    setting = "return_path"

    @classmethod
    def set_up_senders(cls):
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        server = cls.make_south_server()
        cls.make_sender(
            cls.south, "south.test", "invoices@south.test", mail_server_id=server.id
        )


@tagged("post_install", "-at_install")
class TestWaysBySpfOnly(every_way.EveryWay):
    """Own domains that publish an SPF include and nothing else."""

    setting = "spf_only"

    @classmethod
    def set_up_senders(cls):
        cls.make_sender(cls.north, "north.test", "sales@north.test", layout="spf_only")
        server = cls.make_south_server()
        cls.make_sender(
            cls.south,
            "south.test",
            "invoices@south.test",
            layout="spf_only",
            mail_server_id=server.id,
        )


@tagged("post_install", "-at_install")
class TestWaysBySubdomain(every_way.EveryWay):
    """A subdomain proves addresses of the domain above it."""

    setting = "subdomain"

    @classmethod
    def set_up_senders(cls):
        cls.make_sender(
            cls.north, "mail.north.test", "sales@north.test", layout="subdomain"
        )
        server = cls.make_south_server()
        cls.make_sender(
            cls.south,
            "mail.south.test",
            "invoices@south.test",
            layout="subdomain",
            mail_server_id=server.id,
        )


@tagged("post_install", "-at_install")
class TestWaysByRelay(every_way.EveryWay):
    """Addresses of the platform's relay domain."""

    setting = "relay"

    @classmethod
    def set_up_senders(cls):
        cls.make_relay_domain("relay.test")
        for company in (cls.north, cls.south):
            relay = cls.env["mail.sender.address"]._get_relay(company)
            relay.action_set_default()


@tagged("post_install", "-at_install")
class TestWaysByMailbox(every_way.EveryWay):
    """Mailboxes whose mail servers want a login."""

    setting = "mailbox"

    @classmethod
    def set_up_senders(cls):
        cls.make_mailbox(cls.north, "sales@north.test", "north mailbox")
        cls.make_mailbox(cls.south, "invoices@south.test", "south mailbox")

    @classmethod
    def make_mailbox(cls, company, email, server):
        """Give a company a mailbox as its default sender, and publish its SPF."""
        domain = email.rpartition("@")[2]
        cls.dns.add_zone(domain)
        cls.dns.set(domain, "TXT", "v=spf1 ip4:127.0.0.1 -all")
        cls.dns.set(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject")
        receiver = cls.add_receiver(server, login=(email, "secret"))
        address = cls.env["mail.sender.address"].create(
            {
                "name": company.name,
                "email": email,
                "company_id": company.id,
                "mode": "smtp",
                "smtp_host": "localhost",
                "smtp_port": receiver.port,
                # The receiver's authority is none that the machine trusts.
                "smtp_encryption": "starttls",
                "has_login": True,
                "smtp_user": email,
                "smtp_password": "secret",
            }
        )
        address.action_check_mailbox()
        address.action_set_default()


@tagged("post_install", "-at_install")
class TestWaysByThreeSenders(every_way.EveryWay):
    """Companies with senders of their own for automatic and for internal mail."""

    setting = "three_senders"

    @classmethod
    def set_up_senders(cls):
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        server = cls.make_south_server()
        cls.make_sender(
            cls.south, "south.test", "invoices@south.test", mail_server_id=server.id
        )
        for company, domain in ((cls.north, "north.test"), (cls.south, "south.test")):
            company.sender_automatic_id = cls.make_address(company, f"robot@{domain}")
            company.sender_system_id = cls.make_address(company, f"staff@{domain}")


@tagged("post_install", "-at_install")
class TestWaysUnderStrict(every_way.EveryWay):
    """Nothing leaves but from the senders of the companies, whoever asks otherwise.

    People have mail servers of their own, the template names one, and rather than
    waiting, mail of a blocked road would be relayed.
    """

    setting = "strict"

    @classmethod
    def set_up_senders(cls):
        cls.make_sender(cls.north, "north.test", "sales@north.test")
        server = cls.make_south_server()
        cls.make_sender(
            cls.south, "south.test", "invoices@south.test", mail_server_id=server.id
        )
        companies = cls.north + cls.south
        companies.write(
            {"sender_strictness": "strict", "sender_blocked_policy": "relay"}
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.add_receiver("others")
        cls.template.mail_server_id = cls.make_server(
            "template", others, sequence=30, from_filter="staff.test"
        )
        for user in cls.seller + cls.colleague:
            cls.make_server(
                user.name,
                others,
                sequence=30,
                from_filter=user.email,
                smtp_user=user.email,
                owner_user_id=user.id,
            )


def test_ways_are_complete():
    """Each way has a test, and each test of a way a row."""
    tested = [
        name.removeprefix("test_")
        for case in every_way.EveryWay.__mro__
        for name in vars(case)
        if name.startswith("test_") and case.__module__.startswith(__package__)
    ]
    assert sorted(tested) == sorted(LEAVING)


def test_paths_are_complete():
    """Along each path goes a way, and each way goes along a path."""
    paths = [ways for paths in PATHS.values() for ways in paths.values()]
    assert all(paths)
    assert {way for ways in paths for way in ways} == set(LEAVING)
    assert all(ways and set(ways) <= set(LEAVING) for ways in SAME_CALLS.values())


def test_addons_are_complete():
    """Each addon of Odoo that makes mail has its paths, or those of another one."""
    assert find_senders() - PATHS.keys() == SAME_CALLS.keys()


def find_senders() -> set[str]:
    """Name the addons of Odoo whose code calls something that makes mail.

    What only countries have extends the sending of invoices.
    """
    addons = Path(mail.__file__).parents[1]
    return {
        addon.name
        for addon in addons.iterdir()
        if not addon.name.startswith(("l10n_", "test_"))
        for file in addon.rglob("*.py")
        if "tests" not in file.parts and MAKING.search(file.read_text())
    }


def test_settings_are_complete():
    """Each setting sends by every way."""
    cases = every_way.EveryWay.__subclasses__()
    assert sorted(case.setting for case in cases) == sorted(SENDERS)
