"""Overviews of searches: when, how much of the archive, and what sets the matches apart.

In a cluster, an overview takes five requests after the text was rewritten: for the counts of the
facets, for the days, for the archive's articles with each value, for the sampled texts, and one
that counts the words' matches; one more for document frequencies that are not cached. Without words
it takes three; next to a selected value, two more for the values that go with it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from search.engines.primitives import IndexPrimitives, RankedWindow
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.facets import VALUE_FACETS, Facet
from search.model.overview import (
    MAX_COMPARED_VALUES,
    MAX_SAMPLED_TEXTS,
    Overview,
    TellingValue,
)
from search.model.query import SearchQuery
from search.model.timeline import day_of
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter
from search.results.overview.telling_values import MIN_MATCHES, narrowed_to, telling_values

__all__ = ["OverviewSource", "Overviews"]

_CACHE_SIZE = 128
"""Overviews of recent searches, about 20 kB each."""
_MAX_CACHED_VALUES = 50_000
_FACET_NAMES = tuple(facet.name for facet in VALUE_FACETS)


@dataclass(frozen=True, slots=True, eq=False)
class OverviewSource:
    """The parts of one engine that overviews are made from."""

    index: IndexPrimitives[Any]
    rewriter: QueryRewriter
    minimum_match: MinimumMatch
    generation: str

    def spec(self, query: SearchQuery) -> MatchSpec:
        """Return what a search matches."""
        return self.minimum_match.spec(self.rewriter.rewrite(query).searched, query)

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches; one request."""
        return self.index.matcher.counts([self.spec(query) for query in queries]) if queries else []

    def sample(self, query: SearchQuery) -> Sequence[Article]:
        """Read the best matches of a search or, without words, the newest ones; one request."""
        spec = self.spec(query)
        if is_ranked(spec):
            ranked = self.index.ranked(spec, RankedWindow(0, MAX_SAMPLED_TEXTS), with_counts=False)
            hits = [hit for _, hit in ranked.hits]
        else:
            by_date = self.index.by_date(
                spec,
                Cursor(self.generation, 0),
                MAX_SAMPLED_TEXTS,
                newest=True,
                with_counts=False,
            )
            hits = [hit for _, hit in by_date.hits]
        return list(self.index.documents(hits))


def is_ranked(spec: MatchSpec) -> bool:
    """Return whether a search has words by which its matches are ranked."""
    return bool(spec.clauses.should)


class Overviews:
    """Makes overviews of searches over one index; recent ones are cached."""

    def __init__(self, source: OverviewSource) -> None:
        self._facts = lru_cache(_CACHE_SIZE)(partial(_facts, source, ArchiveCounts(source.index)))

    def of(self, query: SearchQuery, *, with_words: bool = True) -> Overview:
        """Return the overview of all matches of a search."""
        del with_words
        return replace(self._facts(which_match(query)), query=query)


def which_match(query: SearchQuery) -> SearchQuery:
    """Return the part of a search that decides which articles match."""
    return SearchQuery(
        text=query.text,
        filters=query.filters,
        all_values=query.all_values,
        first_day=query.first_day,
        last_day=query.last_day,
        ids=query.ids,
        match=query.match,
        without_synonyms=query.without_synonyms,
        as_typed=query.as_typed,
    )


class ArchiveCounts:
    """Counts the articles of the archive with a value; each value is counted once."""

    def __init__(self, index: IndexPrimitives[Any]) -> None:
        self._index = index
        self._known: dict[tuple[str, str], int] = {}

    def of(self, values: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """Return the articles with each value (facet, value): one request for unknown ones."""
        known = self._known
        unknown = [value for value in dict.fromkeys(values) if value not in known]
        if unknown:
            if len(known) > _MAX_CACHED_VALUES:
                # A new dictionary, since another thread may still read the full one.
                known = self._known = {value: known[value] for value in values if value in known}
            known.update(zip(unknown, self._index.index_counts.hits(unknown), strict=True))
        return {value: known[value] for value in values}


def _facts(source: OverviewSource, archive: ArchiveCounts, query: SearchQuery) -> Overview:
    spec = source.spec(query)
    days = _days(source, spec)
    total = sum(days.values())
    archive_total = source.index.terms.article_count
    busiest = max(days, key=lambda day: (days[day], -day), default=0)
    return Overview(
        query=query,
        understood=source.rewriter.rewrite(query).query_string,
        total=total,
        archive_total=archive_total,
        first=_day(min(days, default=0)),
        last=_day(max(days, default=0)),
        busiest=_day(busiest),
        busiest_count=days.get(busiest, 0),
        values=_values(source, archive, query, total) if total < archive_total else (),
        generation=source.generation,
    )


def _days(source: OverviewSource, spec: MatchSpec) -> Mapping[int, int]:
    """Count the matches by day (`yyyymmdd`), under all filters."""
    counts = source.index.dates(spec, "day").counts
    periods = spec.filters.periods
    if not periods:
        return counts
    return {
        number: count
        for number, count in counts.items()
        if any(period.first <= day_of(number) <= period.last for period in periods)
    }


def _day(number: int) -> dt.date | None:
    return day_of(number) if number else None


def _values(
    source: OverviewSource, archive: ArchiveCounts, query: SearchQuery, total: int
) -> tuple[TellingValue, ...]:
    counted = [*counts_without_selection(source, query), *_counts_beside(source, query)]
    candidates = [
        (facet, value, count, narrowed)
        for facet, value, count in counted
        if count >= MIN_MATCHES and (narrowed := narrowed_to(query, facet, value))
    ]
    articles = archive.of([(facet.name, value) for facet, value, _, _ in candidates])
    return telling_values(
        [
            TellingValue(facet, value, count, articles[facet.name, value], narrowed)
            for facet, value, count, narrowed in candidates
        ],
        total,
        source.index.terms.article_count,
    )


def counts_without_selection(
    source: OverviewSource, query: SearchQuery
) -> Iterable[tuple[Facet, str, int]]:
    """Count the most frequent values of the facets without a selection; one request."""
    facets = tuple(name for name in _FACET_NAMES if not query.selected(name))
    if not facets:
        return
    spec = source.spec(query.counting(facets).with_facet_size(MAX_COMPARED_VALUES))
    start = Cursor(source.generation, 0)
    counts = source.index.by_date(spec, start, 1, newest=True, with_counts=True).counts
    assert counts is not None
    for result in counts().facets:
        for value in result.values:
            yield result.facet, value.value, value.count


def _counts_beside(source: OverviewSource, query: SearchQuery) -> Iterable[tuple[Facet, str, int]]:
    """Count values that go with the selected value of a facet; one request, and the sample's.

    The lists of a facet ignore its own selection, so these are values of the sampled matches.
    """
    facets = [facet for facet in VALUE_FACETS if query.selected(facet.name)]
    if all(facet.single_valued for facet in facets):
        return
    found: dict[Facet, Counter[str]] = {facet: Counter() for facet in facets}
    for article in source.sample(query):
        for facet, counts in found.items():
            counts.update(facet.values(article))
    candidates = [
        (facet, value, narrowed)
        for facet, counts in found.items()
        for value, _ in counts.most_common(MAX_COMPARED_VALUES)
        if (narrowed := narrowed_to(query, facet, value))
    ]
    totals = source.counts([narrowed for _, _, narrowed in candidates])
    for (facet, value, _), total in zip(candidates, totals, strict=True):
        yield facet, value, total
