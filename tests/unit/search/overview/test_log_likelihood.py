"""The log-likelihood ratio by which words and values are ranked, against values made by hand."""

import pytest

from search.results.overview.log_likelihood import log_likelihood


def test_a_ratio_is_the_value_made_by_hand() -> None:
    """G² of 2 of 10 against 10 of 1,000 is that of Dunning's formula, cell by cell.

    Expected are 10 × 12/1010 = 0.1188 and 1000 × 12/1010 = 11.8812 articles with the word, and
    9.8812 and 988.1188 without: 2 (2 ln(2/0.1188) + 8 ln(8/9.8812) + 10 ln(10/11.8812) +
    990 ln(990/988.1188)) = 2 (5.6468 - 1.6896 - 1.7237 + 1.8830) = 8.233.
    """
    assert log_likelihood(2, 10, 10, 1_000) == pytest.approx(8.233, abs=0.001)


def test_a_ratio_is_that_of_a_published_example() -> None:
    """The four cells of `the swiss` are those of Dunning's table: 110, 2442, 111 and 29114.

    Dunning (1993), table 1, gives 270.72 for this pair of words.
    """
    assert log_likelihood(110, 110 + 2442, 111, 111 + 29114) == pytest.approx(270.72, abs=0.01)


def test_a_smaller_share_is_negative() -> None:
    """A word that the matches have more rarely than the archive must not be listed."""
    assert log_likelihood(1, 100, 500, 1_000) < 0 < log_likelihood(50, 100, 50, 1_000)


@pytest.mark.parametrize("parts", [(0, 0, 5, 10), (3, 5, 0, 0), (0, 5, 0, 10), (5, 5, 10, 10)])
def test_nothing_to_compare_is_no_evidence(parts: tuple[int, int, int, int]) -> None:
    """An empty set, or a word that all or no articles have, has the ratio 0."""
    assert log_likelihood(*parts) == 0
