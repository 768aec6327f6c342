"""A search decides by its own matches, where these can tell, how many words must match."""

from collections.abc import Sequence

from search.model.query import Filter, Match, SearchQuery
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.parser import parse


class CountingMatcher:
    """A Matcher of an index with a given number of full matches, which counts its calls."""

    def __init__(self, full_matches: int) -> None:
        self.full_matches = full_matches
        self.calls = 0

    def count(self, spec: MatchSpec) -> int:
        """Return the number of full matches."""
        del spec
        return self.full_matches

    def counts(self, specs: Sequence[MatchSpec]) -> list[int]:
        """Count each."""
        return [self.count(spec) for spec in specs]

    def expected_full_matches(self, clauses: QueryClauses) -> float:
        """Expect as many as there are."""
        del clauses
        return self.full_matches

    def has_enough_full_matches(self, clauses: QueryClauses) -> bool:
        """Count the call."""
        del clauses
        self.calls += 1
        return self.full_matches >= 10

    def best_matched_clauses(self, clauses: QueryClauses) -> int:
        """One word at least."""
        del clauses
        return 1


def total(number: int) -> int:
    """Return a total that a test does not want to be counted, or the number."""
    assert number >= 0, "this would be counted in vain"
    return number


TREE = parse("ships harbour")
QUERY = SearchQuery(text="ships harbour")
FILTERED = SearchQuery(text="ships harbour", filters=(Filter("region", "A"),))


def test_ten_hits_decide_without_counting() -> None:
    """Nearly all searches need nothing else."""
    matcher = CountingMatcher(60)
    minimum_match = MinimumMatch(matcher)
    strict = minimum_match.undecided(TREE, QUERY)
    assert strict is not None
    assert minimum_match.decide(strict, at_least=10, total=lambda: total(-1))
    assert minimum_match.undecided(TREE, FILTERED) is None, "known for all filters"
    assert minimum_match.spec(TREE, QUERY) == strict
    assert matcher.calls == 0


def test_few_matches_of_the_whole_index_decide_too() -> None:
    """Without filters, the total is what counts."""
    matcher = CountingMatcher(3)
    minimum_match = MinimumMatch(matcher)
    strict = minimum_match.undecided(TREE, QUERY)
    assert strict is not None
    assert not minimum_match.decide(strict, at_least=3, total=lambda: total(3))
    assert minimum_match.spec(TREE, QUERY).is_relaxed
    assert matcher.calls == 0


def test_few_matches_under_filters_do_not_decide() -> None:
    """A filter only narrows a search: it is never the reason to relax it."""
    matcher = CountingMatcher(60)
    minimum_match = MinimumMatch(matcher)
    strict = minimum_match.undecided(TREE, FILTERED)
    assert strict is not None
    assert not minimum_match.decide(strict, at_least=0, total=lambda: total(2))
    assert minimum_match.spec(TREE, FILTERED) == strict
    assert matcher.calls == 1


def test_a_later_page_decides_by_the_total() -> None:
    """The last page has few hits, although many match."""
    minimum_match = MinimumMatch(CountingMatcher(60))
    strict = minimum_match.undecided(TREE, QUERY)
    assert strict is not None
    assert minimum_match.decide(strict, at_least=1, total=lambda: total(60))


def test_words_that_no_article_can_have_together_are_not_tried() -> None:
    """The search for all of them would find nothing, and cost as much as the relaxed one."""
    assert MinimumMatch(CountingMatcher(0)).undecided(TREE, QUERY) is None


def test_one_word_and_explicit_modes_need_no_decision() -> None:
    """There is nothing to relax, or it was said how."""
    minimum_match = MinimumMatch(CountingMatcher(0))
    assert minimum_match.undecided(parse("ships"), SearchQuery(text="ships")) is None
    for match in (Match.ALL, Match.ANY):
        assert minimum_match.undecided(TREE, QUERY.matching(match)) is None
