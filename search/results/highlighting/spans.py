"""Spans: the parts of a text that are highlighted."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Span", "merged"]


class Span(NamedTuple):
    """`text[start:end]`, in characters."""

    start: int
    end: int


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sort spans and merge overlapping ones."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result
