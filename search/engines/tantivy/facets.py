"""Facet lists over the matches of a search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import tantivy

from search.engines.primitives import MatchCounts
from search.engines.spare_thread import SPARE_THREAD
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
"""Matches from which the short list is likely to be enough, and a second thread pays."""
_OWN_SHARE = 0.4
"""The share of the columns that is left for a search's own thread."""
_LISTED_PER_VALUE = 4
"""Values that are listed for each one wanted, since columns and segments differ."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A query, the facets to count over its matches, and a number that the matches do not exceed.

    The query is under the filters of all facets, or of all but the one facet.
    """

    spec: MatchSpec
    query: tantivy.Query
    facets: tuple[Facet, ...]
    most_matches: int

    @property
    def is_expensive(self) -> bool:
        """Return whether evaluating the query may cost more than counting."""
        clauses = self.spec.clauses
        return any(
            isinstance(leaf, Phrase | Prefix)
            for clause in (*clauses.must, *clauses.should)
            for leaf in leaves(clause)
        )

    def listed_first(self, size: int) -> int:
        """Return how many values of a facet with many to list first, if `size` are wanted."""
        least = _LISTED_PER_VALUE * size
        if self.most_matches <= _FEW_MATCHES or least > self.most_matches:
            return ALL_VALUES
        if self.most_matches <= _MANY_MATCHES or self.is_expensive:
            # A second pass would cost more than the longer list.
            return max(_LONG_LIST, least)
        return max(_SHORT_LIST, least)


class _Counted(NamedTuple):
    """Facet lists by the facet's name, and matches by month (`yyyymm`), if they were counted."""

    facets: dict[str, FacetResult]
    months: dict[int, int]


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
        self._long: set[str] = set()
        """Facets whose short list was not enough for a search before."""

    def start(self, spec: MatchSpec) -> Callable[[], MatchCounts]:
        """Begin to count all matches and their facets; return the function that goes on.

        One pass counts the facets without a selection and the total, one more each facet with one.
        If there is much to count, another thread does the first pass, or half of it if evaluating
        the query twice is cheap.
        """
        plan = self._plan(spec)
        own = self._own_share(plan)
        if plan.most_matches >= _MANY_MATCHES:
            others = SPARE_THREAD.start(lambda: self._count(plan, plan.facets[own:], months=True))
            if others is not None:
                return lambda: self._results(plan, self._count(plan, plan.facets[:own]), others())
        return lambda: self._results(plan, self._count(plan, plan.facets, months=True))

    def _own_share(self, plan: _Plan) -> int:
        """Return how many of the facets the search's own thread counts, after it found the hits.

        It is 0 if evaluating the query again would be expensive.
        """
        if plan.is_expensive:
            return 0
        widths = list(accumulate(self._columns.width(facet.name) for facet in plan.facets))
        return sum(width <= _OWN_SHARE * widths[-1] for width in widths) if widths else 0

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet under all filters but its own selection."""
        if facet.is_date:
            return self._dates(spec, self._months(spec))
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        plan = _Plan(spec, query, (facet,), self._estimates.most_matches(spec))
        return self._count(plan, (facet,), size=size).facets[facet.name]

    def values(self, spec: MatchSpec, facet: Facet) -> dict[str, int]:
        """Count every value of one facet under all filters but its own selection."""
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        return self._columns.values(query, [facet.name])[facet.name]

    def _plan(self, spec: MatchSpec) -> _Plan:
        filters = spec.filters
        facets = (
            facet
            for facet in filters.counted_facets
            if not facet.is_date and not filters.selected(facet.name)
        )
        query = self._queries.filtered(spec)
        return _Plan(spec, query, tuple(facets), self._estimates.most_matches(spec))

    def _count(
        self, plan: _Plan, facets: Sequence[Facet], *, months: bool = False, size: int = 0
    ) -> _Counted:
        """Count some facets of a plan in one pass, and more passes where that was not enough."""
        size = size or plan.spec.filters.facet_size
        sizes = {facet.name: self._listed_first(plan, facet, size) for facet in facets}
        lists, in_months = self._columns.first_values(plan.query, sizes, with_months=months)
        results = {
            facet.name: self._listed(
                _Wanted(facet, plan.query, plan.spec.filters.selected(facet.name), size),
                lists[facet.name],
                sizes[facet.name],
            )
            for facet in facets
        }
        return _Counted(results, in_months)

    def _results(self, plan: _Plan, *parts: _Counted) -> MatchCounts:
        spec = plan.spec
        facets = {name: result for part in parts for name, result in part.facets.items()}
        months = parts[-1].months
        counted = spec.filters.counted_facets
        for facet in counted:
            if facet.is_date:
                in_months = self._months(spec) if spec.filters.periods else months
                facets[facet.name] = self._dates(spec, in_months)
            elif facet.name not in facets:
                facets[facet.name] = self.facet(spec, facet, spec.filters.facet_size)
        return MatchCounts(sum(months.values()), tuple(facets[facet.name] for facet in counted))

    # Lists of values

    def _listed_first(self, plan: _Plan, facet: Facet, size: int) -> int:
        if not self._columns.has_many_values(facet.name):
            return ALL_VALUES
        listed = plan.listed_first(size)
        return max(listed, _LONG_LIST) if facet.name in self._long else listed

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
            if listed >= _LONG_LIST:
                every_value = self._columns.values(wanted.query, [facet.name])[facet.name]
                return value_list(facet, every_value, selected, wanted.size)
            self._long.add(facet.name)
            listed = _LONG_LIST
            lists, _ = self._columns.first_values(wanted.query, {facet.name: listed})
            columns = lists[facet.name]
        counts = added_up(columns) if columns else {}
        counts.pop(NO_VALUE, None)
        return value_list(facet, counts, selected, wanted.size)

    def _exact_counts(self, wanted: _Wanted, values: Sequence[str]) -> dict[str, int]:
        """Count some values."""
        return self._columns.counts_of(wanted.query, wanted.facet.name, values)

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
