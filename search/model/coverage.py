"""The holdings of an archive: its articles by month and source, gaps, languages."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from search.model.query import SearchQuery
from search.model.results import FacetResult
from search.model.timeline import DateCounts, day_of

__all__ = ["MAX_SOURCES", "Coverage", "Gap", "SourceCoverage"]

MAX_SOURCES = 25
"""Sources that are listed by name; all others are counted together."""
_MONTHS_PER_YEAR = 12


class Gap(NamedTuple):
    """Months in a row without an article, numbered `yyyymm`."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """The number of these months."""
        return _position(self.last) - _position(self.first) + 1


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """The articles of one source by month, or those of all sources that are not listed.

    `query` finds them. `source` is "" for the articles of the other sources and of none.
    """

    source: str
    query: SearchQuery
    articles: DateCounts

    @property
    def total(self) -> int:
        """The number of articles."""
        return sum(self.articles.counts.values())

    @property
    def first_day(self) -> dt.date:
        """The day of the first article."""
        return day_of(self.articles.known_bounds[0])

    @property
    def last_day(self) -> dt.date:
        """The day of the last article."""
        return day_of(self.articles.known_bounds[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The holdings of one generation of an archive; all counts are exact.

    `articles` counts all articles by month. `sources` are the most frequent ones, at most
    MAX_SOURCES, and `others` the articles that have none of these; `source_number` is the number of
    all sources. `without` is the number of articles without a value of each facet, by its name.
    """

    generation: str
    built: str
    articles: DateCounts
    sources: tuple[SourceCoverage, ...]
    others: SourceCoverage | None
    source_number: int
    languages: FacetResult
    without: Mapping[str, int]

    @property
    def total(self) -> int:
        """The number of articles."""
        return sum(self.articles.counts.values())

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """The days of the first and of the last article, None in an empty archive."""
        if not self.articles.counts:
            return None
        first, last = self.articles.known_bounds
        return day_of(first), day_of(last)

    @property
    def rows(self) -> tuple[SourceCoverage, ...]:
        """The listed sources, and the others if there are any."""
        return (*self.sources, self.others) if self.others else self.sources

    def gaps(self) -> Iterator[Gap]:
        """Yield the runs of months without an article between the first and the last one."""
        months = sorted(self.articles.counts)
        for before, after in pairwise(months):
            if _position(after) - _position(before) > 1:
                yield Gap(_number(_position(before) + 1), _number(_position(after) - 1))


def _position(month: int) -> int:
    """Return a month `yyyymm` as a number of months."""
    return month // 100 * _MONTHS_PER_YEAR + month % 100 - 1


def _number(position: int) -> int:
    """Return the month `yyyymm` at a number of months."""
    year, month = divmod(position, _MONTHS_PER_YEAR)
    return year * 100 + month + 1
