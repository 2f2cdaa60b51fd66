# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Judges one expected record by what DNS says at its host, whatever its purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .check_result import CheckResult, missing, ok, syntax, unknown, wrong
from .dkim import RSA_BITS, RSA_MINIMUM_BITS, DkimRecord
from .dmarc import DmarcPolicy, discover, is_dmarc
from .dmarc_reports import PERMISSION, check_permissions
from .domain_name import DomainName
from .domain_state import RecordStatus
from .errors import RecordSyntaxError, SenderToolError
from .expected_records import (
    OWNERSHIP_PREFIX,
    ExpectedRecord,
    PlatformNetwork,
    Purpose,
)
from .resolver import Answer, AnswerStatus, Resolver, parse_mx
from .spf import find_spf
from .spf_check import SpfCheck
from .spf_record import is_spf

_ADDRESS_TYPES = ("A", "AAAA")


def questions(record: ExpectedRecord) -> Iterator[tuple[str, str]]:
    """What is asked to judge a record, as far as it is known beforehand."""
    yield record.host, record.type
    if record.type == "CNAME":
        yield record.host, "TXT" if record.content else "MX"


class RecordJudge:
    """One judgement for each purpose; what they share is DNS and the platform.

    :param dns: what to ask
    :param platform: what SPF has to let pass
    """

    def __init__(self, dns: Resolver, platform: PlatformNetwork):
        self._dns = dns
        self._spf_check = SpfCheck(dns, platform)
        self._judgements = {
            Purpose.OWNERSHIP: self._ownership,
            Purpose.DKIM: self._dkim,
            Purpose.RETURN_PATH: self._return_path,
            Purpose.RETURN_PATH_MX: self._return_path_mx,
            Purpose.RETURN_PATH_SPF: self._spf,
            Purpose.DMARC: self._dmarc,
            Purpose.SPF: self._spf,
        }

    def judge(self, record: ExpectedRecord) -> CheckResult:
        """Compare a record with what is published at its host."""
        return self._judgements[record.purpose](record)

    def _ask(self, record: ExpectedRecord) -> tuple[Answer, CheckResult | None]:
        """The answer to a record's question, and the result if that is nothing."""
        answer = self._dns.resolve(record.host, record.type)
        if answer.status is AnswerStatus.FOUND:
            return answer, None
        return answer, _nothing(record, answer)

    def _ownership(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        texts = [text.strip() for text in answer.records]
        if record.value in texts:
            return ok(record, answer.records)
        if any(text.startswith(OWNERSHIP_PREFIX) for text in texts):
            return wrong(record, answer.records, "other_token")
        return _absent(record, answer, lambda text: text == record.value)

    def _dkim(self, record: ExpectedRecord) -> CheckResult:
        if record.type == "CNAME":
            return self._dkim_alias(record)
        answer, result = self._ask(record)
        return result or _judge_key_texts(record, record.value, answer.records)

    def _dkim_alias(self, record: ExpectedRecord) -> CheckResult:
        """The key may be seen without the alias: then it was copied, or the DNS host
        follows aliases itself."""
        chain, way = self._follow(record, "TXT")
        is_alias = record.value in chain
        if not is_alias and (chain or way.status is not AnswerStatus.FOUND):
            return self._other_way(record, chain, way)
        if way.status is not AnswerStatus.FOUND:
            return _nothing(record, way)
        result = _judge_key_texts(record, record.content, way.records)
        if is_alias or result.status is not RecordStatus.OK or result.code:
            return result
        return ok(record, way.records, "copied_key", target=record.value)

    def _return_path(self, record: ExpectedRecord) -> CheckResult:
        chain, way = self._follow(record, "MX")
        if record.value not in chain:
            return self._other_way(record, chain, way)
        if way.status is AnswerStatus.NO_NAME:
            return ok(record, chain, "dangling", target=way.canonical_name)
        return ok(record, chain)

    def _follow(
        self, record: ExpectedRecord, rdtype: str
    ) -> tuple[tuple[str, ...], Answer]:
        """The names that an alias leads to, and what is found at the last one."""
        alias = self._dns.resolve(record.host, "CNAME")
        way = self._dns.resolve(record.host, rdtype)
        return tuple(dict.fromkeys((*alias.records, *way.aliases))), way

    def _other_way(
        self, record: ExpectedRecord, chain: tuple[str, ...], way: Answer
    ) -> CheckResult:
        """The result when an alias is not there or leads elsewhere."""
        for answer in (self._dns.resolve(record.host, "CNAME"), way):
            if answer.status is AnswerStatus.UNKNOWN:
                return unknown(record, answer.reason, chain)
        if chain:
            return wrong(record, chain, "other_value")
        # An alias that a DNS host follows itself looks like this, too.
        addresses = self._dns.resolve_many((record.host, t) for t in _ADDRESS_TYPES)
        for answer in addresses.values():
            if found := answer.records:
                return wrong(record, found, "proxied", address=found[0])
        if way.records:
            types = {"type": way.type, "expected": record.type}
            return wrong(record, way.records, "wrong_type", **types)
        return missing(record)

    def _return_path_mx(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        found = answer.records
        host = parse_mx(record.value)[1]
        exchanges = sorted(map(parse_mx, found))
        preferences = [number for number, name in exchanges if name == host]
        if not preferences:
            return wrong(record, found, "other_value")
        first, first_host = exchanges[0]
        if first < preferences[0]:
            return wrong(record, found, "not_preferred", host=first_host)
        return ok(record, found)

    def _dmarc(self, record: ExpectedRecord) -> CheckResult:
        domain = DomainName.parse(record.host.removeprefix("_dmarc."))
        policy = discover(self._dns, domain)
        found = policy.texts
        if policy.status is AnswerStatus.UNKNOWN:
            return unknown(record, policy.code)
        if policy.record and policy.is_inherited:
            return ok(record, found, "inherited", domain=policy.found_at.ascii)
        if policy.record:
            return self._report_permissions(record, policy)
        if len(found) > 1:
            return wrong(record, found, "several_records", count=len(found))
        if policy.error:
            return syntax(record, found, policy.error)
        return _absent(record, self._dns.resolve(record.host, "TXT"), is_dmarc)

    def _report_permissions(
        self, record: ExpectedRecord, policy: DmarcPolicy
    ) -> CheckResult:
        for permission in check_permissions(self._dns, policy):
            if permission.status is RecordStatus.MISSING:
                return ok(
                    record,
                    policy.texts,
                    "reports_refused",
                    domain=permission.receiver,
                    host=permission.host,
                    value=PERMISSION,
                )
        return ok(record, policy.texts)

    def _spf(self, record: ExpectedRecord) -> CheckResult:
        answer, result = self._ask(record)
        if result:
            return result
        found = find_spf(answer)
        if not found:
            return _absent(record, answer, is_spf)
        if len(found) > 1:
            return wrong(record, found, "several_records", count=len(found))
        try:
            return self._spf_check.judge(record, found[0])
        except RecordSyntaxError as error:
            return syntax(record, found, error)


def _judge_key_texts(
    record: ExpectedRecord, expected: str, found: tuple[str, ...]
) -> CheckResult:
    if len(found) > 1:
        # Which of them a receiver takes is undefined (RFC 6376, section 3.6.2.2).
        return wrong(record, found, "several_records", count=len(found))
    if '"' in found[0]:
        return wrong(record, found, "quotes")
    try:
        published = DkimRecord.parse(found[0])
    except RecordSyntaxError as error:
        return syntax(record, found, error)
    return _judge_key(record, expected, found, published)


def _judge_key(
    record: ExpectedRecord,
    expected: str,
    found: tuple[str, ...],
    published: DkimRecord,
) -> CheckResult:
    if published.is_revoked:
        return wrong(record, found, "key_revoked")
    try:
        is_ours = published.has_same_key(DkimRecord.parse(expected))
        bits = published.key_bits()
    except SenderToolError as error:
        return wrong(record, found, "unusable_key", error=error.code)
    if not is_ours:
        return wrong(record, found, "other_key")
    if not published.allows_sha256:
        return wrong(record, found, "hash_not_allowed")
    if not published.is_for_mail:
        return wrong(record, found, "not_for_mail")
    is_rsa = published.key_type == "rsa"
    if is_rsa and bits < RSA_MINIMUM_BITS:
        params = {"bits": bits, "limit": RSA_MINIMUM_BITS}
        return wrong(record, found, "key_too_short", **params)
    if published.is_testing:
        return ok(record, found, "testing_flag")
    if is_rsa and bits < RSA_BITS:
        return ok(record, found, "weak_key", bits=bits, limit=RSA_BITS)
    return ok(record, found)


def _nothing(record: ExpectedRecord, answer: Answer) -> CheckResult:
    """The result when a question found nothing."""
    if answer.status is AnswerStatus.UNKNOWN:
        return unknown(record, answer.reason)
    if answer.aliases:
        return missing(record, "dangling", target=answer.canonical_name)
    return missing(record)


def _absent(
    record: ExpectedRecord, answer: Answer, is_meant: Callable[[str], bool]
) -> CheckResult:
    """The result when no text is the record: missing, or there but in quotes.

    :param is_meant: whether a text is the record
    """
    quoted = (text for text in answer.records if text.lstrip().startswith('"'))
    if found := tuple(text for text in quoted if is_meant(text.strip(' "'))):
        return wrong(record, found, "quotes")
    return missing(record)
