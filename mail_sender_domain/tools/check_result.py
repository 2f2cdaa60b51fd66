# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of one expected record, and the codes that say why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .domain_state import RecordStatus
from .errors import RecordSyntaxError
from .expected_records import ExpectedRecord

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
    "copied_key": "the key is there itself instead of an alias of {target}",
    "inherited": "the policy of {domain} applies",
    "allows_everyone": "the record lets every address on earth send",
    "generous_include": "'{term}' leads to a record that lets every address send",
    "neutral_all": "the record says nothing about addresses that it does not name",
    "reports_refused": "{domain} takes reports only with '{value}' at {host}",
    # ok or missing: an alias is there, but leads to a name that does not exist
    "dangling": "the alias leads to {target}, which does not exist",
    # missing
    "not_found": "there is no such record",
    "doubled_domain": "the record is at {found_at}: the zone was added once more",
    "misplaced": "the record is at {found_at} instead",
    "other_zone": "{zone} is a zone of its own, which {servers} answer for",
    # wrong
    "quotes": "the value has quotation marks around it that do not belong there",
    "backslashes": "the value has backslashes that do not belong there",
    "blanks": "the value has blanks where none may be",
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
    "proxied": "there is an address ({address}) instead of the alias",
    "not_preferred": "{host} is preferred over the expected mail server",
    "include_missing": "the record does not include {include}",
    "not_authorised": "the record does not let {address} send ({result})",
    "no_room": (
        "with {include} the record would take {count} look-ups ({costs}); {limit} are "
        "allowed"
    ),
    # wrong, or ok in a record where only our own mail matters and passes
    "too_many_lookups": "it takes more than {limit} look-ups to evaluate ({costs})",
    "too_many_void_lookups": "more than {limit} of its names lead nowhere",
    "too_many_hosts": "'{term}' names more than {limit} mail servers",
    "no_included_record": "'{term}' leads to {domain}, which has no SPF record",
    "included_record": "the SPF record of {domain}, an include, is wrong ({error})",
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


@dataclass(frozen=True)
class CheckResult:
    """What became of one expected record.

    :ivar code: why, a key of :data:`CODES`; may be set when the status is ``ok``
    :ivar params: what the sentence of the code needs
    :ivar found: what was found there instead or as well, one text a record; of an
        alias the names that it leads to
    :ivar instead: the value to publish, exact to the letter, where that mends what the
        code says; it keeps what others need
    """

    record: ExpectedRecord
    status: RecordStatus
    code: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    found: tuple[str, ...] = ()
    instead: str = ""

    def __str__(self) -> str:
        return CODES[self.code].format(**self.params)


def ok(
    record: ExpectedRecord, found: tuple[str, ...], code: str = "", **params: str | int
) -> CheckResult:
    """The record does what it is for."""
    return CheckResult(record, RecordStatus.OK, code, params, found)


def missing(
    record: ExpectedRecord, code: str = "not_found", **params: str | int
) -> CheckResult:
    """The zone says that there is no such record."""
    return CheckResult(record, RecordStatus.MISSING, code, params)


def wrong(
    record: ExpectedRecord, found: tuple[str, ...], code: str, **params: str | int
) -> CheckResult:
    """There is something else than the record."""
    return CheckResult(record, RecordStatus.WRONG, code, params, found)


def syntax(
    record: ExpectedRecord, found: tuple[str, ...], error: RecordSyntaxError
) -> CheckResult:
    """There is a record that breaks its grammar."""
    params = {
        **error.params,
        "error": error.code,
        "position": error.position,
        "detail": str(error),
    }
    return wrong(record, found, "syntax", **params)


def unknown(
    record: ExpectedRecord, reason: str, found: tuple[str, ...] = ()
) -> CheckResult:
    """DNS did not answer."""
    return CheckResult(record, RecordStatus.UNKNOWN, reason, {}, found)
