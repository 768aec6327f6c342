"""The second thread of a search takes one task, and never loses an error."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.cores import CORES, use_cores
from search.engines.spare_thread import SpareThread

_TWO_CORES = frozenset({0, 1})


def test_a_task_runs_in_another_thread() -> None:
    """The caller can work in the meantime."""
    result = SpareThread(_TWO_CORES).start(threading.get_ident)
    assert result is not None
    assert result() != threading.get_ident()


def test_a_second_task_is_refused_until_the_first_ends() -> None:
    """The caller does it itself, which is faster than waiting."""
    spare, may_end = SpareThread(_TWO_CORES), threading.Event()
    waiting = spare.start(may_end.wait)
    assert spare.start(threading.get_ident) is None
    may_end.set()
    assert waiting is not None
    assert waiting()
    assert spare.start(threading.get_ident) is not None


def test_an_error_reaches_the_caller_and_frees_the_thread() -> None:
    """A damaged index is reported as from the search's own thread."""
    spare = SpareThread(_TWO_CORES)
    failing = spare.start(lambda: 1 // 0)
    assert failing is not None
    with pytest.raises(ZeroDivisionError):
        failing()
    assert spare.start(threading.get_ident) is not None


def test_a_search_goes_on_without_a_thread_that_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A container limits the threads of its processes."""

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    spare = SpareThread(_TWO_CORES)
    assert spare.start(threading.get_ident) is None
    assert spare.start(threading.get_ident) is None


def test_one_core_has_no_second_thread() -> None:
    """Two threads on one core only take turns."""
    assert SpareThread(frozenset({0})).start(threading.get_ident) is None


def test_it_may_use_cores_that_its_caller_keeps_away_from() -> None:
    """Both threads of a search on one core would only take turns."""

    def search() -> set[int]:
        use_cores(frozenset({min(CORES)}))
        result = SpareThread(CORES | {4_095}).start(lambda: os.sched_getaffinity(0))
        assert result is not None
        return result()

    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(search).result() == CORES


_FORKED = """
import os, threading
from search.engines.spare_thread import SpareThread
spare = SpareThread(frozenset({0, 1}))
spare.start(threading.get_ident)()
child = os.fork()
if not child:
    spare.start(threading.get_ident)()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_a_second_thread_of_its_own() -> None:
    """A server that loads the application before it forks its workers may have searched."""
    with subprocess.Popen(
        [sys.executable, "-c", _FORKED], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            output, _ = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert output == "7\n"
