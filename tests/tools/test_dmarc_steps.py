# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""DMARC grows stricter step by step, and nothing of a record gets lost."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.dmarc import POLICIES, DmarcRecord, discover
from tools.dmarc_steps import CODES, WAIT, next_step, set_tag
from tools.domain_name import DomainName
from tools.resolver import MemoryResolver

NOW = datetime(2026, 11, 22, 12, 0)
LONG_AGO = NOW - WAIT
RUA = "rua=mailto:r@example.com"


def step(text, passing_since=LONG_AGO, mailbox="d@example.com", domain="example.com"):
    dns = MemoryResolver()
    if text:
        dns.set(
            "_dmarc.example.com", "TXT", *([text] if isinstance(text, str) else text)
        )
    found = next_step(
        discover(dns, DomainName.parse(domain)), passing_since, NOW, mailbox
    )
    CODES[found.code].format(**found.params)
    return found


@pytest.mark.parametrize(
    ("text", "code", "record"),
    [
        ("", "publish", "v=DMARC1; p=none; rua=mailto:d@example.com"),
        (
            "v=DMARC1; p=none",
            "add_reports",
            "v=DMARC1; p=none; rua=mailto:d@example.com",
        ),
        (
            "v=DMARC1; p=reject; rua=nonsense; adkim=s",
            "add_reports",
            "v=DMARC1; p=reject; rua=mailto:d@example.com; adkim=s",
        ),
        (f"v=DMARC1; p=none; {RUA}", "quarantine", f"v=DMARC1; p=quarantine; {RUA}"),
        (
            f"v=DMARC1;p = none ;{RUA};new=1; sp=none;",
            "quarantine",
            f"v=DMARC1;p=quarantine;{RUA};new=1; sp=none",
        ),
        (f"v=DMARC1; p=quarantine; {RUA}", "reject", f"v=DMARC1; p=reject; {RUA}"),
        (
            f"v=DMARC1; p=quarantine; pct=10; {RUA}",
            "all_mail",
            f"v=DMARC1; p=quarantine; {RUA}",
        ),
        (
            f"v=DMARC1; p=reject; {RUA}; pct=50",
            "all_mail",
            f"v=DMARC1; p=reject; {RUA}",
        ),
        (f"v=DMARC1; p=none; pct=5; {RUA}", "quarantine", None),
        (f"v=DMARC1; p=reject; {RUA}", "done", ""),
        ("v=DMARC1; p=block", "broken", ""),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "broken", ""),
    ],
)
def test_next_step(text, code, record):
    found = step(text)
    assert found.code == code
    if record is not None:
        assert found.record == record


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "publish"), ("v=DMARC1; p=none", "no_mailbox")],
)
def test_without_a_mailbox_for_reports(text, code):
    found = step(text, mailbox="")
    assert (found.code, found.record) == (code, "" if text else "v=DMARC1; p=none")


@pytest.mark.parametrize(
    ("passing_since", "code", "params"),
    [
        (None, "not_passing", {}),
        (NOW, "wait", {"days": 14}),
        (LONG_AGO + timedelta(seconds=1), "wait", {"days": 1}),
        (LONG_AGO, "quarantine", {}),
    ],
)
def test_mail_has_to_pass_for_a_while(passing_since, code, params):
    found = step(f"v=DMARC1; p=none; {RUA}", passing_since)
    assert (found.code, found.params) == (code, params)
    assert bool(found.record) is (code == "quarantine")


def test_a_policy_of_the_domain_above():
    found = step("v=DMARC1; p=none", domain="shop.example.com")
    assert (found.code, found.record) == ("inherited", "")
    assert found.params == {"domain": "example.com"}


def test_no_answer():
    dns = MemoryResolver()
    dns.fail("_dmarc.example.com", "timeout")
    policy = discover(dns, DomainName.parse("example.com"))
    found = next_step(policy, LONG_AGO, NOW)
    assert (found.code, found.record) == ("unknown", "")
    assert found.params == {"reason": "timeout"}


def test_an_address_with_signs_that_separate():
    found = step("", mailbox="a,b!c@example.com")
    assert found.record == "v=DMARC1; p=none; rua=mailto:a%2Cb%21c@example.com"


TAGS = st.lists(
    st.sampled_from(
        ["sp=none", "adkim=s", "pct=20", "fo=1", "x=y", "ruf=mailto:f@e.fr"]
    ),
    unique=True,
)


@given(st.sampled_from(POLICIES), TAGS, st.booleans())
def test_steps_end_in_the_strictest_policy_and_keep_the_rest(policy, tags, has_reports):
    text = "; ".join(
        ["v=DMARC1", f"p={policy}", *([RUA] if has_reports else []), *tags]
    )
    for _step in range(6):
        found = step(text)
        if not found.record:
            break
        before = {part.strip() for part in text.split(";")}
        after = {part.strip() for part in found.record.split(";")}
        changed = {part.partition("=")[0] for part in before ^ after}
        assert changed in ({"rua"}, {"p"}, {"pct"})
        text = found.record
    assert found.code == "done"
    assert DmarcRecord.parse(text).policy == "reject"


@given(st.text("v=DMARC1; p=nosx", max_size=40), st.sampled_from(["p", "x"]))
def test_a_tag_that_was_set_is_there(text, name):
    value = dict(
        (part.partition("=")[0].strip().lower(), part.partition("=")[2])
        for part in reversed(set_tag(text, name, "1").split(";"))
    )
    assert value[name] == "1"
