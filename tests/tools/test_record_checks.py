# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.dkim import DkimRecord, generate_private_key, load_private_key, public_record
from tools.domain_name import DomainName
from tools.errors import KeyMaterialError, RecordSyntaxError
from tools.expected_records import (
    DkimKey,
    DomainSetup,
    PlatformNetwork,
    Purpose,
    build_records,
)
from tools.record_checks import CODES, check_records
from tools.resolver import AnswerStatus, MemoryResolver

PEM = generate_private_key("rsa")
OUR_KEY = public_record(PEM)
OTHER_KEY = public_record(generate_private_key("ed25519"))
P = str(OUR_KEY).rpartition("p=")[2]

INCLUDE = "spf.platform.example"
TOKEN = "mail-sender-verification=t0k"
OWNERSHIP = "_mail-sender.example.com"
DKIM = "s1._domainkey.example.com"
BOUNCE = "bounce.example.com"
DMARC = "_dmarc.example.com"
APEX = "example.com"

ALIAS = PlatformNetwork(INCLUDE, ("192.0.2.0/28",), "cname", "rp.platform.example")
OWN_MX = PlatformNetwork(INCLUDE, ("192.0.2.0/28",), "mx", "mx.platform.example")
ONLY_INCLUDE = PlatformNetwork(INCLUDE, (), "mx", "mx.platform.example")

#: What the platform itself publishes.
PLATFORM_ZONE = {
    INCLUDE: {"TXT": ["v=spf1 ip4:192.0.2.0/28 -all"]},
    "rp.platform.example": {"MX": ["10 mx.platform.example"]},
    "mx.platform.example": {"A": ["192.0.2.1"]},
}


def setup(platform=ALIAS, record=OUR_KEY):
    return DomainSetup(
        DomainName.parse(APEX), "t0k", (DkimKey("s1", str(record)),), platform
    )


def zone(*records):
    """A resolver for the platform's zone and ``(name, type, *texts)``."""
    resolver = MemoryResolver(PLATFORM_ZONE)
    for name, rdtype, *texts in records:
        resolver.set(name, rdtype, *texts)
    return resolver


def check_all(resolver, platform=ALIAS, record=OUR_KEY):
    records = build_records(setup(platform, record)).records
    results = check_records(records, resolver, platform)
    assert [result.record for result in results] == list(records)
    for result in results:
        assert str(result) == CODES[result.code].format(**result.params)
        assert all(isinstance(value, str | int) for value in result.params.values())
    return {result.record.purpose: result for result in results}


def check(purpose, resolver, platform=ALIAS, record=OUR_KEY):
    result = check_all(resolver, platform, record)[purpose]
    return f"{result.status.value} {result.code}".strip()


def as_published(platform):
    return zone(
        *(
            (record.host, record.type, record.value)
            for record in build_records(setup(platform)).records
        )
    )


@pytest.mark.parametrize("platform", [ALIAS, OWN_MX, ONLY_INCLUDE])
def test_records_published_as_they_are_expected_are_right(platform):
    resolver = as_published(platform)
    if platform is not ALIAS:
        # The return path has two records at one name.
        resolver.set(BOUNCE, "MX", "10 mx.platform.example")
    for result in check_all(resolver, platform).values():
        assert (result.status.value, result.code) == ("ok", "")
        assert result.found


@pytest.mark.parametrize("platform", [ALIAS, OWN_MX])
def test_an_empty_zone_misses_everything(platform):
    results = check_all(zone(), platform).values()
    assert {(result.status.value, result.code) for result in results} == {
        ("missing", "not_found")
    }


@pytest.mark.parametrize("platform", [ALIAS, OWN_MX])
@pytest.mark.parametrize(
    "reason", ["timeout", "servfail", "refused", "lame", "network"]
)
def test_no_answer_is_unknown_and_never_missing(platform, reason):
    resolver = zone()
    for name in (OWNERSHIP, DKIM, BOUNCE, DMARC, APEX):
        resolver.fail(name, reason)
    results = check_all(resolver, platform).values()
    assert {(result.status.value, result.code) for result in results} == {
        ("unknown", reason)
    }


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([TOKEN], "ok"),
        (["v=spf1 -all", TOKEN, "other"], "ok"),
        ([f" {TOKEN} "], "ok"),
        ([TOKEN, "mail-sender-verification=older"], "ok"),
        (["mail-sender-verification=older"], "wrong other_token"),
        ([TOKEN.upper()], "missing not_found"),
        ([f'"{TOKEN}"'], "wrong quotes"),
        (["v=spf1 -all"], "missing not_found"),
        (['"'], "missing not_found"),
    ],
)
def test_ownership(texts, expected):
    assert check(Purpose.OWNERSHIP, zone((OWNERSHIP, "TXT", *texts))) == expected


def bare_form():
    der = (
        load_private_key(PEM)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    )
    return str(DkimRecord(der))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([f"v=DKIM1; k=rsa; p={P}"], "ok"),
        ([f"p={P}"], "ok"),
        ([f"v=DKIM1; n=hello; h=sha256; s=email; t=s; p={P[:90]} {P[90:]};"], "ok"),
        ([bare_form()], "ok"),
        ([f"v=DKIM1; t=y; p={P}"], "ok testing_flag"),
        (["v=DKIM1; p="], "wrong key_revoked"),
        ([str(OTHER_KEY)], "wrong other_key"),
        (["v=DKIM1; p=AAAA"], "wrong unusable_key"),
        ([f"v=DKIM1; k=dsa; p={P}"], "wrong unusable_key"),
        ([f"v=DKIM1; h=sha1; p={P}"], "wrong hash_not_allowed"),
        ([f"v=DKIM1; s=tlsrpt; p={P}"], "wrong not_for_mail"),
        ([f'"v=DKIM1; p={P}"'], "wrong quotes"),
        ([f'v=DKIM1; p={P[:90]}" "{P[90:]}'], "wrong quotes"),
        ([rf"v=DKIM1\; p={P}"], "wrong backslashes"),
        ([rf"v=DKIM1\; p={P[9:]}"], "wrong syntax"),
        ([P], "wrong syntax"),
        (["v=spf1 -all"], "wrong syntax"),
        ([f"p={P}", f"p={P}"], "wrong several_records"),
        (["v=DKIM1; p=" + "A" * 60_000], "wrong unusable_key"),
        (["x" * 60_000], "wrong syntax"),
    ],
)
def test_dkim(texts, expected):
    assert check(Purpose.DKIM, zone((DKIM, "TXT", *texts))) == expected


def test_dkim_behind_an_alias():
    resolver = zone(
        (DKIM, "CNAME", "s1.keys.platform.example"),
        ("s1.keys.platform.example", "TXT", str(OUR_KEY)),
    )
    assert check(Purpose.DKIM, resolver) == "ok"


def test_dkim_behind_an_alias_that_leads_nowhere():
    resolver = zone((DKIM, "CNAME", "s1.keys.platform.example"))
    assert check(Purpose.DKIM, resolver) == "missing dangling"


def short_key():
    key = rsa.generate_private_key(65537, 1024).public_key()
    return DkimRecord(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def test_a_key_shorter_than_usual():
    key = short_key()
    resolver = zone((DKIM, "TXT", str(key)))
    assert check(Purpose.DKIM, resolver, record=key) == "ok weak_key"


def test_a_key_shorter_than_allowed():
    key = DkimRecord.parse(
        "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANsBiOJUlsz/txr5Uf7DKx3hfzTgrxcX"
        "arUlg5N6m2TLX9JWUQqwFUVYwH8cjlWFDl/ODh3J+RUgwzPxePc2D9sCAwEAAQ=="
    )
    resolver = zone((DKIM, "TXT", str(key)))
    assert check(Purpose.DKIM, resolver, record=key) == "wrong key_too_short"


@pytest.mark.parametrize(
    ("records", "expected", "found"),
    [
        ([(BOUNCE, "CNAME", "rp.platform.example")], "ok", ["rp.platform.example"]),
        (
            [
                (BOUNCE, "CNAME", "rp.reseller.example"),
                ("rp.reseller.example", "CNAME", "rp.platform.example"),
            ],
            "ok",
            ["rp.reseller.example", "rp.platform.example"],
        ),
        (
            [(BOUNCE, "CNAME", "rp.other.example")],
            "wrong other_value",
            ["rp.other.example"],
        ),
        ([(BOUNCE, "A", "192.0.2.1")], "wrong proxied", ["192.0.2.1"]),
        ([(BOUNCE, "AAAA", "2001:db8::1")], "wrong proxied", ["2001:db8::1"]),
        ([(BOUNCE, "MX", "10 mx.b.example")], "wrong wrong_type", ["10 mx.b.example"]),
        ([(BOUNCE, "TXT", "hello")], "missing not_found", []),
        ([(f"x.{BOUNCE}", "TXT", "hello")], "missing not_found", []),
    ],
)
def test_return_path(records, expected, found):
    resolver = zone(*records)
    assert check(Purpose.RETURN_PATH, resolver) == expected
    assert check_all(resolver)[Purpose.RETURN_PATH].found == tuple(found)


def test_return_path_to_a_name_that_the_platform_does_not_have():
    resolver = zone((BOUNCE, "CNAME", "rp.platform.example"))
    resolver.remove("rp.platform.example")
    assert check(Purpose.RETURN_PATH, resolver) == "ok dangling"


def test_return_path_to_a_platform_that_does_not_answer():
    resolver = zone((BOUNCE, "CNAME", "rp.platform.example"))
    resolver.fail("rp.platform.example", "timeout")
    assert check(Purpose.RETURN_PATH, resolver) == "ok"


def test_return_path_through_a_name_that_does_not_answer():
    resolver = zone((BOUNCE, "CNAME", "rp.reseller.example"))
    resolver.fail("rp.reseller.example", "servfail")
    assert check(Purpose.RETURN_PATH, resolver) == "unknown servfail"


def test_return_path_in_a_circle():
    resolver = zone(
        (BOUNCE, "CNAME", "a.example.org"), ("a.example.org", "CNAME", BOUNCE)
    )
    assert check(Purpose.RETURN_PATH, resolver) == "unknown alias_loop"


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        (["10 mx.platform.example"], "ok"),
        (["0 mx.platform.example"], "ok"),
        (["10 mx.platform.example", "20 mx.b.example"], "ok"),
        (["10 mx.platform.example", "10 mx.b.example"], "ok"),
        (["9 mx.b.example", "10 mx.platform.example"], "wrong not_preferred"),
        (["100 mx.platform.example", "20 mx.b.example"], "wrong not_preferred"),
        (["10 mx.b.example"], "wrong other_value"),
        (["0 ."], "wrong other_value"),
    ],
)
def test_return_path_mx(exchanges, expected):
    resolver = zone((BOUNCE, "MX", *exchanges))
    assert check(Purpose.RETURN_PATH_MX, resolver, OWN_MX) == expected


ELEVEN = " ".join(f"include:i{number}.example" for number in range(11))
ELEVEN_ZONE = [
    (f"i{number}.example", "TXT", "v=spf1 ip4:198.51.100.1 -all")
    for number in range(11)
]


@pytest.mark.parametrize(
    ("texts", "by_addresses", "by_include"),
    [
        ([f"v=spf1 include:{INCLUDE} ~all"], "ok", "ok"),
        ([f"v=spf1 mx include:{INCLUDE.upper()}. -all"], "ok", "ok"),
        ([f"v=spf1 include:{INCLUDE} -all", "something else"], "ok", "ok"),
        ([f"v=spf1 redirect={INCLUDE}"], "ok", "ok"),
        (["v=spf1 include:nested.example -all"], "ok", "ok"),
        (["v=spf1 ip4:192.0.2.0/24 -all"], "ok", "wrong include_missing"),
        (
            ["v=spf1 ip4:192.0.2.0 -all"],
            "wrong not_authorised",
            "wrong include_missing",
        ),
        (
            [f"v=spf1 -all include:{INCLUDE}"],
            "wrong not_authorised",
            "wrong include_missing",
        ),
        (
            [f"v=spf1 ?include:{INCLUDE} -all"],
            "wrong not_authorised",
            "wrong include_missing",
        ),
        (["v=spf1 ~all"], "wrong not_authorised", "wrong include_missing"),
        (
            [f"v=spf1 include:{INCLUDE} +all"],
            "ok allows_everyone",
            "ok allows_everyone",
        ),
        ([f"v=spf1 include:{INCLUDE} ?all"], "ok neutral_all", "ok neutral_all"),
        ([f"v=spf1 include:{INCLUDE}"], "ok neutral_all", "ok neutral_all"),
        (
            ["v=spf1 -all", "v=spf1 ~all"],
            "wrong several_records",
            "wrong several_records",
        ),
        (["v=spf1 mx:: -all"], "wrong syntax", "wrong syntax"),
        ([f'"v=spf1 include:{INCLUDE} ~all"'], "wrong quotes", "wrong quotes"),
        (["v=spf10 -all"], "missing not_found", "missing not_found"),
        (["hello", '"hello"'], "missing not_found", "missing not_found"),
        (
            ["v=spf1 include:nothing.example -all"],
            "wrong no_included_record",
            "wrong include_missing",
        ),
        (
            ["v=spf1 include:broken.example -all"],
            "wrong included_record",
            "wrong include_missing",
        ),
        (
            [f"v=spf1 {ELEVEN} include:{INCLUDE} -all"],
            "wrong too_many_lookups",
            "wrong too_many_lookups",
        ),
        (
            ["v=spf1 a:v1.example a:v2.example a:v3.example -all"],
            "wrong too_many_void_lookups",
            "wrong include_missing",
        ),
        (
            ["v=spf1 mx:many.example -all"],
            "wrong too_many_hosts",
            "wrong include_missing",
        ),
        (["v=spf1 include:silent.example -all"], "unknown timeout", "unknown timeout"),
    ],
)
@pytest.mark.parametrize("purpose", [Purpose.RETURN_PATH_SPF, Purpose.SPF])
def test_spf(purpose, texts, by_addresses, by_include):
    host = APEX if purpose is Purpose.SPF else BOUNCE
    resolver = zone(
        (host, "TXT", *texts),
        ("nested.example", "TXT", f"v=spf1 include:{INCLUDE} -all"),
        ("broken.example", "TXT", "v=spf1 mx:: -all"),
        ("many.example", "MX", *(f"10 mx{number}.example" for number in range(11))),
        *ELEVEN_ZONE,
    )
    resolver.fail("silent.example", "timeout")
    assert check(purpose, resolver, OWN_MX) == by_addresses
    assert check(purpose, resolver, ONLY_INCLUDE) == by_include


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.RETURN_PATH_SPF, "ok too_many_lookups"),
        (Purpose.SPF, "wrong too_many_lookups"),
    ],
)
def test_a_fault_that_our_own_mail_does_not_reach(purpose, expected):
    """It hurts the other senders of the domain; the return path has none."""
    host = APEX if purpose is Purpose.SPF else BOUNCE
    resolver = zone(
        (host, "TXT", f"v=spf1 include:{INCLUDE} {ELEVEN} -all"), *ELEVEN_ZONE
    )
    assert check(purpose, resolver, OWN_MX) == expected


def test_too_many_lookups_are_counted_by_include():
    resolver = zone(
        (APEX, "TXT", "v=spf1 include:i0.example include:deep.example -all")
    )
    resolver.set("deep.example", "TXT", f"v=spf1 {ELEVEN} -all")
    for name, rdtype, text in ELEVEN_ZONE:
        resolver.set(name, rdtype, text)
    result = check_all(resolver, OWN_MX)[Purpose.SPF]
    assert result.params == {
        "limit": 10,
        "costs": "include:i0.example: 1, include:deep.example: 12",
    }


def test_both_ends_of_a_network_must_pass():
    resolver = zone((BOUNCE, "TXT", "v=spf1 ip4:192.0.2.0/29 -all"))
    result = check_all(resolver, OWN_MX)[Purpose.RETURN_PATH_SPF]
    assert result.params == {"address": "192.0.2.15", "result": "fail"}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["v=DMARC1; p=none"], "ok"),
        (["v=DMARC1; p=reject; rua=mailto:a@example.com"], "ok"),
        (["v=DMARC1; p=reject; rua=mailto:a@example.org"], "ok reports_refused"),
        (["hello", "v=DMARC1; p=none"], "ok"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong several_records"),
        (["v=DMARC1"], "wrong syntax"),
        (["v=DMARC1; p=block"], "wrong syntax"),
        (['"v=DMARC1; p=none"'], "wrong quotes"),
        (["hello"], "missing not_found"),
    ],
)
def test_dmarc(texts, expected):
    assert check(Purpose.DMARC, zone((DMARC, "TXT", *texts))) == expected


def test_dmarc_of_the_domain_above():
    shop = DomainSetup(DomainName.parse("shop.example.com"), "t0k", (), ALIAS)
    records = build_records(shop).records
    resolver = zone((DMARC, "TXT", "v=DMARC1; p=reject"))
    result = next(
        result
        for result in check_records(records, resolver, ALIAS)
        if result.record.purpose is Purpose.DMARC
    )
    assert (result.status.value, result.code) == ("ok", "inherited")
    assert result.params == {"domain": "example.com"}


@pytest.mark.parametrize(
    ("name", "text", "purpose", "error"),
    [
        (DKIM, "v=DKIM1; k=rsa", Purpose.DKIM, "missing_tag"),
        (APEX, "v=spf1 mx:: -all", Purpose.SPF, "bad_domain"),
        (DMARC, "v=DMARC1; p=block", Purpose.DMARC, "bad_value"),
    ],
)
def test_a_syntax_error_says_where_and_what(name, text, purpose, error):
    params = check_all(zone((name, "TXT", text)))[purpose].params
    assert params["error"] == error
    assert params["error"] in RecordSyntaxError.sentences
    assert RecordSyntaxError.sentences[error].format(**params) in params["detail"]


def test_an_unusable_key_says_why():
    params = check_all(zone((DKIM, "TXT", "p=AAAA")))[Purpose.DKIM].params
    assert params["error"] in KeyMaterialError.sentences


def aliased(record=OUR_KEY):
    key = DkimKey("s1", str(record), alias="s1.keys.platform.example")
    return DomainSetup(DomainName.parse(APEX), "t0k", (key,), ALIAS)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (
            [
                (DKIM, "CNAME", "s1.keys.platform.example"),
                ("s1.keys.platform.example", "TXT", str(OUR_KEY)),
            ],
            "ok",
        ),
        (
            [
                (DKIM, "CNAME", "s1.keys.platform.example"),
                ("s1.keys.platform.example", "TXT", str(OTHER_KEY)),
            ],
            "wrong other_key",
        ),
        ([(DKIM, "CNAME", "s1.keys.platform.example")], "missing dangling"),
        ([(DKIM, "CNAME", "s1.other.example")], "wrong other_value"),
        ([(DKIM, "TXT", str(OUR_KEY))], "ok copied_key"),
        ([(DKIM, "TXT", str(OTHER_KEY))], "wrong other_key"),
        ([(DKIM, "A", "192.0.2.1")], "wrong proxied"),
        ([], "missing not_found"),
    ],
)
def test_dkim_key_of_the_platform_behind_an_alias(records, expected):
    resolver = zone(*records)
    (record,) = (r for r in build_records(aliased()).records if "_domainkey" in r.host)
    (result,) = check_records([record], resolver, ALIAS)
    assert f"{result.status.value} {result.code}".strip() == expected
    assert result.instead in ("", "s1.keys.platform.example")


@pytest.mark.parametrize("name", [DKIM, "s1.keys.platform.example"])
def test_dkim_key_behind_an_alias_that_does_not_answer(name):
    resolver = zone((DKIM, "CNAME", "s1.keys.platform.example"))
    resolver.fail(name, "servfail")
    record = build_records(aliased()).records[1]
    (result,) = check_records([record], resolver, ALIAS)
    assert (result.status.value, result.code) == ("unknown", "servfail")


def test_each_question_is_asked_once():
    resolver = as_published(OWN_MX)
    check_all(resolver, OWN_MX)
    assert len(resolver.questions) == len(set(resolver.questions))


def test_the_questions_that_are_known_beforehand_are_asked_together():
    rounds = []

    class Counting(MemoryResolver):
        def resolve_many(self, questions):
            asked = list(questions)
            rounds.append(asked)
            return super().resolve_many(asked)

    records = build_records(setup()).records
    check_records(records, Counting(), ALIAS)
    assert {(record.host, record.type) for record in records} <= set(rounds[0])


TEXTS = st.lists(
    st.text(max_size=60)
    | st.sampled_from([TOKEN, str(OUR_KEY), "v=DMARC1; p=none", "v=DKIM1; p="])
    | st.text('v=spf1DKMARC; :include+-~?all."/pt', max_size=60)
    | st.text(max_size=30).map("v=spf1 {}".format)
    | st.text(max_size=30).map("v=DKIM1; {}".format)
    | st.text(max_size=30).map("v=DMARC1; {}".format),
    min_size=1,
    max_size=3,
)
NAMES = st.sampled_from([APEX, BOUNCE, DKIM, DMARC, OWNERSHIP, "rp.platform.example"])
ZONES = st.lists(
    st.tuples(NAMES, st.just("TXT"), TEXTS)
    | st.tuples(NAMES, st.just("CNAME"), NAMES.map(lambda name: [name]))
    | st.tuples(NAMES, st.just("MX"), NAMES.map(lambda name: [f"10 {name}"]))
    | st.tuples(NAMES, st.just("A"), st.just(["192.0.2.1"])),
    max_size=8,
)


@settings(deadline=None)
@given(ZONES, st.sampled_from([ALIAS, OWN_MX, ONLY_INCLUDE]))
def test_whatever_dns_says_there_is_a_result(records, platform):
    resolver = zone(*((name, rdtype, *texts) for name, rdtype, texts in records))
    for result in check_all(resolver, platform).values():
        assert result.status.value in ("ok", "missing", "wrong", "unknown")
        answer = resolver.resolve(result.record.host, result.record.type)
        if result.status.value == "missing":
            assert answer.status is not AnswerStatus.UNKNOWN
