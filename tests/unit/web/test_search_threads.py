"""The threads that searches run in."""

import threading

import pytest

from web.limits.concurrency import SearchLimiter, TooManySearches
from web.limits.search_threads import SearchThreads, StillRunning


def test_results_and_errors_reach_the_thread_that_waits() -> None:
    """Also an error that is not an Exception, as a panic of an engine is."""

    def fail() -> None:
        raise KeyboardInterrupt("x")

    threads = SearchThreads(1)
    assert threads.submit(lambda: 7).result(20) == 7
    with pytest.raises(KeyboardInterrupt, match="x"):
        threads.submit(fail).result(20)
    assert threads.submit(lambda: 8).result(20) == 8


def test_an_idle_thread_is_used_before_another_starts() -> None:
    """A client that searches again and again needs one thread."""
    threads = SearchThreads(5)
    names = {threads.submit(lambda: threading.current_thread().name).result(20) for _ in range(50)}
    assert len(names) == 1


def test_a_task_waits_for_a_thread_when_all_are_busy() -> None:
    """There are never more threads than allowed, and no task is lost."""
    released = threading.Event()
    threads = SearchThreads(2)
    tasks = [threads.submit(lambda: released.wait(20)) for _ in range(6)]
    with pytest.raises(StillRunning):
        tasks[-1].result(0)
    released.set()
    assert [task.result(20) for task in tasks] == [True] * 6
    names = {threads.submit(lambda: threading.current_thread().name).result(20) for _ in range(9)}
    assert len(names) <= 2


def no_further_thread(*_: object) -> None:
    """Fail as `Thread.start` does where the system allows no further thread."""
    raise RuntimeError("can't start new thread")


def test_a_task_waits_for_a_thread_if_no_other_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container limits the threads of its processes."""
    released = threading.Event()
    threads = SearchThreads(2)
    first = threads.submit(lambda: released.wait(20))
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_further_thread)
        second = threads.submit(threading.get_ident)
        with pytest.raises(StillRunning):
            second.result(0)
    released.set()
    assert first.result(20)
    second.result(20)
    assert threads.submit(lambda: 7).result(20) == 7


def test_a_search_without_a_thread_leaves_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise no search would ever run again."""
    limiter = SearchLimiter(max_concurrent=1, max_waiting=0, timeout_ms=20_000)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_further_thread)
        with pytest.raises(TooManySearches):
            limiter.run(lambda: 7)
    assert limiter.run(lambda: 7) == 7
