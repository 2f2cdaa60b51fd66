# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which tests need no Odoo."""

import pytest
from workshop import folders, test


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], False),
        (["-x"], False),
        (["tests/setup"], True),
        (["tests/setup/test_addons.py::test_it", "-x"], True),
        (["tests/setup", "tests/peers"], False),
        (["tests"], False),
    ],
)
def test_pure_tests_are_told_by_their_path(monkeypatch, arguments, expected):
    monkeypatch.chdir(folders.CHECKOUT)
    assert test.are_pure(arguments) is expected
