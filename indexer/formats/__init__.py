"""What a file can hold, told by its name and content, and who reads it.

Who reads pages, exports and feeds is imported when there is one: its libraries take long, and most commands read no file.
"""

import io
from collections.abc import Callable, Mapping
from enum import Enum
from importlib import import_module
from typing import Any

from indexer.formats import json_records
from indexer.formats.coding import decode_html, in_utf_8
from indexer.formats.found import Found, NoArticle
from indexer.formats.options import FormatOptions
from indexer.formats.record import parse_json
from indexer.streams import ByteStream, Unreadable
from indexer.xml_items import XmlItems, head_needed
from search.errors import InvalidArticle

__all__ = [
    "ENDINGS",
    "Format",
    "FormatOptions",
    "Found",
    "NoArticle",
    "format_of",
    "is_reject",
    "raw_of_reject",
    "read_record",
    "xml_format",
]


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

ReadFunction = Callable[[bytes, tuple[bytes, ...], FormatOptions], Found]
"""Reads a raw record with what its batch says of the file's head."""

_READERS = {
    Format.REPRINT: "indexer.formats.reprint",
    Format.PAGE: "indexer.formats.page",
    Format.WORDPRESS_EXPORT: "indexer.formats.wordpress",
    Format.FEED: "indexer.formats.feed",
}
"""The modules whose `read` is a ReadFunction, each imported when there is something for it."""

# A line of a rejects file: the record, wrapped in why it was refused.
_REJECT_KEYS = {"origin", "reason", "raw"}


def format_of(name: str) -> Format | None:
    """Tell a file's format by the end of its name; None when it is none of ours."""
    lower = name.lower()
    return next((kind for ending, kind in ENDINGS.items() if lower.endswith(ending)), None)


def xml_format(document: XmlItems) -> Format:
    """Tell which of the formats in XML a document is of."""
    return Format.WORDPRESS_EXPORT if document.is_wordpress else Format.FEED


def is_reject(record: Mapping[str, Any]) -> bool:
    """Whether an object is a line of a rejects file, with the record inside."""
    return record.keys() >= _REJECT_KEYS


def read_record(kind: Format, raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> Found:
    """Read a raw record into the keys of an article, not yet validated. `context` is what its batch says of the file's head.

    Raises:
        NoArticle: it is a record of something else, such as a draft.
        InvalidArticle: it is no record of this format.

    """
    if kind in _READERS:
        read: ReadFunction = import_module(_READERS[kind]).read
        return read(raw, context, options)
    record = parse_json(raw)
    return _of_reject(record, options) if is_reject(record) else json_records.read(record, options)


def raw_of_reject(kind: Format, raw: bytes, context: tuple[bytes, ...]) -> bytes:
    """Return what a rejects file keeps of a raw record: all that reading it again will need, in UTF-8 where its coding is known."""
    if kind is Format.PAGE:
        return decode_html(raw).encode("utf-8", "replace")
    if not context:
        return raw
    head, end = context
    return in_utf_8((head_needed(head, raw) if kind is Format.WORDPRESS_EXPORT else head) + raw + end)


def _of_reject(reject: Mapping[str, Any], options: FormatOptions) -> Found:
    inner = reject["raw"]
    if isinstance(inner, dict):
        return json_records.read(inner, options)
    if not isinstance(inner, str):
        raise InvalidArticle("the raw record of this reject is neither an object nor text")
    kind = format_of(str(reject["origin"])) or Format.JSON_LINES
    raw = inner.encode("utf-8", "surrogatepass")
    return _read_xml(raw, options) if kind is Format.XML else read_record(kind, raw, (), options)


def _read_xml(raw: bytes, options: FormatOptions) -> Found:
    """Read the one item of an XML file that is held in memory."""
    try:
        document = XmlItems(ByteStream(io.BytesIO(raw), None))
        (item,) = document.items()
    except (Unreadable, ValueError) as error:
        raise InvalidArticle(f"this is no XML of one item: {error}") from error
    return read_record(xml_format(document), item.raw, document.context, options)
