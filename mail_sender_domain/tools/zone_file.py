# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Expected records as a zone file (RFC 1035 5), as BIND, NSD and DNS hosts read it.

>>> from .expected_records import Purpose, Requirement
>>> record = ExpectedRecord(
...     Purpose.RETURN_PATH, "bounce.example.com", "CNAME", "rp.platform.example",
...     Requirement.REQUIRED,
... )
>>> print(zone_file([record], DomainName.parse("example.com")), end="")
$ORIGIN example.com.
$TTL 3600
bounce IN CNAME rp.platform.example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .domain_name import DomainName
from .expected_records import ExpectedRecord
from .record_form import DEFAULT_TTL, FormStyle, fill_form

#: How a zone file writes records.
_STYLE = FormStyle(has_final_dot=True, has_quotes=True)

#: Seconds: how often secondary servers look for changes, try again, give up, and how
#: long "there is no such record" may be kept (RFC 1912 2.2, RFC 2308 5).
_TIMERS = "3600 600 1209600 300"


@dataclass(frozen=True)
class Authority:
    """Who answers for a zone; makes a zone file one that a server can load.

    :ivar name_servers: full names, the primary one first
    :ivar mailbox: local part at the zone of the person responsible
    :ivar serial: grows with each change
    """

    name_servers: tuple[str, ...]
    mailbox: str = "hostmaster"
    serial: int = 1

    def lines(self) -> Iterable[str]:
        """The SOA and NS records."""
        primary = self.name_servers[0]
        yield f"@ IN SOA {primary}. {self.mailbox} {self.serial} {_TIMERS}"
        for name in self.name_servers:
            yield f"@ IN NS {name}."


def zone_file(
    records: Iterable[ExpectedRecord],
    zone: DomainName,
    *,
    ttl: int = DEFAULT_TTL,
    note: Callable[[ExpectedRecord], str] | None = None,
    authority: Authority | None = None,
) -> str:
    """Write a zone file.

    :param note: makes what people read above a record
    :param authority: writes a whole zone instead of records to be added to one
    """
    lines = [f"$ORIGIN {zone.ascii}.", f"$TTL {ttl}"]
    if authority:
        lines.extend(authority.lines())
    for record in records:
        if note:
            lines.extend(f"; {line}" for line in note(record).splitlines())
        lines.append(_line(record, zone))
    return "\n".join(lines) + "\n"


def _line(record: ExpectedRecord, zone: DomainName) -> str:
    form = fill_form(record, zone, _STYLE)
    # A name outside of the zone stays whole and has to say so.
    host = f"{form.host}." if form.host == record.host else form.host
    parts = (host, "IN", form.type, form.priority, form.value)
    return " ".join(part for part in parts if part)
