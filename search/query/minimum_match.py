"""Which articles match: a query's parts, how many of them must hold, and the filters; decided alike for every engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from search.caching import remembering
from search.model.query import Match, SearchQuery
from search.query.clauses import LONGEST_STRICT, Plan, plan
from search.query.parser import Node

__all__ = ["Matches", "Matching"]

_DECISIONS = 4096


@dataclass(frozen=True, slots=True)
class Matches:
    """Which articles match: `at_least` of the plan's clauses, and the filters of `narrowed`, which holds nothing else."""

    plan: Plan
    at_least: int
    narrowed: SearchQuery

    @property
    def strict(self) -> "Matches":
        """Those that hold every clause."""
        return replace(self, at_least=len(self.plan.clauses))

    @property
    def gives_up(self) -> bool:
        """Whether not every clause must hold."""
        return self.at_least < len(self.plan.clauses)


class Matching:
    """Decides for one generation how many clauses must hold, by the text and the whole index alone.

    `enough_hold_all` tells of a plan whether so many articles hold every clause as `match=auto` is content with;
    `most_held` how many clauses those ENOUGH articles hold that hold the most, 0 where there are fewer.
    """

    def __init__(
        self, enough_hold_all: Callable[[Plan], bool], most_held: Callable[[Plan], int]
    ) -> None:
        self._enough_hold_all = enough_hold_all
        self._most_held = most_held
        # What depends on the generation alone is remembered as long as the generation is.
        self._at_least = remembering(self._decide, _DECISIONS)

    def of(self, tree: Node | None, query: SearchQuery) -> Matches:
        """Say what matches a tree under a query's filters."""
        asked = plan(tree)
        narrowed = SearchQuery(
            filters=query.filters,
            first_day=query.first_day,
            last_day=query.last_day,
            facet_size=query.facet_size,
        )
        return Matches(asked, self._at_least(asked, query.match), narrowed)

    def _decide(self, asked: Plan, match: Match) -> int:
        everything = len(asked.clauses)
        if match is Match.ALL or everything <= 1:
            return everything
        if match is Match.ANY:
            return 1
        if self._enough_hold_all(asked):
            return everything
        return 1 if everything > LONGEST_STRICT else max(1, self._most_held(asked))
