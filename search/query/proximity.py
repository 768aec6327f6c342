"""Words that stand near each other: what `"near words"~3` means, for every engine and for marks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

__all__ = ["MAX_UNORDERED_TERMS", "proximity_matches", "within_slop"]

MAX_UNORDERED_TERMS = 4
"""Words of a near phrase that are looked for in every order; longer ones keep theirs."""


def within_slop(tokens: Sequence[str], forms: Sequence[str], slop: int) -> bool:
    """Whether the forms, each at a place of its own, stand among tokens with at most `slop` others between them in all."""
    return next(proximity_matches(tokens, forms, slop), None) is not None


def proximity_matches(
    tokens: Sequence[str], forms: Sequence[str], slop: int
) -> Iterator[list[int]]:
    """Yield the places at which the forms stand near each other, a list for each stretch of tokens that holds them all."""
    reach = len(forms) + slop
    wanted = Counter(forms)
    places = [place for place, token in enumerate(tokens) if token in wanted]
    for number, start in enumerate(places):
        end = start + reach
        within = list(takewhile(end.__gt__, places[number : number + reach]))
        if len(forms) > MAX_UNORDERED_TERMS:
            if followed := _followed(tokens, forms, within):
                yield followed
        elif Counter(tokens[place] for place in within) >= wanted:
            yield within


def _followed(tokens: Sequence[str], forms: Sequence[str], places: Sequence[int]) -> list[int]:
    """Return the places at which the forms follow each other, beginning with the first place; none if they do not."""
    found: list[int] = []
    for place in places:
        if len(found) < len(forms) and tokens[place] == forms[len(found)]:
            found.append(place)
        elif not found:
            return []
    return found if len(found) == len(forms) else []
