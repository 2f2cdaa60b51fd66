# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a long piece of work tells is there before the work is over."""

from contextlib import closing
from threading import Event, active_count

import pytest
from tools.live import run_live

#: Longer than anything here takes, on a machine that is busy.
PATIENCE = 30.0


def test_news_arrive_while_the_work_goes_on():
    may_go_on = Event()

    def work(tell):
        tell("begun")
        assert may_go_on.wait(PATIENCE)
        tell("done")

    news = run_live(work, limit=PATIENCE, pulse=PATIENCE)
    assert next(news) == "begun"
    may_go_on.set()
    assert list(news) == ["done"]


def test_a_pulse_while_there_is_no_news():
    may_end = Event()
    news = run_live(lambda tell: may_end.wait(PATIENCE), limit=PATIENCE, pulse=0.01)
    assert next(news) is None
    assert next(news) is None
    may_end.set()
    assert set(news) <= {None}


def test_nothing_starts_before_somebody_listens():
    before = active_count()
    run_live(lambda tell: None, limit=PATIENCE, pulse=PATIENCE)
    assert active_count() == before


def test_what_the_work_raises_is_raised():
    def work(tell):
        tell("begun")
        raise ValueError("broken")

    news = run_live(work, limit=PATIENCE, pulse=PATIENCE)
    assert next(news) == "begun"
    with pytest.raises(ValueError, match="broken"):
        next(news)


def test_nobody_waits_for_ever():
    may_end, has_ended = Event(), Event()

    def work(tell):
        tell("begun")
        may_end.wait(PATIENCE)
        has_ended.set()

    news = run_live(work, limit=1.0, pulse=PATIENCE)
    assert next(news) == "begun"
    with pytest.raises(TimeoutError):
        next(news)
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(PATIENCE)


def test_the_work_is_done_when_nobody_listens_any_more():
    may_end, has_ended = Event(), Event()

    def work(tell):
        tell("begun")
        may_end.wait(PATIENCE)
        tell("nobody hears this")
        has_ended.set()

    with closing(run_live(work, limit=PATIENCE, pulse=PATIENCE)) as news:
        assert next(news) == "begun"
    may_end.set()
    assert has_ended.wait(PATIENCE)
