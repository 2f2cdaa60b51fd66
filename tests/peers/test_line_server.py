# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The line server says its lines one by one, and then nothing or goodbye."""

import socket
import ssl

import pytest
import trustme

from .line_server import LineServer
from .ports import LOOPBACK


@pytest.fixture
def connect():
    """Connect to a server, for as long as a test takes."""
    clients = []

    def connect(server):
        client = socket.create_connection((LOOPBACK, server.port), 10)
        clients.append(client)
        return client, client.makefile("rb")

    yield connect
    for client in clients:
        client.close()


def test_one_answer_a_line(connect):
    with LineServer(b"first\n", b"second\n") as server:
        client, answers = connect(server)
        assert answers.readline() == b"first\n"
        client.sendall(b"anything\n")
        assert answers.readline() == b"second\n"
        client.sendall(b"anything\n")
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            answers.readline()


def test_hangs_up(connect):
    with LineServer(b"first\n", hangs_up=True) as server:
        _client, answers = connect(server)
        assert answers.read() == b"first\n"


def test_remembers_what_it_heard(connect):
    with LineServer(b"first\n", b"second\n") as server:
        client, answers = connect(server)
        client.sendall(b"anything\n")
        assert answers.read(13) == b"first\nsecond\n"
    assert server.heard == [b"anything\n"]


def test_encrypts(connect):
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with LineServer(b"first\n", hangs_up=True, authority=authority) as server:
        client, _answers = connect(server)
        with context.wrap_socket(client, server_hostname="localhost") as encrypted:
            assert encrypted.makefile("rb").read() == b"first\n"


def test_listens_no_more(connect):
    with LineServer() as server:
        pass
    with pytest.raises(ConnectionRefusedError):
        connect(server)
