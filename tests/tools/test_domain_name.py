# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Domain names: what is accepted, what is refused and why, and whose they are."""

from pathlib import Path

import pytest
import tools
from hypothesis import given
from hypothesis import strategies as st
from tools.domain_name import DomainName
from tools.errors import DomainNameError


@pytest.mark.parametrize(
    ("typed", "ascii_form", "unicode_form"),
    [
        ("example.com", "example.com", "example.com"),
        (" example.com\n", "example.com", "example.com"),
        ("example.com.", "example.com", "example.com"),
        ("EXAMPLE.Com", "example.com", "example.com"),
        ("acme.test", "acme.test", "acme.test"),
        ("3m.com", "3m.com", "3m.com"),
        ("my-firm.example", "my-firm.example", "my-firm.example"),
        ("r3---sn.example", "r3---sn.example", "r3---sn.example"),
        ("müller.example", "xn--mller-kva.example", "müller.example"),
        ("MÜLLER.example", "xn--mller-kva.example", "müller.example"),
        ("mu\u0308ller.example", "xn--mller-kva.example", "müller.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example", "müller.example"),
        ("XN--MLLER-KVA.example", "xn--mller-kva.example", "müller.example"),
        ("straße.example", "xn--strae-oqa.example", "straße.example"),
        ("пример.example", "xn--e1afmkfd.example", "пример.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"),
        ("ｅｘａｍｐｌｅ.com", "example.com", "example.com"),
        # Nobody would read these letters as they are: they are shown as browsers do.
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        (
            "пример.xn--80ak6aa92e.com",
            "xn--e1afmkfd.xn--80ak6aa92e.com",
            "пример.xn--80ak6aa92e.com",
        ),
        ("оса.рф", "xn--80a1aj.xn--p1ai", "оса.рф"),
        ("a" * 63 + ".com", "a" * 63 + ".com", "a" * 63 + ".com"),
    ],
)
def test_accepted(typed, ascii_form, unicode_form):
    assert DomainName.parse(typed) == DomainName(ascii_form, unicode_form)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \t", "empty"),
        (".", "empty"),
        ("ann@example.com", "has_at"),
        ("@example.com", "has_at"),
        ("https://example.com", "is_url"),
        ("https://ann@example.com/", "is_url"),
        ("example.com/shop", "is_url"),
        ("example.com:8069", "is_url"),
        ("example.com?x", "is_url"),
        ("192.0.2.1", "is_ip"),
        ("2001:db8::1", "is_ip"),
        ("[192.0.2.1]", "is_ip"),
        ("192.0.2.999", "is_ip"),
        ("127.0x1", "is_ip"),
        ("ex_ample.com", "bad_character"),
        ("_dmarc.example.com", "bad_character"),
        ("*.example.com", "bad_character"),
        ("ex ample.com", "bad_character"),
        ("a,b.example", "bad_character"),
        ("a\0.example", "bad_character"),
        ("℀.example", "bad_character"),
        ("-a.example", "bad_hyphen"),
        ("a-.example", "bad_hyphen"),
        ("xn--.example", "bad_hyphen"),
        ("a..example", "empty_label"),
        (".example.com", "empty_label"),
        ("example.com..", "empty_label"),
        ("localhost", "no_dot"),
        ("müller", "no_dot"),
        ("a" * 64 + ".com", "label_too_long"),
        ("ü" * 60 + ".com", "label_too_long"),
        (".".join(["label"] * 50), "too_long"),
        (".".join(["ü" * 30] * 8), "too_long"),
        ("xn--zzzzzz99.example", "bad_idn"),
        ("☃.example", "bad_idn"),
        ("a\u200db.example", "bad_idn"),
        ("-ü.example", "bad_idn"),
        ("\ud800.example", "bad_idn"),
        ("אabc.example", "bad_idn"),
        ("\u0430cme.example", "mixed_alphabets"),  # a Cyrillic a
        ("xn--cme-5cd.example", "mixed_alphabets"),
        ("αcme.example", "mixed_alphabets"),
        ("аррӏе.com", "looks_latin"),  # all of it is Cyrillic
        ("АРР\u04c0Е.com", "looks_latin"),
        ("mail.аррӏе.com", "looks_latin"),
        ("οινον.example", "looks_latin"),  # all of it is Greek
        ("օոս.example", "looks_latin"),  # all of it is Armenian
        ("ɡooɡle.example", "looks_latin"),
        ("ᴄᴏᴄᴏ.example", "looks_latin"),  # small capitals of phonetic alphabets
        ("аррӏе.сор", "looks_latin"),
    ],
)
def test_refused(typed, code):
    with pytest.raises(DomainNameError) as caught:
        DomainName.parse(typed)
    assert caught.value.code == code


def test_what_reads_as_another_name_says_how_to_type_either():
    with pytest.raises(DomainNameError) as caught:
        DomainName.parse("Post.аррӏе.com.")
    params = {"reading": "post.apple.com", "ascii": "post.xn--80ak6aa92e.com"}
    assert caught.value.params == {"text": "Post.аррӏе.com.", **params}
    assert DomainName.parse(params["ascii"]).reading == params["reading"]
    assert DomainName.parse(params["reading"]).reading == params["reading"]


#: Letters that look like Latin ones, all of one alphabet, and the Latin ones.
IMITATIONS = (
    ("асԁеһіјӏорԛѕԝху", "acdehijlopqswxy"),
    ("αινορυϳ", "aivopuj"),
    ("ցհյոօզս", "ghjnoqu"),
)


@given(st.data())
def test_no_name_passes_for_another_one(data):
    letters, latin = data.draw(st.sampled_from(IMITATIONS))
    places = st.lists(st.integers(0, len(letters) - 1), min_size=1, max_size=20)
    chosen = data.draw(places)
    typed = "".join(letters[place] for place in chosen) + ".example"
    meant = "".join(latin[place] for place in chosen) + ".example"
    with pytest.raises(DomainNameError) as caught:
        DomainName.parse(typed)
    assert caught.value.code == "looks_latin"
    assert caught.value.params["reading"] == meant
    name = DomainName.parse(caught.value.params["ascii"])
    assert name.unicode == name.ascii
    assert name.reading == meant


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20))
def test_latin_names_are_read_as_they_are(label):
    name = DomainName.parse(f"{label}.example")
    assert name.reading == name.ascii


def test_label_of_300_characters():
    with pytest.raises(DomainNameError) as caught:
        DomainName.parse("a" * 300 + ".com")
    assert caught.value.code == "label_too_long"
    assert caught.value.params == {"label": "a" * 300, "length": 300, "limit": 63}


@given(st.one_of(st.text(), st.text("aA1-_.ü例\u0300xn@:/ ", max_size=40)))
def test_any_text_is_accepted_or_refused(text):
    try:
        name = DomainName.parse(text)
    except DomainNameError as error:
        assert str(error)
    else:
        assert DomainName.parse(name.ascii) == name
        assert DomainName.parse(name.unicode) == name


def test_a_very_long_text_costs_no_time():
    with pytest.raises(DomainNameError):
        DomainName.parse("ü" * 5_000_000)


@pytest.mark.parametrize(
    ("name", "organisational"),
    [
        ("example.com", "example.com"),
        ("mail.example.com", "example.com"),
        ("a.b.c.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("mail.acme.test", "acme.test"),
        ("www.ck", "www.ck"),
        ("shop.ann.github.io", "ann.github.io"),
        ("mail.müller.example", "müller.example"),
        ("post.firma.公司.cn", "firma.公司.cn"),
    ],
)
def test_organisational_domain(name, organisational):
    parsed = DomainName.parse(name).organisational
    assert parsed == DomainName.parse(organisational)


@pytest.mark.parametrize(
    ("name", "is_public"),
    [
        ("co.uk", True),
        ("com.br", True),
        ("公司.cn", True),
        ("xn--55qx5d.cn", True),
        ("anything.ck", True),
        ("www.ck", False),
        ("example.co.uk", False),
        ("acme.test", False),
        ("github.io", False),
        ("uk.com", False),
    ],
)
def test_public_suffix(name, is_public):
    assert DomainName.parse(name).is_public_suffix is is_public


@pytest.mark.parametrize(
    ("name", "is_free"),
    [
        ("gmail.com", True),
        ("GMail.com.", True),
        ("hotmail.co.uk", True),
        ("web.de", True),
        ("mail.yahoo.com", True),
        ("gmail.example", False),
        ("notgmail.com", False),
        ("example.com", False),
    ],
)
def test_free_mail(name, is_free):
    assert DomainName.parse(name).is_free_mail is is_free


def test_free_mail_file_holds_domains():
    text = Path(tools.__file__).with_name("free_mail_domains.txt").read_text("ascii")
    domains = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(domains) > 300
    for domain in domains:
        name = DomainName.parse(domain)
        assert (name.ascii, name.is_free_mail) == (domain, True)
        assert not name.is_public_suffix


@pytest.mark.parametrize(
    ("name", "other", "is_below"),
    [
        ("bounce.example.com", "example.com", True),
        ("a.b.example.com", "example.com", True),
        ("example.com", "example.com", False),
        ("notexample.com", "example.com", False),
        ("example.com", "bounce.example.com", False),
        ("mail.müller.example", "xn--mller-kva.example", True),
    ],
)
def test_is_below(name, other, is_below):
    assert DomainName.parse(name).is_below(DomainName.parse(other)) is is_below
