# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
r"""Slips of the hand when a TXT value is pasted into the form of a DNS host.

>>> mend("quotes", '"v=spf1 include:a.example" " -all"')
'v=spf1 include:a.example -all'
>>> mend("backslashes", r"v=DKIM1\; p=AAAA")
'v=DKIM1; p=AAAA'
>>> mend("blanks", "v=spf1 include: a.example  -all")
'v=spf1 include:a.example -all'
>>> mend("blanks", "v=DMARC1 ; p = none")
'v=DMARC1;p=none'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from .resolver import Answer, Resolver
from .spf_record import is_spf

#: Characters that nobody sees and no record has: they come from web pages.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_AROUND_SIGNS = re.compile(r"\s*([:=/])\s*")


def mend(slip: str, text: str) -> str:
    """Undo a slip and those ahead of it in :data:`SLIPS`."""
    for name, undo in SLIPS.items():
        text = undo(text)
        if name == slip:
            break
    return text


class MendedResolver:
    """A resolver that shows one name as it would be without a slip.

    :param resolver: what is asked
    :param name: whose TXT records are mended, as in :attr:`.resolver.Answer.name`
    :param slip: a key of :data:`SLIPS`
    """

    def __init__(self, resolver: Resolver, name: str, slip: str):
        self._resolver = resolver
        self._name = name
        self._slip = slip

    def resolve(self, name: str, rdtype: str) -> Answer:
        """See :meth:`.resolver.Resolver.resolve`."""
        return self._mend(self._resolver.resolve(name, rdtype))

    def resolve_many(
        self, questions: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Answer]:
        """See :meth:`.resolver.Resolver.resolve_many`."""
        answers = self._resolver.resolve_many(questions)
        return {question: self._mend(answer) for question, answer in answers.items()}

    def _mend(self, answer: Answer) -> Answer:
        if (answer.name, answer.type) != (self._name, "TXT"):
            return answer
        records = tuple(mend(self._slip, text) for text in answer.records)
        return replace(answer, records=records)


def _unquote(text: str) -> str:
    return re.sub(r'" *"', "", text).strip().strip('"') if '"' in text else text


def _unescape(text: str) -> str:
    return text.replace("\\", "")


def _unblank(text: str) -> str:
    visible = _INVISIBLE.sub("", text).strip()
    if is_spf(visible):
        # Blanks separate the terms; within a term there is none.
        return " ".join(_AROUND_SIGNS.sub(r"\1", visible).split())
    return "".join(visible.split())


#: Code of a check -> how to undo it, the usual ones first.
SLIPS: Mapping[str, Callable[[str], str]] = {
    "quotes": _unquote,
    "backslashes": _unescape,
    "blanks": _unblank,
}
