"""Limits of the query statistics: texts of a day that have a row, and texts in the sum."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "ADD",
    "MAX_TEXTS_PER_PAST_DAY",
    "MAX_TEXTS_TODAY",
    "OTHER",
    "DailyQuery",
    "QueryTotals",
    "bounded",
    "shorten",
]

OTHER = ""
"""The text of the row that sums up all texts without a row; no search has an empty text."""
MAX_TEXTS_TODAY = 20_000
MAX_TEXTS_PER_PAST_DAY = 1_000
"""Texts kept with a row when a day is over; the next day reserves as many rows for them."""
ADD = """
INSERT INTO query VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, text) DO UPDATE SET
    searches = searches + excluded.searches,
    found_nothing = found_nothing + excluded.found_nothing,
    slowest_ms = max(slowest_ms, excluded.slowest_ms),
    total_ms = total_ms + excluded.total_ms
"""
_FIND_TEXT = "SELECT 1 FROM query WHERE day = ? AND text = ?"
_COUNT_TEXTS = "SELECT count(*) FROM query WHERE day = ? AND text <> ''"
_PREVIOUS_DAY = "SELECT max(day) FROM query WHERE day < ?"
_DAYS_ABOVE_LIMIT = (
    "SELECT day FROM query WHERE day < ? AND text <> '' GROUP BY day HAVING count(*) > ?"
)
_SELECT_KEPT = """
CREATE TEMP TABLE kept AS
    SELECT text FROM query WHERE day = ? AND text <> '' ORDER BY searches DESC, text LIMIT ?
"""
_SUM_OF_REST = """
SELECT day, '', sum(searches), sum(found_nothing), max(slowest_ms), sum(total_ms)
FROM query WHERE day = ? AND text <> '' AND text NOT IN kept GROUP BY day
"""
_DROP_REST = "DELETE FROM query WHERE day = ? AND text <> '' AND text NOT IN kept"


class DailyQuery(NamedTuple):
    """A query text on a day."""

    day: str
    text: str


@dataclass(slots=True)
class QueryTotals:
    """Totals of a text: searches, searches without a match, and times."""

    searches: int = 0
    nothing: int = 0
    slowest_ms: float = 0.0
    total_ms: float = 0.0

    def add(self, *, found: bool, took_ms: float) -> None:
        """Add one search."""
        self.searches += 1
        self.nothing += not found
        self.slowest_ms = max(self.slowest_ms, took_ms)
        self.total_ms += took_ms

    def merge(self, other: "QueryTotals") -> None:
        """Add the totals of another text."""
        self.searches += other.searches
        self.nothing += other.nothing
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.total_ms += other.total_ms


def bounded(
    database: sqlite3.Connection, totals: Mapping[DailyQuery, QueryTotals], today: str
) -> Iterator[tuple[DailyQuery, QueryTotals]]:
    """Yield the totals to add: those of texts that get a row, and one sum per day for the rest.

    The most frequent texts come first. Texts with a row on the day keep it, and rows are reserved
    for texts with a row on the previous day.
    """
    for day in sorted({query.day for query in totals}):
        (text_count,) = database.execute(_COUNT_TEXTS, (day,)).fetchone()
        (previous_day,) = database.execute(_PREVIOUS_DAY, (day,)).fetchone()
        limit = MAX_TEXTS_TODAY if day >= today else MAX_TEXTS_PER_PAST_DAY
        reserved = MAX_TEXTS_PER_PAST_DAY if day >= today else 0
        rest = QueryTotals()
        of_day = [(query, counts) for query, counts in totals.items() if query.day == day]
        for query, counts in sorted(of_day, key=lambda item: -item[1].searches):
            has_row = query.text == OTHER or _has_row(database, day, query.text)
            if not has_row and text_count < limit:
                has_row = text_count < limit - reserved or _has_row(
                    database, previous_day, query.text
                )
                text_count += has_row
            if has_row:
                yield query, counts
            else:
                rest.merge(counts)
        if rest.searches:
            yield DailyQuery(day, OTHER), rest


def _has_row(database: sqlite3.Connection, day: str | None, text: str) -> bool:
    return database.execute(_FIND_TEXT, (day, text)).fetchone() is not None


def shorten(database: sqlite3.Connection, today: str) -> None:
    """Enforce the limits of past days, and of today in a file written by an older release."""
    days_above_limit = [
        (day, MAX_TEXTS_PER_PAST_DAY)
        for (day,) in database.execute(_DAYS_ABOVE_LIMIT, (today, MAX_TEXTS_PER_PAST_DAY))
    ]
    for day, limit in [*days_above_limit, (today, MAX_TEXTS_TODAY)]:
        database.execute(_SELECT_KEPT, (day, limit))
        database.executemany(ADD, database.execute(_SUM_OF_REST, (day,)).fetchall())
        database.execute(_DROP_REST, (day,))
        database.execute("DROP TABLE kept")
