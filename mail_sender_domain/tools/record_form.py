# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Expected records the way people type them into the form of their DNS host.

Screens, spreadsheets and documents all show what :func:`fill_form` makes, so that they
cannot differ.

>>> from .expected_records import Purpose, Requirement
>>> zone = DomainName.parse("example.com")
>>> record = ExpectedRecord(
...     Purpose.RETURN_PATH_MX, "bounce.example.com", "MX", "10 mx.platform.example",
...     Requirement.REQUIRED,
... )
>>> form = fill_form(record, zone, FormStyle(has_final_dot=True))
>>> form.host, form.type, form.priority, form.value, form.ttl
('bounce', 'MX', '10', 'mx.platform.example.', 3600)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .domain_name import DomainName
from .expected_records import ExpectedRecord, relative_host

#: Seconds for which resolvers may keep a record; every DNS host offers an hour.
DEFAULT_TTL = 3600
#: Most bytes of one string in a TXT record (RFC 1035 3.3).
TXT_STRING_BYTES = 255

#: What a table shows of a record: attributes of :class:`RecordForm`.
COLUMNS = (
    "purpose",
    "requirement",
    "type",
    "host",
    "name",
    "priority",
    "value",
    "ttl",
)


@dataclass(frozen=True)
class FormStyle:
    """What a DNS host expects in its fields.

    :ivar is_short: the host is typed without the zone, which is added to it
    :ivar apex: what stands for the zone itself where the host is short
    :ivar has_final_dot: names in values end in a dot; without it the zone is added
    :ivar has_quotes: TXT values are typed in quotes, in strings of 255 bytes
    """

    is_short: bool = True
    apex: str = "@"
    has_final_dot: bool = False
    has_quotes: bool = False


@dataclass(frozen=True)
class RecordForm:
    """The fields of one record, filled in.

    :ivar host: in the form that the DNS host wants
    :ivar name: the full name, whatever the DNS host wants
    :ivar priority: of MX, empty for other types
    :ivar value: what to paste; of MX without the priority
    """

    record: ExpectedRecord
    host: str
    name: str
    priority: str
    value: str
    ttl: int

    @property
    def purpose(self) -> str:
        """A value of :class:`.expected_records.Purpose`."""
        return self.record.purpose.value

    @property
    def requirement(self) -> str:
        """A value of :class:`.expected_records.Requirement`."""
        return self.record.requirement.value

    @property
    def type(self) -> str:
        """``TXT``, ``CNAME`` or ``MX``."""
        return self.record.type


def fill_form(
    record: ExpectedRecord,
    zone: DomainName,
    style: FormStyle | None = None,
    ttl: int = DEFAULT_TTL,
) -> RecordForm:
    """Write a record as a DNS host wants it.

    :param zone: what the DNS host manages: the domain itself or one above it
    :param style: of the DNS host; usual where nothing is known
    """
    style = style or FormStyle()
    host = relative_host(record, zone) if style.is_short else record.host
    priority, value = "", record.value
    if record.type == "MX":
        priority, _blank, value = value.partition(" ")
    if record.type == "TXT":
        value = quote(value) if style.has_quotes else value
    elif style.has_final_dot:
        value += "."
    return RecordForm(
        record,
        style.apex if host == "@" else host,
        record.host,
        priority,
        value,
        ttl,
    )


def txt_strings(text: str) -> tuple[str, ...]:
    """Split the text of a TXT record into strings that fit; no character is torn.

    >>> [len(part) for part in txt_strings("x" * 600)]
    [255, 255, 90]
    >>> txt_strings("")
    ('',)
    """
    strings, size = [""], 0
    for character in text:
        width = len(character.encode())
        if size + width > TXT_STRING_BYTES:
            strings.append("")
            size = 0
        strings[-1] += character
        size += width
    return tuple(strings)


def quote(text: str) -> str:
    r"""Write the text of a TXT record as zone files do (RFC 1035 5.1).

    >>> quote('say "a\\b"')
    '"say \\"a\\\\b\\""'
    """
    return " ".join(f'"{_escape(part)}"' for part in txt_strings(text))


def copyable_lines(text: str, width: int) -> tuple[str, ...]:
    """Cut a long value so that who copies all lines and drops the breaks has it again.

    No line begins or ends with a blank, as programs drop or add those at breaks.

    >>> copyable_lines("v=spf1 -all", 7)
    ('v=spf', '1 -all')
    """
    lines = []
    while len(text) > width:
        end = width
        while end > 1 and " " in text[end - 1 : end + 1]:
            end -= 1
        lines.append(text[:end])
        text = text[end:]
    return (*lines, text)


def csv_text(
    forms: Iterable[RecordForm],
    titles: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """Write records as comma-separated values (RFC 4180), one row a record.

    :param titles: for some of :data:`COLUMNS`, what stands above them
    :param words: for purposes and requirements, what people read instead
    """
    titles, words = titles or {}, words or {}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(titles.get(column, column) for column in COLUMNS)
    table.writerows(row_texts(form, words).values() for form in forms)
    return out.getvalue()


def row_texts(form: RecordForm, words: Mapping[str, str]) -> dict[str, str]:
    """The texts of one row of a table, by column.

    :param words: for purposes and requirements, what people read instead
    """
    texts = {column: str(getattr(form, column)) for column in COLUMNS}
    for column in ("purpose", "requirement"):
        texts[column] = words.get(texts[column], texts[column])
    return texts


def _escape(text: str) -> str:
    """Escape what is special within quotes, and bytes that are no ASCII text."""
    return "".join(
        f"\\{chr(byte)}"
        if byte in b'"\\'
        else chr(byte)
        if 0x20 <= byte < 0x7F
        else f"\\{byte:03}"
        for byte in text.encode()
    )
