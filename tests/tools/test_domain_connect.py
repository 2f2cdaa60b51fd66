# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Domain Connect: settings of a DNS host, and links that it can believe."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st
from tools.dkim import generate_private_key, public_record
from tools.domain_connect import (
    DomainConnectError,
    HostQuestion,
    Offer,
    Settings,
    Template,
    discover,
    is_supported,
)
from tools.domain_connect_apply import (
    MAX_KEYS,
    SigningKey,
    apply_url,
    fill_template,
    public_key_records,
    sign,
)
from tools.domain_name import DomainName
from tools.expected_records import (
    DkimKey,
    DomainSetup,
    Layout,
    PlatformNetwork,
    Purpose,
    build_records,
)
from tools.resolver import MemoryResolver

ADDON = Path(__file__).parents[2] / "mail_sender_domain"
TEMPLATE_FILE = ADDON / "static/domain_connect/example.com.mail-sender.json"
ZONE = DomainName.parse("example.com")
TEMPLATE = Template("platform.example", "mail-sender")
PEM = generate_private_key("rsa")
SETTINGS = {
    "providerId": "dns.example",
    "providerName": "Dns Example Ltd",
    "providerDisplayName": "Dns Example",
    "urlSyncUX": "https://connect.dns.example/",
    "urlAPI": "https://api.dns.example/dc",
    "urlControlPanel": "https://panel.dns.example/%domain%/records",
}
BODY = json.dumps(SETTINGS).encode()


class Web:
    """Answers by address; everything else is not reached."""

    def __init__(self, **pages):
        self.pages = {f"https://{url}": page for url, page in pages.items()}
        self.asked = []

    def __call__(self, url):
        self.asked.append(url)
        if url not in self.pages:
            raise OSError("no route")
        return self.pages[url]


def ask(text="connect.dns.example", status=200, body=BODY):
    dns = MemoryResolver({"_domainconnect.example.com": {"TXT": [text]}})
    address = f"{text.strip().strip('/')}/v2/example.com/settings"
    return discover(dns, Web(**{address: (status, body)}), ZONE)


def test_settings():
    assert ask() == Settings(
        "dns.example",
        "Dns Example",
        "https://connect.dns.example",
        "https://api.dns.example/dc",
        "https://panel.dns.example/example.com/records",
    )


@pytest.mark.parametrize(
    "text", [" connect.dns.example ", "api.dns.example/client/v4/dc", "a_b.example/x/"]
)
def test_address_in_the_zone(text):
    assert ask(text).name == "Dns Example"


def test_settings_that_say_little():
    settings = ask(body=b'{"providerId": "dns.example", "width": 750, "urlAPI": null}')
    assert settings == Settings("dns.example", "dns.example")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.dns.example",
        "javascript:alert(1)",
        "https://",
        "https://user@api.dns.example",
        "https://[::1",
        "https://api.dns.example/\u202e",
    ],
)
def test_addresses_that_are_none_are_left_out(url):
    body = json.dumps(SETTINGS | {"urlAPI": url, "urlControlPanel": url})
    settings = ask(body=body.encode())
    assert (settings.api_url, settings.panel_url) == ("", "")


@pytest.mark.parametrize(
    ("text", "status", "body", "code"),
    [
        ("connect.dns.example", 404, b"", "not_served"),
        ("connect.dns.example", 500, b"", "http_status"),
        ("connect.dns.example", 302, b"", "http_status"),
        ("connect.dns.example", 200, b"", "bad_settings"),
        ("connect.dns.example", 200, b"<html>", "bad_settings"),
        ("connect.dns.example", 200, b"[]", "bad_settings"),
        ("connect.dns.example", 200, b"\xff", "bad_settings"),
        ("connect.dns.example", 200, b"[" * 100_000, "bad_settings"),
        ("connect.dns.example", 200, b'{"providerId": 7}', "bad_settings"),
        ("https://connect.dns.example", 200, b"{}", "bad_host"),
        ("user@connect.dns.example", 200, b"{}", "bad_host"),
        ("connect.dns.example:8443", 200, b"{}", "bad_host"),
        ("connect.dns.example/../x?y", 200, b"{}", "bad_host"),
        ("127.0.0.1", 200, b"{}", "bad_host"),
        ("localhost", 200, b"{}", "bad_host"),
        ("", 200, b"{}", "bad_host"),
    ],
)
def test_settings_that_cannot_be_had(text, status, body, code):
    with pytest.raises(DomainConnectError) as raised:
        ask(text, status, body)
    assert raised.value.code == code
    assert str(raised.value)


def test_a_dns_host_that_is_not_reached():
    dns = MemoryResolver({"_domainconnect.example.com": {"TXT": ["dc.dns.example"]}})
    with pytest.raises(DomainConnectError, match=r"dc\.dns\.example .*no route"):
        discover(dns, Web(), ZONE)


def test_a_zone_that_names_no_dns_host():
    with pytest.raises(DomainConnectError, match="does not offer"):
        discover(MemoryResolver(), Web(), ZONE)


def test_a_zone_that_does_not_answer():
    dns = MemoryResolver()
    dns.fail("_domainconnect.example.com", "servfail")
    with pytest.raises(DomainConnectError, match="servfail"):
        discover(dns, Web(), ZONE)


@given(st.text(max_size=40), st.binary(max_size=60))
def test_whatever_they_answer(text, body):
    try:
        ask(text, 200, body)
    except DomainConnectError as error:
        assert str(error)


URL = f"api.dns.example/dc{TEMPLATE.path}"


@pytest.mark.parametrize(("status", "expected"), [(200, True), (404, False)])
def test_whether_the_template_is_known(status, expected):
    web = Web(**{URL: (status, b"")})
    assert is_supported(web, ask(), TEMPLATE) is expected


def test_whether_the_template_is_known_is_not_said():
    with pytest.raises(DomainConnectError, match="500"):
        is_supported(Web(**{URL: (500, b"")}), ask(), TEMPLATE)


@pytest.mark.parametrize("missing", ["urlAPI", "urlSyncUX"])
def test_no_template_without_the_addresses_for_it(missing):
    body = json.dumps(SETTINGS | {missing: ""}).encode()
    web = Web()
    assert not is_supported(web, ask(body=body), TEMPLATE)
    assert not web.asked


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"settings": (200, BODY), "template": (200, b"")}, Offer(ask())),
        ({"settings": (200, BODY), "template": (404, b"")}, Offer(None)),
        ({"settings": (200, BODY), "template": (500, b"")}, Offer(None)),
        ({"settings": (404, b"")}, Offer(None)),
        ({"settings": (200, BODY)}, None),
        ({}, None),
    ],
)
def test_what_a_dns_host_offers(pages, expected):
    urls = {"settings": "dc.example/v2/example.com/settings", "template": URL}
    web = Web(**{urls[name]: page for name, page in pages.items()})
    dns = MemoryResolver({"_domainconnect.example.com": {"TXT": ["dc.example"]}})
    assert HostQuestion(TEMPLATE, web).ask(dns, ZONE) == expected


def test_what_a_zone_without_a_dns_host_offers():
    dns = MemoryResolver()
    assert HostQuestion(TEMPLATE, Web()).ask(dns, ZONE) == Offer(None)
    dns.fail("_domainconnect.example.com", "timeout")
    assert HostQuestion(TEMPLATE, Web()).ask(dns, ZONE) is None


# Signing


def verify(public_key, query, signature):
    """What a DNS host does, as the specification says."""
    key = serialization.load_der_public_key(base64.b64decode(public_key))
    key.verify(
        base64.b64decode(unquote(signature)),
        query.encode(),
        padding.PKCS1v15(),
        hashes.SHA256(),
    )


def published_key(records):
    """Put the parts of a key together as DNS hosts do."""
    parts = [dict(tag.split("=", 1) for tag in text.split(",")) for text in records]
    assert {part["a"] for part in parts} == {"RS256"}
    return "".join(part["d"] for part in sorted(parts, key=lambda part: int(part["p"])))


def test_a_link_is_verified_with_the_published_key():
    records = public_key_records(PEM)
    assert len(records) == 2 and all(len(text) <= 255 for text in records)
    filling = fill_template(records_of("shop.example.com"), SHOP, ZONE)
    url = apply_url(
        ask(),
        TEMPLATE,
        filling,
        SigningKey("_dck1", PEM),
        redirect_uri="https://odoo.platform.example/back?a=1&b=ü",
        state="a+b/c",
    )
    address, _question, query = url.partition("?")
    assert address == (
        "https://connect.dns.example/v2/domainTemplates/providers/platform.example"
        "/services/mail-sender/apply"
    )
    signed, _key, rest = query.partition("&key=")
    label, _sig, signature = rest.partition("&sig=")
    assert label == "_dck1"
    verify(published_key(reversed(records)), signed, signature)
    with pytest.raises(InvalidSignature):
        verify(published_key(records), signed.replace("shop", "spam"), signature)
    values = {name: value for name, [value] in parse_qs(query).items()}
    assert values["domain"] == "example.com"
    assert values["host"] == "shop"
    assert values["groupId"] == "ownership,key1,alias,dmarc"
    assert values["redirect_uri"] == "https://odoo.platform.example/back?a=1&b=ü"
    assert values["state"] == "a+b/c"
    assert values["token"] == "t0k"


@pytest.mark.parametrize("pem", ["", "hello", generate_private_key("ed25519")])
def test_a_key_that_cannot_sign(pem):
    with pytest.raises(DomainConnectError) as raised:
        sign("a=1", pem)
    assert raised.value.code == "bad_key"
    assert "PRIVATE" not in str(raised.value)


def test_no_link_without_an_address():
    filling = fill_template(records_of(), ZONE, ZONE)
    with pytest.raises(DomainConnectError, match="takes no links"):
        apply_url(Settings("a", "A"), TEMPLATE, filling, SigningKey("k", PEM))


# The template

SHOP = DomainName.parse("shop.example.com")
RSA_KEY = DkimKey("odoo1", str(public_record(PEM)))
ED_KEY = DkimKey("b.odoo2", str(public_record(generate_private_key("ed25519"))))
ALIASED = DkimKey("odoo3", RSA_KEY.record, alias="odoo3.keys.platform.example")
ALIAS = PlatformNetwork("spf.platform.example", (), "cname", "rp.platform.example")
OWN_MX = PlatformNetwork("spf.platform.example", (), "mx", "mx.platform.example")
BY_ADDRESS = PlatformNetwork(
    "", ("192.0.2.0/28", "2001:db8::1"), "mx", "mx.platform.example"
)


def records_of(domain="example.com", keys=(RSA_KEY,), platform=ALIAS):
    setup = DomainSetup(DomainName.parse(domain), "t0k", keys, platform)
    return build_records(setup).records


def template():
    return json.loads(TEMPLATE_FILE.read_text())


def applied(filling):
    """The records that a DNS host makes of the template, from the specification."""
    values = dict(filling.variables)
    base = f"{filling.host}.{filling.zone.ascii}".removeprefix(".")

    def fill(text):
        return re.sub("%([a-z0-9]+)%", lambda match: values[match[1]], text)

    for record in template()["records"]:
        if record["groupId"] not in filling.groups:
            continue
        host = f"{fill(record['host'])}.{base}"
        match record["type"]:
            case "TXT":
                yield host, "TXT", fill(record["data"])
            case "CNAME":
                yield host, "CNAME", fill(record["pointsTo"])
            case "MX":
                yield host, "MX", f"{record['priority']} {fill(record['pointsTo'])}"
            case "SPFM":
                yield host, "TXT", f"v=spf1 {fill(record['spfRules'])} ~all"


@pytest.mark.parametrize("domain", ["example.com", "shop.example.com"])
@pytest.mark.parametrize("platform", [ALIAS, OWN_MX, BY_ADDRESS])
@pytest.mark.parametrize(
    "keys", [(), (RSA_KEY,), (RSA_KEY, ED_KEY), (ALIASED,), (ED_KEY, ALIASED)]
)
def test_the_template_makes_the_expected_records(domain, platform, keys):
    records = records_of(domain, keys, platform)
    filling = fill_template(records, DomainName.parse(domain), ZONE)
    assert sorted(applied(filling)) == sorted(
        (record.host, record.type, record.value)
        for record in records
        if record.purpose is not Purpose.SPF
    )


def test_a_dmarc_record_above_the_domain_is_left_out():
    setup = DomainSetup(SHOP, "t0k", (RSA_KEY,), ALIAS, layout=Layout.SUBDOMAIN)
    records = build_records(setup).records
    assert "_dmarc.example.com" in {record.host for record in records}
    filling = fill_template(records, SHOP, ZONE)
    assert filling.groups == ("ownership", "key1", "alias")


def test_a_dmarc_record_that_keeps_what_was_there_is_left_out():
    records = [
        replace(record, value="v=DMARC1; p=reject")
        if record.purpose is Purpose.DMARC
        else record
        for record in records_of()
    ]
    assert "dmarc" in fill_template(records_of(), ZONE, ZONE).groups
    assert "dmarc" not in fill_template(records, ZONE, ZONE).groups


def test_the_template_has_room_for_two_keys():
    keys = (RSA_KEY, ED_KEY, ALIASED)
    filling = fill_template(records_of(keys=keys), ZONE, ZONE)
    assert [group for group in filling.groups if "key" in group] == ["key1", "key2"]
    assert MAX_KEYS == 2


def test_the_template_follows_the_rules_of_the_repository():
    content = template()
    assert TEMPLATE_FILE.stem == f"{content['providerId']}.{content['serviceId']}"
    # Links have to be signed, and no raw SPF record is allowed.
    assert content["syncPubKeyDomain"]
    assert not any("v=spf1" in record.get("data", "") for record in content["records"])
    assert all(record["groupId"] for record in content["records"])
    used = set(re.findall("%([a-z0-9]+)%", json.dumps(content["records"])))
    described = set(re.findall(r"[a-z]+[12]?", content["variableDescription"]))
    assert used <= described
    assert urlsplit(f"https://{content['syncRedirectDomain']}").hostname
