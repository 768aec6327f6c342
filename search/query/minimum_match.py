"""Minimum-should-match: how many clauses of a query an article must match, on any engine.

The minimum depends on the text and on the whole index, never on filters, so that a filter only
narrows a search. It is cached for as long as the generation is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Protocol

from search.model.query import Match, SearchQuery
from search.query.clauses import MAX_STRICT_CLAUSES, QueryClauses, split_clauses
from search.query.loosening import loosened, loosened_minimum
from search.query.syntax import Node

__all__ = ["MatchSpec", "Matcher", "MinimumMatch"]

_CACHE_SIZE = 1024
"""Decisions, about 1 kB each with the clauses of a query."""


@dataclass(frozen=True, slots=True)
class MatchSpec:
    """Which articles match: at least `minimum_should_match` of the clauses, under the filters.

    `filters` is a query that holds filters, how they combine, and facet size only, so that
    searches which differ in page or order share their counts.
    """

    clauses: QueryClauses
    minimum_should_match: int
    filters: SearchQuery

    @property
    def all_clauses(self) -> "MatchSpec":
        """The same search with every clause required."""
        full = self.clauses.full
        return replace(self, clauses=full, minimum_should_match=len(full.should))

    @property
    def is_relaxed(self) -> bool:
        """True if an article may lack a clause."""
        return self.clauses.are_relaxed(self.minimum_should_match)


class Matcher(Protocol):
    """Counts matches in one index; each engine has its own."""

    def count(self, spec: MatchSpec) -> int:
        """Count the matches of a search."""

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count the matches of several searches, with one request where that saves some."""

    def has_enough_full_matches(self, clauses: QueryClauses) -> bool:
        """Return whether at least RELAX_BELOW_MATCHES articles match every clause."""

    def best_matched_clauses(self, clauses: QueryClauses) -> int:
        """Return how many clauses each of the best RELAX_BELOW_MATCHES articles matches.

        Returns 0 if fewer articles match any clause.
        """


class MinimumMatch:
    """Turns parsed queries into match specifications, and counts their matches."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._minimum = lru_cache(_CACHE_SIZE)(partial(_minimum_should_match, matcher))

    def spec(self, tree: Node | None, query: SearchQuery) -> MatchSpec:
        """Return what a tree matches under a query's filters and match mode."""
        clauses, minimum = self._minimum(split_clauses(tree), query.match)
        filters = SearchQuery(
            filters=query.filters,
            all_values=query.needs_all_values,
            first_day=query.first_day,
            last_day=query.last_day,
            facet_size=query.facet_size,
        )
        return MatchSpec(clauses, minimum, filters)

    def count(self, tree: Node | None, query: SearchQuery) -> int:
        """Count the matches of a tree under a query's filters."""
        return self._matcher.count(self.spec(tree, query))


def _minimum_should_match(
    matcher: Matcher, clauses: QueryClauses, match: Match
) -> tuple[QueryClauses, int]:
    """Return the clauses that count, and how many of them an article must match."""
    clause_count = len(clauses.should)
    parts = loosened(clauses) if match is Match.AUTO else None
    if match is Match.ALL or (clause_count <= 1 and parts is None):
        return clauses, clause_count
    if match is Match.ANY:
        return clauses, 1
    if matcher.has_enough_full_matches(clauses):
        return clauses, clause_count
    if parts:
        minimum = max(loosened_minimum(parts), matcher.best_matched_clauses(parts))
        return parts, min(minimum, len(parts.should))
    if clause_count > MAX_STRICT_CLAUSES:
        return clauses, 1
    return clauses, max(1, matcher.best_matched_clauses(clauses))
