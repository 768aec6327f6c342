"""So many searches at once and no more, none longer than a time: what does not fit is told so rather than kept waiting."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from search.config import Settings
from search.errors import DatelineError

__all__ = ["Busy", "SearchGate", "TooManyExports", "TooManyExportsOfAddress", "TooSlow"]

_Found = TypeVar("_Found")
_NEWEST = 0.02
"""The part that the newest search has in the mean of what searches take."""
_DOUBT = 1.5
"""That mean swings under load, so who comes is refused only where so many times the limit is expected."""


class Busy(DatelineError):
    """There is no room now for what is asked: as many searches as may run and wait."""


class TooManyExports(Busy):
    """As many exports as may are under way."""


class TooManyExportsOfAddress(DatelineError):
    """As many exports as one address may have are under way."""


class TooSlow(DatelineError):
    """A search that takes longer than one may."""


class SearchGate:
    """Runs searches in threads of its own; `on_change` hears 1 when one begins to wait, -1 when it ended or was given up.

    A search waits as long as it may be expected to end within the limit, by the mean of what searches took of late;
    `waiting` is the most that wait all the same, since each holds a thread of its worker.
    """

    def __init__(
        self, at_once: int, waiting: int, limit_ms: int, on_change: Callable[[int], None] = lambda _: None
    ) -> None:
        self._executor = ThreadPoolExecutor(at_once, "search")
        self._at_once = at_once
        self._most = at_once + waiting
        self._mean_seconds = 0.0
        self._seconds = limit_ms / 1000
        self._lock = threading.Lock()
        self._under_way = 0
        self._on_change = on_change

    @classmethod
    def of(cls, settings: Settings, on_change: Callable[[int], None]) -> "SearchGate":
        """Make the gate that the settings ask for."""
        return cls(settings.searches, settings.waiting, settings.search_ms, on_change)

    def run(self, task: Callable[[], _Found]) -> _Found:
        """Run a task and return what it returns.

        Raises:
            Busy: too many run and wait for this one to begin in time.
            TooSlow: it did not end in time; it goes on and keeps its place until it does.

        """
        with self._lock:
            if self._under_way >= self._most or self._expected_wait() > _DOUBT * self._seconds:
                raise _busy()
            self._under_way += 1
        self._on_change(1)
        future = self._executor.submit(self._run, task)
        try:
            return future.result(self._seconds)
        except TimeoutError:
            if future.cancel():
                # It had not begun, so it does not end either.
                self._leave()
                raise _busy() from None
            if future.done():
                # It ended just now, or waited in vain for something itself.
                return future.result()
            raise TooSlow(
                f"This search took longer than {self._seconds:g} s and was given up; ask for less, "
                "such as fewer words or beginnings, or try again."
            ) from None

    def _expected_wait(self) -> float:
        """Return the seconds until the next search begins, if it comes now."""
        before = self._under_way - self._at_once + 1
        return max(before, 0) * self._mean_seconds / self._at_once

    def _run(self, task: Callable[[], _Found]) -> _Found:
        started = time.perf_counter()
        try:
            return task()
        finally:
            # Before who waits for it hears of it, so that their next search finds the place free.
            self._leave(time.perf_counter() - started)

    def _leave(self, took: float | None = None) -> None:
        with self._lock:
            self._under_way -= 1
            if took is not None:
                self._mean_seconds += (took - self._mean_seconds) * _NEWEST
        self._on_change(-1)


def _busy() -> Busy:
    return Busy("More searches are under way than this server answers at once; try again in a moment.")
