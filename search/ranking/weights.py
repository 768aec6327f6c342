"""What hits are scored by, the same for every engine: weights, and the bonuses that make tiers of hits."""

from typing import NamedTuple

__all__ = [
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
"""Of a word in the title, which also counts as one of the text."""
PAIR_WEIGHT = 0.1
"""Of two words of the query that stand side by side in one of the PAIRED_FIELDS as well."""
SYNONYM_WEIGHT = 0.5
PAIRED_FIELDS = ("title", "body")
"""Fields that every article has, so that engines agree on how long they are on average and phrases in them are weighed."""
OTHER_PHRASE_POINTS = 1.0
"""Of a phrase in one of the other fields."""
STRICT_BONUS = 4096.0
"""Lifts articles that hold all words above those that follow them."""
PIN_BONUS = 16_384.0
"""Lifts the article that is pinned for a query above all."""
RELATED_BY = 3
"""Words that two articles must share to be related."""


class TieredScore(NamedTuple):
    """A score without its bonuses, and the tier that they lifted it into."""

    tier: int
    plain: float


def split_score(score: float) -> TieredScore:
    """Take the bonuses off a score again."""
    tier = 0
    for bonus in (PIN_BONUS, STRICT_BONUS):
        tier *= 2
        if score >= bonus:
            tier += 1
            score -= bonus
    return TieredScore(tier, score)
