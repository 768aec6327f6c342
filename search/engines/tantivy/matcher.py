"""Counts the matches of queries in a Tantivy index."""

import math
from collections.abc import Sequence

import tantivy

from search.engines.tantivy.counting.aggregation import match_count
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.queries import MAX_COMBINATIONS, TantivyQueries
from search.query.clauses import RELAX_BELOW_MATCHES, QueryClauses
from search.query.minimum_match import MatchSpec

__all__ = ["TantivyMatcher"]


class TantivyMatcher:
    """A Matcher over one searcher."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, estimates: Estimates
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self.expected_full_matches = estimates.expected_full_matches

    def count(self, spec: MatchSpec) -> int:
        """Count the matches of a search."""
        return match_count(self._searcher, self._queries.filtered(spec))

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count the matches of several searches."""
        return [self.count(spec) for spec in specs]

    def has_enough_full_matches(self, clauses: QueryClauses) -> bool:
        """Return whether at least RELAX_BELOW_MATCHES articles match every clause."""
        full = self._queries.matching(clauses, len(clauses.should))
        return match_count(self._searcher, full) >= RELAX_BELOW_MATCHES

    def best_matched_clauses(self, clauses: QueryClauses) -> int:
        """Return how many clauses each of the best articles matches; see Matcher."""
        # To intersect combinations takes less time than to count the clauses of each article.
        number = len(clauses.should)
        for minimum in range(number - 1, 1, -1):
            if math.comb(number, minimum) > MAX_COMBINATIONS:
                break
            query = self._queries.matching(clauses, minimum)
            if match_count(self._searcher, query) >= RELAX_BELOW_MATCHES:
                return minimum
        query = self._queries.matched_clause_count(clauses)
        hits = self._searcher.search(query, limit=RELAX_BELOW_MATCHES, count=False).hits
        return round(hits[-1][0]) if len(hits) == RELAX_BELOW_MATCHES else 0
