# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks whole sending domains: what they publish already, and each expected record.

What can be asked beforehand is asked at once, so DNS that keeps silent costs the time
of one question. Many domains are checked side by side, and none waits for another.

>>> from .domain_name import DomainName
>>> from .expected_records import PlatformNetwork
>>> from .resolver import MemoryResolver
>>> setup = DomainSetup(DomainName.parse("example.com"), "abc", (), PlatformNetwork())
>>> dns = MemoryResolver({"_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject"]}})
>>> check = check_domain(setup, dns)
>>> check.facts.policy.policy, [str(result.status) for result in check.results]
('reject', ['missing'])
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from .check_result import CheckResult
from .dmarc import DmarcPolicy, discover
from .dmarc_reports import ReportPermission, check_permissions
from .dns_host import Hosting, detect, zone_names
from .domain_connect import HostQuestion, Offer
from .domain_name import DomainName, registered_name
from .domain_state import RecordStatus
from .expected_records import (
    DomainSetup,
    Requirement,
    build_records,
    needs_dmarc,
)
from .record_checks import check_records
from .record_judge import questions
from .resolver import AnswerStatus, RememberingResolver, Resolver
from .spf import find_spf
from .spf_merge import SpfPlan, plan_apex

#: How many domains are checked at once.
SIDE_BY_SIDE = 16

#: How many questions the check of one domain asks at most. A usual one asks a dozen;
#: whoever publishes the zone decides which records lead on, and must not make others
#: work without end.
MAX_QUESTIONS = 300


@dataclass(frozen=True)
class DomainFacts:
    """What a domain publishes, whether or not it was asked to.

    :ivar apex_spf: the SPF records of the domain of the addresses; None without answer
    :ivar spf_plan: what they are to become; None without answer, or without an include
    :ivar policy: the DMARC policy that applies to the addresses
    :ivar permissions: of other domains that are to get its DMARC reports
    :ivar hosting: who keeps the records of the domain
    :ivar offer: whether they are published there at one click; None: nobody was asked,
        or without answer
    """

    apex_spf: tuple[str, ...] | None
    spf_plan: SpfPlan | None
    policy: DmarcPolicy
    permissions: tuple[ReportPermission, ...]
    hosting: Hosting
    offer: Offer | None = None


@dataclass(frozen=True)
class DomainCheck:
    """What became of one domain.

    :ivar facts: see :class:`DomainFacts`
    :ivar results: one for each of the records that follow from them, in their order
    """

    facts: DomainFacts
    results: tuple[CheckResult, ...]


def check_domain(
    setup: DomainSetup,
    resolver: Resolver,
    tell: Callable[[CheckResult], object] | None = None,
    *,
    host_question: HostQuestion | None = None,
) -> DomainCheck:
    """Learn what a domain publishes and check the records that it needs.

    :param setup: where there is no answer, what was known of the domain before counts
    :param tell: see :func:`.record_checks.check_records`
    :param host_question: is asked where something has to be published
    :raise DomainNameError: as :func:`.expected_records.build_records`
    """
    dns = RememberingResolver(resolver, MAX_QUESTIONS)
    dns.resolve_many(_known_questions(setup))
    facts = _learn(setup, dns)
    records = build_records(_with_facts(setup, facts)).records
    results = check_records(records, dns, setup.platform, tell)
    if host_question and not _are_right(results):
        zone = _zone_of(setup.domain, facts.hosting)
        facts = replace(facts, offer=host_question.ask(dns, zone))
    return DomainCheck(facts, results)


def check_domains(
    setups: Mapping[Hashable, DomainSetup],
    resolver: Resolver,
    *,
    host_question: HostQuestion | None = None,
) -> Iterator[tuple[Hashable, DomainCheck | Exception]]:
    """Check domains side by side; each is given as soon as it is done.

    :param setups: by a key of one's own
    :param host_question: see :func:`check_domain`
    :return: pairs of a key and what became of its domain, or what its check raised
    """
    if not setups:
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(setups))) as pool:
        keys = {
            pool.submit(check_domain, setup, resolver, host_question=host_question): key
            for key, setup in setups.items()
        }
        for future in as_completed(keys):
            yield keys[future], future.exception() or future.result()


def _known_questions(setup: DomainSetup) -> Iterator[tuple[str, str]]:
    """All that will be asked, as far as it is known beforehand."""
    addresses = setup.address_domain
    yield addresses.ascii, "TXT"
    for place in (addresses, addresses.organisational):
        yield f"_dmarc.{place.ascii}", "TXT"
    for name in zone_names(setup.domain):
        yield name, "NS"
    for record in build_records(setup).records:
        yield from questions(record)


def _learn(setup: DomainSetup, dns: Resolver) -> DomainFacts:
    answer = dns.resolve(setup.address_domain.ascii, "TXT")
    policy = discover(dns, setup.address_domain)
    apex_spf = None if answer.status is AnswerStatus.UNKNOWN else find_spf(answer)
    return DomainFacts(
        apex_spf,
        _plan_spf(setup, dns, apex_spf),
        policy,
        check_permissions(dns, policy),
        detect(dns, setup.domain),
    )


def _plan_spf(
    setup: DomainSetup, dns: Resolver, found: tuple[str, ...] | None
) -> SpfPlan | None:
    include = setup.platform.spf_include
    if found is None or not include:
        return None
    plan = plan_apex(dns, setup.address_domain.ascii, found, include)
    is_unknown = plan.error and plan.error.code == "no_answer"
    return None if is_unknown else plan


def _are_right(results: Iterable[CheckResult]) -> bool:
    """Whether nothing is left to be published."""
    return all(
        result.status is RecordStatus.OK
        for result in results
        if result.record.requirement is Requirement.REQUIRED
    )


def _zone_of(domain: DomainName, hosting: Hosting) -> DomainName:
    return hosting.zone or DomainName.parse(
        registered_name(domain.ascii, private=False)
    )


def _with_facts(setup: DomainSetup, facts: DomainFacts) -> DomainSetup:
    if facts.apex_spf is not None:
        setup = replace(setup, apex_spf=facts.apex_spf)
    if facts.spf_plan is not None:
        setup = replace(setup, spf_plan=facts.spf_plan)
    if facts.policy.status is not AnswerStatus.UNKNOWN:
        setup = replace(setup, propose_dmarc=needs_dmarc(facts.policy))
    return setup
