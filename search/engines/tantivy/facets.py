"""Exact facet counts from Tantivy's aggregations.

A value may be in any slot column of its facet, so the counts of the columns are added up; see
`storage/schema.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tantivy

from search.engines.primitives import MatchCounts
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.schema import NO_VALUE, SLOTS, slot_columns
from search.errors import IndexDamaged
from search.model.facets import DATE, VALUE_FACETS, Facet
from search.model.periods import opened_months
from search.model.results import FacetResult, FacetStatistics
from search.query.minimum_match import MatchSpec
from search.results.facet_buckets import date_list, value_list

__all__ = [
    "TantivyCounts",
    "TantivyFacets",
    "TantivyIndexCounts",
    "languages_in",
    "match_count",
    "most_values_in",
]

_MONTHS = "month"
_DAYS = "day"
_ALL_VALUES = 10_000_000
"""Above every cardinality, so that no segment truncates its buckets; `_buckets` checks this."""


class TantivyCounts:
    """Counts values over the matches of a query.

    `most_values` is the largest number of values that an article has, by facet.
    """

    def __init__(self, searcher: tantivy.Searcher, most_values: Mapping[str, int]) -> None:
        self._searcher = searcher
        self._columns = {
            facet.name: slot_columns(facet.name, most_values.get(facet.name, 0))
            for facet in VALUE_FACETS
        }

    def values(self, query: tantivy.Query, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Count the values of facets in one pass."""
        names = list(facets)
        columns = [column for name in names for column in self._columns[name]]
        if not columns:
            return {name: {} for name in names}
        buckets = self._aggregate(query, columns)
        return {name: self._merged(buckets, name) for name in names}

    def values_and_months(
        self, query: tantivy.Query, facets: Iterable[str]
    ) -> tuple[dict[str, dict[str, int]], dict[int, int]]:
        """Count the values of facets, and matches by month (`yyyymm`), in one pass."""
        names = list(facets)
        columns = [column for name in names for column in self._columns[name]]
        buckets = self._aggregate(query, [*columns, _MONTHS])
        return {name: self._merged(buckets, name) for name in names}, buckets[_MONTHS]

    def months(self, query: tantivy.Query) -> dict[int, int]:
        """Count matches by month (`yyyymm`)."""
        return self._aggregate(query, [_MONTHS])[_MONTHS]

    def days(self, query: tantivy.Query) -> dict[int, int]:
        """Count matches by day (`yyyymmdd`)."""
        return self._aggregate(query, [_DAYS])[_DAYS]

    def with_value(self, query: tantivy.Query, facet: str) -> int:
        """Count the matches that have any value of a facet."""
        if not self._columns[facet]:
            return 0
        first = self._columns[facet][0]
        counts = self._aggregate(query, [first])[first]
        return sum(count for value, count in counts.items() if value != NO_VALUE)

    def _aggregate(self, query: tantivy.Query, columns: Sequence[str]) -> dict[str, dict[Any, int]]:
        return _aggregate(self._searcher, query, columns)

    def _merged(self, buckets: Mapping[str, dict[Any, int]], facet: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for column in self._columns[facet]:
            if counts:
                for value, count in buckets[column].items():
                    counts[value] = counts.get(value, 0) + count
            else:
                counts = buckets[column]
        counts.pop(NO_VALUE, None)
        return counts


class TantivyFacets:
    """Makes facet lists over the matches of a search."""

    def __init__(self, counts: TantivyCounts, queries: TantivyQueries) -> None:
        self._counts = counts
        self._queries = queries

    def count(self, spec: MatchSpec) -> MatchCounts:
        """Count all matches and their facets.

        One pass counts the facets without a selection and the total, one more each facet with one.
        """
        filters = spec.filters
        counted = filters.counted_facets
        value_facets = [facet for facet in counted if not facet.is_date]
        unselected = [facet.name for facet in value_facets if not filters.selected(facet.name)]
        counts, months = self._counts.values_and_months(self._queries.filtered(spec), unselected)
        total = sum(months.values())
        facets: dict[str, FacetResult] = {}
        for facet in value_facets:
            if facet.name in counts:
                facets[facet.name] = value_list(facet, counts[facet.name], (), filters.facet_size)
            else:
                facets[facet.name] = self._values(spec, facet, filters.facet_size)
        if DATE in counted:
            if filters.periods:
                months = self._months(spec)
            facets[DATE.name] = self._dates(spec, months)
        return MatchCounts(total, tuple(facets[facet.name] for facet in counted))

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet under all filters but its own selection."""
        if facet.is_date:
            return self._dates(spec, self._months(spec))
        return self._values(spec, facet, size)

    def values(self, spec: MatchSpec, facet: Facet) -> dict[str, int]:
        """Count every value of one facet under all filters but its own selection."""
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        return self._counts.values(query, [facet.name])[facet.name]

    def _values(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        selected = spec.filters.selected(facet.name)
        return value_list(facet, self.values(spec, facet), selected, size)

    def _months(self, spec: MatchSpec) -> dict[int, int]:
        return self._counts.months(self._queries.filtered(spec, skipped_facet=DATE.name))

    def _dates(self, spec: MatchSpec, months: Mapping[int, int]) -> FacetResult:
        periods = spec.filters.periods
        days: dict[int, int] = {}
        for month in opened_months(periods):
            query = self._queries.filtered(spec, skipped_facet=DATE.name)
            in_month = self._queries.days(month.first, month.last)
            days |= self._counts.days(self._queries.all_of([query, in_month]))
        return date_list(months, days, periods)


class TantivyIndexCounts:
    """The IndexCounts of search/index/consistency.py."""

    def __init__(
        self, searcher: tantivy.Searcher, counts: TantivyCounts, queries: TantivyQueries
    ) -> None:
        self._searcher = searcher
        self._counts = counts
        self._queries = queries

    def articles(self) -> int:
        """Count the articles."""
        return self._searcher.num_docs

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""
        return sum(self._counts.months(tantivy.Query.all_query()).values())

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet."""
        return self._counts.values(
            tantivy.Query.all_query(), [facet.name for facet in VALUE_FACETS]
        )

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that a search for each value finds."""
        return [
            match_count(self._searcher, self._queries.value(name, value)) for name, value in values
        ]

    def facet_statistics(self) -> dict[str, FacetStatistics]:
        """Count the distinct values of each facet, and the articles without one."""
        everything = tantivy.Query.all_query()
        return {
            name: FacetStatistics(
                len(values), self.articles() - self._counts.with_value(everything, name)
            )
            for name, values in self.values().items()
        }


def match_count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Count the matches of a query."""
    # Every article has a day; counting that column takes half the time of collecting hits.
    counted = searcher.aggregate(query, {"articles": {"value_count": {"field": _DAYS}}})
    return int(counted["articles"]["value"])


def languages_in(searcher: tantivy.Searcher) -> tuple[str, ...]:
    """Return the languages of all articles, most frequent first."""
    counts = TantivyCounts(searcher, {"language": 1}).values(
        tantivy.Query.all_query(), ["language"]
    )["language"]
    return tuple(sorted(counts, key=lambda language: (-counts[language], language)))


def most_values_in(searcher: tantivy.Searcher) -> dict[str, int]:
    """Return the largest number of values an article has of each facet.

    More values than slots count as one more than the slots.
    """
    columns = {facet: slot_columns(facet, slots + 1) for facet, slots in SLOTS.items()}
    all_columns = [column for names in columns.values() for column in names]
    buckets = _aggregate(searcher, tantivy.Query.all_query(), all_columns)
    return {
        facet: sum(any(value != NO_VALUE for value in buckets[column]) for column in names)
        for facet, names in columns.items()
    }


def _aggregate(
    searcher: tantivy.Searcher, query: tantivy.Query, columns: Sequence[str]
) -> dict[str, dict[Any, int]]:
    """Count the values of columns in one pass."""
    aggregations = {
        column: {"terms": {"field": column, "size": _ALL_VALUES, "segment_size": _ALL_VALUES}}
        for column in columns
    }
    results = searcher.aggregate(query, aggregations)
    return {column: _buckets(results, column) for column in columns}


def _buckets(results: Mapping[str, Any], column: str) -> dict[Any, int]:
    result = results[column]
    if result.get("doc_count_error_upper_bound") or result.get("sum_other_doc_count"):
        raise IndexDamaged(f"the counts of {column} are not exact; run dateline rebuild")
    return {bucket["key"]: bucket["doc_count"] for bucket in result["buckets"]}
