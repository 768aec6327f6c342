"""Finds the nouns in a Korean word, with regular expressions and the lists of `word_lists`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.analysis.korean.word_lists import (
    CLEAR_BEFORE_PARTICLE,
    ENDS_LIKE_NOUN,
    INDEX_ONLY,
    LIKE_PARTICLE,
    LONGEST_ENDING,
    PARTICLES,
    PREFIXES,
    SHORT_NOUNS,
    SUFFIXES,
    VERB,
    VERB_SYLLABLES,
    WHOLE,
    After,
)

__all__ = ["index_stems", "is_korean", "query_splits", "query_stems"]

_PAIR, _TRIPLE, _QUADRUPLE = 2, 3, 4
"""Syllables of most Sino-Korean words, of these with one affix, and with two."""
_MAX_COMPOUND = 12
"""Syllables of the longest compound that is split at every seam; longer ones get pairs only."""
_MAX_UNIT = 3
_MAX_SPLITS = 8

# Runs of syllables, of digits and of other letters. Single letters of Hangul (jamo), old or typed
# alone, are not syllables.
_RUN = re.compile(r"[가-힣]+|\d+(?:[.,:/]\d+)*|[^\W\d가-힣ᄀ-ᇿㄱ-ㆎꥠ-ꥼힰ-ퟻ]+")
_SYLLABLE = re.compile("[가-힣]")
_JAMO = re.compile("[ᄀ-ᇿㄱ-ㆎꥠ-ꥼힰ-ퟻ]")
_FIRST_SYLLABLE = 0xAC00
_FINALS = 28
_RIEUL = 8

_Span = tuple[int, int]


class _Noun(NamedTuple):
    """A noun `word[:end]` before an ending; `is_clear` if the ending is removed when typed."""

    end: int
    is_clear: bool


def is_korean(word: str) -> bool:
    """Return whether a word has a syllable of Hangul."""
    return _SYLLABLE.search(word) is not None


def index_stems(word: str) -> tuple[tuple[int, int, str], ...]:
    """Return the terms to index in addition to a folded word, each with its span in the word.

    They are the nouns under particles and verbal endings, the parts of compounds, and the runs of
    digits, Latin letters and Hangul in a mixed word (`AI가`, `2024년에`). There are at most about
    100, and none for a word without Hangul.
    """
    runs = _runs(word)
    if not runs:
        return ()
    spans: dict[_Span, None] = {}
    start = _tail_start(word, runs)
    if start is not None:
        spans.update(dict.fromkeys(_nouns(word, start)))
    if len(runs) > 1:
        before = [*runs[:-1], (0, start)] if start and word[start - 1].isalnum() else runs
        spans.update(
            dict.fromkeys(
                (first, last) for first, last in before if last - first > 1 or word[first].isdigit()
            )
        )
    spans.pop((0, len(word)), None)
    return tuple((first, last, word[first:last]) for first, last in spans)


def query_stems(word: str) -> tuple[tuple[str, ...], ...]:
    """Return what a typed word matches: itself, and the nouns of two syllables or more in it.

    An article matches if it has all terms of one of the alternatives.
    """
    start = _tail_start(word, _runs(word))
    if start is None:
        return ((word,),)
    return tuple((term,) for term in dict.fromkeys([word, *_typed_nouns(word, start)]))


def query_splits(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to read a typed word as several nouns, for when nothing matches it whole.

    Compounds are written with or without spaces (`기후변화`, `기후 변화`). At most eight are
    returned.
    """
    start = _tail_start(word, _runs(word))
    if start is None:
        return ()
    splits: dict[tuple[str, ...], None] = {}
    for noun in _typed_nouns(word, start) or [word]:
        length = len(noun)
        if start > 1 and length - start > 1:
            splits[noun[:start], noun[start:]] = None
        if start or length > _MAX_COMPOUND or noun in WHOLE:
            continue
        for seam in range(_PAIR, length - 1):
            splits[noun[:seam], noun[seam:]] = None
        if length > _QUADRUPLE and length % _PAIR == 0:
            splits[tuple(noun[seam : seam + _PAIR] for seam in range(0, length, _PAIR))] = None
    return tuple(splits)[:_MAX_SPLITS]


def _runs(word: str) -> list[_Span]:
    """Return the spans of a word's runs, or an empty list if it has no Hangul."""
    return [match.span() for match in _RUN.finditer(word)] if is_korean(word) else []


def _tail_start(word: str, runs: list[_Span]) -> int | None:
    """Return where the Hangul at the end of a word begins, or None if it ends otherwise."""
    if not runs or runs[-1][1] != len(word) or not _is_syllable(word[-1]):
        return None
    start = runs[-1][0]
    # Letters of old Hangul are one word with the syllables after them.
    return None if start and _JAMO.match(word[start - 1]) else start


def _is_syllable(character: str) -> bool:
    return "가" <= character <= "힣"


def _nouns(word: str, start: int) -> Iterator[_Span]:
    """Yield the spans of the nouns in a word whose Hangul begins at `start`, and of their parts."""
    ends = [noun.end for noun in _before_endings(word, start)]
    if not ends or _ends_like_particle(word, start):
        ends.append(len(word))
    for end in ends:
        yield 0, end
        # In `고속도로` ("motorway") not `고속도` is a compound, but `고속도로` itself.
        is_doubtful = end - start <= _TRIPLE and any(
            other > end and _ends_like_particle(word[:other], start) for other in ends
        )
        if not is_doubtful and not _is_plural(word, start, end):
            yield from _parts(word, start, end)


def _typed_nouns(word: str, start: int) -> list[str]:
    """Return the nouns of two syllables or more before the endings of a typed word."""
    return [
        word[: noun.end]
        for noun in _before_endings(word, start)
        if noun.is_clear and noun.end >= _PAIR
    ]


def _before_endings(word: str, start: int) -> Iterator[_Noun]:
    """Yield the nouns before particles and verbal endings, the shortest first."""
    if word in WHOLE:
        return
    for noun in _before_particles(word, start):
        if _is_plural(word, start, noun.end) or (
            word[1 : noun.end] == "들" and word[0] in SHORT_NOUNS
        ):
            yield noun._replace(end=noun.end - 1)
        yield noun
    if _is_plural(word, start, len(word)):
        yield _Noun(len(word) - 1, is_clear=True)
    if not VERB_SYLLABLES.isdisjoint(word[start + _PAIR :]):
        yield from _before_verb(word, start)


def _before_particles(word: str, start: int) -> Iterator[_Noun]:
    """Yield the nouns before particles: before the longest stack, and others that may be right."""
    length = len(word)
    last = 0
    for end in range(max(start, length - LONGEST_ENDING, 1), length):
        ending = word[end:]
        after = PARTICLES.get(ending)
        if after is None or not _suits(after, word[end - 1]):
            continue
        if not _may_be_noun(word, start, end, ending):
            continue
        # The noun before a shorter particle counts only if it ends like a particle (`결과는`), or
        # the longer particle like a noun.
        is_right = last < _PAIR or word[last:].startswith(ENDS_LIKE_NOUN)
        if is_right or _ends_like_particle(word[:end], start):
            last = end
            is_noun = length - start == _PAIR and word[start:] in LIKE_PARTICLE
            yield _Noun(end, is_clear=ending not in INDEX_ONLY and not is_noun)


def _before_verb(word: str, start: int) -> Iterator[_Noun]:
    """Yield the noun that an inflected 하다 or 되다 follows, at least two syllables long."""
    for end in range(max(start + _PAIR, len(word) - LONGEST_ENDING), len(word)):
        if word[end] in VERB_SYLLABLES and VERB.fullmatch(word, end):
            # One syllable may as well belong to the noun: `인명피해`.
            yield _Noun(end, is_clear=len(word) - end > 1)
            return


def _suits(after: After, before: str) -> bool:
    """Return whether a form of a particle may follow a character."""
    if after is After.ANY or not _is_syllable(before):
        return True
    # Unicode, chapter 3.12: syllables are in the order of their final consonants, none first.
    final = (ord(before) - _FIRST_SYLLABLE) % _FINALS
    match after:
        case After.VOWEL:
            return final == 0
        case After.CONSONANT:
            return final != 0
        case After.VOWEL_OR_RIEUL:
            return final in (0, _RIEUL)
        case _:
            return final not in (0, _RIEUL)


def _may_be_noun(word: str, start: int, end: int, ending: str) -> bool:
    """Return whether `word[:end]` may be a noun before a particle: long enough, or a known one."""
    if start == 0 and end == 1:
        return (
            word[0] in SHORT_NOUNS
            and word[:_PAIR] not in LIKE_PARTICLE
            and ending not in INDEX_ONLY
        )
    # Not verbs: 하는, 되며.
    return end - start <= _PAIR or word[end - 1] not in "하되"


def _ends_like_particle(word: str, start: int) -> bool:
    """Return whether a word that seems to end in a particle may be a noun as it is."""
    noun = word[start:]
    if noun in WHOLE:
        return True
    if noun[-_PAIR:] not in LIKE_PARTICLE or noun[-_QUADRUPLE:-1] in CLEAR_BEFORE_PARTICLE:
        return False
    # Most compounds have an even number of syllables: `국제사회의` is 국제사회 with 의, and
    # `국무회의` a noun.
    return not (noun[-1] == "의" and len(noun) > _QUADRUPLE and len(noun) % _PAIR)


def _is_plural(word: str, start: int, end: int) -> bool:
    return end - start > _PAIR and word[end - 1] == "들"


def _parts(word: str, start: int, end: int) -> Iterator[_Span]:
    """Yield the spans of the nouns in the compound `word[start:end]`.

    A part has two syllables or more and leaves no single syllable before or after it, except for
    an affix. So `학교회의` ("school conference") has no `교회` ("church").
    """
    if word[start:end] in WHOLE:
        return
    if end - start > _MAX_COMPOUND:
        yield from ((first, first + _PAIR) for first in range(start, end - 1))
        return
    if start and end - start >= _PAIR:
        yield start, end
        if word[start - 1].isdigit():
            # A number with its unit, and more: `100만`, `100만명`.
            yield from ((0, last) for last in range(start + 1, min(end, start + _MAX_UNIT + 1)))
    if end - start >= _TRIPLE:
        yield from _without_affix(word, start, end)
    if end - start >= _QUADRUPLE:
        yield from _between_seams(word, start, end)


def _between_seams(word: str, start: int, end: int) -> Iterator[_Span]:
    for first in (start, *range(start + _PAIR, end - 1)):
        for last in (*range(first + _PAIR, end - 1), end):
            if last - first < end - start:
                yield first, last
                has_affix = _TRIPLE <= last - first <= (_QUADRUPLE if last == end else _TRIPLE)
                if has_affix and word[first:last] not in WHOLE:
                    yield from _without_affix(word, first, last)


def _without_affix(word: str, start: int, end: int) -> Iterator[_Span]:
    has_prefix = word[start] in PREFIXES
    has_suffix = word[end - 1] in SUFFIXES
    if has_suffix:
        yield start, end - 1
    if has_prefix:
        yield start + 1, end
    is_both = has_prefix and has_suffix and end - start == _QUADRUPLE
    if is_both and word[start : end - 1] not in WHOLE:
        yield start + 1, end - 1
