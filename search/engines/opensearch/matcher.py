"""Counts the matches of queries in an OpenSearch index."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import OpenSearchClient
from search.query.clauses import RELAX_BELOW_MATCHES, QueryClauses
from search.query.minimum_match import MatchSpec

__all__ = ["OpenSearchMatcher"]


class OpenSearchMatcher:
    """A Matcher over one index; each method is one request."""

    def __init__(self, client: OpenSearchClient, index: str, queries: OpenSearchQueries) -> None:
        self._client = client
        self._index = index
        self._queries = queries

    def count(self, spec: MatchSpec) -> int:
        """Count the matches of a search."""
        return self._total({"query": self._queries.filtered(spec), "track_total_hits": True})

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count the matches of several searches, with one request."""
        return self._client.totals(self._index, [self._queries.filtered(spec) for spec in specs])

    def expected_full_matches(self, clauses: QueryClauses) -> float:
        """Return infinity: an estimate would take a request."""
        del clauses
        return math.inf

    def has_enough_full_matches(self, clauses: QueryClauses) -> bool:
        """Return whether at least RELAX_BELOW_MATCHES articles match every clause."""
        query = self._queries.matching(clauses, len(clauses.should))
        body = {"query": query, "track_total_hits": RELAX_BELOW_MATCHES}
        return self._total(body) >= RELAX_BELOW_MATCHES

    def best_matched_clauses(self, clauses: QueryClauses) -> int:
        """Return how many clauses each of the best articles matches; see Matcher."""
        body = {
            "query": self._queries.matched_clause_count(clauses),
            "size": RELAX_BELOW_MATCHES,
            "stored_fields": "_none_",
            "track_total_hits": False,
        }
        hits = self._client.search(self._index, body)["hits"]["hits"]
        return round(hits[-1]["_score"]) if len(hits) == RELAX_BELOW_MATCHES else 0

    def _total(self, body: Mapping[str, Any]) -> int:
        response = self._client.search(self._index, {"size": 0} | dict(body))
        return int(response["hits"]["total"]["value"])
