# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What everybody can know from DNS about the mail of a domain, learnt in one batch.

A fact is None as long as there is no answer; that nothing is published is an answer.

>>> from .resolver import MemoryResolver
>>> dns = MemoryResolver({"example.com": {"TXT": ["v=spf1 mx -all"]}})
>>> dns.fail("_dmarc.example.com", "timeout")
>>> facts = learn(dns, DomainName.parse("example.com"))
>>> facts.spf, facts.mx, facts.dmarc_texts
(('v=spf1 mx -all',), (), None)
>>> PublicFacts.from_json(facts.to_json()) == facts
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .dkim import RSA_MINIMUM_BITS, DkimRecord
from .dkim_providers import PROVIDERS, DkimProvider, is_below_any, provider_of
from .dmarc import DmarcPolicy, discover, read_policy
from .domain_name import DomainName
from .errors import SenderToolError
from .resolver import (
    Answer,
    AnswerStatus,
    RememberingResolver,
    Resolver,
    parse_mx,
)
from .spf import find_spf

#: Facts as JSON knows them.
JsonFacts = dict[str, object]


@dataclass(frozen=True)
class PublicFacts:
    """The facts about one domain; those that are not given are not known.

    They are kept as they were found and judged when somebody asks.

    :ivar spf: the SPF records of the domain itself (RFC 7208 3)
    :ivar mx: the hosts that take its mail, the preferred ones first; ``"."`` says that
        it takes none (RFC 7505)
    :ivar dmarc_texts: the DMARC records that apply to it
    :ivar dmarc_at: the domain that has them: this one or the organisational one; None
        if there are none
    :ivar dkim: key of a provider (:mod:`.dkim_providers`) -> whether the domain
        publishes a key of it
    """

    domain: DomainName
    spf: tuple[str, ...] | None = None
    mx: tuple[str, ...] | None = None
    dmarc_texts: tuple[str, ...] | None = None
    dmarc_at: DomainName | None = None
    dkim: Mapping[str, bool | None] = field(default_factory=dict)

    @property
    def dmarc(self) -> DmarcPolicy:
        """The policy for the mail of the domain (RFC 7489 6.6.3)."""
        if self.dmarc_texts is None:
            return DmarcPolicy(self.domain, AnswerStatus.UNKNOWN)
        if not (self.dmarc_texts and self.dmarc_at):
            return DmarcPolicy(self.domain, AnswerStatus.NO_DATA)
        return read_policy(self.domain, self.dmarc_at, self.dmarc_texts)

    def signed_by(self, provider: str) -> bool | None:
        """Whether a provider signs the mail that leaves through it for this domain.

        Its own domains, at which everybody has mailboxes, it signs with selectors that
        nobody knows; theirs are the domains for which it takes mail.

        :param provider: key of the provider, empty for servers of somebody unknown
        :return: None if it is not known
        """
        if not provider:
            return None
        if not self.domain.is_free_mail:
            return self.dkim.get(provider)
        if self.mx is None:
            return None
        return any(provider_of(host) == provider for host in self.mx)

    def to_json(self) -> JsonFacts:
        """The facts as values that JSON has."""
        return {
            "domain": self.domain.ascii,
            "spf": _listed(self.spf),
            "mx": _listed(self.mx),
            "dmarc_texts": _listed(self.dmarc_texts),
            "dmarc_at": self.dmarc_at and self.dmarc_at.ascii,
            "dkim": dict(self.dkim),
        }

    @classmethod
    def from_json(cls, data: JsonFacts) -> PublicFacts:
        """The inverse of :meth:`to_json`; a fact that is missing is not known.

        :raise KeyError: without a domain
        :raise DomainNameError: when a domain is none
        """
        place = data.get("dmarc_at")
        return cls(
            DomainName.parse(data["domain"]),
            spf=_tupled(data.get("spf")),
            mx=_tupled(data.get("mx")),
            dmarc_texts=_tupled(data.get("dmarc_texts")),
            dmarc_at=DomainName.parse(place) if place else None,
            dkim=dict(data.get("dkim") or {}),
        )


def learn(resolver: Resolver, domain: DomainName) -> PublicFacts:
    """Ask DNS for the facts about a domain, all at once; raises over no answer."""
    dns = RememberingResolver(resolver)
    dns.resolve_many(_questions(domain))
    dmarc = discover(dns, domain)
    return PublicFacts(
        domain,
        spf=_known(dns.resolve(domain.ascii, "TXT"), find_spf),
        mx=_known(dns.resolve(domain.ascii, "MX"), _hosts),
        dmarc_texts=None if dmarc.status is AnswerStatus.UNKNOWN else dmarc.texts,
        dmarc_at=dmarc.found_at,
        dkim={
            provider.key: _publishes_key(dns, domain, provider)
            for provider in PROVIDERS
        },
    )


def _questions(domain: DomainName) -> Iterator[tuple[str, str]]:
    yield domain.ascii, "TXT"
    yield domain.ascii, "MX"
    for place in (domain, domain.organisational):
        yield f"_dmarc.{place.ascii}", "TXT"
    for provider in PROVIDERS:
        yield from _key_questions(domain, provider)


def _key_questions(
    domain: DomainName, provider: DkimProvider
) -> Iterator[tuple[str, str]]:
    """A TXT question names the aliases that it followed, too."""
    for selector in provider.selectors:
        yield f"{selector}._domainkey.{domain.ascii}", "TXT"


def _publishes_key(
    dns: Resolver, domain: DomainName, provider: DkimProvider
) -> bool | None:
    """Whether one of the provider's selectors holds a key that can sign mail."""
    answers = [dns.resolve(*question) for question in _key_questions(domain, provider)]
    if any(_is_key(answer, provider) for answer in answers):
        return True
    if any(answer.status is AnswerStatus.UNKNOWN for answer in answers):
        return None
    return False


def _is_key(answer: Answer, provider: DkimProvider) -> bool:
    if provider.aliases and not any(
        is_below_any(alias, provider.aliases) for alias in answer.aliases
    ):
        return False
    # Which of several a receiver takes is undefined (RFC 6376 3.6.2.2).
    if len(answer.records) != 1:
        return False
    try:
        record = DkimRecord.parse(answer.records[0])
        bits = record.key_bits()
    except SenderToolError:
        return False
    if record.key_type == "rsa" and bits < RSA_MINIMUM_BITS:
        return False
    return record.is_for_mail and record.allows_sha256


def _known(
    answer: Answer, read: Callable[[Answer], tuple[str, ...]]
) -> tuple[str, ...] | None:
    return None if answer.status is AnswerStatus.UNKNOWN else read(answer)


def _hosts(answer: Answer) -> tuple[str, ...]:
    return tuple(host for _preference, host in sorted(map(parse_mx, answer.records)))


def _listed(texts: tuple[str, ...] | None) -> list[str] | None:
    return None if texts is None else list(texts)


def _tupled(texts: object) -> tuple[str, ...] | None:
    return None if texts is None else tuple(texts)
