"""The log-likelihood ratio of two shares, by which words and values are ranked.

Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
Linguistics 19 (1993): the ratio of binomial likelihoods, which is reliable for rare words too. Its
use to compare two sets of texts: Rayson and Garside, "Comparing corpora using frequency profiling",
2000. Here the numbers are of articles, so that a word counts once per article.
"""

import math

__all__ = ["SIGNIFICANT", "log_likelihood", "over_representation"]

SIGNIFICANT = 10.83
"""The value that chance alone exceeds once in a thousand (chi-squared, one degree of freedom)."""


def log_likelihood(part: int, of: int, other_part: int, other_of: int) -> float:
    """Return G² of two shares, negative if the first share is not the larger one.

    The sets must have no article in common; a part is between 0 and its whole.
    """
    if not of or not other_of:
        return 0.0
    pooled = (part + other_part) / (of + other_of)
    if pooled in (0.0, 1.0):
        return 0.0
    score = 2 * (
        _cell(part, of * pooled)
        + _cell(of - part, of * (1 - pooled))
        + _cell(other_part, other_of * pooled)
        + _cell(other_of - other_part, other_of * (1 - pooled))
    )
    return score if part * other_of > other_part * of else -score


def over_representation(
    part: int, of: int, other_part: int, other_of: int, *, times: float
) -> float:
    """Return G² of a share that is at least `times` the other one, 0 of any other share.

    In large sets, differences that nobody would notice are significant too.
    """
    if part * other_of < times * other_part * of:
        return 0.0
    return log_likelihood(part, of, other_part, other_of)


def _cell(observed: int, expected: float) -> float:
    return observed * math.log(observed / expected) if observed else 0.0
