# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The quality tools are the same, whoever runs them."""

import json
import re

import pytest
import yaml
from workshop import folders, lint

#: Public repository of a hook -> the package that it is.
REPOSITORIES = {
    "odoo-pre-commit-hooks": "oca-odoo-pre-commit-hooks",
    "pre-commit-hooks": "pre-commit-hooks",
    "ruff-pre-commit": "ruff",
    "pylint-odoo": "pylint-odoo",
}


def python_pins():
    """Map Python packages to their version in the list of setup/lint."""
    return dict(re.findall(r"^([\w-]+)==(.+)$", lint.LIST.read_text(), re.M))


def node_pins():
    """Map Node packages to their version in the list of the setup."""
    path = folders.CHECKOUT / "setup" / "node" / "package.json"
    return json.loads(path.read_text())["dependencies"]


def pre_commit():
    """Map the packages that pre-commit uses to their version."""
    text = (folders.CHECKOUT / ".pre-commit-config.yaml").read_text()
    found = {}
    for repository in yaml.safe_load(text)["repos"]:
        name = repository["repo"].rpartition("/")[2]
        if name in REPOSITORIES:
            found[REPOSITORIES[name]] = repository["rev"].removeprefix("v")
        for hook in repository["hooks"]:
            for package in hook.get("additional_dependencies", ()):
                name, version = re.fullmatch(r"(.+?)(?:==|@)([^@]+)", package).groups()
                found[name] = version
    return found


@pytest.mark.parametrize(("package", "version"), pre_commit().items())
def test_pre_commit_uses_the_same_version(package, version):
    assert {**python_pins(), **node_pins()}[package] == version


def test_every_python_tool_is_pinned():
    lines = [line for line in lint.LIST.read_text().splitlines() if line[0] != "#"]
    assert len(lines) == len(python_pins())


def test_files_are_those_that_git_does_not_ignore():
    files = lint.files_of_checkout()
    assert "setup/lint" in files
    assert not [file for file in files if file.startswith((".git/", ".work/"))]
