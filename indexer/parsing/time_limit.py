"""Time limit for a block of code (SIGALRM, main thread only)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

__all__ = ["TimeLimitExceeded", "time_limit"]


class TimeLimitExceeded(BaseException):
    """The block took too long. Not an `Exception`, because libraries catch those and continue."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after a number of seconds; do nothing outside the main thread.

    Raises:
        TimeLimitExceeded: the block was interrupted.

    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise TimeLimitExceeded
