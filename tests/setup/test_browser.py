# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of the tests is only offered where it runs."""

import shutil

import pytest
from workshop import browser


@pytest.mark.parametrize(("code", "expected"), [(0, True), (127, False)])
def test_a_browser_that_runs_is_found_first(tmp_path, code, expected):
    program, folder = tmp_path / "program", tmp_path / "bin"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    browser.offer(program, folder)
    found = shutil.which("google-chrome", path=str(folder))
    assert found == (str(folder / "google-chrome") if expected else None)
