# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a DNS question and its answer look like, and a resolver that lives in memory.

Everything in this package that needs DNS is handed an object with the two methods of
:class:`Resolver`. :mod:`.dns_resolver` asks real name servers; :class:`MemoryResolver`
answers from a dictionary and is meant for tests, doctests and previews.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

#: Longest CNAME chain that is followed; longer ones count as a loop.
MAX_ALIASES = 16


class AnswerStatus(str, Enum):
    """What became of a question.

    ``NO_NAME`` and ``NO_DATA`` are answers: the zone says that there is nothing.
    ``UNKNOWN`` is the absence of an answer and never means "missing".
    """

    FOUND = "found"
    NO_DATA = "no_data"
    NO_NAME = "no_name"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The answer to one question; reading it never raises.

    :ivar name: the name asked for: A-labels, lower case, no trailing dot
    :ivar type: the record type asked for: ``"TXT"``, ``"MX"``, ``"CNAME"`` ...
    :ivar status: see :class:`AnswerStatus`
    :ivar records: one text a record. TXT: the strings of the record joined, UTF-8 with
        U+FFFD for bytes that are not and for NUL (so that no syntax takes them for
        something else and every database stores them); MX: ``"10 mx.example.com"``;
        names in lower case without the trailing dot, the root as ``"."``. Empty
        unless ``FOUND``.
    :ivar aliases: the CNAME targets that were followed, in order (also when the last
        one does not exist, so that a dangling alias can be told from a missing name)
    :ivar reason: for ``UNKNOWN``, why: ``timeout``, ``servfail``, ``refused``,
        ``lame``, ``alias_loop``, ``malformed``, ``network`` or ``time_limit``
    """

    name: str
    type: str
    status: AnswerStatus
    records: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    reason: str = ""

    @property
    def canonical_name(self) -> str:
        """The name at the end of the CNAME chain."""
        return self.aliases[-1] if self.aliases else self.name


class Resolver(Protocol):
    """Something that answers DNS questions and never raises over the answer."""

    def resolve(self, name: str, rdtype: str) -> Answer:
        """Ask one question.

        :param name: a host name, A-labels, with or without trailing dot, any case
        :param rdtype: record type, for example ``"TXT"``
        """

    def resolve_many(
        self, questions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Answer]:
        """Ask several questions at once.

        :param questions: pairs of name and record type
        :return: the answer to each pair, keyed by the pair as it was given
        """


class MemoryResolver:
    """A resolver that answers from a dictionary.

    >>> dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 -all"]}})
    >>> dns.resolve("Example.com.", "TXT").records
    ('v=spf1 -all',)
    >>> dns.resolve("nothing.example.com", "TXT").status.value
    'no_name'
    >>> dns.fail("example.com", "timeout")
    >>> dns.resolve("example.com", "TXT").reason
    'timeout'

    :ivar zone: name -> record type -> record texts, as in :class:`Answer`
    :ivar questions: every question asked, in order; lets a test count look-ups
    """

    def __init__(self, zone: dict[str, dict[str, list[str]]] | None = None):
        self.zone: dict[str, dict[str, list[str]]] = {}
        self.questions: list[tuple[str, str]] = []
        self._failures: dict[str, str] = {}
        for name, records in (zone or {}).items():
            for rdtype, texts in records.items():
                self.set(name, rdtype, *texts)

    def set(self, name: str, rdtype: str, *texts: str) -> None:
        """Publish these records of one type at ``name``, replacing that type."""
        self.zone.setdefault(_key(name), {})[rdtype] = list(texts)

    def remove(self, name: str, rdtype: str | None = None) -> None:
        """Take one record type away from ``name``, or the whole name."""
        if rdtype is None:
            self.zone.pop(_key(name), None)
        else:
            self.zone.get(_key(name), {}).pop(rdtype, None)

    def fail(self, name: str, reason: str | None) -> None:
        """Leave questions about ``name`` unanswered for ``reason``; None mends it."""
        if reason is None:
            self._failures.pop(_key(name), None)
        else:
            self._failures[_key(name)] = reason

    def resolve(self, name: str, rdtype: str) -> Answer:
        """See :meth:`Resolver.resolve`."""
        asked = _key(name)
        self.questions.append((asked, rdtype))
        aliases: list[str] = []
        current = asked
        while True:
            if reason := self._failures.get(current):
                return Answer(
                    asked, rdtype, AnswerStatus.UNKNOWN, (), tuple(aliases), reason
                )
            node = self.zone.get(current)
            if node is None:
                status = (
                    AnswerStatus.NO_DATA
                    if any(known.endswith("." + current) for known in self.zone)
                    else AnswerStatus.NO_NAME
                )
                return Answer(asked, rdtype, status, (), tuple(aliases))
            if node.get(rdtype):
                return Answer(
                    asked,
                    rdtype,
                    AnswerStatus.FOUND,
                    tuple(node[rdtype]),
                    tuple(aliases),
                )
            if rdtype == "CNAME" or not node.get("CNAME"):
                return Answer(asked, rdtype, AnswerStatus.NO_DATA, (), tuple(aliases))
            current = _key(node["CNAME"][0])
            aliases.append(current)
            if len(aliases) > MAX_ALIASES:
                return Answer(
                    asked,
                    rdtype,
                    AnswerStatus.UNKNOWN,
                    (),
                    tuple(aliases),
                    "alias_loop",
                )

    def resolve_many(
        self, questions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Answer]:
        """See :meth:`Resolver.resolve_many`."""
        return {question: self.resolve(*question) for question in questions}


class RememberingResolver:
    """A resolver that asks another one, each question once.

    A name that is not there has no records of any type (RFC 2308 2.1), so nothing more
    is asked about it.

    >>> dns = MemoryResolver({"example.com": {"TXT": ["hello"]}})
    >>> memory = RememberingResolver(dns)
    >>> _ = memory.resolve_many([("example.com", "TXT"), ("Example.com.", "TXT")])
    >>> memory.resolve("example.com", "TXT").records, len(dns.questions)
    (('hello',), 1)
    >>> _ = memory.resolve("no.example.com", "TXT")
    >>> memory.resolve("no.example.com", "MX").status.value, len(dns.questions)
    ('no_name', 2)

    >>> frugal = RememberingResolver(dns, most=1)
    >>> _ = frugal.resolve("example.com", "TXT")
    >>> frugal.resolve("example.com", "MX").reason
    'time_limit'

    :param resolver: the one that is asked
    :param most: after how many questions nobody is asked any more: the answer is
        unknown then, with the reason ``time_limit``
    """

    def __init__(self, resolver: Resolver, most: int | None = None):
        self._resolver = resolver
        self._left = most
        self._answers: defaultdict[str, dict[str, Answer]] = defaultdict(dict)

    def resolve(self, name: str, rdtype: str) -> Answer:
        """See :meth:`Resolver.resolve`."""
        name, rdtype = _question(name, rdtype)
        if answer := self._recall(name, rdtype):
            return answer
        if self._spend(1):
            answer = self._resolver.resolve(name, rdtype)
        else:
            answer = _late(name, rdtype)
        self._answers[name][rdtype] = answer
        return answer

    def resolve_many(
        self, questions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Answer]:
        """See :meth:`Resolver.resolve_many`."""
        asked = {question: _question(*question) for question in questions}
        new = dict.fromkeys(key for key in asked.values() if not self._recall(*key))
        may_ask = list(new)[: self._spend(len(new))]
        found = self._resolver.resolve_many(may_ask) if may_ask else {}
        for name, rdtype in new:
            answer = found.get((name, rdtype)) or _late(name, rdtype)
            self._answers[name][rdtype] = answer
        return {question: self._recall(*key) for question, key in asked.items()}

    def _spend(self, wanted: int) -> int:
        """How many of so many questions may still be asked; they count as asked."""
        if self._left is None:
            return wanted
        spent = min(wanted, self._left)
        self._left -= spent
        return spent

    def _recall(self, name: str, rdtype: str) -> Answer | None:
        known = self._answers[name]
        # Some servers say so about one type while they have records of another.
        if known and all(_denies_name(answer) for answer in known.values()):
            return Answer(name, rdtype, AnswerStatus.NO_NAME)
        return known.get(rdtype)


def _late(name: str, rdtype: str) -> Answer:
    """What is said when nobody is asked any more."""
    return Answer(name, rdtype, AnswerStatus.UNKNOWN, reason="time_limit")


def _denies_name(answer: Answer) -> bool:
    """Whether the name itself is not there, and not the end of its aliases."""
    return answer.status is AnswerStatus.NO_NAME and not answer.aliases


def parse_mx(text: str) -> tuple[int, str]:
    """The preference and the host of an MX record as it stands in an :class:`Answer`.

    >>> parse_mx("10 mx.example.com")
    (10, 'mx.example.com')
    """
    preference, _blank, host = text.partition(" ")
    return int(preference), host


def _question(name: str, rdtype: str) -> tuple[str, str]:
    return name.removesuffix(".").lower(), rdtype


def _key(name: str) -> str:
    return name.rstrip(".").lower()
