"""Readers of every format that a file can hold, chosen by its name and content.

`read_record` is the entry point. It imports the reader of a format on first use, since the
libraries for pages, exports and feeds take longer to import than most commands run.
"""

import io
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import orjson

from indexer.formats import json_records
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.validation import parse_json
from indexer.formats.text.encoding import decode_html, in_utf_8
from indexer.input.streams.byte_stream import ByteStream, Unreadable
from indexer.input.streams.content import format_of_text
from indexer.input.streams.file_format import Format, format_of
from indexer.input.streams.json_splitter import json_elements
from indexer.input.streams.xml_splitter import XmlItems, head_needed, xml_format
from search.errors import InvalidArticle

__all__ = [
    "FormatOptions",
    "NoArticle",
    "ParsedRecord",
    "is_reject",
    "raw_of_reject",
    "read_record",
]


_READERS = {
    Format.REPRINT: "indexer.formats.reprint.reader",
    Format.PAGE: "indexer.formats.page.reader",
    Format.WORDPRESS_EXPORT: "indexer.formats.wordpress.export",
    Format.FEED: "indexer.formats.feeds.reader",
    Format.JSON_FEED: "indexer.formats.feeds.json_feed",
}
"""The module of each format whose `read` takes a raw record and the context of its batch."""

# A line of a rejects file: the record and the reason why it was refused.
_REJECT_KEYS = {"origin", "reason", "raw"}
# The keys under which a rejects file keeps a page of a web archive; the first two are WARC's own.
_CAPTURE = ("WARC-Target-URI", "WARC-Date", "page")


def is_reject(record: Mapping[str, Any]) -> bool:
    """Return whether an object is a line of a rejects file, with the record inside."""
    return record.keys() >= _REJECT_KEYS


def read_record(
    kind: Format,
    raw: bytes,
    context: tuple[bytes, ...],
    options: FormatOptions,
    *,
    shares_id: bool = False,
) -> ParsedRecord:
    """Read a raw record into the keys of an article; validation comes later.

    `context` holds what the batch took from the head of the file. `shares_id` is true where another
    item of the same feed has the same id.

    Raises:
        NoArticle: the record is something else, such as a draft.
        InvalidArticle: the record is not in this format.

    """
    if kind in _READERS:
        read = import_module(_READERS[kind]).read
        # Only feeds have shared ids.
        parsed: ParsedRecord = (
            read(raw, context, options, shares_id=True)
            if shares_id
            else read(raw, context, options)
        )
        return parsed
    record = parse_json(raw)
    return _of_reject(record, options) if is_reject(record) else json_records.read(record, options)


def raw_of_reject(kind: Format, raw: bytes, context: tuple[bytes, ...]) -> bytes:
    """Return the text of a raw record that a rejects file keeps.

    It is all that reading the record again needs, in UTF-8 where its encoding is known.
    """
    if kind is Format.PAGE:
        page = decode_html(raw).encode("utf-8", "replace")
        return _with_capture(page, context) if context else page
    if kind is Format.JSON_FEED:
        return _with_item(context[0], raw)
    if not context:
        return raw
    head, end = context
    return in_utf_8(
        (head_needed(head, raw) if kind is Format.WORDPRESS_EXPORT else head) + raw + end
    )


def _with_capture(page: bytes, context: tuple[bytes, ...]) -> bytes:
    """Wrap a page of a web archive in an object with its address and date."""
    values = [*context, page]
    return orjson.dumps(
        {key: value.decode("utf-8", "replace") for key, value in zip(_CAPTURE, values, strict=True)}
    )


def _with_item(feed: bytes, item: bytes) -> bytes:
    """Put an item back into its JSON Feed."""
    try:
        return orjson.dumps(orjson.loads(feed) | {"items": [orjson.loads(item)]})
    except orjson.JSONDecodeError:
        return item


def _of_reject(reject: Mapping[str, Any], options: FormatOptions) -> ParsedRecord:
    inner = reject["raw"]
    if isinstance(inner, dict):
        return _of_object(inner, options)
    if not isinstance(inner, str):
        raise InvalidArticle("the raw record of this reject is neither an object nor text")
    raw = inner.encode("utf-8", "surrogatepass")
    kind = format_of_text(format_of(str(reject["origin"])) or Format.JSON_LINES, raw)
    return _read_xml(raw, options) if kind is Format.XML else read_record(kind, raw, (), options)


def _of_object(record: dict[str, Any], options: FormatOptions) -> ParsedRecord:
    """Read an object of a rejects file: an archived page, an item in its JSON Feed, or a record."""
    if record.keys() == set(_CAPTURE):
        address, date, page = (
            str(record[key]).encode("utf-8", "surrogatepass") for key in _CAPTURE
        )
        return read_record(Format.PAGE, page, (address, date), options)
    if "items" in record:
        for element in json_elements(ByteStream(io.BytesIO(orjson.dumps(record)), None)):
            if element.feed:
                return read_record(Format.JSON_FEED, element.record.raw, (element.feed,), options)
    return json_records.read(record, options)


def _read_xml(raw: bytes, options: FormatOptions) -> ParsedRecord:
    """Read the only item of an XML document in memory."""
    try:
        document = XmlItems(ByteStream(io.BytesIO(raw), None))
        (item,) = document.items()
    except (Unreadable, ValueError) as error:
        raise InvalidArticle(f"this is not XML with a single item: {error}") from error
    return read_record(xml_format(document), item.raw, document.context, options)
