"""Counts what is searched, in memory, and writes it down now and then beside the requests, never within one."""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from multiprocessing.util import Finalize

from search.data_dir.query_stats import QueryStats, QueryStatsUnreadable
from search.data_dir.query_stats_limits import OTHER, DailyQuery, QueryTotals
from search.model.results import SearchPage

__all__ = ["QueryLog"]

_LOG = logging.getLogger("dateline.queries")
_EVERY_SECONDS = 5.0
_MAX_TEXTS = 10_000
"""Texts held between two writings; more are counted together, so that nobody fills the memory with them."""
_MAX_LENGTH = 200


class QueryLog:
    """The counts of one process since it last wrote them."""

    def __init__(
        self,
        counts: QueryStats,
        *,
        today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date(),
    ) -> None:
        self._counts = counts
        self._today = today
        self._lock = threading.Lock()
        self._held: dict[DailyQuery, QueryTotals] = {}
        self._timer: threading.Timer | None = None
        self._said = ""
        # A worker that a server started ends without what `atexit` holds.
        Finalize(None, self.write, exitpriority=0)

    def note(self, page: SearchPage, seconds: float) -> None:
        """Count one search, unless it only turns a page; texts are told apart by more than case and spaces."""
        plain = " ".join(page.query.text.lower().split())[:_MAX_LENGTH]
        if not plain or page.first:
            return
        # Where another spelling was searched, nothing matches the text itself.
        found = page.total > 0 and not page.corrected
        asked = DailyQuery(self._today().isoformat(), plain)
        with self._lock:
            if asked not in self._held and len(self._held) >= _MAX_TEXTS:
                asked = DailyQuery(asked.day, OTHER)
            self._held.setdefault(asked, QueryTotals()).add(found=found, took_ms=seconds * 1000)
            if self._timer is None:
                self._timer = threading.Timer(_EVERY_SECONDS, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write down what was counted; what cannot be written is said in the log, once, and given up."""
        with self._lock:
            held, self._held, self._timer = self._held, {}, None
        if not held:
            return
        why = self._counts.why_not_counted()
        if not why:
            try:
                self._counts.add(held)
            except QueryStatsUnreadable as error:
                why = str(error)
        if why and why != self._said:
            _LOG.warning("searches are not counted: %s", why)
        self._said = why
