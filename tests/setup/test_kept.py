# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was made is kept until what it was made from changes."""

import pytest
from workshop import kept


@pytest.fixture
def made():
    """The times that the thing was made."""
    return []


@pytest.fixture
def keep(tmp_path, made):
    """Keep a thing made from one text; it contains that text."""

    def keep(text):
        def make(target):
            made.append(text)
            (target / "content").write_text(text)

        kept.keep("a thing", tmp_path / "thing", {"text": text}, make)
        return (tmp_path / "thing" / "content").read_text()

    return keep


def test_the_same_is_made_once(keep, made):
    keep("a")
    keep("a")
    assert made == ["a"]


def test_another_one_is_made_anew(keep):
    keep("a")
    assert keep("b") == "b"


def test_nothing_of_the_old_one_is_left(keep, tmp_path):
    keep("a")
    (tmp_path / "thing" / "old").touch()
    keep("b")
    assert not (tmp_path / "thing" / "old").exists()


def test_an_interrupted_one_is_made_anew(keep, tmp_path):
    def interrupted(target):
        (target / "content").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.keep("a thing", tmp_path / "thing", {"text": "a"}, interrupted)
    assert keep("a") == "a"


def test_a_digest_says_when_a_file_changes(tmp_path):
    file = tmp_path / "folder" / "file"
    file.parent.mkdir()
    file.write_text("a")
    before = kept.digest_of([file.parent])
    file.write_text("b")
    assert kept.digest_of([file.parent]) != before


def test_a_digest_says_when_a_file_is_renamed(tmp_path):
    file = tmp_path / "folder" / "file"
    file.parent.mkdir()
    file.write_text("a")
    before = kept.digest_of([file.parent])
    file.rename(file.with_name("other"))
    assert kept.digest_of([file.parent]) != before


def test_a_digest_leaves_compiled_python_out(tmp_path):
    (tmp_path / "__pycache__").mkdir()
    before = kept.digest_of([tmp_path])
    (tmp_path / "__pycache__" / "module.pyc").touch()
    assert kept.digest_of([tmp_path]) == before
