"""Access to embeddings without importing NumPy before a vector is needed.

`search/analysis/embeddings.py` needs an optional package and takes long to import.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.analysis.embeddings import Embedder

__all__ = ["load_embedder", "packed_vector"]


def load_embedder() -> "Embedder | None":
    """Load the word vectors, once per process; return None if the package is not installed."""
    from search.analysis import embeddings

    return embeddings.load_embedder()


def packed_vector(texts: Sequence[str]) -> list[int]:
    """Return the vector of an article's texts as VECTOR_NUMBERS numbers.

    Only stores that are configured to keep vectors call this, so the package is installed.
    """
    embedder = load_embedder()
    assert embedder is not None
    return embedder.pack("\n".join(texts))
