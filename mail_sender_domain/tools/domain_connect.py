# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Domain Connect: asking a DNS host whether it publishes records at one click.

The protocol is draft-ietf-dconn-domainconnect. A zone names its DNS host in a TXT
record; the DNS host tells its addresses in JSON; :mod:`.domain_connect_apply` makes the
link that the customer follows. Whoever owns a zone decides what stands in that record,
so ``fetch`` must reach public addresses only, follow no redirects, and give up on big
or slow answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .domain_name import DomainName, parse_host
from .errors import DomainNameError, SenderToolError
from .resolver import AnswerStatus, Resolver

#: Gets a web address; returns the HTTP status and the body.
#: Raises :class:`OSError` when there is no answer.
Fetch = Callable[[str], tuple[int, bytes]]

#: Errors after which nobody knows what a DNS host offers.
_SILENCE = {"no_answer", "not_reached"}

#: A host and a path, as the TXT record has them.
_PREFIX = re.compile(r"(?P<host>[A-Za-z0-9._-]+)(?P<path>(/[A-Za-z0-9._~-]+)*)/?")


class DomainConnectError(SenderToolError):
    """A DNS host cannot be used by Domain Connect."""

    sentences = {
        "no_answer": "DNS does not answer about {domain} ({reason})",
        "not_offered": "the DNS host of {domain} does not offer Domain Connect",
        "bad_host": "'{text}' at {domain} is not the address of a service",
        "not_reached": "{host} cannot be reached ({detail})",
        "not_served": "{host} does not know {domain}",
        "bad_settings": "{host} answers something else than settings",
        "http_status": "{host} answers with the status {status}",
        "no_link": "{host} takes no links for templates",
        "bad_key": "the signing key cannot be used ({detail})",
    }


@dataclass(frozen=True)
class Settings:
    """What a DNS host tells about a zone. Addresses that are not offered are empty.

    :ivar provider_id: of the DNS host
    :ivar name: of the DNS host, for people
    :ivar sync_url: where links begin that customers follow
    :ivar api_url: where questions begin
    :ivar panel_url: of the control panel, this zone's page where there is one
    """

    provider_id: str
    name: str
    sync_url: str = ""
    api_url: str = ""
    panel_url: str = ""


@dataclass(frozen=True)
class Template:
    """A template that DNS hosts may know, by the names that it was registered with."""

    provider_id: str
    service_id: str

    @property
    def path(self) -> str:
        """Where it is below the addresses of a DNS host."""
        provider, service = (
            quote(name, safe="") for name in (self.provider_id, self.service_id)
        )
        return f"/v2/domainTemplates/providers/{provider}/services/{service}"


@dataclass(frozen=True)
class Offer:
    """What a DNS host said about publishing the records of a template.

    :ivar settings: of a DNS host that does; None: this one does not
    """

    settings: Settings | None


@dataclass(frozen=True)
class HostQuestion:
    """The question to DNS hosts whether they publish the records of a template.

    :ivar fetch: what gets their addresses
    """

    template: Template
    fetch: Fetch

    def ask(self, resolver: Resolver, zone: DomainName) -> Offer | None:
        """Ask the DNS host of a zone.

        :param zone: the whole zone, no name inside it
        :return: None without an answer
        """
        try:
            settings = discover(resolver, self.fetch, zone)
            is_known = is_supported(self.fetch, settings, self.template)
        except DomainConnectError as error:
            return None if error.code in _SILENCE else Offer(None)
        return Offer(settings if is_known else None)


def discover(resolver: Resolver, fetch: Fetch, zone: DomainName) -> Settings:
    """Ask the DNS host of a zone for its settings.

    >>> from .resolver import MemoryResolver
    >>> dns = MemoryResolver()
    >>> dns.set("_domainconnect.example.com", "TXT", "dc.example.net")
    >>> def fetch(url):
    ...     assert url == "https://dc.example.net/v2/example.com/settings"
    ...     return 200, b'{"providerId": "example.net", "providerName": "Example"}'
    >>> discover(dns, fetch, DomainName.parse("example.com")).name
    'Example'

    :param zone: the whole zone, no name inside it
    :raise DomainConnectError: ``no_answer``, ``not_offered``, ``bad_host``,
        ``not_reached``, ``not_served``, ``bad_settings`` or ``http_status``
    """
    prefix = _find_prefix(resolver, zone)
    status, body = _get(fetch, f"https://{prefix}/v2/{zone.ascii}/settings")
    host = prefix.partition("/")[0]
    if status == 404:
        raise DomainConnectError("not_served", host=host, domain=zone.ascii)
    if status != 200:
        raise DomainConnectError("http_status", host=host, status=status)
    return _read_settings(body, host, zone)


def is_supported(fetch: Fetch, settings: Settings, template: Template) -> bool:
    """Ask whether a DNS host knows a template and takes links for it.

    :raise DomainConnectError: ``not_reached`` or ``http_status``
    """
    if not (settings.api_url and settings.sync_url):
        return False
    url = settings.api_url + template.path
    status, _body = _get(fetch, url)
    if status not in (200, 404):
        host = urlsplit(url).hostname
        raise DomainConnectError("http_status", host=host, status=status)
    return status == 200


def _find_prefix(resolver: Resolver, zone: DomainName) -> str:
    name = f"_domainconnect.{zone.ascii}"
    answer = resolver.resolve(name, "TXT")
    if answer.status is AnswerStatus.UNKNOWN:
        raise DomainConnectError("no_answer", domain=name, reason=answer.reason)
    if not answer.records:
        raise DomainConnectError("not_offered", domain=zone.ascii)
    text = answer.records[0].strip()
    try:
        match = _PREFIX.fullmatch(text)
        return parse_host(match["host"]) + match["path"]
    except (TypeError, DomainNameError) as error:
        raise DomainConnectError("bad_host", text=text, domain=name) from error


def _get(fetch: Fetch, url: str) -> tuple[int, bytes]:
    try:
        return fetch(url)
    except OSError as error:
        host = urlsplit(url).hostname
        raise DomainConnectError("not_reached", host=host, detail=str(error)) from error


def _read_settings(body: bytes, host: str, zone: DomainName) -> Settings:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DomainConnectError("bad_settings", host=host) from error
    if not isinstance(answer, dict) or not _text(answer, "providerId"):
        raise DomainConnectError("bad_settings", host=host)
    provider_id = _text(answer, "providerId")
    name = _text(answer, "providerDisplayName") or _text(answer, "providerName")
    panel = _text(answer, "urlControlPanel").replace("%domain%", zone.ascii)
    return Settings(
        provider_id,
        name or provider_id,
        _https(_text(answer, "urlSyncUX")),
        _https(_text(answer, "urlAPI")),
        _https(panel),
    )


def _text(answer: dict, key: str) -> str:
    value = answer.get(key)
    return value.strip() if isinstance(value, str) else ""


def _https(url: str) -> str:
    """The address without its last slash; empty if it is not one of the web."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme == "https" and parts.hostname and not parts.username
    except ValueError:
        return ""
    return url.removesuffix("/") if is_good and url.isprintable() else ""
