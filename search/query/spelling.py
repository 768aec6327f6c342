"""Spelling corrections from the index's own words.

A correction is offered above the results; it replaces the typed text only if nothing matches.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.analyzer import analyzer, is_unspaced
from search.model.query import MAX_TEXT_LENGTH
from search.query.syntax import Node, Phrase, Word, leaves
from search.query.vocabulary import MIN_WORD_LENGTH, Vocabulary

__all__ = ["Speller", "may_be_wrong"]

_MIN_LENGTH = 4
"""Letters a word needs to be corrected; shorter words resemble each other too much."""
_TWO_EDITS_LENGTH = 6
"""Letters from which two edits are allowed."""
_MAX_CANDIDATES = 40
_MAX_OFFERED = 3
_CACHE_SIZE = 4096
_RARE = 1500
"""A word in fewer than one of this many articles may be a typo of a frequent word."""
_FREQUENCY_RATIO = 100
"""How many times as frequent as an existing word a correction of it must be."""
_MAX_SCORE_GAP = 3.0
"""How much less likely than the best correction another one may be."""
# Scores are logarithms of frequencies: an edit outweighs a frequency factor of e^4, a common typo
# less than that.
_EDIT_PENALTY = 4.0
_COMMON_TYPO_PENALTY = 2.5
_FIRST_LETTER_PENALTY = 1.5
_SPLIT_PENALTY = 5.0

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


class _Candidate(NamedTuple):
    """A correction of a word, or two words for one; a larger score is likelier."""

    text: str
    score: float


def _adjacent_keys() -> frozenset[tuple[str, str]]:
    """Return the pairs of letters next to each other on a QWERTY keyboard."""
    pairs = set()
    for row, letters in enumerate(_KEYBOARD):
        below = _KEYBOARD[row + 1] if row + 1 < len(_KEYBOARD) else ""
        for place, letter in enumerate(letters):
            for other in (
                letters[place + 1 : place + 2],
                below[place : place + 1],
                below[place - 1 : place] if place else "",
            ):
                if other:
                    pairs |= {(letter, other), (other, letter)}
    return frozenset(pairs)


_ADJACENT_KEYS = _adjacent_keys()


Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
"""Returns how many articles contain any form of each word; the words are as typed."""


def may_be_wrong(tree: Node | None, document_frequencies: Frequencies, article_count: int) -> bool:
    """Return whether a query has a word rare enough to be a typo.

    Most queries have none, so they never load the speller.
    """
    words = list(dict.fromkeys(_correctable_words(tree)))
    return bool(words) and min(document_frequencies(words).values()) * _RARE <= article_count


class Speller:
    """Corrects words by the vocabulary of an index."""

    def __init__(self, vocabulary: Vocabulary, article_count: int) -> None:
        self.vocabulary = vocabulary
        self._frequencies = vocabulary.frequencies
        self._article_count = article_count
        self.corrections = lru_cache(_CACHE_SIZE)(
            partial(_corrections, list(self._frequencies), self._frequencies)
        )

    def texts(self, text: str, tree: Node | None, document_frequencies: Frequencies) -> list[str]:
        """Return the text with its suspicious words corrected, the likeliest version first."""
        corrections: dict[str, tuple[_Candidate, ...]] = {}
        frequencies = document_frequencies(list(dict.fromkeys(_correctable_words(tree))))
        for typed, frequency in frequencies.items():
            exact = analyzer("en").exact(typed)
            if not exact.isalpha():
                continue
            if frequency * _RARE <= self._article_count and (
                candidates := self.corrections(exact, frequency)
            ):
                corrections[typed] = candidates
        texts = list(self._joined(text, frequencies))
        if corrections:
            best = {typed: candidates[0].text for typed, candidates in corrections.items()}
            texts.append(_replaced(text, best))
            for typed, candidates in corrections.items():
                texts += [
                    _replaced(text, best | {typed: candidate.text}) for candidate in candidates[1:]
                ]
        return [
            other
            for other in dict.fromkeys(texts)
            if other != text and len(other) <= MAX_TEXT_LENGTH
        ][:_MAX_OFFERED]

    def _joined(self, text: str, frequencies: Mapping[str, int]) -> Iterator[str]:
        """Yield the text with two words joined, if one is unknown and the joined word is known."""
        for left, right in pairwise(frequencies):
            joined = analyzer("en").exact(left + right)
            if joined in self._frequencies and not (frequencies[left] and frequencies[right]):
                pattern = rf"(?<!\w){re.escape(left)}\s+{re.escape(right)}(?!\w)"
                yield re.sub(pattern, joined, text, flags=re.IGNORECASE)


def _corrections(
    words: Sequence[str], frequencies: Mapping[str, int], word: str, frequency: int
) -> tuple[_Candidate, ...]:
    """Return corrections of a word in exact form, the likeliest first.

    `frequency` is the number of articles that contain the word itself.
    """
    if frequency and len(word) < _TWO_EDITS_LENGTH:
        return ()
    max_edits = 1 if frequency or len(word) < _MIN_LENGTH + 1 else 2
    similar = process.extract(
        word, words, scorer=OSA.distance, score_cutoff=max_edits, limit=_MAX_CANDIDATES
    )
    candidates = [
        _Candidate(other, math.log(frequencies[other]) - _penalty(word, other, int(distance)))
        for other, distance, _ in similar
        if other != word
        and frequencies[other] >= frequency * _FREQUENCY_RATIO
        and (distance == 1 or len(word) >= _TWO_EDITS_LENGTH or _same_letters(word, other))
    ]
    if not frequency:
        candidates += _word_splits(frequencies, word)
    ranked = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.text))
    likely = [
        candidate for candidate in ranked if candidate.score >= ranked[0].score - _MAX_SCORE_GAP
    ]
    # The likeliest form of a word finds the articles of its other forms too.
    by_stem = {analyzer("en").stems(candidate.text): candidate for candidate in reversed(likely)}
    return tuple(candidate for candidate in likely if candidate in by_stem.values())[:_MAX_OFFERED]


def _word_splits(frequencies: Mapping[str, int], word: str) -> Iterator[_Candidate]:
    """Yield pairs of known words that make the word when the space between them is missing."""
    for place in range(MIN_WORD_LENGTH, len(word) - MIN_WORD_LENGTH + 1):
        left, right = word[:place], word[place:]
        frequency = min(frequencies.get(left, 0), frequencies.get(right, 0))
        if frequency > 1:
            yield _Candidate(f"{left} {right}", math.log(frequency) - _SPLIT_PENALTY)


def _correctable_words(tree: Node | None) -> Iterator[str]:
    """Yield the words of a query that may be misspelt, as typed."""
    for leaf in leaves(tree, positive=True):
        if isinstance(leaf, Phrase):
            typed = leaf.words
        elif isinstance(leaf, Word) and not leaf.is_optional:
            typed = (leaf.text,)
        else:
            continue
        if leaf.field in (None, "title", "author"):
            yield from (
                word
                for word in typed
                if len(word) >= _MIN_LENGTH and word.isalpha() and not is_unspaced(word)
            )


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    """Replace words, keeping the case in which they were typed."""
    for typed, other in replacements.items():
        in_case = other.upper() if typed.isupper() else other.title() if typed.istitle() else other
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", in_case, text)
    return text


def _penalty(typed: str, meant: str, distance: int) -> float:
    """Return how unlikely it is that a word was typed for another; common typos cost less."""
    penalty = distance * _EDIT_PENALTY
    if (distance == 1 and _is_common_typo(typed, meant)) or _same_letters(typed, meant):
        penalty = _COMMON_TYPO_PENALTY
    return penalty + (_FIRST_LETTER_PENALTY if typed[0] != meant[0] else 0.0)


def _same_letters(typed: str, meant: str) -> bool:
    return sorted(typed) == sorted(meant)


def _is_common_typo(typed: str, meant: str) -> bool:
    place = next(
        (
            place
            for place, (left, right) in enumerate(zip(typed, meant, strict=False))
            if left != right
        ),
        min(len(typed), len(meant)),
    )
    if len(typed) == len(meant):
        swapped = typed[place : place + 2] == meant[place : place + 2][::-1]
        pair = typed[place], meant[place]
        return swapped or pair in _ADJACENT_KEYS or _VOWELS.issuperset(pair)
    longer = typed if len(typed) > len(meant) else meant
    # A letter is doubled or should be, or a vowel is missing.
    return longer[place] in longer[max(place - 1, 0) : place] or longer[place] in _VOWELS
