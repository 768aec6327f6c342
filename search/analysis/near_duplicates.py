"""Near-duplicate detection: reprints, corrected versions, one dispatch under two headlines.

A text's *sketch* is the smallest and the largest hash of its shingles (MinHash: Broder, "On the
resemblance and containment of documents", 1997). It is computed at index time, and only texts that
share one of the two hashes are compared in full. A shingle is five words that begin with a long
one, so that a text has few shingles and an edit changes few of them.
"""

import re

from xxhash import xxh3_64_intdigest

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.model.article import Article

__all__ = ["NearDuplicates", "sketch", "sketch_of"]

_MIN_RESEMBLANCE = 0.6
# Shorter texts give false positives, because forms and headlines repeat.
_MIN_SHINGLES = 6
_MIN_LENGTH = 600
# The literal space at the start makes matching fast, and so does writing the words one by one. The
# lookahead lets shingles overlap, so that each depends only on its own words. Words are matched
# without backtracking.
_SHINGLE = re.compile(rb" (?=([^ ]{8,}+ [^ ]++ [^ ]++ [^ ]++ [^ ]++))")


def sketch(exact: str) -> tuple[int, ...]:
    """Return the sketch of a text in exact forms: 63-bit hashes, none for a short text."""
    if len(exact) < _MIN_LENGTH:
        return ()
    shingles = _shingles(exact)
    if len(shingles) < _MIN_SHINGLES:
        return ()
    hashes = list(map(xxh3_64_intdigest, shingles))
    return min(hashes) >> 1, max(hashes) >> 1


def sketch_of(article: Article) -> tuple[int, ...]:
    """Return the sketch with which an article is indexed."""
    return sketch(_exact(article))


class NearDuplicates:
    """Compares some articles of one index with each other; each is analysed once."""

    def __init__(self) -> None:
        self._shingles: dict[str, set[bytes]] = {}

    def are_similar(self, one: Article, other: Article) -> bool:
        """Return whether the shingles of two articles mostly agree (Jaccard similarity)."""
        shingles, others = self._shingles_of(one), self._shingles_of(other)
        return len(shingles & others) >= _MIN_RESEMBLANCE * len(shingles | others) > 0

    def _shingles_of(self, article: Article) -> set[bytes]:
        shingles = self._shingles.get(article.id)
        if shingles is None:
            shingles = self._shingles[article.id] = set(_shingles(_exact(article)))
        return shingles


def _shingles(exact: str) -> list[bytes]:
    return _SHINGLE.findall(exact.encode("utf-8", "surrogatepass"))


def _exact(article: Article) -> str:
    return analyzer(article.language).exact(plain_text(article.body))
