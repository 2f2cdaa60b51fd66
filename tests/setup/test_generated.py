# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that follow from other files are written from them and compared with them."""

from itertools import pairwise

import pytest
from docutils.utils import SystemMessage
from workshop import folders, generated

MANIFEST = {
    "name": "Some Addon",
    "license": "LGPL-3",
    "depends": [],
    "external_dependencies": {"python": ["zebra", "ant>=2"]},
}


@pytest.fixture
def addon(tmp_path, monkeypatch):
    """The one addon of a checkout."""
    monkeypatch.setattr(folders, "CHECKOUT", tmp_path)
    addon = tmp_path / "some_addon"
    (addon / "readme").mkdir(parents=True)
    (addon / "__manifest__.py").write_text(repr(MANIFEST))
    (addon / "readme" / "DESCRIPTION.rst").write_text("What it does.\n")
    (addon / "readme" / "USAGE.rst").write_text("How to use it.\n")
    return addon


def test_requirements_are_those_of_all_manifests():
    other = {"external_dependencies": {"python": ["zebra", "bee"]}}
    lines = generated.requirements([MANIFEST, other, {}]).splitlines()
    assert lines[1:] == ["ant>=2", "bee", "zebra"]


def test_a_readme_has_the_sections_that_have_a_fragment(addon):
    generated.main(["--write"])
    lines = (addon / "README.rst").read_text().splitlines()
    titles = [a for a, b in pairwise(lines) if set(b) == {"="}]
    assert titles == ["Some Addon", "Usage", "Licence"]


def test_the_page_is_made_from_the_readme(addon):
    generated.main(["--write"])
    page = (addon / "static" / "description" / "index.html").read_text()
    assert "<p>How to use it.</p>" in page


def test_a_fragment_that_is_not_valid_is_refused(addon):
    (addon / "readme" / "USAGE.rst").write_text("an *open emphasis\n")
    with pytest.raises(SystemMessage):
        generated.main(["--write"])


def test_what_was_written_is_up_to_date(addon):
    generated.main(["--write"])
    assert generated.main([]) == 0


def test_a_changed_fragment_makes_its_files_out_of_date(addon, capsys):
    generated.main(["--write"])
    (addon / "readme" / "USAGE.rst").write_text("Otherwise.\n")
    assert generated.main([]) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "some_addon/README.rst",
        "some_addon/static/description/index.html",
    ]
