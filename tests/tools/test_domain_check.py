# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whole domains are checked at once, and side by side: counted, not timed."""

import json
import socket
from collections import Counter
from threading import Barrier, get_ident

import pytest
from fake_dns import FakeDns, free_port, refuse, silence
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.dmarc import discover
from tools.dmarc_reports import MAX_RECEIVERS, check_permissions
from tools.dns_resolver import DnsResolver
from tools.domain_check import (
    MAX_QUESTIONS,
    SIDE_BY_SIDE,
    check_domain,
    check_domains,
)
from tools.domain_connect import HostQuestion, Template
from tools.domain_name import DomainName
from tools.domain_state import RecordStatus
from tools.expected_records import DkimKey, DomainSetup, PlatformNetwork
from tools.https_fetch import HttpsFetcher
from tools.resolver import Answer, AnswerStatus, MemoryResolver

PLATFORM = PlatformNetwork(
    spf_include="spf.platform.test", return_path_host="return.platform.test"
)
#: How often the check of a usual domain waits for answers: for all that is known
#: beforehand, for what an SPF record or a policy leads to, and for what went elsewhere.
MOST_ROUNDS = 5
KEY = DkimKey("s1", "v=DKIM1; k=rsa; p=AAAA")


def setup_of(name: str, **facts) -> DomainSetup:
    """A domain that sends through the platform."""
    return DomainSetup(DomainName.parse(name), "token", (KEY,), PLATFORM, **facts)


def published(name: str) -> MemoryResolver:
    """DNS in which a domain has the records that need no real key."""
    dns = MemoryResolver(
        {
            f"_mail-sender.{name}": {"TXT": ["mail-sender-verification=token"]},
            f"bounce.{name}": {"CNAME": ["return.platform.test"]},
            "return.platform.test": {"MX": ["10 mx.platform.test"]},
            name: {"NS": ["ada.ns.cloudflare.com"], "TXT": ["v=spf1 mx -all"]},
            f"_dmarc.{name}": {"TXT": ["v=DMARC1; p=reject; rua=mailto:a@other.test"]},
        }
    )
    dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.1 -all")
    dns.set(name, "MX", f"10 mx.{name}")
    dns.set(f"mx.{name}", "A", "192.0.2.2")
    return dns


class CountingResolver(MemoryResolver):
    """Counts how often somebody has to wait for answers."""

    def __init__(self):
        super().__init__()
        self.waits = 0

    def resolve(self, name, rdtype):
        self.waits += 1
        return super().resolve(name, rdtype)

    def resolve_many(self, questions):
        questions = list(questions)
        self.waits += bool(questions)
        return {
            question: super(CountingResolver, self).resolve(*question)
            for question in questions
        }


class MeetingResolver(MemoryResolver):
    """Answers nobody before all domains have asked."""

    def __init__(self, domains: int):
        super().__init__()
        self._barrier = Barrier(domains)
        self._met = False

    def resolve_many(self, questions):
        if not self._met:
            self._barrier.wait(timeout=30)
            self._met = True
        return super().resolve_many(questions)


def test_facts_are_learnt():
    check = check_domain(setup_of("acme.test"), published("acme.test"))
    facts = check.facts
    assert facts.apex_spf == ("v=spf1 mx -all",)
    assert facts.policy.policy == "reject"
    assert [p.host for p in facts.permissions] == [
        "acme.test._report._dmarc.other.test"
    ]
    assert facts.hosting.host.name == "Cloudflare"


def test_records_follow_from_the_facts():
    check = check_domain(setup_of("acme.test"), published("acme.test"))
    records = {result.record.purpose: result.record for result in check.results}
    # There is a policy already; and the SPF record that is there is extended.
    assert "dmarc" not in records
    assert records["spf"].value == "v=spf1 include:spf.platform.test mx -all"


def test_no_answer_keeps_what_was_known():
    dns = published("acme.test")
    dns.fail("acme.test", "timeout")
    dns.fail("_dmarc.acme.test", "timeout")
    known = setup_of("acme.test", apex_spf=("v=spf1 a -all",), propose_dmarc=False)
    check = check_domain(known, dns)
    records = {r.record.purpose: r.record.value for r in check.results}
    assert check.facts.apex_spf is None
    assert records["spf"] == "v=spf1 include:spf.platform.test a -all"
    assert "dmarc" not in records


@pytest.mark.parametrize("name", ["acme.test", "mail.shop.acme.test"])
def test_dead_dns_is_waited_for_once(name):
    dns = CountingResolver()
    labels = name.split(".")
    above = {".".join(labels[start:]) for start in range(len(labels))}
    hosts = {
        f"{label}.{zone}"
        for zone in above
        for label in ("_dmarc", "_mail-sender", "bounce", "s1._domainkey")
    }
    for host in above | hosts:
        dns.fail(host, "timeout")
    check = check_domain(setup_of(name), dns)
    assert {str(result.status) for result in check.results} == {"unknown"}
    assert dns.waits == 1


class Web:
    """A DNS host that serves every zone, and notes what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, url):
        self.asked.append(url)
        addresses = {"urlSyncUX": "https://dc.test", "urlAPI": "https://dc.test"}
        return 200, json.dumps({"providerId": "dns.test", **addresses}).encode()


def host_question(web):
    return HostQuestion(Template("platform.test", "mail-sender"), web)


@pytest.mark.parametrize("name", ["acme.test", "mail.acme.test"])
def test_the_dns_host_is_asked_about_the_zone(name):
    dns, web = published("acme.test"), Web()
    dns.set("_domainconnect.acme.test", "TXT", "dc.test")
    check = check_domain(setup_of(name), dns, host_question=host_question(web))
    assert web.asked[0] == "https://dc.test/v2/acme.test/settings"
    assert check.facts.offer.settings.provider_id == "dns.test"


def test_no_dns_host_is_asked_where_nothing_is_left_to_publish():
    dns, web = published("acme.test"), Web()
    dns.set("_domainconnect.acme.test", "TXT", "dc.test")
    setup = DomainSetup(DomainName.parse("acme.test"), "token", (), PLATFORM)
    check = check_domain(setup, dns, host_question=host_question(web))
    assert (web.asked, check.facts.offer) == ([], None)


def test_each_result_is_told_once_and_right_ones_first():
    told = []
    check = check_domain(setup_of("acme.test"), published("acme.test"), told.append)
    assert sorted(map(id, told)) == sorted(map(id, check.results))
    statuses = [str(result.status) for result in told]
    assert statuses[:2] == ["ok", "ok"]
    assert set(statuses[2:]) <= {"missing", "wrong"}


def test_domains_are_checked_side_by_side():
    setups = {number: setup_of(f"acme{number}.test") for number in range(SIDE_BY_SIDE)}
    done = dict(check_domains(setups, MeetingResolver(len(setups))))
    assert set(done) == set(setups)
    assert not any(isinstance(check, Exception) for check in done.values())


class RoundResolver(MemoryResolver):
    """Counts how often each thread has to wait for answers."""

    def __init__(self):
        super().__init__()
        self.rounds = Counter()

    def resolve(self, name, rdtype):
        self.rounds[get_ident()] += 1
        return super().resolve(name, rdtype)

    def resolve_many(self, questions):
        questions = list(questions)
        self.rounds[get_ident()] += bool(questions)
        return {
            question: super(RoundResolver, self).resolve(*question)
            for question in questions
        }


@pytest.mark.parametrize("is_published", [True, False])
def test_fifty_domains_take_few_rounds(is_published):
    """Each of a few rounds of questions costs the time of one answer, and as many
    domains as there are threads take them at the same time."""
    dns = RoundResolver()
    setups = {}
    for number in range(50):
        name = f"acme{number}.test"
        setups[name] = setup_of(name)
        if is_published:
            dns.zone |= published(name).zone
            dns.set(f"s1._domainkey.{name}", "TXT", KEY.record)
    done = dict(check_domains(setups, dns))
    assert len(done) == 50
    assert len(dns.rounds) <= SIDE_BY_SIDE
    assert sum(dns.rounds.values()) <= 50 * MOST_ROUNDS


def test_one_bad_domain_does_not_stop_the_others():
    bad = setup_of("bad.test", return_path_label="not a label")
    done = dict(
        check_domains(
            {"bad": bad, "good": setup_of("acme.test")}, published("acme.test")
        )
    )
    assert isinstance(done["bad"], Exception)
    assert done["good"].facts.policy.policy == "reject"


def test_no_domains():
    assert not list(check_domains({}, MemoryResolver()))


def test_nobody_asks_a_dead_name_server_for_ever():
    """It is given up after a few questions, whatever is still to be asked."""
    port = free_port()
    with FakeDns("127.0.0.1", port, recursor=True) as dead:
        dead.faults["*"] = silence
        resolver = DnsResolver(
            ["127.0.0.1"],
            port,
            timeout=0.1,
            lifetime=0.2,
            workers=4,
            authoritative=False,
        )
        setups = {n: setup_of(f"acme{n}.test") for n in range(20)}
        done = dict(check_domains(setups, resolver))
    results = [result for check in done.values() for result in check.results]
    assert {str(result.status) for result in results} == {"unknown"}
    # Two times the four questions in vain, and those that were under way by then.
    assert len(dead.asked) <= 2 * (4 + 4)


class EndlessResolver(MemoryResolver):
    """DNS of somebody whose every record leads on, to as many names as there may be."""

    def __init__(self):
        super().__init__()
        self.asked = set()

    def resolve(self, name, rdtype):
        self.asked.add((name, rdtype))
        count = len(self.asked)
        texts = {
            "TXT": [
                "v=spf1 " + " ".join(f"mx:m{n}.x{count}.evil.test" for n in range(200))
            ],
            "MX": [f"{n} h{n}.{name}" for n in range(10)],
        }
        if name.startswith("_dmarc."):
            mailboxes = ",".join(f"mailto:a@r{n}.other.test" for n in range(500))
            texts["TXT"] = [f"v=DMARC1; p=none; rua={mailboxes}"]
        status = AnswerStatus.FOUND if rdtype in texts else AnswerStatus.NO_DATA
        return Answer(name, rdtype, status, tuple(texts.get(rdtype, ())))

    def resolve_many(self, questions):
        return {question: self.resolve(*question) for question in questions}


def test_a_hostile_zone_makes_nobody_work_without_end():
    """The page that anybody opens who has its link can start such a check."""
    dns = EndlessResolver()
    check_domain(setup_of("acme.test"), dns)
    assert len(dns.asked) == MAX_QUESTIONS


def test_a_hostile_policy_makes_nobody_ask_everybody():
    policy = discover(EndlessResolver(), DomainName.parse("acme.test"))
    dns = EndlessResolver()
    assert len(check_permissions(dns, policy)) == len(dns.asked) == MAX_RECEIVERS


def test_a_hostile_zone_does_not_look_into_our_network(monkeypatch):
    """Whatever names one: name servers, aliases, SPF, mail servers, reports, hosts."""
    port = free_port()
    monkeypatch.delattr(socket, "getaddrinfo")
    with FakeDns("127.0.0.1", port, recursor=True) as dns:
        spf = "include:spf.local a:printer.internal mx exists:%{d}.lan redirect=x.corp"
        dns.add("acme.test", "NS", "router.internal.")
        dns.add("acme.test", "TXT", f'"v=spf1 {spf}"')
        dns.add("acme.test", "MX", "10 mail.internal.", "20 intranet.")
        dns.add("bounce.acme.test", "CNAME", "files.internal.")
        dns.add("s1._domainkey.acme.test", "CNAME", "a.acme.test.")
        dns.add("a.acme.test", "CNAME", "keys.corp.")
        dns.add("_dmarc.acme.test", "TXT", '"v=DMARC1; p=none; rua=mailto:a@b.local"')
        dns.add("_domainconnect.acme.test", "TXT", '"dc.internal/api"')
        check = check_domain(
            setup_of("acme.test"),
            DnsResolver(["127.0.0.1"], port, may_ask=lambda address: True),
            host_question=HostQuestion(Template("p", "s"), HttpsFetcher()),
        )
    assert check.facts.policy.record
    assert ("acme.test", "MX", "udp") in dns.asked
    assert {name.rpartition(".")[2] for name, *_how in dns.asked} == {"test"}


NAMES = st.sampled_from(
    [
        "acme.test",
        "_dmarc.acme.test",
        "_domainconnect.acme.test",
        "_mail-sender.acme.test",
        "s1._domainkey.acme.test",
        "bounce.acme.test",
        "spf.platform.test",
        "return.platform.test",
    ]
)
HOSTS = NAMES | st.sampled_from([".", "intranet", "a\\032b.test", "x" * 63 + ".test"])
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(max_size=30).map("v=spf1 {}".format),
    HOSTS.map("v=spf1 include:{0} a:{0} mx -all".format),
    HOSTS.map("v=DMARC1; p=none; rua=mailto:a@{0},mailto:@,a:b".format),
    st.text(max_size=30).map("v=DMARC1; p=none; {}".format),
    st.text(max_size=30).map("v=DKIM1; {}".format),
    HOSTS.map("{}/path".format),
)
ZONES = st.lists(
    st.tuples(NAMES, st.just("TXT"), st.lists(TEXTS, min_size=1, max_size=3))
    | st.tuples(NAMES, st.sampled_from(["NS", "CNAME"]), HOSTS.map(lambda h: [h]))
    | st.tuples(NAMES, st.just("MX"), HOSTS.map(lambda host: [f"10 {host}"])),
    max_size=12,
)


@settings(deadline=None)
@given(ZONES, st.sampled_from([200, 404, 500]), st.binary(max_size=40))
def test_whatever_a_zone_says_the_check_comes_to_an_end(records, status, body):
    dns = MemoryResolver()
    for name, rdtype, texts in records:
        dns.set(name, rdtype, *texts)
    question = HostQuestion(Template("p", "s"), lambda url: (status, body))
    check = check_domain(setup_of("acme.test"), dns, host_question=question)
    assert {result.status for result in check.results} <= set(RecordStatus)
    assert len(dns.questions) <= MAX_QUESTIONS


def test_a_chain_of_aliases_is_bounded():
    dns = MemoryResolver()
    for number in range(1000):
        dns.set(f"a{number}.evil.test", "CNAME", f"a{number + 1}.evil.test")
    dns.set("bounce.acme.test", "CNAME", "a0.evil.test")
    check = check_domain(setup_of("acme.test"), dns)
    codes = {result.record.purpose: result.code for result in check.results}
    assert codes["return_path"] == "alias_loop"
    assert len(set(dns.questions)) <= MAX_QUESTIONS


class DeadNameServer:
    """A small internet in which one silent name server owns many domains.

    :param answer: what the recursor, who asks it too, says about them
    """

    def __init__(self, names, answer):
        port = free_port()
        self.dead = FakeDns("127.0.0.2", port)
        self.dead.faults["*"] = silence
        self.recursor = FakeDns("127.0.0.1", port, recursor=True)
        self.recursor.add("ns.dead.test", "A", "127.0.0.2")
        for name in names:
            self.recursor.add(name, "NS", "ns.dead.test.")
        labels = ("_dmarc", "_mail-sender", "bounce", "s1._domainkey")
        self.recursor.faults = {
            f"{label}.{name}": answer for name in names for label in labels
        }
        self.resolver = DnsResolver(
            ["127.0.0.1"],
            port,
            timeout=0.2,
            lifetime=0.5,
            workers=WORKERS,
            may_ask=lambda address: True,
        )

    def count(self, setups):
        """Check all; return how many questions met silence."""
        with self.dead, self.recursor:
            done = dict(check_domains(setups, self.resolver))
        for check in done.values():
            assert "unknown" in {str(result.status) for result in check.results}
        names = {name for name, rdtype, _transport in self.recursor.asked}
        return len(self.dead.asked), len(names & set(self.recursor.faults))


WORKERS = 8


@pytest.mark.parametrize("answer", [silence, refuse("SERVFAIL")])
def test_a_dead_name_server_costs_its_timeout_once(answer):
    """However many domains it owns: only who asks at the same time waits with it."""
    names = [f"acme{number}.test" for number in range(50)]
    dead = DeadNameServer(names, answer)
    asked, passed_on = dead.count({name: setup_of(name) for name in names})
    # A domain asks its first questions at once; later there is nobody who waits.
    assert asked <= WORKERS + SIDE_BY_SIDE
    assert passed_on <= 2 * (WORKERS + SIDE_BY_SIDE)
