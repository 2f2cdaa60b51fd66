# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An include goes into an SPF record only where it changes nothing for others."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tools.errors import SpfMergeError
from tools.resolver import MemoryResolver
from tools.spf import evaluate
from tools.spf_budget import MAX_COUNTED, measure
from tools.spf_merge import plan_apex, plan_merge
from tools.spf_record import SpfRecord

OURS = "spf.platform.example"
APEX = "example.com"


def zone(**records):
    """A resolver for SPF records by the first label of ``<label>.test``."""
    dns = MemoryResolver({OURS: {"TXT": ["v=spf1 ip4:192.0.2.0/28 -all"]}})
    for label, text in records.items():
        dns.set(f"{label}.test", "TXT", text)
    dns.set("host.test", "A", "198.51.100.1")
    dns.set("host.test", "MX", "10 host.test")
    dns.set("many.test", "MX", *(f"10 mx{number}.test" for number in range(11)))
    dns.set("silent-mx.test", "MX", "10 silent.test")
    dns.fail("silent.test", "timeout")
    return dns


@pytest.mark.parametrize(
    ("text", "lookups", "voids", "costs"),
    [
        ("v=spf1 -all", 0, 0, ()),
        ("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ~all", 0, 0, ()),
        ("v=spf1 a:host.test -all", 1, 1, (("a:host.test", 1),)),
        ("v=spf1 mx:host.test/24 -all", 1, 0, (("mx:host.test/24", 1),)),
        ("v=spf1 exists:host.test -all", 1, 0, (("exists:host.test", 1),)),
        ("v=spf1 exists:gone.test -all", 1, 1, (("exists:gone.test", 1),)),
        ("v=spf1 exists:%{i}.host.test -all", 1, 1, (("exists:%{i}.host.test", 1),)),
        ("v=spf1 exists:host.%{d2} -all", 1, 1, (("exists:host.%{d2}", 1),)),
        ("v=spf1 ptr -all", 1, 1, (("ptr", 1),)),
        ("v=spf1 -all mx a", 0, 0, ()),
        ("v=spf1 -all redirect=one.test", 0, 0, ()),
        ("v=spf1 redirect=one.test", 1, 0, (("redirect=one.test", 1),)),
        (
            "v=spf1 include:one.test ?include:two.test mx:host.test -all",
            5,
            1,
            (("include:one.test", 1), ("?include:two.test", 3), ("mx:host.test", 1)),
        ),
    ],
)
def test_what_a_record_costs(text, lookups, voids, costs):
    dns = zone(one="v=spf1 -all", two="v=spf1 a:host.test include:one.test -all")
    budget = measure(dns, APEX, SpfRecord.parse(text))
    assert (budget.lookups, budget.void_lookups) == (lookups, voids)
    assert budget.costs == costs
    assert not budget.faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("include:gone.test", ("no_included_record", {"domain": "gone.test"})),
        ("include:deep.test", ("no_included_record", {"domain": "gone.test"})),
        ("include:%{d1r}", ("no_included_record", {"domain": "example"})),
        ("include:broken.test", ("syntax", {"domain": "broken.test"})),
        ("include:twice.test", ("several_records", {"domain": "twice.test"})),
        ("mx:many.test", ("too_many_hosts", {"domain": "many.test"})),
        ("include:%{i}.test", ("varies", {})),
        (
            "a:silent.test",
            ("no_answer", {"domain": "silent.test", "reason": "timeout"}),
        ),
        (
            "include:silent.test",
            ("no_answer", {"domain": "silent.test", "reason": "timeout"}),
        ),
        (
            "mx:silent-mx.test",
            ("no_answer", {"domain": "silent.test", "reason": "timeout"}),
        ),
    ],
)
def test_what_cannot_be_evaluated(text, fault):
    dns = zone(deep="v=spf1 include:gone.test", broken="v=spf1 oops")
    dns.set("twice.test", "TXT", "v=spf1 -all", "v=spf1 ~all")
    budget = measure(dns, APEX, SpfRecord.parse(f"v=spf1 {text} -all"))
    found = budget.faults[0]
    assert (found.term, (found.code, found.params)) == (text, fault)


def test_a_circle_is_left():
    dns = zone(a="v=spf1 include:b.test include:b.test", b="v=spf1 include:a.test")
    budget = measure(dns, APEX, SpfRecord.parse("v=spf1 include:a.test"))
    assert budget.lookups == MAX_COUNTED


def merge(existing, include=OURS, **records):
    try:
        return plan_merge(zone(**records), APEX, existing, include)
    except SpfMergeError as error:
        assert str(error)
        return error.code, error.params


@pytest.mark.parametrize(
    ("existing", "merged"),
    [
        (None, f"v=spf1 include:{OURS} ~all"),
        ("v=spf1 -all", f"v=spf1 include:{OURS} -all"),
        ("V=SPF1  MX ~all", f"V=SPF1 include:{OURS}  MX ~all"),
        ("v=spf1 redirect=one.test", f"v=spf1 include:{OURS} redirect=one.test"),
        (f"v=spf1 include:{OURS} -all", f"v=spf1 include:{OURS} -all"),
        (f"v=spf1 ?include:{OURS} -all", f"v=spf1 include:{OURS} ?include:{OURS} -all"),
        (
            "v=spf1 exists:%{i}.a.test exists:%{s}.b.test -all",
            f"v=spf1 include:{OURS} exists:%{{i}}.a.test exists:%{{s}}.b.test -all",
        ),
        # It could not be evaluated for some before, and cannot afterwards.
        ("v=spf1 include:gone.test", f"v=spf1 include:{OURS} include:gone.test"),
    ],
)
def test_merged(existing, merged):
    assert merge(existing, one="v=spf1 -all") == merged


MX = " ".join(f"mx:host.test/{bits}" for bits in range(10, 20))


@pytest.mark.parametrize(
    ("existing", "code", "params"),
    [
        ("hello", "not_spf", {}),
        ("v=spf1 oops", "syntax", None),
        (
            f"v=spf1 {MX} -all",
            "too_many_lookups",
            {
                "include": OURS,
                "count": 11,
                "limit": 10,
                "costs": ", ".join(
                    [f"include:{OURS}: 1"] + [f"{m}: 1" for m in MX.split()]
                ),
            },
        ),
        (
            "v=spf1 a:1.test a:2.test a:3.test -all",
            "too_many_void_lookups",
            {"include": OURS, "count": 3, "limit": 2},
        ),
        ("v=spf1 include:%{i}.test -all", "varies", {"term": "include:%{i}.test"}),
        (
            "v=spf1 a:silent.test -all",
            "no_answer",
            {"domain": "silent.test", "reason": "timeout"},
        ),
    ],
)
def test_refused(existing, code, params):
    found = merge(existing)
    assert found[0] == code
    assert params is None or found[1] == params


@pytest.mark.parametrize("text", ["include:%{o} -all", "redirect=EXAMPLE.com"])
def test_an_include_that_leads_back_is_a_circle(text):
    """What stands at the domain itself is read as it will be."""
    dns = zone()
    dns.set(APEX, "TXT", "v=spf1 -all")
    dns.set(OURS, "TXT", f"v=spf1 {text}")
    with pytest.raises(SpfMergeError) as caught:
        plan_merge(dns, APEX, "v=spf1 -all", OURS)
    assert caught.value.code == "too_many_lookups"


@pytest.mark.parametrize(
    ("include", "code", "detail"),
    [
        ("not a domain", "bad_include", None),
        ("gone.test", "unusable_include", "no_included_record"),
        ("broken.test", "unusable_include", "syntax"),
        ("nested.test", "unusable_include", "no_included_record"),
        ("hosts.test", "unusable_include", "too_many_hosts"),
        ("silent.test", "no_answer", None),
    ],
)
@pytest.mark.parametrize("existing", [None, "v=spf1 mx:host.test -all"])
def test_an_include_that_would_break_the_record(existing, include, code, detail):
    found = merge(
        existing,
        include,
        broken="v=spf1 oops",
        nested="v=spf1 include:gone.test -all",
        hosts="v=spf1 mx:many.test -all",
    )
    assert (found[0], found[1].get("detail")) == (code, detail)


@pytest.mark.parametrize(
    ("found", "value"),
    [
        ((), f"v=spf1 include:{OURS} ~all"),
        (("v=spf1 mx:host.test -all",), f"v=spf1 include:{OURS} mx:host.test -all"),
        (
            ("v=spf1 mx:host.test -all", "v=spf1 a:host.test ~all"),
            f"v=spf1 include:{OURS} mx:host.test a:host.test ~all",
        ),
        (("v=spf1 oops",), f"v=spf1 include:{OURS} ~all"),
        (("v=spf1 ip:192.0.2.9 -all",), f"v=spf1 include:{OURS} ip4:192.0.2.9 -all"),
        (("v=spf1 a: host.test -all",), f"v=spf1 include:{OURS} a:host.test -all"),
        (
            ("v=spf1 a:1.test a:2.test -all", "v=spf1 a:3.test -all"),
            "too_many_void_lookups",
        ),
    ],
)
def test_the_one_record_of_a_domain(found, value):
    plan = plan_apex(zone(), APEX, found, OURS)
    assert (plan.value or plan.error.code) == value


@given(
    st.lists(st.text() | st.text("v=spf1 aimx:4/.%{}dr0-+all").map("v=spf1 {}".format)),
    st.text(max_size=20) | st.just(OURS),
)
def test_whatever_is_found_there_is_a_plan(found, include):
    plan = plan_apex(zone(), APEX, tuple(found), include)
    assert bool(plan.value) != bool(plan.error)
    if plan.error:
        assert str(plan.error)
    else:
        assert f"include:{include}".lower() in plan.value.lower()


LABELS = ["a", "b", "c", "d", "gone"]
NAMES = st.sampled_from([f"{label}.test" for label in LABELS])
TARGETS = NAMES | st.sampled_from(
    ["%{d}", "x.%{d}", "%{i}.a.test", "%{o}", "%{l}.b.test"]
)
NETWORKS = st.sampled_from(
    ["192.0.2.0/28", "192.0.2.8", "198.51.100.0/24", "0.0.0.0/1"]
).map("ip4:{}".format) | st.sampled_from(["2001:db8::/32", "2001:db8::7"]).map(
    "ip6:{}".format
)
PREFIXES = st.sampled_from(["", "", "/24", "//64", "/8//32"])
MECHANISMS = st.tuples(
    st.sampled_from(["", "-", "~", "?"]),
    NETWORKS
    | TARGETS.map("include:{}".format)
    | st.builds("a:{}{}".format, TARGETS, PREFIXES)
    | st.builds("MX:{}{}".format, TARGETS, PREFIXES)
    | TARGETS.map("exists:{}".format)
    | st.builds("{}{}".format, st.sampled_from(["a", "mx"]), PREFIXES)
    | st.sampled_from(["ptr", "PTR:b.test", "all"]),
).map("".join)
ENDS = [
    "",
    "-all",
    "~ALL",
    "redirect=c.test",
    "x=%{s}",
    "exp=d.test",
    "exp=d.test ?all",
]
RECORDS = st.builds(
    lambda terms, end, blank: blank.join(["v=spf1", *terms, end]),
    st.lists(MECHANISMS, max_size=6),
    st.sampled_from(ENDS),
    st.sampled_from([" ", "  "]),
)
USUAL_RECORDS = st.lists(NETWORKS | st.just("include:a.test"), max_size=3).map(
    lambda terms: " ".join(["v=spf1", *terms, "-all"])
)
ADDRESSES = ["192.0.2.1", "192.0.2.9", "198.51.100.7", "203.0.113.9", "2001:db8::7"]


@st.composite
def resolvers(draw):
    dns = MemoryResolver()
    for name in [*(f"{label}.test" for label in LABELS[:-1]), APEX]:
        dns.set(name, "TXT", *draw(st.lists(RECORDS, min_size=1, max_size=2)))
        for rdtype, texts in (
            ("A", ["192.0.2.9", "198.51.100.7"]),
            ("AAAA", ["2001:db8::7"]),
            ("MX", [f"10 {other}.test" for other in LABELS]),
        ):
            if found := draw(st.lists(st.sampled_from(texts), max_size=2)):
                dns.set(name, rdtype, *found)
        if draw(st.integers(0, 19)) == 0:
            dns.fail(name, "timeout")
    dns.set(OURS, "TXT", draw(USUAL_RECORDS | RECORDS))
    return dns


@settings(max_examples=200)
@given(resolvers(), RECORDS, st.sampled_from(ADDRESSES), st.sampled_from(["ann", "b"]))
def test_a_merge_keeps_every_verdict_about_others(dns, existing, address, local):
    dns.set(APEX, "TXT", existing)
    try:
        merged = plan_merge(dns, APEX, existing, OURS)
    except SpfMergeError:
        assume(False)

    def verdict(text):
        dns.set(APEX, "TXT", text)
        return evaluate(dns, address, f"{local}@{APEX}", "mx.example.net")

    # Terms that name the domain itself find what is published there.
    after = verdict(merged)
    if after.path[:1] != (f"include:{OURS}",):
        before = verdict(existing)
        assert (after.result, after.explanation) == (before.result, before.explanation)
        if before.result.value != "permerror":
            assert after.lookups <= 10 and after.void_lookups <= 2


@given(resolvers(), RECORDS)
def test_a_merge_is_refused_for_a_reason(dns, existing):
    try:
        plan_merge(dns, APEX, existing, OURS)
    except SpfMergeError as error:
        budget = measure(
            dns,
            APEX,
            SpfRecord.parse(existing.replace("v=spf1", f"v=spf1 include:{OURS}", 1)),
        )
        assert {
            "too_many_lookups": budget.lookups > 10,
            "too_many_void_lookups": budget.void_lookups > 2,
        }.get(error.code, bool(budget.faults))
