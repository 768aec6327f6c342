"""The file formats that Dateline reads, by extension."""

import re
from enum import Enum

__all__ = ["ARCHIVES", "ENDINGS", "Format", "format_of", "is_packed", "kind_left_out"]


class Format(Enum):
    """A file format; the value is its name in messages."""

    JSON_LINES = "JSON Lines"
    JSON_ARRAY = "JSON array"
    JSON_FEED = "JSON Feed"
    CSV = "CSV table"
    REPRINT = "reprint text"
    PAGE = "saved page"
    XML = "XML"
    WORDPRESS_EXPORT = "WordPress export"
    FEED = "feed"
    ZIP = "zip archive"
    TAR = "tar archive"
    WARC = "web archive"


_TEXTS = {
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".jl": Format.JSON_LINES,
    ".json": Format.JSON_ARRAY,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.REPRINT,
    ".html": Format.PAGE,
    ".htm": Format.PAGE,
    ".xhtml": Format.PAGE,
    ".shtml": Format.PAGE,
    ".xml": Format.XML,
    ".rss": Format.XML,
    ".atom": Format.XML,
    ".rdf": Format.XML,
}
_ARCHIVES = {
    ".zip": Format.ZIP,
    ".tar": Format.TAR,
    ".tar.gz": Format.TAR,
    ".tgz": Format.TAR,
    ".warc": Format.WARC,
    ".warc.gz": Format.WARC,
}
_PACKED = ".gz"
ARCHIVES = frozenset(_ARCHIVES.values())
"""Formats that contain files of other formats."""
ENDINGS = {**_TEXTS, **{f"{ending}{_PACKED}": kind for ending, kind in _TEXTS.items()}, **_ARCHIVES}
"""Formats by extension."""

_ENDING = re.compile(r"(?:\.[a-z0-9_+-]{1,12})?\.gz|\.[a-z0-9_+-]{1,16}")


def format_of(name: str) -> Format | None:
    """Return a file's format by its extension; None if it is not supported."""
    lower = name.lower()
    stem, dot, ending = lower.rpartition(".")
    kind = ENDINGS.get(dot + ending)
    if kind is None and ending == "gz":
        _, dot, inner = stem.rpartition(".")
        kind = ENDINGS.get(f"{dot}{inner}{_PACKED}")
    return kind


def is_packed(name: str) -> bool:
    """Return True if a file's extension says that it is packed with gzip."""
    return name.lower().endswith((_PACKED, ".tgz"))


def kind_left_out(name: str) -> str:
    """Return the kind under which a file is counted as left out."""
    name = name.rpartition("/")[2].lower()
    stem, dot, ending = name.rpartition(".")
    known = bool(stem) and _ENDING.fullmatch(dot + ending)
    return f"other: .{ending}" if known else "other: no ending"
