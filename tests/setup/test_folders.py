# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The folder of a run, and what several commands prepare at the same time."""

from pathlib import Path
from threading import Event, Thread

import pytest
from workshop import folders


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A place for runs."""
    monkeypatch.setattr(folders, "RUNS", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("length", "expected"), [(50, True), (73, True), (74, False), (200, False)]
)
def test_a_socket_path_has_a_longest_length(length, expected):
    assert folders.is_short_enough(Path("/" + "x" * (length - 1))) is expected


def test_a_run_is_in_the_place_for_runs_and_goes_away(runs, monkeypatch):
    monkeypatch.setattr(folders, "_place_for_runs", lambda: runs)
    with folders.run_folder() as folder:
        assert folder.parent == runs
    assert not folder.exists()


def test_a_run_has_another_place_when_the_path_is_too_long(tmp_path, monkeypatch):
    runs = tmp_path / ("x" * 100)
    monkeypatch.setattr(folders, "RUNS", runs)
    with folders.run_folder() as folder:
        assert not folder.is_relative_to(runs)


def test_the_leftovers_of_a_killed_run_go_away(runs):
    (runs / "killed").mkdir()
    (runs / "killed" / "owner").touch()
    with folders.run_folder():
        assert not (runs / "killed").exists()


def test_another_run_is_left_alone(runs, monkeypatch):
    monkeypatch.setattr(folders, "_place_for_runs", lambda: runs)
    with folders.run_folder() as first, folders.run_folder():
        assert first.exists()


def test_different_things_are_prepared_at_the_same_time(tmp_path):
    with (
        folders.preparing("a thing", tmp_path / "a"),
        folders.preparing("another thing", tmp_path / "b"),
    ):
        pass


def test_the_same_thing_is_prepared_by_one_after_the_other(tmp_path, monkeypatch):
    waits, order = Event(), []
    monkeypatch.setattr(folders.progress, "say", lambda text: waits.set())

    def prepare_too():
        with folders.preparing("a thing", tmp_path / "a"):
            order.append("the other")

    other = Thread(target=prepare_too)
    with folders.preparing("a thing", tmp_path / "a"):
        other.start()
        assert waits.wait(10)
        order.append("the first")
    other.join()
    assert order == ["the first", "the other"]
