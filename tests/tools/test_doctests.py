# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The examples in the docstrings of ``tools`` are true."""

import doctest
import importlib
import pkgutil

import pytest
import tools

MODULES = [module.name for module in pkgutil.walk_packages(tools.__path__, "tools.")]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
