# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sending through the interfaces of Gmail and Microsoft, and reading addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from providers.base import Purpose, SendAs
from providers.errors import (
    AccessError,
    ApplicationError,
    GrantError,
    RefusedError,
    TemporaryError,
)
from providers.gmail_api import GmailApi
from providers.graph_api import GraphApi
from providers.http_client import HttpClient

from ..peers.https_server import Reply, Silence
from ..peers.mail_apis import gmail_error, graph_error
from .conftest import SENDING
from .token_server import ANN

INFO = "info@acme.test"
MESSAGE = (
    b"From: =?utf-8?q?Ann_=C3=89?= <ann@acme.test>\r\n"
    b"To: Bob <bob@example.com>\r\n"
    b"Bcc: eve@example.com\r\n"
    b"Subject: hello\r\n"
    b"\r\n"
    b"A line.\r\n.\r\nFrom here\r\n"
)


@pytest.fixture
def open_api(provider, connect):
    """Opens the interface with whatever the owner of the mailbox allowed."""

    def open_api(*purposes: Purpose, mailbox: str = ""):
        access, _grant = provider.refresh(connect(provider, purposes), purposes[0])
        return provider.open_api(lambda: access.token, mailbox)

    return open_api


def test_a_message_goes_to_whom_its_headers_name(open_api, api_server):
    open_api(Purpose.API).send(MESSAGE)
    [mail] = api_server.mails
    assert mail.mailbox == ANN
    assert mail.recipients == {"bob@example.com", "eve@example.com"}
    assert mail.content.replace(b"\n", b"\r\n") == MESSAGE.replace(
        b"Bcc: eve@example.com\r\n", b""
    )


def test_every_message_asks_for_the_token(provider, connect, api_server):
    """An access may end in the middle of a batch."""
    access, _grant = provider.refresh(connect(provider), Purpose.API)
    tokens = iter([access.token, "no token"])
    api = provider.open_api(lambda: next(tokens))
    api.send(MESSAGE)
    with pytest.raises(AccessError) as failure:
        api.send(MESSAGE)
    assert failure.value.code == "token_rejected"
    assert len(api_server.mails) == 1


def test_an_access_for_something_else(open_api, api_server):
    with pytest.raises(GrantError) as failure:
        open_api(Purpose.ADDRESSES).send(MESSAGE)
    assert failure.value.code == "scope_missing"
    assert not api_server.mails


def test_an_access_that_has_ended(open_api, idp):
    api = open_api(Purpose.API)
    idp.advance(2 * 3600)
    with pytest.raises(AccessError) as failure:
        api.send(MESSAGE)
    assert failure.value.code == "token_rejected"


def test_a_message_that_is_too_large(open_api, api_server):
    """What Graph takes is known, and its front may just hang up."""
    with pytest.raises(RefusedError) as failure:
        open_api(Purpose.API).send(MESSAGE + bytes(api_server.size_limit))
    assert failure.value.code in ("too_large", "too_large_for_graph")
    assert not api_server.mails


def test_the_largest_message(open_api, api_server):
    api = open_api(Purpose.API)
    api.send(MESSAGE + b"x" * (api.max_size - len(MESSAGE)))
    assert len(api_server.mails) == 1


def test_a_connection_that_is_dropped_in_the_middle_of_a_batch(open_api, api_server):
    api = open_api(Purpose.API)
    api.send(MESSAGE)
    api_server.faults.append(Silence.DROP)
    with pytest.raises(TemporaryError) as failure:
        api.send(MESSAGE)
    # Nobody knows whether it left, so nobody may send it again by himself.
    assert failure.value.code == "no_answer"
    assert len(api_server.requests) == 2
    api.send(MESSAGE)
    assert len(api_server.mails) == 2


def test_an_interface_that_does_not_answer(provider, api_server, session):
    api_server.faults.append(Silence.STALL)
    impatient = HttpClient(session, timeout=0.2)
    api = type(provider.open_api(str))(impatient, str, root=api_server.url)
    with pytest.raises(TemporaryError) as failure:
        api.send(MESSAGE)
    assert failure.value.code == "no_answer"


@pytest.mark.parametrize(
    ("fault", "retry_after"),
    [
        (Reply(429, b"", {"Retry-After": "150"}), 150),
        (Reply(429, gmail_error(429, "Slow", "rateLimitExceeded").content), None),
        (Reply(429, graph_error(429, "ApplicationThrottled").content), None),
    ],
)
def test_too_many_messages(open_api, api_server, fault, retry_after):
    api_server.faults.append(fault)
    with pytest.raises(TemporaryError) as failure:
        open_api(Purpose.API).send(MESSAGE)
    assert (failure.value.code, failure.value.retry_after) == (
        "rate_limited",
        retry_after,
    )


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_of_the_interface(open_api, api_server, status):
    api_server.faults.append(Reply(status, b"<html>oops", {"Retry-After": "30"}))
    with pytest.raises(TemporaryError) as failure:
        open_api(Purpose.API).send(MESSAGE)
    assert (failure.value.code, failure.value.retry_after) == ("server_error", 30)


# -------------------------------------------------------------------------- Gmail


@pytest.fixture
def gmail_api(gmail, http) -> GmailApi:
    """Gmail, which looks at no token when a fault is prepared."""
    return GmailApi(http, lambda: "token", root=gmail.url)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (
            gmail_error(403, "Not enabled", "accessNotConfigured", "SERVICE_DISABLED"),
            ApplicationError,
            "api_disabled",
        ),
        (
            gmail_error(403, "Disabled by the administrator", "domainPolicy"),
            ApplicationError,
            "admin_consent_missing",
        ),
        (
            gmail_error(403, "Slow", "userRateLimitExceeded"),
            TemporaryError,
            "rate_limited",
        ),
        (gmail_error(403, "Day", "dailyLimitExceeded"), RefusedError, "quota_exceeded"),
        (
            gmail_error(400, "Mail service not enabled", "failedPrecondition"),
            RefusedError,
            "no_mailbox",
        ),
        (
            gmail_error(403, "Delegation denied for ann", "delegationDenied"),
            RefusedError,
            "send_as_denied",
        ),
        (
            gmail_error(400, "Invalid To header", "invalidArgument"),
            RefusedError,
            "message_rejected",
        ),
        (gmail_error(403, "Something new", "new"), ApplicationError, "rejected"),
        (Reply(404), RefusedError, "no_mailbox"),
    ],
)
def test_what_gmail_says(gmail, gmail_api, fault, kind, code):
    gmail.faults.append(fault)
    with pytest.raises(kind) as failure:
        gmail_api.send(MESSAGE)
    assert failure.value.code == code


@pytest.mark.parametrize("status", [403, 429])
def test_gmail_says_in_words_until_when_to_wait(gmail, gmail_api, status):
    until = datetime.now(UTC) + timedelta(hours=1)
    words = (
        "User-rate limit exceeded.  Retry after "
        f"{until.strftime('%Y-%m-%dT%H:%M:%S.000Z')} (Mail sending)"
    )
    gmail.faults.append(gmail_error(status, words, "rateLimitExceeded"))
    with pytest.raises(TemporaryError) as failure:
        gmail_api.send(MESSAGE)
    assert failure.value.code == "rate_limited"
    assert 3500 < failure.value.retry_after <= 3600


def test_gmail_lists_the_addresses_that_were_confirmed(make_google, connect, gmail):
    gmail.aliases = [
        {"sendAsEmail": ANN, "displayName": "Ann", "isPrimary": True},
        {"sendAsEmail": INFO, "verificationStatus": "accepted"},
        {"sendAsEmail": "x@other.test", "verificationStatus": "pending"},
    ]
    google = make_google()
    grant = connect(google, (Purpose.ADDRESSES,))
    access, _grant = google.refresh(grant, Purpose.ADDRESSES)
    assert google.open_api(lambda: access.token).list_send_as() == (
        SendAs(ANN, "Ann", True),
        SendAs(INFO, "", False),
    )


def test_gmail_lists_no_addresses_to_who_may_only_send(make_google, access):
    api = make_google().open_api(lambda: access(Purpose.API).token)
    with pytest.raises(GrantError) as failure:
        api.list_send_as()
    assert failure.value.code == "scope_missing"


# ---------------------------------------------------------------- Microsoft Graph


@pytest.fixture
def graph_api(graph, http) -> GraphApi:
    """Graph, which looks at no token when a fault is prepared."""
    return GraphApi(http, lambda: "token", root=graph.url)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (graph_error(403, "ErrorSendAsDenied"), RefusedError, "send_as_denied"),
        (graph_error(403, "ErrorAccessDenied"), GrantError, "scope_missing"),
        (graph_error(400, "ErrorMessageSizeExceeded"), RefusedError, "too_large"),
        (graph_error(413, "RequestBodyTooLarge"), RefusedError, "too_large"),
        (
            graph_error(403, "ErrorExceededMessageLimit"),
            RefusedError,
            "quota_exceeded",
        ),
        (
            graph_error(403, "ErrorMessageSubmissionBlocked"),
            RefusedError,
            "sending_blocked",
        ),
        (graph_error(404, "MailboxNotEnabledForRESTAPI"), RefusedError, "no_mailbox"),
        (graph_error(404, "ResourceNotFound"), RefusedError, "no_mailbox"),
        (
            graph_error(400, "ErrorInvalidRecipients"),
            RefusedError,
            "message_rejected",
        ),
        (graph_error(409, "ErrorServerBusy"), TemporaryError, "rate_limited"),
        (graph_error(409, "SomethingNew"), ApplicationError, "rejected"),
        (Reply(401), AccessError, "token_rejected"),
    ],
)
def test_what_graph_says(graph, graph_api, fault, kind, code):
    graph.faults.append(fault)
    with pytest.raises(kind) as failure:
        graph_api.send(MESSAGE)
    assert failure.value.code == code


def message_from(email: str) -> bytes:
    return MESSAGE.replace(b"<ann@acme.test>", f"<{email}>".encode())


@pytest.fixture
def shared(graph):
    """An administrator lets Ann send as the mailbox that she shares."""
    graph.send_as[ANN] = {INFO}
    yield graph
    graph.send_as.clear()


def test_a_shared_mailbox_needs_its_own_permission(make_microsoft, connect, shared):
    """Whoever logged in posts it, and From names the mailbox."""
    microsoft = make_microsoft()
    grant = connect(microsoft, (Purpose.API,))
    access, _grant = microsoft.refresh(grant, Purpose.API)
    with pytest.raises(GrantError) as failure:
        microsoft.open_api(lambda: access.token).send(message_from(INFO))
    assert failure.value.code == "scope_missing"

    grant = connect(microsoft, (Purpose.API, Purpose.SHARED))
    # Where that was allowed, the access for sending has it as well.
    access, _grant = microsoft.refresh(grant, Purpose.API)
    api = microsoft.open_api(lambda: access.token)
    for email in (INFO, ANN):
        api.send(message_from(email))
    assert [mail.message["From"].addresses[0].addr_spec for mail in shared.mails] == [
        INFO,
        ANN,
    ]
    assert {request.path for request in shared.requests} == {"/v1.0/me/sendMail"}


def test_a_mailbox_that_is_not_shared(make_microsoft, connect, shared):
    microsoft = make_microsoft()
    grant = connect(microsoft, (Purpose.API, Purpose.SHARED))
    access, _grant = microsoft.refresh(grant, Purpose.API)
    with pytest.raises(RefusedError) as failure:
        microsoft.open_api(lambda: access.token).send(message_from("boss@acme.test"))
    assert failure.value.code == "send_as_denied"
    assert not shared.mails


def test_an_application_names_the_mailbox(make_microsoft, graph):
    microsoft = make_microsoft()
    access = microsoft.application_access(INFO, Purpose.API)
    microsoft.open_api(lambda: access.token, INFO).send(message_from(INFO))
    assert [mail.mailbox for mail in graph.mails] == [INFO]
    assert graph.requests[-1].path == f"/v1.0/users/{INFO}/sendMail"


@pytest.mark.parametrize(
    ("person", "addresses"),
    [
        (
            {
                "displayName": "Ann",
                "mail": ANN,
                "userPrincipalName": "a@acme.test",
                "proxyAddresses": [
                    "smtp:info@acme.test",
                    f"SMTP:{ANN}",
                    "SIP:ann@acme.test",
                ],
            },
            [SendAs(INFO, "Ann", False), SendAs(ANN, "Ann", True)],
        ),
        (
            {"displayName": None, "mail": ANN, "proxyAddresses": []},
            [SendAs(ANN, "", True)],
        ),
        ({"mail": None, "userPrincipalName": ANN}, [SendAs(ANN, "", True)]),
        ({"mail": None, "userPrincipalName": "ann"}, []),
    ],
)
def test_graph_lists_the_addresses_of_a_person(
    make_microsoft, connect, graph, person, addresses
):
    graph.people[ANN] = person
    microsoft = make_microsoft()
    grant = connect(microsoft, (Purpose.ADDRESSES,))
    access, _grant = microsoft.refresh(grant, Purpose.ADDRESSES)
    api = microsoft.open_api(lambda: access.token)
    assert list(api.list_send_as()) == addresses
    assert "proxyAddresses" in graph.requests[-1].parameters["$select"]


def test_graph_lists_no_addresses_to_who_may_only_send(make_microsoft, connect):
    microsoft = make_microsoft()
    access, _grant = microsoft.refresh(connect(microsoft, SENDING), Purpose.API)
    with pytest.raises(GrantError) as failure:
        microsoft.open_api(lambda: access.token).list_send_as()
    assert failure.value.code == "scope_missing"
