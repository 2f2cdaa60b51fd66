# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors say what to do, and have a sentence for each of their codes."""

import ast
import string
from pathlib import Path

import pytest
from providers import errors

FAMILY = errors.ProviderError.__subclasses__()


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind in FAMILY for code in kind.sentences]
)
def test_a_sentence_names_the_culprit(kind, code):
    template = kind.sentences[code]
    names = [name for _text, name, *_rest in string.Formatter().parse(template) if name]
    params = {name: f"<{name}>" for name in names}
    assert all(value in str(kind(code, **params)) for value in params.values())


def test_every_code_that_is_used_has_a_sentence():
    folder = Path(errors.__file__).parent
    used = {
        (node.func.id, node.args[0].value)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {kind.__name__ for kind in FAMILY}
        and isinstance(node.args[0], ast.Constant)
    }
    known = {(kind.__name__, code) for kind in FAMILY for code in kind.sentences}
    assert used <= known


@pytest.mark.parametrize(
    "table",
    [
        "aadsts._CAUSES",
        "aadsts._SUBERRORS",
        "aadsts._ERRORS",
        "gmail_api._REASONS",
        "gmail_api._STATUSES",
        "google._ERRORS",
        "google._DELEGATION_ERRORS",
        "google._GRANT_WORDS",
        "graph_api._CODES",
        "graph_api._STATUSES",
    ],
)
def test_every_code_in_a_table_has_a_sentence(table):
    module, _dot, name = table.partition(".")
    found = getattr(__import__(f"providers.{module}", fromlist=[name]), name)
    causes = found if isinstance(next(iter(found)), tuple) else found.values()
    assert all(code in kind.sentences for kind, code in causes)


def test_what_the_provider_says_is_kept_short_and_on_one_line():
    error = errors.GrantError("invalid_grant", detail=" AADSTS1: no.\r\nTrace: x " * 99)
    assert error.params["detail"].startswith("AADSTS1: no. Trace: x AADSTS1: no.")
    assert len(error.params["detail"]) == errors.MAX_DETAIL


def test_a_provider_that_says_nothing():
    error = errors.GrantError("invalid_grant", detail="")
    assert (error.params, str(error)) == (
        {},
        "the permission has expired or was withdrawn",
    )
