"""A second thread for a search, if a core may be free for it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Semaphore
from typing import TypeVar

from search.cores import CORES, use_cores

__all__ = ["SPARE_THREAD", "SpareThread"]

_Result = TypeVar("_Result")


class SpareThread:
    """Runs one task at a time in a thread of its own.

    Tantivy releases the interpreter's lock, so that two cores count and rank at the same time. More
    than one spare thread would only take cores from other workers, and a single core has no use for
    any. It may use all `cores`, even where the search's own thread keeps to some of them. A forked
    process has one of its own, as threads are not copied.
    """

    def __init__(self, cores: frozenset[int]) -> None:
        self._cores = cores
        self._threads = 1 if len(cores) > 1 else 0
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._free = Semaphore(self._threads)
        self._executor = ThreadPoolExecutor(1, "spare", partial(use_cores, self._cores))

    def start(self, task: Callable[[], _Result]) -> Callable[[], _Result] | None:
        """Start a task; return the function that waits for its result. None if it is not free."""
        if not self._free.acquire(blocking=False):
            return None

        def run() -> _Result:
            try:
                return task()
            finally:
                self._free.release()

        try:
            return self._executor.submit(run).result
        except RuntimeError:
            # The system allows no further thread. It stays taken, as the task may still be queued.
            return None


SPARE_THREAD = SpareThread(CORES)
"""The process's spare thread."""
