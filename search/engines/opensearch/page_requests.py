"""The search requests of a page, built without sending them."""

from typing import Any

from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.primitives import RankedWindow
from search.model.cursor import Cursor
from search.query.minimum_match import MatchSpec

__all__ = ["PageRequests"]


class PageRequests:
    """Builds requests for hits; `with_counts` adds total and facets to the same request."""

    def __init__(self, queries: OpenSearchQueries, facets: OpenSearchFacets) -> None:
        self._queries = queries
        self._facets = facets

    def ranked(self, spec: MatchSpec, window: RankedWindow, *, with_counts: bool) -> dict[str, Any]:
        """Build the request for hits by relevance."""
        query = self._queries.ranking(
            spec.clauses, spec.minimum_should_match, window.pinned, named=window.explain
        )
        request = self._facets.filtered_request(spec, query) | self._counted(
            spec, with_counts=with_counts
        )
        if window.after:
            return request | {"search_after": list(window.after), "size": window.limit}
        return request | {"from": window.offset, "size": window.limit}

    def by_date(
        self, spec: MatchSpec, cursor: Cursor, limit: int, *, newest: bool, with_counts: bool
    ) -> dict[str, Any]:
        """Build the request for hits by date.

        The total of a request past a sort key counts only the matches past it.
        """
        query = self._queries.matching(spec.clauses, spec.minimum_should_match)
        counted = self._counted(spec, with_counts=with_counts)
        if cursor.key is None:
            request = self._facets.filtered_request(spec, query)
            return request | counted | {"from": cursor.offset, "size": limit}
        past = self._queries.sorted_past(cursor.key, newest=newest)
        if with_counts:
            request = self._facets.filtered_request(spec, query)
            selections = [request["post_filter"]] if "post_filter" in request else []
            request["post_filter"] = self._queries.all_of_filters([past, *selections])
        else:
            # Part of the query, so that the index skips earlier articles: a walk is one pass.
            query = self._queries.all_of_filters([query, past])
            request = self._facets.filtered_request(spec, query)
        return request | counted | {"from": cursor.skip, "size": limit}

    def _counted(self, spec: MatchSpec, *, with_counts: bool) -> dict[str, Any]:
        if not with_counts:
            return {"track_total_hits": False}
        return {"track_total_hits": True, "aggs": self._facets.aggregations(spec)}
