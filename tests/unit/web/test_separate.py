"""Work in a separate process."""

import os
from typing import NoReturn

import pytest

from search.errors import InvalidSettings
from web.processes.separate import SeparateProcessFailed, in_separate_process


def test_a_result_comes_back() -> None:
    """The function runs in another process."""
    assert in_separate_process(os.getpid) != os.getpid()


def test_an_error_comes_back_with_its_message() -> None:
    """The server reports what is wrong with its settings as the command would."""

    def fail() -> NoReturn:
        raise InvalidSettings("port is 0")

    with pytest.raises(SeparateProcessFailed, match="port is 0"):
        in_separate_process(fail)


def test_a_process_that_ends_early_is_an_error() -> None:
    """The server keeps its settings if the process that reads new ones is killed."""
    with pytest.raises(SeparateProcessFailed, match="ended unexpectedly"):
        in_separate_process(lambda: os._exit(3))
