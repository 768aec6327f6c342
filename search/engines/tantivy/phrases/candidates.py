"""Hits of a search, and what pairs of neighbouring words add to their scores afterwards."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Sequence

import tantivy

__all__ = ["Candidates", "ScoredAddress", "single_precision"]

ScoredAddress = tuple[float, tantivy.DocAddress]

_ROUNDING = 0.01
"""Scores are single-precision; with a bonus of thousands they are exact to this."""


class Candidates:
    """The best hits of a search by their scores so far, of which the first `wanted` are wanted.

    Most hits have no pair, so these are kept as they came, and only the others are looked at.
    """

    def __init__(self, hits: Sequence[ScoredAddress], wanted: int) -> None:
        self._hits = hits
        self._wanted = wanted
        self._added: dict[int, dict[int, float]] = {}

    def within(self, points: float) -> list[int]:
        """Return the numbers of the hits that are wanted if their scores rise by so much.

        Before anything is added, these are the first ones.
        """
        # The scores of all others are those of the search, in whose order they are.
        first = {*range(min(self._wanted + len(self._added), len(self._hits))), *self._added}
        best = sorted(map(self._score, first), reverse=True)
        reached = best[self._wanted - 1] if len(best) >= self._wanted else -math.inf
        lowest = reached - points - _ROUNDING
        end = bisect_right(self._hits, -lowest, key=lambda hit: -hit[0])
        lifted = (number for number in self._added if number >= end)
        return [*range(end), *(number for number in lifted if self._score(number) >= lowest)]

    def add(self, pair: int, found: Sequence[ScoredAddress]) -> None:
        """Add what a pair adds to hits; other articles may be among the ones found."""
        if found:
            numbers = {_place(hit[1]): number for number, hit in enumerate(self._hits)}
            for points, address in found:
                number = numbers.get(_place(address))
                if number is not None:
                    self._added.setdefault(number, {})[pair] = points

    def ranked(self) -> list[ScoredAddress]:
        """Return the wanted hits in order, with their scores; perhaps a few more."""
        hits = [(self._score(number), self._hits[number][1]) for number in self.within(0.0)]
        return sorted(hits, key=lambda hit: (-hit[0], _place(hit[1])))

    def _score(self, number: int) -> float:
        """Return a score in the order and the precision in which Tantivy adds."""
        score = self._hits[number][0]
        added = self._added.get(number)
        if not added:
            return score
        pairs = 0.0
        for pair in sorted(added):
            pairs = single_precision(pairs + added[pair])
        return single_precision(score + pairs)


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def single_precision(score: float) -> float:
    """Round a score as Tantivy does, which adds in single precision."""
    return array("f", [score])[0]
