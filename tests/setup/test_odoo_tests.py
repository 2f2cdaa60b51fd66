# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose failures the failures of Odoo's own tests are."""

import json

import pytest
from workshop import odoo_tests
from workshop.odoo_source import OdooSource
from workshop.problem import SetupProblem


@pytest.mark.parametrize("place", ["addons", "odoo/addons"])
def test_tests_are_found_in_a_checkout_and_in_a_package(tmp_path, place):
    test = tmp_path / place / "mail" / "tests"
    test.mkdir(parents=True)
    source = OdooSource(tmp_path, "")
    assert odoo_tests.find(source, ["mail/tests"]) == [test]


def test_an_odoo_without_tests_is_refused(tmp_path):
    with pytest.raises(SetupProblem, match="no mail/tests"):
        odoo_tests.find(OdooSource(tmp_path, ""), ["mail/tests"])


def test_what_failed_is_what_pytest_kept(tmp_path):
    cache = tmp_path / "lastfailed"
    assert odoo_tests.read_failed(cache) == set()
    cache.write_text(json.dumps({"a.py::test": True}))
    assert odoo_tests.read_failed(cache) == {"a.py::test"}


@pytest.mark.parametrize(
    ("ours", "text"),
    [
        ([], "No failure is ours; 2 tests fail without our addons as well."),
        (
            ["a.py::test"],
            "These tests of Odoo pass without our addons and fail with them:\n"
            "  a.py::test",
        ),
    ],
)
def test_the_conclusion(ours, text):
    assert odoo_tests.describe(ours, 2) == text
