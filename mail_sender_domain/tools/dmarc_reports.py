# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether other domains agreed to get a domain's DMARC reports (RFC 7489 7.1).

Whoever names a mailbox of another domain in ``rua=`` or ``ruf=`` gets no reports there
until that other domain publishes a record that says it wants them.

>>> from .dmarc import discover
>>> from .resolver import MemoryResolver
>>> policy = discover(
...     MemoryResolver({"_dmarc.example.com": {"TXT": [
...         "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@reports.example!10m"
...     ]}}),
...     DomainName.parse("example.com"),
... )
>>> permission, = check_permissions(MemoryResolver(), policy)
>>> permission.receiver, permission.host, permission.status.value
('reports.example', 'example.com._report._dmarc.reports.example', 'missing')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .dmarc import DmarcPolicy, DmarcRecord, is_dmarc
from .domain_name import DomainName
from .domain_state import RecordStatus
from .errors import DomainNameError
from .resolver import AnswerStatus, Resolver

#: What the other domain has to publish.
PERMISSION = "v=DMARC1"
#: How many other domains are asked; receivers need not serve more than two mailboxes
#: (RFC 7489 6.2).
MAX_RECEIVERS = 10


@dataclass(frozen=True)
class ReportPermission:
    """The permission of one other domain.

    :ivar receiver: the domain that is to get reports
    :ivar host: where its permission has to be
    :ivar status: ``OK``, ``MISSING`` or ``UNKNOWN``
    :ivar reason: of an unknown answer
    """

    receiver: str
    host: str
    status: RecordStatus
    reason: str = ""


def check_permissions(
    resolver: Resolver, policy: DmarcPolicy
) -> tuple[ReportPermission, ...]:
    """Ask every other domain that the record of a policy names."""
    if policy.record is None:
        return ()
    hosts = needed_permissions(policy.found_at, policy.record)
    answers = resolver.resolve_many((host, "TXT") for host in hosts.values())
    permissions = []
    for receiver, host in hosts.items():
        answer = answers[host, "TXT"]
        if answer.status is AnswerStatus.UNKNOWN:
            status = RecordStatus.UNKNOWN
        elif any(is_dmarc(text) for text in answer.records):
            status = RecordStatus.OK
        else:
            status = RecordStatus.MISSING
        permissions.append(ReportPermission(receiver, host, status, answer.reason))
    return tuple(permissions)


def needed_permissions(domain: DomainName, record: DmarcRecord) -> dict[str, str]:
    """Which other domains have to publish :data:`PERMISSION`, published or proposed.

    >>> record = DmarcRecord.parse("v=DMARC1; p=none; rua=mailto:a@reports.example")
    >>> needed_permissions(DomainName.parse("example.com"), record)
    {'reports.example': 'example.com._report._dmarc.reports.example'}

    :param domain: whose record it is
    :return: the host of each record, by the domain that gets reports
    """
    return {
        receiver: f"{domain.ascii}._report._dmarc.{receiver}"
        for receiver in islice(_other_domains(domain, record), MAX_RECEIVERS)
    }


def _other_domains(domain: DomainName, record: DmarcRecord) -> Iterator[str]:
    """The domains of mailboxes for reports outside of the own organisation."""
    seen = set()
    for uri in (*record.aggregate_uris, *record.failure_uris):
        scheme, _colon, address = uri.partition(":")
        if scheme.lower() != "mailto":
            continue
        # Behind "!" is the size that the mailbox takes (RFC 7489 6.4).
        host = address.partition("!")[0].rpartition("@")[2]
        try:
            receiver = DomainName.parse(host)
        except DomainNameError:
            continue
        is_own = receiver.organisational == domain.organisational
        if not is_own and receiver not in seen:
            seen.add(receiver)
            yield receiver.ascii
