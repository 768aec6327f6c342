"""Facet lists over the matches of a search."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate

from search.engines.primitives import MatchCounts
from search.engines.spare_thread import SPARE_THREAD
from search.engines.tantivy.counting.columns import CountedDates, FacetColumns
from search.engines.tantivy.counting.complement import Complements
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.counting.plan import Plan
from search.engines.tantivy.counting.value_lists import Counted, ValueLists
from search.engines.tantivy.queries import TantivyQueries
from search.model.facets import DATE, Facet
from search.model.periods import opened_months
from search.model.results import FacetResult
from search.model.timeline import MAX_PERIODS, DateCounts, Level
from search.query.minimum_match import MatchSpec
from search.results.facet_buckets import date_list

__all__ = ["TantivyFacets"]

_OWN_SHARE = 0.4
"""The share of the columns that is left for a search's own thread."""


class TantivyFacets:
    """Makes facet lists over the matches of a search."""

    def __init__(
        self,
        columns: FacetColumns,
        queries: TantivyQueries,
        estimates: Estimates,
        complements: Complements,
    ) -> None:
        self._columns = columns
        self._queries = queries
        self._estimates = estimates
        self._complements = complements
        self._lists = ValueLists(columns)

    def start(self, spec: MatchSpec) -> Callable[[], MatchCounts]:
        """Begin to count all matches and their facets; return the function that goes on.

        One pass counts the facets without a selection and the total, one more each facet with one.
        If there is much to count, another thread does the first pass, or half of it if evaluating
        the query twice is cheap.
        """
        filters = spec.filters
        facets = (
            facet
            for facet in filters.counted_facets
            if not facet.is_date and not filters.selected(facet.name)
        )
        plan = self._plan(spec, tuple(facets))
        own = self._own_share(plan)
        dates = self._counted_dates(plan)
        if plan.has_many_matches:
            others = SPARE_THREAD.start(lambda: self._lists.count(plan, plan.facets[own:], dates))
            if others is not None:
                return lambda: self._results(
                    plan, self._lists.count(plan, plan.facets[:own]), others()
                )
        return lambda: self._results(plan, self._lists.count(plan, plan.facets, dates))

    def _own_share(self, plan: Plan) -> int:
        """Return how many of the facets the search's own thread counts, after it found the hits.

        It is 0 if evaluating the query again would be expensive.
        """
        if plan.is_expensive or plan.rest is not None:
            return 0
        widths = list(accumulate(self._columns.width(facet.name) for facet in plan.facets))
        return sum(width <= _OWN_SHARE * widths[-1] for width in widths) if widths else 0

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet under all filters but its own selection."""
        if facet.is_date:
            return self._dates(spec, self._in_months(spec).months)
        plan = self._plan(spec, (facet,), facet.name)
        return self._lists.count(plan, (facet,), size=size).facets[facet.name]

    def values(self, spec: MatchSpec, facet: Facet) -> dict[str, int]:
        """Count every value of one facet under all filters but its own selection."""
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        return self._columns.values(query, [facet.name])[facet.name]

    def dates(self, spec: MatchSpec, level: Level, known: DateCounts | None) -> DateCounts:
        """Count matches by period, under all filters but the selected periods; see DateSource."""
        return self._by_period(spec, level, known, DATE.name)

    def period_counts(self, spec: MatchSpec, level: Level) -> DateCounts:
        """Count matches by period, under all filters; see PeriodSource."""
        return self._by_period(spec, level, None, "")

    def _by_period(
        self, spec: MatchSpec, level: Level, known: DateCounts | None, skipped_facet: str
    ) -> DateCounts:
        if known is None or not known.has(level):
            known = (
                self._by_days(spec, skipped_facet)
                if level == "day"
                else self._by_level(spec, level, skipped_facet)
            )
        if known.bounds is None:
            return replace(known, bounds=self._bounds(spec, known, skipped_facet))
        return known

    def _by_days(self, spec: MatchSpec, skipped_facet: str) -> DateCounts:
        days = self._columns.days(self._queries.filtered(spec, skipped_facet))
        return DateCounts("day", days, (min(days, default=0), max(days, default=0)))

    def _by_level(self, spec: MatchSpec, level: Level, skipped_facet: str) -> DateCounts:
        plan = self._plan(spec, skipped_facet=skipped_facet)
        dates = self._counted_dates(plan) if level == "year" else "months"
        return _date_counts(self._lists.count(plan, (), dates))

    def _bounds(self, spec: MatchSpec, dates: DateCounts, skipped_facet: str) -> tuple[int, int]:
        """Find the days of the first and last match in the first and last period with some."""
        if not dates.counts:
            return 0, 0
        ranges = [
            self._queries.days(period.first, period.last)
            for period in (dates.period(min(dates.counts)), dates.period(max(dates.counts)))
        ]
        query = self._queries.filtered(spec, skipped_facet)
        days = self._columns.days(self._queries.all_of([query, self._queries.any_of(ranges)]))
        return min(days), max(days)

    def _counted_dates(self, plan: Plan) -> CountedDates:
        """Return how to count the total: months, unless years are cheaper and fine enough."""
        return "months" if len(self._columns.all_months) <= MAX_PERIODS else plan.dates

    def _plan(
        self, spec: MatchSpec, facets: tuple[Facet, ...] = (), skipped_facet: str = ""
    ) -> Plan:
        plan = Plan(
            spec,
            self._queries.filtered(spec, skipped_facet),
            facets,
            self._estimates.most_matches(spec, skipped_facet),
        )
        if not plan.has_many_matches:
            return plan
        return replace(
            plan,
            share=self._estimates.expected_share(spec, skipped_facet),
            rest=self._complements.of(spec, skipped_facet),
        )

    def _results(self, plan: Plan, *parts: Counted) -> MatchCounts:
        spec = plan.spec
        facets = {name: result for part in parts for name, result in part.facets.items()}
        months = parts[-1].months
        counted = spec.filters.counted_facets
        dates = None
        for facet in counted:
            if facet.is_date:
                in_months = self._in_months(spec) if spec.filters.periods else parts[-1]
                facets[facet.name] = self._dates(spec, in_months.months)
                dates = _date_counts(in_months)
            elif facet.name not in facets:
                facets[facet.name] = self.facet(spec, facet, spec.filters.listed_values)
        results = tuple(facets[facet.name] for facet in counted)
        return MatchCounts(sum(months.values()), results, dates=dates)

    # Dates

    def _in_months(self, spec: MatchSpec) -> Counted:
        return self._lists.count(self._plan(spec, skipped_facet=DATE.name), (), "months")

    def _dates(self, spec: MatchSpec, months: Mapping[int, int]) -> FacetResult:
        periods = spec.filters.periods
        days: dict[int, int] = {}
        for month in opened_months(periods):
            query = self._queries.filtered(spec, skipped_facet=DATE.name)
            in_month = self._queries.days(month.first, month.last)
            days |= self._columns.days(self._queries.all_of([query, in_month]))
        return date_list(months, days, periods)


def _date_counts(counted: Counted) -> DateCounts:
    """Return counts by month, or by year, which are numbered `yyyy00`."""
    months = counted.months
    if not months:
        return DateCounts("day", {}, (0, 0))
    if all(number % 100 == 0 for number in months):
        by_year = {number // 100: count for number, count in months.items()}
        return DateCounts("year", by_year, counted.bounds)
    return DateCounts("month", months, counted.bounds)
