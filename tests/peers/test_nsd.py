# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The DNS server answers what it was told, at once."""

import dns.resolver
import pytest

from .nsd import Nsd


def ask(server: Nsd, name: str, rdtype: str = "TXT") -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.port
    answer = resolver.resolve(name, rdtype)
    if rdtype == "TXT":
        return [b"".join(record.strings).decode() for record in answer]
    return [record.to_text() for record in answer]


@pytest.mark.parametrize(
    "rdtype,text,answered",
    [
        ("TXT", "v=spf1 -all", "v=spf1 -all"),
        ("TXT", 'quotes " and \\ and ; and é', 'quotes " and \\ and ; and é'),
        ("TXT", "x" * 60_000, "x" * 60_000),
        ("TXT", "", ""),
        ("MX", "10 mx.other.test", "10 mx.other.test."),
        ("A", "192.0.2.1", "192.0.2.1"),
    ],
    ids=["txt", "odd-characters", "long-txt", "empty-txt", "mx", "a"],
)
def test_publishes_a_record(rdtype, text, answered):
    with Nsd("acme.test", records={"a.acme.test": {rdtype: [text]}}) as server:
        assert ask(server, "a.acme.test", rdtype) == [answered]


def test_shows_a_change_when_set_returns():
    with Nsd("acme.test") as server:
        for text in map(str, range(30)):
            server.set("acme.test", "TXT", text)
            assert [ask(server, "acme.test") for _time in range(4)] == [[text]] * 4


def test_removes_a_name():
    with Nsd("acme.test", records={"a.acme.test": {"TXT": ["x"]}}) as server:
        server.remove("a.acme.test")
        with pytest.raises(dns.resolver.NXDOMAIN):
            ask(server, "a.acme.test")


def test_follows_an_alias_into_a_zone_added_later():
    records = {"key.acme.test": {"CNAME": ["key.platform.test"]}}
    with Nsd("acme.test", records=records) as server:
        server.add_zone("platform.test")
        server.set("key.platform.test", "TXT", "v=DKIM1")
        assert ask(server, "key.acme.test") == ["v=DKIM1"]


def test_refuses_a_record_outside_its_zones():
    with pytest.raises(LookupError, match=r"notacme\.test"):
        Nsd("acme.test", records={"notacme.test": {"TXT": ["x"]}})


def test_leaves_nothing_behind():
    with Nsd("acme.test") as server:
        process, folder = server._process, server._folder
    assert process.poll() is not None
    assert not folder.exists()
