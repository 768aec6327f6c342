"""Facet lists over the matches of a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tantivy

from search.engines.primitives import MatchCounts
from search.engines.tantivy.counting.aggregation import ALL_VALUES, ColumnCounts
from search.engines.tantivy.counting.columns import FacetColumns
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.counting.first_values import added_up, candidates, least_distinct
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.schema import NO_VALUE
from search.model.facets import DATE, Facet
from search.model.periods import opened_months
from search.model.results import MAX_COUNTED_VALUES, FacetResult
from search.query.minimum_match import MatchSpec
from search.query.syntax import Phrase, Prefix, leaves
from search.results.facet_buckets import date_list, value_list

__all__ = ["TantivyFacets"]

_SHORT_LIST = 100
"""Values of a column that are listed first; a longer list costs as much as counting does."""
_LONG_LIST = MAX_COUNTED_VALUES + 2
"""A list that is cut at this length proves that there are more than MAX_COUNTED_VALUES values."""
_FEW_MATCHES = 2_000
"""Matches up to which all values are listed at once."""
_MANY_MATCHES = 20_000
"""Matches from which the short list is likely to be enough."""
_LISTED_PER_VALUE = 4
"""Values that are listed for each one wanted, since columns and segments differ."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The first `size` values of a facet over the matches of a query, and the selected ones."""

    facet: Facet
    query: tantivy.Query
    selected: tuple[str, ...]
    size: int


class TantivyFacets:
    """Makes facet lists over the matches of a search."""

    def __init__(
        self, columns: FacetColumns, queries: TantivyQueries, estimates: Estimates
    ) -> None:
        self._columns = columns
        self._queries = queries
        self._estimates = estimates

    def count(self, spec: MatchSpec) -> MatchCounts:
        """Count all matches and their facets.

        One pass counts the facets without a selection and the total, one more each facet with one.
        """
        filters = spec.filters
        counted = filters.counted_facets
        open_facets = [
            facet for facet in counted if not facet.is_date and not filters.selected(facet.name)
        ]
        query = self._queries.filtered(spec)
        start = self._first_list(spec, filters.facet_size)
        sizes = {facet.name: self._list_size(facet, start) for facet in open_facets}
        lists, months = self._columns.first_values(query, sizes, with_months=True)
        total = sum(months.values())
        facets = {
            facet.name: self._listed(
                _Wanted(facet, query, (), filters.facet_size), lists[facet.name], start
            )
            for facet in open_facets
        }
        for facet in counted:
            if facet.is_date:
                in_months = self._months(spec) if filters.periods else months
                facets[facet.name] = self._dates(spec, in_months)
            elif facet.name not in facets:
                facets[facet.name] = self._values(spec, facet, filters.facet_size)
        return MatchCounts(total, tuple(facets[facet.name] for facet in counted))

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet under all filters but its own selection."""
        if facet.is_date:
            return self._dates(spec, self._months(spec))
        return self._values(spec, facet, size)

    def _values(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        start = self._first_list(spec, size)
        lists, _ = self._columns.first_values(query, {facet.name: self._list_size(facet, start)})
        wanted = _Wanted(facet, query, spec.filters.selected(facet.name), size)
        return self._listed(wanted, lists[facet.name], start)

    # Lists of values

    def _first_list(self, spec: MatchSpec, size: int) -> int:
        """Return how many values of a facet with many to list first, of which `size` are wanted."""
        least = _LISTED_PER_VALUE * size
        matches = self._estimates.most_matches(spec)
        if matches <= _FEW_MATCHES or least > matches:
            return ALL_VALUES
        if matches <= _MANY_MATCHES or _is_expensive(spec):
            # A second pass would cost more than the longer list.
            return max(_LONG_LIST, least)
        return max(_SHORT_LIST, least)

    def _list_size(self, facet: Facet, size: int) -> int:
        return size if self._columns.has_many_values(facet.name) else ALL_VALUES

    def _listed(self, wanted: _Wanted, columns: Sequence[ColumnCounts], listed: int) -> FacetResult:
        """Return the first values of a facet, from longer lists until these prove them."""
        facet, selected = wanted.facet, wanted.selected
        while not all(column.is_complete for column in columns):
            first = candidates(columns, wanted.size, NO_VALUE)
            distinct = least_distinct(columns, NO_VALUE)
            if first and distinct > MAX_COUNTED_VALUES:
                counts = first.counts
                if not first.are_exact or not set(selected) <= counts.keys():
                    counts = self._exact_counts(wanted, [*counts, *selected])
                return value_list(facet, counts, selected, wanted.size, distinct)
            listed = _LONG_LIST if listed < _LONG_LIST else ALL_VALUES
            lists, _ = self._columns.first_values(wanted.query, {facet.name: listed})
            columns = lists[facet.name]
        counts = added_up(columns) if columns else {}
        counts.pop(NO_VALUE, None)
        return value_list(facet, counts, selected, wanted.size)

    def _exact_counts(self, wanted: _Wanted, values: Sequence[str]) -> dict[str, int]:
        """Count some values, among the matches that have one of them."""
        name = wanted.facet.name
        narrowed = self._queries.all_of([self._queries.any_value(name, values), wanted.query])
        counts = self._columns.values(narrowed, [name])[name]
        return {value: counts[value] for value in values if value in counts}

    # Dates

    def _months(self, spec: MatchSpec) -> dict[int, int]:
        return self._columns.months(self._queries.filtered(spec, skipped_facet=DATE.name))

    def _dates(self, spec: MatchSpec, months: Mapping[int, int]) -> FacetResult:
        periods = spec.filters.periods
        days: dict[int, int] = {}
        for month in opened_months(periods):
            query = self._queries.filtered(spec, skipped_facet=DATE.name)
            in_month = self._queries.days(month.first, month.last)
            days |= self._columns.days(self._queries.all_of([query, in_month]))
        return date_list(months, days, periods)


def _is_expensive(spec: MatchSpec) -> bool:
    """Return whether evaluating the query costs more than counting: phrases and prefixes do."""
    return any(
        isinstance(leaf, Phrase | Prefix)
        for clause in (*spec.clauses.must, *spec.clauses.should)
        for leaf in leaves(clause)
    )
