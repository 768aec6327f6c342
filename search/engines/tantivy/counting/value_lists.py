"""Exact lists of the first values of facets, in as few passes over the matches as possible."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from search.engines.tantivy.counting.aggregation import ALL_VALUES, ColumnCounts, Listed
from search.engines.tantivy.counting.columns import CountedDates, FacetColumns, FacetLists
from search.engines.tantivy.counting.first_values import added_up, candidates, least_distinct
from search.engines.tantivy.counting.plan import LONG_LIST, Plan
from search.engines.tantivy.storage.schema import NO_VALUE
from search.model.facets import Facet
from search.model.results import MAX_COUNTED_VALUES, FacetResult
from search.results.facet_buckets import value_list

__all__ = ["Counted", "ValueLists"]


class Counted(NamedTuple):
    """Facet lists by the facet's name, and matches by month or year, if they were counted.

    `bounds` are the days of the first and the last match, if they were found.
    """

    facets: dict[str, FacetResult]
    months: dict[int, int]
    bounds: tuple[int, int] | None = None


class _Wanted(NamedTuple):
    """The first `size` values of a facet over the matches of a plan, and the selected ones."""

    plan: Plan
    facet: Facet
    selected: tuple[str, ...]
    size: int


class ValueLists:
    """Lists the values of facets over the matches of searches."""

    def __init__(self, columns: FacetColumns) -> None:
        self._columns = columns
        self._long: set[str] = set()
        """Facets whose short list was not enough for a search before."""

    def count(
        self, plan: Plan, facets: Sequence[Facet], dates: CountedDates = "", size: int = 0
    ) -> Counted:
        """Count some facets of a plan in one pass, and more passes where that was not enough."""
        filters = plan.spec.filters
        wanted = [
            _Wanted(plan, facet, filters.selected(facet.name), size or filters.listed_values)
            for facet in facets
        ]
        listed = {each.facet.name: self._listed_first(each) for each in wanted}
        lists = self._first_values(plan, listed, dates)
        results = {
            each.facet.name: self._result(each, lists, listed[each.facet.name]) for each in wanted
        }
        return Counted(results, lists.months, lists.bounds)

    def _listed_first(self, wanted: _Wanted) -> Listed:
        plan, facet = wanted.plan, wanted.facet.name
        if not self._columns.has_many_values(facet):
            return ALL_VALUES
        if plan.knows_share and (leaders := self._columns.leaders(facet)):
            names = leaders.few_enough(wanted.size, plan.share)
            if names and plan.rest is None and self._columns.has_exact_lists(facet):
                return len(names)
            is_short = plan.rest is not None or len(names) <= self._columns.most_named(plan.share)
            if names and is_short and set(wanted.selected) <= set(names):
                return names
        listed = plan.listed_first(wanted.size)
        return max(listed, LONG_LIST) if facet in self._long else listed

    def _first_values(
        self, plan: Plan, listed: Mapping[str, Listed], dates: CountedDates
    ) -> FacetLists:
        """List values over the matches; by subtraction if the other articles are to be counted."""
        if plan.rest is None:
            return self._columns.first_values(plan.query, listed, dates)
        cut = {
            name: values
            for name, values in listed.items()
            if isinstance(values, int) and self._columns.has_many_values(name)
        }
        others = {name: values for name, values in listed.items() if name not in cut}
        lists = self._columns.first_values_without(plan.rest, others, dates)
        if cut:
            lists.columns.update(self._columns.first_values(plan.query, cut).columns)
        return lists

    def _result(self, wanted: _Wanted, lists: FacetLists, listed: Listed) -> FacetResult:
        facet, selected, size = wanted.facet, wanted.selected, wanted.size
        columns = lists.columns[facet.name]
        if isinstance(listed, int):
            return self._from_lists(wanted, columns, listed)
        leaders = self._columns.leaders(facet.name)
        counts = added_up(columns)
        counts.pop(NO_VALUE, None)
        distinct = leaders and leaders.distinct(
            counts, len(listed), size, lists.outside[facet.name]
        )
        if distinct and distinct > MAX_COUNTED_VALUES:
            return value_list(facet, counts, selected, size, distinct)
        return self._from_longer_lists(wanted)

    def _from_longer_lists(self, wanted: _Wanted) -> FacetResult:
        name = wanted.facet.name
        listed = max(LONG_LIST, wanted.plan.listed_first(wanted.size))
        lists = self._columns.first_values(wanted.plan.query, {name: listed})
        return self._from_lists(wanted, lists.columns[name], listed)

    def _from_lists(
        self, wanted: _Wanted, columns: Sequence[ColumnCounts], listed: int
    ) -> FacetResult:
        """Return the first values of a facet, from longer lists until these prove them."""
        facet, selected, size = wanted.facet, wanted.selected, wanted.size
        if all(column.is_complete for column in columns):
            counts = added_up(columns)
            counts.pop(NO_VALUE, None)
            return value_list(facet, counts, selected, size)
        first = candidates(columns, size, NO_VALUE)
        distinct = self._distinct(facet.name, columns)
        query = wanted.plan.query
        if first and distinct > MAX_COUNTED_VALUES:
            counts = first.counts
            if not first.are_exact or not set(selected) <= counts.keys():
                counts = self._columns.counts_of(query, facet.name, [*counts, *selected])
            return value_list(facet, counts, selected, size, distinct)
        if listed < LONG_LIST:
            self._long.add(facet.name)
            return self._from_longer_lists(wanted)
        every_value = self._columns.values(query, [facet.name])[facet.name]
        return value_list(facet, every_value, selected, size)

    def _distinct(self, facet: str, columns: Sequence[ColumnCounts]) -> int:
        """Return a lower bound of the distinct values."""
        distinct = least_distinct(columns, NO_VALUE)
        if distinct <= MAX_COUNTED_VALUES and self._columns.has_exact_lists(facet):
            leaders = self._columns.leaders(facet)
            if leaders:
                [column] = columns
                counts = dict(column.counts)
                # Articles without a value may be among those that the list leaves out.
                others = column.others - (0 if counts.pop(NO_VALUE, 0) else column.lowest)
                return max(distinct, leaders.distinct_of_list(counts, others))
        return distinct
