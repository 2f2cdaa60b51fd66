# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The resolver in memory answers as DNS would, and another one asks less."""

import pytest
from tools.resolver import (
    MAX_ALIASES,
    Answer,
    AnswerStatus,
    MemoryResolver,
    RememberingResolver,
)


@pytest.fixture
def dns() -> MemoryResolver:
    return MemoryResolver(
        {
            "Example.com.": {"TXT": ["one", "two"], "MX": ["10 mx.example.com"]},
            "key._domainkey.example.com": {"CNAME": ["Key.example.net."]},
            "key.example.net": {"TXT": ["p=1"]},
            "dangling.example.com": {"CNAME": ["gone.example.net"]},
            "loop.example.com": {"CNAME": ["loop.example.com"]},
        }
    )


@pytest.mark.parametrize(
    ("name", "rdtype", "status", "records", "aliases"),
    [
        ("example.com", "TXT", "found", ("one", "two"), ()),
        ("EXAMPLE.com.", "MX", "found", ("10 mx.example.com",), ()),
        ("example.com", "A", "no_data", (), ()),
        ("_domainkey.example.com", "TXT", "no_data", (), ()),
        ("no.example.com", "TXT", "no_name", (), ()),
        ("key._domainkey.example.com", "TXT", "found", ("p=1",), ("key.example.net",)),
        (
            "key._domainkey.example.com",
            "CNAME",
            "found",
            ("Key.example.net.",),
            (),
        ),
        ("dangling.example.com", "TXT", "no_name", (), ("gone.example.net",)),
    ],
)
def test_answers(dns, name, rdtype, status, records, aliases):
    answer = dns.resolve(name, rdtype)
    assert (answer.status.value, answer.records, answer.aliases) == (
        status,
        records,
        aliases,
    )


def test_alias_loop(dns):
    answer = dns.resolve("loop.example.com", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "alias_loop")
    assert len(answer.aliases) == MAX_ALIASES + 1


def test_canonical_name():
    found = AnswerStatus.FOUND
    assert Answer("a.test", "TXT", found).canonical_name == "a.test"
    followed = Answer("a.test", "TXT", found, (), ("b.test", "c.test"))
    assert followed.canonical_name == "c.test"


def test_failure_comes_and_goes(dns):
    dns.fail("key.example.net", "servfail")
    answer = dns.resolve("key._domainkey.example.com", "TXT")
    assert (answer.status, answer.reason) == (AnswerStatus.UNKNOWN, "servfail")
    assert answer.aliases == ("key.example.net",)
    dns.fail("key.example.net", None)
    assert dns.resolve("key.example.net", "TXT").records == ("p=1",)


def test_set_replaces_and_remove_takes_away(dns):
    dns.set("example.com", "TXT", "three")
    assert dns.resolve("example.com", "TXT").records == ("three",)
    dns.remove("example.com", "TXT")
    assert dns.resolve("example.com", "TXT").status is AnswerStatus.NO_DATA
    dns.remove("key.example.net")
    assert dns.resolve("key.example.net", "TXT").status is AnswerStatus.NO_NAME


def test_many_questions_are_kept_in_mind(dns):
    questions = [("example.com", "TXT"), ("Example.com", "MX")]
    answers = dns.resolve_many(questions)
    assert list(answers) == questions
    assert dns.questions == [("example.com", "TXT"), ("example.com", "MX")]


class ForgetfulDns(MemoryResolver):
    """Denies a name that it has, as some servers do for types that they lack."""

    def resolve(self, name, rdtype):
        answer = super().resolve(name, rdtype)
        if answer.status is AnswerStatus.NO_DATA:
            return Answer(answer.name, rdtype, AnswerStatus.NO_NAME)
        return answer


@pytest.mark.parametrize(
    ("name", "first", "asked"),
    [
        ("no.example.com", ["TXT"], []),
        ("no.example.com", ["TXT", "CNAME"], []),
        # The name is there.
        ("example.com", ["A"], ["MX"]),
        ("dangling.example.com", ["A"], ["MX"]),
        ("silent.example.com", ["A"], ["MX"]),
        ("forgetful.example.com", ["A", "TXT"], ["MX"]),
    ],
)
def test_nothing_more_is_asked_about_a_name_that_is_not_there(name, first, asked):
    dns = ForgetfulDns(
        {
            "example.com": {"A": ["192.0.2.1"]},
            "dangling.example.com": {"CNAME": ["no.example.net"]},
            "forgetful.example.com": {"TXT": ["hello"]},
        }
    )
    dns.fail("silent.example.com", "timeout")
    memory = RememberingResolver(dns)
    memory.resolve_many((name, rdtype) for rdtype in first)
    dns.questions.clear()
    answer = memory.resolve(name, "MX")
    assert dns.questions == [(name, rdtype) for rdtype in asked]
    assert answer.status is not AnswerStatus.FOUND
    assert (answer.name, answer.type) == (name, "MX")
