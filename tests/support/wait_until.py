"""Waits for a condition."""

import time
from collections.abc import Callable

__all__ = ["until"]


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until a condition is true.

    Raises:
        AssertionError: it is not within the time.

    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen in {seconds:g} s"
        time.sleep(0.1)
