# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The resolver against name servers that behave well, badly, or not at all.

A small internet on loopback: every server has an address of its own and all listen on
one port, as real ones do. ``acme.test`` has two name servers, 127.0.0.2 and 127.0.0.3;
``provider.test`` has 127.0.0.4; a recursor on 127.0.0.1 knows where they are.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from dnslib import RR, TXT
from fake_dns import FakeDns, free_port, refuse, send, silence
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools.dns_exchange import Server
from tools.dns_resolver import DnsResolver
from tools.resolver import AnswerStatus

TIMEOUT = 0.2
LIFETIME = 0.8


class Internet:
    """The servers, and a resolver that was configured with the recursor."""

    def __init__(self, port: int):
        self.port = port
        self.recursor = FakeDns("127.0.0.1", port, recursor=True)
        self.first = FakeDns("127.0.0.2", port, "acme.test")
        self.second = FakeDns("127.0.0.3", port, "acme.test")
        self.provider = FakeDns("127.0.0.4", port, "provider.test")
        self.servers = (self.recursor, self.first, self.second, self.provider)
        self.recursor.add("acme.test", "NS", "ns1.acme.test.", "ns2.acme.test.")
        self.recursor.add("ns1.acme.test", "A", self.first.address)
        self.recursor.add("ns2.acme.test", "A", self.second.address)
        self.recursor.add("provider.test", "NS", "ns.provider.test.")
        self.recursor.add("ns.provider.test", "A", self.provider.address)

    def publish(self, name: str, rdtype: str, *values) -> None:
        """Add records of acme.test to both its servers."""
        self.first.add(name, rdtype, *values)
        self.second.add(name, rdtype, *values)

    def fail(self, fault, *names: str) -> None:
        """Make both servers of acme.test fail for these names, default all."""
        for server in (self.first, self.second):
            server.faults.update(dict.fromkeys(names or ["*"], fault))

    def resolver(self, **options) -> DnsResolver:
        anybody = {"may_ask": lambda address: True}
        options = {"timeout": TIMEOUT, "lifetime": LIFETIME, **anybody, **options}
        return DnsResolver(["127.0.0.1"], self.port, **options)

    def resolve(self, name: str, rdtype: str = "TXT"):
        """The answer of a new resolver, which must come in time."""
        started = time.monotonic()
        answer = self.resolver().resolve(name, rdtype)
        assert time.monotonic() - started < LIFETIME + 1
        return answer


@pytest.fixture
def internet() -> Iterator[Internet]:
    net = Internet(free_port())
    with ExitStack() as running:
        for server in net.servers:
            running.enter_context(server)
        yield net


# What is there


@pytest.mark.parametrize(
    ("rdtype", "published", "expected"),
    [
        ("TXT", ['"v=spf1 " "-all"', '"hello"'], {"v=spf1 -all", "hello"}),
        ("TXT", ['""'], {""}),
        ("MX", ["10 MX1.acme.test.", "5 mx2.acme.test."], None),
        ("MX", ["0 ."], {"0 ."}),
        ("A", ["192.0.2.1"], {"192.0.2.1"}),
        ("AAAA", ["2001:DB8::1"], {"2001:db8::1"}),
        ("CNAME", ["Target.provider.test."], {"target.provider.test"}),
        ("PTR", ["Host.acme.test."], {"host.acme.test"}),
    ],
)
def test_records_become_texts(internet, rdtype, published, expected):
    internet.publish("it.acme.test", rdtype, *published)
    answer = internet.resolve("it.acme.test", rdtype)
    assert answer.status is AnswerStatus.FOUND
    if expected is None:
        assert answer.records == ("5 mx2.acme.test", "10 mx1.acme.test")
    else:
        assert set(answer.records) == expected
    assert (answer.name, answer.type, answer.aliases) == ("it.acme.test", rdtype, ())


def test_name_is_normalised(internet):
    internet.publish("_dmarc.acme.test", "TXT", '"v=DMARC1"')
    answer = internet.resolve("_DMARC.Acme.Test.")
    assert (answer.name, answer.records) == ("_dmarc.acme.test", ("v=DMARC1",))


def test_reverse_names_are_left_to_the_recursor(internet):
    internet.recursor.add("1.2.0.192.in-addr.arpa", "PTR", "mx.acme.test.")
    answer = internet.resolve("1.2.0.192.in-addr.arpa", "PTR")
    assert answer.records == ("mx.acme.test",)
    assert internet.recursor.asked == [("1.2.0.192.in-addr.arpa", "PTR", "udp")]


def test_bytes_beyond_utf8_are_marked(internet):
    internet.publish("acme.test", "TXT", TXT([b"caf\xc3", b"\xa9 \xff \0"]))
    assert internet.resolve("acme.test").records == ("café \ufffd \ufffd",)


def test_truncated_answer_is_asked_for_over_tcp(internet):
    internet.publish("acme.test", "TXT", *[f'"{n:200}"' for n in range(20)])
    assert len(internet.resolve("acme.test").records) == 20
    asked = internet.first.asked + internet.second.asked
    assert [transport for *_question, transport in asked] == ["udp", "tcp"]


def test_60_kb_txt(internet):
    strings = " ".join(['"' + "x" * 250 + '"'] * 240)
    internet.publish("acme.test", "TXT", strings)
    (record,) = internet.resolve("acme.test").records
    assert len(record) == 60_000


# What is not there


def test_missing_name(internet):
    internet.publish("acme.test", "TXT", '"hello"')
    assert internet.resolve("no.acme.test").status is AnswerStatus.NO_NAME


def test_other_type_at_the_name(internet):
    internet.publish("acme.test", "MX", "10 mx.acme.test.")
    assert internet.resolve("acme.test").status is AnswerStatus.NO_DATA


def test_name_that_only_has_names_below(internet):
    internet.publish("key._domainkey.acme.test", "TXT", '"p="')
    assert internet.resolve("_domainkey.acme.test").status is AnswerStatus.NO_DATA


def test_unregistered_domain(internet):
    assert internet.resolve("nobody.test").status is AnswerStatus.NO_NAME


# The owners of the zone


def test_owners_know_better_than_the_cache(internet):
    internet.publish("acme.test", "TXT", '"new"')
    internet.recursor.add("acme.test", "TXT", '"old"')
    assert internet.resolve("acme.test").records == ("new",)


def test_recursor_never_hears_the_name(internet):
    internet.publish("key._domainkey.acme.test", "TXT", '"p="')
    internet.resolve("key._domainkey.acme.test")
    names = {name for name, *_rest in internet.recursor.asked}
    assert names == {"acme.test", "ns1.acme.test"}


def test_owners_can_be_left_out(internet):
    internet.recursor.add("acme.test", "TXT", '"cached"')
    answer = internet.resolver(authoritative=False).resolve("acme.test", "TXT")
    assert answer.records == ("cached",)
    assert internet.first.asked == internet.second.asked == []


def test_delegated_subdomain(internet):
    internet.publish("mail.acme.test", "NS", "ns.child.test.")
    internet.recursor.add("ns.child.test", "A", "127.0.0.5")
    with FakeDns("127.0.0.5", internet.port, "mail.acme.test") as child:
        child.add("key._domainkey.mail.acme.test", "TXT", '"p=1"')
        answer = internet.resolve("key._domainkey.mail.acme.test")
    assert answer.records == ("p=1",)


def test_domain_inside_a_larger_zone(internet):
    internet.recursor.add("test", "SOA", ". . 1 1 1 1 1")
    internet.recursor.add("test", "NS", "ns.registry.test.")
    internet.recursor.add("ns.registry.test", "A", "127.0.0.5")
    with FakeDns("127.0.0.5", internet.port, "test") as registry:
        registry.add("bank.test", "TXT", '"hello"')
        answer = internet.resolve("bank.test")
    assert answer.records == ("hello",)


def test_owner_that_has_only_an_ipv6_address(internet):
    internet.recursor.add("six.test", "NS", "ns.six.test.")
    internet.recursor.add("ns.six.test", "AAAA", "::ffff:7f00:5")
    with FakeDns("127.0.0.5", internet.port, "six.test") as owner:
        owner.add("six.test", "TXT", '"hello"')
        assert internet.resolve("six.test").records == ("hello",)


def test_referrals_in_a_circle(internet):
    def refer_down(question, transport):
        reply = question.reply(aa=0)
        depth = len(internet.first.asked)
        cut = ".".join(str(question.q.qname).split(".")[-depth - 3 :])
        reply.add_auth(*RR.fromZone(f"{cut} 60 IN NS ns1.acme.test."))
        return reply.pack()

    internet.first.faults["*"] = refer_down
    name = "a." * 20 + "acme.test"
    internet.recursor.add(name, "TXT", '"cached"')
    assert internet.resolve(name).records == ("cached",)


@pytest.mark.parametrize(
    "fault", [silence, refuse("SERVFAIL"), refuse("REFUSED"), send(b"\xff" * 40)]
)
def test_second_server_answers_when_the_first_fails(internet, fault):
    internet.publish("acme.test", "TXT", '"hello"')
    internet.first.faults["*"] = fault
    assert internet.resolve("acme.test").records == ("hello",)
    assert internet.second.asked


@pytest.mark.parametrize(
    "fault", [silence, refuse("SERVFAIL"), refuse("REFUSED"), send(b"\xff" * 40)]
)
def test_recursor_answers_when_all_owners_fail(internet, fault):
    internet.recursor.add("acme.test", "TXT", '"cached"')
    internet.fail(fault)
    assert internet.resolve("acme.test").records == ("cached",)


def test_recursor_answers_when_the_owners_have_no_address(internet):
    internet.recursor.add("far.test", "NS", "ns.nowhere.test.")
    internet.recursor.add("far.test", "TXT", '"cached"')
    assert internet.resolve("far.test").records == ("cached",)


def test_dead_server_costs_its_timeout_once(internet):
    names = [f"n{n}.acme.test" for n in range(20)]
    for name in names:
        internet.publish(name, "TXT", '"hello"')
    internet.first.faults["*"] = silence
    resolver = internet.resolver()
    started = time.monotonic()
    answers = [resolver.resolve(name, "TXT") for name in names]
    assert {answer.records for answer in answers} == {("hello",)}
    assert len(internet.first.asked) == 1
    assert time.monotonic() - started < TIMEOUT + 1


def test_closed_firewall_costs_little(internet):
    for n in range(20):
        internet.recursor.add(f"d{n}.test", "NS", f"ns.d{n}.test.")
        internet.recursor.add(f"ns.d{n}.test", "A", f"127.0.1.{n}")
        internet.recursor.add(f"d{n}.test", "TXT", '"hello"')
    resolver = internet.resolver()
    started = time.monotonic()
    for n in range(20):
        assert resolver.resolve(f"d{n}.test", "TXT").records == ("hello",)
    assert time.monotonic() - started < 4 * TIMEOUT + 1


def test_servers_of_a_zone_are_found_once(internet):
    internet.publish("acme.test", "TXT", '"hello"')
    questions = [(f"n{n}.acme.test", "TXT") for n in range(16)]
    internet.resolver().resolve_many(questions)
    asked = internet.recursor.asked
    assert asked.count(("acme.test", "NS", "udp")) == 1
    assert len(asked) == len(set(asked))


# CNAMEs


def test_alias_into_another_zone(internet):
    internet.publish("key.acme.test", "CNAME", "Key.provider.test.")
    internet.provider.add("key.provider.test", "TXT", '"p=1"')
    answer = internet.resolve("key.acme.test")
    assert answer.records == ("p=1",)
    assert answer.aliases == ("key.provider.test",)
    assert answer.canonical_name == "key.provider.test"


def test_alias_chain_inside_the_zone(internet):
    for n in range(5):
        internet.publish(f"n{n}.acme.test", "CNAME", f"n{n + 1}.acme.test.")
    internet.publish("n5.acme.test", "TXT", '"end"')
    answer = internet.resolve("n0.acme.test")
    assert answer.records == ("end",)
    assert len(answer.aliases) == 5


def test_alias_through_the_recursor(internet):
    internet.fail(refuse("SERVFAIL"))
    internet.recursor.add("key.acme.test", "CNAME", "key.provider.test.")
    internet.recursor.add("key.provider.test", "TXT", '"p=1"')
    answer = internet.resolve("key.acme.test")
    assert (answer.records, answer.aliases) == (("p=1",), ("key.provider.test",))


def test_dangling_alias(internet):
    internet.publish("key.acme.test", "CNAME", "gone.provider.test.")
    answer = internet.resolve("key.acme.test")
    assert answer.status is AnswerStatus.NO_NAME
    assert answer.aliases == ("gone.provider.test",)


def test_alias_to_a_name_without_this_type(internet):
    internet.publish("key.acme.test", "CNAME", "key.provider.test.")
    internet.provider.add("key.provider.test", "A", "192.0.2.1")
    answer = internet.resolve("key.acme.test")
    assert answer.status is AnswerStatus.NO_DATA
    assert answer.aliases == ("key.provider.test",)


def test_alias_to_a_zone_that_does_not_answer(internet):
    internet.publish("key.acme.test", "CNAME", "key.provider.test.")
    internet.provider.faults["*"] = silence
    internet.recursor.faults["key.provider.test"] = silence
    answer = internet.resolve("key.acme.test")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "timeout")
    assert answer.aliases == ("key.provider.test",)


def test_foreign_records_of_a_server_are_not_believed(internet):
    def forge(question, transport):
        reply = question.reply()
        reply.add_answer(*RR.fromZone("key.acme.test. CNAME key.provider.test."))
        reply.add_answer(*RR.fromZone('key.provider.test. TXT "forged"'))
        return reply.pack()

    internet.fail(forge)
    internet.provider.add("key.provider.test", "TXT", '"true"')
    assert internet.resolve("key.acme.test").records == ("true",)


@pytest.mark.parametrize(
    "chain",
    [
        {"a": "a.acme.test."},
        {"a": "b.acme.test.", "b": "a.acme.test."},
        {f"n{n}": f"n{n + 1}.acme.test." for n in range(20)} | {"a": "n0.acme.test."},
    ],
    ids=["itself", "two", "longer than allowed"],
)
def test_alias_loop(internet, chain):
    for name, target in chain.items():
        internet.publish(f"{name}.acme.test", "CNAME", target)
    internet.publish("n20.acme.test", "TXT", '"too far"')
    # So many questions in a row may take longer on a busy machine.
    resolver = internet.resolver(timeout=5, lifetime=30)
    answer = resolver.resolve("a.acme.test", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "alias_loop")


def test_alias_loop_in_one_response(internet):
    def circle(question, transport):
        reply = question.reply(aa=0, ra=1)
        reply.add_answer(*RR.fromZone("a.acme.test. CNAME b.acme.test."))
        reply.add_answer(*RR.fromZone("b.acme.test. CNAME a.acme.test."))
        return reply.pack()

    internet.recursor.faults["a.acme.test"] = circle
    answer = internet.resolver(authoritative=False).resolve("a.acme.test", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "alias_loop")


# No answer


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (silence, "timeout"),
        (refuse("SERVFAIL"), "servfail"),
        (refuse("REFUSED"), "lame"),
        (refuse("NXDOMAIN"), "lame"),
        (refuse("NOERROR"), "lame"),
        (refuse("NOTAUTH"), "lame"),
        (refuse("FORMERR"), "malformed"),
        (send(b"\xff" * 40), "malformed"),
        (send(b""), "malformed"),
    ],
)
def test_reason_of_the_owners_comes_first(internet, fault, reason):
    internet.recursor.faults["x.acme.test"] = refuse("SERVFAIL")
    internet.fail(fault)
    answer = internet.resolve("x.acme.test")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, reason)
    assert answer.records == ()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (silence, "timeout"),
        (refuse("SERVFAIL"), "servfail"),
        (refuse("REFUSED"), "refused"),
        (refuse("NOTIMP"), "malformed"),
        (send(b"\xff" * 40), "malformed"),
    ],
)
def test_recursor_that_fails(internet, fault, reason):
    internet.recursor.faults["*"] = fault
    answer = internet.resolve("acme.test")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, reason)


def test_configured_server_that_only_refers(internet):
    resolver = DnsResolver(["127.0.0.2"], internet.port, authoritative=False)
    internet.publish("mail.acme.test", "NS", "ns.provider.test.")
    answer = resolver.resolve("mail.acme.test", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "lame")


def test_nobody_listens():
    resolver = DnsResolver(
        ["127.0.0.1"], free_port(), timeout=TIMEOUT, lifetime=LIFETIME
    )
    started = time.monotonic()
    answer = resolver.resolve("acme.test", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "timeout")
    assert time.monotonic() - started < LIFETIME + 1


def test_owners_in_a_network_of_ours_are_not_asked(internet):
    """Whoever publishes a zone says where its owners are, and may lie."""
    internet.recursor.add("acme.test", "TXT", '"hello"')
    resolver = DnsResolver(["127.0.0.1"], internet.port)
    assert resolver.resolve("acme.test", "TXT").records == ("hello",)
    assert not internet.first.asked + internet.second.asked


@pytest.mark.parametrize(
    "name",
    ["intranet", "Printer.Internal.", "nas.home.arpa", "corp.lan", "a.b.localhost"],
)
def test_names_of_a_network_of_ours_are_not_asked_for(internet, name):
    """Whoever publishes a zone may name them: in SPF, as a mail server, anywhere."""
    local = name.rstrip(".").lower()
    internet.recursor.add(local, "TXT", '"secret"')
    internet.publish("key.acme.test", "CNAME", f"{local}.")
    assert internet.resolve(name).status is AnswerStatus.NO_NAME
    answer = internet.resolve("key.acme.test")
    assert (answer.status, answer.aliases) == (AnswerStatus.NO_NAME, (local,))
    assert local not in {asked for asked, *_how in internet.recursor.asked}


def test_what_a_recursor_finds_in_a_network_of_ours_is_not_told(internet):
    internet.fail(refuse("SERVFAIL"))
    internet.recursor.add("key.acme.test", "CNAME", "printer.internal.")
    internet.recursor.add("printer.internal", "CNAME", "end.acme.test.")
    internet.recursor.add("end.acme.test", "TXT", '"secret"')
    answer = internet.resolve("key.acme.test")
    assert (answer.status, answer.aliases) == (
        AnswerStatus.NO_NAME,
        ("printer.internal",),
    )


def test_owners_with_a_name_of_a_network_of_ours_are_not_asked(internet):
    internet.recursor.add("evil.test", "NS", "router.internal.")
    internet.recursor.add("router.internal", "A", internet.first.address)
    internet.recursor.add("evil.test", "TXT", '"hello"')
    assert internet.resolve("evil.test").records == ("hello",)
    assert "router.internal" not in {asked for asked, *_ in internet.recursor.asked}
    assert not internet.first.asked


def test_truncated_answer_without_tcp(internet):
    def truncated(question, transport):
        if transport == "udp":
            reply = question.reply()
            reply.header.tc = 1
            return reply.pack()
        return None

    internet.recursor.faults["x.acme.test"] = truncated
    internet.fail(truncated)
    answer = internet.resolve("x.acme.test")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "network")


def test_server_without_edns(internet):
    def old(question, transport):
        if question.ar:
            return refuse("FORMERR")(question, transport)
        reply = question.reply()
        reply.add_answer(*RR.fromZone('acme.test. TXT "hello"'))
        return reply.pack()

    internet.fail(old)
    assert internet.resolve("acme.test").records == ("hello",)
    assert len(internet.first.asked + internet.second.asked) == 2


def test_first_configured_server_is_dead(internet):
    internet.recursor.add("acme.test", "TXT", '"hello"')
    dead = FakeDns("127.0.0.9", internet.port)
    dead.faults["*"] = silence
    with dead:
        resolver = DnsResolver(
            ["127.0.0.9", "127.0.0.1"],
            internet.port,
            timeout=TIMEOUT,
            lifetime=LIFETIME,
            authoritative=False,
        )
        answers = [resolver.resolve("acme.test", "TXT") for _n in range(5)]
    assert {answer.records for answer in answers} == {("hello",)}
    assert len(dead.asked) == 1


@pytest.mark.parametrize(
    "name",
    ["a..b", "a" * 64 + ".test", ".".join(["abc"] * 80), "müller.test", "\ud800.test"],
)
def test_impossible_name(internet, name):
    answer = internet.resolve(name)
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "malformed")


@pytest.mark.parametrize("name", ["", ".", "test", "a\\b.acme.test", "@.acme.test"])
def test_unusual_name(internet, name):
    internet.publish("acme.test", "TXT", '"hello"')
    assert internet.resolve(name).status is AnswerStatus.NO_NAME


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(payload=st.binary(max_size=300), spoil=st.booleans(), at=st.integers(2, 80))
def test_never_raises_whatever_comes_back(internet, payload, spoil, at):
    def noise(question, transport):
        reply = question.reply(aa=1)
        reply.add_answer(*RR.fromZone('acme.test. TXT "hello"'))
        wire = reply.pack()
        return wire[:at] + payload + wire[at + len(payload) :] if spoil else payload

    internet.recursor.faults["*"] = noise
    resolver = internet.resolver(timeout=0.02, lifetime=0.05, authoritative=False)
    assert isinstance(resolver.resolve("acme.test", "TXT").status, AnswerStatus)


# Many questions, and how a resolver is set up


def test_many_questions_at_once(internet):
    internet.publish("acme.test", "TXT", '"hello"')
    internet.publish("acme.test", "MX", "10 mx.acme.test.")
    questions = [("acme.test", "TXT"), ("Acme.test.", "MX"), ("no.acme.test", "A")]
    answers = internet.resolver().resolve_many(iter(questions * 2))
    assert list(answers) == questions
    assert [answer.status.value for answer in answers.values()] == [
        "found",
        "found",
        "no_name",
    ]


def test_no_questions(internet):
    assert internet.resolver().resolve_many([]) == {}


def test_questions_wait_at_the_same_time(internet):
    internet.recursor.faults["*"] = silence
    questions = [(f"d{n}.test", "TXT") for n in range(16)]
    started = time.monotonic()
    answers = internet.resolver().resolve_many(questions)
    assert {answer.reason for answer in answers.values()} == {"timeout"}
    assert time.monotonic() - started < LIFETIME + 1


@pytest.mark.parametrize("entry", ["127.0.0.1:{port}", "[::ffff:127.0.0.1]:{port}"])
def test_name_server_with_a_port(internet, entry):
    internet.recursor.add("acme.test", "TXT", '"hello"')
    resolver = DnsResolver([entry.format(port=internet.port)], authoritative=False)
    assert resolver.resolve("acme.test", "TXT").records == ("hello",)


@pytest.mark.parametrize(
    "entry",
    [
        "dns.example.com",
        "127.0.0.1:dns",
        "127.0.0.1:0",
        "[::1]:65536",
        "",
        "https://192.0.2.1/dns-query",
    ],
)
def test_name_server_that_is_no_address(entry):
    with pytest.raises(ValueError):
        DnsResolver([entry])


@given(st.text(max_size=30) | st.text("0123456789.:[]afx- ", max_size=30))
def test_any_text_is_a_name_server_or_refused(text):
    try:
        server = Server.parse(text, 53)
    except ValueError:
        return
    assert Server.parse(f"[{server.address}]:{server.port}", 53) == server


def test_machine_without_name_servers(monkeypatch):
    monkeypatch.setattr("tools.dns_resolver._machine_nameservers", list)
    answer = DnsResolver().resolve("acme.test", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "network")
