# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPF records without the faults that make them useless; each sender stays.

>>> soften_spf("v=spf1 mx +all")
'v=spf1 mx ~all'
>>> join_spf(["v=spf1 mx -all", "v=spf1 include:a.example ~all"])
'v=spf1 mx include:a.example ~all'
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import RecordSyntaxError
from .spf_record import Qualifier, SpfMechanism, SpfModifier, SpfRecord

_SOFT_END = SpfMechanism("all", qualifier=Qualifier.SOFTFAIL)
#: How little an ``all`` hurts mail that the record forgot.
_SOFTNESS = [Qualifier.FAIL, Qualifier.SOFTFAIL, Qualifier.NEUTRAL]


def soften_spf(text: str) -> str:
    """End an SPF record with ``~all``, whatever it says about strangers now."""
    record = SpfRecord.parse(text)
    ending = _ending(record)
    if ending in (Qualifier.FAIL, Qualifier.SOFTFAIL):
        # Something else in the record is too generous.
        return text
    if ending is None and record.modifier("redirect"):
        # What the other record says about strangers is its own business.
        return text
    modifiers = (term for term in record.terms if isinstance(term, SpfModifier))
    return str(SpfRecord((*_senders(record), _SOFT_END, *modifiers)))


def join_spf(texts: Iterable[str]) -> str:
    """Make one SPF record of several; each sender keeps its place.

    The mildest ending stays, ``~all`` at least. Texts with errors are left out.
    """
    senders: dict[SpfMechanism, None] = {}
    softness = 0
    for record in _parsed(texts):
        senders.update(dict.fromkeys(_senders(record)))
        ending, redirect = _ending(record), record.modifier("redirect")
        if ending is None and redirect:
            senders[SpfMechanism("include", redirect)] = None
        elif ending in _SOFTNESS:
            softness = max(softness, _SOFTNESS.index(ending))
        else:
            softness = max(softness, 1)
    end = SpfMechanism("all", qualifier=_SOFTNESS[softness])
    return str(SpfRecord((*senders, end)))


def _parsed(texts: Iterable[str]) -> Iterable[SpfRecord]:
    for text in texts:
        try:
            yield SpfRecord.parse(text)
        except RecordSyntaxError:
            continue


def _senders(record: SpfRecord) -> tuple[SpfMechanism, ...]:
    """The mechanisms that are tried ahead of ``all``."""
    return tuple(term for term in record.mechanisms if term.name != "all")


def _ending(record: SpfRecord) -> Qualifier | None:
    """What ``all`` says, None without one."""
    tried = record.mechanisms
    return tried[-1].qualifier if tried and tried[-1].name == "all" else None
