# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of the tests is only offered where it runs, else the machine's own is."""

import shutil

import pytest
from workshop import browser, debian, folders
from workshop.problem import SetupProblem


@pytest.mark.parametrize(("code", "expected"), [(0, True), (127, False)])
def test_a_browser_that_runs_is_found_first(tmp_path, code, expected):
    program, folder = tmp_path / "program", tmp_path / "bin"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    browser.offer(program, folder)
    found = shutil.which("google-chrome", path=str(folder))
    assert found == (str(folder / "google-chrome") if expected else None)


@pytest.mark.parametrize(
    "trouble", [SetupProblem("no network", "mend"), FileNotFoundError]
)
def test_a_machine_without_apt_keeps_its_own(tmp_path, monkeypatch, trouble):
    def fail(*_args):
        raise trouble

    for name, folder in (("WORK", tmp_path), ("LOGS", tmp_path)):
        monkeypatch.setattr(folders, name, folder)
    monkeypatch.setattr(browser, "FOLDER", tmp_path / "browser")
    monkeypatch.setattr(debian.PackageFolder, "update", fail)
    browser.provide()
    assert [path.name for path in browser.FOLDER.iterdir()] == [".made-from"]
