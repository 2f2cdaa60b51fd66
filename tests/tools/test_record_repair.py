# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a check says about slips, and the exact value to publish instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.dkim import generate_private_key, public_record
from tools.dmarc import DmarcRecord, discover
from tools.dmarc_reports import check_permissions
from tools.domain_name import DomainName
from tools.expected_records import (
    DkimKey,
    DomainSetup,
    PlatformNetwork,
    Purpose,
    build_records,
)
from tools.record_checks import CODES, check_records
from tools.record_places import doubled_hosts, find_zone_cut, short_hosts
from tools.record_repair import repair_dmarc
from tools.record_slips import SLIPS, mend
from tools.resolver import MemoryResolver
from tools.spf_mend import correct_spf, join_spf, soften_spf
from tools.spf_record import SpfRecord

KEY = str(public_record(generate_private_key("rsa")))
OTHER_KEY = str(public_record(generate_private_key("rsa")))
INCLUDE = "spf.platform.example"
PLATFORM = PlatformNetwork(INCLUDE, ("192.0.2.0/28",), "mx", "mx.platform.example")
ALIAS = PlatformNetwork(INCLUDE, (), "cname", "rp.platform.example")
TOKEN = "mail-sender-verification=t0k"
WITH_US = f"v=spf1 include:{INCLUDE} ~all"


def records(domain="example.com", platform=PLATFORM):
    setup = DomainSetup(
        DomainName.parse(domain), "t0k", (DkimKey("s1", KEY),), platform
    )
    return build_records(setup).records


def check(purpose, published, domain="example.com", platform=PLATFORM):
    """The result for one record in a zone of ``(name, type): texts``."""
    dns = MemoryResolver({INCLUDE: {"TXT": ["v=spf1 ip4:192.0.2.0/28 -all"]}})
    dns.set("rp.platform.example", "MX", "10 mx.platform.example")
    for (name, rdtype), texts in published.items():
        dns.set(name, rdtype, *texts)
    (result,) = (
        result
        for result in check_records(records(domain, platform), dns, platform)
        if result.record.purpose is purpose
    )
    assert str(result) == CODES[result.code].format(**result.params)
    return result


# Slips


@pytest.mark.parametrize(
    ("purpose", "host", "text", "code"),
    [
        (Purpose.OWNERSHIP, "_mail-sender", f'"{TOKEN}"', "quotes"),
        (Purpose.OWNERSHIP, "_mail-sender", TOKEN.replace("=", "= "), "blanks"),
        (Purpose.OWNERSHIP, "_mail-sender", f"\u200b{TOKEN}", "blanks"),
        (Purpose.DKIM, "s1._domainkey", f'"{KEY[:200]}" "{KEY[200:]}"', "quotes"),
        (Purpose.DKIM, "s1._domainkey", KEY.replace(";", r"\;"), "backslashes"),
        (Purpose.DKIM, "s1._domainkey", KEY.replace(" ", "\u00a0"), "blanks"),
        (
            Purpose.RETURN_PATH_SPF,
            "bounce",
            f"v=spf1 include: {INCLUDE} -all",
            "blanks",
        ),
        (Purpose.RETURN_PATH_SPF, "bounce", f" {WITH_US}", "blanks"),
        (Purpose.DMARC, "_dmarc", '"v=DMARC1; p=none"', "quotes"),
        (Purpose.DMARC, "_dmarc", r"v=DMARC1\; p=none", "backslashes"),
        (Purpose.DMARC, "_dmarc", " v=DMARC1; p=none", "blanks"),
    ],
)
def test_slips(purpose, host, text, code):
    result = check(purpose, {(f"{host}.example.com", "TXT"): [text]})
    assert (result.status.value, result.code) == ("wrong", code)
    assert result.found == (text,)
    mended = check(purpose, {(f"{host}.example.com", "TXT"): [result.instead]})
    assert (mended.status.value, mended.code) == ("ok", "")


@given(
    st.sampled_from(sorted(SLIPS)),
    st.text('v=spf1DKM"\\ ;\u00a0\u200b:ap', max_size=40),
)
def test_mending_mends_for_good(slip, text):
    assert mend(slip, mend(slip, text)) == mend(slip, text)


# Places


def test_places():
    assert list(doubled_hosts("example.co.uk")) == ["example.co.uk.example.co.uk"]
    assert list(doubled_hosts("s1._domainkey.example.com")) == [
        "s1._domainkey.example.com.example.com"
    ]
    assert list(short_hosts("s1._domainkey.shop.example.com")) == [
        "example.com",
        "shop.example.com",
        "s1._domainkey.example.com",
    ]
    assert not list(doubled_hosts(".".join(["x" * 49] * 5)))


@pytest.mark.parametrize(
    ("purpose", "name", "rdtype", "text"),
    [
        (Purpose.OWNERSHIP, "_mail-sender.example.com.example.com", "TXT", TOKEN),
        (Purpose.DKIM, "s1._domainkey.example.com.example.com", "TXT", KEY),
        (
            Purpose.RETURN_PATH_MX,
            "bounce.example.com.example.com",
            "MX",
            "10 mx.platform.example",
        ),
        (Purpose.RETURN_PATH_SPF, "bounce.example.com.example.com", "TXT", WITH_US),
        (Purpose.DMARC, "_dmarc.example.com.example.com", "TXT", "v=DMARC1; p=none"),
        (Purpose.SPF, "example.com.example.com", "TXT", WITH_US),
    ],
)
def test_doubled_domain(purpose, name, rdtype, text):
    result = check(purpose, {(name, rdtype): [text]})
    assert (result.status.value, result.code) == ("missing", "doubled_domain")
    assert result.params == {"found_at": name}
    assert result.instead == result.record.value


def test_doubled_alias():
    name = "bounce.example.com.example.com"
    published = {(name, "CNAME"): ["rp.platform.example"]}
    result = check(Purpose.RETURN_PATH, published, platform=ALIAS)
    assert (result.code, result.params) == ("doubled_domain", {"found_at": name})


@pytest.mark.parametrize(
    ("purpose", "name", "text"),
    [
        (Purpose.OWNERSHIP, "shop.example.com", TOKEN),
        (Purpose.OWNERSHIP, "_mail-sender.example.com", TOKEN),
        (Purpose.DKIM, "s1._domainkey.example.com", KEY),
    ],
)
def test_misplaced(purpose, name, text):
    result = check(purpose, {(name, "TXT"): [text]}, domain="shop.example.com")
    assert (result.status.value, result.code) == ("missing", "misplaced")
    assert result.params == {"found_at": name}


@pytest.mark.parametrize(
    ("purpose", "name", "text"),
    [
        (Purpose.OWNERSHIP, "_mail-sender.example.com.example.com", "other"),
        (Purpose.DKIM, "s1._domainkey.example.com.example.com", OTHER_KEY),
        # What another domain publishes for itself is not ours.
        (Purpose.RETURN_PATH_SPF, "bounce.example.com", WITH_US),
    ],
)
def test_something_else_in_another_place(purpose, name, text):
    result = check(purpose, {(name, "TXT"): [text]}, domain="shop.example.com")
    assert (result.status.value, result.code) == ("missing", "not_found")


@pytest.mark.parametrize(
    ("purpose", "zone"),
    [
        (Purpose.RETURN_PATH_SPF, "shop.example.com"),
        (Purpose.RETURN_PATH_SPF, "bounce.shop.example.com"),
        (Purpose.DKIM, "_domainkey.shop.example.com"),
        (Purpose.SPF, "shop.example.com"),
    ],
)
def test_another_zone(purpose, zone):
    published = {(zone, "NS"): ["ns1.other.example", "ns2.other.example"]}
    result = check(purpose, published, domain="shop.example.com")
    assert (result.status.value, result.code) == ("missing", "other_zone")
    assert result.params == {
        "zone": zone,
        "servers": "ns1.other.example, ns2.other.example",
    }


def test_the_zone_of_the_domain_is_no_other_zone():
    dns = MemoryResolver({"example.com": {"NS": ["ns1.example.net"]}})
    assert find_zone_cut(dns, "bounce.example.com") is None


# Values to publish instead


LOOKUPS = " ".join(f"mx:host.example/{bits}" for bits in range(10, 20))
FEW = " ".join(LOOKUPS.split()[:8])


@pytest.mark.parametrize(
    ("texts", "code", "instead"),
    [
        ([], "not_found", WITH_US),
        (["v=spf1 mx -all"], "not_authorised", f"v=spf1 include:{INCLUDE} mx -all"),
        ([WITH_US], "", ""),
        (
            [f"v=spf1 include:{INCLUDE} mx +all"],
            "allows_everyone",
            f"v=spf1 include:{INCLUDE} mx ~all",
        ),
        (
            [f"v=spf1 include:{INCLUDE} ?all exp=a.example"],
            "neutral_all",
            f"v=spf1 include:{INCLUDE} ~all exp=a.example",
        ),
        (
            [f"v=spf1 include:{INCLUDE} ip4:0.0.0.0/0 -all"],
            "allows_everyone",
            f"v=spf1 include:{INCLUDE} -all",
        ),
        (
            [f"v=spf1 include:{INCLUDE} include:open.example -all"],
            "generous_include",
            "",
        ),
        (
            [f"v=spf1 include:{INCLUDE} redirect=mild.example"],
            "neutral_all",
            f"v=spf1 include:{INCLUDE} include:mild.example ~all",
        ),
        (
            ["v=spf1 mx -all", "v=spf1 include:gone.example ~all", "v=spf1 oops"],
            "several_records",
            f"v=spf1 include:{INCLUDE} mx include:gone.example ~all",
        ),
        (
            [f"v=spf1 include:{INCLUDE} include:gone.example -all"],
            "no_included_record",
            f"v=spf1 include:{INCLUDE} -all",
        ),
        (['"v=spf1 mx -all"'], "quotes", f"v=spf1 include:{INCLUDE} mx -all"),
        (
            ["v=spf1 oops ipv4:192.0.2.9,mx -all"],
            "syntax",
            f"v=spf1 include:{INCLUDE} ip4:192.0.2.9 mx -all",
        ),
        (["v=spf1 a:"], "syntax", f"v=spf1 include:{INCLUDE} ~all"),
        (
            ["v=spf1 include: mild.example -all"],
            "blanks",
            f"v=spf1 include:{INCLUDE} include:mild.example -all",
        ),
        ([r"v=spf1 mx \-all"], "backslashes", f"v=spf1 include:{INCLUDE} mx -all"),
        ([f"v=spf1 include:{INCLUDE} {LOOKUPS} mx -all"], "too_many_lookups", ""),
        (
            [f"v=spf1 include:{INCLUDE} {FEW} mx exists:gone.example -all"],
            "too_many_lookups",
            f"v=spf1 include:{INCLUDE} {FEW} mx -all",
        ),
        (
            [f"v=spf1 include:{INCLUDE} a:g.example mx:g.example a:h.example -all"],
            "too_many_void_lookups",
            f"v=spf1 include:{INCLUDE} -all",
        ),
        (
            [f"v=spf1 include:{INCLUDE} mx:crowd.example -all"],
            "too_many_hosts",
            "",
        ),
        (
            [f"v=spf1 include:{INCLUDE} include:lost.example -all"],
            "included_record",
            "",
        ),
    ],
)
def test_spf_of_the_domain(texts, code, instead):
    published = {("example.com", "TXT"): texts} if texts else {}
    published["example.com", "MX"] = ["10 mx.example.com"]
    published["host.example", "MX"] = ["10 mx.example.com"]
    published["open.example", "TXT"] = ["v=spf1 +all"]
    published["mild.example", "TXT"] = ["v=spf1 mx ?all"]
    published["mild.example", "MX"] = ["10 mx.example.com"]
    published["lost.example", "TXT"] = ["v=spf1 include:gone.example -all"]
    published["crowd.example", "MX"] = [f"10 mx{n}.example.com" for n in range(11)]
    result = check(Purpose.SPF, published)
    assert (result.code, result.instead) == (code, instead)


#: No value can mend these, and the sentence of each says what does.
WITHOUT_VALUE = {
    # of another key pair, of somebody else's record, or known to the owner alone
    "weak_key",
    "key_too_short",
    "reports_refused",
    "generous_include",
    "included_record",
    "too_many_hosts",
    "no_room",
    # a value that is right as it is
    "",
    "inherited",
    # nobody answered, so nobody knows whether the value is wrong
    "timeout",
    "servfail",
    "refused",
    "lame",
    "alias_loop",
    "malformed",
    "network",
    "time_limit",
}

BOUNCE = "bounce.example.com"
BOUNCE_ALIAS = (Purpose.RETURN_PATH, "rp.platform.example", ALIAS)
OUR_KEY = (Purpose.DKIM, KEY, PLATFORM)
OUR_SPF = (Purpose.SPF, WITH_US, PLATFORM)
KEY_HOST = "s1._domainkey.example.com"
APEX = "example.com"

#: Every other code -> what is checked, and what is published that leads to it.
WITH_VALUE = {
    "testing_flag": (OUR_KEY, {(KEY_HOST, "TXT"): [KEY.replace("; p=", "; t=y; p=")]}),
    "allows_everyone": (OUR_SPF, {(APEX, "TXT"): [f"v=spf1 include:{INCLUDE} +all"]}),
    "neutral_all": (OUR_SPF, {(APEX, "TXT"): [f"v=spf1 include:{INCLUDE} ?all"]}),
    "not_found": (OUR_KEY, {}),
    "doubled_domain": (OUR_KEY, {(f"{KEY_HOST}.example.com", "TXT"): [KEY]}),
    "misplaced": (OUR_KEY, {(APEX, "TXT"): [KEY]}),
    "other_zone": (OUR_KEY, {("_domainkey.example.com", "NS"): ["ns.example.net"]}),
    "quotes": (OUR_KEY, {(KEY_HOST, "TXT"): [f'"{KEY}"']}),
    "backslashes": (OUR_KEY, {(KEY_HOST, "TXT"): [KEY.replace(";", r"\;")]}),
    "blanks": (OUR_SPF, {(APEX, "TXT"): [f"v=spf1 include: {INCLUDE} ~all"]}),
    "syntax": (OUR_SPF, {(APEX, "TXT"): ["v=spf1 oops ~all"]}),
    "several_records": (OUR_SPF, {(APEX, "TXT"): ["v=spf1 ~all", "v=spf1 -all"]}),
    "other_token": (
        (Purpose.OWNERSHIP, TOKEN, PLATFORM),
        {("_mail-sender.example.com", "TXT"): ["mail-sender-verification=other"]},
    ),
    "key_revoked": (OUR_KEY, {(KEY_HOST, "TXT"): ["v=DKIM1; p="]}),
    "other_key": (OUR_KEY, {(KEY_HOST, "TXT"): [OTHER_KEY]}),
    "unusable_key": (OUR_KEY, {(KEY_HOST, "TXT"): ["v=DKIM1; p=AAAA"]}),
    "hash_not_allowed": (
        OUR_KEY,
        {(KEY_HOST, "TXT"): [KEY.replace("; p=", "; h=sha1; p=")]},
    ),
    "not_for_mail": (OUR_KEY, {(KEY_HOST, "TXT"): [KEY.replace("; p=", "; s=x; p=")]}),
    "other_value": (BOUNCE_ALIAS, {(BOUNCE, "CNAME"): ["rp.other.example"]}),
    "wrong_type": (BOUNCE_ALIAS, {(BOUNCE, "MX"): ["10 mx.platform.example"]}),
    "proxied": (BOUNCE_ALIAS, {(BOUNCE, "A"): ["192.0.2.66"]}),
    "not_preferred": (
        (Purpose.RETURN_PATH_MX, "10 mx.platform.example", PLATFORM),
        {(BOUNCE, "MX"): ["10 mx.platform.example", "5 mx.other.example"]},
    ),
    "include_missing": (
        (Purpose.SPF, WITH_US, ALIAS),
        {(APEX, "TXT"): ["v=spf1 ~all"]},
    ),
    "not_authorised": (OUR_SPF, {(APEX, "TXT"): ["v=spf1 ~all"]}),
    "too_many_lookups": (
        (Purpose.SPF, f"v=spf1 include:{INCLUDE} a:g.example ~all", PLATFORM),
        {
            (APEX, "TXT"): [
                f"v=spf1 include:{INCLUDE} {' '.join(['a:g.example'] * 11)} ~all"
            ],
            ("g.example", "A"): ["192.0.2.67"],
        },
    ),
    "too_many_void_lookups": (
        OUR_SPF,
        {(APEX, "TXT"): [f"v=spf1 include:{INCLUDE} a:g.example a:h.example a ~all"]},
    ),
    "no_included_record": (
        OUR_SPF,
        {(APEX, "TXT"): [f"v=spf1 include:{INCLUDE} include:g.example ~all"]},
    ),
}


#: Of an alias to a key that the platform publishes.
WITH_ALIAS = {
    "copied_key": {(KEY_HOST, "TXT"): [KEY]},
    "dangling": {(KEY_HOST, "CNAME"): ["s1.keys.example"]},
}


def test_each_reason_has_a_value_or_says_that_there_is_none():
    with_value = WITH_VALUE | WITH_ALIAS
    assert not WITHOUT_VALUE & set(with_value)
    assert WITHOUT_VALUE | set(with_value) == set(CODES)


@pytest.mark.parametrize("code", WITH_ALIAS)
def test_the_value_that_mends_an_alias(code):
    key = DkimKey("s1", KEY, alias="s1.keys.example")
    setup = DomainSetup(DomainName.parse(APEX), "t0k", (key,), PLATFORM)
    dns = MemoryResolver()
    for (name, rdtype), texts in WITH_ALIAS[code].items():
        dns.set(name, rdtype, *texts)
    [result] = (
        result
        for result in check_records(build_records(setup).records, dns, PLATFORM)
        if result.record.purpose is Purpose.DKIM
    )
    assert (result.code, result.instead) == (code, "s1.keys.example")


@pytest.mark.parametrize("code", WITH_VALUE)
def test_the_value_that_mends_a_fault(code):
    """It is exact to the letter, and whoever publishes it instead has mended it."""
    (purpose, expected, platform), published = WITH_VALUE[code]
    domain = "shop.example.com" if code == "misplaced" else APEX
    if code == "misplaced":
        published = {(KEY_HOST, "TXT"): [KEY]}
    result = check(purpose, published, domain=domain, platform=platform)
    assert (result.code, result.instead) == (code, expected)
    rdtype, host = result.record.type, result.record.host
    mended = check(
        purpose, {(host, rdtype): [result.instead]}, domain=domain, platform=platform
    )
    assert (mended.status.value, mended.code, mended.instead) == ("ok", "", "")


@given(st.text("v=spf1 ip4v6:.,;0123/mxa-~?+%{d}redict=oops", max_size=60))
def test_whatever_is_corrected_is_spf(text):
    corrected = correct_spf(f"v=spf1 {text}")
    assert str(SpfRecord.parse(corrected)) == corrected
    assert correct_spf(corrected) == corrected


def test_spf_of_the_domain_without_room_for_the_include():
    published = {
        ("example.com", "TXT"): [f"v=spf1 {LOOKUPS} -all"],
        ("host.example", "MX"): ["10 mx.example.com"],
    }
    result = check(Purpose.SPF, published, platform=ALIAS)
    assert (result.status.value, result.code, result.instead) == (
        "wrong",
        "no_room",
        "",
    )
    assert result.params["count"] == 11
    assert f"include:{INCLUDE}: 1, mx:host.example/10: 1" in result.params["costs"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1 mx", "v=spf1 mx ~all"),
        ("v=spf1 ?all mx", "v=spf1 ~all"),
        ("v=spf1 mx -all", "v=spf1 mx -all"),
        ("v=spf1 mx redirect=a.example", "v=spf1 mx redirect=a.example"),
    ],
)
def test_soften_spf(text, expected):
    assert soften_spf(text) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["v=spf1 a -all", "v=spf1 a mx -all"], "v=spf1 a mx -all"),
        (["v=spf1 a -all", "v=spf1 mx"], "v=spf1 a mx ~all"),
        (["v=spf1 a -all", "v=spf1 mx ?all"], "v=spf1 a mx ?all"),
        (["v=spf1 a +all", "v=spf1 mx -all"], "v=spf1 a mx ~all"),
        (["v=spf1 a -all", "v=spf1 redirect=b.c"], "v=spf1 a include:b.c -all"),
        (["v=spf1 a -all mx exp=b.c", "v=spf1 -all"], "v=spf1 a -all"),
    ],
)
def test_join_spf(texts, expected):
    assert join_spf(texts) == expected


@given(
    st.lists(st.text("v=spf1 amx+-~?l:.redicntup", max_size=40).map("v=spf1 {}".format))
)
def test_joined_spf_is_spf(texts):
    assert str(SpfRecord.parse(join_spf(texts))) == join_spf(texts)


@pytest.mark.parametrize(
    ("texts", "code", "instead"),
    [
        ([], "not_found", "v=DMARC1; p=none"),
        (["v=DMARC1; p=reject"], "", ""),
        (["v=DMARC1"], "syntax", "v=DMARC1; p=none"),
        (
            ["v=DMARC1; p=reject; sp=some; adkim=s"],
            "syntax",
            "v=DMARC1; p=reject; adkim=s",
        ),
        (
            ["v=DMARC1; p=none", "v=DMARC1; p=quarantine; pct=10", "v=DMARC1; p=x"],
            "several_records",
            "v=DMARC1; p=quarantine; pct=10",
        ),
        (['"v=DMARC1; p=reject"'], "quotes", "v=DMARC1; p=reject"),
    ],
)
def test_dmarc_keeps_what_was_there(texts, code, instead):
    published = {("_dmarc.example.com", "TXT"): texts} if texts else {}
    result = check(Purpose.DMARC, published)
    assert (result.code, result.instead) == (code, instead)


@given(st.text("DMARC1;=psrua:@none jectqi", max_size=60).map("v=DMARC1; {}".format))
def test_repaired_dmarc_is_dmarc(text):
    DmarcRecord.parse(repair_dmarc(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("v=DKIM1; p=", "key_revoked"),
        (OTHER_KEY, "other_key"),
        (KEY.replace("; p=", "; t=y; p="), "testing_flag"),
        (KEY.replace("; p=", "; h=sha1; p="), "hash_not_allowed"),
    ],
)
def test_a_key_is_replaced_by_ours(text, code):
    result = check(Purpose.DKIM, {("s1._domainkey.example.com", "TXT"): [text]})
    assert (result.code, result.instead) == (code, KEY)


# Reports to other domains


def permissions(text, published=()):
    dns = MemoryResolver({"_dmarc.example.com": {"TXT": [text]}})
    dns.fail("example.com._report._dmarc.silent.example", "timeout")
    for host, record in published:
        dns.set(host, "TXT", record)
    policy = discover(dns, DomainName.parse("shop.example.com"))
    return [(p.receiver, p.status.value) for p in check_permissions(dns, policy)]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("", []),
        ("rua=mailto:a@example.com", []),
        ("rua=mailto:a@dmarc.example.com!10m", []),
        ("rua=mailto:a@b.example,mailto:c@b.example", [("b.example", "missing")]),
        ("rua=MAILTO:a@yes.example!1g", [("yes.example", "ok")]),
        ("rua=mailto:a@other.example", [("other.example", "missing")]),
        ("ruf=mailto:a@silent.example", [("silent.example", "unknown")]),
        ("rua=https://b.example/,mailto:nobody,mailto:a@b_c.d", []),
    ],
)
def test_report_permissions(tags, expected):
    published = [
        ("example.com._report._dmarc.yes.example", "v=DMARC1"),
        ("example.com._report._dmarc.other.example", "v=DMARC2"),
    ]
    assert permissions(f"v=DMARC1; p=none; {tags}", published) == expected


def test_a_missing_permission_is_told_with_what_to_publish():
    text = "v=DMARC1; p=none; rua=mailto:a@reports.example"
    result = check(Purpose.DMARC, {("_dmarc.example.com", "TXT"): [text]})
    assert (result.status.value, result.code) == ("ok", "reports_refused")
    assert result.params == {
        "domain": "reports.example",
        "host": "example.com._report._dmarc.reports.example",
        "value": "v=DMARC1",
    }
    assert not result.instead
