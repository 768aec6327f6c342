"""Places for the names at the ends of curves, none above another."""

from collections.abc import Sequence

__all__ = ["spread"]


def spread(places: Sequence[float], gap: float, first: float, last: float) -> list[float]:
    """Return places in the same order that are at least `gap` apart, from `first` to `last`.

    They are as near to the wanted places as they can be, by the squares of the distances. Labels
    that do not fit have equal distances.
    """
    if not places:
        return []
    gap = min(gap, (last - first) / max(1, len(places) - 1))
    order = sorted(range(len(places)), key=places.__getitem__)
    # Without the gaps before each, places only have to increase: a regression of pools.
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        pool = (places[index] - rank * gap, 1)
        while pools and pools[-1][0] / pools[-1][1] > pool[0] / pool[1]:
            before = pools.pop()
            pool = (before[0] + pool[0], before[1] + pool[1])
        pools.append(pool)
    moved = [total / count for total, count in pools for _ in range(count)]
    highest = last - (len(places) - 1) * gap
    found = [0.0] * len(places)
    for rank, (index, place) in enumerate(zip(order, moved, strict=True)):
        found[index] = min(max(place, first), highest) + rank * gap
    return found
