# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The DNS host of a domain is known by its name servers."""

from urllib.parse import urlsplit

import pytest
from tools.dns_host import detect, find_host, known_hosts
from tools.domain_name import DomainName
from tools.resolver import MemoryResolver


@pytest.mark.parametrize(
    ("name_servers", "expected"),
    [
        (["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"], "Cloudflare"),
        (["ADA.NS.Cloudflare.com."], "Cloudflare"),
        (["ns-12.awsdns-01.com", "ns-2048.awsdns-64.co.uk"], "Amazon Route 53"),
        (["ns1-02.azure-dns.com", "ns4-02.azure-dns.info"], "Azure DNS"),
        (["ns-cloud-a1.googledomains.com"], "Google Cloud DNS"),
        (["ns1031.ui-dns.com", "ns1040.ui-dns.biz"], "IONOS"),
        (["ns-strato.ui-dns.de"], "Strato"),
        (["ns-arsys.ui-dns.es"], "Arsys"),
        (["ns0.transip.net", "ns1.transip.nl", "ns2.transip.eu"], "TransIP"),
        (["ns3.combell.net", "ns4.combell.net"], "Combell"),
        (["nsany1.infomaniak.com"], "Infomaniak"),
        (["ns-6-a.gandi.net"], "Gandi"),
        (["dns109.ovh.net", "ns109.ovh.net"], "OVHcloud"),
        (["hydrogen.ns.hetzner.com", "helium.ns.hetzner.de"], "Hetzner"),
        (["root-dns.netcup.net"], "netcup"),
        (["dns.technorail.com", "dns3.arubadns.net"], "Aruba"),
        (["ns1.example.net", "ns01.one.com", "ns02.one.com"], "one.com"),
        (["ns1.example.net"], None),
        (["ns.cloudflare.com.example.net"], None),
        (["evilgandi.net"], None),
        ([], None),
    ],
)
def test_host_of_name_servers(name_servers, expected):
    host = find_host(name_servers)
    assert (host and host.name) == expected


def test_most_of_the_name_servers_decide():
    servers = ["ns1.linode.com", "ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]
    assert find_host(servers).name == "Cloudflare"


def test_facts():
    hosts = known_hosts()
    assert len(hosts) >= 30
    names = [host.name for host in hosts]
    assert names == sorted(set(names), key=str.lower)
    patterns = [pattern for host in hosts for pattern in host.name_servers]
    assert len(patterns) == len(set(patterns))
    for host in hosts:
        assert all(pattern == pattern.lower() for pattern in host.name_servers)
        assert urlsplit(host.panel).scheme == "https"
        assert host.source.startswith(("https://", "seen in zones of customers: "))


@pytest.mark.parametrize(
    ("domain", "zone", "host"),
    [
        ("example.com", "example.com", "Gandi"),
        ("shop.example.com", "example.com", "Gandi"),
        ("deep.shop.example.com", "example.com", "Gandi"),
        ("mail.example.com", "mail.example.com", None),
        ("eu.mail.example.com", "mail.example.com", None),
        ("other.example", None, None),
    ],
)
def test_zone_of_a_domain(domain, zone, host):
    dns = MemoryResolver(
        {
            "example.com": {"NS": ["ns-1-a.gandi.net", "ns-2-b.gandi.net"]},
            "mail.example.com": {"NS": ["ns1.example.net"]},
            "shop.example.com": {"CNAME": ["example.com"]},
        }
    )
    hosting = detect(dns, DomainName.parse(domain))
    assert (hosting.zone and hosting.zone.ascii) == zone
    assert (hosting.host and hosting.host.name) == host
    assert not hosting.reason


def test_dns_that_does_not_tell():
    dns = MemoryResolver()
    dns.fail("example.com", "timeout")
    hosting = detect(dns, DomainName.parse("shop.example.com"))
    assert (hosting.zone, hosting.reason) == (None, "timeout")
