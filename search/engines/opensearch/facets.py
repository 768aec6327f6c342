"""Exact facet counts from OpenSearch's aggregations.

One request counts everything on a page. Of a facet with many values a shard returns only its
largest counts, so the sums of some values lack a shard; the error that a cluster reports for this
is too small where it searches segments concurrently, and is not used. What is certain is that
sums are never too large, and that a response with fewer values than requested has all of them. If
a response may lack some, the first values are found in two further requests, by the three-phase
uniform threshold algorithm (Cao and Wang, 2004): a value among the first has at least the count
that the last of them has so far, and on some of n shards at least an n-th of it. All values with
such a count on some shard are returned, and then counted exactly.

A cluster breaks ties by code points. Names are sorted by `search/results/collation.py`, so every
value with the count of the last one is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from typing import Any

from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient, QueryDsl
from search.engines.primitives import MatchCounts
from search.model.facets import DATE, Facet
from search.model.periods import opened_months
from search.model.results import MAX_COUNTED_VALUES, FacetResult
from search.model.timeline import DateCounts, Level
from search.query.minimum_match import MatchSpec
from search.results.facet_buckets import date_list, value_list

__all__ = ["OpenSearchFacets"]

_RETURNED = MAX_COUNTED_VALUES + 1
"""Values of a facet in a first response: one more than those whose number is exact."""
_MAX_BUCKETS = 50_000
"""Values in one response; a cluster refuses 65,536 (search.max_buckets)."""
_UNSELECTED, _FULL_MATCHES = "open", "strict"
_GROUP = "_part"
_SELECTED, _DAYS, _BOUNDS = "_chosen", "_days", "_bounds"

Aggregations = dict[str, Any]

_DAY_BOUNDS: Aggregations = {"stats": {"field": "day", "format": "yyyyMMdd"}}


@dataclass(frozen=True, slots=True)
class _Group:
    """Aggregations that share a filter."""

    filter: QueryDsl | None
    aggregations: Aggregations = field(default_factory=dict)


class OpenSearchFacets:
    """Builds facet aggregations and reads their results.

    `distinct` is the number of values that each facet has in the whole index.
    """

    def __init__(
        self,
        client: OpenSearchClient,
        index: str,
        queries: OpenSearchQueries,
        shards: int = 1,
        distinct: Mapping[str, int] | None = None,
    ) -> None:
        self._client = client
        self._index = index
        self._queries = queries
        self._shards = shards
        self._distinct = distinct or {}

    def filtered_request(self, spec: MatchSpec, query: QueryDsl) -> dict[str, Any]:
        """Return a search request with a query under the filters of a search.

        Selections go into the `post_filter`, which aggregations ignore.
        """
        selections = list(self._queries.selections(spec.filters).values())
        if exclusions := self._queries.exclusions(spec.filters):
            query = {"bool": {"must": [query], "filter": exclusions}}
        if not selections:
            return {"query": query}
        return {"query": query, "post_filter": self._queries.all_of_filters(selections)}

    def aggregations(self, spec: MatchSpec) -> Aggregations:
        """Return the aggregations of a page: each facet under all selections but its own."""
        filters = spec.filters
        parts = {
            facet.name: self._dates(spec)
            if facet.is_date
            else self._first_values(facet.name, filters.selected(facet.name))
            for facet in filters.counted_facets
        }
        full: Aggregations = {}
        if spec.is_relaxed:
            full[_FULL_MATCHES] = {"filter": self._queries.full_matching(spec.clauses)}
        return self._grouped(spec, parts, full)

    def counts(self, spec: MatchSpec, response: Mapping[str, Any], total: int) -> MatchCounts:
        """Read what `aggregations` counted from a search response."""
        results = _ungrouped(response)
        facets = self._facets(spec, results)
        full_matches = int(results[_FULL_MATCHES]["doc_count"]) if spec.is_relaxed else 0
        dates = _date_counts("month", results) if DATE.name in results else None
        return MatchCounts(total, facets, full_matches, dates)

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        one_facet = replace(spec.filters, facets=(facet.name,), facet_size=size)
        spec = replace(spec, filters=one_facet)
        return self._facets(spec, self._aggregate(spec, self.aggregations(spec)))[0]

    def dates(self, spec: MatchSpec, level: Level) -> DateCounts:
        """Count matches by period, under all filters but the selected periods; one request."""
        grouped = self._grouped(spec, {DATE.name: _by_period(level)})
        return _date_counts(_counted_level(level), self._aggregate(spec, grouped))

    def period_counts(self, specs: Sequence[MatchSpec], level: Level) -> list[DateCounts]:
        """Count the matches of several searches by period, under all filters; one request."""
        bodies = [
            {
                "size": 0,
                "track_total_hits": False,
                "query": self._queries.filtered(spec),
                "aggs": _by_period(level),
            }
            for spec in specs
        ]
        return [
            _date_counts(_counted_level(level), response["aggregations"])
            for response in self._client.search_all(self._index, bodies)
        ]

    def values(self, spec: MatchSpec, facet: Facet) -> dict[str, int]:
        """Count every value of one facet under all filters but its own selection."""
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        return dict(self._pages(query, facet.name))

    def all_values(self, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        """Count every value of facets in the whole index, page by page."""
        return {name: dict(self._pages(EVERYTHING, name)) for name in facets}

    def months(self) -> dict[int, int]:
        """Count all articles by month (`yyyymm`)."""
        histogram = {DATE.name: _histogram("month", "yyyyMM")}
        return _periods(self._request(EVERYTHING, histogram)[DATE.name])

    def without_value(self, facets: Sequence[str]) -> dict[str, int]:
        """Count the articles that have no value of each facet."""
        missing = {name: {"missing": {"field": name}} for name in facets}
        results = self._request(EVERYTHING, missing)
        return {name: results[name]["doc_count"] for name in facets}

    def _aggregate(self, spec: MatchSpec, aggregations: Aggregations) -> dict[str, Any]:
        """Return the results of aggregations made by `_grouped`, by name."""
        query = self._queries.matching(spec.clauses, spec.minimum_should_match)
        if exclusions := self._queries.exclusions(spec.filters):
            query = self._queries.all_of_filters([query, *exclusions])
        return _ungrouped({"aggregations": self._request(query, aggregations)})

    def _request(self, query: QueryDsl, aggregations: Aggregations) -> dict[str, Any]:
        body = {"size": 0, "track_total_hits": False, "query": query, "aggs": aggregations}
        results: dict[str, Any] = self._client.search(self._index, body)["aggregations"]
        return results

    def _grouped(
        self,
        spec: MatchSpec,
        parts: Mapping[str, Aggregations],
        unfiltered: Aggregations | None = None,
    ) -> Aggregations:
        """Put the aggregations of each facet under all selections but its own.

        `unfiltered` go under all selections.
        """
        selections = self._queries.selections(spec.filters)
        all_selections = list(selections.values())
        unselected = _Group(
            self._queries.all_of_filters(all_selections) if all_selections else None,
            dict(unfiltered or {}),
        )
        groups = {_UNSELECTED: unselected}
        for name, aggregations in parts.items():
            group = unselected
            if name in selections:
                others = [query for other, query in selections.items() if other != name]
                group = groups[name] = _Group(self._queries.all_of_filters(others))
            group.aggregations.update(aggregations)
        grouped: Aggregations = {}
        for name, group in groups.items():
            if group.filter is None:
                grouped |= group.aggregations
            elif group.aggregations:
                grouped[name + _GROUP] = {"filter": group.filter, "aggs": group.aggregations}
        return grouped

    def _facets(self, spec: MatchSpec, results: Mapping[str, Any]) -> tuple[FacetResult, ...]:
        """Read the facets of a response, and count those exactly of which it may lack values."""
        filters = spec.filters
        counts = {
            facet.name: _buckets(results[facet.name])
            for facet in filters.counted_facets
            if not facet.is_date
        }
        distinct = {name: len(found) for name, found in counts.items()}
        large = {name: counts[name] for name, number in distinct.items() if number >= _RETURNED}
        if large:
            counts |= self._first_exactly(spec, large)
        for name in counts:
            if name + _SELECTED in results:
                counts[name] |= _buckets(results[name + _SELECTED])
        return tuple(
            self._date_list(spec, results)
            if facet.is_date
            else value_list(
                facet,
                counts[facet.name],
                filters.selected(facet.name),
                filters.listed_values,
                distinct[facet.name],
            )
            for facet in filters.counted_facets
        )

    def _first_values(self, facet: str, selected: Sequence[str]) -> Aggregations:
        """Return aggregations that count the first values of a facet, and the selected ones."""
        aggregations = {facet: _terms(facet, _RETURNED, _RETURNED)}
        if selected and self._distinct.get(facet, 0) >= _RETURNED:
            aggregations[facet + _SELECTED] = _these(facet, selected)
        return aggregations

    def _first_exactly(
        self, spec: MatchSpec, returned: Mapping[str, Mapping[str, int]]
    ) -> dict[str, dict[str, int]]:
        """Count the values of facets that may be among the first ones.

        `returned` are counts of the largest facets, some of which may be too small.
        """
        size = spec.filters.listed_values
        minimums = {name: nlargest(size, found.values())[-1] for name, found in returned.items()}
        on_a_shard = {name: -(-minimum // self._shards) for name, minimum in minimums.items()}
        limit = _MAX_BUCKETS // len(returned)
        counts = self._counted(
            spec,
            {name: self._from(name, minimum, limit) for name, minimum in on_a_shard.items()},
        )
        inexact: dict[str, dict[str, Any]] = {}
        for name, found in counts.items():
            if len(found) >= limit:
                query = self._queries.filtered(spec, skipped_facet=name)
                counts[name] = dict(self._pages(query, name))
            elif on_a_shard[name] > 1:
                missing = (self._shards - 1) * (on_a_shard[name] - 1)
                inexact[name] = _these(
                    name,
                    [value for value, count in found.items() if count + missing >= minimums[name]],
                )
        return counts | self._counted(spec, inexact) if inexact else counts

    def _from(self, facet: str, minimum: int, limit: int) -> dict[str, Any]:
        """Return an aggregation of the values that at least `minimum` articles of a shard have.

        A response with `limit` values may lack some.
        """
        # A count of 1 leaves out no value, so a shard with more than the limit may leave out any.
        shard_size = limit if minimum == 1 else max(limit, self._distinct[facet])
        return _terms(facet, limit, shard_size, min_doc_count=minimum, shard_min_doc_count=minimum)

    def _counted(
        self, spec: MatchSpec, aggregations: Mapping[str, dict[str, Any]]
    ) -> dict[str, dict[str, int]]:
        """Return the counts of values, by one aggregation for each facet."""
        grouped = self._grouped(spec, {name: {name: each} for name, each in aggregations.items()})
        results = self._aggregate(spec, grouped)
        return {name: _buckets(results[name]) for name in aggregations}

    def _date_list(self, spec: MatchSpec, results: Mapping[str, Any]) -> FacetResult:
        days: dict[int, int] = {}
        for number, _ in self._day_ranges(spec):
            days |= _periods(results[f"{DATE.name}{_DAYS}_{number}"][DATE.name])
        return date_list(_periods(results[DATE.name]), days, spec.filters.periods)

    def _dates(self, spec: MatchSpec) -> Aggregations:
        aggregations: Aggregations = {
            DATE.name: _histogram("month", "yyyyMM"),
            DATE.name + _BOUNDS: _DAY_BOUNDS,
        }
        for number, in_period in self._day_ranges(spec):
            days = {DATE.name: _histogram("day", "yyyyMMdd")}
            aggregations[f"{DATE.name}{_DAYS}_{number}"] = {"filter": in_period, "aggs": days}
        return aggregations

    def _day_ranges(self, spec: MatchSpec) -> Iterator[tuple[int, QueryDsl]]:
        for number, month in enumerate(opened_months(spec.filters.periods)):
            yield number, self._queries.days(month.first, month.last)

    def _pages(self, query: QueryDsl, facet: str) -> Iterator[tuple[str, int]]:
        after: dict[str, Any] = {}
        while True:
            sources = [{facet: {"terms": {"field": facet}}}]
            composite = {"composite": {"size": _MAX_BUCKETS, "sources": sources} | after}
            page = self._request(query, {facet: composite})[facet]
            yield from ((bucket["key"][facet], bucket["doc_count"]) for bucket in page["buckets"])
            if len(page["buckets"]) < _MAX_BUCKETS:
                return
            after = {"after": page["after_key"]}


def _these(facet: str, values: Sequence[str]) -> dict[str, Any]:
    """Return an aggregation that counts only these values, exactly."""
    return _terms(facet, len(values), len(values), include=list(values))


def _terms(facet: str, size: int, shard_size: int, **options: object) -> dict[str, Any]:
    return {"terms": {"field": facet, "size": size, "shard_size": shard_size, **options}}


def _by_period(level: Level) -> Aggregations:
    """Return aggregations that count matches by month or day and find the first and last day."""
    histogram = _histogram("day", "yyyyMMdd") if level == "day" else _histogram("month", "yyyyMM")
    return {DATE.name: histogram, DATE.name + _BOUNDS: _DAY_BOUNDS}


def _counted_level(level: Level) -> Level:
    """Return the level of `_by_period`."""
    return "day" if level == "day" else "month"


def _histogram(interval: str, key_format: str) -> dict[str, Any]:
    return {
        "date_histogram": {
            "field": "day",
            "calendar_interval": interval,
            "format": key_format,
            "min_doc_count": 1,
        }
    }


def _ungrouped(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results of aggregations made by `_grouped`, by name."""
    results: dict[str, Any] = {}
    for name, result in response.get("aggregations", {}).items():
        results |= result if name.endswith(_GROUP) else {name: result}
    return results


def _buckets(result: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in result["buckets"]}


def _periods(result: Mapping[str, Any]) -> dict[int, int]:
    return {int(bucket["key_as_string"]): bucket["doc_count"] for bucket in result["buckets"]}


def _date_counts(level: Level, results: Mapping[str, Any]) -> DateCounts:
    bounds = results[DATE.name + _BOUNDS]
    days = (bounds["min_as_string"], bounds["max_as_string"]) if bounds["count"] else (0, 0)
    return DateCounts(level, _periods(results[DATE.name]), (int(days[0]), int(days[1])))
