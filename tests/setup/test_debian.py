# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is asked of the machine."""

import sys

import pytest
from workshop import debian
from workshop.debian import Need
from workshop.problem import SetupProblem

THERE = Need("coreutils", ("no-such-program", "true"))
MISSING = Need("gone", ("no-such-program",))


def test_what_is_there_is_not_asked_for():
    assert debian.missing_packages([THERE, MISSING], can_make_venv=True) == ["gone"]


def test_a_package_without_programs_is_looked_up():
    needs = [Need("dpkg"), Need("no-such-package")]
    missing = debian.missing_packages(needs, can_make_venv=True)
    assert missing == ["no-such-package"]


def test_a_python_that_cannot_make_environments_needs_a_package():
    [package] = debian.missing_packages([], can_make_venv=False)
    assert package == f"python3.{sys.version_info.minor}-venv"


def test_an_ordinary_user_is_told_one_line(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SetupProblem) as problem:
        debian.provide([MISSING, Need("gone-too", ("no-such-program",))])
    assert str(problem.value).splitlines()[-1] == (
        "  sudo apt-get update && sudo apt-get install --no-install-recommends "
        "gone gone-too"
    )
