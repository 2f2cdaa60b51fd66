# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No secret gets into a log, into an error, or into what Python shows of an object."""

import json
import logging
import traceback

import pytest
from providers.base import Grant, Purpose
from providers.errors import ProviderError
from providers.google import GoogleProvider

from ..peers.https_server import Reply
from ..peers.openid_provider import CLIENT_SECRET, REDIRECT_URI
from .conftest import SENDING
from .token_server import ANN, token


def tokens_in(grant: Grant, provider: object) -> set[str]:
    """The tokens that a grant holds: Google's is one, msal's are in its cache."""
    if isinstance(provider, GoogleProvider):
        return {grant.secret}
    return {
        entry["secret"]
        for entries in json.loads(grant.secret).values()
        for entry in entries.values()
        if "secret" in entry
    }


@pytest.fixture
def log(caplog):
    """Everything that is said, by whomever."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_nothing_is_logged_or_shown(provider, idp, log):
    begun = provider.start(SENDING, REDIRECT_URI, ANN)
    answer = idp.log_in(begun.url, ANN)
    log.clear()
    grant = provider.finish(begun.flow, answer)
    access, newer = provider.refresh(grant, Purpose.API)
    with pytest.raises(ProviderError) as denied:
        provider.finish(begun.flow, answer)
    with pytest.raises(ProviderError) as stolen:
        provider.refresh(grant, Purpose.API)
    flow = begun.flow.get("msal", begun.flow)
    secrets = {CLIENT_SECRET, answer["code"], flow["code_verifier"], access.token}
    secrets |= tokens_in(grant, provider) | tokens_in(newer, provider)
    said = [log.text, repr(provider), repr(begun), repr(grant), repr(access)]
    for failure in (denied, stolen):
        said += [repr(failure.value), *traceback.format_exception(failure.value)]
    assert "POST" in log.text
    assert [secret for secret in secrets if secret in "\n".join(said)] == []


#: Answers in which a library does not find what it looks for, and a secret.
STRANGE = [
    Reply(200, {"refresh_token": "lasting-secret", "scope": "x"}),
    Reply(400, {"error": "invalid_grant", "refresh_token": "lasting-secret"}),
    Reply(200, b'{"refresh_token": "lasting-secret"'),
    Reply(500, b"lasting-secret"),
    Reply(400, {"error": {"code": 400}, "refresh_token": "lasting-secret"}),
    token(refresh_token="lasting-secret", expires_in=None),
    token(refresh_token="lasting-secret", expires_in="soon"),
    token(refresh_token="lasting-secret", scope="other"),
]


@pytest.mark.parametrize("reply", STRANGE)
def test_a_strange_answer_is_not_shown(linked, token_server, log, reply):
    token_server.reply = reply
    try:
        linked.refresh()
    except ProviderError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert "lasting-secret" not in shown
    assert "lasting-secret" not in log.text


@pytest.mark.parametrize("reply", STRANGE)
def test_a_strange_answer_to_a_login_is_not_shown(linked, token_server, log, reply):
    provider = linked.at(token_server.url, linked.http)
    begun = provider.start([Purpose.API], REDIRECT_URI)
    token_server.reply = reply
    try:
        provider.finish(begun.flow, {"code": "code", "state": begun.state})
    except ProviderError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert "lasting-secret" not in shown
    assert "lasting-secret" not in log.text


def test_the_answer_of_another_attempt_is_not_shown(provider, log):
    begun, other = (provider.start(SENDING, REDIRECT_URI, ANN) for _time in range(2))
    answer = {"code": other.state[::-1], "state": other.state}
    with pytest.raises(ProviderError) as failure:
        provider.finish(begun.flow, answer)
    shown = "".join(traceback.format_exception(failure.value)) + log.text
    secrets = [begun.state, *answer.values()]
    assert [secret for secret in secrets if secret in shown] == []
