"""The second thread of a search takes one task, and never loses an error."""

import threading

import pytest

from search.engines.spare_thread import SpareThread


def test_a_task_runs_in_another_thread() -> None:
    """The caller can work in the meantime."""
    result = SpareThread(cores=2).start(threading.get_ident)
    assert result is not None
    assert result() != threading.get_ident()


def test_a_second_task_is_refused_until_the_first_ends() -> None:
    """The caller does it itself, which is faster than waiting."""
    spare, may_end = SpareThread(cores=2), threading.Event()
    waiting = spare.start(may_end.wait)
    assert spare.start(threading.get_ident) is None
    may_end.set()
    assert waiting is not None
    assert waiting()
    assert spare.start(threading.get_ident) is not None


def test_an_error_reaches_the_caller_and_frees_the_thread() -> None:
    """A damaged index is reported as from the search's own thread."""
    spare = SpareThread(cores=2)
    failing = spare.start(lambda: 1 // 0)
    assert failing is not None
    with pytest.raises(ZeroDivisionError):
        failing()
    assert spare.start(threading.get_ident) is not None


def test_one_core_has_no_second_thread() -> None:
    """Two threads on one core only take turns."""
    assert SpareThread(cores=1).start(threading.get_ident) is None
