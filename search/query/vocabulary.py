"""The vocabulary of an index, from which corrections and suggestions are chosen.

It is computed once, when a generation is written, and stored with it. In a server this would take
longer than hundreds of searches, and every worker would repeat it after each swap.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
import regex

from search.analysis.analyzer import analyzer
from search.analysis.stopwords import STOP_WORDS
from search.analysis.token_pattern import is_unspaced

__all__ = [
    "MIN_BEGINNING_LENGTH",
    "MIN_SLIP_LENGTH",
    "MIN_TWO_SLIPS_LENGTH",
    "Vocabulary",
    "as_written",
    "is_word",
    "letter_count",
    "spelling_key",
]

# Lengths are those of `letter_count`.
MIN_BEGINNING_LENGTH = 3
"""Letters of the shortest word of a vocabulary.

From this length on, an unknown word is tried as a beginning, and titles are suggested.
"""
MIN_SLIP_LENGTH = 4
"""Letters from which a typo is assumed; shorter words resemble each other too much."""
MIN_TWO_SLIPS_LENGTH = 6
"""Letters from which two typos in a word are assumed."""

_SMALL_ARCHIVE = 1500
"""In archives with fewer articles, words that occur in a single article are included."""
_LETTERS_OF_SYLLABLE = 2
"""Letters that count for a Hangul syllable, which has two or three, or a Han character."""

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:'[\p{L}\p{M}]+)*")
_HANGUL = regex.compile("[\uac00-\ud7a3]+")
_SYLLABLE = regex.compile(r"[\p{Han}\uac00-\ud7a3]")
_QUOTATION_MARKS = regex.compile("['\"\u05f4\u201c-\u201f]")
_MIN_LENGTH_AFTER_APOSTROPHE = 2
_CONTRACTED = frozenset({"ll", "re", "ve"})


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
            and not _is_contraction(word)
        }
        return cls(frequencies, _suggested(frequencies, nouns))

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


def is_word(exact: str) -> bool:
    """Return whether an exact form can be corrected and completed: letters with their marks.

    An apostrophe may be in it. Numbers are not words. Signs of scripts that are written without
    spaces are not either, since they say little by themselves.
    """
    if exact.isascii() and exact.isalpha():
        return True
    return _WORD.fullmatch(exact) is not None and not is_unspaced(exact)


def letter_count(text: str) -> int:
    """Return the length of an exact form in letters, by which short words are told from long ones.

    Vowel signs are counted like vowels. A sign that is a syllable or a word counts as two letters,
    since two-syllable words are as distinctive in Korean as words of four letters elsewhere.
    """
    if text.isascii():
        return len(text)
    return len(text) + (_LETTERS_OF_SYLLABLE - 1) * len(_SYLLABLE.findall(text))


def spelling_key(folded: str) -> str:
    """Return the form of a folded text in which spellings are compared.

    Apostrophes and quotation marks are left out, since readers do (`obrien`). Hangul syllables are
    split into letters: a slip changes one of them, and a syllable may be typed in part.
    """
    if folded.isascii() and "'" not in folded and '"' not in folded:
        return folded
    folded = _QUOTATION_MARKS.sub("", folded)
    return _HANGUL.sub(lambda match: unicodedata.normalize("NFD", match[0]), folded)


def as_written(exact: str) -> str:
    """Return a word in exact form as readers write it: folding loses the final sigma of Greek."""
    return f"{exact[:-1]}ς" if exact.endswith("σ") else exact


def _is_contraction(word: str) -> bool:
    """Return whether what follows an apostrophe is an ending: `gaza's`, `don't`, `they'll`."""
    _, apostrophe, ending = word.rpartition("'")
    return bool(apostrophe) and (
        len(ending) < _MIN_LENGTH_AFTER_APOSTROPHE or ending in _CONTRACTED
    )


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
