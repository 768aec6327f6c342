"""Several searches over time, by the same periods."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.model.periods import Period
from search.model.query import SearchQuery
from search.model.timeline import DateCounts, Level, day_of

__all__ = [
    "MAX_SERIES",
    "MAX_TREND_PERIODS",
    "Series",
    "Trends",
    "period_count",
    "periods_between",
]

MAX_SERIES = 5
MAX_TREND_PERIODS = 1_000
"""Periods of a series; a level with more is refused."""
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Series:
    """One search over time.

    `query` is what is searched: its links are copies of it with one more condition of time. It
    searches its text alone, without synonyms and with its spelling as typed. `understood` is the
    text as it was parsed. `relaxed` is true if articles without some of the words are among the
    matches. `matches` are by the level of the trends, with the days of the first and last match.
    """

    query: SearchQuery
    understood: str
    relaxed: bool
    total: int
    matches: DateCounts

    @property
    def first(self) -> dt.date | None:
        """The day of the first match, None without matches."""
        first_day, _ = self.matches.known_bounds
        return day_of(first_day) if first_day else None

    @property
    def last(self) -> dt.date | None:
        """The day of the last match, None without matches."""
        _, last_day = self.matches.known_bounds
        return day_of(last_day) if last_day else None


@dataclass(frozen=True, slots=True)
class Trends:
    """At most MAX_SERIES searches over time under the same filters.

    `periods` are all from the first to the last article that the filters keep, oldest first, those
    without an article among them. `articles` counts these articles, whatever their words.
    """

    level: Level
    periods: Sequence[Period]
    articles: DateCounts
    series: tuple[Series, ...]
    generation: str


def period_count(level: Level, first: dt.date, last: dt.date) -> int:
    """Return how many periods there are from the one of a first day to that of a last day."""
    return _position(level, last) - _position(level, first) + 1


def periods_between(level: Level, first: dt.date, last: dt.date) -> tuple[Period, ...]:
    """Return all periods from the one of a first day to that of a last day."""
    return tuple(_periods(level, _position(level, first), _position(level, last)))


def _position(level: Level, day: dt.date) -> int:
    """Return the position of a day's period among all periods of the calendar."""
    match level:
        case "year":
            return day.year
        case "month":
            return day.year * _MONTHS + day.month - 1
        case "day":
            return day.toordinal()


def _periods(level: Level, first: int, last: int) -> Iterator[Period]:
    for position in range(first, last + 1):
        match level:
            case "year":
                text = f"{position:04}"
            case "month":
                text = f"{position // _MONTHS:04}-{position % _MONTHS + 1:02}"
            case "day":
                text = dt.date.fromordinal(position).isoformat()
        yield Period.parse(text)
