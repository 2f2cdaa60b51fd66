# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The examples in the docstrings of ``tools`` and ``providers`` are true."""

import doctest
import importlib
import pkgutil

import providers
import pytest
import tools

MODULES = [
    module.name
    for library in (tools, providers)
    for module in pkgutil.walk_packages(library.__path__, f"{library.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
