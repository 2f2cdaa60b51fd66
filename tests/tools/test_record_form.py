# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records in the form of a DNS host, as a table and as a zone file."""

import csv
import io

import dns.rdata
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.domain_name import DomainName
from tools.expected_records import (
    DkimKey,
    DomainSetup,
    ExpectedRecord,
    PlatformNetwork,
    Purpose,
    Requirement,
    build_records,
)
from tools.record_form import (
    COLUMNS,
    TXT_STRING_BYTES,
    FormStyle,
    copyable_lines,
    csv_text,
    fill_form,
    quote,
    txt_strings,
)
from tools.zone_file import Authority, zone_file

ZONE = DomainName.parse("example.com")
KEY = "v=DKIM1; k=rsa; p=" + "A" * 392
PLATFORM = PlatformNetwork("spf.platform.example", (), "mx", "mx.platform.example")


def records(domain="example.com"):
    setup = DomainSetup(
        DomainName.parse(domain), "t0k", (DkimKey("s1", KEY),), PLATFORM
    )
    return build_records(setup).records


def record(rdtype, value, host="bounce.example.com"):
    return ExpectedRecord(
        Purpose.RETURN_PATH, host, rdtype, value, Requirement.REQUIRED
    )


@pytest.mark.parametrize(
    ("host", "style", "expected"),
    [
        ("example.com", FormStyle(), "@"),
        ("example.com", FormStyle(apex=""), ""),
        ("example.com", FormStyle(is_short=False), "example.com"),
        ("bounce.example.com", FormStyle(), "bounce"),
        ("bounce.shop.example.com", FormStyle(), "bounce.shop"),
        ("bounce.example.com", FormStyle(is_short=False), "bounce.example.com"),
        ("bounce.other.example", FormStyle(), "bounce.other.example"),
    ],
)
def test_host(host, style, expected):
    assert fill_form(record("TXT", "x", host), ZONE, style).host == expected


@pytest.mark.parametrize(
    ("rdtype", "value", "style", "expected"),
    [
        ("TXT", "v=spf1 -all", FormStyle(), ("", "v=spf1 -all")),
        ("TXT", "v=spf1 -all", FormStyle(has_quotes=True), ("", '"v=spf1 -all"')),
        ("TXT", "v=spf1 -all", FormStyle(has_final_dot=True), ("", "v=spf1 -all")),
        ("CNAME", "a.example", FormStyle(), ("", "a.example")),
        ("CNAME", "a.example", FormStyle(has_final_dot=True), ("", "a.example.")),
        ("CNAME", "a.example", FormStyle(has_quotes=True), ("", "a.example")),
        ("MX", "10 a.example", FormStyle(), ("10", "a.example")),
        ("MX", "10 a.example", FormStyle(has_final_dot=True), ("10", "a.example.")),
    ],
)
def test_value(rdtype, value, style, expected):
    form = fill_form(record(rdtype, value), ZONE, style)
    assert (form.priority, form.value) == expected


@given(st.text(max_size=900))
def test_strings_of_a_text_record_fit_and_lose_nothing(text):
    strings = txt_strings(text)
    assert "".join(strings) == text
    assert all(len(part.encode()) <= TXT_STRING_BYTES for part in strings)


@given(st.text(max_size=900))
def test_quoted_texts_are_read_back(text):
    read = dns.rdata.from_text("IN", "TXT", quote(text))
    assert b"".join(read.strings).decode() == text


def test_table():
    forms = [fill_form(record, ZONE) for record in records()]
    rows = list(csv.reader(io.StringIO(csv_text(forms), newline="")))
    assert rows[0] == list(COLUMNS)
    assert rows[1:] == [
        [str(getattr(form, column)) for column in COLUMNS] for form in forms
    ]
    assert rows[3] == [
        "return_path_mx",
        "required",
        "MX",
        "bounce",
        "bounce.example.com",
        "10",
        "mx.platform.example",
        "3600",
    ]


def test_table_in_the_words_of_people():
    form = fill_form(record("TXT", 'say "hi", please'), ZONE)
    text = csv_text([form], {"host": "Name"}, {"required": "ja", "TXT": "no"})
    assert text == (
        "purpose,requirement,type,Name,name,priority,value,ttl\r\n"
        'return_path,ja,TXT,bounce,bounce.example.com,,"say ""hi"", please",3600\r\n'
    )


@pytest.mark.parametrize("domain", ["example.com", "shop.example.com"])
def test_zone_file_has_the_records_of_the_table(domain):
    text = zone_file(records(domain), ZONE, authority=Authority(("ns1.example.net",)))
    zone = dns.zone.from_text(text, ZONE.ascii, relativize=False)
    for form in (fill_form(record, ZONE) for record in records(domain)):
        (found,) = (
            read
            for read in zone.find_rdataset(f"{form.name}.", form.type)
            if form.type != "TXT" or b"".join(read.strings).decode() == form.value
        )
        if form.type == "MX":
            assert str(found) == f"{form.priority} {form.value}."


def test_zone_file_to_add_to_a_zone():
    assert zone_file([record("TXT", KEY)], ZONE, ttl=300) == (
        f'$ORIGIN example.com.\n$TTL 300\nbounce IN TXT "{KEY[:255]}" "{KEY[255:]}"\n'
    )


def test_zone_file_of_a_whole_zone():
    authority = Authority(("ns1.example.net", "ns2.example.net"), "dns", 2026112201)
    assert zone_file([record("MX", "10 a.example")], ZONE, authority=authority) == (
        "$ORIGIN example.com.\n"
        "$TTL 3600\n"
        "@ IN SOA ns1.example.net. dns 2026112201 3600 600 1209600 300\n"
        "@ IN NS ns1.example.net.\n"
        "@ IN NS ns2.example.net.\n"
        "bounce IN MX 10 a.example.\n"
    )


def test_notes_stay_comments():
    text = zone_file(
        [record("CNAME", "a.example")], ZONE, note=lambda record: "a\nb\rc"
    )
    assert text.splitlines()[2:5] == ["; a", "; b", "; c"]


def test_a_name_outside_of_the_zone_is_absolute():
    text = zone_file([record("CNAME", "a.example", "b.other.example")], ZONE)
    assert "\nb.other.example. IN CNAME a.example.\n" in text


@given(st.lists(st.text("ab=", min_size=1, max_size=30), min_size=1, max_size=20))
def test_lines_that_are_copied_give_the_value_again(words):
    text = " ".join(words)
    lines = copyable_lines(text, 40)
    assert "".join(lines) == text
    assert all(len(line) <= 40 and line == line.strip() for line in lines)


def test_a_value_of_blanks_is_cut_all_the_same():
    assert "".join(copyable_lines(" " * 100, 7)) == " " * 100
