# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The verifiers tell a good message from a spoiled one."""

from dataclasses import replace

import pytest

from . import opendkim, verify_python
from .verify import Mailauth


@pytest.fixture
def mailauth(zone):
    with Mailauth(zone.address) as verifier:
        yield verifier


@pytest.fixture
def tampered_mail(signed_mail):
    content = signed_mail.content.replace(b"A line.", b"Another line.")
    return replace(signed_mail, content=content)


def test_mailauth_passes_a_good_message(mailauth, signed_mail):
    verdict = mailauth.verify(signed_mail)
    assert verdict.passes, verdict
    assert verdict.signatures[0].domain == "acme.test"
    assert verdict.header_from == ("info@acme.test",)


def test_mailauth_sees_a_tampered_body(mailauth, tampered_mail):
    assert mailauth.verify(tampered_mail).dkim == "neutral"


def test_mailauth_sees_a_foreign_client(mailauth, signed_mail):
    verdict = mailauth.verify(signed_mail, client_ip="192.0.2.1")
    assert (verdict.dkim, verdict.spf, verdict.dmarc) == ("pass", "fail", "pass")


def test_mailauth_sees_an_unsigned_unaligned_message(mailauth, signed_mail, zone):
    zone.add_zone("other.test")
    start = signed_mail.content.index(b"From: ")
    unsigned = replace(
        signed_mail, content=signed_mail.content[start:], mail_from="x@other.test"
    )
    verdict = mailauth.verify(unsigned)
    assert (verdict.dkim, verdict.spf, verdict.dmarc) == ("none", "none", "fail")


def test_mailauth_sees_a_revoked_key(mailauth, signed_mail, zone):
    zone.set("odoo._domainkey.acme.test", "TXT", "v=DKIM1; k=rsa; p=")
    assert mailauth.verify(signed_mail).dkim == "neutral"


def test_opendkim_passes_a_good_message(zone, signed_mail):
    verdict = opendkim.verify(signed_mail.content, zone.address)
    assert verdict.passes, verdict
    assert (verdict.domain, verdict.selector) == ("acme.test", "odoo")


def test_opendkim_sees_a_tampered_body(zone, tampered_mail):
    assert not opendkim.verify(tampered_mail.content, zone.address).passes


def test_opendkim_sees_a_missing_key(zone, signed_mail):
    zone.remove("odoo._domainkey.acme.test")
    assert not opendkim.verify(signed_mail.content, zone.address).passes


def test_dkimpy_passes_a_good_message(zone, signed_mail):
    assert verify_python.verify_dkim(signed_mail.content, zone.address)


def test_dkimpy_sees_a_tampered_body(zone, tampered_mail):
    assert not verify_python.verify_dkim(tampered_mail.content, zone.address)


@pytest.mark.parametrize(
    "client_ip,result", [("127.0.0.1", "pass"), ("192.0.2.1", "fail")]
)
def test_pyspf_judges_the_client(zone, signed_mail, client_ip, result):
    assert verify_python.verify_spf(signed_mail, zone.address, client_ip) == result
