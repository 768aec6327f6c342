"""Trends: several searches over time, by the same periods and under the same filters."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from search.errors import InvalidQuery
from search.model.periods import Period
from search.model.query import MAX_FILTER_VALUES, Match, SearchQuery
from search.model.timeline import DateCounts, Level, day_of, finest_level
from search.model.trends import (
    MAX_SERIES,
    MAX_TREND_PERIODS,
    Series,
    Trends,
    period_count,
    periods_between,
)
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter, RewrittenQuery

__all__ = ["PeriodSource", "TrendLines"]

_CACHE_SIZE = 256
"""Counts of searches that are kept, usually of at most 60 periods."""
_LEVELS: tuple[Level, ...] = ("year", "month", "day")
"""From the coarsest to the finest."""
_MAX_SHOWN_LENGTH = 60
"""Characters of a text that a message repeats."""
_NO_WORDS = split_clauses(None)


class PeriodSource(Protocol):
    """Counts the matches of several searches by period in one index."""

    def period_counts(self, specs: Sequence[MatchSpec], level: Level) -> list[DateCounts]:
        """Count matches by a level or a finer one, under all filters, and find their bounds."""


class TrendLines:
    """Makes trends over one index.

    On a cluster all counts together take one request, and one before it if the articles under the
    filters are not known yet and decide the level, or whether there are too many days. A text that
    was not rewritten before takes the requests of its rewriting, as in a search.
    """

    def __init__(
        self,
        source: PeriodSource,
        rewriter: QueryRewriter,
        minimum_match: MinimumMatch,
        generation: str,
    ) -> None:
        self._counts = _PeriodCounts(source)
        self._rewriter = rewriter
        self._minimum_match = minimum_match
        self._generation = generation

    def of(self, queries: Sequence[SearchQuery], level: Level | None) -> Trends:
        """Return the trends of searches; see SearchEngine."""
        if not 1 <= len(queries) <= MAX_SERIES:
            raise InvalidQuery("s", f"there are {len(queries)} series; give 1 to {MAX_SERIES}")
        searched = [self._literal(query) for query in queries]
        specs = [
            self._minimum_match.spec(rewritten.searched, query) for query, rewritten in searched
        ]
        all_articles = MatchSpec(_NO_WORDS, 0, specs[0].filters)
        if level in (None, "day"):
            level = self._level_of(all_articles, level)
        relaxed = [
            query.match is Match.AUTO and spec.is_relaxed
            for (query, _), spec in zip(searched, specs, strict=True)
        ]
        full = [spec.all_clauses for spec, may_lack in zip(specs, relaxed, strict=True) if may_lack]
        counts = self._counts.of([all_articles, *specs, *full], level)
        articles = counts[all_articles]
        series = []
        for (query, rewritten), spec, may_lack in zip(searched, specs, relaxed, strict=True):
            total = sum(counts[spec].counts.values())
            is_relaxed = may_lack and total > sum(counts[spec.all_clauses].counts.values())
            series.append(Series(query, rewritten.query_string, is_relaxed, total, counts[spec]))
        return Trends(
            level=level,
            periods=_periods(level, *articles.known_bounds),
            articles=articles,
            series=tuple(series),
            generation=self._generation,
        )

    def _level_of(self, all_articles: MatchSpec, level: Level | None) -> Level:
        """Return the level to count by, from the days of the articles.

        Raises:
            InvalidQuery: it has too many periods.

        """
        bounds = self._counts.of([all_articles], "month")[all_articles].known_bounds
        level = level or finest_level(*bounds)
        _periods(level, *bounds)
        return level

    def _literal(self, query: SearchQuery) -> tuple[SearchQuery, RewrittenQuery]:
        """Return the search of a text alone, which its address says only where it must."""
        while True:
            rewritten = self._rewriter.rewrite(query)
            if rewritten.corrected:
                query = query.without_correction()
            elif rewritten.synonyms:
                query = _without_synonyms(query, rewritten)
            else:
                return query, rewritten


class _PeriodCounts:
    """Counts searches by period, and keeps the most recent counts; thread-safe."""

    def __init__(self, source: PeriodSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[MatchSpec, Level], DateCounts] = OrderedDict()

    def of(self, specs: Iterable[MatchSpec], level: Level) -> dict[MatchSpec, DateCounts]:
        """Return the counts of searches by a level; those not kept are counted together."""
        found = {spec: self._get(spec, level) for spec in specs}
        missing = [spec for spec, counts in found.items() if counts is None]
        counted = self._source.period_counts(missing, level) if missing else []
        by_level = {spec: counts.by(level) for spec, counts in zip(missing, counted, strict=True)}
        self._keep(by_level, level)
        return {spec: counts or by_level[spec] for spec, counts in found.items()}

    def _get(self, spec: MatchSpec, level: Level) -> DateCounts | None:
        with self._lock:
            for finer in _LEVELS[_LEVELS.index(level) :]:
                if counts := self._kept.get((spec, finer)):
                    self._kept.move_to_end((spec, finer))
                    return counts.by(level)
        return None

    def _keep(self, counted: dict[MatchSpec, DateCounts], level: Level) -> None:
        with self._lock:
            for spec, counts in counted.items():
                self._kept[spec, level] = counts
            while len(self._kept) > _CACHE_SIZE:
                self._kept.popitem(last=False)


def _without_synonyms(query: SearchQuery, rewritten: RewrittenQuery) -> SearchQuery:
    """Return a search without the synonyms that were added to its text.

    Raises:
        InvalidQuery: with them it would have too many filter values.

    """
    added = tuple(dict.fromkeys(synonym.also for synonym in rewritten.synonyms))
    if query.filter_values + len(added) > MAX_FILTER_VALUES:
        raise InvalidQuery(
            "s",
            f"s={query.text[:_MAX_SHOWN_LENGTH]}: its {len(added)} synonyms are left out and count "
            f"among the {MAX_FILTER_VALUES} filter values of a search; use fewer filters",
        )
    return replace(query, without_synonyms=(*query.without_synonyms, *added))


def _periods(level: Level, first_day: int, last_day: int) -> tuple[Period, ...]:
    """Return all periods between two days, none if there are no articles.

    Raises:
        InvalidQuery: there are too many.

    """
    if not first_day:
        return ()
    first, last = day_of(first_day), day_of(last_day)
    count = period_count(level, first, last)
    if count <= MAX_TREND_PERIODS:
        return periods_between(level, first, last)
    fitting = [
        coarser
        for coarser in _LEVELS[: _LEVELS.index(level)]
        if period_count(coarser, first, last) <= MAX_TREND_PERIODS
    ]
    advice = "".join(f", or by={coarser}" for coarser in fitting[-1:])
    raise InvalidQuery(
        "by",
        f"by={level}: from {first} to {last} there are {count:,} periods and "
        f"{MAX_TREND_PERIODS:,} are the most; give from and to{advice}",
    )
