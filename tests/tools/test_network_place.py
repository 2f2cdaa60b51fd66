# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which hosts lie in a network of one's own."""

import pytest
from tools.network_place import find_private_address, is_public, is_public_name


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("10.1.2.3", "10.1.2.3"),
        ("172.16.0.1", "172.16.0.1"),
        ("192.168.1.1", "192.168.1.1"),
        # Where clouds tell their machines secrets.
        ("169.254.169.254", "169.254.169.254"),
        ("100.64.0.1", "100.64.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        # Many hosts at once.
        ("224.0.0.1", "224.0.0.1"),
        ("ff0e::1", "ff0e::1"),
        ("::1", "::1"),
        ("fd00::1", "fd00::1"),
        ("fe80::1", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fec0::1", "fec0::1"),
        # What gateways make an IPv4 address of.
        ("::7f00:1", "::7f00:1"),
        ("2002:a00:1::1", "2002:a00:1::1"),
        ("64:ff9b::c0a8:101", "64:ff9b::c0a8:101"),
        ("64:ff9b:1::808:808", "64:ff9b:1::808:808"),
        ("64:ff9b::808:808", ""),
        ("2002:808:808::1", ""),
        ("8.8.8.8", ""),
        ("2001:4860:4860::8888", ""),
        ("::ffff:8.8.8.8", ""),
    ],
)
def test_which_addresses_are_public(address, shown):
    assert is_public(address) is (not shown)
    assert find_private_address(address) == shown


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("dns.example.com", True),
        ("_dc.Example.com.", True),
        ("8.8.8.8", False),
        ("2130706433", False),
        ("0x7f000001", False),
        ("127.0x1", False),
        ("127.1", False),
        ("::1", False),
        ("2001:4860:4860::8888", False),
        ("localhost", False),
        ("localhost.localdomain", False),
        ("metadata.google.internal", False),
        ("printer.local.", False),
        ("intranet", False),
        ("a b.example.com", False),
        ("", False),
    ],
)
def test_which_names_are_public(host, expected):
    assert is_public_name(host) is expected


@pytest.mark.parametrize(
    ("host", "found"),
    [
        # Another way to write 127.0.0.1.
        ("2130706433", "127.0.0.1"),
        ("no such host", ""),
        ("a" * 300, ""),
    ],
)
def test_the_address_of_a_host(host, found):
    assert find_private_address(host) == found


def test_the_name_of_this_machine():
    assert find_private_address("localhost") in ("127.0.0.1", "::1")
