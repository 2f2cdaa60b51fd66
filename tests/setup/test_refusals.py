# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever our addons refuse, people see it with a link to the guide."""

import ast

import pytest
from workshop import addons

#: Errors that the web client shows to people as they are.
SHOWN = {"AccessError", "MissingError", "RedirectWarning", "UserError"}
SHOWN.add("ValidationError")

#: Folders of an addon whose errors nobody sees: tests, and what knows no Odoo.
UNSEEN = {"examples", "providers", "tests", "tools"}


def sources():
    """List what of our addons runs in Odoo."""
    for addon in addons.own():
        for file in sorted(addon.rglob("*.py")):
            if not UNSEEN.intersection(file.relative_to(addon).parts):
                yield file


def bare_errors(text):
    """List the lines on which an error is made without a part of the guide."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in SHOWN
    ]


def test_a_bare_error_is_found():
    assert bare_errors("try:\n    x()\nexcept UserError:\n    pass\n") == []
    assert bare_errors('raise guided_error(UserError, "x", guide="keys")\n') == []
    assert bare_errors('def f():\n    raise UserError("x") from None\n') == [2]


@pytest.mark.parametrize("addon", [addon.name for addon in addons.own()])
def test_all_addons_are_looked_at(addon):
    assert any(addon in file.parts and "models" in file.parts for file in sources())


def test_errors_name_a_part_of_the_guide():
    bare = {str(file): bare_errors(file.read_text()) for file in sources()}
    assert {file: lines for file, lines in bare.items() if lines} == {}
