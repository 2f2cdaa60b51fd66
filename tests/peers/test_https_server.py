# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The HTTPS server answers what it is told to."""

import pytest
import requests

from .https_server import HttpsServer, Reply, Silence, trusting_session


def test_answers_and_remembers():
    reply = Reply(201, {"hello": "world"}, {"X-Kind": "greeting"})
    with (
        HttpsServer(lambda _request: reply) as server,
        trusting_session(server.authority) as session,
    ):
        answer = session.post(f"{server.url}/a?b=c", data={"d": "é"}, timeout=10)
    assert (answer.status_code, answer.json()) == (201, {"hello": "world"})
    assert answer.headers["X-Kind"] == "greeting"
    [request] = server.requests
    assert (request.method, request.path) == ("POST", "/a")
    assert (request.parameters, request.form) == ({"b": "c"}, {"d": "é"})


@pytest.mark.parametrize(
    ("silence", "failure"),
    [
        (Silence.DROP, requests.ConnectionError),
        (Silence.STALL, requests.ReadTimeout),
    ],
)
def test_keeps_silent(silence, failure):
    with (
        HttpsServer(lambda _request: silence) as server,
        trusting_session(server.authority) as session,
        pytest.raises(failure),
    ):
        session.get(server.url, timeout=0.2)


def test_is_trusted_by_nobody_else():
    with (
        HttpsServer(lambda _request: Reply(200)) as server,
        pytest.raises(requests.exceptions.SSLError),
    ):
        requests.get(server.url, timeout=10)
