# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens of mailed links: read back as written, and nothing else is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.errors import LinkTokenError
from tools.link_token import SECRET_BYTES, TEXT_LENGTH, LinkToken

KEY = b"key of this system"

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
PURPOSES = st.sampled_from(["confirm", "withdraw", "", "c\0onfirm", "bestätigen"])


def code_of(text, purpose="confirm", key=KEY):
    """Return why a text is refused."""
    with pytest.raises(LinkTokenError) as caught:
        LinkToken.parse(text, purpose, key)
    return caught.value.code


@given(SECRETS, PURPOSES, st.binary(min_size=1))
def test_reading_undoes_writing(secret, purpose, key):
    token = LinkToken(secret)
    text = token.sign(purpose, key)
    assert len(text) == TEXT_LENGTH
    assert LinkToken.parse(text, purpose, key) == token
    assert LinkToken.parse(text.upper(), purpose, key).sign(purpose, key) == text


@given(SECRETS, PURPOSES, PURPOSES, st.binary(min_size=1, max_size=40))
def test_another_purpose_or_key_is_refused(secret, purpose, other, key):
    text = LinkToken(secret).sign(purpose, KEY)
    if other != purpose:
        assert code_of(text, other) == "not_signed"
    if key.ljust(64, b"\0") != KEY.ljust(64, b"\0"):
        assert code_of(text, purpose, key) == "not_signed"


@given(
    SECRETS,
    st.integers(0, TEXT_LENGTH - 1),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"),
)
def test_one_wrong_character_is_refused(secret, at, character):
    text = LinkToken(secret).sign("confirm", KEY)
    tampered = text[:at] + character + text[at + 1 :]
    if tampered != text:
        assert code_of(tampered) == "not_signed"


@given(st.text())
def test_any_text_is_refused(text):
    assert code_of(text) == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * (TEXT_LENGTH - 1),
        "a" * (TEXT_LENGTH + 1),
        "a" * 10_000,
        "1" * TEXT_LENGTH,
        "a" * (TEXT_LENGTH - 1) + "=",
        "a" * (TEXT_LENGTH - 1) + "\n",
        "a" * (TEXT_LENGTH - 1) + "\0",
        "ä" * TEXT_LENGTH,
        # Letters that are longer, or plain, once they are in lower case.
        "\u0130" * TEXT_LENGTH,
        "\u212a" * TEXT_LENGTH,
        "../" * (TEXT_LENGTH // 3) + "aa",
    ],
)
def test_malformed(text):
    assert code_of(text) == "malformed"


def test_tokens_differ_and_hide_their_secret():
    tokens = {LinkToken.make() for _ in range(100)}
    assert len({token.digest for token in tokens}) == 100
    token = tokens.pop()
    assert repr(token) == "LinkToken()"
    assert token.secret.hex() not in token.digest
