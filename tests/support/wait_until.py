"""Waiting for what a process does in its own time."""

import time
from collections.abc import Callable

__all__ = ["until"]


def until(happens: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something.

    Raises:
        AssertionError: it does not happen.

    """
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, f"it did not happen in {seconds:g} s"
        time.sleep(0.1)
