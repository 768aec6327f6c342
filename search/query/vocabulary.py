"""The vocabulary of an index, from which corrections and suggestions are chosen.

It is computed once, when a generation is written, and stored with it. In a server this would take
longer than hundreds of searches, and every worker would repeat it after each swap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from search.analysis.analyzer import analyzer
from search.analysis.stopwords import STOP_WORDS

__all__ = ["MIN_WORD_LENGTH", "Vocabulary"]

MIN_WORD_LENGTH = 3
_SMALL_ARCHIVE = 1500
"""In archives with fewer articles, words that occur in a single article are included."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in exact form, with their document frequencies.

    `suggested` contains the most frequent word of each stem, in alphabetical order.
    """

    frequencies: Mapping[str, int]
    suggested: Sequence[str]

    @classmethod
    def of(cls, counts: Mapping[str, int], articles: int) -> "Vocabulary":
        """Choose the words of letters from all words of an index with `articles` articles.

        `counts` are the document frequencies of all words.
        """
        # A word in a single article is often a typo itself, except in a small archive.
        min_frequency = 2 if articles >= _SMALL_ARCHIVE else 1
        frequencies = {
            word: count
            for word, count in counts.items()
            if count >= min_frequency and len(word) >= MIN_WORD_LENGTH and word.isalpha()
        }
        return cls(frequencies, _suggested(frequencies))

    def to_json(self) -> bytes:
        """Serialize the vocabulary."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, data: bytes) -> "Vocabulary":
        """Parse the output of `to_json`.

        Raises:
            ValueError: the data is not a vocabulary.

        """
        try:
            return cls(**orjson.loads(data))
        except TypeError as error:
            raise ValueError(f"not a vocabulary: {error}") from error


def _suggested(frequencies: Mapping[str, int]) -> list[str]:
    """Return the most frequent word of each stem, without stop words."""
    stem = analyzer("en").stem
    best: dict[str, str] = {}
    for word in sorted(
        frequencies.keys() - STOP_WORDS, key=lambda word: (-frequencies[word], word)
    ):
        best.setdefault(stem(word), word)
    return sorted(best.values())
