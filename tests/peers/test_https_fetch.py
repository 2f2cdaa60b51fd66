# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Web addresses that strangers named, asked from a real server."""

import socket
import ssl
from collections.abc import Iterator
from queue import SimpleQueue

import pytest
import trustme
from tools.https_fetch import HttpsFetcher
from tools.network_place import is_public, is_public_name

from .https_server import HttpsServer, Reply, Silence

AUTHORITY = trustme.CA()


def answer(request):
    return {
        "/ok": Reply(200, b'{"providerId": "dns.example"}'),
        "/none": Reply(404),
        "/moved": Reply(302, headers={"Location": "/ok"}),
        "/long": Reply(200, b"x" * 2000),
        "/stall": Silence.STALL,
    }.get(request.path, Silence.DROP)


@pytest.fixture(scope="module")
def server() -> Iterator[HttpsServer]:
    with HttpsServer(answer, AUTHORITY) as server:
        yield server


def fetcher(**changes):
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    settings = {
        "may_reach": lambda address: True,
        "may_look_up": lambda host: True,
        "context": context,
        "size": 1000,
    }
    return HttpsFetcher(**settings | changes)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ok?x=1", (200, b'{"providerId": "dns.example"}')),
        ("/none", (404, b"")),
        ("/moved", (302, b"")),
    ],
)
def test_answers(server, path, expected):
    assert fetcher()(server.url + path) == expected
    assert server.requests[-1].path == path.partition("?")[0]


@pytest.mark.parametrize(
    ("path", "changes", "reason"),
    [
        ("/long", {}, "too long"),
        ("/drop", {}, "no valid answer|closed"),
        ("/stall", {"seconds": 0.2}, "in time"),
        ("/ok", {"context": ssl.create_default_context()}, "CERTIFICATE"),
        ("/ok", {"may_reach": is_public}, "address is not public"),
        ("/ok", {"may_look_up": is_public_name}, "host is not public"),
    ],
)
def test_no_answer(server, path, changes, reason):
    with pytest.raises(OSError, match=reason):
        fetcher(**changes)(server.url + path)


def test_a_step_that_takes_too_long_is_told_like_the_whole(server):
    results = SimpleQueue()
    fetcher(seconds=0.05)._run(server.url + "/stall", results)
    assert str(results.get_nowait()) == "no answer in time"


@pytest.mark.parametrize("url", ["http://localhost/", "file:///etc/passwd", "https://"])
def test_what_is_no_address_of_the_web(url):
    with pytest.raises(OSError, match="not an address of the web"):
        fetcher()(url)


@pytest.mark.parametrize("url", ["https://localhost:x/", "https://local\nhost/a b"])
def test_what_is_no_address_at_all(url):
    with pytest.raises(OSError, match="no valid answer|known"):
        fetcher()(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "0x7f.1", "8.8.8.8", "localhost", "dc.internal"]
)
def test_hosts_that_are_not_public_are_not_even_looked_up(host, monkeypatch):
    monkeypatch.delattr(socket, "getaddrinfo")
    with pytest.raises(OSError, match="host is not public"):
        HttpsFetcher()(f"https://{host}/v2/acme.test/settings")


def test_a_moved_page_is_not_followed(server):
    before = len(server.requests)
    fetcher()(server.url + "/moved")
    assert [request.path for request in server.requests[before:]] == ["/moved"]


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(
    server, monkeypatch
):
    looked_up = []
    look_up = socket.getaddrinfo

    def note(host, *args, **kwargs):
        looked_up.append(host)
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    fetcher()(server.url + "/ok")
    names = [name for name in looked_up if name == "localhost"]
    assert names == ["localhost"]
