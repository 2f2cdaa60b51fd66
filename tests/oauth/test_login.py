# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Linking a mailbox: from the button to a lasting permission, at both providers."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from providers.base import Grant, Purpose, after
from providers.errors import (
    ApplicationError,
    ConnectError,
    GrantError,
    TemporaryError,
)
from providers.microsoft import CLOUDS

from ..peers.https_server import Reply
from ..peers.openid_provider import (
    CERTIFICATE_CLIENT_ID,
    FORGETFUL_CLIENT_ID,
    REDIRECT_URI,
    TENANT,
)
from .conftest import SENDING
from .token_server import (
    ANN,
    PERSONAL,
    finish_at_google,
    finish_at_microsoft,
    microsoft_at,
    token,
)

BOB = "bob@other.test"


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_login_gives_a_lasting_permission(provider, connect):
    grant = connect(provider)
    assert grant.account == ANN
    assert all(provider.covers(grant, purpose) for purpose in SENDING)
    assert not provider.covers(grant, Purpose.ADDRESSES)


def test_the_browser_is_sent_with_a_hint_and_without_our_secrets(provider):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    sent = parameters(begun.url)
    assert sent["redirect_uri"] == REDIRECT_URI
    assert sent["state"] == begun.state
    assert sent["login_hint"] == ANN
    assert sent["code_challenge_method"] == "S256"
    assert begun.flow.get("code_verifier", "secret") not in begun.url


def test_a_login_without_a_hint(provider, idp):
    begun = provider.start(SENDING, REDIRECT_URI)
    assert "login_hint" not in begun.url
    grant = provider.finish(begun.flow, idp.log_in(begun.url, BOB))
    assert grant.account == BOB


def test_google_is_asked_for_a_permission_that_lasts(make_google):
    sent = parameters(make_google().start([Purpose.API], REDIRECT_URI).url)
    assert (sent["access_type"], sent["prompt"]) == ("offline", "consent")


def test_google_is_asked_for_the_narrow_permission(make_google):
    google = make_google()
    narrow = parameters(google.start([Purpose.API], REDIRECT_URI).url)["scope"]
    assert narrow.split()[2:] == ["https://www.googleapis.com/auth/gmail.send"]
    wide = parameters(google.start([Purpose.SMTP], REDIRECT_URI).url)["scope"]
    assert wide.split()[2:] == ["https://mail.google.com/"]


def test_every_login_is_another(provider):
    one, two = (provider.start(SENDING, REDIRECT_URI) for _time in range(2))
    assert one.state != two.state
    assert one.flow != two.flow


def test_a_flow_can_be_kept_as_json(provider, idp):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    flow = json.loads(json.dumps(begun.flow))
    assert provider.finish(flow, idp.log_in(begun.url, ANN)).account == ANN


def test_a_grant_can_be_kept_as_text(provider, connect):
    grant = connect(provider)
    kept = Grant.from_json(grant.to_json())
    assert kept == grant
    assert provider.refresh(kept, Purpose.API)


def test_the_tenant_is_told(make_microsoft, connect):
    assert connect(make_microsoft()).organization == "acme-tenant"


# ------------------------------------------------------------------ what can go wrong


def test_consent_denied(provider, connect):
    with pytest.raises(ConnectError) as failure:
        connect(provider, deny=True)
    assert failure.value.code == "consent_denied"


def test_less_consent_than_asked_for(provider, connect):
    [scope] = provider.scopes[Purpose.API]
    with pytest.raises(GrantError) as failure:
        connect(provider, withhold=(scope,))
    assert (failure.value.code, failure.value.params["scopes"]) == (
        "scope_missing",
        scope,
    )


def test_consent_to_another_resource_than_asked_for(make_microsoft, connect):
    microsoft = make_microsoft()
    [scope] = microsoft.scopes[Purpose.SMTP]
    with pytest.raises(GrantError) as failure:
        connect(microsoft, withhold=(scope,))
    assert (failure.value.code, failure.value.params["scopes"]) == (
        "scope_missing",
        scope,
    )


def test_wrong_client_secret(make_provider, connect):
    with pytest.raises(ApplicationError) as failure:
        connect(make_provider(client_secret="guessed"))
    assert failure.value.code == "wrong_client"


def test_a_provider_that_cannot_let_anybody_log_in_now(provider):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    answer = {"error": "temporarily_unavailable", "state": begun.state}
    with pytest.raises(TemporaryError) as failure:
        provider.finish(begun.flow, answer)
    assert failure.value.code == "server_error"


def test_a_person_logs_in_where_the_application_has_a_certificate(
    make_microsoft, connect, certificate, idp
):
    microsoft = make_microsoft(
        client_id=CERTIFICATE_CLIENT_ID, client_secret="", certificate=certificate
    )
    access, _grant = microsoft.refresh(connect(microsoft), Purpose.SMTP)
    told = idp.introspect(access.token)
    assert (told["username"], told["client_id"]) == (ANN, CERTIFICATE_CLIENT_ID)


def test_no_refresh_token(make_provider, connect):
    with pytest.raises(ConnectError) as failure:
        connect(make_provider(client_id=FORGETFUL_CLIENT_ID))
    assert failure.value.code == "no_refresh_token"


def test_other_account(provider, connect):
    grant = connect(provider, account=BOB)
    grant.require_account("Bob@Other.test")
    with pytest.raises(ConnectError) as failure:
        grant.require_account(ANN)
    assert (failure.value.code, failure.value.params) == (
        "other_account",
        {"found": BOB, "expected": ANN},
    )


def test_the_answer_of_another_attempt(provider, idp):
    mine, other = (provider.start(SENDING, REDIRECT_URI, ANN) for _time in range(2))
    with pytest.raises(ConnectError) as failure:
        provider.finish(mine.flow, idp.log_in(other.url, ANN))
    assert failure.value.code == "state_mismatch"


def test_a_code_that_somebody_else_got(provider, idp):
    """The code was made for another PKCE verifier: it was smuggled in."""
    mine, other = (provider.start(SENDING, REDIRECT_URI, ANN) for _time in range(2))
    answer = {**idp.log_in(other.url, ANN), "state": mine.state}
    with pytest.raises(ConnectError) as failure:
        provider.finish(mine.flow, answer)
    assert failure.value.code == "code_rejected"


def test_an_answer_is_good_once(provider, idp):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    answer = idp.log_in(begun.url, ANN)
    provider.finish(begun.flow, answer)
    with pytest.raises(ConnectError) as failure:
        provider.finish(begun.flow, answer)
    assert failure.value.code == "code_rejected"


def test_an_answer_that_came_too_late(provider, idp):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    answer = idp.log_in(begun.url, ANN)
    idp.advance(3600)
    with pytest.raises(ConnectError) as failure:
        provider.finish(begun.flow, answer)
    assert failure.value.code == "code_rejected"


@pytest.mark.parametrize("ahead", [-300, 300])
def test_a_clock_that_is_wrong_does_not_hinder_a_login(provider, connect, idp, ahead):
    idp.advance(ahead)
    assert connect(provider).account == ANN


def test_an_answer_without_anything(provider):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    with pytest.raises(ConnectError) as failure:
        provider.finish(begun.flow, {"state": begun.state})
    assert failure.value.code == "code_rejected"


# ------------------------------------------------- what only the real ones would answer


def test_a_permission_that_ends_by_itself(token_server, http):
    earliest = after(604_799)
    grant = finish_at_google(token_server, http, refresh_token_expires_in=604_799)
    assert earliest <= grant.expires_at <= after(604_799)
    assert Grant.from_json(grant.to_json()) == grant


def test_a_workspace_account_has_an_organization(token_server, http):
    token_server.person = {"email": ANN, "hd": "acme.test"}
    assert finish_at_google(token_server, http).organization == "acme.test"


def test_more_scopes_than_asked_for_are_no_error(token_server, http):
    scope = "openid https://www.googleapis.com/auth/gmail.send more"
    grant = finish_at_google(token_server, http, scope=scope)
    assert grant.scopes == set(scope.split())


def test_a_google_account_without_an_address(token_server, http):
    token_server.person = {"sub": "1"}
    with pytest.raises(ConnectError) as failure:
        finish_at_google(token_server, http)
    assert failure.value.code == "no_address"


@pytest.mark.parametrize("scope", ["Mail.Send User.Read", "openid mail.send", ""])
def test_graph_shortens_its_scopes(token_server, http, scope):
    grant = finish_at_microsoft(token_server, http, scope)
    assert grant.scopes == {f"{token_server.url}/Mail.Send"}


@pytest.mark.parametrize(
    ("tenant", "account_tenant", "organization", "host"),
    [
        ("common", "acme-id", "acme-id", "smtp.office365.com"),
        ("common", PERSONAL, "", "smtp-mail.outlook.com"),
        ("organizations", "acme-id", "acme-id", "smtp.office365.com"),
        ("consumers", PERSONAL, "", "smtp-mail.outlook.com"),
        (TENANT, TENANT, TENANT, "smtp.office365.com"),
    ],
)
def test_who_may_log_in(token_server, http, tenant, account_tenant, organization, host):
    """Where many tenants log in, the token is of the account's own tenant."""
    microsoft = microsoft_at(token_server.url, http, tenant=tenant)
    url = microsoft.start([Purpose.API], REDIRECT_URI).url
    assert url.startswith(f"{token_server.url}/{tenant}/oauth2/v2.0/authorize?")
    grant = finish_at_microsoft(
        token_server,
        http,
        tenant=tenant,
        tid=account_tenant,
        iss=f"{token_server.url}/{account_tenant}/v2.0",
    )
    assert token_server.requests[-1].path == f"/{tenant}/oauth2/v2.0/token"
    assert grant.organization == organization
    assert microsoft.get_smtp_server(grant.organization).host == host


@pytest.mark.parametrize("name", CLOUDS)
def test_a_login_in_each_cloud(token_server, http, name):
    """One login, and then a token for each of the two resources of that cloud."""
    cloud = CLOUDS[name]
    token_server.reply = token(scope="SMTP.Send")
    grant = finish_at_microsoft(token_server, http, purposes=SENDING, cloud=cloud)
    assert grant.scopes == {f"{cloud.graph}/Mail.Send", f"{cloud.outlook}/SMTP.Send"}
    asked = [request for request in token_server.requests if request.method == "POST"]
    scopes = [request.form["scope"].split() for request in asked]
    assert f"{cloud.graph}/Mail.Send" in scopes[0]
    assert f"{cloud.outlook}/SMTP.Send" in scopes[1]


def test_personal_accounts_have_no_mailboxes_of_others(token_server, http):
    """Before the login nobody knows what the account is, unless all are personal."""
    purposes = (Purpose.API, Purpose.SHARED)
    for tenant, is_asked in (("common", True), ("consumers", False)):
        microsoft = microsoft_at(token_server.url, http, tenant=tenant)
        url = microsoft.start(purposes, REDIRECT_URI).url
        assert ("Mail.Send.Shared" in url) == is_asked
        grant = finish_at_microsoft(
            token_server, http, tenant=tenant, tid=PERSONAL, purposes=purposes
        )
        assert grant.scopes == {f"{token_server.url}/Mail.Send"}
    with pytest.raises(GrantError) as failure:
        finish_at_microsoft(token_server, http, tid="acme-id", purposes=purposes)
    assert failure.value.code == "scope_missing"


@pytest.mark.parametrize(
    ("claims", "account"),
    [
        ({"preferred_username": ANN, "email": BOB}, ANN),
        ({"preferred_username": "+32 2 000 00 00", "email": BOB}, BOB),
    ],
)
def test_who_logged_in_is_the_login_before_the_address(
    token_server, http, claims, account
):
    assert finish_at_microsoft(token_server, http, **claims).account == account


def test_a_microsoft_account_without_an_address(token_server, http):
    with pytest.raises(ConnectError) as failure:
        finish_at_microsoft(token_server, http, preferred_username="ann")
    assert failure.value.code == "no_address"


def test_consent_to_one_of_two_resources(token_server, http):
    """What Microsoft says; the OpenID provider has another word for it."""
    token_server.reply = Reply(400, {"error": "invalid_grant", "error_codes": [65001]})
    with pytest.raises(GrantError) as failure:
        finish_at_microsoft(token_server, http, purposes=SENDING)
    assert (failure.value.code, failure.value.params["scopes"]) == (
        "scope_missing",
        "https://outlook.office.com/SMTP.Send",
    )


def test_a_token_for_another_login(token_server, http):
    with pytest.raises(ConnectError) as failure:
        finish_at_microsoft(token_server, http, nonce="another")
    assert failure.value.code == "state_mismatch"
