"""Counts of what was searched, by day, in an SQLite file of the data folder: texts and numbers, nobody's address.

The file is bounded: a day has so many texts of its own, and the rest of them in one sum. When the day
is over, its most searched texts are kept and the others join the sum.
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
from search.files.owners import prepare
from search.files.regular_files import NotRegular
from search.files.write_errors import no_room

__all__ = ["ORDERS", "QueryCounts", "QueryCountsUnreadable", "QueryStatsRow"]

_FILE = "queries.sqlite"
_KEPT_DAYS = 400
_BUSY_SECONDS = 5.0
_MAX_FREE_PAGES = 4_096
"""16 MB that were deleted; the file is made smaller when it holds more."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS query (
    day TEXT NOT NULL, text TEXT NOT NULL,
    searches INTEGER NOT NULL, found_nothing INTEGER NOT NULL, slowest_ms REAL NOT NULL, total_ms REAL NOT NULL,
    PRIMARY KEY (day, text)
) WITHOUT ROWID
"""
_SUMS = """
SELECT text, sum(searches) AS searches, sum(found_nothing) AS found_nothing, max(slowest_ms) AS slowest,
    sum(total_ms) / sum(searches) AS mean
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
"""The most frequent, those without a match, the slowest."""


class QueryStatsRow(NamedTuple):
    """A text over several days; times in milliseconds."""

    text: str
    searches: int
    nothing: int
    slowest_ms: float
    mean_ms: float


class QueryCountsUnreadable(DatelineError):
    """The file cannot be read or written."""


class QueryCounts:
    """The counts of one data folder; several processes may add to them."""

    def __init__(
        self, folder: Path, *, today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date()
    ) -> None:
        self.folder = folder
        self._file = folder / _FILE
        self._today = today

    def add(self, counted: Mapping[DailyQuery, QueryTotals]) -> None:
        """Add counts, keep the file within its bounds, and forget those of long ago.

        Raises:
            QueryCountsUnreadable: the file cannot be written.

        """
        today = self._today()
        with self._open(WRITE) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(_SCHEMA)
            (shortened,) = database.execute("PRAGMA user_version").fetchone()
            if shortened != today.toordinal():
                shorten(database, today.isoformat())
                database.execute(f"PRAGMA user_version = {today.toordinal()}")
            for asked, each in bounded(database, counted, today.isoformat()):
                database.execute(
                    ADD, (*asked, each.searches, each.nothing, each.slowest_ms, each.total_ms)
                )
            oldest = (today - dt.timedelta(days=_KEPT_DAYS)).isoformat()
            database.execute("DELETE FROM query WHERE day < ?", (oldest,))
            database.execute("COMMIT")
            (free,) = database.execute("PRAGMA freelist_count").fetchone()
            if free > _MAX_FREE_PAGES:
                # Where there is no room for it, the free pages are filled again with time.
                with suppress(sqlite3.OperationalError):
                    database.execute("VACUUM")

    def read(self, order: str, days: int, most: int) -> list[QueryStatsRow]:
        """Return texts of the last days in one of the orders.

        Raises:
            QueryCountsUnreadable: the file cannot be read.

        """
        return self._rows(_ORDERS[order], self._first(days), most)

    def other(self, days: int) -> QueryStatsRow | None:
        """Return the sum of the texts of the last days that have no row of their own.

        Raises:
            QueryCountsUnreadable: the file cannot be read.

        """
        return next(iter(self._rows(_OTHER, self._first(days))), None)

    def why_not_counted(self) -> str:
        """Say why this user cannot count anything here; "" where it can."""
        if refused := first_refused([self.folder, self._file], WRITE):
            return refusal(refused, WRITE, self.folder)
        return "" if self.folder.is_dir() else f"there is no folder {self.folder}"

    def _first(self, days: int) -> str:
        return (self._today() - dt.timedelta(days=days - 1)).isoformat()

    def _rows(self, question: str, *values: str | int) -> list[QueryStatsRow]:
        if first_refused([self._file], READ) is None and not self._file.exists():
            return []
        with self._open(READ) as database:
            return [QueryStatsRow(*row) for row in database.execute(question, values)]

    @contextmanager
    def _open(self, right: int) -> Iterator[sqlite3.Connection]:
        try:
            if right == WRITE:
                prepare(self._file)
            with closing(open_database(self._file, timeout=_BUSY_SECONDS)) as database:
                yield database
        except NotRegular as error:
            raise QueryCountsUnreadable(
                f"{self._file} is {error.kind}; remove it, and counting begins again"
            ) from error
        except (OSError, sqlite3.Error) as error:
            if refused := first_refused([self._file], right):
                raise QueryCountsUnreadable(refusal(refused, right, self.folder)) from error
            if full := no_room(error, self.folder):
                raise QueryCountsUnreadable(f"{self._file} cannot be written: {full}") from error
            raise QueryCountsUnreadable(
                f"{self._file} cannot be read or written ({error}); delete it, and counting begins again"
            ) from error
