"""Words that stand near each other: what `"near words"~3` means, the same for every engine."""

from collections import Counter
from collections.abc import Sequence

__all__ = ["ANY_ORDER", "stand_near"]

ANY_ORDER = 4
"""Words of a near phrase that are looked for in every order; longer ones keep theirs."""


def stand_near(tokens: Sequence[str], forms: Sequence[str], slop: int) -> bool:
    """Whether the forms, each at a place of its own, stand among tokens with at most `slop` others between them in all."""
    reach = len(forms) + slop
    if len(forms) > ANY_ORDER:
        return any(_follow(tokens, forms, start, start + reach) for start in _places(tokens, forms[0]))
    wanted = Counter(forms)
    places = [place for place, token in enumerate(tokens) if token in wanted]
    held: Counter[str] = Counter()
    first = 0
    for place in places:
        held[tokens[place]] += 1
        while places[first] <= place - reach:
            held[tokens[places[first]]] -= 1
            first += 1
        if held >= wanted:
            return True
    return False


def _follow(tokens: Sequence[str], forms: Sequence[str], start: int, end: int) -> bool:
    """Whether the forms follow each other from `start` on, before `end`."""
    place = start - 1
    for form in forms:
        place = next((at for at in range(place + 1, min(end, len(tokens))) if tokens[at] == form), end)
        if place == end:
            return False
    return True


def _places(tokens: Sequence[str], form: str) -> list[int]:
    return [place for place, token in enumerate(tokens) if token == form]
