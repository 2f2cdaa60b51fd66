# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access to a mailbox that no person stands behind."""

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from providers.base import Purpose
from providers.errors import ApplicationError, RefusedError
from providers.microsoft import MANY_TENANTS

from ..peers.https_server import Reply
from ..peers.openid_provider import CERTIFICATE_CLIENT_ID
from ..peers.service_account import ISSUER, make_key_file, make_private_key
from .conftest import SENDING
from .token_server import ANN, google_at, microsoft_at, token

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return make_private_key()


@pytest.fixture
def key_file(private_key, token_server) -> dict[str, str]:
    """What Google gives to the administrator."""
    return make_key_file(private_key, f"{token_server.url}/token")


def test_google_opens_a_mailbox_to_a_service_account(
    token_server, http, key_file, private_key
):
    token_server.reply = token()
    google = google_at(token_server.url, http, service_account_key=key_file)
    access = google.application_access(ANN, Purpose.API)
    assert access.token == "token"
    form = token_server.requests[-1].form
    assert form["grant_type"] == JWT_GRANT
    claims = jwt.decode(
        form["assertion"],
        private_key.public_key(),
        algorithms=["RS256"],
        audience="https://oauth2.googleapis.com/token",
    )
    assert (claims["iss"], claims["sub"]) == (ISSUER, ANN)
    assert claims["scope"] == "https://www.googleapis.com/auth/gmail.send"


@pytest.mark.parametrize(
    ("error", "description", "kind", "code"),
    [
        (
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or "
            "client not authorized for any of the scopes requested.",
            ApplicationError,
            "admin_consent_missing",
        ),
        (
            "access_denied",
            "Requested client not authorized.",
            ApplicationError,
            "admin_consent_missing",
        ),
        (
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
            "reasonable timeframe. Check your iat and exp values in the JWT claim.",
            ApplicationError,
            "clock_skew",
        ),
        ("invalid_grant", "Invalid JWT Signature.", ApplicationError, "bad_key"),
        ("invalid_grant", "Invalid email or User ID", RefusedError, "no_mailbox"),
    ],
)
def test_google_opens_no_mailbox(
    token_server, http, key_file, error, description, kind, code
):
    token_server.reply = Reply(400, {"error": error, "error_description": description})
    google = google_at(token_server.url, http, service_account_key=key_file)
    with pytest.raises(kind) as failure:
        google.application_access(ANN, Purpose.API)
    assert (failure.value.code, failure.value.params["detail"]) == (code, description)


@pytest.mark.parametrize("changes", [{}, {"private_key": "no key"}])
def test_a_key_file_that_is_none(token_server, http, key_file, changes):
    given = {**key_file, **changes} if changes else None
    google = google_at(token_server.url, http, service_account_key=given)
    with pytest.raises(ApplicationError) as failure:
        google.application_access(ANN, Purpose.API)
    assert failure.value.code == "bad_key"


@pytest.mark.parametrize("purpose", SENDING)
def test_microsoft_opens_its_mailboxes_to_an_application(make_microsoft, idp, purpose):
    access = make_microsoft().application_access(ANN, purpose)
    told = idp.introspect(access.token)
    assert told["active"]
    assert told["scope"].endswith("/.default")
    assert ("outlook.office365.com" in told["scope"]) == (purpose == Purpose.SMTP)


def test_an_application_proves_itself_with_a_certificate(
    make_microsoft, idp, certificate
):
    microsoft = make_microsoft(
        client_id=CERTIFICATE_CLIENT_ID, client_secret="", certificate=certificate
    )
    access = microsoft.application_access(ANN, Purpose.API)
    assert idp.introspect(access.token)["client_id"] == CERTIFICATE_CLIENT_ID


def test_a_certificate_of_somebody_else(make_microsoft, authority):
    other = authority.issue_cert("other.test", key_type=trustme.KeyType.RSA)
    microsoft = make_microsoft(
        client_id=CERTIFICATE_CLIENT_ID,
        certificate=other.private_key_and_cert_chain_pem.bytes().decode(),
    )
    with pytest.raises(ApplicationError) as failure:
        microsoft.application_access(ANN, Purpose.API)
    assert failure.value.code == "wrong_client"


def test_a_certificate_that_cannot_be_used(make_microsoft, authority, certificate):
    key, *_chain = certificate.partition("-----BEGIN CERTIFICATE-----")
    other = authority.issue_cert("other.test")
    elliptic = other.private_key_and_cert_chain_pem.bytes().decode()
    mixed = key + other.cert_chain_pems[0].bytes().decode()
    for given in ("nonsense", key, elliptic, mixed):
        with pytest.raises(ApplicationError) as failure:
            make_microsoft(certificate=given).application_access(ANN, Purpose.API)
        assert failure.value.code == "bad_key"


@pytest.mark.parametrize("tenant", MANY_TENANTS)
def test_an_application_needs_to_know_its_tenant(token_server, http, tenant):
    microsoft = microsoft_at(token_server.url, http, tenant=tenant)
    with pytest.raises(ApplicationError) as failure:
        microsoft.application_access(ANN, Purpose.API)
    assert failure.value.code == "tenant_needed"
    assert not token_server.requests


def test_a_wrong_client_secret(make_microsoft):
    with pytest.raises(ApplicationError) as failure:
        make_microsoft(client_secret="guessed").application_access(ANN, Purpose.API)
    assert failure.value.code == "wrong_client"


def test_an_assertion_that_came_too_late(make_microsoft, idp, certificate):
    """The clocks differ by an hour."""
    idp.advance(3600)
    microsoft = make_microsoft(
        client_id=CERTIFICATE_CLIENT_ID, client_secret="", certificate=certificate
    )
    with pytest.raises(ApplicationError):
        microsoft.application_access(ANN, Purpose.API)
