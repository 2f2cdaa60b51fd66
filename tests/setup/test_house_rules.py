# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no file may contain is found, and what only looks like it is not."""

import pytest
from workshop import house_rules

#: A text that breaks a rule -> the rule. Texts in pieces would be found in this file.
BREACHES = {
    "a\r\n": "carriage return",
    "a \n": "blanks at the end of a line",
    "a\t\n": "blanks at the end of a line",
    "<" * 7 + " ours\n": "conflict of a merge",
    ">" * 7 + " theirs\n": "conflict of a merge",
    "# TO" + "DO: more\n": "note of work left undone",
    "FIX" + "ME\n": "note of work left undone",
    "open('/ho" + "me/jane/key')\n": "home folder of a developer",
    "cd /ro" + "ot/x\n": "home folder of a developer",
    "C:\\Us" + "ers\\jane\n": "home folder of a developer",
    '"resol' + 'ved": "x"\n': "place that packages come from",
    "--index-" + "url https://packages.example/\n": "place that packages come from",
    "regis" + "try = https://packages.example/\n": "place that packages come from",
    "de" + "b https://packages.example stable main\n": "place that packages come from",
    "a": "no line end at the end",
    "a\n\n": "empty lines at the end",
}

HARMLESS = (
    "",
    "a\n\nb\n",
    "Title\n=======\n",
    "a method\n",
    "https://example.com/home/page\n",
    'f"de' + 'b {address} unstable main"\n',
)


@pytest.mark.parametrize(("text", "rule"), BREACHES.items())
def test_a_breach_is_found(text, rule):
    assert rule in [found for _line, found in house_rules.findings(text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_passes(text):
    assert list(house_rules.findings(text)) == []


def test_a_finding_names_its_line():
    assert list(house_rules.findings("a\nb \nc\n")) == [
        (2, "blanks at the end of a line")
    ]


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("a \r\nb", "a\nb\n"), ("a\n\n\n", "a\n"), ("\n", ""), ("", "")],
)
def test_tidying(text, tidied):
    assert house_rules.tidy(text) == tidied


def test_fixing_writes_the_file(tmp_path):
    file = tmp_path / "file.txt"
    file.write_bytes(b"a \r\nb")
    assert house_rules.main(["--fix", str(file)]) == 0
    assert file.read_bytes() == b"a\nb\n"


def test_checking_writes_nothing(tmp_path):
    file = tmp_path / "file.txt"
    file.write_bytes(b"a \r\nb")
    assert house_rules.main([str(file)]) == 1
    assert file.read_bytes() == b"a \r\nb"


def test_what_is_no_text_is_left_alone(tmp_path):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n \xff")
    assert house_rules.main(["--fix", str(file)]) == 0
    assert file.read_bytes() == b"\x89PNG\r\n \xff"
