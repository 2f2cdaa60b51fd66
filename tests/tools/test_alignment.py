# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.alignment import CODES, Outcome, Road, judge
from tools.dmarc import POLICIES, DmarcPolicy, DmarcRecord, discover
from tools.domain_name import DomainName
from tools.resolver import AnswerStatus, MemoryResolver

#: From worse to better.
ORDER = ["fails_policy", "unauthenticated", "passes_not_forwarded", "passes"]

EXAMPLE = "example.com"
MAIL = "mail.example.com"


def policy_of(from_domain, dmarc):
    """The policy when example.com publishes these tags; None: it does not answer."""
    dns = MemoryResolver()
    if dmarc:
        dns.set("_dmarc.example.com", "TXT", f"v=DMARC1; {dmarc}")
    if dmarc is None:
        dns.fail("_dmarc.example.com", "timeout")
    return discover(dns, DomainName.parse(from_domain))


def verdict(from_domain, envelope, signing=(), dmarc="", *, spf=True, provider=False):
    """The outcome and the codes of the reasons in one line."""
    road = Road(
        DomainName.parse(envelope),
        tuple(map(DomainName.parse, signing)),
        provider_signs=provider,
        spf_authorises=spf,
    )
    found = judge(policy_of(from_domain, dmarc), road)
    assert all(map(str, found.reasons))
    return " ".join([found.outcome, *(reason.code for reason in found.reasons)])


OWN_DOMAIN = [
    # Layout R: return path on a subdomain, signature of the domain itself.
    ("R", "p=none", "passes spf_relaxed dkim_aligned policy_none"),
    ("R", "p=reject", "passes spf_relaxed dkim_aligned policy_reject"),
    ("R", "p=reject; aspf=s", "passes spf_strict dkim_aligned policy_reject"),
    ("R", "p=reject; adkim=s", "passes spf_relaxed dkim_aligned policy_reject"),
    ("R", "p=reject; adkim=s; aspf=s", "passes spf_strict dkim_aligned policy_reject"),
    ("R", "", "passes spf_relaxed dkim_aligned dmarc_missing"),
    ("R", "p=x", "passes spf_relaxed dkim_aligned dmarc_void"),
    ("R", None, "passes spf_relaxed dkim_aligned dmarc_unknown"),
    # The same before the key is published.
    (
        "R unsigned",
        "p=reject",
        "passes_not_forwarded spf_relaxed dkim_missing policy_reject bulk_incomplete",
    ),
    (
        "R unsigned",
        "p=reject; aspf=s",
        "fails_policy spf_strict dkim_missing policy_reject",
    ),
    (
        "R unsigned",
        "p=none; aspf=s",
        "unauthenticated spf_strict dkim_missing policy_none",
    ),
    ("R unsigned", None, "unknown spf_relaxed dkim_missing dmarc_unknown"),
    # Layout S (M2b): the sender address is the envelope sender; SPF alone.
    (
        "S",
        "p=reject; adkim=s; aspf=s",
        "passes_not_forwarded spf_aligned dkim_missing policy_reject bulk_incomplete",
    ),
    (
        "S",
        "",
        "passes_not_forwarded spf_aligned dkim_missing dmarc_missing bulk_incomplete",
    ),
    (
        "S",
        None,
        "passes_not_forwarded spf_aligned dkim_missing dmarc_unknown bulk_incomplete",
    ),
    ("S signed", "p=reject", "passes spf_aligned dkim_aligned policy_reject"),
    # Subdomain A: From of the domain, all records on the subdomain.
    ("A", "p=reject", "passes spf_relaxed dkim_relaxed policy_reject"),
    ("A", "p=reject; aspf=s", "passes spf_strict dkim_relaxed policy_reject"),
    (
        "A",
        "p=reject; adkim=s",
        "passes_not_forwarded spf_relaxed dkim_strict policy_reject",
    ),
    (
        "A",
        "p=reject; adkim=s; aspf=s",
        "fails_policy spf_strict dkim_strict policy_reject",
    ),
    (
        "A",
        "p=none; adkim=s; aspf=s",
        "unauthenticated spf_strict dkim_strict policy_none",
    ),
    ("A", None, "unknown spf_relaxed dkim_relaxed dmarc_unknown"),
    # Subdomain B: From of the subdomain.
    ("B", "p=reject", "passes spf_relaxed dkim_aligned policy_reject"),
    ("B", "p=reject; adkim=s; aspf=s", "passes spf_strict dkim_aligned policy_reject"),
    ("B", "p=reject; sp=none", "passes spf_relaxed dkim_aligned policy_none"),
    ("B", None, "passes spf_relaxed dkim_aligned dmarc_unknown"),
]

LAYOUTS = {
    "R": (EXAMPLE, "bounce.example.com", [EXAMPLE]),
    "R unsigned": (EXAMPLE, "bounce.example.com", []),
    "S": (EXAMPLE, EXAMPLE, []),
    "S signed": (EXAMPLE, EXAMPLE, [EXAMPLE]),
    "A": (EXAMPLE, "bounce.mail.example.com", [MAIL]),
    "B": (MAIL, "bounce.mail.example.com", [MAIL]),
}


@pytest.mark.parametrize(("layout", "dmarc", "expected"), OWN_DOMAIN)
def test_own_domain(layout, dmarc, expected):
    assert verdict(*LAYOUTS[layout], dmarc) == expected


@pytest.mark.parametrize(
    ("spf", "signing", "dmarc", "expected"),
    [
        # The return path does not let the server send.
        (
            False,
            [EXAMPLE],
            "p=reject",
            "passes spf_not_authorised dkim_aligned policy_reject bulk_incomplete",
        ),
        (None, [EXAMPLE], "p=none", "passes spf_unknown dkim_aligned policy_none"),
        (False, [], "p=none", "unauthenticated spf_not_authorised dkim_missing"),
        (False, [], "", "unauthenticated spf_not_authorised dkim_missing"),
        (False, [], "p=quarantine", "fails_policy spf_not_authorised dkim_missing"),
        (False, [], "p=reject", "fails_policy spf_not_authorised dkim_missing"),
        (False, [], None, "unknown spf_not_authorised dkim_missing"),
        (None, [], "p=reject", "unknown spf_unknown dkim_missing"),
        (None, [], "p=reject; aspf=s", "fails_policy spf_strict dkim_missing"),
        # Somebody else's domain proves nothing.
        (
            False,
            ["other.example"],
            "p=quarantine",
            "fails_policy spf_not_authorised dkim_foreign policy_quarantine",
        ),
        # pct=0 (RFC 7489 6.6.4)
        (False, [], "p=quarantine; pct=0", "unauthenticated spf_not_authorised"),
        (False, [], "p=reject; pct=0", "fails_policy spf_not_authorised"),
        (False, [], "p=reject; pct=1", "fails_policy spf_not_authorised"),
    ],
)
def test_what_spf_says(spf, signing, dmarc, expected):
    found = verdict(EXAMPLE, "bounce.example.com", signing, dmarc, spf=spf)
    assert found.startswith(expected)


PASSES_SIGNED = "passes spf_aligned dkim_aligned policy_reject"


@pytest.mark.parametrize(
    ("from_domain", "envelope", "spf", "provider", "expected"),
    [
        # Google and Microsoft with DKIM switched on, and without
        (EXAMPLE, EXAMPLE, True, True, PASSES_SIGNED),
        (EXAMPLE, EXAMPLE, None, True, "passes spf_unknown dkim_aligned"),
        (EXAMPLE, EXAMPLE, True, False, "passes_not_forwarded spf_aligned"),
        (EXAMPLE, EXAMPLE, False, False, "fails_policy spf_not_authorised"),
        (EXAMPLE, EXAMPLE, None, False, "unknown spf_unknown dkim_missing"),
        # Own host, or no answer about the key
        (
            EXAMPLE,
            EXAMPLE,
            True,
            None,
            "unknown spf_aligned dkim_unknown policy_reject passes_directly",
        ),
        (EXAMPLE, EXAMPLE, False, None, "unknown spf_not_authorised dkim_unknown"),
        (EXAMPLE, EXAMPLE, None, None, "unknown spf_unknown dkim_unknown"),
        # The server puts its own envelope sender on the mail.
        (EXAMPLE, "hoster.example", True, False, "fails_policy spf_foreign"),
        (EXAMPLE, "hoster.example", True, True, "passes spf_foreign dkim_aligned"),
        # Relay: From, envelope and signature are the platform's.
        (MAIL, MAIL, True, True, PASSES_SIGNED),
    ],
)
def test_mailboxes_and_relay(from_domain, envelope, spf, provider, expected):
    found = verdict(from_domain, envelope, [], "p=reject", spf=spf, provider=provider)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("envelope", "spf", "provider", "expected"),
    [
        ("gmail.com", True, True, "passes spf_aligned dkim_aligned dmarc_missing"),
        (
            "bounce.example.com",
            True,
            False,
            "unauthenticated spf_foreign dkim_missing dmarc_missing free_mail",
        ),
        (
            "gmail.com",
            False,
            False,
            "unauthenticated spf_not_authorised dkim_missing dmarc_missing free_mail",
        ),
        ("gmail.com", None, False, "unknown spf_unknown dkim_missing dmarc_missing"),
    ],
)
def test_free_mail(envelope, spf, provider, expected):
    assert verdict("gmail.com", envelope, spf=spf, provider=provider) == expected


def test_a_signature_that_counts_is_named_before_others():
    assert verdict(EXAMPLE, "other.example", ["other.example", EXAMPLE]) == (
        "passes spf_foreign dkim_aligned dmarc_missing"
    )


def test_reasons_name_domains_as_people_write_them():
    road = Road(DomainName.parse("bounce.müller.example"), spf_authorises=True)
    policy = discover(MemoryResolver(), DomainName.parse("müller.example"))
    spf = judge(policy, road).reasons[0]
    assert spf.params == {
        "from_domain": "müller.example",
        "domain": "bounce.müller.example",
    }


# Whatever is known

DOMAINS = st.sampled_from(
    [
        DomainName.parse(name)
        for name in (EXAMPLE, MAIL, "bounce.mail.example.com", "b.example", "gmail.com")
    ]
)
MAYBE = st.sampled_from([True, False, None])
RECORDS = st.builds(
    DmarcRecord,
    st.sampled_from(POLICIES),
    st.sampled_from(["", *POLICIES]),
    strict_dkim=st.booleans(),
    strict_spf=st.booleans(),
    percent=st.sampled_from([0, 50, 100]),
)
ROADS = st.builds(Road, DOMAINS, st.lists(DOMAINS, max_size=2).map(tuple), MAYBE, MAYBE)


def with_record(domain, record):
    return DmarcPolicy(domain, AnswerStatus.FOUND, domain.organisational, record=record)


@st.composite
def policies(draw):
    domain = draw(DOMAINS)
    policy = with_record(domain, draw(RECORDS | st.none()))
    nothing = [AnswerStatus.NO_DATA, AnswerStatus.UNKNOWN]
    statuses = st.sampled_from(nothing).map(lambda one: DmarcPolicy(domain, one))
    return draw(st.just(policy) | statuses)


def possible_outcomes(policy, road):
    """The outcomes for all that the unknown facts can turn out to be."""
    unknown = policy.status is AnswerStatus.UNKNOWN
    cases = product(
        every_policy(policy.domain) if unknown else [policy],
        *([True, False] if fact is None else [fact] for fact in facts_of(road)),
    )
    return {
        judge(known, replace(road, provider_signs=signs, spf_authorises=spf)).outcome
        for known, signs, spf in cases
    }


def facts_of(road):
    return road.provider_signs, road.spf_authorises


def every_policy(domain):
    yield DmarcPolicy(domain, AnswerStatus.NO_DATA)
    for policy, dkim, spf in product(POLICIES, [True, False], [True, False]):
        yield with_record(domain, DmarcRecord(policy, "", dkim, spf))


@given(policies(), ROADS)
def test_unknown_is_what_the_unknown_decides_and_nothing_else(policy, road):
    possible = possible_outcomes(policy, road)
    assert Outcome.UNKNOWN not in possible
    outcome = judge(policy, road).outcome
    assert possible == {outcome} or (outcome is Outcome.UNKNOWN and len(possible) > 1)


@given(policies(), ROADS)
def test_passing_directly_is_said_when_it_is_certain(policy, road):
    codes = {reason.code for reason in judge(policy, road).reasons}
    is_certain = possible_outcomes(policy, road) == {"passes", "passes_not_forwarded"}
    assert ("passes_directly" in codes) is is_certain


@given(policies(), ROADS, DOMAINS)
def test_one_more_signature_never_makes_it_worse(policy, road, domain):
    signed = replace(road, signing_domains=(*road.signing_domains, domain))
    before = sorted(map(ORDER.index, possible_outcomes(policy, road)))
    after = sorted(map(ORDER.index, possible_outcomes(policy, signed)))
    assert before[0] <= after[0] and before[-1] <= after[-1]
    if domain == policy.domain:
        assert judge(policy, signed).outcome is Outcome.PASSES


@given(policies(), ROADS)
def test_every_reason_has_its_sentence(policy, road):
    spf, dkim, dmarc, *_more = reasons = judge(policy, road).reasons
    for reason in reasons:
        assert set(re.findall(r"{(\w+)}", CODES[reason.code])) <= set(reason.params)
        assert str(reason)
    assert spf.code.startswith("spf_") and dkim.code.startswith("dkim_")
    assert dmarc.code.startswith(("dmarc_", "policy_"))


def test_every_outcome_has_its_sentence():
    assert {outcome.value for outcome in Outcome} <= set(CODES)
