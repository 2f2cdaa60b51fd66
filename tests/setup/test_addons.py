# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What our addons' manifests say."""

import pytest
from workshop import addons, folders, foreign_addons


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two addons, one built on the other."""
    monkeypatch.setattr(folders, "CHECKOUT", tmp_path)
    for name, depends in {"below": ["mail"], "above": ["below", "web"]}.items():
        (tmp_path / name / "tests").mkdir(parents=True)
        manifest = tmp_path / name / "__manifest__.py"
        manifest.write_text(repr({"name": name, "depends": depends}))
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_addons_are_the_folders_with_a_manifest(checkout):
    assert [addon.name for addon in addons.own()] == ["above", "below"]


def test_our_own_addons_are_no_dependencies(checkout):
    others = [*addons.COMPANIONS, *foreign_addons.PACKAGES]
    assert addons.dependencies() == sorted([*others, "mail", "web"])


def test_an_addon_that_is_not_ready_is_not_installed(checkout):
    manifest = checkout / "above" / "__manifest__.py"
    manifest.write_text(repr({"name": "above", "depends": [], "installable": False}))
    assert [addon.name for addon in addons.installable()] == ["below"]


def test_the_digest_changes_with_an_addon(checkout):
    before = addons.digest()
    (checkout / "below" / "models.py").touch()
    assert addons.digest() != before


def test_the_digest_does_not_change_with_a_test(checkout):
    before = addons.digest()
    (checkout / "below" / "tests" / "test_it.py").touch()
    assert addons.digest() == before
