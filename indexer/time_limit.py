"""A limit to the time that something takes, where it cannot be known before how long it will."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

__all__ = ["TookTooLong", "time_limit"]


class TookTooLong(BaseException):
    """The limit was passed; no `Exception`, since libraries catch those and go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the block when it takes longer; only the main thread of a process can be stopped, others go on.

    Raises:
        TookTooLong: it was stopped.

    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise TookTooLong
