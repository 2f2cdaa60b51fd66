# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Getting access again and again, and what may end that."""

from datetime import timedelta

import pytest
from providers.base import MARGIN, Purpose, after
from providers.errors import (
    ApplicationError,
    GrantError,
    RefusedError,
    TemporaryError,
)
from providers.http_client import HttpClient

from ..peers.https_server import Reply, Silence
from ..peers.openid_provider import OTHER_CLIENT_ID
from ..peers.ports import free_port
from .conftest import SENDING
from .token_server import google_at, token

DAY = 86_400


@pytest.mark.parametrize("purpose", SENDING)
def test_an_access_is_for_one_purpose(provider, connect, idp, purpose):
    access, _grant = provider.refresh(connect(provider), purpose)
    [scope] = provider.scopes[purpose]
    [other] = {scope for each in SENDING for scope in provider.scopes[each]} - {scope}
    given = idp.introspect(access.token)["scope"].split()
    assert scope in given
    assert other not in given


def test_an_access_is_fresh_until_some_minutes_before_its_end(provider, connect):
    access, _grant = provider.refresh(connect(provider), Purpose.API)
    assert access.is_fresh(after(0))
    assert access.is_fresh(access.expires_at - MARGIN - timedelta(seconds=1))
    assert not access.is_fresh(access.expires_at - MARGIN)


def test_every_refresh_asks_once(provider, connect, idp):
    grant = connect(provider)
    before = idp.issued("refresh_token")
    for _time in range(3):
        _access, grant = provider.refresh(grant, Purpose.API)
    assert idp.issued("refresh_token") == before + 3


def test_an_access_that_has_ended_is_replaced(provider, connect, idp):
    access, grant = provider.refresh(connect(provider), Purpose.API)
    idp.advance(2 * 3600)
    assert not idp.introspect(access.token)["active"]
    access, _grant = provider.refresh(grant, Purpose.API)
    assert idp.introspect(access.token)["active"]


def test_a_permission_that_was_replaced_counts_as_stolen(provider, connect):
    """So the new one must never be lost."""
    old = connect(provider)
    _access, new = provider.refresh(old, Purpose.API)
    assert new.secret != old.secret
    _access, newer = provider.refresh(new, Purpose.SMTP)
    for grant in (old, newer):
        with pytest.raises(GrantError) as failure:
            provider.refresh(grant, Purpose.API)
        assert failure.value.code == "invalid_grant"


def test_a_permission_that_expired(provider, connect, idp):
    grant = connect(provider)
    idp.advance(2 * DAY)
    with pytest.raises(GrantError) as failure:
        provider.refresh(grant, Purpose.API)
    assert failure.value.code == "invalid_grant"


def test_a_permission_that_was_given_back(make_google, connect, idp):
    google = make_google()
    access, grant = google.refresh(connect(google), Purpose.API)
    assert google.takes_back
    for _time in range(2):
        google.revoke(grant)
    assert not idp.introspect(access.token)["active"]
    with pytest.raises(GrantError) as failure:
        google.refresh(grant, Purpose.API)
    assert failure.value.code == "invalid_grant"


def test_microsoft_takes_nothing_back(make_microsoft, connect):
    microsoft = make_microsoft()
    assert not microsoft.takes_back
    with pytest.raises(NotImplementedError):
        microsoft.revoke(connect(microsoft))


def test_a_purpose_that_was_not_asked_for(provider, connect, idp):
    grant = connect(provider, purposes=(Purpose.API,))
    before = idp.issued("refresh_token")
    with pytest.raises(GrantError) as failure:
        provider.refresh(grant, Purpose.SMTP)
    assert failure.value.code == "scope_missing"
    assert idp.issued("refresh_token") == before


def test_a_client_secret_that_was_changed(make_provider, connect):
    grant = connect(make_provider())
    with pytest.raises(ApplicationError) as failure:
        make_provider(client_secret="another").refresh(grant, Purpose.API)
    assert failure.value.code == "wrong_client"


def test_an_application_that_was_exchanged(make_provider, connect):
    grant = connect(make_provider())
    with pytest.raises(GrantError) as failure:
        make_provider(client_id=OTHER_CLIENT_ID).refresh(grant, Purpose.API)
    assert failure.value.code == "invalid_grant"


# ------------------------------------------------------- a provider that has a bad day


HTML = b"<html><title>Welcome to this hotel</title>"
DATE = "Sun, 29 Nov 2026 10:00:00 GMT"
LATER = "Sun, 29 Nov 2026 10:02:00 GMT"


@pytest.mark.parametrize(
    ("reply", "code", "retry_after"),
    [
        (Reply(500, HTML), "server_error", None),
        (Reply(500, {"error": "internal_failure"}), "server_error", None),
        (Reply(502, HTML), "server_error", None),
        (Reply(503, HTML, {"Retry-After": "120"}), "server_error", 120),
        (
            Reply(503, HTML, {"Retry-After": LATER, "Date": DATE}),
            "server_error",
            120,
        ),
        (Reply(503, HTML, {"Retry-After": "soon"}), "server_error", None),
        (Reply(429, {"error": "rate_limit_exceeded"}), "rate_limited", None),
        (Reply(429, HTML, {"Retry-After": "7"}), "rate_limited", 7),
        (Reply(200, HTML), "unexpected_answer", None),
        (Reply(200, b"[]"), "unexpected_answer", None),
        (Reply(200, {}), "unexpected_answer", None),
        (Reply(403, HTML), "unexpected_answer", None),
        (Reply(307, b"", {"Location": "/"}), "unexpected_answer", None),
        (Silence.DROP, "no_answer", None),
    ],
)
def test_a_failure_that_will_pass(linked, token_server, reply, code, retry_after):
    before = token_server.questions
    token_server.reply = reply
    for _time in range(2):
        with pytest.raises(TemporaryError) as failure:
            linked.refresh()
        assert (failure.value.code, failure.value.retry_after) == (code, retry_after)
    # No library tried again by itself, and none answered from its memory.
    assert token_server.questions == before + 2
    token_server.reply = token(scope=" ".join(linked.grant.scopes))
    assert linked.refresh().token == "token"


def test_an_answer_that_takes_too_long(linked, token_server, session):
    token_server.reply = Silence.STALL
    with pytest.raises(TemporaryError) as failure:
        linked.refresh(http=HttpClient(session, timeout=0.2))
    assert failure.value.code == "no_answer"


def test_a_provider_that_cannot_be_reached(linked):
    with pytest.raises(TemporaryError) as failure:
        linked.refresh(url=f"https://localhost:{free_port()}")
    assert failure.value.code == "unreachable"


def test_a_server_that_is_not_the_provider(linked):
    """Its certificate is of an authority that nobody knows."""
    with pytest.raises(ApplicationError) as failure:
        linked.refresh(http=HttpClient())
    assert (failure.value.code, failure.value.params["host"]) == (
        "certificate",
        "localhost",
    )


# ----------------------------------------------------------- a provider that says no

EXPIRED = "Token has been expired or revoked."


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"error": "invalid_grant"}, GrantError, "invalid_grant"),
        (
            {"error": "invalid_grant", "error_description": EXPIRED},
            GrantError,
            "invalid_grant",
        ),
        (
            {"error": "invalid_grant", "error_description": "Account has been deleted"},
            GrantError,
            "account_disabled",
        ),
        (
            {
                "error": "invalid_grant",
                "error_description": "reauth related error (invalid_rapt)",
                "error_subtype": "invalid_rapt",
            },
            GrantError,
            "conditional_access",
        ),
        ({"error": "invalid_scope"}, GrantError, "scope_missing"),
        ({"error": "invalid_client"}, ApplicationError, "wrong_client"),
        ({"error": "deleted_client"}, ApplicationError, "wrong_client"),
        ({"error": "unauthorized_client"}, ApplicationError, "wrong_client"),
        (
            {"error": "admin_policy_enforced"},
            ApplicationError,
            "admin_consent_missing",
        ),
        ({"error": "org_internal"}, ApplicationError, "wrong_tenant"),
        ({"error": "something_new"}, ApplicationError, "rejected"),
    ],
)
def test_what_google_says(linked_google, token_server, answer, kind, code):
    token_server.reply = Reply(400, answer)
    with pytest.raises(kind) as failure:
        linked_google.refresh()
    assert failure.value.code == code


def test_google_gives_less_than_asked_for(linked_google, token_server):
    token_server.reply = token(scope="openid")
    with pytest.raises(GrantError) as failure:
        linked_google.refresh()
    assert failure.value.code == "scope_missing"


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (70008, GrantError, "grant_expired"),
        (700082, GrantError, "grant_expired"),
        (50173, GrantError, "password_changed"),
        (50133, GrantError, "password_changed"),
        (65001, GrantError, "consent_revoked"),
        (50076, GrantError, "conditional_access"),
        (53003, GrantError, "conditional_access"),
        (70043, GrantError, "conditional_access"),
        (50057, GrantError, "account_disabled"),
        (90094, ApplicationError, "admin_consent_missing"),
        (7000215, ApplicationError, "wrong_client"),
        (700016, ApplicationError, "wrong_client"),
        (7000222, ApplicationError, "secret_expired"),
        (90002, ApplicationError, "wrong_tenant"),
        (700024, ApplicationError, "clock_skew"),
        (500011, RefusedError, "no_mailbox"),
        (90033, TemporaryError, "server_error"),
        (99999, GrantError, "invalid_grant"),
    ],
)
@pytest.mark.parametrize("has_list", [True, False])
def test_what_microsoft_says_in_numbers(
    linked_microsoft, token_server, number, kind, code, has_list
):
    description = f"AADSTS{number}: In words.\r\nTrace ID: 1\r\nTimestamp: 2"
    answer = {"error": "invalid_grant", "error_description": description}
    answer |= {"error_codes": [number]} if has_list else {}
    token_server.reply = Reply(400, answer)
    with pytest.raises(kind) as failure:
        linked_microsoft.refresh()
    assert failure.value.code == code
    assert "In words. Trace ID: 1" in str(failure.value)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            {"error": "invalid_grant", "suberror": "basic_action"},
            GrantError,
            "conditional_access",
        ),
        (
            {"error": "invalid_grant", "suberror": "consent_required"},
            GrantError,
            "consent_revoked",
        ),
        (
            {"error": "invalid_grant", "suberror": "bad_token"},
            GrantError,
            "invalid_grant",
        ),
        ({"error": "interaction_required"}, GrantError, "conditional_access"),
        ({"error": "invalid_client"}, ApplicationError, "wrong_client"),
        ({"error": "temporarily_unavailable"}, TemporaryError, "server_error"),
        ({"error": "something_new"}, ApplicationError, "rejected"),
    ],
)
def test_what_microsoft_says_in_words(
    linked_microsoft, token_server, answer, kind, code
):
    token_server.reply = Reply(400, answer)
    with pytest.raises(kind) as failure:
        linked_microsoft.refresh()
    assert failure.value.code == code


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (
            Reply(400, {"error": "invalid_tenant", "error_codes": [90002]}),
            ApplicationError,
            "wrong_tenant",
        ),
        (Reply(200, {"issuer": "x"}), TemporaryError, "unexpected_answer"),
        (Reply(200, HTML), TemporaryError, "unexpected_answer"),
        (Reply(503), TemporaryError, "server_error"),
    ],
)
def test_microsoft_does_not_say_where_to_ask(
    linked_microsoft, token_server, reply, kind, code
):
    token_server.answer = lambda _request: reply
    with pytest.raises(kind) as failure:
        linked_microsoft.refresh()
    assert failure.value.code == code


def test_a_google_that_takes_nothing_back(linked_google, token_server, http):
    google = google_at(token_server.url, http)
    token_server.reply = Reply(400, {"error": "invalid_request"})
    with pytest.raises(ApplicationError) as failure:
        google.revoke(linked_google.grant)
    assert failure.value.code == "rejected"
