"""Embeddings: a text's vector is the mean of the static vectors of its words.

The vectors come from the optional package `wordllama` (256 dimensions, MIT licence). Only its data
files are read: its own loader imports much more and looks for the files elsewhere. The rescorer
blends the cosine similarity of article and query into the scores.
"""

import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain
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
        self._packed_rows = _RowsCache(self._rows_of)

    def vector(self, text: str) -> Vector:
        """Return a text's unit vector, or zeros if no word has a vector."""
        rows = chain.from_iterable(map(self._rows_for, _words_in(text)))
        return _unit_vector(self._weights, rows)

    def pack(self, text: str) -> list[int]:
        """Return a text's vector, quantised to signed bytes, as VECTOR_NUMBERS numbers."""
        rows = chain.from_iterable(map(self._packed_rows.__getitem__, _words_in(text)))
        vector = _unit_vector(self._single_precision, rows)
        largest = float(np.abs(vector).max())
        scaled = vector * (_MAX_COMPONENT / largest) if largest else vector
        numbers: list[int] = np.rint(scaled).astype(np.int8).view("<u8").tolist()
        return numbers

    @cached_property
    def _single_precision(self) -> Vector:
        """The weights for indexing, where converting them again for each text costs most."""
        return self._weights.astype(np.float32)

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


class _RowsCache(dict[str, tuple[int, ...]]):
    """Rows of the weights by word, for indexing; a hit costs half of one in an LRU cache."""

    def __init__(self, rows_of: Callable[[str], tuple[int, ...]]) -> None:
        self._rows_of = rows_of

    def __missing__(self, word: str) -> tuple[int, ...]:
        rows = self._rows_of(word)
        if len(word) <= _MAX_CACHED_LENGTH:
            if len(self) >= _CACHE_SIZE:
                self.clear()
            self[word] = rows
        return rows


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


def _words_in(text: str) -> list[str]:
    return _WORD.findall(text[:_MAX_TEXT_LENGTH])


def _unit_vector(weights: Vector, rows: Iterable[int]) -> Vector:
    """Add up rows of the weights in their order, and scale the sum to unit length."""
    numbers = np.fromiter(rows, np.intp)
    if not len(numbers):
        return np.zeros(weights.shape[1], np.float32)
    total: Vector = weights.take(numbers, axis=0).sum(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(total))
    return total / length if length else total


def _scaled(values: Vector) -> Vector:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
