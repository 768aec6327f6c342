"""Where vectors of meaning are loaded from: an optional package stands behind `search/meaning.py`, and importing it takes long."""

from typing import TYPE_CHECKING

from search.document import IndexDocument

if TYPE_CHECKING:
    from search.meaning import Meaning

__all__ = ["load_vectors", "packed_vector"]


def load_vectors() -> "Meaning | None":
    """Load the vectors, once a process; None where the package is not installed."""
    from search.meaning import load_meaning

    return load_meaning()


def packed_vector(document: IndexDocument) -> list[int]:
    """Return the vector of a document's text as VECTOR_NUMBERS numbers; for a store that was told to keep meaning."""
    meaning = load_vectors()
    assert meaning is not None
    return meaning.pack("\n".join(document.text))
