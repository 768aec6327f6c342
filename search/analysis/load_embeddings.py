"""Where vectors of meaning are loaded from: an optional package stands behind `search/analysis/embeddings.py`, and importing it takes long."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.analysis.embeddings import Meaning

__all__ = ["load_vectors", "packed_vector"]


def load_vectors() -> "Meaning | None":
    """Load the vectors, once a process; None where the package is not installed."""
    from search.analysis.embeddings import load_meaning

    return load_meaning()


def packed_vector(texts: Sequence[str]) -> list[int]:
    """Return the vector of an article's texts as VECTOR_NUMBERS numbers; for a store that was told to keep meaning."""
    meaning = load_vectors()
    assert meaning is not None
    return meaning.pack("\n".join(texts))
