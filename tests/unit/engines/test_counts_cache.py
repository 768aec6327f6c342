"""The cache of counts is bounded by what it holds, not by how many searches."""

from search.engines.counts_cache import CountsCache
from search.engines.primitives import MatchCounts
from search.model.facets import VALUE_FACETS
from search.model.query import SearchQuery
from search.model.results import FacetResult, FacetValue
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec


def spec(facet_size: int) -> MatchSpec:
    """Return one of many searches."""
    return MatchSpec(split_clauses(None), 0, SearchQuery(facet_size=facet_size))


def counts(values: int) -> MatchCounts:
    """Return counts with some facet values."""
    listed = tuple(FacetValue(str(number), 1) for number in range(values))
    return MatchCounts(values, (FacetResult(VALUE_FACETS[0], listed),))


def test_the_oldest_counts_make_room() -> None:
    """A few searches with long lists take no more memory than many with short ones."""
    cache = CountsCache(max_values=200)
    for size in (1, 2, 3):
        cache.put(spec(size), counts(50))
        assert cache.get(spec(1)) == counts(50), "the one that is used stays"
    assert cache.get(spec(2)) is None
    assert cache.get(spec(3)) == counts(50)
    assert cache.use == (4, 1)


def test_counts_above_the_limit_are_kept_alone() -> None:
    """The largest lists are still counted once for a page and the next one."""
    cache = CountsCache(max_values=10)
    cache.put(spec(1), counts(50))
    assert cache.get(spec(1)) == counts(50)


def test_counting_happens_once() -> None:
    """A search may ask for its counts twice, to decide how many words must match."""
    calls: list[int] = []

    def count() -> MatchCounts:
        calls.append(1)
        return counts(3)

    cache = CountsCache()
    counting = cache.keeping(spec(1), count)
    assert counting() is counting()
    assert cache.get(spec(1)) is counting()
    assert calls == [1]
