"""Minimum-should-match: how many clauses of a query an article must match, on any engine.

The minimum depends on the text and on the whole index, never on filters, so that a filter only
narrows a search. It is cached for as long as the generation is open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Protocol

from search.model.query import Match, SearchQuery
from search.query.clauses import (
    MAX_STRICT_CLAUSES,
    RELAX_BELOW_MATCHES,
    QueryClauses,
    split_clauses,
)
from search.query.loosening import loosened, loosened_minimum
from search.query.syntax import Node

__all__ = ["MatchSpec", "Matcher", "MinimumMatch"]

_PAIR = 2
_RARELY_TOGETHER = 0.5
"""Expected full matches below which a search is likely to be relaxed; words attract each other."""
_CACHE_SIZE = 1024
"""Decisions, about 1 kB each with the clauses of a query."""


@dataclass(frozen=True, slots=True)
class MatchSpec:
    """Which articles match: at least `minimum_should_match` of the clauses, under the filters.

    `filters` is a query that holds only filters, how they combine, which facets are counted and
    how many of their values are listed, so that searches which differ in page or order share their
    counts.
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
    def is_filtered(self) -> bool:
        """True if filters or days narrow the search."""
        filters = self.filters
        return bool(filters.filters or filters.first_day or filters.last_day or filters.ids)

    @property
    def is_relaxed(self) -> bool:
        """True if an article may lack a clause."""
        return self.clauses.are_relaxed(self.minimum_should_match)

    @property
    def needs_most(self) -> bool:
        """True if an article must match more than half of the clauses that were typed."""
        clauses = self.clauses
        return clauses.strict is None and 2 * self.minimum_should_match > len(clauses.should)


class Matcher(Protocol):
    """Counts matches in one index; each engine has its own."""

    def count(self, spec: MatchSpec) -> int:
        """Count the matches of a search."""

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count the matches of several searches, with one request where that saves some."""

    def expected_full_matches(self, clauses: QueryClauses) -> float:
        """Estimate, without counting, how many articles match every clause."""

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
        self._full_matches = _FullMatches(matcher)
        self._minimum = lru_cache(_CACHE_SIZE)(
            partial(_minimum_should_match, matcher, self._full_matches)
        )

    def spec(self, tree: Node | None, query: SearchQuery) -> MatchSpec:
        """Return what a tree matches under a query's filters and match mode."""
        clauses, minimum = self._minimum(split_clauses(tree), query.match)
        return MatchSpec(clauses, minimum, _filters(query))

    def undecided(self, tree: Node | None, query: SearchQuery) -> MatchSpec | None:
        """Return the search with every clause required if it may be relaxed, but rarely is.

        None if `spec` can answer without counting matches, and for a passage or words that hardly
        any article can have together, which are relaxed more often than not.
        """
        clauses = split_clauses(tree)
        if (
            not _may_be_relaxed(clauses, query.match)
            or len(clauses.should) > MAX_STRICT_CLAUSES
            or self._full_matches.is_known(clauses)
            or self._matcher.expected_full_matches(clauses) < _RARELY_TOGETHER
        ):
            return None
        return MatchSpec(clauses, len(clauses.should), _filters(query))

    def decide(self, strict: MatchSpec, *, at_least: int, total: Callable[[], int]) -> bool:
        """Return whether an undecided search is not relaxed, by its own matches.

        `at_least` is a number of matches that were found, `total` counts all of them. Filters only
        narrow a search: without enough matches under filters, `spec` has to count.
        """
        has_enough = at_least >= RELAX_BELOW_MATCHES or total() >= RELAX_BELOW_MATCHES
        if has_enough or not strict.is_filtered:
            self._full_matches.learn(strict.clauses, has_enough=has_enough)
        return has_enough

    def count(self, tree: Node | None, query: SearchQuery) -> int:
        """Count the matches of a tree under a query's filters."""
        return self._matcher.count(self.spec(tree, query))


class _FullMatches:
    """Knows whether enough articles match every clause, and counts if it does not."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._known: dict[QueryClauses, bool] = {}

    def is_known(self, clauses: QueryClauses) -> bool:
        return clauses in self._known

    def learn(self, clauses: QueryClauses, *, has_enough: bool) -> None:
        if len(self._known) >= _CACHE_SIZE:
            self._known.clear()
        self._known[clauses] = has_enough

    def are_enough(self, clauses: QueryClauses) -> bool:
        has_enough = self._known.get(clauses)
        if has_enough is None:
            has_enough = self._matcher.has_enough_full_matches(clauses)
            self.learn(clauses, has_enough=has_enough)
        return has_enough


def _filters(query: SearchQuery) -> SearchQuery:
    return SearchQuery(
        filters=query.filters,
        all_values=query.needs_all_values,
        first_day=query.first_day,
        last_day=query.last_day,
        ids=query.ids,
        facet_size=query.listed_values,
        facets=query.facets,
    )


def _may_be_relaxed(clauses: QueryClauses, match: Match) -> bool:
    return match is Match.AUTO and (len(clauses.should) > 1 or loosened(clauses) is not None)


def _minimum_should_match(
    matcher: Matcher, full_matches: _FullMatches, clauses: QueryClauses, match: Match
) -> tuple[QueryClauses, int]:
    """Return the clauses that count, and how many of them an article must match."""
    clause_count = len(clauses.should)
    if match is Match.ANY and clause_count > 1:
        return clauses, 1
    if not _may_be_relaxed(clauses, match) or full_matches.are_enough(clauses):
        return clauses, clause_count
    if parts := loosened(clauses):
        minimum = max(loosened_minimum(parts), matcher.best_matched_clauses(parts))
        return parts, min(minimum, len(parts.should))
    if clause_count > MAX_STRICT_CLAUSES:
        return clauses, 1
    # Without enough articles that have both of two clauses, either must do.
    return clauses, max(1, matcher.best_matched_clauses(clauses)) if clause_count > _PAIR else 1
