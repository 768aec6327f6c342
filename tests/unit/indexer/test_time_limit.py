"""The time limit of a block."""

import time
from contextlib import suppress

import pytest

from indexer.parsing.time_limit import TimeLimitExceeded, time_limit


def _as_libraries_do() -> None:
    while True:
        with suppress(Exception):
            time.sleep(0.001)


def test_code_that_catches_every_exception_is_interrupted() -> None:
    """Libraries that catch every Exception and continue must not swallow the limit."""
    with time_limit(0.01), pytest.raises(TimeLimitExceeded):
        _as_libraries_do()
