# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: with a key, with another key, and without one."""

import doctest

import pytest
from providers import seal
from providers.errors import StorageError
from providers.seal import Seal, make_key

SECRET = '{"token": "härtet"}'


@pytest.mark.parametrize("keys", [0, 1, 3])
def test_what_was_closed_is_opened(keys):
    seal = Seal([make_key() for _key in range(keys)])
    assert seal.open(seal.close(SECRET)) == SECRET


def test_with_a_key_nothing_can_be_read():
    closed = Seal([make_key()]).close(SECRET)
    assert "token" not in closed
    assert closed != Seal([make_key()]).close(SECRET)


def test_keys_rotate():
    old, new = make_key(), make_key()
    closed = Seal([old]).close(SECRET)
    both = Seal([new, old])
    assert both.open(closed) == SECRET
    assert Seal([new]).open(both.close(closed and SECRET)) == SECRET


def test_a_key_may_come_later():
    assert Seal([make_key()]).open(Seal([]).close(SECRET)) == SECRET


@pytest.mark.parametrize("keys", [[], [make_key()]])
def test_the_key_is_gone(keys):
    closed = Seal([make_key()]).close(SECRET)
    with pytest.raises(StorageError) as failure:
        Seal(keys).open(closed)
    assert failure.value.code == "key_missing"


def test_what_was_changed_is_not_opened():
    seal = Seal([make_key()])
    with pytest.raises(StorageError):
        seal.open(seal.close(SECRET)[:-4] + "AAAA")


@pytest.mark.parametrize("key", ["short", "ä" * 44, "=" * 44])
def test_what_is_no_key(key):
    with pytest.raises(StorageError) as failure:
        Seal([key])
    assert failure.value.code == "bad_key"


def test_nothing_stays_nothing():
    assert Seal([make_key()]).close("") == ""


def test_examples():
    assert doctest.testmod(seal).failed == 0
