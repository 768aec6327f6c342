"""Meaning as a vector: the mean of the static vectors of a text's words, from the optional package `wordllama`.

Only the package's files are read (256 dimensions, MIT licence): its own loader would import much more and look for them
elsewhere. The second stage of ranking blends how near an article's vector is to the query's into the first stage's scores.
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

__all__ = ["Meaning", "load_meaning"]

_PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_SHARE = 0.35
_MAX_VALUE = 127
_CACHE_SIZE = 100_000
_MAX_CACHED_LENGTH = 40
"""Letters of a word; readers could fill the memory with longer ones, which archives hardly have."""
_WORD = re.compile(r"[^\W_]+")
# What an article is about it says early, and its mean changes little after so many words.
_READ = 20_000

Vector = NDArray[np.float32]


class Meaning:
    """Vectors of texts; get it from `load_meaning()`."""

    def __init__(self, weights: Vector, tokenizer: Tokenizer) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._rows = lru_cache(_CACHE_SIZE)(self._rows_of)

    def vector(self, text: str) -> Vector:
        """Return a text's vector of length 1; zeros when it holds no word with a meaning."""
        rows = [row for word in _WORD.findall(text[:_READ]) for row in self._rows_for(word)]
        total = (
            self._weights[rows].sum(axis=0, dtype=np.float32)
            if rows
            else np.zeros(self._weights.shape[1], np.float32)
        )
        length = float(np.linalg.norm(total))
        return total / length if length else total

    def pack(self, text: str) -> list[int]:
        """Return a text's vector as VECTOR_NUMBERS numbers."""
        vector = self.vector(text)
        largest = float(np.abs(vector).max())
        scaled = vector * (_MAX_VALUE / largest) if largest else vector
        return [int(number) for number in np.rint(scaled).astype(np.int8).view("<u8")]

    def blend(
        self, text: str, scores: Sequence[float], columns: Sequence[Sequence[float | None]]
    ) -> list[float]:
        """Return what orders hits by words and meaning together, from 0 to 1.

        Both are scaled to their range among the hits; `columns` are those of the hits' packed vectors.
        """
        packed = np.array(
            [[int(number or 0) for number in column] for column in columns], dtype="<u8"
        ).T.copy()
        vectors = packed.view(np.int8).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1)
        nearness = vectors @ self.vector(text) / np.where(lengths > 0, lengths, 1)
        words = _scaled(np.array(scores, dtype=np.float32))
        return [
            float(each)
            for each in np.add((1 - _SHARE) * words, _SHARE * _scaled(nearness.astype(np.float32)))
        ]

    def _rows_for(self, word: str) -> tuple[int, ...]:
        return self._rows(word) if len(word) <= _MAX_CACHED_LENGTH else self._rows_of(word)

    def _rows_of(self, word: str) -> tuple[int, ...]:
        if word.lower() in STOP_WORDS:
            return ()
        return tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)


@cache
def load_meaning() -> Meaning | None:
    """Load the vectors, once a process; None where the package is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0])
    (weights,) = load_file(folder / _WEIGHTS).values()
    tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Meaning(weights, tokenizer)


def _scaled(values: Vector) -> Vector:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
