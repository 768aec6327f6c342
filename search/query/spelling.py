"""Spelling corrections from the index's own words.

A correction is offered above the results; it replaces the typed text only if nothing matches.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice, pairwise
from typing import NamedTuple

import regex

from search.analysis.analyzer import analyzer
from search.analysis.korean import query_splits
from search.model.query import MAX_TEXT_LENGTH
from search.query.parser import TEXT_FIELDS
from search.query.syntax import Node, Phrase, Word, leaves
from search.query.vocabulary.vocabulary import SimilarWord, Vocabulary
from search.query.vocabulary.words import (
    MIN_BEGINNING_LENGTH,
    MIN_SLIP_LENGTH,
    MIN_TWO_SLIPS_LENGTH,
    as_written,
    is_word,
    letter_count,
    spelling_key,
)

__all__ = ["Frequencies", "Speller", "may_be_wrong"]

_MAX_OFFERED = 3
_CACHE_SIZE = 1024
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
_BEGINNING_PENALTY = 2.5
"""That a word is unfinished is as likely as a common typo."""
_PLURAL_PENALTY = 1.0

_MAX_INITIALISM_LENGTH = 6
_OPERATORS = frozenset({"AND", "NOT", "OR"})
_FIELD_NAMES = frozenset((*TEXT_FIELDS, "date"))

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouyаеёиоуыэюяєіїαεηιουω")
_KOREAN_VOWELS = range(0x1161, 0x1176)
_IN_WORD = r"[[\p{L}\p{M}\p{N}_]--[\u02b9\u02bb-\u02bf\ua78b\ua78c]]"
"""Characters of words: letters, marks and digits; no letters that are apostrophes."""
_WORD_CHARACTER = regex.compile(f"(?V1){_IN_WORD}")
_COLON = regex.compile(r"\s*[:：]")


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
    suspects = _suspects(tree)
    if not suspects:
        return False
    frequencies = _frequencies(suspects, document_frequencies)
    return min(map(frequencies.__getitem__, suspects)) * _RARE <= article_count


class Speller:
    """Corrects words by the vocabulary of an index."""

    def __init__(self, vocabulary: Vocabulary, article_count: int) -> None:
        self.vocabulary = vocabulary
        self._article_count = article_count
        self.corrections = lru_cache(_CACHE_SIZE)(partial(_corrections, vocabulary))

    def texts(self, text: str, tree: Node | None, document_frequencies: Frequencies) -> list[str]:
        """Return the text with its suspicious words corrected, the likeliest version first."""
        corrections: dict[str, Sequence[_Candidate]] = {}
        suspects = _suspects(tree)
        frequencies = _frequencies(suspects, document_frequencies)
        for typed in suspects:
            if frequencies[typed] * _RARE <= self._article_count and (
                candidates := self._candidates(typed, frequencies)
            ):
                corrections[typed] = candidates
        texts = dict.fromkeys(
            other
            for other in (
                *self._joined(text, suspects, frequencies),
                *islice(_corrected(text, corrections), _MAX_OFFERED),
            )
            if other != text and len(other) <= MAX_TEXT_LENGTH
        )
        return list(texts)[:_MAX_OFFERED]

    def is_rather_unfinished(self, word: str, document_frequencies: Frequencies) -> bool:
        """Return whether a word is unknown, and likelier to be a beginning than to have a typo."""
        frequencies = _frequencies({word: word}, document_frequencies)
        if frequencies[word]:
            return False
        candidates = self._candidates(word, frequencies)
        score = self._beginning_score(analyzer("en").exact(word))
        return not candidates or score > candidates[0].score

    def _beginning_score(self, exact: str) -> float:
        """Return how likely it is that a word is unfinished, by the most frequent longer word."""
        frequency = self.vocabulary.highest_frequency(exact)
        return math.log(frequency) - _BEGINNING_PENALTY if frequency else -math.inf

    def _candidates(self, typed: str, frequencies: Mapping[str, int]) -> Sequence[_Candidate]:
        """Return corrections of a typed word, the likeliest first."""
        exact = analyzer("en").exact(typed)
        candidates = self.corrections(exact, frequencies[typed])
        if frequencies[typed]:
            return candidates
        singular = _singular_initialism(typed)
        if singular and frequencies[singular]:
            score = math.log(frequencies[singular]) - _PLURAL_PENALTY
            candidates = (_Candidate(analyzer("en").exact(singular), score), *candidates)
        candidates = (*candidates, *self._completed(exact))
        best = {candidate.text: candidate for candidate in sorted(candidates)}
        return sorted(best.values(), key=_by_likelihood)[:_MAX_OFFERED]

    def _completed(self, exact: str) -> Iterator[_Candidate]:
        """Yield likely words that begin with a word if spelt alike, which no prefix search finds.

        `obr` begins `o'brien`, and a Korean syllable that is not finished is another character.
        """
        for word, frequency in self.vocabulary.respelt(exact, _MAX_OFFERED):
            yield _Candidate(word, math.log(frequency) - _BEGINNING_PENALTY)

    def _joined(
        self, text: str, words: Iterable[str], frequencies: Mapping[str, int]
    ) -> Iterator[str]:
        """Yield the text with two words joined, if one is unknown and the joined word is known."""
        for left, right in pairwise(words):
            joined = analyzer("en").exact(left + right)
            if not (frequencies[left] and frequencies[right]) and self.vocabulary.frequency(joined):
                pattern = _pattern(rf"{regex.escape(left)}(?:\s+|\.){regex.escape(right)}")
                yield regex.sub(pattern, joined, text, flags=regex.IGNORECASE)


def _corrections(vocabulary: Vocabulary, word: str, frequency: int) -> tuple[_Candidate, ...]:
    """Return corrections of a word in exact form, the likeliest first.

    `frequency` is the number of articles that contain the word itself. All similar words are
    compared, so that the order of words, which differs between engines, does not matter.
    """
    length = letter_count(word)
    if length < (MIN_TWO_SLIPS_LENGTH if frequency else MIN_SLIP_LENGTH):
        return ()
    typed = spelling_key(word)
    candidates = [
        _Candidate(other.word, math.log(other.frequency) - _penalty(typed, other.key, other.edits))
        for other in _similar(vocabulary, typed, length, is_known=bool(frequency))
        if other.word != word and other.frequency >= frequency * _FREQUENCY_RATIO
    ]
    if not frequency:
        candidates += _word_splits(vocabulary, word)
    return tuple(islice(_distinct(sorted(candidates, key=_by_likelihood)), _MAX_OFFERED))


def _similar(
    vocabulary: Vocabulary, key: str, length: int, *, is_known: bool
) -> Iterator[SimilarWord]:
    """Yield the words that may be meant by one with a spelling key and `length` letters."""
    if length >= MIN_TWO_SLIPS_LENGTH and not is_known:
        yield from vocabulary.similar(key, 2)
        return
    yield from vocabulary.similar(key, 1)
    if length > MIN_SLIP_LENGTH and not is_known:
        # In a short word, two slips are assumed if they only swap its letters.
        yield from (other for other in vocabulary.anagrams(key, 2) if other.edits > 1)


def _distinct(ranked: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Yield the candidates that are not much less likely than the first, one of each stem.

    The likeliest form of a word finds the articles of its other forms too.
    """
    by_stem: dict[str, _Candidate] = {}
    for candidate in ranked:
        if candidate.score < ranked[0].score - _MAX_SCORE_GAP:
            return
        if by_stem.setdefault(analyzer("en").stems(candidate.text), candidate) == candidate:
            yield candidate


def _corrected(text: str, corrections: Mapping[str, Sequence[_Candidate]]) -> Iterator[str]:
    """Yield the text with the likeliest corrections, then with another correction of one word."""
    best = {typed: candidates[0].text for typed, candidates in corrections.items()}
    if best:
        yield _replaced(text, best)
    for typed, candidates in corrections.items():
        for candidate in candidates[1:]:
            yield _replaced(text, best | {typed: candidate.text})


def _by_likelihood(candidate: _Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.text


def _word_splits(vocabulary: Vocabulary, word: str) -> Iterator[_Candidate]:
    """Yield known words that make the word when the space between them is missing.

    In Korean, a space between the nouns of a compound is a matter of taste.
    """
    frequency_of = vocabulary.frequency
    for place in range(1, len(word)):
        left, right = word[:place], word[place:]
        frequency = frequency_of(left)
        if frequency > 1 and (frequency := min(frequency, frequency_of(right))) > 1:
            yield _Candidate(f"{left} {right}", math.log(frequency) - _SPLIT_PENALTY)
    for nouns in query_splits(word):
        if frequency := min(map(frequency_of, nouns)):
            yield _Candidate(" ".join(nouns), math.log(frequency) - _SPLIT_PENALTY)


def _suspects(tree: Node | None) -> dict[str, str]:
    """Return the words of a query that may be misspelt, as typed.

    Each is mapped to the word that it is a part of, such as a compound or an elision.
    """
    suspects: dict[str, str] = {}
    for leaf in leaves(tree, positive=True):
        if isinstance(leaf, Phrase):
            typed = leaf.words
        elif isinstance(leaf, Word) and not leaf.is_optional:
            typed = (leaf.text,)
        else:
            continue
        if leaf.field in (None, "title", "author"):
            for word in typed:
                for part in _parts(word):
                    suspects.setdefault(part, word)
    return suspects


def _parts(word: str) -> Iterator[str]:
    """Yield the parts of a typed word that can be corrected; most words are their only part."""
    if word.isascii() and word.isalpha():
        if len(word) >= MIN_BEGINNING_LENGTH:
            yield word
        return
    for token in analyzer("en").tokens(word):
        # An article that is elided has no stem.
        if (
            token.exact
            and token.stem
            and letter_count(token.exact) >= MIN_BEGINNING_LENGTH
            and is_word(token.exact)
        ):
            yield word[token.start : token.end]


def _frequencies(
    suspects: Mapping[str, str], document_frequencies: Frequencies
) -> Mapping[str, int]:
    """Return the document frequencies of words, and of the initialisms they may be plurals of.

    All are requested at once. A part of a known word is known.
    """
    words = [*suspects, *suspects.values(), *filter(None, map(_singular_initialism, suspects))]
    frequencies = document_frequencies(list(dict.fromkeys(words)))
    return dict(frequencies) | {
        part: max(frequencies[part], frequencies[word])
        for part, word in suspects.items()
        if part != word
    }


def _singular_initialism(typed: str) -> str:
    """Return the initialism of which a word in capitals may be the plural: `MP` of `MPS`, or ""."""
    is_plural = typed.isupper() and typed.endswith("S") and len(typed) <= _MAX_INITIALISM_LENGTH
    return typed.removesuffix("S") if is_plural else ""


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    """Replace words, keeping the case in which they were typed."""
    for typed, other in replacements.items():
        text = "".join(_with_other(text, typed, _in_case(typed, other)))
    return text


def _with_other(text: str, typed: str, other: str) -> Iterator[str]:
    """Yield the parts of a text with another word for a whole word of it."""
    # To compile a pattern for each word takes longer than to find its correction.
    done = 0
    start = text.find(typed)
    while start >= 0:
        end = start + len(typed)
        neighbours = text[max(start - 1, 0) : start] + text[end : end + 1]
        # The name of a field is not a word.
        is_field = typed.lower() in _FIELD_NAMES and _COLON.match(text, end)
        if not _WORD_CHARACTER.search(neighbours) and not is_field:
            yield text[done:start]
            yield other
            done = end
        start = text.find(typed, end if done == end else start + 1)
    yield text[done:]


def _pattern(words: str) -> str:
    """Return the pattern of whole words."""
    return f"(?V1)(?<!{_IN_WORD}){words}(?!{_IN_WORD})"


def _in_case(typed: str, other: str) -> str:
    """Return one or two words in the case of a typed one; never an operator."""
    other = " ".join(map(as_written, other.split()))
    if typed.isupper():
        return " ".join(
            word if word.upper() in _OPERATORS else word.upper() for word in other.split()
        )
    if not typed.istitle():
        return other
    if "'" in other and not typed[1:].islower():
        return other.title()
    return " ".join(map(str.capitalize, other.split()))


def _penalty(typed: str, meant: str, distance: int) -> float:
    """Return how unlikely it is that a word was typed for another; common typos cost less."""
    penalty = distance * _EDIT_PENALTY
    if (distance == 1 and _is_common_typo(typed, meant)) or _same_letters(typed, meant):
        penalty = _COMMON_TYPO_PENALTY
    return penalty + (_FIRST_LETTER_PENALTY if typed[0] != meant[0] else 0.0)


def _same_letters(typed: str, meant: str) -> bool:
    return len(typed) == len(meant) and sorted(typed) == sorted(meant)


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
        return swapped or pair in _ADJACENT_KEYS or all(map(_is_vowel, pair))
    longer = typed if len(typed) > len(meant) else meant
    # A letter is doubled or should be, or a vowel is missing.
    return longer[place] in longer[max(place - 1, 0) : place] or _is_vowel(longer[place])


def _is_vowel(letter: str) -> bool:
    """Return whether a letter is a vowel or a vowel sign."""
    if letter.isascii():
        return letter in _VOWELS
    return (
        letter in _VOWELS
        or ord(letter) in _KOREAN_VOWELS
        or unicodedata.category(letter).startswith("M")
    )
