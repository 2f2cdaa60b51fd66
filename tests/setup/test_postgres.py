# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which PostgreSQL the commands take."""

import pytest
from workshop import postgres


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n", 15),
        ("postgres (PostgreSQL) 18.6\n", 18),
        ("postgres (PostgreSQL) 19devel\n", 19),
        ("", 0),
    ],
)
def test_the_major_version_is_read(text, expected):
    assert postgres.major_version(text) == expected


@pytest.fixture
def folder(tmp_path):
    """Make a folder of programs of some version."""

    def folder(version):
        for name in postgres.PROGRAMS:
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
            program.chmod(0o755)
        return tmp_path

    return folder


def test_a_new_enough_version_is_taken(folder):
    assert postgres.examine(folder("13.1")) == postgres.Programs(folder("13.1"), 13)


def test_an_old_version_is_passed_over(folder):
    assert postgres.examine(folder("12.9")) is None


def test_a_folder_without_a_server_is_passed_over(folder):
    programs = folder("16.1")
    (programs / "initdb").unlink()
    assert postgres.examine(programs) is None
