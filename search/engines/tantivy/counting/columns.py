"""The columns that hold each facet's values, and what is known of them in a whole index."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import tantivy

from search.engines.tantivy.counting.aggregation import (
    ALL_VALUES,
    ColumnCounts,
    TooManyBuckets,
    aggregate,
    complete_counts,
    counts_of,
    match_count,
    value_counts,
)
from search.engines.tantivy.counting.first_values import added_up
from search.engines.tantivy.storage.schema import NO_VALUE, slot_columns
from search.model.facets import VALUE_FACETS
from search.model.results import MAX_COUNTED_VALUES

__all__ = ["FacetColumns"]

_DAYS = "day"
_MATCHES_AGGREGATED = 0.25
"""The share of articles up to which counting the matches is cheaper than reading all postings."""


class FacetColumns:
    """Counts values over the matches of a query.

    `most_values` is the largest number of values that an article has, by facet, and `distinct` the
    number of values in the index; where it is missing, it is counted when it is first needed.
    `months` is the column of months.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        most_values: Mapping[str, int],
        distinct: Mapping[str, int],
        months: str,
    ) -> None:
        self._searcher = searcher
        self._recorded_distinct = distinct
        self._months = months
        self._columns = {
            facet.name: slot_columns(facet.name, most_values.get(facet.name, 0))
            for facet in VALUE_FACETS
        }

    def values(self, query: tantivy.Query, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Count all values of facets, however many."""
        if match_count(self._searcher, query) > self._searcher.num_docs * _MATCHES_AGGREGATED:
            return {name: value_counts(self._searcher, query, name) for name in facets}
        lists, _ = self.first_values(query, dict.fromkeys(facets, ALL_VALUES))
        values = {name: added_up(columns) if columns else {} for name, columns in lists.items()}
        for counts in values.values():
            counts.pop(NO_VALUE, None)
        return values

    def counts_of(self, query: tantivy.Query, facet: str, values: Sequence[str]) -> dict[str, int]:
        """Count some values of a facet; those without a match are left out."""
        columns = self._columns[facet]
        if not columns or not values:
            return {}
        return added_up(counts_of(self._searcher, query, columns, list(dict.fromkeys(values))))

    def first_values(
        self, query: tantivy.Query, sizes: Mapping[str, int], *, with_months: bool = False
    ) -> tuple[dict[str, list[ColumnCounts]], dict[int, int]]:
        """List the most frequent values of each facet's columns, `sizes` of each.

        Also counts the matches by month (`yyyymm`) in the same pass, if requested.
        """
        constants = self._constants.keys() & sizes.keys() if with_months else frozenset[str]()
        column_sizes = {
            column: size
            for name, size in sizes.items()
            if name not in constants
            for column in self._columns[name]
        }
        if with_months:
            column_sizes[self._months] = ALL_VALUES
        try:
            results = aggregate(self._searcher, query, column_sizes) if column_sizes else {}
        except TooManyBuckets:
            lists = {name: self._one_list(query, name, size) for name, size in sizes.items()}
            return lists, self.months(query) if with_months else {}
        months = results[self._months].counts if with_months else {}
        lists = {
            name: [results[column] for column in self._columns[name]]
            for name in sizes
            if name not in constants
        }
        total = sum(months.values())
        for name in constants:
            lists[name] = [ColumnCounts({self._constants[name]: total} if total else {})]
        return lists, _numbers(months)

    def _one_list(self, query: tantivy.Query, facet: str, size: int) -> list[ColumnCounts]:
        if size >= ALL_VALUES:
            return [ColumnCounts(value_counts(self._searcher, query, facet))]
        columns = self._columns[facet]
        results = aggregate(self._searcher, query, dict.fromkeys(columns, size))
        return [results[column] for column in columns]

    def months(self, query: tantivy.Query) -> dict[int, int]:
        """Count matches by month (`yyyymm`)."""
        return _numbers(self._complete(query, [self._months])[self._months])

    def days(self, query: tantivy.Query) -> dict[int, int]:
        """Count matches by day (`yyyymmdd`)."""
        return _numbers(self._complete(query, [_DAYS])[_DAYS])

    def with_value(self, query: tantivy.Query, facet: str) -> int:
        """Count the matches that have any value of a facet."""
        if not self._columns[facet]:
            return 0
        first = self._columns[facet][:1]
        [without] = counts_of(self._searcher, query, first, [NO_VALUE])
        return match_count(self._searcher, query) - sum(without.counts.values())

    def width(self, facet: str) -> int:
        """Return how many columns are read to count a facet next to the months."""
        return 0 if facet in self._constants else len(self._columns[facet])

    def has_many_values(self, facet: str) -> bool:
        """Return whether a facet has more values in the index than are always counted."""
        return self._distinct[facet] > MAX_COUNTED_VALUES

    @cached_property
    def _constants(self) -> Mapping[str, str]:
        """The facets of which every article has the same single value, as of one language."""
        everything = tantivy.Query.all_query()
        constants: dict[str, str] = {}
        for name in self._columns:
            if self._distinct[name] == 1:
                [(value, articles)] = value_counts(self._searcher, everything, name).items()
                if articles == self._searcher.num_docs:
                    constants[name] = value
        return constants

    @cached_property
    def _distinct(self) -> Mapping[str, int]:
        if self._recorded_distinct:
            return self._recorded_distinct
        everything = self.values(tantivy.Query.all_query(), self._columns)
        return {name: len(values) for name, values in everything.items()}

    def _complete(
        self, query: tantivy.Query, columns: Sequence[str]
    ) -> dict[str, Mapping[Any, int]]:
        return complete_counts(self._searcher, query, list(columns)) if columns else {}


def _numbers(counts: Mapping[Any, int]) -> dict[int, int]:
    return {int(value): count for value, count in counts.items()}
