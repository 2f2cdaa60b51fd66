# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

import pytest
from dnslib import TXT
from fake_dns import FakeDns, free_port, refuse, send
from hypothesis import given
from hypothesis import strategies as st
from tools.alignment import Road, judge
from tools.dkim import generate_private_key, public_record
from tools.dkim_providers import PROVIDERS, provider_of
from tools.dns_resolver import DnsResolver
from tools.domain_name import DomainName
from tools.public_facts import PublicFacts, learn
from tools.resolver import AnswerStatus, MemoryResolver

EXAMPLE = DomainName.parse("example.com")
SHOP = DomainName.parse("shop.example.com")
KEY = str(public_record(generate_private_key("ed25519")))
SHORT_KEY = "v=DKIM1; p=" + (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf"
    "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ=="
)
NOTHING = dict.fromkeys((provider.key for provider in PROVIDERS), False)


def facts(zone, domain=EXAMPLE, failing=()):
    dns = MemoryResolver(zone)
    for name in failing:
        dns.fail(name, "timeout")
    return learn(dns, domain)


def test_nothing_published_is_known():
    assert facts({}) == PublicFacts(EXAMPLE, (), (), (), None, NOTHING)


def test_no_answer_is_not_nothing():
    known = facts({}, failing=["example.com", "_dmarc.example.com"])
    assert (known.spf, known.mx, known.dmarc_texts) == (None, None, None)
    assert known.dmarc.status is AnswerStatus.UNKNOWN
    assert known.dkim == NOTHING


def test_what_a_domain_publishes():
    known = facts(
        {
            "example.com": {
                "TXT": ["v=spf1 mx -all", "hello", "v=spf1 -all"],
                "MX": ["20 b.example.net", "5 a.example.net", "10 c.example.net"],
            },
            "_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject; aspf=s"]},
        }
    )
    assert known.spf == ("v=spf1 mx -all", "v=spf1 -all")
    assert known.mx == ("a.example.net", "c.example.net", "b.example.net")
    assert known.dmarc.record.strict_spf


@pytest.mark.parametrize(
    ("zone", "failing", "status", "policy", "code"),
    [
        ({}, [], "no_data", "none", ""),
        ({"_dmarc.example.com": ["v=DMARC1; p=reject"]}, [], "found", "reject", ""),
        (
            {"_dmarc.example.com": ["v=DMARC1; p=reject; sp=quarantine"]},
            [],
            "found",
            "quarantine",
            "",
        ),
        (
            {
                "_dmarc.example.com": ["v=DMARC1; p=reject"],
                "_dmarc.shop.example.com": ["v=DMARC1; p=none"],
            },
            [],
            "found",
            "none",
            "",
        ),
        ({"_dmarc.example.com": ["v=DMARC1"]}, [], "found", "none", "syntax"),
        (
            {"_dmarc.example.com": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
            [],
            "found",
            "none",
            "several_records",
        ),
        ({}, ["_dmarc.example.com"], "unknown", "none", ""),
        ({}, ["_dmarc.shop.example.com"], "unknown", "none", ""),
    ],
)
def test_the_policy_that_applies(zone, failing, status, policy, code):
    known = facts({name: {"TXT": texts} for name, texts in zone.items()}, SHOP, failing)
    for dmarc in (known.dmarc, PublicFacts.from_json(known.to_json()).dmarc):
        assert (dmarc.status.value, dmarc.policy, dmarc.code) == (status, policy, code)
        assert dmarc.domain == SHOP


GOOGLE = "google._domainkey.example.com"
FIRST = "selector1._domainkey.example.com"
SECOND = "selector2._domainkey.example.com"
TENANT = "selector1-example-com._domainkey.example.onmicrosoft.com"
NEW_TENANT = "selector2-example-com._domainkey.example.n-v1.dkim.mail.microsoft"


@pytest.mark.parametrize(
    ("provider", "zone", "failing", "expected"),
    [
        ("google", {GOOGLE: {"TXT": [KEY]}}, [], True),
        ("google", {GOOGLE: {"TXT": ["v=DKIM1; k=rsa; p="]}}, [], False),
        ("google", {GOOGLE: {"TXT": [SHORT_KEY]}}, [], False),
        ("google", {GOOGLE: {"TXT": ["v=spf1 -all"]}}, [], False),
        ("google", {GOOGLE: {"TXT": [KEY, KEY]}}, [], False),
        ("google", {GOOGLE: {"TXT": [f"v=DKIM1; s=tlsrpt; {KEY[8:]}"]}}, [], False),
        ("google", {GOOGLE: {"TXT": [f"v=DKIM1; h=sha1; {KEY[8:]}"]}}, [], False),
        ("google", {}, [GOOGLE], None),
        ("microsoft", {FIRST: {"CNAME": [TENANT]}, TENANT: {"TXT": [KEY]}}, [], True),
        (
            "microsoft",
            {SECOND: {"CNAME": [NEW_TENANT]}, NEW_TENANT: {"TXT": [KEY]}},
            [FIRST],
            True,
        ),
        # prepared in DNS, not switched on in the tenant
        ("microsoft", {FIRST: {"CNAME": [TENANT]}}, [], False),
        ("microsoft", {FIRST: {"CNAME": [TENANT]}}, [TENANT], None),
        # the selector of somebody else
        ("microsoft", {FIRST: {"TXT": [KEY]}}, [], False),
        (
            "microsoft",
            {
                FIRST: {"CNAME": ["x.notonmicrosoft.com"]},
                "x.notonmicrosoft.com": {"TXT": [KEY]},
            },
            [],
            False,
        ),
        ("fastmail", {"fm3._domainkey.example.com": {"TXT": [KEY]}}, [], True),
        ("", {GOOGLE: {"TXT": [KEY]}}, [], None),
        ("unheard-of", {}, [], None),
    ],
)
def test_keys_of_providers(provider, zone, failing, expected):
    known = facts(zone, failing=failing)
    assert known.signed_by(provider) is expected
    others = {key: found for key, found in known.dkim.items() if key != provider}
    assert provider == "" or set(others.values()) <= {False}


GMAIL = "gmail-smtp-in.l.google.com"


@pytest.mark.parametrize(
    ("domain", "mx", "failing", "provider", "expected"),
    [
        ("gmail.com", f"5 {GMAIL}", [], "google", True),
        ("gmail.com", f"5 {GMAIL}", [], "microsoft", False),
        ("gmail.com", f"5 {GMAIL}", [], "", None),
        ("gmail.com", f"5 {GMAIL}", ["gmail.com"], "google", None),
        ("hotmail.com", "2 x.olc.protection.outlook.com", [], "microsoft", True),
        ("gmx.net", "10 mx00.emig.gmx.net", [], "google", False),
        ("gmx.net", "10 mx00.emig.gmx.net", [], "", None),
    ],
)
def test_providers_sign_for_their_own_domains(domain, mx, failing, provider, expected):
    known = facts({domain: {"MX": [mx]}}, DomainName.parse(domain), failing)
    assert known.signed_by(provider) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("smtp.gmail.com", "google"),
        ("ASPMX.L.Google.com.", "google"),
        ("smtp-relay.gmail.com", "google"),
        ("smtp.office365.com", "microsoft"),
        ("example-com.mail.protection.outlook.com", "microsoft"),
        ("example-com.a-v1.mx.microsoft", "microsoft"),
        ("smtp.mail.me.com", "icloud"),
        ("in1-smtp.messagingengine.com", "fastmail"),
        ("smtp.ionos.co.uk", "ionos"),
        ("smtp.notgmail.com", ""),
        ("gmail.com.example.com", ""),
        ("", ""),
        (".", ""),
    ],
)
def test_provider_of(host, expected):
    assert provider_of(host) == expected


def test_providers_are_told_apart():
    selectors = [one for provider in PROVIDERS for one in provider.selectors]
    servers = [one for provider in PROVIDERS for one in provider.servers]
    keys = [provider.key for provider in PROVIDERS]
    for words in (selectors, servers, keys):
        assert len(words) == len(set(words))
        assert all(word == word.lower() for word in words)


@pytest.mark.parametrize(("domain", "dmarc"), [(EXAMPLE, 1), (SHOP, 2)])
def test_everything_is_asked_once_and_together(domain, dmarc):
    batches = []

    class Counting(MemoryResolver):
        def resolve_many(self, questions):
            batches.append(list(questions))
            return super().resolve_many(batches[-1])

    dns = Counting()
    learn(dns, domain)
    selectors = sum(len(provider.selectors) for provider in PROVIDERS)
    assert [len(batch) for batch in batches if batch] == [2 + dmarc + selectors]
    assert len(dns.questions) == len(set(dns.questions)) == len(batches[0])


def test_silent_and_broken_servers_leave_facts_unknown():
    port = free_port()
    with FakeDns("127.0.0.1", port, recursor=True) as server:
        server.add("example.com", "TXT", '"v=spf1 -all"')
        server.add("example.com", "MX", "10 aspmx.l.google.com.")
        server.add(GOOGLE, "TXT", TXT([KEY]))
        server.faults.update(
            {
                "_dmarc.example.com": refuse("SERVFAIL"),
                FIRST: refuse("REFUSED"),
                "resend._domainkey.example.com": send(b"\x80\x00nonsense"),
            }
        )
        resolver = DnsResolver(
            ["127.0.0.1"], port, timeout=0.2, lifetime=0.8, authoritative=False
        )
        known = learn(resolver, EXAMPLE)
    assert (known.spf, known.mx) == (("v=spf1 -all",), ("aspmx.l.google.com",))
    assert known.dmarc_texts is None
    expected = {**NOTHING, "google": True, "microsoft": None, "resend": None}
    assert known.dkim == expected
    road = Road(EXAMPLE, provider_signs=known.signed_by("google"))
    assert judge(known.dmarc, road).outcome == "passes"


# Whatever DNS says

TEXTS = st.lists(
    st.text(max_size=30)
    | st.text("vpskh=;:, DMARC1KIspf1noreject", max_size=30)
    | st.sampled_from(["v=spf1 -all", "v=DMARC1; p=none", "v=DMARC1; p", KEY]),
    max_size=3,
)
MX = st.lists(
    st.tuples(st.integers(0, 65535), st.sampled_from([".", GMAIL, "mx.example.com"])),
    max_size=3,
).map(lambda pairs: [f"{number} {host}" for number, host in pairs])
NAMES = st.sampled_from(
    ["example.com", "shop.example.com", "_dmarc.example.com", GOOGLE, FIRST, TENANT]
)
ZONES = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {}, optional={"TXT": TEXTS, "MX": MX, "CNAME": NAMES.map(lambda name: [name])}
    ),
)
DOMAINS = st.sampled_from(
    [EXAMPLE, SHOP, *map(DomainName.parse, ("gmail.com", "müller.example", "co.uk"))]
)


@given(ZONES, DOMAINS, st.lists(NAMES, max_size=3))
def test_any_answer_gives_facts_that_survive_json(zone, domain, failing):
    known = facts(zone, domain, failing)
    data = json.loads(json.dumps(known.to_json()))
    assert PublicFacts.from_json(data) == known
    for provider in ("", *NOTHING):
        judge(known.dmarc, Road(domain, provider_signs=known.signed_by(provider)))


WORDS = st.lists(st.text(max_size=20), max_size=3).map(tuple)


@given(
    st.builds(
        PublicFacts,
        DOMAINS,
        *[st.none() | WORDS] * 3,
        st.none() | DOMAINS,
        st.dictionaries(st.text(max_size=9), st.sampled_from([True, False, None])),
    )
)
def test_from_json_undoes_to_json(known):
    data = known.to_json()
    read = PublicFacts.from_json(json.loads(json.dumps(data)))
    assert read == known
    assert repr(read.dmarc) == repr(known.dmarc)


def test_facts_stored_by_an_older_version_are_not_known():
    assert PublicFacts.from_json({"domain": "example.com"}) == PublicFacts(EXAMPLE)
    assert PublicFacts(EXAMPLE).dmarc.status is AnswerStatus.UNKNOWN
    assert PublicFacts(EXAMPLE).signed_by("google") is None
