"""Words that can be corrected and completed, and the forms in which they are compared."""

import unicodedata

import regex

from search.analysis.token_pattern import is_unspaced

__all__ = [
    "MIN_BEGINNING_LENGTH",
    "MIN_SLIP_LENGTH",
    "MIN_TWO_SLIPS_LENGTH",
    "as_written",
    "is_contraction",
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

_LETTERS_OF_SYLLABLE = 2
"""Letters that count for a Hangul syllable, which has two or three, or a Han character."""

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:'[\p{L}\p{M}]+)*")
_HANGUL = regex.compile("[\uac00-\ud7a3]+")
_SYLLABLE = regex.compile(r"[\p{Han}\uac00-\ud7a3]")
_QUOTATION_MARKS = regex.compile("['\"\u05f4\u201c-\u201f]")
_MIN_LENGTH_AFTER_APOSTROPHE = 2
_CONTRACTED = frozenset({"ll", "re", "ve"})


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


def is_contraction(word: str) -> bool:
    """Return whether what follows an apostrophe is an ending: `gaza's`, `don't`, `they'll`."""
    _, apostrophe, ending = word.rpartition("'")
    return bool(apostrophe) and (
        len(ending) < _MIN_LENGTH_AFTER_APOSTROPHE or ending in _CONTRACTED
    )
