"""What was searched, counted by day in a small SQLite file of the data folder: texts and numbers, nobody's address."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from search.errors import DatelineError

__all__ = ["ORDERS", "Asked", "Counted", "QueryCounts", "QueryCountsUnreadable", "Row"]

_FILE = "queries.sqlite"
_KEPT_DAYS = 400
_BUSY_SECONDS = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS query (
    day TEXT NOT NULL, text TEXT NOT NULL,
    searches INTEGER NOT NULL, found_nothing INTEGER NOT NULL, slowest_ms REAL NOT NULL, total_ms REAL NOT NULL,
    PRIMARY KEY (day, text)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO query VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, text) DO UPDATE SET
    searches = searches + excluded.searches, found_nothing = found_nothing + excluded.found_nothing,
    slowest_ms = max(slowest_ms, excluded.slowest_ms), total_ms = total_ms + excluded.total_ms
"""
_SUMS = """
SELECT text, sum(searches) AS searches, sum(found_nothing) AS found_nothing, max(slowest_ms) AS slowest,
    sum(total_ms) / sum(searches) AS mean
FROM query WHERE day >= ? GROUP BY text
"""
_ORDERS = {
    "top": f"{_SUMS} ORDER BY searches DESC, text LIMIT ?",
    "nothing": f"{_SUMS} HAVING sum(found_nothing) > 0 ORDER BY found_nothing DESC, text LIMIT ?",
    "slow": f"{_SUMS} ORDER BY slowest DESC, text LIMIT ?",
}
ORDERS = tuple(_ORDERS)
"""The most frequent, those without a match, the slowest."""


class Asked(NamedTuple):
    """A text on a day."""

    day: str
    text: str


@dataclass(slots=True)
class Counted:
    """How often a text was searched, how often nothing was found, and what it took in milliseconds."""

    searches: int = 0
    nothing: int = 0
    slowest_ms: float = 0.0
    total_ms: float = 0.0

    def add(self, *, found: bool, took_ms: float) -> None:
        """Count one search."""
        self.searches += 1
        self.nothing += not found
        self.slowest_ms = max(self.slowest_ms, took_ms)
        self.total_ms += took_ms


class Row(NamedTuple):
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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / _FILE

    def add(self, counted: Mapping[Asked, Counted]) -> None:
        """Add counts, and forget those of long ago.

        Raises:
            QueryCountsUnreadable: the file cannot be written.

        """
        oldest = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=_KEPT_DAYS)).isoformat()
        rows = [
            (*asked, each.searches, each.nothing, each.slowest_ms, each.total_ms) for asked, each in counted.items()
        ]
        with self._open() as database:
            database.execute(_SCHEMA)
            database.executemany(_ADD, rows)
            database.execute("DELETE FROM query WHERE day < ?", (oldest,))

    def read(self, order: str, days: int, most: int) -> list[Row]:
        """Return texts of the last days in one of the orders.

        Raises:
            QueryCountsUnreadable: the file cannot be read.

        """
        if not self._file.exists():
            return []
        first = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days - 1)).isoformat()
        with self._open() as database:
            return [Row(*row) for row in database.execute(_ORDERS[order], (first, most))]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise QueryCountsUnreadable(
                f"{self._file} cannot be read or written ({error}); delete it, and counting begins anew"
            ) from error
