"""Embeddings: a text's vector is the mean of the static vectors of its words.

The vectors come from the optional package `wordllama` (256 dimensions, MIT licence). Only its data
files are read: its own loader imports much more and looks for the files elsewhere. The rescorer
blends the cosine similarity of article and query into the scores.
"""

import importlib.util
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from search.analysis.stopwords import STOP_WORDS

__all__ = ["Embedder", "load_embedder"]

_PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_SIMILARITY_SHARE = 0.35
_MAX_COMPONENT = 127
_CACHE_SIZE = 100_000
_MAX_CACHED_LENGTH = 40
"""Letters of a word. Archives have hardly any longer words, but queries could fill the cache."""
_WORD = re.compile(r"[^\W_]+")
# Characters per text: articles name their subject early, and more words hardly change the mean.
_MAX_TEXT_LENGTH = 20_000

Vector = NDArray[np.float32]


class Embedder:
    """Computes vectors of texts; get the shared instance from `load_embedder()`."""

    def __init__(self, weights: Vector, tokenizer: Tokenizer) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._rows = lru_cache(_CACHE_SIZE)(self._rows_of)

    def vector(self, text: str) -> Vector:
        """Return a text's unit vector, or zeros if no word has a vector."""
        rows = [
            row for word in _WORD.findall(text[:_MAX_TEXT_LENGTH]) for row in self._rows_for(word)
        ]
        total = (
            self._weights[rows].sum(axis=0, dtype=np.float32)
            if rows
            else np.zeros(self._weights.shape[1], np.float32)
        )
        length = float(np.linalg.norm(total))
        return total / length if length else total

    def pack(self, text: str) -> list[int]:
        """Return a text's vector, quantised to signed bytes, as VECTOR_NUMBERS numbers."""
        vector = self.vector(text)
        largest = float(np.abs(vector).max())
        scaled = vector * (_MAX_COMPONENT / largest) if largest else vector
        return [int(number) for number in np.rint(scaled).astype(np.int8).view("<u8")]

    def blend(
        self, text: str, scores: Sequence[float], columns: Sequence[Sequence[float | None]]
    ) -> list[float]:
        """Blend scores with similarities to `text`; results are from 0 to 1.

        Both are scaled to their range among the hits. `columns` are the columns of the hits' packed
        vectors.
        """
        packed = np.array(
            [[int(number or 0) for number in column] for column in columns], dtype="<u8"
        ).T.copy()
        vectors = packed.view(np.int8).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1)
        similarities = vectors @ self.vector(text) / np.where(lengths > 0, lengths, 1)
        term_part = (1 - _SIMILARITY_SHARE) * _scaled(np.array(scores, dtype=np.float32))
        similarity_part = _SIMILARITY_SHARE * _scaled(similarities.astype(np.float32))
        return [float(score) for score in term_part + similarity_part]

    def _rows_for(self, word: str) -> tuple[int, ...]:
        return self._rows(word) if len(word) <= _MAX_CACHED_LENGTH else self._rows_of(word)

    def _rows_of(self, word: str) -> tuple[int, ...]:
        if word.lower() in STOP_WORDS:
            return ()
        return tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)


@cache
def load_embedder() -> Embedder | None:
    """Load the word vectors, once per process; return None if the package is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    (weights,) = load_file(folder / _WEIGHTS).values()
    tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Embedder(weights, tokenizer)


def _scaled(values: Vector) -> Vector:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
