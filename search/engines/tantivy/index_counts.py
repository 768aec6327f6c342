"""Counts over all articles: for the record of a generation, statistics and verification."""

from collections.abc import Mapping, Sequence

import tantivy

from search.engines.tantivy.counting.aggregation import (
    Listed,
    aggregate,
    match_count,
    value_counts,
)
from search.engines.tantivy.counting.columns import FacetColumns
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.schema import NO_VALUE, SLOTS, slot_columns
from search.model.facets import VALUE_FACETS
from search.model.results import FacetStatistics

__all__ = ["TantivyIndexCounts", "languages_in", "values_in"]


class TantivyIndexCounts:
    """The IndexCounts of search/index/consistency.py."""

    def __init__(
        self, searcher: tantivy.Searcher, columns: FacetColumns, queries: TantivyQueries
    ) -> None:
        self._searcher = searcher
        self._columns = columns
        self._queries = queries

    def articles(self) -> int:
        """Count the articles."""
        return self._searcher.num_docs

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""
        return sum(self._columns.months(tantivy.Query.all_query()).values())

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet."""
        return self._columns.values(
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
                len(values), self.articles() - self._columns.with_value(everything, name)
            )
            for name, values in self.values().items()
        }


def languages_in(searcher: tantivy.Searcher) -> tuple[str, ...]:
    """Return the languages of all articles, most frequent first."""
    counts = value_counts(searcher, tantivy.Query.all_query(), "language")
    return tuple(sorted(counts, key=lambda language: (-counts[language], language)))


def values_in(searcher: tantivy.Searcher) -> tuple[dict[str, int], dict[str, int]]:
    """Return the largest number of values of an article, and of distinct values, by facet.

    More values of an article than slots count as one more than the slots.
    """
    columns = {facet: slot_columns(facet, slots + 1) for facet, slots in SLOTS.items()}
    everything = tantivy.Query.all_query()
    # If a segment has any value in a column, one of its two most frequent entries is a value.
    sizes: dict[str, Listed] = {column: 2 for names in columns.values() for column in names}
    counts = aggregate(searcher, everything, sizes).lists
    most = {
        facet: sum(bool(counts[column].counts.keys() - {NO_VALUE}) for column in names)
        for facet, names in columns.items()
    }
    distinct = {facet: len(value_counts(searcher, everything, facet)) for facet in columns}
    return most, distinct
