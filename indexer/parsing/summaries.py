"""Compares a feed's summary with the article's known text."""

import re

from search.analysis.folding import fold
from search.model.article import Article

__all__ = ["says_less"]

_NOT_LETTERS = re.compile(r"[\W_]+")


def says_less(summary: str, known: Article, origin: str) -> bool:
    """Return True if a summary is shorter than the known text and must not replace it.

    A shorter summary replaces the text only as an edit: it is from the same file and not part of
    the text.
    """
    if len(summary) >= len(known.body):
        return False
    return _file(known.origin) != _file(origin) or _letters(summary) in _letters(
        f"{known.deck} {known.body}"
    )


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", fold(text))


def _file(origin: str) -> str:
    file, colon, line = origin.rpartition(":")
    return file if colon and line.isdigit() else origin
