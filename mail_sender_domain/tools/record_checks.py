# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compares the expected records of a domain with what DNS says.

Nothing here raises over what DNS answers, and no answer is a status of its own:
``unknown`` never means that a record is missing or wrong. Records are judged by what
they do and not by their letters: a key by its bytes, SPF by evaluating it, an alias by
where it leads.

>>> from .expected_records import Requirement
>>> from .resolver import MemoryResolver
>>> record = ExpectedRecord(
...     Purpose.RETURN_PATH, "bounce.example.com", "CNAME", "rp.platform.example",
...     Requirement.REQUIRED,
... )
>>> dns = MemoryResolver({"bounce.example.com": {"CNAME": ["rp.other.example"]}})
>>> result, = check_records([record], dns, PlatformNetwork())
>>> result.status.value, result.code, result.found
('wrong', 'other_value', ('rp.other.example',))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .dkim import RSA_BITS, RSA_MINIMUM_BITS, DkimRecord
from .dmarc import discover, is_dmarc
from .domain_name import DomainName
from .domain_state import RecordStatus
from .errors import RecordSyntaxError, SenderToolError
from .expected_records import (
    OWNERSHIP_PREFIX,
    ExpectedRecord,
    PlatformNetwork,
    Purpose,
)
from .resolver import (
    Answer,
    AnswerStatus,
    RememberingResolver,
    Resolver,
    parse_mx,
)
from .spf import SpfEvaluation, SpfRecord, SpfResult, evaluate, find_spf, has_include
from .spf_evaluator import MAX_HOSTS, MAX_LOOKUPS, MAX_VOID_LOOKUPS
from .spf_record import Qualifier, is_spf

#: Why a record has its status, as ``code: sentence``; the ``{names}`` in a sentence are
#: keys of the result's ``params``, whose values are texts and numbers. Where ``params``
#: has ``error``, that is the code of a :class:`.errors.RecordSyntaxError` or
#: :class:`.errors.KeyMaterialError`, whose own params are there too.
CODES: Mapping[str, str] = {
    # ok, and nothing to say
    "": "",
    # ok, but worth knowing
    "testing_flag": "the key is marked as a test (t=y); receivers may ignore it",
    "weak_key": "the key has {bits} bits; {limit} are usual today",
    "inherited": "the policy of {domain} applies",
    "allows_everyone": "the record lets every address on earth send",
    # ok or missing: an alias is there, but leads to a name that does not exist
    "dangling": "the alias leads to {target}, which does not exist",
    # missing
    "not_found": "there is no such record",
    # wrong
    "quotes": "the value has quotation marks around it that do not belong there",
    "syntax": "the record is not valid: {detail}",
    "several_records": "there are {count} records where only one may be",
    "other_token": "there is the token of another registration",
    "key_revoked": "the record withdraws the key (p= is empty)",
    "other_key": "the record has another key",
    "unusable_key": "the record has no usable key ({error})",
    "key_too_short": "the key has {bits} bits; receivers want {limit} at least",
    "hash_not_allowed": "the record does not allow SHA-256 (h=)",
    "not_for_mail": "the record does not let the key sign mail (s=)",
    "other_value": "the record leads to another name",
    "wrong_type": "there is a record of the type {type} instead of {expected}",
    "not_preferred": "{host} is preferred over the expected mail server",
    "include_missing": "the record does not include {include}",
    "not_authorised": "the record does not let {address} send ({result})",
    # wrong, or ok in a record where only our own mail matters and passes
    "too_many_lookups": "it takes more than {limit} look-ups to evaluate ({costs})",
    "too_many_void_lookups": "more than {limit} of its names lead nowhere",
    "too_many_hosts": "'{term}' names more than {limit} mail servers",
    "no_included_record": "'{term}' leads to {domain}, which has no SPF record",
    "included_record": "the SPF record of {domain}, an include, is not valid ({error})",
    # unknown
    "timeout": "the name servers did not answer in time",
    "servfail": "the name servers answered with a failure",
    "refused": "the name servers refused to answer",
    "lame": "the name servers do not know the zone that was delegated to them",
    "alias_loop": "the aliases go round in a circle",
    "malformed": "the answer could not be understood",
    "network": "the name servers could not be reached",
    "time_limit": "it took too long to evaluate the record",
}

#: An address that nobody sends from (RFC 1112, section 4): what SPF says about it, it
#: says about strangers.
_STRANGER = "240.0.0.1"


@dataclass(frozen=True)
class CheckResult:
    """What became of one expected record.

    :ivar code: why, a key of :data:`CODES`; may be set when the status is ``ok``
    :ivar params: what the sentence of the code needs
    :ivar found: what was found there instead or as well, one text a record; of an
        alias the names that it leads to
    """

    record: ExpectedRecord
    status: RecordStatus
    code: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    found: tuple[str, ...] = ()

    def __str__(self) -> str:
        return CODES[self.code].format(**self.params)


def check_records(
    records: Iterable[ExpectedRecord], resolver: Resolver, platform: PlatformNetwork
) -> tuple[CheckResult, ...]:
    """Check records; each name is asked for once, and as many as possible at once.

    :param records: as :func:`.expected_records.build_records` made them
    :param platform: what SPF has to let pass
    :return: one result a record, in the same order
    """
    expected = tuple(records)
    dns = RememberingResolver(resolver)
    dns.resolve_many(question for record in expected for question in _questions(record))
    checks = _Checks(dns, platform)
    return tuple(checks.check(record) for record in expected)


def _questions(record: ExpectedRecord) -> Iterator[tuple[str, str]]:
    """What is needed to check a record, as far as it is known beforehand."""
    yield record.host, record.type
    if record.purpose is Purpose.RETURN_PATH:
        yield record.host, "MX"
        yield record.host, "A"


class _Checks:
    """One check for each purpose; what they share is DNS and the platform."""

    def __init__(self, dns: Resolver, platform: PlatformNetwork):
        self._dns = dns
        self._platform = platform
        self._checks = {
            Purpose.OWNERSHIP: self._ownership,
            Purpose.DKIM: self._dkim,
            Purpose.RETURN_PATH: self._return_path,
            Purpose.RETURN_PATH_MX: self._return_path_mx,
            Purpose.RETURN_PATH_SPF: self._spf,
            Purpose.DMARC: self._dmarc,
            Purpose.SPF: self._spf,
        }

    def check(self, record: ExpectedRecord) -> CheckResult:
        return self._checks[record.purpose](record)

    def _ask(self, record: ExpectedRecord) -> tuple[Answer, CheckResult | None]:
        """The answer to a record's question, and the result if that is nothing."""
        answer = self._dns.resolve(record.host, record.type)
        if answer.status is AnswerStatus.UNKNOWN:
            return answer, _unknown(record, answer.reason)
        if answer.status is AnswerStatus.FOUND:
            return answer, None
        if answer.aliases:
            target = answer.canonical_name
            return answer, _missing(record, "dangling", target=target)
        return answer, _missing(record)

    def _ownership(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        texts = [text.strip() for text in answer.records]
        if record.value in texts:
            return _ok(record, answer.records)
        if any(text.startswith(OWNERSHIP_PREFIX) for text in texts):
            return _wrong(record, answer.records, "other_token")
        return _absent(record, answer, lambda text: text == record.value)

    def _dkim(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        found = answer.records
        if len(found) > 1:
            # Which of them a receiver takes is undefined (RFC 6376, section 3.6.2.2).
            return _wrong(record, found, "several_records", count=len(found))
        if '"' in found[0]:
            return _wrong(record, found, "quotes")
        try:
            published = DkimRecord.parse(found[0])
        except RecordSyntaxError as error:
            return _syntax(record, found, error)
        return _judge_key(record, found, published)

    def _return_path(self, record: ExpectedRecord) -> CheckResult:
        alias = self._dns.resolve(record.host, "CNAME")
        way = self._dns.resolve(record.host, "MX")
        chain = tuple(dict.fromkeys((*alias.records, *way.aliases)))
        if record.value in chain:
            if way.status is AnswerStatus.NO_NAME:
                return _ok(record, chain, "dangling", target=way.canonical_name)
            return _ok(record, chain)
        for answer in (alias, way):
            if answer.status is AnswerStatus.UNKNOWN:
                return _unknown(record, answer.reason, chain)
        if chain:
            return _wrong(record, chain, "other_value")
        # An alias that a DNS host follows itself ("flattens") looks like this, too.
        for answer in (way, self._dns.resolve(record.host, "A")):
            if answer.status is AnswerStatus.FOUND:
                types = {"type": answer.type, "expected": record.type}
                return _wrong(record, answer.records, "wrong_type", **types)
        return _missing(record)

    def _return_path_mx(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        found = answer.records
        host = parse_mx(record.value)[1]
        exchanges = sorted(map(parse_mx, found))
        preferences = [number for number, name in exchanges if name == host]
        if not preferences:
            return _wrong(record, found, "other_value")
        first, first_host = exchanges[0]
        if first < preferences[0]:
            return _wrong(record, found, "not_preferred", host=first_host)
        return _ok(record, found)

    def _dmarc(self, record: ExpectedRecord) -> CheckResult:
        domain = DomainName.parse(record.host.removeprefix("_dmarc."))
        policy = discover(self._dns, domain)
        found = policy.texts
        if policy.status is AnswerStatus.UNKNOWN:
            return _unknown(record, policy.code)
        if policy.record and policy.is_inherited:
            return _ok(record, found, "inherited", domain=policy.found_at.ascii)
        if policy.record:
            return _ok(record, found)
        if len(found) > 1:
            return _wrong(record, found, "several_records", count=len(found))
        if policy.error:
            return _syntax(record, found, policy.error)
        return _absent(record, self._dns.resolve(record.host, "TXT"), is_dmarc)

    def _spf(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        found = find_spf(answer)
        if not found:
            return _absent(record, answer, is_spf)
        if len(found) > 1:
            return _wrong(record, found, "several_records", count=len(found))
        try:
            published = SpfRecord.parse(found[0])
        except RecordSyntaxError as error:
            return _syntax(record, found, error)
        if self._platform.addresses:
            return self._judge_addresses(record, found)
        if self._platform.spf_include:
            return self._judge_include(record, found, published)
        return self._judge_strangers(record, found)

    def _judge_addresses(
        self, record: ExpectedRecord, found: tuple[str, ...]
    ) -> CheckResult:
        """The record has to let the first and the last address of each network send."""
        ends = (end for net in self._platform.networks() for end in (net[0], net[-1]))
        for address in dict.fromkeys(map(str, ends)):
            spf = self._evaluate(address, record.host)
            if spf.result is SpfResult.TEMPERROR:
                reason = spf.params.get("detail", spf.reason)
                return _unknown(record, reason, found)
            if spf.result is SpfResult.PERMERROR:
                code, params = _permerror(spf)
                return _wrong(record, found, code, **params)
            if spf.result is not SpfResult.PASS:
                params = {"address": address, "result": spf.result.value}
                return _wrong(record, found, "not_authorised", **params)
        return self._judge_strangers(record, found, is_proven=True)

    def _judge_include(
        self, record: ExpectedRecord, found: tuple[str, ...], published: SpfRecord
    ) -> CheckResult:
        """The record has to contain the platform's include or lead to it."""
        include = self._platform.spf_include
        todo, seen, reason = [published], set(), ""
        while todo:
            current = todo.pop(0)
            names = _included_names(current)
            if has_include(current, include) or include in names:
                return self._judge_strangers(record, found)
            for name in names[: MAX_LOOKUPS - len(seen)]:
                if name not in seen:
                    seen.add(name)
                    answer = self._dns.resolve(name, "TXT")
                    reason = reason or answer.reason
                    todo.extend(_parsed_spf(answer))
        if reason:
            return _unknown(record, reason, found)
        return _wrong(record, found, "include_missing", include=include)

    def _judge_strangers(
        self, record: ExpectedRecord, found: tuple[str, ...], is_proven: bool = False
    ) -> CheckResult:
        """Walk through the whole record, which an address of ours may leave early.

        :param is_proven: our addresses pass; then a fault behind them does no harm in
            the return path, where nobody else sends
        """
        spf = self._evaluate(_STRANGER, record.host)
        if spf.result is SpfResult.PASS:
            return _ok(record, found, "allows_everyone")
        if spf.result is SpfResult.PERMERROR:
            code, params = _permerror(spf)
            if is_proven and record.purpose is Purpose.RETURN_PATH_SPF:
                return _ok(record, found, code, **params)
            return _wrong(record, found, code, **params)
        return _ok(record, found)

    def _evaluate(self, address: str, domain: str) -> SpfEvaluation:
        return evaluate(self._dns, address, f"postmaster@{domain}", domain)


def _judge_key(
    record: ExpectedRecord, found: tuple[str, ...], published: DkimRecord
) -> CheckResult:
    if published.is_revoked:
        return _wrong(record, found, "key_revoked")
    try:
        is_ours = published.has_same_key(DkimRecord.parse(record.value))
        bits = published.key_bits()
    except SenderToolError as error:
        return _wrong(record, found, "unusable_key", error=error.code)
    if not is_ours:
        return _wrong(record, found, "other_key")
    if not published.allows_sha256:
        return _wrong(record, found, "hash_not_allowed")
    if not published.is_for_mail:
        return _wrong(record, found, "not_for_mail")
    is_rsa = published.key_type == "rsa"
    if is_rsa and bits < RSA_MINIMUM_BITS:
        params = {"bits": bits, "limit": RSA_MINIMUM_BITS}
        return _wrong(record, found, "key_too_short", **params)
    if published.is_testing:
        return _ok(record, found, "testing_flag")
    if is_rsa and bits < RSA_BITS:
        return _ok(record, found, "weak_key", bits=bits, limit=RSA_BITS)
    return _ok(record, found)


def _absent(
    record: ExpectedRecord, answer: Answer, is_meant: Callable[[str], bool]
) -> CheckResult:
    """The result when no text is the record: missing, or there but in quotes.

    :param is_meant: whether a text is the record
    """
    quoted = (text for text in answer.records if text.lstrip().startswith('"'))
    if found := tuple(text for text in quoted if is_meant(text.strip(' "'))):
        return _wrong(record, found, "quotes")
    return _missing(record)


def _permerror(spf: SpfEvaluation) -> tuple[str, dict[str, str | int]]:
    """The code and parameters for a record that cannot be evaluated."""
    code, params = spf.reason, dict(spf.params)
    match code:
        case "too_many_lookups":
            costs = ", ".join(f"{term}: {count}" for term, count in spf.costs)
            return code, {"limit": MAX_LOOKUPS, "costs": costs}
        case "too_many_void_lookups":
            return code, {"limit": MAX_VOID_LOOKUPS}
        case "too_many_hosts":
            return code, {"limit": MAX_HOSTS, "term": params["term"]}
        case "no_included_record":
            return code, {"term": params["term"], "domain": params["domain"]}
        case _:
            return "included_record", {"domain": params["domain"], "error": code}


def _included_names(record: SpfRecord) -> list[str]:
    """The domains whose records count as part of this one; none that vary by mail."""
    targets = [
        mechanism.domain
        for mechanism in record.mechanisms
        if mechanism.name == "include" and mechanism.qualifier is Qualifier.PASS
    ]
    if not any(mechanism.name == "all" for mechanism in record.mechanisms):
        targets.append(record.modifier("redirect"))
    names = (str(target).removesuffix(".").lower() for target in targets if target)
    return [name for name in names if "%" not in name]


def _parsed_spf(answer: Answer) -> list[SpfRecord]:
    try:
        return [SpfRecord.parse(text) for text in find_spf(answer)]
    except RecordSyntaxError:
        return []


def _ok(
    record: ExpectedRecord, found: tuple[str, ...], code: str = "", **params: str | int
) -> CheckResult:
    return CheckResult(record, RecordStatus.OK, code, params, found)


def _missing(
    record: ExpectedRecord, code: str = "not_found", **params: str | int
) -> CheckResult:
    return CheckResult(record, RecordStatus.MISSING, code, params)


def _wrong(
    record: ExpectedRecord, found: tuple[str, ...], code: str, **params: str | int
) -> CheckResult:
    return CheckResult(record, RecordStatus.WRONG, code, params, found)


def _syntax(
    record: ExpectedRecord, found: tuple[str, ...], error: RecordSyntaxError
) -> CheckResult:
    params = {
        **error.params,
        "error": error.code,
        "position": error.position,
        "detail": str(error),
    }
    return _wrong(record, found, "syntax", **params)


def _unknown(
    record: ExpectedRecord, reason: str, found: tuple[str, ...] = ()
) -> CheckResult:
    return CheckResult(record, RecordStatus.UNKNOWN, reason, {}, found)
