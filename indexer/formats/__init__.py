"""What a file can hold, told by its name and content, and who reads it.

Who reads pages, exports and feeds is imported when there is one: its libraries take long, and most commands read no file.
"""

import io
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from indexer.formats import json_records
from indexer.formats.encoding import decode_html, in_utf_8
from indexer.formats.options import FormatOptions
from indexer.formats.parsed_record import NoArticle, ParsedRecord
from indexer.formats.validation import parse_json
from indexer.input.byte_stream import ByteStream, Unreadable
from indexer.input.file_format import Format, format_of
from indexer.input.xml_splitter import XmlItems, head_needed, xml_format
from search.errors import InvalidArticle

__all__ = [
    "FormatOptions",
    "NoArticle",
    "ParsedRecord",
    "is_reject",
    "raw_of_reject",
    "read_record",
]


ReadFunction = Callable[[bytes, tuple[bytes, ...], FormatOptions], ParsedRecord]
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


def is_reject(record: Mapping[str, Any]) -> bool:
    """Whether an object is a line of a rejects file, with the record inside."""
    return record.keys() >= _REJECT_KEYS


def read_record(kind: Format, raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> ParsedRecord:
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


def _of_reject(reject: Mapping[str, Any], options: FormatOptions) -> ParsedRecord:
    inner = reject["raw"]
    if isinstance(inner, dict):
        return json_records.read(inner, options)
    if not isinstance(inner, str):
        raise InvalidArticle("the raw record of this reject is neither an object nor text")
    kind = format_of(str(reject["origin"])) or Format.JSON_LINES
    raw = inner.encode("utf-8", "surrogatepass")
    return _read_xml(raw, options) if kind is Format.XML else read_record(kind, raw, (), options)


def _read_xml(raw: bytes, options: FormatOptions) -> ParsedRecord:
    """Read the one item of an XML file that is held in memory."""
    try:
        document = XmlItems(ByteStream(io.BytesIO(raw), None))
        (item,) = document.items()
    except (Unreadable, ValueError) as error:
        raise InvalidArticle(f"this is no XML of one item: {error}") from error
    return read_record(xml_format(document), item.raw, document.context, options)
