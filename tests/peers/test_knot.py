# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Knot takes signed updates, and NSD shows them to everybody."""

import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update

from .knot import Knot
from .nsd import Nsd
from .ports import LOOPBACK

ZONE = "keys.platform.test"
NAME = f"one.acme.test.{ZONE}"


def send_update(knot: Knot, secret: str) -> int:
    """Publish a text; tell how the server answers."""
    keyring = dns.tsigkeyring.from_text({knot.key_name: (knot.algorithm, secret)})
    update = dns.update.UpdateMessage(ZONE, keyring=keyring)
    update.replace(f"{NAME}.", 60, "TXT", '"hello" " there"')
    return dns.query.tcp(update, LOOPBACK, timeout=5, port=knot.port).rcode()


def test_an_update_is_transferred() -> None:
    """What the primary takes, a secondary serves, across zones."""
    with Nsd("acme.test") as nsd, Knot(ZONE, secondary_port=nsd.port) as knot:
        nsd.add_secondary(ZONE, knot)
        nsd.set("one.acme.test", "CNAME", NAME)
        assert send_update(knot, knot.secret) == dns.rcode.NOERROR
        nsd.wait_for_transfer(ZONE)
        assert knot.texts(NAME) == ["hello there"]
        question = dns.message.make_query("one.acme.test", "TXT")
        reply = dns.query.udp(question, LOOPBACK, timeout=5, port=nsd.port)
        assert [rrset.to_text().split()[-1] for rrset in reply.answer] == [
            f"{NAME}.",
            'there"',
        ]
