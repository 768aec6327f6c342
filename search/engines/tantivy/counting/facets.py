"""Facet lists over the matches of a search."""

from collections.abc import Mapping, Sequence

import tantivy

from search.engines.primitives import MatchCounts
from search.engines.tantivy.counting.aggregation import ALL_VALUES, ColumnCounts
from search.engines.tantivy.counting.columns import MANY_VALUES, FacetColumns
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.counting.first_values import added_up, candidates, least_distinct
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.schema import NO_VALUE
from search.model.facets import DATE, Facet
from search.model.periods import opened_months
from search.model.results import FacetResult
from search.query.minimum_match import MatchSpec
from search.query.syntax import Phrase, Prefix, leaves
from search.results.facet_buckets import date_list, value_list

__all__ = ["TantivyFacets"]

_SHORT_LIST = 100
"""Values of a column that are listed first; a longer list costs as much as counting does."""
_LONG_LIST = MANY_VALUES + 2
"""A list that is cut at this length proves that there are more than MANY_VALUES values."""
_FEW_MATCHES = 2_000
"""Matches up to which all values are listed at once."""
_MANY_MATCHES = 20_000
"""Matches from which the short list is likely to be enough."""
_LISTED_PER_VALUE = 4
"""Values that are listed for each one wanted, since columns and segments differ."""


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
        start = self._first_list(spec)
        sizes = {facet.name: self._list_size(facet, start) for facet in open_facets}
        lists, months = self._columns.first_values(query, sizes, with_months=True)
        total = sum(months.values())
        facets = {
            facet.name: self._listed(facet, spec, query, lists[facet.name], start)
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
        return self._listed(facet, spec, query, lists[facet.name], start, size)

    # Lists of values

    def _first_list(self, spec: MatchSpec, size: int = 0) -> int:
        """Return how many values of a facet with many to list first."""
        least = _LISTED_PER_VALUE * (size or spec.filters.facet_size)
        matches = self._estimates.most_matches(spec)
        if matches <= _FEW_MATCHES or least > matches:
            return ALL_VALUES
        if matches <= _MANY_MATCHES or _is_expensive(spec):
            # A second pass would cost more than the longer list.
            return max(_LONG_LIST, least)
        return max(_SHORT_LIST, least)

    def _list_size(self, facet: Facet, size: int) -> int:
        return size if self._columns.has_many_values(facet.name) else ALL_VALUES

    def _listed(
        self,
        facet: Facet,
        spec: MatchSpec,
        query: tantivy.Query,
        columns: Sequence[ColumnCounts],
        listed: int,
        size: int = 0,
    ) -> FacetResult:
        """Return the first values of a facet, with longer lists until these prove them."""
        size = size or spec.filters.facet_size
        selected = spec.filters.selected(facet.name)
        while not all(column.is_complete for column in columns):
            first = candidates(columns, size, NO_VALUE)
            if first and least_distinct(columns, NO_VALUE) > MANY_VALUES:
                counts = first.counts
                if not first.are_exact or not set(selected) <= counts.keys():
                    counts = self._exact_counts(query, facet, [*counts, *selected])
                return value_list(facet, counts, selected, size, None)
            listed = _LONG_LIST if listed < _LONG_LIST else ALL_VALUES
            lists, _ = self._columns.first_values(query, {facet.name: listed})
            columns = lists[facet.name]
        counts = added_up(columns) if columns else {}
        counts.pop(NO_VALUE, None)
        return value_list(facet, counts, selected, size, len(counts))

    def _exact_counts(
        self, query: tantivy.Query, facet: Facet, values: Sequence[str]
    ) -> dict[str, int]:
        """Count the given values, among the matches that have one of them."""
        narrowed = self._queries.all_of([self._queries.any_value(facet.name, values), query])
        counts = self._columns.values(narrowed, [facet.name])[facet.name]
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
