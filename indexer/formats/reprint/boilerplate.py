"""Boilerplate that a site adds to every article, and separator rows; the reader drops both."""

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["Boilerplate", "is_separator"]

_SIGNS = r"[\W_]*"
_FLAGS = re.IGNORECASE | re.DOTALL
_SEPARATOR = re.compile(r"(?:[*_\-–—#•]\s*){2,}")
_MAX_CACHED_LENGTH = 200
"""Maximum number of characters; sites repeat short paragraphs verbatim, so results are cached."""
# Two literal characters; the third must not be a quantifier, which could drop the second.
_LITERAL_START = re.compile(r"[^\\.^$*+?{}\[\]|()]{2}(?![*+?{])")
_GROUP = re.compile(r"\((?:[^()\\]|\\.)*\)")


class Boilerplate:
    """A list of regular expressions that match the beginnings of boilerplate paragraphs."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._all = _any_of(patterns)
        literal = {pattern for pattern in patterns if _has_literal_start(pattern)}
        self._starts = frozenset(pattern[:2].lower() for pattern in literal)
        self._others = _any_of([pattern for pattern in patterns if pattern not in literal])
        self._matches_short = lru_cache(maxsize=10_000)(self._matches)

    def matches(self, paragraph: str) -> bool:
        """Return whether a paragraph is boilerplate, such as a disclaimer or a request to share."""
        if len(paragraph) < _MAX_CACHED_LENGTH:
            return self._matches_short(paragraph)
        start = paragraph[:2]
        if start.isalpha() and start.lower() not in self._starts:
            # Most paragraphs of a body end here.
            return self._others.match(paragraph) is not None
        return self._matches(paragraph)

    def _matches(self, paragraph: str) -> bool:
        return self._all.match(paragraph) is not None


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """Compile one pattern of several; without any, one that never matches."""
    alternatives = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(f"{_SIGNS}(?:{alternatives})" if patterns else r"(?!)", _FLAGS)


def _has_literal_start(pattern: str) -> bool:
    """Return whether every text that a pattern matches begins with its first two characters."""
    outside = pattern
    while (shorter := _GROUP.sub("", outside)) != outside:
        outside = shorter
    return _LITERAL_START.match(pattern) is not None and "|" not in outside


def is_separator(paragraph: str) -> bool:
    """Return whether a paragraph is only a row of stars or dashes."""
    return _SEPARATOR.fullmatch(paragraph) is not None
