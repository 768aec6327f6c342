"""Names that are spelled nearly like one that no article has."""

from collections.abc import Mapping
from itertools import pairwise

from rapidfuzz.distance import OSA

from search.analysis.folding import fold

__all__ = ["intact_parts", "nearest"]

_MIN_SIMILARITY = 0.6
"""Of 1; `Bek` and `Bekk` have 0.75."""
_LONG_NAME = 9
"""Characters of a name that may have two slips; its parts have three or more."""
_MAX_LENGTH = 200
"""Characters of a name that are compared."""


def intact_parts(name: str) -> tuple[str, ...]:
    """Return parts of a name, one of which is in whatever name was meant.

    A short name may have one slip, which is in one of two parts; a long one two, of three parts.
    """
    name = name[:_MAX_LENGTH].strip()
    count = 3 if len(name) >= _LONG_NAME else 2
    bounds = [len(name) * place // count for place in range(count + 1)]
    parts = [name[first:last].strip() for first, last in pairwise(bounds)]
    return tuple(dict.fromkeys(part for part in parts if part))


def nearest(name: str, labels: Mapping[str, str], size: int) -> list[str]:
    """Return the values that are most similar to a name by themselves or by their labels.

    The nearest comes first. Case, accents and the order of words are ignored: `Lindqvist, Ada`
    is near to `Ada Lindqvist`.
    """
    wanted = _spellings(name)
    rated = (
        (max(_similarity(wanted, each) for each in {value, label}), value)
        for value, label in labels.items()
    )
    near = sorted((-rating, value) for rating, value in rated if rating >= _MIN_SIMILARITY)
    return [value for _, value in near[:size]]


def _similarity(wanted: tuple[str, str], other: str) -> float:
    return max(map(OSA.normalized_similarity, wanted, _spellings(other)))


def _spellings(name: str) -> tuple[str, str]:
    """Return a name folded, and its words in alphabetical order."""
    folded = fold(name[:_MAX_LENGTH])
    words = (word.strip(".,;") for word in folded.split())
    return folded, " ".join(sorted(word for word in words if word))
