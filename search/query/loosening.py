"""Loosens long texts without spaces: several words in one run, not one long phrase or word.

Where a word ends is unknown, so a run is split into overlapping windows. With signs of a syllable
or a word each, two make a window (the bigrams of Lucene's CJKAnalyzer); alphabets need more. Of
Korean, only a single word is loosened, because spaces tell the words of other texts.
"""

import unicodedata
from itertools import pairwise

import regex

from search.analysis.token_pattern import is_syllabic, is_unspaced
from search.query.clauses import QueryClauses
from search.query.syntax import Node, Phrase, Word

__all__ = ["loosened", "loosened_minimum", "syllable_pairs", "windows"]

_SYLLABIC_WINDOW = 2
_ALPHABETIC_WINDOW = 5
_MIN_WINDOWS = 4
"""Windows of the shortest text that is loosened; a shorter one is a word."""
_MAX_WINDOWS = 32
"""Windows of the longest text that is loosened; a longer one is a passage."""

_HANGUL = regex.compile("[\uac00-\ud7a3]+")


def syllable_pairs(node: Node | None) -> tuple[Word, ...]:
    """Return the pairs of syllables of a long Korean word; none for other nodes."""
    if not isinstance(node, Word) or node.field or node.text.isascii():
        return ()
    runs = _HANGUL.findall(unicodedata.normalize("NFC", node.text))
    pairs = dict.fromkeys(first + second for run in runs for first, second in pairwise(run))
    return tuple(map(Word, pairs)) if _MIN_WINDOWS <= len(pairs) <= _MAX_WINDOWS else ()


def windows(phrase: Phrase) -> tuple[Phrase, ...]:
    """Return the windows of a long phrase without spaces; none for other phrases."""
    if phrase.slop or phrase.field or not all(map(is_unspaced, phrase.words)):
        return ()
    syllabic = all(map(is_syllabic, phrase.words))
    size = _SYLLABIC_WINDOW if syllabic else _ALPHABETIC_WINDOW
    count = len(phrase.words) - size + 1
    if not _MIN_WINDOWS <= count <= _MAX_WINDOWS:
        return ()
    return tuple(Phrase(phrase.words[start : start + size]) for start in range(count))


def loosened(clauses: QueryClauses) -> QueryClauses | None:
    """Return clauses with the parts of their long texts, or None if there is no such text."""
    counts: dict[object, int] = {}
    is_loosened = False
    should: list[Node] = []
    is_alone = len(clauses.should) == 1
    for clause, count in zip(clauses.should, clauses.counts, strict=True):
        parts: tuple[Node, ...] = syllable_pairs(clause) if is_alone else ()
        if isinstance(clause, Phrase):
            parts = windows(clause)
        is_loosened = is_loosened or bool(parts)
        for part in parts or (clause,):
            if part not in counts:
                should.append(part)
            counts[part] = counts.get(part, 0) + count
    if not is_loosened:
        return None
    return QueryClauses(
        must=clauses.must,
        should=tuple(should),
        counts=tuple(counts.values()),
        bigrams=clauses.bigrams,
        strict=clauses,
    )


def loosened_minimum(clauses: QueryClauses) -> int:
    """Return the smallest number of loosened clauses that an article must have: a third of them.

    A third are the windows within words, when words of two signs are joined by one.
    """
    return -(-len(clauses.should) // 3)
