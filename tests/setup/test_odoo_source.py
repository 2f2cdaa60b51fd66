# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Odoo the commands take."""

import pytest
from workshop import odoo_source
from workshop.problem import SetupProblem

DEBIAN = ("http://mirror/debian", "Debian", "Debian")
SECURITY = ("http://mirror/security", "Debian", "Debian-Security")
UBUNTU = ("http://mirror/ubuntu", "Ubuntu", "Ubuntu")


@pytest.fixture
def odoo(tmp_path):
    """Make a folder that says it is an Odoo of some version."""

    def odoo(version):
        (tmp_path / "odoo").mkdir()
        release = tmp_path / "odoo" / "release.py"
        release.write_text(f"RELEASE = 1\nversion_info = ({version}, FINAL, 0, '')\n")
        return tmp_path

    return odoo


def test_odoo_19_is_taken(odoo):
    folder = odoo("19, 0, 0")
    assert odoo_source.examine(folder).python_path == folder


@pytest.mark.parametrize(
    ("version", "named"),
    [
        ("18, 0, 0", "Odoo 18.0"),
        ("19, 1, 0", "Odoo 19.1"),
        ("'saas~19', 2, 0", "saas~19.2"),
    ],
)
def test_another_odoo_is_refused_by_name(odoo, version, named):
    with pytest.raises(SetupProblem, match=f"{named}.*not 19.0"):
        odoo_source.examine(odoo(version))


def test_a_folder_without_odoo_is_refused_with_the_mend(tmp_path):
    with pytest.raises(SetupProblem, match="no odoo/release.py\nMend: set ODOO_SOURCE"):
        odoo_source.examine(tmp_path)


def test_the_variable_names_the_source(odoo, monkeypatch):
    folder = odoo("19, 0, 0")
    monkeypatch.setenv("ODOO_SOURCE", str(folder))
    assert odoo_source.provide().python_path == folder


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param([SECURITY, DEBIAN], DEBIAN[0], id="Debian"),
        pytest.param([UBUNTU], "", id="Ubuntu"),
        pytest.param([SECURITY], "", id="only Debian's security archive"),
        pytest.param([], "", id="none"),
    ],
)
def test_debians_archive_is_found_among_the_sources(sources, expected):
    assert odoo_source.debian_archive(sources) == expected
