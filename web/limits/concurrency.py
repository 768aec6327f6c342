"""So many searches at once and no more, none longer than a time: what does not fit is told so rather than kept waiting."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from search.errors import DatelineError
from search.settings.tables import Settings
from web.limits.fair_queue import FairQueue

__all__ = [
    "RESERVED",
    "SearchLimiter",
    "SearchTimeout",
    "TooManyExports",
    "TooManyExportsOfAddress",
    "TooManySearches",
]

_Found = TypeVar("_Found")
RESERVED = 8
"""Slots beyond `waiting`, for clients none of whose searches wait: one with many does not shut others out."""
_NEWEST = 0.02
"""The part that the newest search has in the mean of what searches take."""
_DOUBT = 1.5
"""That mean swings under load, so who comes is refused only where so many times the limit is expected."""


class TooManySearches(DatelineError):
    """There is no room now for what is asked: as many searches as may run and wait."""


class TooManyExports(TooManySearches):
    """As many exports as may are under way."""


class TooManyExportsOfAddress(DatelineError):
    """As many exports as one address may have are under way."""


class SearchTimeout(DatelineError):
    """A search that takes longer than one may."""


class SearchLimiter:
    """Runs searches in threads of its own; `on_change` hears 1 when one begins to wait, -1 when it ended or was given up.

    Clients take turns, so that one that asks much at once waits for itself. A search waits while it may be expected to
    begin within the limit, by the mean of what searches took of late; `waiting` is the most that wait all the same, since
    each holds a thread of its worker.
    """

    def __init__(
        self,
        at_once: int,
        waiting: int,
        limit_ms: int,
        on_change: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._executor = ThreadPoolExecutor(at_once, "search")
        self._turns = FairQueue(at_once)
        self._at_once = at_once
        self._waiting = waiting
        self._mean_seconds = 0.0
        self._seconds = limit_ms / 1000
        self._lock = threading.Lock()
        self._under_way = 0
        self._on_change = on_change

    @classmethod
    def of(cls, settings: Settings, on_change: Callable[[int], None]) -> "SearchLimiter":
        """Make the gate that the settings ask for."""
        limits = settings.limits
        return cls(limits.searches, limits.waiting, limits.search_ms, on_change)

    def run(self, task: Callable[[], _Found], client: str = "") -> _Found:
        """Run a task of a client and return what it returns.

        Raises:
            TooManySearches: too many run and wait for this one to begin in time.
            SearchTimeout: it did not end in time; it goes on and keeps its turn until it does.

        """
        deadline = time.monotonic() + self._seconds
        with self._lock:
            if not self._has_room(client):
                raise _busy()
            self._under_way += 1
        self._on_change(1)
        if not self._turns.take(client, self._seconds):
            self._count_out()
            raise _busy()
        future = self._executor.submit(self._run, task)
        try:
            return future.result(max(deadline - time.monotonic(), 0))
        except TimeoutError:
            if future.done():
                # It ended just now, or waited in vain for something itself.
                return future.result()
            raise SearchTimeout(
                f"This search took longer than {self._seconds:g} s and was given up; ask for less, "
                "such as fewer words or beginnings, or try again."
            ) from None

    def _has_room(self, client: str) -> bool:
        waiting = self._under_way - self._at_once
        if waiting < 0:
            return True
        reserved = RESERVED if self._waiting and not self._turns.waiting(client) else 0
        expected = (self._turns.before(client) + 1) * self._mean_seconds / self._at_once
        return waiting < self._waiting + reserved and expected <= _DOUBT * self._seconds

    def _run(self, task: Callable[[], _Found]) -> _Found:
        started = time.perf_counter()
        try:
            return task()
        finally:
            # Before who waits for it hears of it, so that their next search finds the turn free.
            self._turns.give_back()
            self._count_out(time.perf_counter() - started)

    def _count_out(self, took: float | None = None) -> None:
        with self._lock:
            self._under_way -= 1
            if took is not None:
                self._mean_seconds += (took - self._mean_seconds) * _NEWEST
        self._on_change(-1)


def _busy() -> TooManySearches:
    return TooManySearches(
        "More searches are under way than this server answers at once; try again in a moment."
    )
