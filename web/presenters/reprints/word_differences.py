"""Word differences of two versions of a text.

Sequences of words that each text has once are matched first, as far as they are in the same order
in both (patience diff), then the words between them. So texts of tens of thousands of words are
compared in a fraction of a second, while difflib would take minutes.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise, takewhile
from typing import NamedTuple

import regex

__all__ = ["Change", "TextWord", "WordRun", "same_words", "word_runs", "words_of"]

_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"[{_WITHOUT_SPACES}]\p{{M}}*|(?:(?![{_WITHOUT_SPACES}])\S)+", regex.VERSION1
)
"""Text between spaces; of scripts without spaces, each character."""
_PLAIN_SIGNS = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u00a0", "''\"\"-- ")
"""Typographic signs count as the plain ones, which some publishers print in their place."""
_ANCHOR_LENGTHS = (4, 2, 1)
"""Words of the sequences that are matched first, the longest at first."""
_MAX_COMPARED = 250_000
"""Pairs of words up to which all words between two matches are compared with each other."""


class Change(StrEnum):
    """The fate of some words."""

    SAME = "same"
    LEFT_OUT = "left out"
    ADDED = "added"


class TextWord(NamedTuple):
    """A word as it is printed; the first one of a paragraph `begins` it."""

    text: str
    is_after_space: bool
    begins: bool


class WordRun(NamedTuple):
    """Consecutive words with the same fate; those that stayed are the newer version's."""

    change: Change
    words: Sequence[TextWord]


_Block = tuple[int, int, int]
"""Places in two texts where a number of words is the same."""


def words_of(paragraphs: Sequence[str]) -> list[TextWord]:
    """Return the words of paragraphs."""
    return [
        TextWord(found[0], found.start() > 0 and text[found.start() - 1].isspace(), not number)
        for text in paragraphs
        for number, found in enumerate(_WORD.finditer(text))
    ]


def word_runs(old: Sequence[TextWord], new: Sequence[TextWord]) -> list[WordRun]:
    """Return both versions as one, what was left out before what was added in its place."""
    runs: list[WordRun] = []
    reached_old = reached_new = 0
    for start_old, start_new, length in [*_blocks(old, new), (len(old), len(new), 0)]:
        left_out, added = old[reached_old:start_old], new[reached_new:start_new]
        reached_old, reached_new = start_old + length, start_new + length
        same = list(new[start_new:reached_new])
        if same and left_out and same[0].begins and not old[start_old].begins:
            # The words before it in its paragraph were left out.
            same[0] = old[start_old]
        runs += (
            WordRun(Change.LEFT_OUT, left_out),
            WordRun(Change.ADDED, added),
            WordRun(Change.SAME, same),
        )
    return [run for run in runs if run.words]


def same_words(old: Sequence[TextWord], new: Sequence[TextWord]) -> int:
    """Count the words that both versions have in the same order."""
    return sum(length for _, _, length in _blocks(old, new))


def _blocks(old: Sequence[TextWord], new: Sequence[TextWord]) -> list[_Block]:
    """Return the longest blocks of same words, in their order."""
    blocks: list[_Block] = []
    for start_old, start_new, length in sorted(_matches(_keys(old), _keys(new))):
        if blocks and length:
            before_old, before_new, before = blocks[-1]
            if (before_old + before, before_new + before) == (start_old, start_new):
                blocks[-1] = (before_old, before_new, before + length)
                continue
        if length:
            blocks.append((start_old, start_new, length))
    return blocks


def _keys(words: Sequence[TextWord]) -> list[str]:
    return [unicodedata.normalize("NFC", word.text.translate(_PLAIN_SIGNS)) for word in words]


class _Gap(NamedTuple):
    """Parts of two texts that are still to be matched."""

    old: int
    old_end: int
    new: int
    new_end: int
    round: int


def _matches(old: list[str], new: list[str]) -> Iterator[_Block]:
    """Yield blocks of same words, in no order."""
    gaps = [_Gap(0, len(old), 0, len(new), 0)]
    while gaps:
        gap = gaps.pop()
        start = _same(zip(old[gap.old : gap.old_end], new[gap.new : gap.new_end], strict=False))
        yield gap.old, gap.new, start
        left_old = old[gap.old + start : gap.old_end]
        left_new = new[gap.new + start : gap.new_end]
        end = _same(zip(reversed(left_old), reversed(left_new), strict=False))
        yield gap.old_end - end, gap.new_end - end, end
        gap = _Gap(
            gap.old + start, gap.old_end - end, gap.new + start, gap.new_end - end, gap.round
        )
        if end:
            left_old, left_new = left_old[:-end], left_new[:-end]
        if len(left_old) * len(left_new) <= _MAX_COMPARED:
            between = SequenceMatcher(None, left_old, left_new, autojunk=False)
            for one, other, length in between.get_matching_blocks():
                yield gap.old + one, gap.new + other, length
        elif gap.round < len(_ANCHOR_LENGTHS):
            anchors = _anchors(left_old, left_new, _ANCHOR_LENGTHS[gap.round])
            # A gap begins with the words of its anchor.
            gaps += [
                _Gap(
                    gap.old + one,
                    gap.old + one_end,
                    gap.new + other,
                    gap.new + other_end,
                    gap.round + 1,
                )
                for (one, other), (one_end, other_end) in pairwise(
                    [(0, 0), *anchors, (len(left_old), len(left_new))]
                )
            ]


def _same(pairs: Iterable[tuple[str, str]]) -> int:
    """Count the pairs of the same word before the first pair of different ones."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _anchors(old: list[str], new: list[str], length: int) -> list[tuple[int, int]]:
    """Return the places of sequences that both texts have once, as far as in the same order."""
    places = _single(new, length)
    pairs = [
        (place, places[sequence])
        for sequence, place in _single(old, length).items()
        if sequence in places
    ]
    return _rising(pairs)


def _single(words: list[str], length: int) -> dict[tuple[str, ...], int]:
    """Return the sequences of some words that a text has once, with their places, in order."""
    sequences = list(zip(*(words[start:] for start in range(length)), strict=False))
    counts = Counter(sequences)
    return {sequence: place for place, sequence in enumerate(sequences) if counts[sequence] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs, in the order of their first, whose second ones rise, too.

    This is patience sorting: each pair is put on the first pile whose top is not before it.
    """
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        pile = bisect_left(tops, other)
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [other]
        last[pile : pile + 1] = [number]
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
