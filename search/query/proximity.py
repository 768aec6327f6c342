"""Proximity matching: the meaning of `"two words"~3`, for every engine and for highlighting."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, takewhile

__all__ = ["MAX_SLOP", "MAX_UNORDERED_TERMS", "near_pairs", "proximity_matches", "within_slop"]

MAX_SLOP = 99
"""The largest slop of a text; a larger one counts as this."""
MAX_UNORDERED_TERMS = 4
"""Words up to which a proximity phrase matches in any order; longer ones match in order."""
_MAX_PAIRS = 6
"""Pairs of a long near phrase that narrow down its matches; more would cost more than they save."""


def within_slop(tokens: Sequence[str], forms: Sequence[str], slop: int) -> bool:
    """Return whether tokens contain all forms with at most `slop` other tokens between them.

    Each form needs a position of its own, and `slop` is the total for the phrase.
    """
    return next(proximity_matches(tokens, forms, slop), None) is not None


def proximity_matches(
    tokens: Sequence[str], forms: Sequence[str], slop: int
) -> Iterator[list[int]]:
    """Yield the positions of the forms for each window of tokens that contains all of them."""
    window_size = len(forms) + slop
    form_counts = Counter(forms)
    positions = [position for position, token in enumerate(tokens) if token in form_counts]
    for number, start in enumerate(positions):
        end = start + window_size
        window = list(takewhile(end.__gt__, positions[number : number + window_size]))
        if len(forms) > MAX_UNORDERED_TERMS:
            if in_order := _in_order(tokens, forms, window):
                yield in_order
        elif (
            len(window) >= len(forms)
            and Counter([tokens[position] for position in window]) >= form_counts
        ):
            yield window


def near_pairs(forms: Sequence[str], slop: int) -> tuple[list[tuple[str, str]], int]:
    """Return pairs of forms that are near each other wherever all forms are, and their slop.

    A pair may repeat one form. Articles that have all pairs may still lack the whole phrase.
    """
    if len(forms) > MAX_UNORDERED_TERMS:
        # In order, only words that are not of the phrase are between two neighbours.
        pairs, pair_slop = list(pairwise(forms)), slop
    else:
        pairs, pair_slop = list(combinations(forms, 2)), len(forms) - 2 + slop
    distinct: dict[frozenset[str], tuple[str, str]] = {}
    for pair in pairs:
        distinct.setdefault(frozenset(pair), pair)
    return list(distinct.values())[:_MAX_PAIRS], pair_slop


def _in_order(tokens: Sequence[str], forms: Sequence[str], positions: Sequence[int]) -> list[int]:
    """Return positions of the forms in order, starting at the first position, or []."""
    matched: list[int] = []
    for position in positions:
        if len(matched) < len(forms) and tokens[position] == forms[len(matched)]:
            matched.append(position)
        elif not matched:
            return []
    return matched if len(matched) == len(forms) else []
