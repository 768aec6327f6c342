"""Counts the matches of queries in a Tantivy index."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import tantivy

from search.engines.tantivy.counting.aggregation import match_count
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.queries import MAX_COMBINATIONS, TantivyQueries
from search.model.query import SearchQuery
from search.query.clauses import RELAX_BELOW_MATCHES, QueryClauses
from search.query.minimum_match import MatchSpec

__all__ = ["TantivyMatcher"]

_FEW_ARTICLES = 10_000
"""Articles with any clause up to which one search that counts clauses takes less than several that
intersect them."""
_PAIR = 2
_CACHE_SIZE = 64
_UNFILTERED = SearchQuery()


class TantivyMatcher:
    """A Matcher over one searcher."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, estimates: Estimates
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._estimates = estimates
        self.expected_full_matches = estimates.expected_full_matches
        self._most_clauses: Callable[[QueryClauses], tuple[int, ...]] = lru_cache(_CACHE_SIZE)(
            partial(_most_clauses, searcher, queries)
        )

    def count(self, spec: MatchSpec) -> int:
        """Count the matches of a search."""
        if not self._estimates.most_matches(spec):
            return 0
        full_matches = self._full_matches(spec)
        if full_matches is not None and not (full_matches and spec.is_filtered):
            return full_matches
        return match_count(self._searcher, self._queries.filtered(spec))

    def _full_matches(self, spec: MatchSpec) -> int | None:
        """Return how many articles of the whole index match every clause, if they were counted.

        They were if the search was found to have too few of them.
        """
        number = len(spec.clauses.should)
        if spec.minimum_should_match != number or number < _PAIR or not self._are_few(spec.clauses):
            return None
        counted = self._most_clauses(spec.clauses).count(number)
        return counted if counted < RELAX_BELOW_MATCHES else None

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count the matches of several searches."""
        return [self.count(spec) for spec in specs]

    def has_enough_full_matches(self, clauses: QueryClauses) -> bool:
        """Return whether at least RELAX_BELOW_MATCHES articles match every clause."""
        number = len(clauses.should)
        if self._are_few(clauses):
            return self._most_clauses(clauses).count(number) == RELAX_BELOW_MATCHES
        full = self._queries.matching(clauses, number)
        return match_count(self._searcher, full) >= RELAX_BELOW_MATCHES

    def best_matched_clauses(self, clauses: QueryClauses) -> int:
        """Return how many clauses each of the best articles matches; see Matcher."""
        number = len(clauses.should)
        if not self._are_few(clauses):
            # To intersect combinations takes less time than to count the clauses of each article.
            for minimum in range(number - 1, 1, -1):
                if math.comb(number, minimum) > MAX_COMBINATIONS:
                    break
                query = self._queries.matching(clauses, minimum)
                if match_count(self._searcher, query) >= RELAX_BELOW_MATCHES:
                    return minimum
        numbers = self._most_clauses(clauses)
        return numbers[-1] if len(numbers) == RELAX_BELOW_MATCHES else 0

    def _are_few(self, clauses: QueryClauses) -> bool:
        any_clause = MatchSpec(clauses, 1, _UNFILTERED)
        return self._estimates.most_matches(any_clause) <= _FEW_ARTICLES


def _most_clauses(
    searcher: tantivy.Searcher, queries: TantivyQueries, clauses: QueryClauses
) -> tuple[int, ...]:
    """Return how many clauses the articles with the most of them match, most first."""
    query = queries.matched_clause_count(clauses)
    hits = searcher.search(query, limit=RELAX_BELOW_MATCHES, count=False).hits
    return tuple(round(score) for score, _ in hits)
