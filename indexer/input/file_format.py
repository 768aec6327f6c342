"""The kinds of files that Dateline reads, told by the end of their names."""

from enum import Enum

__all__ = ["ENDINGS", "Format", "format_of"]


class Format(Enum):
    """A kind of file; the value names it in messages."""

    JSON_LINES = "JSON Lines"
    JSON_ARRAY = "JSON array"
    REPRINT = "reprint text"
    PAGE = "saved page"
    XML = "XML"
    WORDPRESS_EXPORT = "WordPress export"
    FEED = "feed"


ENDINGS = {
    ".jsonl": Format.JSON_LINES,
    ".jsonl.gz": Format.JSON_LINES,
    ".txt": Format.REPRINT,
    ".html": Format.PAGE,
    ".htm": Format.PAGE,
    ".xml": Format.XML,
    ".xml.gz": Format.XML,
    ".json": Format.JSON_ARRAY,
    ".json.gz": Format.JSON_ARRAY,
}
"""Formats by the ends of names."""


def format_of(name: str) -> Format | None:
    """Return a file's format by the end of its name; None when Dateline does not read it."""
    lower = name.lower()
    return next((kind for ending, kind in ENDINGS.items() if lower.endswith(ending)), None)
