# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""DMARC (RFC 7489): records, the policy that applies to a domain, alignment.

>>> record = DmarcRecord.parse("v=DMARC1; p=reject; adkim=s; rua=mailto:a@example.com")
>>> record.policy, record.strict_dkim, record.strict_spf
('reject', True, False)
>>> str(DmarcRecord("none"))
'v=DMARC1; p=none'
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .domain_name import DomainName
from .errors import RecordSyntaxError
from .resolver import AnswerStatus, Resolver

#: What a domain owner can ask for, from mild to hard (``p=`` and ``sp=``).
POLICIES = ("none", "quarantine", "reject")

_VERSION = "DMARC1"
_IS_DMARC = re.compile(rf"v[ \t]*=[ \t]*{_VERSION}[ \t]*(;|$)")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s,;]+", re.IGNORECASE)
_FAILURE_OPTIONS = {"0", "1", "d", "s"}
_MAXIMUM_INTERVAL = 2**32 - 1


@dataclass(frozen=True)
class DmarcRecord:
    """A policy record (RFC 7489, section 6.3). ``str`` and :meth:`parse` are inverses.

    :ivar policy: ``p=``, one of :data:`POLICIES`
    :ivar subdomain_policy: ``sp=``, one of :data:`POLICIES`; empty: as ``policy``
    :ivar strict_dkim: ``adkim=s``: the signing domain must equal the From domain
    :ivar strict_spf: ``aspf=s``: the MAIL FROM domain must equal the From domain
    :ivar percent: ``pct=``: to how many of a hundred failing mails the policy applies
    :ivar aggregate_uris: ``rua=``: where summaries go, as ``mailto:a@example.com!10m``
    :ivar failure_uris: ``ruf=``: where reports about single mails go
    :ivar failure_options: ``fo=``: words out of ``0 1 d s``
    :ivar report_formats: ``rf=``
    :ivar report_interval: ``ri=``, seconds
    """

    policy: str
    subdomain_policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    percent: int = 100
    aggregate_uris: tuple[str, ...] = ()
    failure_uris: tuple[str, ...] = ()
    failure_options: tuple[str, ...] = ("0",)
    report_formats: tuple[str, ...] = ("afrf",)
    report_interval: int = 86400

    @classmethod
    def parse(cls, text: str) -> DmarcRecord:
        """Read the text of a TXT record the way receivers must.

        Only the version and the policies can make a record void. Unknown tags are
        ignored and wrong values replaced by the default (section 6.3); with a wrong
        policy but a usable ``rua=``, the policy is ``none`` (section 6.6.3).

        :raise RecordSyntaxError: ``wrong_version``, ``missing_tag`` or ``bad_value``
        """
        if not is_dmarc(text):
            raise RecordSyntaxError(
                "wrong_version", position=0, expected=f"v={_VERSION}"
            )
        tags = _parse_tags(text)
        aggregate_uris = _uris(tags.get("rua", ""))
        try:
            policy = _policy(tags, "p")
            subdomain_policy = _policy(tags, "sp") if "sp" in tags else ""
        except RecordSyntaxError:
            if not aggregate_uris:
                raise
            policy, subdomain_policy = "none", ""
        return cls(
            policy,
            subdomain_policy,
            strict_dkim=tags.get("adkim", "").lower() == "s",
            strict_spf=tags.get("aspf", "").lower() == "s",
            percent=_number(tags.get("pct", ""), 100, cls.percent),
            aggregate_uris=aggregate_uris,
            failure_uris=_uris(tags.get("ruf", "")),
            failure_options=_failure_options(tags.get("fo", "")) or cls.failure_options,
            report_formats=_words(tags.get("rf", "")) or cls.report_formats,
            report_interval=_number(
                tags.get("ri", ""), _MAXIMUM_INTERVAL, cls.report_interval
            ),
        )

    def __str__(self) -> str:
        tags = {
            "v": _VERSION,
            "p": self.policy,
            "sp": self.subdomain_policy,
            "adkim": "s" if self.strict_dkim else "",
            "aspf": "s" if self.strict_spf else "",
            "pct": "" if self.percent == 100 else str(self.percent),
            "rua": ",".join(self.aggregate_uris),
            "ruf": ",".join(self.failure_uris),
            "fo": _unless(("0",), self.failure_options),
            "rf": _unless(("afrf",), self.report_formats),
            "ri": "" if self.report_interval == 86400 else str(self.report_interval),
        }
        return "; ".join(f"{name}={value}" for name, value in tags.items() if value)


@dataclass(frozen=True)
class DmarcPolicy:
    """What DMARC says about the mail of one domain.

    :ivar domain: the domain of the From address
    :ivar status: ``FOUND``: somebody published something; ``NO_DATA``: nobody did;
        ``UNKNOWN``: there was no answer
    :ivar found_at: the domain whose ``_dmarc`` name holds the texts; None if there are
        none
    :ivar texts: the DMARC texts found there
    :ivar record: the record that applies, None if there is none or it is void
    :ivar code: why there is no record: the reason of an unknown answer,
        ``several_records`` or ``syntax``
    :ivar error: what is wrong with the text when it is the syntax
    """

    domain: DomainName
    status: AnswerStatus
    found_at: DomainName | None = None
    texts: tuple[str, ...] = ()
    record: DmarcRecord | None = None
    code: str = ""
    error: RecordSyntaxError | None = None

    @property
    def is_inherited(self) -> bool:
        """The organisational domain decides for this subdomain."""
        return self.found_at is not None and self.found_at != self.domain

    @property
    def policy(self) -> str:
        """What is to happen with mail that fails, ``none`` without a record."""
        if self.record is None:
            return "none"
        if self.is_inherited and self.record.subdomain_policy:
            return self.record.subdomain_policy
        return self.record.policy


def is_dmarc(text: str) -> bool:
    """Whether a TXT record claims to be a DMARC record (section 6.6.3, step 2)."""
    return bool(_IS_DMARC.match(text))


def discover(resolver: Resolver, domain: DomainName) -> DmarcPolicy:
    """Find the policy for the mail of a domain (section 6.6.3).

    Asks at most two questions: the domain, then its organisational domain.

    :param domain: the domain of the From address
    """
    organisational = domain.organisational
    places = [domain] if domain == organisational else [domain, organisational]
    for place in places:
        answer = resolver.resolve(f"_dmarc.{place.ascii}", "TXT")
        if answer.status is AnswerStatus.UNKNOWN:
            return DmarcPolicy(domain, AnswerStatus.UNKNOWN, code=answer.reason)
        if texts := tuple(text for text in answer.records if is_dmarc(text)):
            return read_policy(domain, place, texts)
    return DmarcPolicy(domain, AnswerStatus.NO_DATA)


def read_policy(
    domain: DomainName, found_at: DomainName, texts: tuple[str, ...]
) -> DmarcPolicy:
    """The policy that follows from DMARC texts, as :func:`discover` finds them.

    :param domain: the domain of the From address
    :param found_at: the domain whose ``_dmarc`` name holds the texts
    :param texts: the DMARC texts, one at least
    """
    found = DmarcPolicy(domain, AnswerStatus.FOUND, found_at, texts)
    if len(texts) > 1:
        return replace(found, code="several_records")
    try:
        return replace(found, record=DmarcRecord.parse(texts[0]))
    except RecordSyntaxError as error:
        return replace(found, code="syntax", error=error)


def is_aligned(
    from_domain: DomainName, authenticated_domain: DomainName, strict: bool
) -> bool:
    """Whether SPF or DKIM proved the domain that people see (section 3.1).

    >>> shop, bounce = map(DomainName.parse, ("shop.example.com", "b.example.com"))
    >>> is_aligned(shop, bounce, strict=False), is_aligned(shop, bounce, strict=True)
    (True, False)

    :param from_domain: the domain of the From address
    :param authenticated_domain: of a passing signature (``d=``) or SPF (MAIL FROM)
    :param strict: both must be equal; else one organisational domain is enough
    """
    if strict:
        return from_domain.ascii == authenticated_domain.ascii
    return from_domain.organisational.ascii == authenticated_domain.organisational.ascii


def _parse_tags(text: str) -> dict[str, str]:
    """Tags in lower case and their values; of a tag that is repeated, the first."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, _equals, value = part.partition("=")
        tags.setdefault(name.strip().lower(), value.strip())
    return tags


def _policy(tags: dict[str, str], name: str) -> str:
    if name not in tags:
        raise RecordSyntaxError("missing_tag", tag=name)
    policy = tags[name].lower()
    if policy not in POLICIES:
        raise RecordSyntaxError("bad_value", tag=name, value=tags[name])
    return policy


def _number(text: str, maximum: int, default: int) -> int:
    # isdecimal() alone would let digits of other scripts and numbers of any length in
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        return default
    number = int(text)
    return number if number <= maximum else default


def _uris(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.split(","))
    return tuple(part for part in parts if _URI.fullmatch(part))


def _failure_options(text: str) -> tuple[str, ...]:
    words = _words(text)
    return words if _FAILURE_OPTIONS.issuperset(words) else ()


def _words(text: str) -> tuple[str, ...]:
    words = (word.strip().lower() for word in text.split(":"))
    return tuple(word for word in words if word)


def _unless(usual: tuple[str, ...], words: tuple[str, ...]) -> str:
    return "" if words == usual else ":".join(words)
