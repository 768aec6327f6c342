"""A limit to the time that something takes."""

import time
from contextlib import suppress

import pytest

from indexer.time_limit import TimeLimitExceeded, time_limit


def _as_libraries_do() -> None:
    while True:
        with suppress(Exception):
            time.sleep(0.001)


def test_what_catches_every_exception_is_stopped_all_the_same() -> None:
    """Libraries that read pages catch any error of theirs and go on, which must not swallow the limit."""
    with time_limit(0.01), pytest.raises(TimeLimitExceeded):
        _as_libraries_do()
