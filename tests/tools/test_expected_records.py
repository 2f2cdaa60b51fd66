# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.dmarc import discover
from tools.domain_name import DomainName
from tools.errors import DomainNameError, SpfMergeError
from tools.expected_records import (
    PROPOSED_DMARC,
    DkimKey,
    DomainSetup,
    ExpectedRecord,
    PlatformFactError,
    PlatformNetwork,
    Purpose,
    Requirement,
    behind_aliases,
    build_records,
    key_alias,
    needs_dmarc,
    relative_host,
)
from tools.resolver import MemoryResolver
from tools.spf_merge import SpfPlan

DOMAIN = DomainName.parse("example.com")
KEY_ZONE = DomainName.parse("keys.platform.example")
ALIAS = PlatformNetwork("spf.platform.example", (), "cname", "rp.platform.example")
OWN_MX = PlatformNetwork("spf.platform.example", (), "mx", "mx.platform.example")


def setup(**changes):
    usual = DomainSetup(
        DOMAIN, "t0k", (DkimKey("s1", "v=DKIM1; k=rsa; p=AAAA"),), ALIAS
    )
    return dataclasses.replace(usual, **changes)


def lines(**changes):
    """The records as ``requirement purpose host type value``."""
    return [
        f"{r.requirement} {r.purpose} {r.host} {r.type} {r.value}"
        for r in build_records(setup(**changes)).records
    ]


def one(purpose, **changes):
    """The value of the only record with a purpose, None without one."""
    values = [
        record.value
        for record in build_records(setup(**changes)).records
        if record.purpose == purpose
    ]
    assert len(values) < 2
    return values[0] if values else None


def test_return_path_as_alias():
    assert lines() == [
        "required ownership _mail-sender.example.com TXT mail-sender-verification=t0k",
        "required dkim s1._domainkey.example.com TXT v=DKIM1; k=rsa; p=AAAA",
        "required return_path bounce.example.com CNAME rp.platform.example",
        "recommended dmarc _dmarc.example.com TXT v=DMARC1; p=none",
        "optional spf example.com TXT v=spf1 include:spf.platform.example ~all",
    ]


def test_return_path_with_records_of_its_own():
    assert lines(platform=OWN_MX)[2:4] == [
        "required return_path_mx bounce.example.com MX 10 mx.platform.example",
        "required return_path_spf bounce.example.com TXT "
        "v=spf1 include:spf.platform.example ~all",
    ]


def test_a_key_behind_an_alias():
    key = DkimKey("s1", "v=DKIM1; p=AAAA", alias=key_alias("s1", DOMAIN, KEY_ZONE))
    (record,) = (
        record
        for record in build_records(setup(dkim_keys=(key,))).records
        if record.purpose is Purpose.DKIM
    )
    assert (record.host, record.type, record.value, record.content) == (
        "s1._domainkey.example.com",
        "CNAME",
        "s1.example.com.keys.platform.example",
        "v=DKIM1; p=AAAA",
    )


def test_what_the_platform_publishes_behind_aliases():
    keys = (
        DkimKey("s1", "v=DKIM1; p=AAAA", alias=key_alias("s1", DOMAIN, KEY_ZONE)),
        DkimKey("s2", "v=DKIM1; p=BBBB"),
    )
    (record,) = behind_aliases(build_records(setup(dkim_keys=keys)).records)
    assert (record.host, record.type, record.value) == (
        "s1.example.com.keys.platform.example",
        "TXT",
        "v=DKIM1; p=AAAA",
    )


def test_a_key_alias_that_is_too_long():
    with pytest.raises(DomainNameError, match="at most 253"):
        key_alias("s1", DomainName.parse(".".join(["x" * 60] * 4)), KEY_ZONE)


def test_every_key_is_published():
    keys = (DkimKey("s1", "v=DKIM1; p=AAAA"), DkimKey("b.S2", "v=DKIM1; p=BBBB"))
    records = build_records(setup(dkim_keys=keys)).records
    assert [r.host for r in records if r.purpose is Purpose.DKIM] == [
        "s1._domainkey.example.com",
        "b.s2._domainkey.example.com",
    ]


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ((), "v=spf1 include:spf.platform.example ~all"),
        (("v=spf1 mx -all",), "v=spf1 include:spf.platform.example mx -all"),
        (
            ("v=spf1 mx include:spf.platform.example -all",),
            "v=spf1 mx include:spf.platform.example -all",
        ),
        (("v=spf1 mx: -all",), "v=spf1 include:spf.platform.example -all"),
        (
            ("v=spf1 include: a.example -all",),
            "v=spf1 include:spf.platform.example include:a.example -all",
        ),
    ],
)
def test_the_spf_record_is_extended(existing, expected):
    assert one(Purpose.SPF, apex_spf=existing) == expected


def test_a_plan_that_was_made_counts():
    plan = SpfPlan("v=spf1 include:spf.platform.example a ~all")
    assert one(Purpose.SPF, apex_spf=("v=spf1 a ~all",), spf_plan=plan) == plan.value


def test_a_refused_plan_changes_nothing():
    error = SpfMergeError("varies", term="include:%{i}.example")
    plan = SpfPlan(error=error)
    one_record, several = ("v=spf1 a ~all",), ("v=spf1 a ~all", "v=spf1 mx ~all")
    assert one(Purpose.SPF, apex_spf=one_record, spf_plan=plan) == one_record[0]
    built = build_records(setup(apex_spf=several, spf_plan=plan))
    assert Purpose.SPF not in [record.purpose for record in built.records]


def test_addresses_make_the_spf_record_where_there_is_no_include():
    platform = PlatformNetwork(
        addresses=("192.0.2.7", "198.51.100.99/24", "2001:DB8::1"),
        return_path_kind="mx",
        return_path_host="mx.platform.example",
    )
    assert one(Purpose.RETURN_PATH_SPF, platform=platform) == (
        "v=spf1 ip4:192.0.2.7 ip4:198.51.100.0/24 ip6:2001:db8::1 ~all"
    )
    assert one(Purpose.SPF, platform=platform) is None


@pytest.mark.parametrize(
    ("platform", "missing", "purposes"),
    [
        (ALIAS, (), {"return_path", "spf"}),
        (OWN_MX, (), {"return_path_mx", "return_path_spf", "spf"}),
        (PlatformNetwork(), ("return_path_host",), set()),
        (PlatformNetwork("spf.platform.example"), ("return_path_host",), {"spf"}),
        (
            PlatformNetwork(return_path_kind="mx"),
            ("return_path_host",),
            set(),
        ),
        (
            PlatformNetwork(
                return_path_host="mx.platform.example", return_path_kind="mx"
            ),
            ("spf_source",),
            {"return_path_mx"},
        ),
        (PlatformNetwork(return_path_host="rp.platform.example"), (), {"return_path"}),
    ],
)
def test_what_the_platform_has_not_said(platform, missing, purposes):
    built = build_records(setup(platform=platform))
    assert built.missing == missing
    always = {"ownership", "dkim", "dmarc"}
    assert {record.purpose for record in built.records} == always | purposes


@pytest.mark.parametrize(
    ("records", "proposed"),
    [
        ({}, True),
        ({"_dmarc.shop.example.com": str(PROPOSED_DMARC)}, True),
        ({"_dmarc.shop.example.com": "v=DMARC1; p=none; rua=mailto:a@b.c"}, False),
        ({"_dmarc.shop.example.com": "v=DMARC1; p=reject"}, False),
        ({"_dmarc.example.com": "v=DMARC1; p=none"}, False),
        ({"_dmarc.shop.example.com": "v=DMARC1; p=broken"}, True),
    ],
)
def test_dmarc_is_proposed_where_none_applies(records, proposed):
    resolver = MemoryResolver({name: {"TXT": [text]} for name, text in records.items()})
    policy = discover(resolver, DomainName.parse("shop.example.com"))
    assert needs_dmarc(policy) is proposed


def test_no_dmarc_record_is_proposed_beside_another():
    assert one(Purpose.DMARC, propose_dmarc=False) is None


def test_return_path_label():
    assert setup(return_path_label="Mail.RP").return_path == "mail.rp.example.com"
    assert one(Purpose.RETURN_PATH, return_path_label="rp") == "rp.platform.example"


@pytest.mark.parametrize("label", ["", "a b", "-", "a..b", "b" * 64, "x@y"])
def test_bad_return_path_label(label):
    with pytest.raises(DomainNameError):
        build_records(setup(return_path_label=label))


@pytest.mark.parametrize("selector", ["", "s 1", "s1;", "s" * 64])
def test_bad_selector(selector):
    with pytest.raises(DomainNameError):
        build_records(setup(dkim_keys=(DkimKey(selector, "v=DKIM1; p="),)))


def test_platform_facts_are_tidied():
    platform = PlatformNetwork(
        " _SPF.Platform.Example. ", (" 192.0.2.9/24", "::1"), "mx", "rücklauf.example"
    )
    assert platform.spf_include == "_spf.platform.example"
    assert platform.addresses == ("192.0.2.0/24", "::1/128")
    assert platform.return_path_host == "xn--rcklauf-n2a.example"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"spf_include": "include:spf.example"}, "bad_host", "spf_include"),
        ({"spf_include": "192.0.2.1"}, "bad_host", "spf_include"),
        ({"spf_include": "%{i}.example.com"}, "bad_host", "spf_include"),
        ({"return_path_host": "mx"}, "bad_host", "return_path_host"),
        ({"return_path_host": "mx example.com"}, "bad_host", "return_path_host"),
        ({"return_path_host": "a" * 300 + ".example"}, "bad_host", "return_path_host"),
        ({"return_path_host": "a." * 150 + "example"}, "bad_host", "return_path_host"),
        ({"addresses": ("192.0.2.300",)}, "bad_network", "addresses"),
        ({"addresses": ("mx.example.com",)}, "bad_network", "addresses"),
        ({"addresses": ("",)}, "bad_network", "addresses"),
        ({"return_path_kind": "alias"}, "bad_kind", "return_path_kind"),
    ],
)
def test_bad_platform_facts(facts, code, field):
    with pytest.raises(PlatformFactError) as caught:
        PlatformNetwork(**facts)
    assert (caught.value.code, caught.value.params["field"]) == (code, field)
    assert field in str(caught.value)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_platform_facts_are_taken_or_refused(include, address, host):
    for kind in ("cname", "mx"):
        try:
            platform = PlatformNetwork(include, (address,), kind, host)
        except PlatformFactError as error:
            assert str(error)
        else:
            build_records(setup(platform=platform))


@pytest.mark.parametrize(
    ("host", "zone", "expected"),
    [
        ("example.com", "example.com", "@"),
        ("bounce.example.com", "example.com", "bounce"),
        ("s1._domainkey.shop.example.com", "example.com", "s1._domainkey.shop"),
        ("s1._domainkey.shop.example.com", "shop.example.com", "s1._domainkey"),
        ("badexample.com", "example.com", "badexample.com"),
    ],
)
def test_relative_host(host, zone, expected):
    record = ExpectedRecord(Purpose.DKIM, host, "TXT", "x", Requirement.REQUIRED)
    assert relative_host(record, DomainName.parse(zone)) == expected


def test_international_domain():
    built = build_records(setup(domain=DomainName.parse("müller.example")))
    assert {record.host for record in built.records} == {
        "_mail-sender.xn--mller-kva.example",
        "s1._domainkey.xn--mller-kva.example",
        "bounce.xn--mller-kva.example",
        "_dmarc.xn--mller-kva.example",
        "xn--mller-kva.example",
    }
