# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The faulty DNS server misbehaves exactly where it was told to."""

import dns.exception
import dns.message
import dns.query
import dns.rcode
import pytest

from .faulty_dns import FaultyDns, garbage, refuse, silence
from .nsd import Nsd


@pytest.fixture
def server(zone: Nsd):
    with FaultyDns(zone.address) as faulty:
        yield faulty


def ask(server: FaultyDns, name: str) -> dns.message.Message:
    question = dns.message.make_query(name, "TXT")
    return dns.query.udp_with_fallback(
        question, "127.0.0.1", port=server.port, timeout=0.5
    )[0]


def test_passes_other_questions_on(server):
    server.faults["other.test"] = silence
    assert "v=spf1" in ask(server, "acme.test").answer[0].to_text()


def test_passes_a_long_answer_on_over_tcp(server, zone):
    zone.set("long.acme.test", "TXT", "x" * 60_000)
    assert len(ask(server, "long.acme.test").answer[0].to_text()) > 60_000


def test_keeps_silent(server):
    server.faults["acme.test"] = silence
    with pytest.raises(dns.exception.Timeout):
        ask(server, "acme.test")


def test_answers_an_error(server):
    server.faults["acme.test"] = refuse("SERVFAIL")
    assert ask(server, "acme.test").rcode() == dns.rcode.SERVFAIL


def test_answers_garbage(server):
    server.faults["acme.test"] = garbage
    with pytest.raises(dns.exception.DNSException):
        ask(server, "acme.test")


def test_a_star_stands_for_all_names(server):
    server.faults["*"] = refuse("REFUSED")
    assert ask(server, "acme.test").rcode() == dns.rcode.REFUSED
