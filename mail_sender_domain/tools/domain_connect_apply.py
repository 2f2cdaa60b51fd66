# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Domain Connect: the signed link that lets a DNS host publish all records.

The template itself lies in ``static/domain_connect`` of the addon; a test proves that
it makes the expected records of what :func:`fill_template` says.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .dkim import DkimRecord, load_private_key
from .domain_connect import DomainConnectError, Settings, Template
from .domain_name import DomainName
from .errors import KeyMaterialError
from .expected_records import (
    OWNERSHIP_PREFIX,
    PROPOSED_DMARC,
    ExpectedRecord,
    Purpose,
    relative_host,
)
from .record_form import TXT_STRING_BYTES
from .spf_record import SpfRecord

#: How many keys the template has room for.
MAX_KEYS = 2
#: The DMARC record that the template has.
_MILDEST = str(PROPOSED_DMARC)


@dataclass(frozen=True)
class Filling:
    """What a template is applied with.

    :ivar zone: the zone that is changed
    :ivar host: the domain inside the zone, empty for the zone itself
    :ivar groups: which of the template's records to make
    :ivar variables: what to put into them
    """

    zone: DomainName
    host: str
    groups: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SigningKey:
    """The key that DNS hosts verify links with.

    :ivar label: where the public half is published, below the domain that the template
        names in ``syncPubKeyDomain``
    :ivar private_pem: an RSA key
    """

    label: str
    private_pem: str


def fill_template(
    records: Iterable[ExpectedRecord], domain: DomainName, zone: DomainName
) -> Filling:
    """Say what the template is applied with to make expected records.

    Left out is what lies above the domain, its own SPF record, which is optional, and a
    DMARC record that keeps what was there: the template only has the mildest policy.

    :param domain: whose records they are
    :param zone: the domain or one above it
    """
    groups: list[str] = []
    variables: dict[str, str] = {}
    keys = 0
    for record in records:
        host = relative_host(record, domain)
        match record.purpose:
            case Purpose.OWNERSHIP:
                group = "ownership"
                variables["token"] = record.value.removeprefix(OWNERSHIP_PREFIX)
            case Purpose.DKIM if keys < MAX_KEYS:
                keys += 1
                variables[f"selector{keys}"] = host.removesuffix("._domainkey")
                group = _fill_key(record, keys, variables)
            case Purpose.RETURN_PATH:
                group = "alias"
                variables |= {"bounce": host, "returnpath": record.value}
            case Purpose.RETURN_PATH_MX:
                group = "mx"
                exchange = record.value.partition(" ")[2]
                variables |= {"bounce": host, "bouncehost": exchange}
            case Purpose.RETURN_PATH_SPF:
                group = "spf"
                variables |= {"bounce": host, "spfrules": _rules(record.value)}
            case Purpose.DMARC if host == "_dmarc" and record.value == _MILDEST:
                group = "dmarc"
            case _:
                continue
        groups.append(group)
    inside = domain.ascii.removesuffix(zone.ascii).removesuffix(".")
    return Filling(zone, inside, tuple(groups), tuple(variables.items()))


def apply_url(
    settings: Settings,
    template: Template,
    filling: Filling,
    key: SigningKey,
    *,
    redirect_uri: str = "",
    state: str = "",
) -> str:
    """Make the link that a customer follows to the DNS host.

    :param redirect_uri: where the DNS host sends the customer back to; it has to lie in
        a domain that the template names in ``syncRedirectDomain``
    :param state: comes back with the customer
    :raise DomainConnectError: ``no_link`` or ``bad_key``
    """
    if not settings.sync_url:
        raise DomainConnectError("no_link", host=settings.name)
    optional = {
        "host": filling.host,
        "redirect_uri": redirect_uri,
        "state": state,
        "groupId": ",".join(filling.groups),
    }
    query = _query(
        {
            "domain": filling.zone.ascii,
            **{name: value for name, value in optional.items() if value},
            **dict(filling.variables),
        }
    )
    proof = _query({"key": key.label, "sig": sign(query, key.private_pem)})
    return f"{settings.sync_url}{template.path}/apply?{query}&{proof}"


def sign(query: str, private_pem: str) -> str:
    """Sign a query string as ``RS256``: RSA PKCS #1 v1.5 with SHA-256, in base64.

    :param query: all that stands behind the question mark but ``key`` and ``sig``
    :raise DomainConnectError: ``bad_key``
    """
    signature = _load(private_pem).sign(
        query.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return base64.b64encode(signature).decode()


def public_key_records(private_pem: str) -> tuple[str, ...]:
    """The TXT records to publish at the label of a signing key, for DNS hosts to verify
    links with.

    :raise DomainConnectError: ``bad_key``
    """
    public = _load(private_pem).public_key()
    text = base64.b64encode(
        public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).decode()
    size = TXT_STRING_BYTES - len("p=1,a=RS256,d=")
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return tuple(f"p={n},a=RS256,d={part}" for n, part in enumerate(parts, 1))


def _fill_key(record: ExpectedRecord, number: int, variables: dict[str, str]) -> str:
    """Fill in a key, as the record itself or as an alias; return the group."""
    if record.type == "CNAME":
        variables[f"keyalias{number}"] = record.value
        return f"keyalias{number}"
    key = DkimRecord.parse(record.value)
    variables[f"keytype{number}"] = key.key_type
    variables[f"key{number}"] = base64.b64encode(key.public_key).decode()
    return f"key{number}"


def _rules(spf: str) -> str:
    """The mechanisms of an SPF record; the DNS host merges them with those of others
    and writes the ending itself."""
    terms = [str(term) for term in SpfRecord.parse(spf).mechanisms]
    return " ".join(term for term in terms if not term.endswith("all"))


def _query(parameters: dict[str, str]) -> str:
    return urlencode(parameters, quote_via=quote, safe="")


def _load(private_pem: str) -> rsa.RSAPrivateKey:
    try:
        key = load_private_key(private_pem)
    except KeyMaterialError as error:
        raise DomainConnectError("bad_key", detail=str(error)) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise DomainConnectError("bad_key", detail="wrong type")
    return key
