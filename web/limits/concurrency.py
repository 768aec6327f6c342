"""Concurrency limit for searches: a thread pool, a bounded fair queue and a timeout.

`ThreadPoolExecutor` alone has an unbounded first-come queue, in which one client can delay all
others, and the library `limits` counts requests per time, not concurrent ones.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from search.errors import DatelineError
from search.settings.all_tables import Settings
from web.limits.fair_queue import FairQueue
from web.limits.search_threads import NoThread, SearchThreads, StillRunning

__all__ = [
    "RESERVED_SLOTS",
    "SearchLimiter",
    "SearchTimeout",
    "TooManyExports",
    "TooManyExportsOfAddress",
    "TooManySearches",
]

_Result = TypeVar("_Result")
RESERVED_SLOTS = 8
"""Extra places in the queue for clients without a waiting search.

They keep one client with many searches from shutting out others.
"""
_NEWEST_WEIGHT = 0.02
"""Weight of the newest search in the moving average of search times."""
_WAIT_TOLERANCE = 1.5
"""Factor above the time limit from which a wait is refused: the average fluctuates under load."""


class TooManySearches(DatelineError):
    """As many searches are running and waiting as may."""


class TooManyExports(TooManySearches):
    """As many exports are in progress as may."""


class TooManyExportsOfAddress(DatelineError):
    """As many exports of one client are in progress as may."""


class SearchTimeout(DatelineError):
    """A search did not end within the time limit."""


class SearchLimiter:
    """Runs searches in a thread pool of its own, at most `max_concurrent` at a time.

    Waiting clients take turns. A search may wait as long as its expected wait, by the moving
    average of search times, is within the limit; at most `max_waiting` do, because each occupies a
    thread of its worker. `on_change` receives 1 when a search arrives and -1 when it ends.
    """

    def __init__(
        self,
        max_concurrent: int,
        max_waiting: int,
        timeout_ms: int,
        on_change: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._threads = SearchThreads(max_concurrent)
        self._queue = FairQueue(max_concurrent)
        self._max_concurrent = max_concurrent
        self._max_waiting = max_waiting
        self._mean_seconds = 0.0
        self._timeout_seconds = timeout_ms / 1000
        self._lock = threading.Lock()
        self._in_progress = 0
        self._on_change = on_change

    @classmethod
    def from_settings(cls, settings: Settings, on_change: Callable[[int], None]) -> "SearchLimiter":
        """Create the limiter that the settings describe."""
        return cls(
            settings.limits.searches, settings.limits.waiting, settings.limits.search_ms, on_change
        )

    def run(self, task: Callable[[], _Result], client: str = "") -> _Result:
        """Run a task of a client and return its result.

        Raises:
            TooManySearches: the queue is full, the task's turn did not come in time, or the system
                allows no thread.
            SearchTimeout: the task did not end in time. It keeps its thread until it does.

        """
        deadline = time.monotonic() + self._timeout_seconds
        with self._lock:
            if not self._has_room(client):
                raise _too_many()
            self._in_progress += 1
        self._on_change(1)
        if not self._queue.acquire(client, self._timeout_seconds):
            self._count_end()
            raise _too_many()
        try:
            pending = self._threads.submit(partial(self._run, task))
        except NoThread as error:
            self._queue.release()
            self._count_end()
            raise _too_many() from error
        try:
            return pending.result(max(deadline - time.monotonic(), 0))
        except StillRunning:
            raise SearchTimeout(
                f"This search took longer than {self._timeout_seconds:g} s; "
                "use fewer words or wildcards, or try again."
            ) from None

    def _has_room(self, client: str) -> bool:
        waiting = self._in_progress - self._max_concurrent
        if waiting < 0:
            return True
        is_first = self._max_waiting and not self._queue.waiting_count(client)
        reserved = RESERVED_SLOTS if is_first else 0
        turns = self._queue.turns_ahead(client) + 1
        expected_seconds = turns * self._mean_seconds / self._max_concurrent
        return (
            waiting < self._max_waiting + reserved
            and expected_seconds <= _WAIT_TOLERANCE * self._timeout_seconds
        )

    def _run(self, task: Callable[[], _Result]) -> _Result:
        started = time.perf_counter()
        try:
            return task()
        finally:
            # Release the slot before the future resolves, so that the caller's next search finds
            # it free.
            self._queue.release()
            self._count_end(time.perf_counter() - started)

    def _count_end(self, seconds: float | None = None) -> None:
        with self._lock:
            self._in_progress -= 1
            if seconds is not None:
                self._mean_seconds += (seconds - self._mean_seconds) * _NEWEST_WEIGHT
        self._on_change(-1)


def _too_many() -> TooManySearches:
    return TooManySearches(
        "The server is handling as many searches as it can; try again in a moment."
    )
