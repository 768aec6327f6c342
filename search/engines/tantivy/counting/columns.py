"""The columns that hold each facet's values, and what is known of them in a whole index."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any, Literal, NamedTuple, TypeVar

import tantivy

from search.engines.tantivy.counting.aggregation import (
    ALL_VALUES,
    Aggregated,
    ColumnCounts,
    Listed,
    TooManyBuckets,
    aggregate,
    complete_counts,
    match_count,
    value_counts,
)
from search.engines.tantivy.counting.first_values import added_up
from search.engines.tantivy.counting.leaders import Leaders
from search.engines.tantivy.storage.schema import NO_VALUE, is_slot, slot_columns
from search.model.facets import VALUE_FACETS
from search.model.results import MAX_COUNTED_VALUES

__all__ = ["CountedDates", "FacetColumns", "FacetLists"]

_Value = TypeVar("_Value", int, str)

CountedDates = Literal["", "months", "years"]

_DAYS = "day"
_MATCHES_AGGREGATED = 0.25
"""The share of articles up to which counting the matches is cheaper than reading all postings."""
_NAMED_PER_MATCH = 1 / 80
_MOST_RANKED = 100_000
"""Values of a facet up to which its leaders are looked for, once, and named in searches."""


class FacetLists(NamedTuple):
    """Lists of each facet's columns, and matches by month (`yyyymm`) or year (`yyyy00`).

    `outside` is how many values the matches have in addition to those that were named, by facet.
    `bounds` are the days of the first and the last match, None if they were not found.
    """

    columns: dict[str, list[ColumnCounts]]
    months: dict[int, int]
    outside: dict[str, int]
    bounds: tuple[int, int] | None = None


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
        self._leaders = lru_cache(None)(partial(_leaders, searcher))
        self._months = months
        self._columns = {
            facet.name: slot_columns(facet.name, most_values.get(facet.name, 0))
            for facet in VALUE_FACETS
        }

    def values(self, query: tantivy.Query, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Count all values of facets, however many."""
        if match_count(self._searcher, query) > self._searcher.num_docs * _MATCHES_AGGREGATED:
            return {name: value_counts(self._searcher, query, name) for name in facets}
        lists = self.first_values(query, dict.fromkeys(facets, ALL_VALUES)).columns
        values = {name: added_up(columns) for name, columns in lists.items()}
        for counts in values.values():
            counts.pop(NO_VALUE, None)
        return values

    def counts_of(self, query: tantivy.Query, facet: str, values: Sequence[str]) -> dict[str, int]:
        """Count some values of a facet; those without a match are left out."""
        if not values or not self._columns[facet]:
            return {}
        columns = dict.fromkeys(self._columns[facet], tuple(dict.fromkeys(values)))
        return added_up(list(aggregate(self._searcher, query, columns).lists.values()))

    def first_values(
        self, query: tantivy.Query, listed: Mapping[str, Listed], dates: CountedDates = ""
    ) -> FacetLists:
        """List the most frequent values of each facet's columns, or those that are named.

        Also counts the matches by month or year in the same pass, if requested, and finds their
        first and last day.
        """
        constants = self._constants.keys() & listed.keys() if dates else frozenset[str]()
        columns = {
            column: (NO_VALUE, *values) if isinstance(values, tuple) else values
            for name, values in listed.items()
            if name not in constants
            for column in self._columns[name]
        }
        named = [
            column
            for column, values in columns.items()
            if isinstance(values, tuple) and not (dates and is_slot(column))
        ]
        if dates:
            columns |= {_DAYS: "years"} if dates == "years" else {self._months: ALL_VALUES}
        try:
            results, numbers, bounds = (
                aggregate(self._searcher, query, columns, named, _DAYS if dates else "")
                if columns
                else Aggregated({}, {})
            )
        except TooManyBuckets:
            return self._one_by_one(query, listed, dates)
        months = results[_DAYS if dates == "years" else self._months].counts if dates else {}
        total = sum(months.values())
        lists: dict[str, list[ColumnCounts]] = {}
        outside: dict[str, int] = {}
        for name in listed:
            if name in constants:
                lists[name] = [ColumnCounts({self._constants[name]: total} if total else {})]
                continue
            lists[name] = [results[column] for column in self._columns[name]]
            if isinstance(listed[name], tuple):
                outside[name] = sum(
                    numbers.get(column, total) - sum(results[column].counts.values())
                    for column in self._columns[name]
                )
        return FacetLists(lists, _numbers(months), outside, bounds if dates else None)

    def _one_by_one(
        self, query: tantivy.Query, listed: Mapping[str, Listed], dates: CountedDates
    ) -> FacetLists:
        lists: dict[str, list[ColumnCounts]] = {}
        outside: dict[str, int] = {}
        for name, values in listed.items():
            if isinstance(values, int) and values >= ALL_VALUES:
                lists[name] = [ColumnCounts(value_counts(self._searcher, query, name))]
            else:
                part = self.first_values(query, {name: values})
                lists |= part.columns
                outside |= part.outside
        return FacetLists(lists, self.months(query) if dates else {}, outside)

    def first_values_without(
        self, rest: tantivy.Query, listed: Mapping[str, Listed], dates: CountedDates = ""
    ) -> FacetLists:
        """List values over all articles but some, by subtraction from the counts of all.

        Of a facet with many values these must be leaders, of any other facet all values. Also
        counts the matches by month, if any dates are requested.
        """
        found = self.first_values(rest, listed, "months" if dates else "")
        lists: dict[str, list[ColumnCounts]] = {}
        outside: dict[str, int] = {}
        for name, values in listed.items():
            counts = self._all_values.get(name, {})
            if isinstance(values, tuple):
                leaders = self._leaders(name)
                counts = {value: leaders.counts[value] for value in values}
                outside[name] = leaders.values - sum(counts.values()) - found.outside[name]
            subtracted = added_up(found.columns[name])
            lists[name] = [ColumnCounts(_difference(counts, subtracted))]
        months = _difference(self.all_months, found.months) if dates else {}
        return FacetLists(lists, months, outside)

    def leaders(self, facet: str) -> Leaders | None:
        """Return the most frequent values of a facet, None if there are too many to find them."""
        return None if self._distinct[facet] > _MOST_RANKED else self._leaders(facet)

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
        first = self._columns[facet][0]
        lists = aggregate(self._searcher, query, {first: (NO_VALUE,)}).lists
        return match_count(self._searcher, query) - sum(lists[first].counts.values())

    def width(self, facet: str) -> int:
        """Return how many columns are read to count a facet next to the months."""
        return 0 if facet in self._constants else len(self._columns[facet])

    def has_many_values(self, facet: str) -> bool:
        """Return whether a facet has more values in the index than are always counted."""
        return self._distinct[facet] > MAX_COUNTED_VALUES

    def has_exact_lists(self, facet: str) -> bool:
        """Return whether the values in a list always have their exact counts."""
        return self._searcher.num_segments == 1 and len(self._columns[facet]) == 1

    def most_named(self, share: float) -> float:
        """Return how many values are named in less time than lists take to find them.

        `share` is the share of all articles that match.
        """
        return share * self._searcher.num_docs * _NAMED_PER_MATCH

    @cached_property
    def all_months(self) -> dict[int, int]:
        """All articles by month."""
        return self.months(tantivy.Query.all_query())

    @cached_property
    def _all_values(self) -> Mapping[str, Mapping[str, int]]:
        """The counts of all articles, of facets that do not have many values."""
        facets = [name for name in self._columns if not self.has_many_values(name)]
        return self.values(tantivy.Query.all_query(), facets)

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


def _leaders(searcher: tantivy.Searcher, facet: str) -> Leaders:
    return Leaders(value_counts(searcher, tantivy.Query.all_query(), facet))


def _difference(counts: Mapping[_Value, int], less: Mapping[_Value, int]) -> dict[_Value, int]:
    """Subtract counts; what is 0 then is left out."""
    return {value: left for value, count in counts.items() if (left := count - less.get(value, 0))}


def _numbers(counts: Mapping[Any, int]) -> dict[int, int]:
    return {int(value): count for value, count in counts.items()}
