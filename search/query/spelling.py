"""Corrections of a reader's spelling from the index's own words: offered, and searched at once only when nothing matched."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.analyzer import analyzer, is_unspaced
from search.caching import cached_per_generation
from search.model.query import MAX_TEXT_LENGTH
from search.query.syntax import Node, Phrase, Word, leaves
from search.query.vocabulary import MIN_WORD_LENGTH, Vocabulary

__all__ = ["Speller", "may_be_wrong"]

_MIN_LENGTH = 4
"""Letters of a word that may be a slip of another; shorter ones are too like each other."""
_TWO_SLIPS = 6
"""Letters from which two slips are looked for."""
_CANDIDATES = 40
_OFFERED = 3
_CACHE_SIZE = 4096
_RARE = 1500
"""A word in fewer than one article in so many may be a slip of a frequent one."""
_MUCH_MORE = 100
"""How many times as frequent a word must be, to be offered for one that is there."""
_MUCH_LESS_LIKELY = 3.0
# A slip costs as much as this factor in frequency, e^4; the common ones less.
_SLIP = 4.0
_COMMON_SLIP = 2.5
_OTHER_FIRST_LETTER = 1.5
_PARTED = 5.0

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


class _Candidate(NamedTuple):
    """Another spelling of a word, or two words for one; the larger its score, the likelier."""

    text: str
    score: float


def _neighbours() -> frozenset[tuple[str, str]]:
    """Return the pairs of letters that lie side by side on a keyboard (QWERTY)."""
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


_NEIGHBOURS = _neighbours()


Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
"""Says how many articles hold any form of each of some words, as they were typed."""


def may_be_wrong(tree: Node | None, document_frequencies: Frequencies, articles: int) -> bool:
    """Whether a query holds a word that is rare enough to be a slip; so of most queries no more is asked."""
    words = list(dict.fromkeys(_spelt(tree)))
    return bool(words) and min(document_frequencies(words).values()) * _RARE <= articles


class Speller:
    """Corrects words by those of an index of so many articles."""

    def __init__(self, vocabulary: Vocabulary, articles: int) -> None:
        self.vocabulary = vocabulary
        self._frequencies = vocabulary.frequencies
        self._words = list(self._frequencies)
        self._articles = articles
        self.corrections = cached_per_generation(self._corrections, _CACHE_SIZE)

    def _corrections(self, word: str, frequency: int) -> tuple[_Candidate, ...]:
        """Return what a word (in exact form, in so many articles) may be meant to be, the likeliest first."""
        if frequency and len(word) < _TWO_SLIPS:
            return ()
        most = 1 if frequency or len(word) < _MIN_LENGTH + 1 else 2
        near = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=most, limit=_CANDIDATES
        )
        found = [
            _Candidate(
                other, math.log(self._frequencies[other]) - _cost(word, other, int(distance))
            )
            for other, distance, _ in near
            if other != word
            and self._frequencies[other] >= frequency * _MUCH_MORE
            and (distance == 1 or len(word) >= _TWO_SLIPS or _same_letters(word, other))
        ]
        if not frequency:
            found += self._parted(word)
        ranked = sorted(found, key=lambda each: (-each.score, each.text))
        likely = [each for each in ranked if each.score >= ranked[0].score - _MUCH_LESS_LIKELY]
        # Of several forms of one word the likeliest finds what all of them find.
        by_stem = {analyzer("en").stems(each.text): each for each in reversed(likely)}
        return tuple(each for each in likely if each in by_stem.values())[:_OFFERED]

    def _parted(self, word: str) -> Iterator[_Candidate]:
        """Yield pairs of words whose space was forgotten."""
        for place in range(MIN_WORD_LENGTH, len(word) - MIN_WORD_LENGTH + 1):
            one, other = word[:place], word[place:]
            rarer = min(self._frequencies.get(one, 0), self._frequencies.get(other, 0))
            if rarer > 1:
                yield _Candidate(f"{one} {other}", math.log(rarer) - _PARTED)

    def texts(self, text: str, tree: Node | None, document_frequencies: Frequencies) -> list[str]:
        """Return texts with other spellings of the words that look wrong, the likeliest first."""
        choices: dict[str, tuple[_Candidate, ...]] = {}
        frequencies = document_frequencies(list(dict.fromkeys(_spelt(tree))))
        for typed, frequency in frequencies.items():
            exact = analyzer("en").exact(typed)
            if not exact.isalpha():
                continue
            if frequency * _RARE <= self._articles and (
                found := self.corrections(exact, frequency)
            ):
                choices[typed] = found
        texts = list(self._joined(text, frequencies))
        if choices:
            best = {typed: found[0].text for typed, found in choices.items()}
            texts.append(_replaced(text, best))
            for typed, found in choices.items():
                texts += [_replaced(text, best | {typed: other.text}) for other in found[1:]]
        return [
            other
            for other in dict.fromkeys(texts)
            if other != text and len(other) <= MAX_TEXT_LENGTH
        ][:_OFFERED]

    def _joined(self, text: str, frequencies: Mapping[str, int]) -> Iterator[str]:
        """Yield the text with two words made one, where one of them is unknown and both together are not."""
        for one, other in pairwise(frequencies):
            joined = analyzer("en").exact(one + other)
            if joined in self._frequencies and not (frequencies[one] and frequencies[other]):
                pattern = rf"(?<!\w){re.escape(one)}\s+{re.escape(other)}(?!\w)"
                yield re.sub(pattern, joined, text, flags=re.IGNORECASE)


def _spelt(tree: Node | None) -> Iterator[str]:
    """Yield the words of a query that may be spelt wrong, as they were typed."""
    for leaf in leaves(tree, positive=True):
        typed = (
            leaf.words
            if isinstance(leaf, Phrase)
            else (leaf.text,)
            if isinstance(leaf, Word)
            else ()
        )
        if getattr(leaf, "field", None) in (None, "title", "author"):
            yield from (
                word
                for word in typed
                if len(word) >= _MIN_LENGTH and word.isalpha() and not is_unspaced(word)
            )


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    """Put other words, of letters alone, in the place of some, in the case in which those were typed."""
    for typed, other in replacements.items():
        written = other.upper() if typed.isupper() else other.title() if typed.istitle() else other
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", written, text)
    return text


def _cost(typed: str, meant: str, distance: int) -> float:
    """Return what it takes to believe that one word was typed for another: cheap for the slips that fingers make."""
    cost = distance * _SLIP
    if (distance == 1 and _is_common(typed, meant)) or _same_letters(typed, meant):
        cost = _COMMON_SLIP
    return cost + (_OTHER_FIRST_LETTER if typed[0] != meant[0] else 0.0)


def _same_letters(typed: str, meant: str) -> bool:
    return sorted(typed) == sorted(meant)


def _is_common(typed: str, meant: str) -> bool:
    place = next(
        (at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other),
        min(len(typed), len(meant)),
    )
    if len(typed) == len(meant):
        swapped = typed[place : place + 2] == meant[place : place + 2][::-1]
        pair = typed[place], meant[place]
        return swapped or pair in _NEIGHBOURS or _VOWELS.issuperset(pair)
    longer = typed if len(typed) > len(meant) else meant
    # A letter doubled or not doubled, or a vowel left out.
    return longer[place] in longer[max(place - 1, 0) : place] or longer[place] in _VOWELS
