"""Several searches over time, by the same periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.model.periods import Period
from search.model.query import SearchQuery
from search.model.timeline import DateCounts, Level

__all__ = ["MAX_SERIES", "MAX_TREND_PERIODS", "Series", "Trends"]

MAX_SERIES = 5
MAX_TREND_PERIODS = 1_000
"""Periods of a series; a level with more is refused."""


@dataclass(frozen=True, slots=True)
class Series:
    """One search over time.

    `query` is what is searched: its links are copies of it with one more condition of time.
    `understood` is its text as it was parsed. `matches` are by the level of the trends, with the
    days of the first and the last match.
    """

    query: SearchQuery
    understood: str
    total: int
    matches: DateCounts


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
