"""What a file can hold, told by its name, and who reads it."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from indexer.formats import reprint
from indexer.formats.record import parse_json
from search.errors import InvalidArticle

__all__ = ["Format", "format_of", "is_reject", "read_record"]


class Format(Enum):
    """A kind of file; the value names it in messages."""

    JSON_LINES = "JSON Lines"
    REPRINT = "reprint text"
    PAGE = "saved page"
    XML = "WordPress export or feed"
    REST_DUMP = "WordPress REST dump"

    @property
    def is_read(self) -> bool:
        """Whether this version reads it."""
        return self in (Format.JSON_LINES, Format.REPRINT)


_ENDINGS = {
    ".jsonl": Format.JSON_LINES,
    ".jsonl.gz": Format.JSON_LINES,
    ".txt": Format.REPRINT,
    ".html": Format.PAGE,
    ".htm": Format.PAGE,
    ".xml": Format.XML,
    ".json": Format.REST_DUMP,
}

# A line of a rejects file: the record, wrapped in why it was refused.
_REJECT_KEYS = {"origin", "reason", "raw"}


def format_of(name: str) -> Format | None:
    """Tell a file's format by the end of its name; None when it is none of ours."""
    lower = name.lower()
    return next((kind for ending, kind in _ENDINGS.items() if lower.endswith(ending)), None)


def is_reject(record: Mapping[str, Any]) -> bool:
    """Whether an object is a line of a rejects file, with the record inside."""
    return record.keys() >= _REJECT_KEYS


def read_record(kind: Format, raw: bytes) -> Mapping[str, Any]:
    """Read a raw record into the keys of an article, not yet validated.

    Raises:
        InvalidArticle: it is no record of this format.

    """
    if kind is Format.REPRINT:
        return reprint.read(raw)
    if kind is not Format.JSON_LINES:
        raise InvalidArticle(f"a {kind.value} is not read by this version; convert it to JSON Lines")
    record = parse_json(raw)
    if not is_reject(record):
        return record
    inner = record["raw"]
    if isinstance(inner, dict):
        return inner
    if not isinstance(inner, str):
        raise InvalidArticle("the raw record of this reject is neither an object nor text")
    return read_record(format_of(str(record["origin"])) or Format.JSON_LINES, inner.encode("utf-8", "surrogatepass"))
