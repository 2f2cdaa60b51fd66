# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Python the commands run on."""

import sys

import pytest
from workshop import python_choice

PYTHONS = {"/a/python3.11": (3, 11), "/a/python3.12": (3, 12)}


@pytest.mark.parametrize(
    ("on_path", "answers", "expected"),
    [
        pytest.param(PYTHONS, PYTHONS, "/a/python3.12", id="the newest"),
        pytest.param(["/a/python3.11"], PYTHONS, "/a/python3.11", id="the only one"),
        pytest.param(
            PYTHONS, {"/a/python3.11": (3, 11)}, "/a/python3.11", id="one is a dummy"
        ),
        pytest.param(
            PYTHONS, {"/a/python3.12": (3, 13)}, None, id="one has a wrong name"
        ),
        pytest.param([], {}, None, id="none"),
    ],
)
def test_a_supported_python_is_found_on_path(on_path, answers, expected):
    def which(name):
        return f"/a/{name}" if f"/a/{name}" in on_path else None

    assert python_choice.find_python(which, answers.get) == expected


def test_a_python_is_asked_for_its_version():
    assert python_choice.version_of(sys.executable) == sys.version_info[:2]


@pytest.mark.parametrize("program", ["/bin/false", "/bin/echo", "/no/such/python"])
def test_a_program_that_is_no_python_has_no_version(program):
    assert python_choice.version_of(program) is None


def test_the_refusal_names_version_and_mend():
    text = python_choice.refusal((3, 13))
    assert "Python 3.13" in text
    assert "Mend: install python3.12" in text
