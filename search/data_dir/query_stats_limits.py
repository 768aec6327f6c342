"""How the counts of searches stay bounded: which texts of a day have a row, and which are summed up."""

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
"""The text under which all those are summed that have no row of their own; no search has it."""
MAX_TEXTS_TODAY = 20_000
MAX_TEXTS_PER_PAST_DAY = 1_000
"""The texts kept by name; places for those of the day before are held free on the next, whatever else comes."""
ADD = """
INSERT INTO query VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, text) DO UPDATE SET
    searches = searches + excluded.searches, found_nothing = found_nothing + excluded.found_nothing,
    slowest_ms = max(slowest_ms, excluded.slowest_ms), total_ms = total_ms + excluded.total_ms
"""
_IS_KNOWN = "SELECT 1 FROM query WHERE day = ? AND text = ?"
_TEXTS = "SELECT count(*) FROM query WHERE day = ? AND text <> ''"
_DAY_BEFORE = "SELECT max(day) FROM query WHERE day < ?"
_CROWDED = "SELECT day FROM query WHERE day < ? AND text <> '' GROUP BY day HAVING count(*) > ?"
_CHOOSE = """
CREATE TEMP TABLE kept AS
    SELECT text FROM query WHERE day = ? AND text <> '' ORDER BY searches DESC, text LIMIT ?
"""
_SUM_OF_REST = """
SELECT day, '', sum(searches), sum(found_nothing), max(slowest_ms), sum(total_ms)
FROM query WHERE day = ? AND text <> '' AND text NOT IN kept GROUP BY day
"""
_DROP_REST = "DELETE FROM query WHERE day = ? AND text <> '' AND text NOT IN kept"


class DailyQuery(NamedTuple):
    """A text on a day."""

    day: str
    text: str


@dataclass(slots=True)
class QueryTotals:
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

    def merge(self, more: "QueryTotals") -> None:
        """Add the counts of another text."""
        self.searches += more.searches
        self.nothing += more.nothing
        self.slowest_ms = max(self.slowest_ms, more.slowest_ms)
        self.total_ms += more.total_ms


def bounded(
    database: sqlite3.Connection, counted: Mapping[DailyQuery, QueryTotals], today: str
) -> Iterator[tuple[DailyQuery, QueryTotals]]:
    """Yield what is to be added: as it is where its text has a place on its day, and the rest as one sum a day.

    The most searched texts come first. Known texts, on the day or on the one before, go on having places.
    """
    for day in sorted({asked.day for asked in counted}):
        (texts,) = database.execute(_TEXTS, (day,)).fetchone()
        (before,) = database.execute(_DAY_BEFORE, (day,)).fetchone()
        most = MAX_TEXTS_TODAY if day >= today else MAX_TEXTS_PER_PAST_DAY
        kept_free = MAX_TEXTS_PER_PAST_DAY if day >= today else 0
        rest = QueryTotals()
        of_day = [(asked, each) for asked, each in counted.items() if asked.day == day]
        for asked, each in sorted(of_day, key=lambda pair: -pair[1].searches):
            known = asked.text == OTHER or _is_known(database, day, asked.text)
            if not known and texts < most:
                known = texts < most - kept_free or _is_known(database, before, asked.text)
                texts += known
            if known:
                yield asked, each
            else:
                rest.merge(each)
        if rest.searches:
            yield DailyQuery(day, OTHER), rest


def _is_known(database: sqlite3.Connection, day: str | None, text: str) -> bool:
    return database.execute(_IS_KNOWN, (day, text)).fetchone() is not None


def shorten(database: sqlite3.Connection, today: str) -> None:
    """Bring the days that are over within their bound, and today, too, in a file that an older version wrote."""
    crowded = [
        (day, MAX_TEXTS_PER_PAST_DAY)
        for (day,) in database.execute(_CROWDED, (today, MAX_TEXTS_PER_PAST_DAY))
    ]
    for day, most in [*crowded, (today, MAX_TEXTS_TODAY)]:
        database.execute(_CHOOSE, (day, most))
        database.executemany(ADD, database.execute(_SUM_OF_REST, (day,)).fetchall())
        database.execute(_DROP_REST, (day,))
        database.execute("DROP TABLE kept")
