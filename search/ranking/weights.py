"""Weights and bonuses of the scores, for every engine; the bonuses divide hits into tiers."""

from typing import NamedTuple

__all__ = [
    "NAME_WEIGHT",
    "OTHER_PHRASE_POINTS",
    "PAIRED_FIELDS",
    "PAIR_WEIGHT",
    "PIN_BONUS",
    "RELATED_BY",
    "STRICT_BONUS",
    "SYNONYM_WEIGHT",
    "TITLE_WEIGHT",
    "TieredScore",
    "split_score",
]

TITLE_WEIGHT = 0.3
"""Weight of a word in the title, added to its weight as a word of the text."""
PAIR_WEIGHT = 0.1
"""Weight of two neighbouring words of the query that are also neighbours in PAIRED_FIELDS."""
NAME_WEIGHT = 1.0
"""Weight of two neighbouring words of the query of which one is a stop word.

They score like a phrase that was typed, because the stop word has no score of its own.
"""
SYNONYM_WEIGHT = 0.5
PAIRED_FIELDS = ("title", "body")
"""Fields in which phrases are scored by BM25.

Every article has them, so engines agree on their average length.
"""
OTHER_PHRASE_POINTS = 1.0
"""Score of a phrase in one of the other fields."""
STRICT_BONUS = 4096.0
"""Lifts full matches above partial matches."""
PIN_BONUS = 16_384.0
"""Lifts the article that is pinned for a query above all others."""
RELATED_BY = 3
"""Interesting terms that two articles must share to be related."""


class TieredScore(NamedTuple):
    """A score without its bonuses, and the tier into which they lifted it."""

    tier: int
    base: float


def split_score(score: float) -> TieredScore:
    """Split a boosted score into its tier and its base score."""
    tier = 0
    for bonus in (PIN_BONUS, STRICT_BONUS):
        tier *= 2
        if score >= bonus:
            tier += 1
            score -= bonus
    return TieredScore(tier, score)
