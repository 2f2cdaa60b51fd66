# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The DNS records a sending domain needs: the only place that knows them.

Screens, exports and checks all work from the list that :func:`build_records` makes.

>>> setup = DomainSetup(
...     domain=DomainName.parse("example.com"),
...     ownership_token="abc",
...     dkim_keys=(DkimKey("s1", "v=DKIM1; k=rsa; p=AAAA"),),
...     platform=PlatformNetwork(return_path_host="bounces.platform.example"),
... )
>>> for record in build_records(setup).records:
...     print(relative_host(record, setup.domain), record.type, record.value)
_mail-sender TXT mail-sender-verification=abc
s1._domainkey TXT v=DKIM1; k=rsa; p=AAAA
bounce CNAME bounces.platform.example
_dmarc TXT v=DMARC1; p=none
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from .dmarc import DmarcPolicy, DmarcRecord
from .domain_name import DomainName, parse_host
from .errors import DomainNameError, SenderToolError, SpfMergeError
from .spf import SpfMechanism, SpfRecord, merge_include
from .spf_mend import single_spf
from .spf_merge import SpfPlan
from .spf_record import Qualifier

#: What stands in the ownership record ahead of the token.
OWNERSHIP_PREFIX = "mail-sender-verification="
#: The mildest policy, proposed where there is none: it asks receivers for nothing.
PROPOSED_DMARC = DmarcRecord("none")
#: How much a mail server is preferred is of no use where there is only one.
MX_PREFERENCE = 10
#: Why an include does not fit into an SPF record that is right.
_NO_ROOM = {"too_many_lookups", "too_many_void_lookups", "varies"}


class Purpose(StrEnum):
    """What a record is for."""

    OWNERSHIP = "ownership"
    DKIM = "dkim"
    RETURN_PATH = "return_path"
    RETURN_PATH_MX = "return_path_mx"
    RETURN_PATH_SPF = "return_path_spf"
    DMARC = "dmarc"
    SPF = "spf"


class Requirement(StrEnum):
    """How much depends on a record; only ``REQUIRED`` ones decide about the domain."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class ReturnPathKind(StrEnum):
    """How the return path of a domain is led to the platform."""

    #: An alias of the platform's own name, which has the MX and SPF records.
    CNAME = "cname"
    #: MX and SPF records of its own, naming the platform.
    MX = "mx"


class Layout(StrEnum):
    """How a domain proves its mail."""

    #: A signature, and a return path below the domain.
    RETURN_PATH = "return_path"
    #: The same below a subdomain, for addresses of the domain above it.
    SUBDOMAIN = "subdomain"
    #: Nothing but the SPF record of the domain itself: weaker.
    SPF_ONLY = "spf_only"


@dataclass(frozen=True)
class ExpectedRecord:
    """One record that somebody has to publish.

    :ivar host: the full name: A-labels, lower case, no last dot
    :ivar type: ``TXT``, ``CNAME`` or ``MX``
    :ivar value: as in :attr:`.resolver.Answer.records`: TXT in one piece without
        quotes, MX with its preference, names without the last dot
    :ivar content: of an alias to a key: the text that has to be found behind it
    """

    purpose: Purpose
    host: str
    type: str
    value: str
    requirement: Requirement
    content: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this record from the others of its domain, whatever its value."""
        return self.purpose.value, self.host, self.type


class PlatformFactError(SenderToolError):
    """A fact about the platform cannot be right; ``field`` says which one."""

    sentences = {
        "bad_host": "{field}: '{value}' is not a host name",
        "bad_network": "{field}: '{value}' is not an IP address or network",
        "bad_kind": "{field}: '{value}' is not a kind of return path",
    }


@dataclass(frozen=True)
class PlatformNetwork:
    """What the platform sends from and where it takes bounces back.

    Each fact may be missing (empty); names and networks are tidied.

    :ivar spf_include: the domain whose SPF record lists the platform's addresses
    :ivar addresses: IP addresses and networks that the platform sends from
    :ivar return_path_kind: see :class:`ReturnPathKind`
    :ivar return_path_host: the target of the alias, or the host that receives bounces
    :raise PlatformFactError: ``bad_host``, ``bad_network`` or ``bad_kind``
    """

    spf_include: str = ""
    addresses: tuple[str, ...] = ()
    return_path_kind: ReturnPathKind = ReturnPathKind.CNAME
    return_path_host: str = ""

    def __post_init__(self) -> None:
        tidy = {
            "spf_include": _host("spf_include", self.spf_include),
            "return_path_host": _host("return_path_host", self.return_path_host),
            "addresses": tuple(str(network) for network in self.networks()),
        }
        try:
            tidy["return_path_kind"] = ReturnPathKind(self.return_path_kind)
        except ValueError as error:
            raise PlatformFactError(
                "bad_kind", field="return_path_kind", value=self.return_path_kind
            ) from error
        for name, value in tidy.items():
            object.__setattr__(self, name, value)

    def networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The addresses; a single one is a network of its own."""
        networks = []
        for text in self.addresses:
            try:
                networks.append(ipaddress.ip_network(text.strip(), strict=False))
            except ValueError as error:
                raise PlatformFactError(
                    "bad_network", field="addresses", value=text
                ) from error
        return networks


@dataclass(frozen=True)
class DkimKey:
    """A key that has to be published.

    :ivar selector: one or more labels
    :ivar record: the text of its record
    :ivar is_needed: whether mail cannot be signed without it; a key that will only
        replace another one does not make its domain wait
    :ivar alias: where the platform publishes the record (:func:`key_alias`), so that
        the domain only needs an alias; empty: the domain publishes the record itself
    """

    selector: str
    record: str
    is_needed: bool = True
    alias: str = ""


@dataclass(frozen=True)
class DomainSetup:
    """All that decides which records a domain needs.

    :ivar ownership_token: a secret that only the owner of the domain was given
    :ivar dkim_keys: the keys in use or about to be
    :ivar platform: see :class:`PlatformNetwork`
    :ivar return_path_label: the labels ahead of the domain in the return path
    :ivar apex_spf: the SPF records found at the domain itself (:func:`.spf.find_spf`)
    :ivar spf_plan: what they are to become (:func:`.spf_merge.plan_apex`); None where
        DNS was not asked yet
    :ivar propose_dmarc: see :func:`needs_dmarc`
    :ivar layout: see :class:`Layout`
    """

    domain: DomainName
    ownership_token: str
    dkim_keys: tuple[DkimKey, ...]
    platform: PlatformNetwork
    return_path_label: str = "bounce"
    apex_spf: tuple[str, ...] = ()
    spf_plan: SpfPlan | None = None
    propose_dmarc: bool = True
    layout: Layout = Layout.RETURN_PATH

    @property
    def address_domain(self) -> DomainName:
        """The domain of the addresses that these records prove."""
        if self.layout is Layout.SUBDOMAIN:
            return DomainName.parse(self.domain.ascii.partition(".")[2])
        return self.domain

    @property
    def return_path(self) -> str:
        """The domain of the envelope sender.

        :raise DomainNameError: the label is not one
        """
        return _below(self.return_path_label, self.domain)


@dataclass(frozen=True)
class ExpectedRecords:
    """What :func:`build_records` found.

    :ivar records: in the order in which to show them
    :ivar missing: facts that the platform has to fill in before the list is complete:
        ``return_path_host`` (there is no record for the return path),
        ``spf_source`` (its SPF record is missing: neither include nor addresses),
        ``spf_include`` (there is no SPF include)
    """

    records: tuple[ExpectedRecord, ...]
    missing: tuple[str, ...] = ()


def build_records(setup: DomainSetup) -> ExpectedRecords:
    """Make the list of records for a domain whose mail leaves through the platform.

    The envelope sender is below the domain and aligns with it (RFC 7489, section
    3.1.2), so the SPF record of the domain itself is left alone; to extend it is
    optional. In the layout "SPF only" it is all there is.

    :raise DomainNameError: the return path's label or a selector is not one
    """
    if setup.layout is Layout.SPF_ONLY:
        return _build_spf_only(setup)
    missing: list[str] = []
    records = [_ownership(setup), *_dkim(setup)]
    if not setup.platform.return_path_host:
        missing.append("return_path_host")
    elif setup.platform.return_path_kind is ReturnPathKind.CNAME:
        records.append(_return_path_alias(setup))
    else:
        records.append(_return_path_mx(setup))
        if value := _platform_spf(setup.platform):
            records.append(_return_path_spf(setup, value))
        else:
            missing.append("spf_source")
    if setup.propose_dmarc:
        records.append(_dmarc(setup))
    records += _apex_spf(setup, Requirement.OPTIONAL)
    return ExpectedRecords(tuple(records), tuple(missing))


def _build_spf_only(setup: DomainSetup) -> ExpectedRecords:
    missing = () if setup.platform.spf_include else ("spf_include",)
    apex = _apex_spf(setup, Requirement.REQUIRED)
    dmarc = [_dmarc(setup)] if setup.propose_dmarc else []
    return ExpectedRecords((*apex, *dmarc), missing)


def needs_dmarc(policy: DmarcPolicy) -> bool:
    """Whether to propose a DMARC record: none applies, or none but our proposal.

    :param policy: what :func:`.dmarc.discover` found; unknown tells nothing either way
    """
    if policy.record is None:
        return True
    return policy.record == PROPOSED_DMARC and not policy.is_inherited


def key_alias(selector: str, domain: DomainName, zone: DomainName) -> str:
    """Where in a zone of the platform the record of a domain's key is published.

    >>> domain, zone = map(DomainName.parse, ("example.com", "keys.platform.example"))
    >>> key_alias("odoo1", domain, zone)
    'odoo1.example.com.keys.platform.example'

    :raise DomainNameError: the name gets too long
    """
    return _below(f"{selector}.{domain.ascii}", zone)


def behind_aliases(records: Iterable[ExpectedRecord]) -> Iterator[ExpectedRecord]:
    """What the platform has to publish in its own zone for aliases among records."""
    for record in records:
        if record.content:
            yield replace(
                record, host=record.value, type="TXT", value=record.content, content=""
            )


def relative_host(record: ExpectedRecord, zone: DomainName) -> str:
    """The host as DNS forms want it: without the zone, ``@`` for the zone itself.

    :return: the full name if it is outside of the zone
    """
    if record.host == zone.ascii:
        return "@"
    return record.host.removesuffix(f".{zone.ascii}")


def _ownership(setup: DomainSetup) -> ExpectedRecord:
    return ExpectedRecord(
        Purpose.OWNERSHIP,
        f"_mail-sender.{setup.domain.ascii}",
        "TXT",
        OWNERSHIP_PREFIX + setup.ownership_token,
        Requirement.REQUIRED,
    )


def _dkim(setup: DomainSetup) -> Iterator[ExpectedRecord]:
    domain = setup.domain.ascii
    for key in setup.dkim_keys:
        selector = _below(key.selector, setup.domain).removesuffix(f".{domain}")
        host = f"{selector}._domainkey.{domain}"
        requirement = Requirement.REQUIRED if key.is_needed else Requirement.RECOMMENDED
        if key.alias:
            yield ExpectedRecord(
                Purpose.DKIM, host, "CNAME", key.alias, requirement, key.record
            )
        else:
            yield ExpectedRecord(Purpose.DKIM, host, "TXT", key.record, requirement)


def _return_path_alias(setup: DomainSetup) -> ExpectedRecord:
    return ExpectedRecord(
        Purpose.RETURN_PATH,
        setup.return_path,
        "CNAME",
        setup.platform.return_path_host,
        Requirement.REQUIRED,
    )


def _return_path_mx(setup: DomainSetup) -> ExpectedRecord:
    return ExpectedRecord(
        Purpose.RETURN_PATH_MX,
        setup.return_path,
        "MX",
        f"{MX_PREFERENCE} {setup.platform.return_path_host}",
        Requirement.REQUIRED,
    )


def _return_path_spf(setup: DomainSetup, value: str) -> ExpectedRecord:
    return ExpectedRecord(
        Purpose.RETURN_PATH_SPF,
        setup.return_path,
        "TXT",
        value,
        Requirement.REQUIRED,
    )


def _dmarc(setup: DomainSetup) -> ExpectedRecord:
    return ExpectedRecord(
        Purpose.DMARC,
        f"_dmarc.{setup.address_domain.ascii}",
        "TXT",
        str(PROPOSED_DMARC),
        Requirement.RECOMMENDED,
    )


def _apex_spf(setup: DomainSetup, requirement: Requirement) -> Iterator[ExpectedRecord]:
    """The SPF record of the domain, unless it cannot be extended."""
    if not setup.platform.spf_include:
        return
    plan = setup.spf_plan or _plan_unseen(setup)
    value = plan.value
    if plan.error and plan.error.code in _NO_ROOM and len(setup.apex_spf) == 1:
        # It stays as it is, and what is missing is told by its check.
        value = single_spf(setup.apex_spf)
    if value:
        host = setup.address_domain.ascii
        yield ExpectedRecord(Purpose.SPF, host, "TXT", value, requirement)


def _plan_unseen(setup: DomainSetup) -> SpfPlan:
    """What the SPF record is to become as long as nobody asked DNS about it."""
    try:
        existing = single_spf(setup.apex_spf)
        return SpfPlan(merge_include(existing, setup.platform.spf_include))
    except SpfMergeError as error:
        return SpfPlan(error=error)


def _platform_spf(platform: PlatformNetwork) -> str:
    """An SPF record that lets the platform send and nobody else; empty if unknown."""
    if platform.spf_include:
        return merge_include(None, platform.spf_include)
    mechanisms = [
        SpfMechanism(f"ip{network.version}", network=network)
        for network in platform.networks()
    ]
    if not mechanisms:
        return ""
    everyone = SpfMechanism("all", qualifier=Qualifier.SOFTFAIL)
    return str(SpfRecord((*mechanisms, everyone)))


def _below(label: str, domain: DomainName) -> str:
    return DomainName.parse(f"{label}.{domain.ascii}").ascii


def _host(field: str, text: str) -> str:
    try:
        return parse_host(text) if text else ""
    except DomainNameError as error:
        raise PlatformFactError("bad_host", field=field, value=text) from error
