"""Overviews of searches: when, how much of the archive, and what sets the matches apart.

In a cluster, an overview takes six requests after the text was rewritten: for the days, for the
counts of the facets, for the archive's articles with each value, for the sampled texts, for the
document frequencies of their words, and for the matches of the words that are listed. Without
words it takes the first three; next to a selected value, two more for the values that go with it.
The articles of each language are counted once for a generation. What is known is not requested.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from search.model.facets import VALUE_FACETS, Facet
from search.model.overview import MAX_COMPARED_VALUES, Overview, TellingValue
from search.model.query import Match, SearchQuery
from search.model.timeline import day_of
from search.results.overview.search_words import words_of_search
from search.results.overview.source import OverviewSource, which_match
from search.results.overview.telling_values import (
    MIN_MATCHES,
    CountedValue,
    can_narrow,
    narrowed_to,
    telling_values,
)

__all__ = ["Overviews"]

_CACHE_SIZE = 128
"""Overviews of recent searches, about 20 kB each."""
_FACET_NAMES = tuple(facet.name for facet in VALUE_FACETS)


class Overviews:
    """Makes overviews of searches over one index; recent ones are cached."""

    def __init__(self, source: OverviewSource) -> None:
        self._words = lru_cache(_CACHE_SIZE)(partial(words_of_search, source))
        self._facts = lru_cache(_CACHE_SIZE)(partial(_facts, source))

    def of(self, query: SearchQuery, *, with_words: bool = True) -> Overview:
        """Return the overview of all matches of a search."""
        searched = which_match(query)
        overview = replace(self._facts(searched), query=query)
        if not with_words or not 0 < overview.total < overview.archive_total:
            return overview
        found = self._words(searched)
        return replace(
            overview, words=found.words, texts=found.texts, newest_texts=found.are_newest
        )


def _facts(source: OverviewSource, query: SearchQuery) -> Overview:
    days = _days(source, query)
    total = sum(days.values())
    archive_total = source.archive_total
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
        values=_values(source, query, total) if 0 < total < archive_total else (),
        relaxed=query.match is Match.AUTO and source.spec(query).is_relaxed,
        generation=source.generation,
    )


def _days(source: OverviewSource, query: SearchQuery) -> Mapping[int, int]:
    """Count the matches by day (`yyyymmdd`), under all filters."""
    counts = source.days(query)
    periods = query.periods
    if not periods:
        return counts
    return {
        number: count
        for number, count in counts.items()
        if any(period.first <= day_of(number) <= period.last for period in periods)
    }


def _day(number: int) -> dt.date | None:
    return day_of(number) if number else None


def _values(source: OverviewSource, query: SearchQuery, total: int) -> tuple[TellingValue, ...]:
    counted = [*counts_without_selection(source, query), *_counts_beside(source, query)]
    candidates = [
        (facet, value, count)
        for facet, value, count in counted
        if count >= MIN_MATCHES and can_narrow(query, facet, value)
    ]
    archive = source.archive_counts([(facet.name, value) for facet, value, _ in candidates])
    telling = telling_values(
        (
            CountedValue(facet, value, count, archive[facet.name, value])
            for facet, value, count in candidates
        ),
        total,
        source.archive_total,
    )
    return tuple(
        TellingValue(facet, value, matches, articles, narrowed_to(query, facet, value))
        for facet, value, matches, articles in telling
    )


def counts_without_selection(
    source: OverviewSource, query: SearchQuery
) -> Iterable[tuple[Facet, str, int]]:
    """Count the most frequent values of the facets without a selection; one request."""
    facets = tuple(name for name in _FACET_NAMES if not query.selected(name))
    if not facets:
        return
    counted = query.counting(facets).with_facet_size(MAX_COMPARED_VALUES)
    for result in source.values(counted):
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
        (facet, value)
        for facet, counts in found.items()
        for value, _ in counts.most_common(MAX_COMPARED_VALUES)
        if can_narrow(query, facet, value)
    ]
    totals = source.counts([narrowed_to(query, *candidate) for candidate in candidates])
    for (facet, value), total in zip(candidates, totals, strict=True):
        yield facet, value, total
