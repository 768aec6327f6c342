"""Exact facet counts from OpenSearch's aggregations, all of a page's in one request.

Every shard returns all of its values (`shard_size`), so that the sums over shards are exact; the
response confirms that, and it is checked. For a facet with many values only the largest buckets
are returned, with the number of all values. A cluster breaks ties by code points, names are sorted
by `search/results/collation.py`: if the last buckets returned are tied, a second request returns
all values with their count or a higher one. If a facet has more values than a response may hold,
several requests count them, each over a partition of the values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient, QueryDsl
from search.engines.primitives import MatchCounts
from search.errors import IndexDamaged
from search.model.facets import DATE, Facet
from search.model.periods import opened_months
from search.model.results import FacetResult
from search.query.minimum_match import MatchSpec
from search.results.facet_buckets import date_list, value_list

__all__ = ["OpenSearchFacets", "filter_path"]

_MAX_RETURNED_WHOLE = 1_000
"""Values of a facet up to which a response holds all of them."""
_MIN_RETURNED = 100
"""Buckets of a facet with many values, at least. A short tail then needs no second request."""
_MAX_BUCKETS = 50_000
"""Values in one response; a cluster refuses 65,536 (search.max_buckets)."""
_PAGE_SIZE = 10_000
_UNSELECTED, _FULL_MATCHES = "open", "strict"
_GROUP = "_part"
_ALL, _DISTINCT, _SELECTED, _DAYS = "_all", "_number", "_chosen", "_days"

Aggregations = dict[str, Any]


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
        distinct: Mapping[str, int],
    ) -> None:
        self._client = client
        self._index = index
        self._queries = queries
        self._distinct = distinct
        self._filter_path = filter_path(distinct)

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
        selections = self._queries.selections(filters)
        all_selections = list(selections.values())
        unselected = _Group(
            self._queries.all_of_filters(all_selections) if all_selections else None
        )
        groups = {_UNSELECTED: unselected}
        for facet in filters.counted_facets:
            name = facet.name
            group = unselected
            if name in selections:
                others = [query for other, query in selections.items() if other != name]
                group = groups[name] = _Group(self._queries.all_of_filters(others))
            if facet.is_date:
                group.aggregations.update(self._dates(spec))
            else:
                group.aggregations.update(
                    self._values(name, filters.facet_size, filters.selected(name))
                )
        if spec.is_relaxed:
            full = self._queries.full_matching(spec.clauses)
            unselected.aggregations[_FULL_MATCHES] = {"filter": full}
        aggregations: Aggregations = {}
        for name, group in groups.items():
            if group.filter is None:
                aggregations |= group.aggregations
            elif group.aggregations:
                aggregations[name + _GROUP] = {"filter": group.filter, "aggs": group.aggregations}
        return aggregations

    def counts(self, spec: MatchSpec, response: Mapping[str, Any], total: int) -> MatchCounts:
        """Read what `aggregations` counted from a search response."""
        results: dict[str, Any] = {}
        for name, result in response.get("aggregations", {}).items():
            results |= result if name.endswith(_GROUP) else {name: result}
        facets = tuple(
            self._facet(facet, spec, results, spec.filters.facet_size)
            for facet in spec.filters.counted_facets
        )
        full_matches = int(results[_FULL_MATCHES]["doc_count"]) if spec.is_relaxed else 0
        return MatchCounts(total, facets, full_matches)

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        if facet.is_date:
            aggregations = self._dates(spec)
        else:
            aggregations = self._values(facet.name, size, spec.filters.selected(facet.name))
        query = self._queries.filtered(spec, skipped_facet=facet.name)
        return self._facet(facet, spec, self._aggregate(query, aggregations), size)

    def all_values(self, facets: Sequence[str]) -> dict[str, dict[str, int]]:
        """Count every value of facets in the whole index, page by page."""
        return {name: dict(self._pages(name)) for name in facets}

    def months(self) -> dict[int, int]:
        """Count all articles by month (`yyyymm`)."""
        histogram = {DATE.name: _histogram("month", "yyyyMM")}
        return _periods(self._aggregate(EVERYTHING, histogram)[DATE.name])

    def without_value(self, facets: Sequence[str]) -> dict[str, int]:
        """Count the articles that have no value of each facet."""
        missing = {name: {"missing": {"field": name}} for name in facets}
        results = self._aggregate(EVERYTHING, missing)
        return {name: results[name]["doc_count"] for name in facets}

    def _aggregate(self, query: QueryDsl, aggregations: Aggregations) -> dict[str, Any]:
        body = {"size": 0, "track_total_hits": False, "query": query, "aggs": aggregations}
        parameters = {"filter_path": self._filter_path} if self._filter_path else {}
        results: dict[str, Any] = self._client.search(self._index, body, **parameters)[
            "aggregations"
        ]
        return results

    def _is_large(self, facet: str) -> bool:
        return self._distinct.get(facet, 0) > _MAX_RETURNED_WHOLE

    def _values(self, facet: str, size: int, selected: Sequence[str]) -> Aggregations:
        if not self._is_large(facet):
            return {facet: _terms(facet, _MAX_RETURNED_WHOLE, _MAX_RETURNED_WHOLE)}
        distinct = self._distinct[facet]
        aggregations = {facet: _terms(facet, max(size, _MIN_RETURNED) + 1, distinct)}
        if selected:
            aggregations[facet + _SELECTED] = _terms(
                facet, len(selected), distinct, include=list(selected)
            )
        if distinct <= _MAX_BUCKETS:
            aggregations[facet + _ALL] = _terms(facet, distinct, distinct)
            path = f"{facet}{_ALL}>_count"
            aggregations[facet + _DISTINCT] = {"stats_bucket": {"buckets_path": path}}
        return aggregations

    def _facet(
        self, facet: Facet, spec: MatchSpec, results: Mapping[str, Any], size: int
    ) -> FacetResult:
        name = facet.name
        filters = spec.filters
        if facet.is_date:
            days: dict[int, int] = {}
            for number, _ in self._day_ranges(spec):
                days |= _periods(results[f"{name}{_DAYS}_{number}"][name])
            return date_list(_periods(results[name]), days, filters.periods)
        counts = _buckets(results[name])
        distinct = len(counts)
        if self._is_large(name):
            counts |= self._ties(facet, spec, counts, size)
            if name + _SELECTED in results:
                counts |= _buckets(results[name + _SELECTED])
            distinct = self._distinct_values(facet, spec, results)
        return value_list(facet, counts, filters.selected(name), size, distinct)

    def _distinct_values(self, facet: Facet, spec: MatchSpec, results: Mapping[str, Any]) -> int:
        """Return how many values of a large facet the matches have."""
        name = facet.name
        if name + _DISTINCT in results:
            return int(results[name + _DISTINCT]["count"])
        return len(self._values_from(facet, spec, minimum=1))

    def _ties(
        self, facet: Facet, spec: MatchSpec, returned: Mapping[str, int], size: int
    ) -> dict[str, int]:
        """Return the values that may be among the first `size` but were not returned."""
        by_count = sorted(returned.values(), reverse=True)
        if len(by_count) <= max(size, _MIN_RETURNED) or by_count[size - 1] > by_count[-1]:
            return {}
        return self._values_from(facet, spec, minimum=by_count[size - 1])

    def _values_from(self, facet: Facet, spec: MatchSpec, minimum: int) -> dict[str, int]:
        """Count the values of a large facet that at least `minimum` matches have."""
        name, all_values = facet.name, self._distinct[facet.name]
        query = self._queries.filtered(spec, skipped_facet=name)
        partitions = -(-all_values // _MAX_BUCKETS)
        counts: dict[str, int] = {}
        for partition in range(partitions):
            options: dict[str, Any] = {"min_doc_count": minimum}
            if partitions > 1:
                options["include"] = {"partition": partition, "num_partitions": partitions}
            aggregations = {name: _terms(name, all_values, all_values, **options)}
            counts |= _buckets(self._aggregate(query, aggregations)[name])
        return counts

    def _dates(self, spec: MatchSpec) -> Aggregations:
        aggregations: Aggregations = {DATE.name: _histogram("month", "yyyyMM")}
        for number, in_period in self._day_ranges(spec):
            days = {DATE.name: _histogram("day", "yyyyMMdd")}
            aggregations[f"{DATE.name}{_DAYS}_{number}"] = {"filter": in_period, "aggs": days}
        return aggregations

    def _day_ranges(self, spec: MatchSpec) -> Iterator[tuple[int, QueryDsl]]:
        for number, month in enumerate(opened_months(spec.filters.periods)):
            yield number, self._queries.days(month.first, month.last)

    def _pages(self, facet: str) -> Iterator[tuple[str, int]]:
        after: dict[str, Any] = {}
        while True:
            sources = [{facet: {"terms": {"field": facet}}}]
            composite = {"composite": {"size": _PAGE_SIZE, "sources": sources} | after}
            page = self._aggregate(EVERYTHING, {facet: composite})[facet]
            yield from ((bucket["key"][facet], bucket["doc_count"]) for bucket in page["buckets"])
            if "after_key" not in page:
                return
            after = {"after": page["after_key"]}


def filter_path(distinct: Mapping[str, int]) -> str:
    """Return the `filter_path` that leaves out values which are only counted."""
    large = [name for name, number in distinct.items() if number > _MAX_RETURNED_WHOLE]
    return ",".join(f"-aggregations.{level}{name}{_ALL}" for name in large for level in ("", "*."))


def _terms(facet: str, size: int, shard_size: int, **options: object) -> dict[str, Any]:
    return {"terms": {"field": facet, "size": size, "shard_size": max(size, shard_size), **options}}


def _histogram(interval: str, key_format: str) -> dict[str, Any]:
    return {
        "date_histogram": {
            "field": "day",
            "calendar_interval": interval,
            "format": key_format,
            "min_doc_count": 1,
        }
    }


def _buckets(result: Mapping[str, Any]) -> dict[str, int]:
    if result["doc_count_error_upper_bound"]:
        raise IndexDamaged(
            "the counts of the cluster are not exact; run dateline check, then dateline rebuild"
        )
    return {bucket["key"]: bucket["doc_count"] for bucket in result["buckets"]}


def _periods(result: Mapping[str, Any]) -> dict[int, int]:
    return {int(bucket["key_as_string"]): bucket["doc_count"] for bucket in result["buckets"]}
