# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.dmarc import POLICIES, DmarcRecord, discover, is_aligned
from tools.domain_name import DomainName
from tools.errors import RecordSyntaxError
from tools.resolver import AnswerStatus, MemoryResolver

MAILTO = "mailto:reports@example.com"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", DmarcRecord("none")),
        ("v=DMARC1;p=none;", DmarcRecord("none")),
        ("v = DMARC1 ; P = None", DmarcRecord("none")),
        ("v=DMARC1; sp=reject; p=none", DmarcRecord("none", "reject")),
        ("v=DMARC1; p=reject; adkim=s", DmarcRecord("reject", strict_dkim=True)),
        ("v=DMARC1; p=reject; aspf=S", DmarcRecord("reject", strict_spf=True)),
        ("v=DMARC1; p=reject; adkim=r; aspf=x", DmarcRecord("reject")),
        ("v=DMARC1; p=none; pct=0", DmarcRecord("none", percent=0)),
        ("v=DMARC1; p=none; pct=101", DmarcRecord("none")),
        ("v=DMARC1; p=none; pct=all", DmarcRecord("none")),
        ("v=DMARC1; p=none; pct=²", DmarcRecord("none")),
        ("v=DMARC1; p=none; ri=3600", DmarcRecord("none", report_interval=3600)),
        (f"v=DMARC1; p=none; ri={'9' * 5000}", DmarcRecord("none")),
        ("v=DMARC1; p=none; fo=1:d", DmarcRecord("none", failure_options=("1", "d"))),
        ("v=DMARC1; p=none; fo=1:x", DmarcRecord("none")),
        (
            "v=DMARC1; p=none; rf=afrf:x",
            DmarcRecord("none", report_formats=("afrf", "x")),
        ),
        (
            f"v=DMARC1; p=none; rua={MAILTO}!10m , {MAILTO}; ruf={MAILTO}",
            DmarcRecord(
                "none",
                aggregate_uris=(f"{MAILTO}!10m", MAILTO),
                failure_uris=(MAILTO,),
            ),
        ),
        ("v=DMARC1; p=none; rua=reports@example.com", DmarcRecord("none")),
        ("v=DMARC1; p=none; np=reject; psd=n; t=y", DmarcRecord("none")),
        ("v=DMARC1; p=none; hello;; =", DmarcRecord("none")),
        ("v=DMARC1; p=none; p=reject", DmarcRecord("none")),
        (f"v=DMARC1; rua={MAILTO}", DmarcRecord("none", aggregate_uris=(MAILTO,))),
        (
            f"v=DMARC1; p=reject; sp=x; rua={MAILTO}",
            DmarcRecord("none", aggregate_uris=(MAILTO,)),
        ),
    ],
)
def test_parse(text, expected):
    assert DmarcRecord.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong_version"),
        ("v=spf1 -all", "wrong_version"),
        ("v=DMARC2; p=none", "wrong_version"),
        ("v=DMARC11; p=none", "wrong_version"),
        ("v=dmarc1; p=none", "wrong_version"),
        ("p=none; v=DMARC1", "wrong_version"),
        ('"v=DMARC1; p=none"', "wrong_version"),
        ("v=DMARC1", "missing_tag"),
        ("v=DMARC1; sp=none", "missing_tag"),
        ("v=DMARC1; p=", "bad_value"),
        ("v=DMARC1; p=block", "bad_value"),
        ("v=DMARC1; p=none; sp=x", "bad_value"),
        ("v=DMARC1; p=block; rua=reports@example.com", "bad_value"),
    ],
)
def test_parse_refuses(text, code):
    with pytest.raises(RecordSyntaxError) as caught:
        DmarcRecord.parse(text)
    assert caught.value.code == code
    assert str(caught.value)


URIS = st.lists(
    st.from_regex(r"mailto:[a-z0-9%!@.-]{1,20}", fullmatch=True), max_size=3
).map(tuple)


@given(
    st.builds(
        DmarcRecord,
        policy=st.sampled_from(POLICIES),
        subdomain_policy=st.sampled_from(("", *POLICIES)),
        percent=st.integers(0, 100),
        strict_dkim=st.booleans(),
        strict_spf=st.booleans(),
        aggregate_uris=URIS,
        failure_uris=URIS,
        failure_options=st.lists(st.sampled_from("01ds"), min_size=1).map(tuple),
        report_formats=st.lists(
            st.from_regex(r"[a-z]{1,9}", fullmatch=True), min_size=1, max_size=3
        ).map(tuple),
        report_interval=st.integers(0, 2**32 - 1),
    )
)
def test_parse_undoes_str(record):
    assert DmarcRecord.parse(str(record)) == record


@given(st.text("vprsuaf=;:,DMARC1none \tx@0", max_size=40) | st.text())
def test_any_text_gives_a_record_or_a_documented_error(text):
    for candidate in (text, f"v=DMARC1; p=none;{text}", f"v=DMARC1;{text}"):
        try:
            record = DmarcRecord.parse(candidate)
        except RecordSyntaxError as error:
            assert str(error)
        else:
            assert DmarcRecord.parse(str(record)) == record


def find(resolver, domain="shop.example.com"):
    return discover(resolver, DomainName.parse(domain))


OWN = "v=DMARC1; p=reject; sp=none"
ABOVE = "v=DMARC1; p=none; sp=quarantine"


def zone(**records):
    names = {"own": "_dmarc.shop.example.com", "above": "_dmarc.example.com"}
    return MemoryResolver(
        {names[key]: {"TXT": texts} for key, texts in records.items()}
    )


@pytest.mark.parametrize(
    ("resolver", "found_at", "policy"),
    [
        (zone(own=[OWN], above=[ABOVE]), "shop.example.com", "reject"),
        (zone(own=[OWN]), "shop.example.com", "reject"),
        (zone(above=[ABOVE]), "example.com", "quarantine"),
        (zone(above=["v=DMARC1; p=reject"]), "example.com", "reject"),
        (zone(own=["v=spf1 -all"], above=[ABOVE]), "example.com", "quarantine"),
        (zone(own=["v=spf1 -all", OWN]), "shop.example.com", "reject"),
    ],
)
def test_discovery(resolver, found_at, policy):
    found = find(resolver)
    assert found.status is AnswerStatus.FOUND
    assert found.found_at.ascii == found_at
    assert found.is_inherited is (found_at == "example.com")
    assert found.policy == policy


def test_nothing_is_published():
    found = find(zone())
    assert (found.status, found.record) == (AnswerStatus.NO_DATA, None)
    assert found.policy == "none"
    assert not found.is_inherited


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([OWN, ABOVE], "several_records"),
        (["v=DMARC1; p=block"], "syntax"),
        (["v=DMARC1"], "syntax"),
    ],
)
def test_a_void_record_hides_the_one_above(texts, code):
    found = find(zone(own=texts, above=[ABOVE]))
    assert (found.status, found.record) == (AnswerStatus.FOUND, None)
    assert (found.code, found.texts) == (code, tuple(texts))
    assert bool(found.error) is (code == "syntax")


@pytest.mark.parametrize("name", ["_dmarc.shop.example.com", "_dmarc.example.com"])
def test_no_answer_is_not_no_policy(name):
    resolver = zone()
    resolver.fail(name, "timeout")
    found = find(resolver)
    assert (found.status, found.code) == (AnswerStatus.UNKNOWN, "timeout")


def test_an_organisational_domain_is_asked_once():
    resolver = zone()
    find(resolver, "example.com")
    assert resolver.questions == [("_dmarc.example.com", "TXT")]


def test_an_alias_is_followed():
    resolver = zone()
    resolver.set("_dmarc.example.com", "CNAME", "dmarc.provider.example")
    resolver.set("dmarc.provider.example", "TXT", OWN)
    assert find(resolver, "example.com").policy == "reject"


@pytest.mark.parametrize(
    ("from_domain", "authenticated", "relaxed", "strict"),
    [
        ("example.com", "example.com", True, True),
        ("Example.COM", "example.com.", True, True),
        ("example.com", "bounce.example.com", True, False),
        ("shop.example.com", "example.com", True, False),
        ("a.example.com", "b.example.com", True, False),
        ("example.com", "example.org", False, False),
        ("example.com", "example.com.evil.org", False, False),
        ("example.com", "badexample.com", False, False),
        ("one.co.uk", "two.co.uk", False, False),
        ("müller.example", "bounce.xn--mller-kva.example", True, False),
    ],
)
def test_alignment(from_domain, authenticated, relaxed, strict):
    domains = DomainName.parse(from_domain), DomainName.parse(authenticated)
    assert is_aligned(*domains, strict=False) is relaxed
    assert is_aligned(*domains, strict=True) is strict
