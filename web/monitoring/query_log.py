"""The query log: counts search texts in memory and saves them in the background."""

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
_SAVE_SECONDS = 5.0
_MAX_TEXTS = 10_000
"""Texts in memory between two saves; further ones are counted together, to bound the memory."""
_MAX_LENGTH = 200


class QueryLog:
    """The searches of one process since they were last saved."""

    def __init__(
        self,
        counts: QueryStats,
        *,
        today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date(),
    ) -> None:
        self._counts = counts
        self._today = today
        self._lock = threading.Lock()
        self._unsaved: dict[DailyQuery, QueryTotals] = {}
        self._timer: threading.Timer | None = None
        self._last_failure = ""
        # Worker processes end without running `atexit` handlers.
        Finalize(None, self.save, exitpriority=0)

    def note(self, page: SearchPage, seconds: float) -> None:
        """Count a search unless it only turns a page. Case and extra spaces make no difference."""
        text = " ".join(page.query.text.lower().split())[:_MAX_LENGTH]
        if not text or page.first:
            return
        # A corrected search means that nothing matches the text itself.
        has_matches = page.total > 0 and not page.corrected
        query = DailyQuery(self._today().isoformat(), text)
        with self._lock:
            if query not in self._unsaved and len(self._unsaved) >= _MAX_TEXTS:
                query = DailyQuery(query.day, OTHER)
            totals = self._unsaved.setdefault(query, QueryTotals())
            totals.add(found=has_matches, took_ms=seconds * 1000)
            if self._timer is None:
                self._timer = threading.Timer(_SAVE_SECONDS, self.save)
                self._timer.daemon = True
                self._timer.start()

    def save(self) -> None:
        """Save the counts. If that fails, discard them and log each new reason once."""
        with self._lock:
            unsaved, self._unsaved, self._timer = self._unsaved, {}, None
        if not unsaved:
            return
        failure = self._counts.why_not_counted()
        if not failure:
            try:
                self._counts.add(unsaved)
            except QueryStatsUnreadable as error:
                failure = str(error)
        if failure and failure != self._last_failure:
            _LOG.warning("searches are not counted: %s", failure)
        self._last_failure = failure
