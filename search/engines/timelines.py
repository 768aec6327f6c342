"""Timelines of searches, from an engine's counts by year, month and day."""

from functools import lru_cache, partial
from typing import Protocol

from search.model.facets import DATE
from search.model.query import SearchQuery
from search.model.timeline import DateCounts, Level, Timeline, finest_level
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec

__all__ = ["DateSource", "Timelines"]

_CACHE_SIZE = 256
"""Sets of filters whose articles are kept by period, of which there are at most 60, or years."""
_NO_WORDS = split_clauses(None)


class DateSource(Protocol):
    """Counts matches by period in one index."""

    def dates(self, spec: MatchSpec, level: Level, known: DateCounts | None = None) -> DateCounts:
        """Count matches by a level or a finer one, under all filters but the selected periods.

        `known` are counts of the same search, which are used if they are fine enough.
        """


class Timelines:
    """Makes timelines over one index; the articles that filters keep are counted once."""

    def __init__(self, source: DateSource) -> None:
        self._source = source
        self._articles = lru_cache(_CACHE_SIZE)(partial(_by_finest_level, source, None))

    def of(self, spec: MatchSpec, counted: DateCounts | None) -> Timeline:
        """Return the timeline of a search; `counted` are its counts as far as they are known."""
        if spec.clauses == _NO_WORDS:
            articles = _by_finest_level(self._source, counted, spec)
            return Timeline(articles, articles, has_words=False)
        articles = self._articles(MatchSpec(_NO_WORDS, 0, _without_periods(spec.filters)))
        matches = self._source.dates(spec, articles.level, counted).by(articles.level)
        return Timeline(matches, articles, has_words=True)


def _by_finest_level(source: DateSource, counted: DateCounts | None, spec: MatchSpec) -> DateCounts:
    by_year = source.dates(spec, "year", counted)
    level = finest_level(*by_year.known_bounds)
    return source.dates(spec, level, by_year).by(level)


def _without_periods(filters: SearchQuery) -> SearchQuery:
    """Return the filters that decide which articles a timeline has, in their default lists."""
    without = filters.without_facet(DATE.name)
    return SearchQuery(
        filters=without.filters,
        all_values=without.all_values,
        first_day=without.first_day,
        last_day=without.last_day,
    )
