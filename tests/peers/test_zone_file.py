# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zone files that the addon writes are read by a name server that is not ours."""

import pytest
from tools.dkim import generate_private_key, public_record
from tools.dns_resolver import DnsResolver
from tools.domain_name import DomainName
from tools.expected_records import (
    DkimKey,
    DomainSetup,
    PlatformNetwork,
    behind_aliases,
    build_records,
    key_alias,
)
from tools.record_checks import check_records
from tools.zone_file import Authority, zone_file

from .nsd import Nsd, check_zone

PLATFORM_RECORDS = {
    "spf.platform.test": {"TXT": ["v=spf1 ip4:192.0.2.0/28 -all"]},
    "rp.platform.test": {"MX": ["10 mx.platform.test"]},
    "mx.platform.test": {"A": ["192.0.2.1"]},
}
ALIAS = PlatformNetwork("spf.platform.test", (), "cname", "rp.platform.test")
OWN_MX = PlatformNetwork("", ("192.0.2.0/28",), "mx", "mx.platform.test")

HEAD = """\
$ORIGIN {zone}.
@ 60 IN SOA ns1 hostmaster 7 3600 600 86400 60
@ 60 IN NS ns1
ns1 60 IN A 192.0.2.53
"""


def records_of(domain: str, platform: PlatformNetwork):
    keys = (
        DkimKey("odoo1", str(public_record(generate_private_key("rsa")))),
        DkimKey("odoo2", str(public_record(generate_private_key("ed25519")))),
    )
    setup = DomainSetup(DomainName.parse(domain), "t0k", keys, platform)
    return build_records(setup).records


@pytest.mark.parametrize("platform", [ALIAS, OWN_MX], ids=["alias", "own-mx"])
@pytest.mark.parametrize("domain", ["acme.test", "shop.acme.test"])
@pytest.mark.parametrize("is_whole", [False, True], ids=["added", "whole"])
def test_the_records_of_a_zone_file_are_right(domain, platform, is_whole):
    zone = DomainName.parse("acme.test")
    records = records_of(domain, platform)
    text = zone_file(
        records,
        zone,
        note=lambda record: f"{record.purpose}: wer das löscht,\nsendet nicht mehr",
        authority=Authority(("ns1.platform.test",), serial=7) if is_whole else None,
    )
    if not is_whole:
        text = HEAD.format(zone=zone.ascii) + text
    with Nsd(zone.ascii, "platform.test", records=PLATFORM_RECORDS) as server:
        server.load(zone.ascii, text)
        resolver = DnsResolver([server.address], authoritative=False)
        results = check_records(records, resolver, platform)
    assert [(result.status.value, result.code) for result in results] == [
        ("ok", "") for _record in records
    ]


def test_keys_behind_aliases():
    domain, key_zone = map(DomainName.parse, ("acme.test", "keys.test"))
    record = str(public_record(generate_private_key("rsa")))
    key = DkimKey("odoo1", record, alias=key_alias("odoo1", domain, key_zone))
    records = build_records(DomainSetup(domain, "t0k", (key,), ALIAS)).records
    authority = Authority(("ns1.platform.test",))
    zones = (domain.ascii, key_zone.ascii, "platform.test")
    with Nsd(*zones, records=PLATFORM_RECORDS) as server:
        for zone, kept in ((domain, records), (key_zone, behind_aliases(records))):
            server.load(zone.ascii, zone_file(kept, zone, authority=authority))
        resolver = DnsResolver([server.address], authoritative=False)
        results = check_records(records, resolver, ALIAS)
    assert {(result.status.value, result.code) for result in results} == {("ok", "")}


def test_the_checker_refuses_what_is_no_zone_file():
    with pytest.raises(ValueError, match="error"):
        check_zone("acme.test", "$ORIGIN acme.test.\n@ IN TXT\n")
