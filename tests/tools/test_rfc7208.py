# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public test suite of RFC 7208, against the evaluator.

The suite is the file ``rfc7208-tests.yml`` of pyspf's source distribution; the
environment variable ``RFC7208_SUITE`` says where it lies.
"""

import os
from pathlib import Path

import pytest
import yaml
from tools.resolver import MemoryResolver
from tools.spf import evaluate

VARIABLE = "RFC7208_SUITE"
SUITES = 16
TESTS = 203


def load_suites() -> list[dict]:
    path = os.environ.get(VARIABLE)
    return list(yaml.safe_load_all(Path(path).read_bytes())) if path else []


LOADED = load_suites()
CASES = [
    pytest.param(
        case,
        suite["zonedata"],
        id=f"{suite['description'].replace(' ', '-')}/{name}",
    )
    for suite in LOADED
    for name, case in suite["tests"].items()
]


def make_resolver(zonedata: dict) -> MemoryResolver:
    """The zone of a suite as its head says: a record of the old type SPF counts as TXT
    where the name has no TXT entry of its own; ``TIMEOUT`` stands for every type that
    is not listed."""
    dns = MemoryResolver()
    for name, entries in zonedata.items():
        records: dict[str, list[str]] = {}
        for entry in entries:
            if entry == "TIMEOUT":
                continue
            ((rdtype, value),) = entry.items()
            if value == "NONE":
                records.setdefault(rdtype, [])
            else:
                records.setdefault(rdtype, []).append(as_text(rdtype, value))
        records.setdefault("TXT", records.pop("SPF", []))
        for rdtype, texts in records.items():
            dns.set(name, rdtype, *texts)
        if "TIMEOUT" in entries and not records["TXT"]:
            dns.fail(name, "timeout")
    return dns


def as_text(rdtype: str, value) -> str:
    """A value of the suite as :class:`tools.resolver.Answer` has it."""
    if rdtype == "MX":
        preference, host = value
        return f"{preference} {host.lower()}"
    if rdtype in ("TXT", "SPF"):
        joined = value if isinstance(value, str) else "".join(value)
        return joined.encode("latin-1").decode("utf-8", "replace")
    return value.lower()


@pytest.mark.parametrize(("case", "zonedata"), CASES)
def test_rfc7208(case, zonedata):
    evaluation = evaluate(
        make_resolver(zonedata),
        case["host"],
        case.get("mailfrom") or "",
        case.get("helo") or "",
    )
    expected = case["result"]
    if isinstance(expected, str):
        expected = [expected]
    assert evaluation.result.value in expected, evaluation
    if explanation := case.get("explanation"):
        own = "" if explanation == "DEFAULT" else explanation
        assert evaluation.explanation == own


def test_suite_is_complete():
    if not LOADED:
        reason = f"{VARIABLE} does not name the test suite of RFC 7208"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    assert (len(LOADED), len(CASES)) == (SUITES, TESTS)
