# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Macro strings of SPF: texts with holes that are filled per mail (RFC 7208 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from .errors import RecordSyntaxError

#: A name has no more labels than this, so keeping more parts is keeping all of them.
MAX_PARTS = 127

_TOKEN = re.compile(
    r"(?P<literal>[\x20-\x24\x26-\x7e]+)"
    r"|%(?P<escape>[%_-])"
    r"|%\{(?P<letter>[slodiphcrtv])(?P<keep>[0-9]*)(?P<reverse>r?)"
    r"(?P<delimiters>[.+,/_=-]*)\}",
    re.IGNORECASE,
)
_ESCAPES = {"%": "%", "_": " ", "-": "%20"}
_TOP_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_EXPLANATION_LETTERS = "crt"


@dataclass(frozen=True)
class Macro:
    """One hole, ``%{d2r}``.

    :ivar letter: what to fill in; a capital asks for URL escapes
    :ivar keep: how many parts to keep from the right; 0 keeps all
    :ivar reverse: whether the parts are turned round before that
    :ivar delimiters: the characters between parts; none means the dot
    """

    letter: str
    keep: int = 0
    reverse: bool = False
    delimiters: str = ""

    def __str__(self) -> str:
        transformers = f"{self.keep or ''}{'r' if self.reverse else ''}"
        return f"%{{{self.letter}{transformers}{self.delimiters}}}"

    def apply(self, value: str) -> str:
        """Cut ``value`` as the macro says.

        >>> Macro("i", keep=2, reverse=True).apply("192.0.2.1")
        '0.192'
        """
        parts = re.split("[" + re.escape(self.delimiters or ".") + "]", value)
        if self.reverse:
            parts.reverse()
        text = ".".join(parts[-self.keep :])
        return quote(text, safe="") if self.letter.isupper() else text


@dataclass(frozen=True)
class MacroString:
    """A parsed macro string; ``str()`` writes it back.

    >>> text = MacroString.parse("%{ir}.%{l1r-}.example.com")
    >>> str(text)
    '%{ir}.%{l1r-}.example.com'
    >>> text.expand({"i": "192.0.2.1", "l": "ann-smith"}.__getitem__)
    '1.2.0.192.ann.example.com'

    :ivar parts: literal texts (escapes undone, never two in a row) and macros
    """

    parts: tuple[str | Macro, ...]

    def __str__(self) -> str:
        return "".join(
            part.replace("%", "%%").replace(" ", "%_")
            if isinstance(part, str)
            else str(part)
            for part in self.parts
        )

    @classmethod
    def parse(cls, text: str, position: int = 0) -> MacroString:
        """Read a macro string of a record.

        :param position: where it begins in the record, for the error
        :raise RecordSyntaxError: ``bad_macro``
        """
        parts, _open_end = _parse(text, position, explanation=False)
        return cls(parts)

    @classmethod
    def parse_domain(cls, text: str, position: int = 0) -> MacroString:
        """Read a domain-spec: a macro string that ends in a macro or in a dot and a
        top-level label (RFC 7208 7.1).

        :raise RecordSyntaxError: ``bad_macro`` or ``bad_domain``
        """
        parts, open_end = _parse(text, position, explanation=False)
        _head, dot, top = open_end.removesuffix(".").rpartition(".")
        is_open_end_good = dot and _TOP_LABEL.fullmatch(top) and not top.isdigit()
        if not parts or (open_end and not is_open_end_good):
            raise RecordSyntaxError("bad_domain", position, value=text)
        return cls(parts)

    @classmethod
    def parse_explanation(cls, text: str) -> MacroString:
        """Read the text that ``exp=`` points to: blanks and the letters c, r and t are
        allowed (RFC 7208 6.2, 7.2).

        :raise RecordSyntaxError: ``bad_macro``
        """
        parts, _open_end = _parse(text, 0, explanation=True)
        return cls(parts)

    def expand(self, value: Callable[[str], str]) -> str:
        """Fill the holes.

        :param value: gives the value of a macro letter (in lower case)
        """
        return "".join(
            part if isinstance(part, str) else part.apply(value(part.letter.lower()))
            for part in self.parts
        )


def _parse(
    text: str, position: int, *, explanation: bool
) -> tuple[tuple[str | Macro, ...], str]:
    """Split a macro string.

    :return: its parts, and the literal text that it ends in (empty after a macro or
        an escape)
    """
    parts: list[str | Macro] = []
    open_end = ""
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token or not (explanation or _is_for_records(token)):
            raise RecordSyntaxError("bad_macro", position + at, value=text[at:])
        open_end = token["literal"] or ""
        if token["letter"]:
            parts.append(_macro(token, position))
        else:
            literal = open_end or _ESCAPES[token["escape"]]
            if parts and isinstance(parts[-1], str):
                literal = parts.pop() + literal
            parts.append(literal)
        at = token.end()
    return tuple(parts), open_end


def _is_for_records(token: re.Match) -> bool:
    if token["letter"]:
        return token["letter"].lower() not in _EXPLANATION_LETTERS
    return " " not in (token["literal"] or "")


def _macro(token: re.Match, position: int) -> Macro:
    digits = token["keep"]
    significant = digits.lstrip("0")
    if digits and not significant:
        raise RecordSyntaxError("bad_macro", position + token.start(), value=token[0])
    keep = min(int(significant[:4] or 0), MAX_PARTS)
    return Macro(token["letter"], keep, bool(token["reverse"]), token["delimiters"])
