# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hands on what a long piece of work tells, while it still runs.

>>> def work(tell):
...     tell("one")
...     tell("two")
>>> list(run_live(work, limit=60.0, pulse=60.0))
['one', 'two']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


def run_live(
    work: Callable[[Callable[[T], None]], object], *, limit: float, pulse: float
) -> Iterator[T | None]:
    """Do work in a thread and give what it tells as soon as it does.

    Whoever stops listening does not stop the work.

    :param work: called with the function by which it tells something
    :param limit: how many seconds to wait for its end
    :param pulse: after how many seconds without news to give None
    :raise TimeoutError: when the limit is reached; the thread goes on by itself
    :raise Exception: what the work raised
    """
    news: SimpleQueue = SimpleQueue()
    deadline = monotonic() + limit

    def run() -> None:
        end = _End()
        try:
            work(news.put)
        except Exception as error:  # noqa: BLE001 it is raised on, in the other thread
            end.error = error
        news.put(end)

    Thread(target=run, name="mail_sender.live", daemon=True).start()
    while (remaining := deadline - monotonic()) > 0:
        try:
            item = news.get(timeout=min(pulse, remaining))
        except Empty:
            if monotonic() < deadline:
                yield None
            continue
        if not isinstance(item, _End):
            yield item
        elif item.error:
            raise item.error
        else:
            return
    raise TimeoutError


class _End:
    """Says that the work is over.

    :ivar error: what it raised, or None
    """

    def __init__(self) -> None:
        self.error: Exception | None = None
