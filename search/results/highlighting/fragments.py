"""Fragments: the parts of a long text that show a query's words best, and highlights as HTML."""

import re
from collections.abc import Sequence
from html import escape
from itertools import islice
from typing import NamedTuple

from search.results.highlighting.spans import Span

__all__ = [
    "FRAGMENT_LENGTH",
    "MAX_EXTENT",
    "beginning",
    "best_windows",
    "escaped",
    "fragment",
    "to_html",
]

FRAGMENT_LENGTH = 220
"""Target length of a fragment, in characters."""
_MAX_FRAGMENTS = 2
_MAX_CANDIDATES = 25
_CONTEXT = 60
_MAX_SENTENCE_DISTANCE = 110
MAX_EXTENT = _MAX_CANDIDATES * (FRAGMENT_LENGTH + _MAX_SENTENCE_DISTANCE)
"""Characters of a text after its first highlight that fragments are chosen from, at most."""
_SEPARATOR = "\0"
_SENTENCE_END = re.compile(
    # The regular expression begins with a set of characters, which are searched for fast.
    r"[.!?…\n。！？](?:"
    r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])|(?<=\n)\s*\n|(?<=[。！？]))"
)


def beginning(text: str) -> tuple[str, ...]:
    """Return the beginning of a text as its only fragment; none of an empty text."""
    start = len(text) - len(text.lstrip())
    return (fragment(text, [], Span(start, _end(text, start, start))),) if text.strip() else ()


class _Window(NamedTuple):
    """A candidate for a fragment."""

    score: float
    span: Span
    words: frozenset[str]


def best_windows(text: str, spans: list[Span]) -> list[Span]:
    """Return the windows with the most distinct words, in the order of the text.

    Of windows with equal scores, the earlier one is chosen.
    """
    candidates: list[_Window] = []
    skipped_to = 0
    for number, span in enumerate(spans):
        if span.start < skipped_to:
            continue
        if len(candidates) == _MAX_CANDIDATES:
            break
        start = _start(text, span.start)
        end = _end(text, start, span.end)
        skipped_to = start + FRAGMENT_LENGTH // 2
        words: list[str] = []
        for other_start, other_end in islice(spans, number, None):
            if other_end > end:
                break
            words.append(text[other_start:other_end].lower())
        distinct = frozenset(words)
        score = 4.0 * len(distinct) + min(len(words), 6)
        candidates.append(_Window(score, Span(start, end), distinct))
    if len(candidates) == 1:
        return [candidates[0].span]
    chosen: list[Span] = []
    seen: frozenset[str] = frozenset()
    while candidates and len(chosen) < _MAX_FRAGMENTS:
        best = max(
            candidates,
            key=lambda window: (
                window.score + 3 * len(window.words - seen),
                -window.span.start,
            ),
        )
        chosen.append(best.span)
        seen |= best.words
        candidates = [
            window
            for window in candidates
            if window.span.end <= best.span.start or window.span.start >= best.span.end
        ]
    return sorted(chosen)


def _start(text: str, position: int) -> int:
    """Return the start of a fragment around `position`: of its sentence, or of a word before it.

    The start of the sentence is used only if it is near.
    """
    earliest = max(0, position - _MAX_SENTENCE_DISTANCE)
    if starts := [match.end() for match in _SENTENCE_END.finditer(text, earliest, position)]:
        has_context = position - starts[-1] >= _CONTEXT // 2
        return starts[-1] if has_context or len(starts) == 1 else starts[-2]
    if earliest == 0:
        return len(text) - len(text.lstrip())
    space = text.find(" ", position - _CONTEXT, position)
    return space + 1 if space >= 0 else position


def _end(text: str, start: int, at_least: int) -> int:
    """Return the end of a fragment: at a word, and before a new paragraph if it is long enough."""
    end = start + FRAGMENT_LENGTH
    if end < at_least:
        return at_least
    if end >= len(text):
        return len(text.rstrip())
    paragraph = text.find("\n\n", max(at_least, start + FRAGMENT_LENGTH // 2), end)
    if paragraph >= 0:
        return paragraph
    space = text.rfind(" ", at_least, end + 1)
    return (
        space if space >= 0 else max(at_least, end if not text[start:end].isascii() else at_least)
    )


def fragment(text: str, spans: list[Span], window: Span) -> str:
    """Return a window of a text as HTML with highlights; "…" says where a sentence is cut."""
    start, end = window
    html = to_html(text, spans, start, end)
    # Most windows have no other white space than single spaces, which takes less time to see.
    if not html.isprintable() or "  " in html or html[:1] == " " or html[-1:] == " ":
        html = " ".join(html.split())
    begins_sentence = not text[:start].strip() or _SENTENCE_END.search(
        text, max(0, start - 4), start + 1
    )
    ends_sentence = not text[end:].strip() or text[end - 1] in ".!?…。”"
    return ("" if begins_sentence else "… ") + html + ("" if ends_sentence else " …")


def to_html(text: str, spans: list[Span], start: int, end: int) -> str:
    """Return `text[start:end]` as HTML with those highlights that are whole in it."""
    html = escape(text[start:end])
    pieces: list[str] = []
    position = start
    for first, last in spans:
        if first >= start and last <= end:
            pieces += text[position:first], text[first:last]
            position = last
    if not pieces:
        return html
    pieces.append(text[position:end])
    if len(html) != end - start:
        pieces = list(map(escape, pieces))
    for index in range(1, len(pieces), 2):
        pieces[index] = f"<mark>{pieces[index]}</mark>"
    return "".join(pieces)


def escaped(texts: Sequence[str]) -> list[str]:
    """Return texts as HTML; together, because most have nothing to escape."""
    html = escape(_SEPARATOR.join(texts)).split(_SEPARATOR)
    return html if len(html) == len(texts) else list(map(escape, texts))
