"""Cuts the text around a mention, at words where the script has spaces."""

import unicodedata

from search.model.mentions import Mention, TextPart
from search.results.highlighting.spans import Span

__all__ = ["CONTEXT_LENGTH", "in_context"]

CONTEXT_LENGTH = 80
"""Characters on either side, at most."""
_MAX_TEXT_LENGTH = 400
"""Characters of a mention itself, which a phrase of very long words may exceed."""


def in_context(text: str, span: Span, part: TextPart, number: int) -> Mention:
    """Return the mention that a span of a text is, which no white space surrounds."""
    start = _start(text, span.start)
    end = _end(text, span.end)
    marked = " ".join(text[span.start : span.end].split())
    return Mention(
        part=part,
        before=" ".join(text[start : span.start].split()) + _space(text, span.start - 1, start),
        text=marked if len(marked) <= _MAX_TEXT_LENGTH else f"{marked[:_MAX_TEXT_LENGTH]}…",
        after=_space(text, span.end, span.end, end) + " ".join(text[span.end : end].split()),
        is_cut_before=start > 0,
        is_cut_after=end < len(text),
        number=number,
    )


def _space(text: str, place: int, first: int, end: int | None = None) -> str:
    """Return a space if there is one at a place of the context, which a word is not next to."""
    last = len(text) if end is None else end
    return " " if first <= place < last and text[place].isspace() else ""


def _start(text: str, place: int) -> int:
    """Return where the context before a place begins."""
    start = place - CONTEXT_LENGTH
    if start <= 0:
        return 0
    if not text[start - 1].isspace():
        space = text.find(" ", start, place - 1)
        if space >= 0:
            return space + 1
    return _not_within_character(text, start, place)


def _end(text: str, place: int) -> int:
    """Return where the context after a place ends."""
    end = place + CONTEXT_LENGTH
    if end >= len(text):
        return len(text)
    if not text[end].isspace():
        space = text.rfind(" ", place + 1, end)
        if space >= 0:
            return space
    return _not_within_character(text, end, len(text))


def _not_within_character(text: str, place: int, end: int) -> int:
    """Return the first place that no combining mark follows."""
    while place < end and unicodedata.category(text[place]).startswith("M"):
        place += 1
    return place
