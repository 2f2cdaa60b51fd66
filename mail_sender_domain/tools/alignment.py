# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether mail will be believed to come from its sender: DMARC (RFC 7489) beforehand.

Facts are True, False, or None as long as they are not known. The verdict is unknown if,
and only if, it depends on what the unknown facts will turn out to be.

>>> from .dmarc import DmarcRecord
>>> example, bounce = map(DomainName.parse, ("example.com", "bounce.example.com"))
>>> policy = DmarcPolicy(
...     example, AnswerStatus.FOUND, example, record=DmarcRecord("reject")
... )
>>> judge(policy, Road(bounce, (example,), spf_authorises=True)).outcome.value
'passes'
>>> unsigned = judge(policy, Road(bounce, spf_authorises=True))
>>> print(unsigned.outcome.value, *unsigned.reasons, sep="\\n")
passes_not_forwarded
SPF lets the server send for bounce.example.com, of one organisation with example.com
nobody signs for example.com
example.com asks receivers to refuse mail that fails
bulk senders need SPF and DKIM; DKIM is missing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .dmarc import POLICIES, DmarcPolicy, is_aligned
from .domain_name import DomainName
from .resolver import AnswerStatus


class Outcome(StrEnum):
    """What will become of the mail."""

    PASSES = "passes"
    #: Only SPF proves the sender, and whoever forwards mail is another server.
    PASSES_NOT_FORWARDED = "passes_not_forwarded"
    #: Nothing proves the sender, and its domain asks receivers to act on that.
    FAILS_POLICY = "fails_policy"
    #: Nothing proves the sender.
    UNAUTHENTICATED = "unauthenticated"
    UNKNOWN = "unknown"


#: What an outcome or a reason says, as ``code: sentence``; the ``{names}`` in a
#: sentence are keys of the reason's ``params``.
CODES: Mapping[str, str] = {
    # outcomes
    "passes": "the sender is proven",
    "passes_not_forwarded": "the sender is proven until the mail is forwarded",
    "fails_policy": "the sender is not proven and its domain wants that punished",
    "unauthenticated": "the sender is not proven",
    "unknown": "a fact that decides is not known",
    # SPF, exactly one of these
    "spf_aligned": "SPF lets the server send for {domain}",
    "spf_relaxed": (
        "SPF lets the server send for {domain}, of one organisation with {from_domain}"
    ),
    "spf_strict": "SPF of {domain} does not count: aspf=s wants {from_domain} itself",
    "spf_foreign": "SPF of {domain} says nothing about {from_domain}",
    "spf_not_authorised": "SPF does not let the server send for {domain}",
    "spf_unknown": "it is not known whether SPF lets the server send for {domain}",
    # DKIM, exactly one of these
    "dkim_aligned": "the mail is signed for {domain}",
    "dkim_relaxed": (
        "the mail is signed for {domain}, of one organisation with {from_domain}"
    ),
    "dkim_strict": (
        "a signature for {domain} does not count: adkim=s wants {from_domain} itself"
    ),
    "dkim_foreign": "a signature for {domain} says nothing about {from_domain}",
    "dkim_missing": "nobody signs for {from_domain}",
    "dkim_unknown": "it is not known whether the server signs for {from_domain}",
    # DMARC, exactly one of these
    "policy_none": "{domain} asks receivers for nothing",
    "policy_quarantine": "{domain} asks receivers to suspect mail that fails",
    "policy_reject": "{domain} asks receivers to refuse mail that fails",
    "dmarc_missing": "{from_domain} has no DMARC record, which bulk senders need",
    "dmarc_void": "the DMARC record of {domain} is void",
    "dmarc_unknown": "the DMARC policy of {from_domain} is not known",
    # more to know
    "passes_directly": "it passes unless it is forwarded, which is uncertain",
    "bulk_incomplete": "bulk senders need SPF and DKIM; {missing} is missing",
    "free_mail": "{from_domain} belongs to a mail provider and another server sends",
}

#: From worse to better: of several proofs the best one counts.
_WORTH = {False: 0, None: 1, True: 2}


@dataclass(frozen=True)
class Road:
    """How a mail leaves, as far as receivers use it to prove the sender.

    :ivar envelope_domain: the domain of MAIL FROM
    :ivar signing_domains: the domains (``d=``) of the signatures that we make
    :ivar provider_signs: whether the server signs for the From domain by itself, as
        :meth:`.public_facts.PublicFacts.signed_by` answers
    :ivar spf_authorises: whether SPF of the envelope domain lets the server pass
    """

    envelope_domain: DomainName
    signing_domains: tuple[DomainName, ...] = ()
    provider_signs: bool | None = False
    spf_authorises: bool | None = None


@dataclass(frozen=True)
class Reason:
    """Something that speaks for or against a mail; ``code`` is a key of CODES."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return CODES[self.code].format(**self.params)


@dataclass(frozen=True)
class Verdict:
    """What will become of the mail, and why: SPF, DKIM, DMARC, more to know."""

    outcome: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Proof:
    """Whether SPF or DKIM proves the domain of the From address."""

    counts: bool | None
    reason: Reason


def judge(policy: DmarcPolicy, road: Road) -> Verdict:
    """Say how receivers will judge mail (RFC 7489 6.6.2); never raises.

    :param policy: that of the From domain, ``policy.domain``
    :param road: how the mail leaves
    """
    spf, dkim = _spf(policy, road), _dkim(policy, road)
    outcome = _outcome(policy, spf, dkim)
    more = _more_to_know(policy, road, spf, dkim, outcome)
    return Verdict(outcome, (spf.reason, dkim.reason, _dmarc(policy), *more))


def _outcome(policy: DmarcPolicy, spf: _Proof, dkim: _Proof) -> Outcome:
    """One aligned proof is enough (4.2); SPF does not survive forwarding (10.5)."""
    if dkim.counts:
        return Outcome.PASSES
    if dkim.counts is None or spf.counts is None:
        return Outcome.UNKNOWN
    if spf.counts:
        return Outcome.PASSES_NOT_FORWARDED
    if policy.status is AnswerStatus.UNKNOWN:
        return Outcome.UNKNOWN
    if _wanted(policy) == "none":
        return Outcome.UNAUTHENTICATED
    return Outcome.FAILS_POLICY


def _spf(policy: DmarcPolicy, road: Road) -> _Proof:
    """SPF has to pass for a domain that is aligned (3.1.2)."""
    is_strict = bool(policy.record and policy.record.strict_spf)
    proof = _proof("spf", policy, road.envelope_domain, is_strict)
    if proof.counts is False or road.spf_authorises:
        return proof
    code = "spf_unknown" if road.spf_authorises is None else "spf_not_authorised"
    return _Proof(road.spf_authorises, Reason(code, proof.reason.params))


def _dkim(policy: DmarcPolicy, road: Road) -> _Proof:
    """One signature has to be of a domain that is aligned (3.1.1)."""
    is_strict = bool(policy.record and policy.record.strict_dkim)
    signing = list(road.signing_domains)
    if road.provider_signs:
        signing.append(policy.domain)
    proofs = [_proof("dkim", policy, domain, is_strict) for domain in signing]
    if road.provider_signs is None:
        proofs.append(_Proof(None, Reason("dkim_unknown", _params(policy))))
    nobody = _Proof(False, Reason("dkim_missing", _params(policy)))
    return max(proofs, key=lambda proof: _WORTH[proof.counts], default=nobody)


def _proof(
    kind: str, policy: DmarcPolicy, domain: DomainName, is_strict: bool
) -> _Proof:
    """What it counts for the From domain that SPF or DKIM proves a domain (3.1)."""
    params = _params(policy, domain)
    if is_aligned(policy.domain, domain, strict=True):
        return _Proof(True, Reason(f"{kind}_aligned", params))
    if not is_aligned(policy.domain, domain, strict=False):
        return _Proof(False, Reason(f"{kind}_foreign", params))
    if is_strict:
        return _Proof(False, Reason(f"{kind}_strict", params))
    counts = None if policy.status is AnswerStatus.UNKNOWN else True
    return _Proof(counts, Reason(f"{kind}_relaxed", params))


def _dmarc(policy: DmarcPolicy) -> Reason:
    if policy.status is AnswerStatus.UNKNOWN:
        return Reason("dmarc_unknown", _params(policy))
    if policy.found_at is None:
        return Reason("dmarc_missing", _params(policy))
    params = _params(policy, policy.found_at)
    if policy.record is None:
        return Reason("dmarc_void", params)
    return Reason(f"policy_{_wanted(policy)}", params)


def _more_to_know(
    policy: DmarcPolicy, road: Road, spf: _Proof, dkim: _Proof, outcome: Outcome
) -> Iterator[Reason]:
    if outcome is Outcome.UNKNOWN and spf.counts:
        yield Reason("passes_directly")
    if outcome in (Outcome.PASSES, Outcome.PASSES_NOT_FORWARDED):
        if road.spf_authorises is False:
            yield Reason("bulk_incomplete", {"missing": "SPF"})
        if dkim.reason.code == "dkim_missing":
            yield Reason("bulk_incomplete", {"missing": "DKIM"})
    is_foreign = spf.counts is False and dkim.counts is False
    if is_foreign and policy.domain.is_free_mail:
        yield Reason("free_mail", _params(policy))


def _wanted(policy: DmarcPolicy) -> str:
    """What receivers are to do with mail that fails (6.3).

    Where the policy applies to none of a hundred mails, the next milder one does
    (6.6.4).
    """
    if policy.record and policy.record.percent == 0:
        return POLICIES[max(POLICIES.index(policy.policy) - 1, 0)]
    return policy.policy


def _params(policy: DmarcPolicy, domain: DomainName | None = None) -> dict[str, str]:
    params = {"from_domain": policy.domain.unicode}
    return params if domain is None else {**params, "domain": domain.unicode}
