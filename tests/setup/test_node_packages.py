# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Node the commands take, and what they install on it."""

import pytest
from workshop import node_packages


@pytest.mark.parametrize(
    ("version", "expected"),
    [("v20.11.0", True), ("v24.1.0", True), ("v18.20.4", False), ("", False)],
)
def test_an_old_node_is_passed_over(version, expected):
    assert node_packages.is_new_enough(version) is expected


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (node_packages.LIST / "package-lock.json").read_text()
