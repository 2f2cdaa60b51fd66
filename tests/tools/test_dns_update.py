# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records get into a zone by signed updates; whatever goes wrong is told."""

import base64
import os

import dns.message
import dns.name
import dns.rcode
import dns.tsig
import pytest
from fake_dns import free_port
from fake_primary import FakePrimary, answer_unsigned, refuse_signature
from hypothesis import given
from hypothesis import strategies as st
from tools.dns_update import (
    ALGORITHMS,
    DEFAULT_TTL,
    Change,
    DnsUpdateError,
    TsigKey,
    build_update,
    send_update,
)

ZONE = "keys.platform.example"
HOST = "odoo1.example.com.keys.platform.example"
SECRET = base64.b64encode(os.urandom(32)).decode()
KEY = TsigKey("odoo-update", SECRET)
RECORD = "v=DKIM1; k=rsa; p=" + "A" * 392
PUBLISH = Change(HOST, "TXT", (RECORD,))


@pytest.fixture(params=["hmac-sha256", "hmac-sha512"])
def key(request):
    return TsigKey("odoo-update", SECRET, request.param)


@pytest.fixture
def primary(key):
    name = dns.name.from_text(key.name)
    secret = dns.tsig.Key(name, SECRET, key.algorithm)
    with FakePrimary(ZONE, secret) as server:
        yield server


def update(primary, key, *changes, zone=ZONE):
    send_update(primary.server, zone, changes, key, timeout=5)


def test_publishes_replaces_and_removes(primary, key):
    update(
        primary,
        key,
        PUBLISH,
        Change(f"Alias.{ZONE}.", "CNAME", ("target.example",), ttl=60),
        Change(f"two.{ZONE}", "TXT", ('say "hi" \\ \u00e9', "second")),
    )
    assert primary.records == {
        (f"{HOST}.", "TXT"): {f'"{RECORD[:255]}" "{RECORD[255:]}"'},
        (f"Alias.{ZONE}.", "CNAME"): {"target.example."},
        (f"two.{ZONE}.", "TXT"): {r'"say \"hi\" \\ \195\169"', '"second"'},
    }
    assert primary.ttls[f"{HOST}.", "TXT"] == DEFAULT_TTL
    assert primary.ttls[f"Alias.{ZONE}.", "CNAME"] == 60
    update(primary, key, Change(HOST, "TXT", ("v=DKIM1; p=",)))
    assert primary.records[f"{HOST}.", "TXT"] == {'"v=DKIM1; p="'}
    update(primary, key, Change(HOST, "TXT"))
    assert (f"{HOST}.", "TXT") not in primary.records


def refused(server, *changes, key=KEY, zone=ZONE, **options):
    with pytest.raises(DnsUpdateError) as raised:
        send_update(server, zone, changes, key, **options)
    error = raised.value
    assert error.code in error.sentences
    assert SECRET not in str(error) and SECRET not in repr(error)
    return error.code


@pytest.mark.parametrize(
    ("change", "zone", "key", "code"),
    [
        (Change("example.com", "TXT", ("x",)), ZONE, KEY, "outside"),
        (Change(f"x{ZONE}", "TXT", ("x",)), ZONE, KEY, "outside"),
        (Change(HOST, "MX", ("10 mx.example",)), ZONE, KEY, "bad_type"),
        (Change(HOST, "MX"), ZONE, KEY, "bad_type"),
        (Change("a..b", "TXT", ("x",)), ZONE, KEY, "bad_name"),
        (Change("", "TXT", ("x",)), ZONE, KEY, "bad_name"),
        (Change("\u00fc.example", "TXT", ("x",)), ZONE, KEY, "bad_name"),
        (Change(HOST, "CNAME", ("x" * 64,)), ZONE, KEY, "bad_name"),
        (PUBLISH, ".", KEY, "bad_name"),
        (PUBLISH, ZONE, TsigKey("", SECRET), "bad_name"),
        (PUBLISH, ZONE, TsigKey("k", "no base-64"), "bad_secret"),
        (PUBLISH, ZONE, TsigKey("k", "AAA"), "bad_secret"),
        (PUBLISH, ZONE, TsigKey("k", ""), "bad_secret"),
        (PUBLISH, ZONE, TsigKey("k", "\u00fc"), "bad_secret"),
        (PUBLISH, ZONE, TsigKey("k", SECRET, "hmac-md5"), "bad_algorithm"),
    ],
)
def test_what_cannot_be_asked(change, zone, key, code):
    with pytest.raises(DnsUpdateError) as raised:
        build_update(zone, [change], key)
    assert raised.value.code == code


NAMES = (
    st.text(max_size=300)
    | st.text("ab.-_\\@ü\0", max_size=300)
    | st.sampled_from([HOST, ZONE, f"x.{HOST}."])
)


@given(
    NAMES,
    st.builds(
        Change,
        NAMES,
        st.sampled_from(["TXT", "CNAME", "MX", ""]),
        st.lists(st.text(max_size=600) | NAMES, max_size=2).map(tuple),
    ),
    st.builds(
        TsigKey,
        NAMES,
        st.text(max_size=40) | st.sampled_from([SECRET, f" {SECRET[:9]}"]),
        st.sampled_from([*ALGORITHMS, "hmac-md5", ""]),
    ),
)
def test_any_update_is_made_or_refused(zone, change, key):
    try:
        assert build_update(zone, [change], key).to_wire()
    except DnsUpdateError as error:
        assert str(error)


@pytest.mark.parametrize(
    "server", ["", "ns.example", "127.0.0.1:x", "127.0.0.1:99999", "::g"]
)
def test_no_server(server):
    assert refused(server, PUBLISH) == "bad_server"


def test_a_server_that_is_not_there():
    assert refused(f"127.0.0.1:{free_port()}", PUBLISH) == "network"


def test_the_secret_is_not_shown():
    assert SECRET not in repr(KEY)


@pytest.mark.parametrize("key", ["hmac-sha256"], indirect=True)
class TestRefusals:
    def test_another_zone(self, primary, key):
        zone = "example.com"
        assert refused(primary.server, Change(zone, "TXT"), zone=zone) == "not_its_zone"

    def test_a_key_that_may_not_change_the_zone(self, primary, key):
        primary.rcode = dns.rcode.REFUSED
        assert refused(primary.server, PUBLISH) == "refused"

    def test_an_unknown_key(self, primary, key):
        unknown = TsigKey("somebody", SECRET)
        assert refused(primary.server, PUBLISH, key=unknown) == "unknown_key"

    def test_another_secret(self, primary, key):
        other = TsigKey(key.name, base64.b64encode(b"other").decode())
        assert refused(primary.server, PUBLISH, key=other) == "wrong_secret"
        assert not primary.records

    def test_another_algorithm(self, primary, key):
        other = TsigKey(key.name, SECRET, "hmac-sha384")
        assert refused(primary.server, PUBLISH, key=other) == "unknown_key"

    def test_clocks_that_differ(self, primary, key):
        primary.fault = lambda wire: refuse_signature(wire, dns.rcode.BADTIME)
        assert refused(primary.server, PUBLISH) == "wrong_time"

    def test_a_failure(self, primary, key):
        primary.rcode = dns.rcode.SERVFAIL
        assert refused(primary.server, PUBLISH) == "failed"

    @pytest.mark.parametrize("rcode", [dns.rcode.NOERROR, dns.rcode.REFUSED])
    def test_an_answer_that_nobody_signed(self, primary, key, rcode):
        primary.fault = answer_unsigned(rcode)
        assert refused(primary.server, PUBLISH) == "malformed"

    @pytest.mark.parametrize("junk", [b"", b"\x00", b"hello, this is no message"])
    def test_junk(self, primary, key, junk):
        primary.fault = lambda wire: junk
        assert refused(primary.server, PUBLISH) == "malformed"

    def test_a_server_that_hangs_up(self, primary, key):
        primary.fault = lambda wire: None
        assert refused(primary.server, PUBLISH) == "malformed"

    def test_an_answer_to_something_else(self, primary, key):
        answer = answer_unsigned(dns.rcode.NOERROR)
        primary.fault = lambda wire: bytes([wire[0] ^ 1]) + answer(wire)[1:]
        assert refused(primary.server, PUBLISH) == "malformed"
