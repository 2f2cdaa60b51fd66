# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that test side by side do not remove each other's files."""

from pathlib import Path

from workshop import worker_files


def test_each_process_gets_the_files_and_keeps_them_to_itself(tmp_path):
    shared = tmp_path / "data"
    (shared / "filestore").mkdir(parents=True)
    (shared / "filestore" / "bundle").write_text("made once")
    first, second = {"data_dir": str(shared)}, {"data_dir": str(shared)}
    worker_files.give_own_files(first, "gw0")
    worker_files.give_own_files(second, "gw1")
    _bundle(first).unlink()
    assert _bundle(second).read_text() == "made once"
    assert (shared / "filestore" / "bundle").exists()


def _bundle(configuration):
    return Path(configuration["data_dir"]) / "filestore" / "bundle"
