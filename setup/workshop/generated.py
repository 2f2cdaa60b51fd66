# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files of the checkout that follow from other files of it.

usage: python -m workshop.generated [--write]

Without an option it names the files that are out of date. Runs where docutils is, the
environment of setup/lint.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils.core import publish_parts

from . import addons, folders

#: Fragment of an addon's folder ``readme`` -> title of its section in README.rst.
SECTIONS = {
    "DESCRIPTION": "",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "DEVELOP": "Development",
    "ROADMAP": "Known limits",
    "CONTRIBUTORS": "Contributors",
}

BUILD_SYSTEM = """\
[build-system]
requires = ["whool"]
build-backend = "whool.buildapi"
"""

#: An empty package that brings all addons with it.
METAPACKAGE = """\
[project]
name = "odoo-addons-mail-sender"
version = "19.0.1.0.0"
description = "All addons of mail_sender_domain, for Odoo 19"
license = "LGPL-3.0-or-later"
classifiers = [
    "Programming Language :: Python",
    "Framework :: Odoo",
    "Framework :: Odoo :: 19.0",
]
dependencies = [
{dependencies}]

[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[tool.setuptools]
packages = []
"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
<section class="oe_container">
{body}</section>
</body>
</html>
"""

GENERATED = """\
..
   Written by "setup/lint --fix" from __manifest__.py and readme/*.rst: edit those.
"""


def main(arguments: list[str]) -> int:
    """Compare the files with what they should be, or write them.

    :param arguments: of the command line
    :return: 1 when a file is out of date, else 0
    """
    outdated = False
    for path, text in expected_files():
        if path.is_file() and path.read_text() == text:
            continue
        if "--write" in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        else:
            name = path.relative_to(folders.CHECKOUT)
            print(f"{name} is out of date; setup/lint --fix writes it anew")
            outdated = True
    return int(outdated)


def expected_files() -> Iterator[tuple[Path, str]]:
    """Say what each generated file has to contain.

    :return: (path, text) each
    """
    manifests = {addon: _manifest(addon) for addon in addons.own()}
    yield folders.CHECKOUT / "requirements.txt", requirements(manifests.values())
    dependencies = "".join(f'    "odoo-addon-{a.name}==19.0.*",\n' for a in manifests)
    yield (
        folders.CHECKOUT / "setup" / "_metapackage" / "pyproject.toml",
        METAPACKAGE.format(dependencies=dependencies),
    )
    for addon, manifest in manifests.items():
        text = readme(manifest, _fragments(addon))
        yield addon / "pyproject.toml", BUILD_SYSTEM
        yield addon / "README.rst", text
        yield addon / "static" / "description" / "index.html", page(text)


def requirements(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Write requirements.txt.

    :param manifests: of all addons
    :return: the Python packages that they need, as the manifests name them
    """
    packages = {
        package
        for manifest in manifests
        for package in manifest.get("external_dependencies", {}).get("python", [])
    }
    lines = ["# generated from manifests external_dependencies", *sorted(packages)]
    return "".join(f"{line}\n" for line in lines)


def readme(manifest: Mapping[str, Any], fragments: Mapping[str, str]) -> str:
    """Write an addon's README.rst.

    :param fragments: name of :data:`SECTIONS` -> reStructuredText; may miss some
    """
    title = manifest["name"]
    parts = [f"{'=' * len(title)}\n{title}\n{'=' * len(title)}\n", GENERATED]
    for name, heading in SECTIONS.items():
        if name in fragments:
            if heading:
                parts.append(f"{heading}\n{'=' * len(heading)}\n")
            parts.append(fragments[name])
    parts.append(f"Licence\n=======\n\n{manifest['license']}\n")
    return "\n".join(parts)


def page(text: str) -> str:
    """Write the page that Odoo's list of apps shows for an addon.

    :param text: its README.rst
    :raise docutils.utils.SystemMessage: when that is no valid reStructuredText
    """
    parts = publish_parts(
        text,
        writer="html5",
        settings_overrides={
            "file_insertion_enabled": False,
            "halt_level": 2,
            "initial_header_level": 2,
            "raw_enabled": False,
            "strip_comments": True,
        },
    )
    return PAGE.format(title=parts["title"], body=parts["html_body"])


def _manifest(addon: Path) -> dict[str, Any]:
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def _fragments(addon: Path) -> dict[str, str]:
    paths = {name: addon / "readme" / f"{name}.rst" for name in SECTIONS}
    return {name: path.read_text() for name, path in paths.items() if path.is_file()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
