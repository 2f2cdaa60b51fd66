# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A signed message and the DNS server that vouches for it."""

import base64
from collections.abc import Iterator

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from .nsd import Nsd
from .smtp_receiver import ReceivedMail

MESSAGE = b"""\
From: Acme <info@acme.test>\r
To: somebody@example.com\r
Subject: hello\r
Date: Sun, 22 Nov 2026 10:00:00 +0000\r
Message-ID: <1@acme.test>\r
\r
A line.\r
"""


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    """A key that signs for acme.test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def zone(private_key: rsa.RSAPrivateKey) -> Iterator[Nsd]:
    """A server on which acme.test allows 127.0.0.1 and publishes its key."""
    public = private_key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    key = base64.b64encode(public).decode()
    records = {
        "acme.test": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"]},
        "odoo._domainkey.acme.test": {"TXT": [f"v=DKIM1; k=rsa; p={key}"]},
        "_dmarc.acme.test": {"TXT": ["v=DMARC1; p=reject"]},
    }
    with Nsd("acme.test", records=records) as server:
        yield server


@pytest.fixture
def signed_mail(private_key: rsa.RSAPrivateKey) -> ReceivedMail:
    """A message from acme.test, signed by dkimpy."""
    pem = private_key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    signature = dkim.sign(MESSAGE, b"odoo", b"acme.test", pem)
    return ReceivedMail(
        content=signature + MESSAGE,
        mail_from="bounce@acme.test",
        recipients=("somebody@example.com",),
        helo="mx.acme.test",
        client_ip="127.0.0.1",
        client_port=1,
        encrypted=False,
        login="",
    )
