"""Whether two articles are one text: reprints, corrected versions, the same dispatch under two headlines.

A text's *sketch* is the smallest and the largest hash of its shingles (min-wise sampling: Broder, "On the resemblance and
containment of documents", 1997), made when it is indexed; texts that share one of the two are compared in full. Shingles
are five words that begin with a long one, so that a text has few and an edit moves few.
"""

import re

from xxhash import xxh3_64_intdigest

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.model.article import Article

__all__ = ["is_near_duplicate", "sketch", "sketch_of"]

_RESEMBLANCE = 0.6
# A text with fewer shingles is too short to tell: forms and headlines repeat.
_MIN_COUNT = 6
_MIN_LENGTH = 600
# The space before is a literal beginning, to which the matcher leaps; looking ahead lets shingles overlap, so that each
# depends on its own words alone.
_SHINGLE = re.compile(rb" (?=([^ ]{8,}(?: [^ ]+){4}))")


def sketch(exact: str) -> tuple[int, ...]:
    """Return the sketch of a text in exact forms: hashes of 63 bits, none for a short text."""
    if len(exact) < _MIN_LENGTH:
        return ()
    shingles = _shingles(exact)
    if len(shingles) < _MIN_COUNT:
        return ()
    hashes = [xxh3_64_intdigest(each) >> 1 for each in shingles]
    return min(hashes), max(hashes)


def sketch_of(article: Article) -> tuple[int, ...]:
    """Return the sketch that an article was indexed with."""
    return sketch(_exact(article))


def is_near_duplicate(one: Article, other: Article) -> bool:
    """Compare two articles in full: whether most of what either says stands in the other."""
    shingles, others = set(_shingles(_exact(one))), set(_shingles(_exact(other)))
    return len(shingles & others) >= _RESEMBLANCE * len(shingles | others) > 0


def _shingles(exact: str) -> list[bytes]:
    return _SHINGLE.findall(exact.encode("utf-8", "surrogatepass"))


def _exact(article: Article) -> str:
    return analyzer(article.language).exact(plain_text(article.body))
