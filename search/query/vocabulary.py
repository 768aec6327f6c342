"""The words of an index that corrections and suggestions choose from, with the number of articles that hold each.

They are chosen once, while a generation is written, and kept beside it: to do that anew takes a server longer than hundreds of
searches, and each of its workers would do it after each swap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from search.analysis.analyzer import analyzer
from search.analysis.stopwords import STOP_WORDS

__all__ = ["MIN_WORD_LENGTH", "Vocabulary"]

MIN_WORD_LENGTH = 3
_SMALL = 1500
"""Articles up to which an archive is so small that a word of a single one counts."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in exact form: `frequencies` says how many articles hold each, `suggested` names one for each stem, in order."""

    frequencies: Mapping[str, int]
    suggested: Sequence[str]

    @classmethod
    def of(cls, counts: Mapping[str, int], articles: int) -> "Vocabulary":
        """Choose words of letters, with the articles that hold them, from all words of an index of so many articles."""
        # A word of a single article is as likely a slip itself, unless the archive is small.
        least = 2 if articles >= _SMALL else 1
        frequencies = {
            word: count
            for word, count in counts.items()
            if count >= least and len(word) >= MIN_WORD_LENGTH and word.isalpha()
        }
        return cls(frequencies, _suggested(frequencies))

    def to_json(self) -> bytes:
        """Write them down."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, data: bytes) -> "Vocabulary":
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is nothing of that kind.

        """
        try:
            return cls(**orjson.loads(data))
        except TypeError as error:
            raise ValueError(f"these are no words: {error}") from error


def _suggested(frequencies: Mapping[str, int]) -> list[str]:
    """Name the words to suggest: of several forms of one word the most frequent, and none of those that are ignored."""
    stem = analyzer("en").stem
    best: dict[str, str] = {}
    for word in sorted(
        frequencies.keys() - STOP_WORDS, key=lambda each: (-frequencies[each], each)
    ):
        best.setdefault(stem(word), word)
    return sorted(best.values())
