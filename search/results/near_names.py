"""Names that are spelled nearly like one that no article has."""

from collections.abc import Mapping

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


def nearest(name: str, labels: Mapping[str, str], size: int) -> list[str]:
    """Return the values that are most similar to a name by themselves or by their labels.

    The nearest comes first. Case, accents and the order of words are ignored: `Domm, Patti` is near
    to `Patti Domm`.
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
