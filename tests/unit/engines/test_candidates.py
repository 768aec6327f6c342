"""Pairs of words are searched only in hits that they may lift among those wanted."""

import tantivy

from search.engines.tantivy.phrases.candidates import Candidates

_SCORES = (8.0, 7.0, 6.0, 5.0, 4.0)


def _candidates(wanted: int) -> Candidates:
    return Candidates(
        [(score, tantivy.DocAddress(0, doc)) for doc, score in enumerate(_SCORES)], wanted
    )


def test_only_hits_within_reach_are_searched() -> None:
    """A hit that stays below the last one wanted, whatever it gains, is left out."""
    assert _candidates(2).within(1.5) == [0, 1, 2]


def test_all_hits_are_searched_if_fewer_than_wanted() -> None:
    """Every hit of a search with few hits is wanted."""
    assert _candidates(9).within(0.0) == [0, 1, 2, 3, 4]


def test_a_lifted_hit_narrows_the_rest() -> None:
    """A hit that rose is kept, and raises the score that the others have to reach."""
    candidates = _candidates(2)
    candidates.add(1, [(3.5, tantivy.DocAddress(0, 3)), (9.0, tantivy.DocAddress(1, 3))])
    assert candidates.within(0.5) == [0, 3]


def test_hits_are_ranked_by_their_sums() -> None:
    """Pairs add up in any order of searching, and equal scores are in the order of the index."""
    candidates = _candidates(3)
    candidates.add(1, [(1.0, tantivy.DocAddress(0, 2))])
    candidates.add(0, [(1.0, tantivy.DocAddress(0, 2)), (1.0, tantivy.DocAddress(0, 1))])
    ranked = [(score, address.doc) for score, address in candidates.ranked()]
    assert ranked == [(8.0, 0), (8.0, 1), (8.0, 2)]
