# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPF records: read, written, extended; and what an evaluation tells a person.

The results of evaluations are the business of ``test_rfc7208.py``.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.errors import RecordSyntaxError, SpfMergeError
from tools.resolver import Answer, AnswerStatus, MemoryResolver
from tools.spf import (
    SpfEvaluation,
    SpfRecord,
    evaluate,
    find_spf,
    has_include,
    merge_include,
)
from tools.spf_macro import MacroString

# Reading and writing


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1",
        "v=spf1 -all",
        "v=spf1 a mx ptr ~all",
        "v=spf1 a:example.com/24//64 mx/30 a//64 ?all",
        "v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ip6:::1 -all",
        "v=spf1 include:_spf.example.net redirect=example.com",
        "v=spf1 exists:%{ir}.%{l1r-}.%{d2}._spf.example.com exp=why.%{d}",
        "v=spf1 exists:%{S}%%.%_x.example.com -all",
        "v=spf1 a:foo:bar/baz.example.com mx:%{d/}/24 all",
        "v=spf1 unknown=%{d}/anything:goes moo= -all",
    ],
)
def test_canonical_text_is_kept(text):
    assert str(SpfRecord.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("V=SPF1  +A   MX  ", "v=spf1 a mx"),
        ("v=spf1 a/32 mx//128 ip4:192.0.2.77/24", "v=spf1 a mx ip4:192.0.2.0/24"),
        ("v=spf1 ip6:2001:DB8:0:0::1 EXP=a.b", "v=spf1 ip6:2001:db8::1 exp=a.b"),
        ("v=spf1 a:%{d010}.x.y", "v=spf1 a:%{d10}.x.y"),
        ("v=spf1 a:%{d999999999999}.x.y", "v=spf1 a:%{d127}.x.y"),
    ],
)
def test_other_texts_become_canonical(text, canonical):
    assert str(SpfRecord.parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "wrong_version", 0),
        ("v=spf2.0/pra", "wrong_version", 0),
        ("v=spf10", "wrong_version", 0),
        (" v=spf1", "wrong_version", 0),
        ("v=spf1 a:ex\u00e4mple.com", "bad_character", 11),
        ("v=spf1 a\tmx", "bad_character", 8),
        ("v=spf1 a\ufffd", "bad_character", 8),
        ("v=spf1 mx foo", "unknown_mechanism", 10),
        ("v=spf1 -", "unknown_mechanism", 7),
        ("v=spf1 --all", "unknown_mechanism", 7),
        ("v=spf1 ipv4:192.0.2.1", "unknown_mechanism", 7),
        ("v=spf1 ip4", "missing_value", 10),
        ("v=spf1 ip4:", "missing_value", 10),
        ("v=spf1 include", "missing_value", 14),
        ("v=spf1 include:", "missing_value", 14),
        ("v=spf1 a:", "missing_value", 8),
        ("v=spf1 a:/24", "missing_value", 8),
        ("v=spf1 redirect=", "missing_value", 7),
        ("v=spf1 all:x", "unexpected_value", 10),
        ("v=spf1 ip4:192.0.2", "bad_network", 10),
        ("v=spf1 ip4:192.0.2.01", "bad_network", 10),
        ("v=spf1 ip4:2001:db8::1", "bad_network", 10),
        ("v=spf1 ip6:fe80::1%eth0", "bad_network", 10),
        ("v=spf1 ip4:192.0.2.1/33", "bad_prefix", 10),
        ("v=spf1 ip4:192.0.2.1/", "bad_prefix", 10),
        ("v=spf1 ip4:192.0.2.1/255.255.255.0", "bad_prefix", 10),
        ("v=spf1 ip4:192.0.2.1/08", "bad_prefix", 10),
        ("v=spf1 a/33", "bad_prefix", 8),
        ("v=spf1 a//129", "bad_prefix", 8),
        ("v=spf1 mx:example.com/", "bad_prefix", 9),
        ("v=spf1 include:example.com/24", "bad_domain", 15),
        ("v=spf1 a:example", "bad_domain", 9),
        ("v=spf1 a:example.123", "bad_domain", 9),
        ("v=spf1 a:example.-com", "bad_domain", 9),
        ("v=spf1 a:%%{d}", "bad_domain", 9),
        ("v=spf1 a:%{x}.example.com", "bad_macro", 9),
        ("v=spf1 a:%{d0}.example.com", "bad_macro", 9),
        ("v=spf1 a:%{c}.example.com", "bad_macro", 9),
        ("v=spf1 a:x.%d.example.com", "bad_macro", 11),
        ("v=spf1 moo=%", "bad_macro", 11),
        ("v=spf1 exp=a.b mx exp=a.b", "duplicate_modifier", 18),
        ("v=spf1 redirect=a.b REDIRECT=c.d", "duplicate_modifier", 20),
    ],
)
def test_syntax_errors_say_what_and_where(text, code, position):
    with pytest.raises(RecordSyntaxError) as caught:
        SpfRecord.parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert str(caught.value)


MACROS = st.sampled_from(
    ["%{d}", "%{ir}", "%{l1r-+}", "%{S}", "%%", "%_", "%-", "%{v2}"]
)
LITERALS = st.text("abcXYZ019-_:/.{}=!", min_size=1, max_size=8)
DOMAINS = st.builds(
    lambda parts, end: "".join(parts) + end,
    st.lists(MACROS | LITERALS, max_size=4),
    st.sampled_from([".example.com", ".example.com.", "%{d}", ".x-1"]),
)
PREFIXES = st.sampled_from(["", "/0", "/24", "/32", "//64", "//128", "/24//64"])
TERMS = st.one_of(
    st.sampled_from(["all", "a", "mx", "ptr"]),
    st.builds("{}:{}{}".format, st.sampled_from(["a", "MX"]), DOMAINS, PREFIXES),
    st.builds("{}{}".format, st.sampled_from(["A", "mx"]), PREFIXES),
    st.builds("{}:{}".format, st.sampled_from(["include", "Exists", "ptr"]), DOMAINS),
    st.builds("ip4:{}".format, st.ip_addresses(v=4)),
    st.builds("ip4:{}/{}".format, st.ip_addresses(v=4), st.integers(0, 32)),
    st.builds("IP6:{}".format, st.ip_addresses(v=6).map(str).map(str.upper)),
    st.builds("ip6:{}/{}".format, st.ip_addresses(v=6), st.integers(0, 128)),
)
DIRECTIVES = st.builds("{}{}".format, st.sampled_from(["", "+", "-", "~", "?"]), TERMS)
UNKNOWN_MODIFIERS = st.builds(
    "{}={}".format, st.sampled_from(["x-y", "RA", "ip4", "z_.1"]), DOMAINS | st.just("")
)
KNOWN_MODIFIERS = st.lists(
    st.builds("{}={}".format, st.sampled_from(["redirect", "EXP"]), DOMAINS),
    max_size=2,
    unique_by=lambda modifier: modifier.partition("=")[0],
)


@st.composite
def records(draw):
    """Records that are valid, with terms in any order and any number of blanks."""
    terms = draw(st.lists(DIRECTIVES | UNKNOWN_MODIFIERS, max_size=30))
    terms = draw(st.permutations(terms + draw(KNOWN_MODIFIERS)))
    blanks = draw(st.lists(st.integers(1, 3), min_size=len(terms), max_size=len(terms)))
    parts = [" " * count + term for count, term in zip(blanks, terms, strict=True)]
    version = draw(st.sampled_from(["v=spf1", "V=SPF1", "v=Spf1"]))
    return version + "".join(parts) + draw(st.sampled_from(["", " ", "  "]))


RECORDS = records()


@given(RECORDS)
def test_parsing_undoes_writing(text):
    record = SpfRecord.parse(text)
    assert SpfRecord.parse(str(record)) == record


@given(
    st.one_of(
        st.text(),
        st.text("v=spf1 aimx4:/.%{}dr0-+all\u00e9"),
        st.builds("v=spf1 {}".format, st.text("aimxp:/.%{}dr012-+=celudnst ")),
    )
)
def test_no_text_breaks_the_parser(text):
    try:
        record = SpfRecord.parse(text)
    except RecordSyntaxError as error:
        assert str(error)
    else:
        assert SpfRecord.parse(str(record)) == record


@pytest.mark.parametrize("filler", ["a", "%", "/", "9", "a.", "ip4:1", "%{d", "a "])
def test_long_records_cost_little(filler):
    # A quadratic parser would need minutes here.
    for head in ("v=spf1 a:", "v=spf1 ip4:", "v=spf1 "):
        try:
            SpfRecord.parse(head + filler * (200_000 // len(filler)))
        except RecordSyntaxError:
            continue


# Macros


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("a%%b%_c%-d", "a%b c%20d"),
        ("%{l+-}", "strong.bad"),
    ],
)
def test_macros(text, expected):
    # Most of these are the examples of RFC 7208 7.4.
    values = {
        "s": "strong-bad@email.example.com",
        "l": "strong-bad",
        "o": "email.example.com",
        "d": "email.example.com",
        "i": "192.0.2.3",
        "v": "in-addr",
    }
    assert MacroString.parse(text).expand(values.__getitem__) == expected


# Finding and extending


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], ()),
        (["hello", "v=spf10 -all"], ()),
        (["hello", "v=spf1 -all"], ("v=spf1 -all",)),
        (["V=SPF1"], ("V=SPF1",)),
        (["v=spf1 broken!"], ("v=spf1 broken!",)),
        (["v=spf1 -all", "v=spf1 mx"], ("v=spf1 -all", "v=spf1 mx")),
    ],
)
def test_find_spf(records, expected):
    answer = Answer("example.com", "TXT", AnswerStatus.FOUND, tuple(records))
    assert find_spf(answer) == expected


def test_find_spf_without_an_answer():
    answer = Answer("example.com", "TXT", AnswerStatus.UNKNOWN, reason="timeout")
    assert find_spf(answer) == ()


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        (None, "v=spf1 include:spf.example.net ~all"),
        ("v=spf1", "v=spf1 include:spf.example.net"),
        ("v=spf1 -all", "v=spf1 include:spf.example.net -all"),
        ("V=SPF1 MX ~ALL", "V=SPF1 include:spf.example.net MX ~ALL"),
        ("v=spf1  mx  -all ", "v=spf1 include:spf.example.net  mx  -all "),
        (
            "v=spf1 redirect=_spf.example.com",
            "v=spf1 include:spf.example.net redirect=_spf.example.com",
        ),
        (
            "v=spf1 include:spf.example.net.evil.com -all",
            "v=spf1 include:spf.example.net include:spf.example.net.evil.com -all",
        ),
        (
            "v=spf1 -include:spf.example.net -all",
            "v=spf1 include:spf.example.net -include:spf.example.net -all",
        ),
        (
            "v=spf1 -all include:spf.example.net",
            "v=spf1 include:spf.example.net -all include:spf.example.net",
        ),
    ],
)
def test_merge_include(existing, expected):
    assert merge_include(existing, "spf.example.net") == expected


@pytest.mark.parametrize(
    "existing",
    [
        "v=spf1 include:spf.example.net -all",
        "v=spf1 mx INCLUDE:SPF.Example.NET ~all",
        "v=spf1 +include:spf.example.net. ?all",
    ],
)
def test_merge_leaves_a_record_with_the_include_alone(existing):
    assert merge_include(existing, "spf.example.net") == existing
    assert merge_include(existing, "SPF.example.net.") == existing


@pytest.mark.parametrize(
    ("existing", "include", "code"),
    [
        ("", "spf.example.net", "not_spf"),
        ("v=DMARC1; p=none", "spf.example.net", "not_spf"),
        ("v=spf10", "spf.example.net", "not_spf"),
        ("v=spf1 ip4:192.0.2.256 -all", "spf.example.net", "syntax"),
        ("v=spf1 -all", "", "bad_include"),
        ("v=spf1 -all", "example", "bad_include"),
        ("v=spf1 -all", "a.example -all", "bad_include"),
    ],
)
def test_merge_refuses(existing, include, code):
    with pytest.raises(SpfMergeError) as caught:
        merge_include(existing, include)
    assert caught.value.code == code
    assert str(caught.value)


@given(RECORDS)
def test_merged_record_has_the_include_once_more_and_all_else(text):
    merged = merge_include(text, "spf.merged.test")
    assert SpfRecord.parse(merged).terms[1:] == SpfRecord.parse(text).terms
    assert has_include(SpfRecord.parse(merged), "spf.merged.test")
    assert merge_include(merged, "spf.merged.test") == merged


# Evaluating: what a person is told


def check(records: dict[str, str], **changes) -> SpfEvaluation:
    """Evaluate a mail of ann@example.com from 192.0.2.1.

    :param records: name -> its TXT record
    :param changes: arguments of ``evaluate`` that are to differ
    """
    dns = MemoryResolver({name: {"TXT": [text]} for name, text in records.items()})
    return evaluate(
        dns,
        changes.get("ip", "192.0.2.1"),
        changes.get("mail_from", "ann@example.com"),
        changes.get("helo", "mx.example.net"),
        time_limit=changes.get("time_limit", 20),
    )


@pytest.mark.parametrize(
    ("records", "result", "reason"),
    [
        ({}, "none", "no_record"),
        ({"example.com": "v=spf1 a:x.y -all"}, "fail", "matched"),
        ({"example.com": "v=spf1 ip4:192.0.2.9"}, "neutral", "no_match"),
        ({"example.com": "v=spf1 oops"}, "permerror", "syntax"),
        ({"example.com": "v=spf1 include:x.y"}, "permerror", "no_included_record"),
        ({"example.com": "v=spf1 redirect=x.y"}, "permerror", "no_included_record"),
        (
            {"example.com": "v=spf1 include:example.com"},
            "permerror",
            "too_many_lookups",
        ),
        (
            {"example.com": "v=spf1 a:a.b a:a.c a:a.d"},
            "permerror",
            "too_many_void_lookups",
        ),
    ],
)
def test_reason(records, result, reason):
    evaluation = check(records)
    assert (evaluation.result.value, evaluation.reason) == (result, reason)


def test_path_and_costs_of_nested_includes():
    evaluation = check(
        {
            "example.com": "v=spf1 mx include:a.test include:b.test -all",
            "a.test": "v=spf1 include:c.test ip4:198.51.100.1 -all",
            "c.test": "v=spf1 ip4:198.51.100.2 -all",
            "b.test": "v=spf1 redirect=d.test",
            "d.test": "v=spf1 ip4:192.0.2.0/24 -all",
        }
    )
    assert evaluation.result.value == "pass"
    assert evaluation.path == ("include:b.test", "redirect=d.test", "ip4:192.0.2.0/24")
    assert evaluation.costs == (("mx", 1), ("include:a.test", 2), ("include:b.test", 2))
    assert (evaluation.lookups, evaluation.void_lookups) == (5, 1)


def test_costs_up_to_the_limit():
    records = {f"n{n}.test": f"v=spf1 include:n{n + 1}.test" for n in range(1, 20)}
    evaluation = check({"example.com": "v=spf1 mx include:n1.test -all"} | records)
    assert evaluation.reason == "too_many_lookups"
    assert evaluation.params == {"domain": "n9.test", "term": "include:n10.test"}
    assert evaluation.costs == (("mx", 1), ("include:n1.test", 10))


def test_dns_failure_names_the_question():
    dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 a:mx.example.com -all"]}})
    dns.fail("mx.example.com", "servfail")
    evaluation = evaluate(dns, "192.0.2.1", "ann@example.com", "")
    assert (evaluation.result.value, evaluation.reason) == ("temperror", "dns")
    assert evaluation.params == {
        "domain": "mx.example.com",
        "type": "A",
        "detail": "servfail",
    }


def test_several_records():
    dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 -all", "v=spf1 mx"]}})
    evaluation = evaluate(dns, "192.0.2.1", "ann@example.com", "")
    assert (evaluation.result.value, evaluation.reason) == (
        "permerror",
        "several_records",
    )


def test_time_limit():
    evaluation = check({"example.com": "v=spf1 -all"}, time_limit=-1)
    assert (evaluation.result.value, evaluation.reason) == ("temperror", "time_limit")


def test_bounce_is_judged_by_helo():
    evaluation = check({"mx.example.net": "v=spf1 ip4:192.0.2.1 -all"}, mail_from="")
    assert evaluation.result.value == "pass"


def test_ipv4_in_ipv6_dress():
    evaluation = check({"example.com": "v=spf1 ip4:192.0.2.1"}, ip="::ffff:192.0.2.1")
    assert evaluation.result.value == "pass"


@pytest.mark.parametrize("domain", ["", "localhost", "a..b", "ü.test"])
def test_bad_domain(domain):
    evaluation = check({}, mail_from=f"ann@{domain}")
    assert (evaluation.result.value, evaluation.reason) == ("none", "bad_domain")


def test_bad_address_is_the_callers_mistake():
    with pytest.raises(ValueError):
        check({}, ip="mx.example.com")


def test_explanation():
    evaluation = check(
        {
            "example.com": "v=spf1 -all exp=why.%{d}",
            "why.example.com": "%{c} may not send for %{o}, says %{r}",
        }
    )
    assert evaluation.explanation == (
        "192.0.2.1 may not send for example.com, says unknown"
    )


def test_nothing_is_asked_behind_the_match():
    dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 mx -all"]}})
    evaluate(dns, "192.0.2.1", "ann@example.com", "")
    assert dns.questions == [("example.com", "TXT")]


@given(
    st.dictionaries(
        st.sampled_from(["example.com", "a.test", "b.test"]),
        RECORDS | st.text("v=spf1 include:abtexmp.+-~?%{}dl", max_size=60),
    ),
    st.sampled_from(["192.0.2.1", "2001:db8::1"]),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_any_mail_and_any_records_give_a_result(records, ip, local, helo):
    evaluation = check(records, ip=ip, mail_from=f"{local}@example.com", helo=helo)
    assert isinstance(evaluation, SpfEvaluation)
