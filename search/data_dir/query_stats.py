"""Query statistics: daily counts per query text, in an SQLite file of the data folder.

No client addresses are stored. The size of the file is bounded: a day has a limited number of rows,
and all other texts of the day are counted in one sum. When the day is over, its most frequent texts
are kept and the others are added to the sum.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from search.data_dir.query_stats_limits import ADD, DailyQuery, QueryTotals, bounded, shorten
from search.errors import DatelineError
from search.files.access import READ, WRITE, first_refused, refusal
from search.files.own_database import open_database
from search.files.ownership import prepare_file
from search.files.regular_files import NotRegular
from search.files.write_errors import disk_full_reason

__all__ = ["ORDERS", "QueryStats", "QueryStatsRow", "QueryStatsUnreadable"]

_FILE_NAME = "queries.sqlite"
_MAX_DAYS = 400
_BUSY_TIMEOUT = 5.0
_MAX_FREE_PAGES = 4_096
"""16 MB of deleted rows; above this, the file is compacted."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS query (
    day TEXT NOT NULL, text TEXT NOT NULL,
    searches INTEGER NOT NULL, found_nothing INTEGER NOT NULL,
    slowest_ms REAL NOT NULL, total_ms REAL NOT NULL,
    PRIMARY KEY (day, text)
) WITHOUT ROWID
"""
_SUMS = """
SELECT text, sum(searches) AS searches, sum(found_nothing) AS found_nothing,
    max(slowest_ms) AS slowest, sum(total_ms) / sum(searches) AS mean
FROM query WHERE day >= ?
"""
_ORDERS = {
    "top": f"{_SUMS} AND text <> '' GROUP BY text ORDER BY searches DESC, text LIMIT ?",
    "nothing": f"""{_SUMS} AND text <> '' GROUP BY text HAVING sum(found_nothing) > 0
    ORDER BY found_nothing DESC, text LIMIT ?""",
    "slow": f"{_SUMS} AND text <> '' GROUP BY text ORDER BY slowest DESC, text LIMIT ?",
}
_OTHER = f"{_SUMS} AND text = '' GROUP BY text"
ORDERS = tuple(_ORDERS)
"""Orders of a report: most frequent, most often without a match, slowest."""


class QueryStatsRow(NamedTuple):
    """Totals of a text over several days."""

    text: str
    searches: int
    nothing: int
    slowest_ms: float
    mean_ms: float


class QueryStatsUnreadable(DatelineError):
    """The statistics cannot be read or written."""


class QueryStats:
    """The statistics of one data folder; several processes may add to them."""

    def __init__(
        self, folder: Path, *, today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date()
    ) -> None:
        self.folder = folder
        self._file = folder / _FILE_NAME
        self._today = today

    def add(self, totals: Mapping[DailyQuery, QueryTotals]) -> None:
        """Add totals, keep the file within its limits, and delete old days.

        Raises:
            QueryStatsUnreadable: the file cannot be written.

        """
        today = self._today()
        with self._open(WRITE) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(_SCHEMA)
            (last_shortened,) = database.execute("PRAGMA user_version").fetchone()
            if last_shortened != today.toordinal():
                shorten(database, today.isoformat())
                database.execute(f"PRAGMA user_version = {today.toordinal()}")
            for query, counts in bounded(database, totals, today.isoformat()):
                database.execute(
                    ADD,
                    (*query, counts.searches, counts.nothing, counts.slowest_ms, counts.total_ms),
                )
            oldest = (today - dt.timedelta(days=_MAX_DAYS)).isoformat()
            database.execute("DELETE FROM query WHERE day < ?", (oldest,))
            database.execute("COMMIT")
            (free,) = database.execute("PRAGMA freelist_count").fetchone()
            if free > _MAX_FREE_PAGES:
                # If the disk has no room for it, the free pages will be reused over time.
                with suppress(sqlite3.OperationalError):
                    database.execute("VACUUM")

    def read(self, order: str, days: int, limit: int) -> list[QueryStatsRow]:
        """Return texts of the last days in one of the ORDERS.

        Raises:
            QueryStatsUnreadable: the file cannot be read.

        """
        return self._rows(_ORDERS[order], self._first_day(days), limit)

    def other(self, days: int) -> QueryStatsRow | None:
        """Return the sum of the texts of the last days that are not counted individually.

        Raises:
            QueryStatsUnreadable: the file cannot be read.

        """
        return next(iter(self._rows(_OTHER, self._first_day(days))), None)

    def why_not_counted(self) -> str:
        """Return the reason why this process cannot write statistics, "" if it can."""
        if refused := first_refused([self.folder, self._file], WRITE):
            return refusal(refused, WRITE, self.folder)
        return "" if self.folder.is_dir() else f"there is no folder {self.folder}"

    def _first_day(self, days: int) -> str:
        return (self._today() - dt.timedelta(days=days - 1)).isoformat()

    def _rows(self, sql: str, *values: str | int) -> list[QueryStatsRow]:
        if first_refused([self._file], READ) is None and not self._file.exists():
            return []
        with self._open(READ) as database:
            return [QueryStatsRow(*row) for row in database.execute(sql, values)]

    @contextmanager
    def _open(self, right: int) -> Iterator[sqlite3.Connection]:
        try:
            if right == WRITE:
                prepare_file(self._file)
            with closing(open_database(self._file, timeout=_BUSY_TIMEOUT)) as database:
                yield database
        except NotRegular as error:
            raise QueryStatsUnreadable(
                f"{self._file} is {error.kind}; remove it to start counting again"
            ) from error
        except (OSError, sqlite3.Error) as error:
            if refused := first_refused([self._file], right):
                raise QueryStatsUnreadable(refusal(refused, right, self.folder)) from error
            if full := disk_full_reason(error, self.folder):
                raise QueryStatsUnreadable(f"{self._file} cannot be written: {full}") from error
            raise QueryStatsUnreadable(
                f"{self._file} cannot be read or written ({error}); delete it to start counting "
                "again"
            ) from error
