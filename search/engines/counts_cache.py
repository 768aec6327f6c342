"""A cache of counts, bounded by the number of values that it holds."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from search.engines.primitives import MatchCounts
from search.model.results import CacheUse
from search.query.minimum_match import MatchSpec

__all__ = ["CountsCache"]

_MAX_VALUES = 50_000
"""Facet values of all entries together; a usual page has 70 to 100, the largest 7,000."""
_VALUES_OF_ENTRY = 20
"""The memory of an entry without its values, as a number of values."""


class CountsCache:
    """Keeps the counts of the most recent searches; thread-safe."""

    def __init__(self, max_values: int = _MAX_VALUES) -> None:
        self._max_values = max_values
        self._entries: OrderedDict[MatchSpec, MatchCounts] = OrderedDict()
        self._values = 0
        self._hits = self._misses = 0
        self._lock = threading.Lock()

    @property
    def use(self) -> CacheUse:
        """How often counts were in the cache."""
        return CacheUse(self._hits, self._misses)

    def get(self, spec: MatchSpec) -> MatchCounts | None:
        """Return the counts of a search, or None."""
        with self._lock:
            counts = self._entries.get(spec)
            if counts is None:
                self._misses += 1
            else:
                self._hits += 1
                self._entries.move_to_end(spec)
            return counts

    def keeping(
        self, spec: MatchSpec, count: Callable[[], MatchCounts]
    ) -> Callable[[], MatchCounts]:
        """Return a function that counts once and keeps the result."""
        kept: list[MatchCounts] = []

        def counted() -> MatchCounts:
            if not kept:
                kept.append(count())
                self.put(spec, kept[0])
            return kept[0]

        return counted

    def put(self, spec: MatchSpec, counts: MatchCounts) -> None:
        """Keep the counts of a search."""
        with self._lock:
            if spec in self._entries:
                return
            self._entries[spec] = counts
            self._values += _size(counts)
            while self._values > self._max_values and len(self._entries) > 1:
                _, oldest = self._entries.popitem(last=False)
                self._values -= _size(oldest)


def _size(counts: MatchCounts) -> int:
    return _VALUES_OF_ENTRY + sum(len(facet.values) for facet in counts.facets)
