"""Which articles match: a query's parts, how many of them must hold, and the filters; decided alike for every engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from search.caching import cached_per_generation
from search.model.query import Match, SearchQuery
from search.query.clauses import MAX_STRICT_CLAUSES, QueryClauses, split_clauses
from search.query.syntax import Node

__all__ = ["MatchSpec", "MinimumMatch"]

_DECISIONS = 4096


@dataclass(frozen=True, slots=True)
class MatchSpec:
    """Which articles match: `minimum_should_match` of the plan's clauses, and the filters of `filters`, which holds nothing else."""

    clauses: QueryClauses
    minimum_should_match: int
    filters: SearchQuery

    @property
    def all_clauses(self) -> "MatchSpec":
        """Those that hold every clause."""
        return replace(self, minimum_should_match=len(self.clauses.should))

    @property
    def is_relaxed(self) -> bool:
        """Whether not every clause must hold."""
        return self.minimum_should_match < len(self.clauses.should)


class MinimumMatch:
    """Decides for one generation how many clauses must hold, by the text and the whole index alone.

    `has_enough_full_matches` tells of a plan whether so many articles hold every clause as `match=auto` is content with;
    `best_matched_clauses` how many clauses those RELAX_BELOW_MATCHES articles hold that hold the most, 0 where there are fewer.
    """

    def __init__(
        self,
        has_enough_full_matches: Callable[[QueryClauses], bool],
        best_matched_clauses: Callable[[QueryClauses], int],
    ) -> None:
        self._has_enough_full_matches = has_enough_full_matches
        self._best_matched_clauses = best_matched_clauses
        # What depends on the generation alone is remembered as long as the generation is.
        self._at_least = cached_per_generation(self._decide, _DECISIONS)

    def of(self, tree: Node | None, query: SearchQuery) -> MatchSpec:
        """Say what matches a tree under a query's filters."""
        asked = split_clauses(tree)
        narrowed = SearchQuery(
            filters=query.filters,
            first_day=query.first_day,
            last_day=query.last_day,
            facet_size=query.facet_size,
        )
        return MatchSpec(asked, self._at_least(asked, query.match), narrowed)

    def _decide(self, asked: QueryClauses, match: Match) -> int:
        everything = len(asked.should)
        if match is Match.ALL or everything <= 1:
            return everything
        if match is Match.ANY:
            return 1
        if self._has_enough_full_matches(asked):
            return everything
        return 1 if everything > MAX_STRICT_CLAUSES else max(1, self._best_matched_clauses(asked))
