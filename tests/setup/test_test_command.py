# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which tests need no Odoo."""

import pytest
from workshop import folders, test


@pytest.mark.parametrize(
    ("arguments", "pure", "without_odoo"),
    [
        ([], False, False),
        (["-x"], False, False),
        (["tests/setup"], True, True),
        (["tests/setup/test_addons.py::test_it", "-x"], True, True),
        (["tests/setup", "tests/peers"], False, True),
        (["tests/oauth"], False, True),
        (["tests/peers", "tests/system"], False, False),
        (["tests"], False, False),
    ],
)
def test_tests_are_told_by_their_path(monkeypatch, arguments, pure, without_odoo):
    monkeypatch.chdir(folders.CHECKOUT)
    assert test.are_within(arguments, test.PURE_TESTS) is pure
    every = test.PURE_TESTS + test.PEER_TESTS
    assert test.are_within(arguments, every) is without_odoo
