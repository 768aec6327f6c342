"""So many searches at once and no more, none longer than a time: what does not fit is told so rather than kept waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from search.config import Settings
from search.errors import DatelineError

__all__ = ["Busy", "SearchGate", "TooSlow"]

_Found = TypeVar("_Found")


class Busy(DatelineError):
    """As many searches as may are under way and waiting."""


class TooSlow(DatelineError):
    """A search that takes longer than one may."""


class SearchGate:
    """Runs searches in threads of its own; `under_way` counts those that run or wait."""

    def __init__(self, at_once: int, waiting: int, limit_ms: int) -> None:
        self._executor = ThreadPoolExecutor(at_once, "search")
        self._most = at_once + waiting
        self._seconds = limit_ms / 1000
        self._lock = threading.Lock()
        self.under_way = 0

    @classmethod
    def of(cls, settings: Settings) -> "SearchGate":
        """Make the gate that the settings ask for."""
        return cls(settings.searches, settings.waiting, settings.search_ms)

    def run(self, task: Callable[[], _Found]) -> _Found:
        """Run a task and return what it returns.

        Raises:
            Busy: too many run and wait.
            TooSlow: it did not end in time; if it runs, it goes on and keeps its place until it does.

        """
        with self._lock:
            if self.under_way >= self._most:
                raise Busy("More searches are under way than this server answers at once; try again in a moment.")
            self.under_way += 1
        future = self._executor.submit(task)
        future.add_done_callback(self._ended)
        try:
            return future.result(self._seconds)
        except TimeoutError:
            if future.done() and not future.cancelled():
                # Not our patience: the task itself waited for something in vain.
                raise
            future.cancel()
            raise TooSlow(
                f"This search took longer than {self._seconds:g} s and was given up; ask for less, "
                "such as fewer words or beginnings, or try again."
            ) from None

    def _ended(self, _: object) -> None:
        with self._lock:
            self.under_way -= 1
