"""Loosens long texts in scripts without spaces: several words in one run, not one long phrase.

Where a word ends is unknown, so a run is split into overlapping windows. With signs of a syllable
or a word each, two make a window (the bigrams of Lucene's CJKAnalyzer); alphabets need more.
"""

from search.analysis.token_pattern import is_syllabic, is_unspaced
from search.query.clauses import QueryClauses
from search.query.syntax import Phrase

__all__ = ["loosened", "loosened_minimum", "windows"]

_SYLLABIC_WINDOW = 2
_ALPHABETIC_WINDOW = 5
_MIN_WINDOWS = 4
"""Windows of the shortest text that is loosened; a shorter one is a word."""
_MAX_WINDOWS = 32
"""Windows of the longest text that is loosened; a longer one is a passage."""


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
    """Return clauses with the windows of their long phrases, or None if there is no such phrase."""
    counts: dict[object, int] = {}
    is_loosened = False
    should = []
    for clause, count in zip(clauses.should, clauses.counts, strict=True):
        parts = windows(clause) if isinstance(clause, Phrase) else ()
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
