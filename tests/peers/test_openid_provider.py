# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The OpenID provider lets people log in, and its tokens age."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import requests

from .https_server import trusting_session
from .openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL_SCOPE,
    REDIRECT_URI,
    OpenIdProvider,
)

VERIFIER = "a" * 43
#: The SHA-256 of the verifier (RFC 7636, section 4.2).
CHALLENGE = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"


@pytest.fixture(scope="module")
def idp() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as idp:
        yield idp


@pytest.fixture
def session(idp: OpenIdProvider) -> Iterator[requests.Session]:
    with trusting_session(idp.authority) as session:
        yield session


def authorization_url(idp: OpenIdProvider) -> str:
    parameters = {
        "client_id": CLIENT_ID,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "prompt": "consent",
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": f"openid {EMAIL_SCOPE}",
        "state": "state",
    }
    return f"{idp.url}/authorize?{urlencode(parameters)}"


def get_token(idp: OpenIdProvider, session: requests.Session) -> str:
    answer = idp.log_in(authorization_url(idp), "ann@acme.test")
    form = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code": answer["code"],
        "code_verifier": VERIFIER,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT_URI,
    }
    reply = session.post(f"{idp.url}/token", data=form, timeout=10)
    assert reply.ok, reply.text
    return reply.json()["access_token"]


def test_somebody_logs_in(idp, session):
    before = idp.issued("authorization_code")
    told = idp.introspect(get_token(idp, session))
    assert (told["active"], told["username"]) == (True, "ann@acme.test")
    assert idp.issued("authorization_code") == before + 1


def test_somebody_refuses(idp):
    answer = idp.log_in(authorization_url(idp), "ann@acme.test", deny=True)
    assert (answer["error"], answer["state"]) == ("access_denied", "state")


def test_tokens_age_with_the_clock(idp, session):
    token = get_token(idp, session)
    idp.advance(3601)
    assert idp.introspect(token) == {"active": False}


def test_whoever_knows_a_token_may_revoke_it(idp, session):
    token = get_token(idp, session)
    session.post(f"{idp.url}/revoke", data={"token": token}, timeout=10)
    assert idp.introspect(token) == {"active": False}


def test_listens_no_more(session):
    with OpenIdProvider() as idp:
        pass
    with pytest.raises(requests.ConnectionError):
        session.get(idp.url, timeout=10)
