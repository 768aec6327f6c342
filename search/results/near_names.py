"""Names that are spelled nearly like one that no article has."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from search.analysis.folding import fold

__all__ = ["halves", "nearest"]

_MIN_SIMILARITY = 0.6
"""Of 1; `Dom` and `Domm` have 0.75."""
_MAX_LENGTH = 200
"""Characters of a name that are compared."""


def halves(name: str) -> tuple[str, ...]:
    """Return the beginning and the end of a name.

    A slip is in one of the two, so that every name with a single slip contains the other.
    """
    name = name[:_MAX_LENGTH].strip()
    middle = len(name) // 2
    parts = (name[:middle].strip(), name[middle:].strip())
    return tuple(dict.fromkeys(part for part in parts if part))


def nearest(name: str, others: Iterable[str], size: int) -> list[str]:
    """Return the names that are most similar, the nearest first.

    Case, accents and the order of words are ignored: `Domm, Patti` is near to `Patti Domm`.
    """
    wanted = _key(name)
    rated = ((OSA.normalized_similarity(wanted, _key(other)), other) for other in others)
    near = sorted(((-rating, other) for rating, other in rated if rating >= _MIN_SIMILARITY))
    return [other for _, other in near[:size]]


def _key(name: str) -> str:
    """Return the words of a name in alphabetical order, folded."""
    words = (word.strip(".,;") for word in fold(name[:_MAX_LENGTH]).split())
    return " ".join(sorted(word for word in words if word))
