"""Threads for searches, with less work for each hand-over than `ThreadPoolExecutor` has.

The futures of an executor take several locks and a condition variable for each task; here a queue
in C passes the result on.
"""

import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

__all__ = ["NoThread", "Pending", "SearchThreads", "StillRunning"]

_Result = TypeVar("_Result")
_Outcome = tuple[_Result | None, BaseException | None]


class NoThread(Exception):
    """The system allows no further thread."""


class StillRunning(Exception):
    """A task has not ended yet."""


class Pending(Generic[_Result]):
    """A task that another thread runs."""

    def __init__(self, task: Callable[[], _Result]) -> None:
        self._task = task
        self._outcomes: SimpleQueue[_Outcome[_Result]] = SimpleQueue()

    def run(self) -> Callable[[], None]:
        """Run the task, and return a function that passes on its result, or its error."""
        outcome: _Outcome[_Result]
        try:
            outcome = self._task(), None
        # `result` raises it in the thread that waits; no error may end a thread of the pool.
        except BaseException as error:  # noqa: BLE001
            outcome = None, error
        return partial(self._outcomes.put, outcome)

    def result(self, timeout_seconds: float) -> _Result:
        """Wait for the result; an error of the task is raised here.

        Raises:
            StillRunning: the task did not end in time.

        """
        try:
            result, error = self._outcomes.get(timeout=timeout_seconds)
        except Empty:
            raise StillRunning from None
        if error is None:
            # A pair without an error has a result, which the type of a pair cannot say.
            return result  # type: ignore[return-value]
        try:
            raise error
        finally:
            # The traceback refers to this frame.
            del error


class SearchThreads:
    """Up to `max_threads` threads, which start with the first tasks and wait for further ones.

    They do not keep a process from ending, unlike those of an executor.
    """

    def __init__(self, max_threads: int) -> None:
        self._max_threads = max_threads
        self._tasks: SimpleQueue[Pending[Any]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._idle = 0
        """Idle threads, less the tasks that wait for one."""

    def submit(self, task: Callable[[], _Result]) -> Pending[_Result]:
        """Run a task in a thread that is idle, a new one or the first to become idle.

        Raises:
            NoThread: the system does not allow a first thread.

        """
        with self._lock:
            must_start = not self._idle and self._started < self._max_threads
            if must_start:
                self._started += 1
            else:
                self._idle -= 1
        if must_start:
            self._start_thread()
        pending = Pending(task)
        self._tasks.put(pending)
        return pending

    def _start_thread(self) -> None:
        name = f"search_{self._started}"
        try:
            threading.Thread(target=self._serve, name=name, daemon=True).start()
        except RuntimeError as error:
            with self._lock:
                self._started -= 1
                if not self._started:
                    raise NoThread from error
                # The task waits for one of the others.
                self._idle -= 1

    def _serve(self) -> None:
        while True:
            pass_on = self._tasks.get().run()
            # First, so that the client's next task finds this thread.
            with self._lock:
                self._idle += 1
            pass_on()
            del pass_on
