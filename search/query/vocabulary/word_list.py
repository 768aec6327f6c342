"""Chooses the words that corrections and suggestions may offer.

It is done once, when a generation is written. In a server it would take longer than hundreds of
searches, and every worker would repeat it after each swap.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import regex

from search.analysis.analyzer import analyzer
from search.analysis.stopwords import STOP_WORDS
from search.query.vocabulary.words import (
    MIN_BEGINNING_LENGTH,
    is_contraction,
    is_word,
    letter_count,
)

__all__ = ["WordList"]

_SMALL_ARCHIVE = 1500
"""In archives with fewer articles, words that occur in a single article are included."""
_HANGUL = regex.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class WordList:
    """Words in exact form, with their document frequencies.

    `suggested` contains the most frequent word of each stem, in alphabetical order.
    """

    frequencies: Mapping[str, int]
    suggested: Sequence[str]

    @classmethod
    def of(cls, counts: Mapping[str, int], articles: int) -> "WordList":
        """Choose the words of letters from all words of an index with `articles` articles.

        `counts` are the document frequencies of all words; their order does not matter.
        """
        nouns = _korean_nouns(counts)
        of_nouns: Counter[str] = Counter()
        for word, noun in nouns.items():
            of_nouns[noun] += counts[word]
        counts = dict(counts) | {
            noun: min(count + counts.get(noun, 0), articles) for noun, count in of_nouns.items()
        }
        # A word in a single article is often a typo itself, except in a small archive.
        min_frequency = 2 if articles >= _SMALL_ARCHIVE else 1
        frequencies = {
            word: count
            for word, count in sorted(counts.items())
            if count >= min_frequency
            and is_word(word)
            and letter_count(word) >= MIN_BEGINNING_LENGTH
            and not is_contraction(word)
        }
        return cls(frequencies, _suggested(frequencies, nouns))

    @classmethod
    def from_json(cls, data: bytes) -> "WordList":
        """Parse the file of an older version of Dateline.

        Raises:
            ValueError: the data is not a list of words.

        """
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise ValueError(f"not a list of words: {error}") from error


def _korean_nouns(words: Iterable[str]) -> dict[str, str]:
    """Return the noun of each Korean word with a particle, which may never be written alone."""
    alternatives = analyzer("en").alternatives
    return {
        word: stems[0]
        for word in words
        if not word.isascii() and _HANGUL.search(word)
        for stems in alternatives(word)
        if len(stems) == 1 and stems[0] != word and word.startswith(stems[0])
    }


def _suggested(frequencies: Mapping[str, int], nouns: Mapping[str, str]) -> list[str]:
    """Return the most frequent word of each stem or Korean noun, without stop words."""
    stem = analyzer("en").stem
    best: dict[str, str] = {}
    for word in sorted(
        frequencies.keys() - STOP_WORDS, key=lambda word: (-frequencies[word], word)
    ):
        best.setdefault(nouns.get(word) or stem(word), word)
    return sorted(best.values())
