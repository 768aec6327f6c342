"""The most frequent values of a facet in the whole index, which bound what a search can count.

No value has more matches than articles. So if only the values with the most articles are counted,
exactly, and the last one wanted has more matches than any other value has articles, the first
values are among them. Unlike lists of the most frequent values, which each segment cuts for itself,
these counts need no second pass.
"""

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate
from operator import itemgetter, neg

from search.model.results import MAX_COUNTED_VALUES
from search.results.facet_buckets import nth_largest

__all__ = ["Leaders"]

_MOST = 1_000
"""Leaders whose names are kept."""
_LENGTHS = (20, 50, 100, 200, 400, 700, _MOST)
_MARGIN = 0.9
"""The part of the expected matches with which the counts should still prove the first values."""
_STEPS = 50
"""Shares of all articles that are told apart."""
_CERTAIN = 8
"""Expected matches from which a value has at least one."""


class Leaders:
    """The most frequent values of a facet, from the counts of all of its values."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        ranked = sorted(counts.items(), key=itemgetter(1), reverse=True)
        self.counts = dict(ranked[:_MOST])
        """Articles of each of the most frequent values, most frequent first."""
        self._names = tuple(self.counts)
        self._articles = array("Q", (count for _, count in ranked))
        self._before = array("Q", (0, *accumulate(self._articles)))
        """The number of values that those before a place have together."""
        self._length = lru_cache(_STEPS)(partial(_length, self._articles, self._before))

    @property
    def values(self) -> int:
        """The number of values that all articles have together."""
        return self._before[-1]

    def few_enough(self, size: int, share: float) -> tuple[str, ...]:
        """Return the leaders to count to find the first `size` values among a share of articles.

        They should also prove that there are more than MAX_COUNTED_VALUES values. Empty if no
        number of leaders is likely to do both.
        """
        return self._names[: self._length(size, int(share * _STEPS))]

    def distinct_of_list(self, counts: Mapping[str, int], others: int) -> int:
        """Return a lower bound of the distinct values, from a list of the most frequent ones.

        `others` is how many values the matches have in addition to those in `counts`.
        """
        # Together with those listed they need values that have at least this number of articles.
        articles = sum(self.counts.get(value, count) for value, count in counts.items())
        return max(len(counts), bisect_left(self._before, articles + others))

    def distinct(
        self, counts: Mapping[str, int], leaders: int, size: int, outside: int
    ) -> int | None:
        """Return a lower bound of the distinct values, or None if the first ones are not certain.

        `counts` are those of a number of leaders that have matches, and `outside` is how many
        values the matches have in addition to these.
        """
        if len(counts) < size:
            return None
        if nth_largest(counts.values(), size) <= self._articles[leaders]:
            return None
        return len(counts) + _least_after(self._before, leaders, outside)


def _length(articles: Sequence[int], before: Sequence[int], size: int, steps: int) -> int:
    share = _MARGIN * steps / _STEPS
    for length in _LENGTHS:
        if size <= length < len(articles) and articles[length] < share * articles[size - 1]:
            after = _least_after(before, length, share * (before[-1] - before[length]))
            if (
                length + after > MAX_COUNTED_VALUES
                and _with_matches(articles, length, share) + after > MAX_COUNTED_VALUES
            ):
                return length
    return 0


def _with_matches(articles: Sequence[int], leaders: int, share: float) -> float:
    """Estimate how many of the first leaders have a match."""
    certain = min(bisect_left(articles, -_CERTAIN / share, key=neg), leaders)
    return certain + sum(1 - (1 - share) ** articles[place] for place in range(certain, leaders))


def _least_after(before: Sequence[int], leaders: int, outside: float) -> int:
    """Return a lower bound of how many values after the first leaders those outside are."""
    return bisect_left(before, before[leaders] + outside, leaders, len(before) - 1) - leaders
