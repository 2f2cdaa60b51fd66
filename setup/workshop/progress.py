# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines that say what a command is doing, and how long it has been at it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: When the command began; programs that it starts go on counting.
_BEGINNING = float(os.environ.setdefault("SETUP_BEGAN", str(time.monotonic())))


def say(text: str) -> None:
    """Print one line with the seconds since the command began."""
    print(f"[{time.monotonic() - _BEGINNING:6.1f} s] {text}", flush=True)


@contextmanager
def step(what: str, patience: str = "") -> Iterator[None]:
    """Say that a step begins, and that it is done.

    :param what: the thing that is prepared, such as ``"Odoo 19"``
    :param patience: how long it usually takes, such as ``"about a minute"``
    """
    say(f"{what} ..." + (f" ({patience})" if patience else ""))
    began = time.monotonic()
    yield
    say(f"{what}: ready after {time.monotonic() - began:.1f} s")
