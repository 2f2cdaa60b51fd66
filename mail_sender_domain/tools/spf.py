# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPF for the rest of the package: read, extend and evaluate records (RFC 7208).

The grammar lives in :mod:`.spf_record`, the evaluation in :mod:`.spf_evaluator`.
"""

from __future__ import annotations

from .errors import RecordSyntaxError, SpfMergeError
from .resolver import Answer
from .spf_evaluator import SpfEvaluation, SpfResult, evaluate
from .spf_macro import MacroString
from .spf_record import VERSION, Qualifier, SpfMechanism, SpfRecord, is_spf

__all__ = [
    "SpfEvaluation",
    "SpfMechanism",
    "SpfRecord",
    "SpfResult",
    "evaluate",
    "find_spf",
    "has_include",
    "merge_include",
]


def find_spf(answer: Answer) -> tuple[str, ...]:
    """The SPF records in the answer to a TXT question: none, one, or too many.

    >>> from .resolver import MemoryResolver
    >>> dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 -all", "hello"]}})
    >>> find_spf(dns.resolve("example.com", "TXT"))
    ('v=spf1 -all',)
    """
    return tuple(text for text in answer.records if is_spf(text))


def has_include(record: SpfRecord, include: str) -> bool:
    """Whether a record lets everything pass that the domain ``include`` lets pass.

    Only ``include:`` with the qualifier pass counts, and only ahead of ``all``.

    >>> has_include(SpfRecord.parse("v=spf1 include:SPF.example.net -all"),
    ...             "spf.example.net")
    True
    """
    wanted = _key(include)
    return any(
        mechanism.name == "include"
        and mechanism.qualifier is Qualifier.PASS
        and _key(str(mechanism.domain)) == wanted
        for mechanism in record.mechanisms
    )


def merge_include(existing: str | None, include: str) -> str:
    """Extend an SPF record: the include right after the version, all else untouched.

    A domain has one SPF record at most (RFC 7208 3.2), so a new sender is always put
    into the one that is there. Behind the version it is reached whatever follows.

    >>> merge_include("v=spf1 mx -all", "spf.example.net")
    'v=spf1 include:spf.example.net mx -all'
    >>> merge_include(None, "spf.example.net")
    'v=spf1 include:spf.example.net ~all'

    :param existing: the text of the record that is there, None when there is none
    :param include: the domain to include, ``spf.example.net``
    :return: the record to publish; ``existing`` itself when it has the include
    :raise SpfMergeError: ``bad_include``, ``not_spf``, or ``syntax`` when the record
        has an error that has to be mended first (``__cause__`` says where)
    """
    try:
        term = SpfMechanism("include", MacroString.parse_domain(include))
    except RecordSyntaxError as error:
        raise SpfMergeError("bad_include", include=include) from error
    if existing is None:
        return f"{VERSION} {term} ~all"
    if not is_spf(existing):
        raise SpfMergeError("not_spf")
    try:
        record = SpfRecord.parse(existing)
    except RecordSyntaxError as error:
        raise SpfMergeError("syntax", detail=str(error)) from error
    if has_include(record, include):
        return existing
    return f"{existing[: len(VERSION)]} {term}{existing[len(VERSION) :]}"


def _key(domain: str) -> str:
    return domain.removesuffix(".").lower()
