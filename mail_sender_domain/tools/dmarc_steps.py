# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The next step on the way to a DMARC policy that protects a domain.

First a record that only asks for reports, then quarantine, then reject; each step only
after all mail has passed for a while. A step is a proposal: it keeps every tag of the
record that is there, also those that nobody here knows, and changes one.

>>> from .dmarc import discover
>>> from .domain_name import DomainName
>>> from .resolver import MemoryResolver
>>> dns = MemoryResolver({"_dmarc.example.com": {"TXT": ["v=DMARC1; p=none"]}})
>>> policy = discover(dns, DomainName.parse("example.com"))
>>> step = next_step(policy, None, datetime(2026, 11, 22), "dmarc@example.com")
>>> step.code, step.record
('add_reports', 'v=DMARC1; p=none; rua=mailto:dmarc@example.com')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from .dmarc import DmarcPolicy
from .expected_records import PROPOSED_DMARC
from .resolver import AnswerStatus

#: How long all mail has to pass before receivers are asked for more.
WAIT = timedelta(days=14)

#: Where a domain stands, as ``code: sentence`` with the names of the step's ``params``.
CODES: Mapping[str, str] = {
    # with a record to publish
    "publish": "there is no DMARC record; begin with one that asks for nothing",
    "add_reports": "nobody gets reports; name a mailbox for them",
    "quarantine": "all mail passes; ask receivers to put other mail into spam",
    "all_mail": "the policy counts for {percent} of 100 mails; let it count for all",
    "reject": "all mail passes; ask receivers to refuse other mail",
    # without one
    "done": "receivers refuse mail that does not pass",
    "inherited": "the policy of {domain} applies",
    "no_mailbox": "nobody gets reports, and no mailbox for them is known",
    "not_passing": "not all mail passes yet",
    "wait": "all mail has to pass for {days} more days",
    "broken": "the record has to be repaired first",
    "unknown": "DNS did not answer ({reason})",
}


@dataclass(frozen=True)
class DmarcStep:
    """What to do next.

    :ivar code: a key of :data:`CODES`
    :ivar record: the record to publish instead of the one that is there; empty when
        there is nothing to publish now
    """

    code: str
    record: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


def next_step(
    policy: DmarcPolicy,
    passing_since: datetime | None,
    now: datetime,
    mailbox: str = "",
) -> DmarcStep:
    """Propose the next step.

    :param policy: what :func:`.dmarc.discover` found for the domain
    :param passing_since: since when all mail passes and the policy is as it is now;
        None when not all of it passes
    :param mailbox: an address that takes reports, empty without
    """
    if policy.status is AnswerStatus.UNKNOWN:
        return DmarcStep("unknown", params={"reason": policy.code})
    if policy.status is not AnswerStatus.FOUND:
        return DmarcStep("publish", _with_reports(str(PROPOSED_DMARC), mailbox))
    if policy.record is None:
        return DmarcStep("broken")
    if policy.is_inherited:
        return DmarcStep("inherited", params={"domain": policy.found_at.ascii})
    text = policy.texts[0]
    if not policy.record.aggregate_uris:
        if not mailbox:
            return DmarcStep("no_mailbox")
        return DmarcStep("add_reports", _with_reports(text, mailbox))
    if policy.policy == "reject" and policy.record.percent == 100:
        return DmarcStep("done")
    return _wait(passing_since, now) or _raise(policy, text)


def set_tag(text: str, name: str, value: str) -> str:
    """Change one tag of a record and leave the rest of it as it is.

    >>> set_tag("v=DMARC1;p=none; x=1", "p", "reject")
    'v=DMARC1;p=reject; x=1'
    >>> set_tag("v=DMARC1; p=none;", "pct", "10")
    'v=DMARC1; p=none; pct=10'

    :param value: empty takes the tag away
    """
    parts = [part for part in text.split(";") if part.strip()]
    for index, part in enumerate(parts):
        if part.partition("=")[0].strip().lower() == name:
            blanks = part[: len(part) - len(part.lstrip())]
            parts[index] = f"{blanks}{name}={value}" if value else ""
            break
    else:
        parts.append(f" {name}={value}" if value else "")
    return ";".join(part for part in parts if part)


def _with_reports(text: str, mailbox: str) -> str:
    address = quote(mailbox, safe="@+=")
    return set_tag(text, "rua", f"mailto:{address}" if mailbox else "")


def _wait(passing_since: datetime | None, now: datetime) -> DmarcStep | None:
    if passing_since is None:
        return DmarcStep("not_passing")
    left = passing_since + WAIT - now
    if left > timedelta(0):
        days = -(-left // timedelta(days=1))
        return DmarcStep("wait", params={"days": days})
    return None


def _raise(policy: DmarcPolicy, text: str) -> DmarcStep:
    percent = policy.record.percent
    if policy.policy != "none" and percent < 100:
        return DmarcStep("all_mail", set_tag(text, "pct", ""), {"percent": percent})
    if policy.policy == "none":
        return DmarcStep("quarantine", set_tag(text, "p", "quarantine"))
    return DmarcStep("reject", set_tag(text, "p", "reject"))
