"""Splits a byte stream into batches of raw records, with one reader per format."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter

import orjson

from indexer.input.batch import Batch, grouped
from indexer.input.sources import SourceFile
from indexer.input.streams import byte_stream
from indexer.input.streams.byte_stream import BOM, READ_PROBLEMS, ByteStream, Unreadable
from indexer.input.streams.content import format_by_content
from indexer.input.streams.csv_splitter import header_of, table_rows
from indexer.input.streams.feed_ids import identity_in_json, identity_in_xml, with_shared_ids
from indexer.input.streams.file_format import Format, kind_left_out
from indexer.input.streams.json_splitter import json_elements
from indexer.input.streams.xml_splitter import XmlItems, xml_format

__all__ = ["read_stream"]

_SIGNS_OF_EXPORTS = {
    Format.PAGE: (b"<wp:status", b"<wp:post_"),
    # Not for pages, whose scripts may contain "rendered".
    Format.REPRINT: (b"<wp:status", b"<wp:post_", b'"rendered":'),
}


def read_stream(file: SourceFile, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read a file, or a member of an archive, by the format of its content.

    If it is broken, the records before the break are read and the last batch has a problem.
    """
    kind, line = file.kind, 0
    try:
        kind = format_by_content(file.kind, stream)
        for batch in _READERS[kind](file, kind, stream, block_bytes):
            line = batch.items[-1].line if batch.items else batch.first + batch.raw.count(b"\n")
            yield batch
        stream.check_unchanged()
    except READ_PROBLEMS as error:
        after = f" after line {line - 1}" if line > 1 else ""
        yield Batch(
            kind, file.origin, first=line, problem=f"the file cannot be read{after}: {error}"
        )


def _whole(
    file: SourceFile, kind: Format, stream: ByteStream, _block_bytes: int
) -> Iterator[Batch]:
    """Read a file that is one record."""
    limit = byte_stream.MAX_RECORD_BYTES
    raw = stream.read_whole(limit)
    if len(raw) > limit:
        yield Batch(kind, file.origin, problem=f"the file is larger than {limit // 1_000_000} MB")
        return
    # Without NULs, as UTF-16 without a byte order mark has them.
    text = raw.replace(b"\0", b"") if b"\0" in raw else raw
    if any(sign in text for sign in _SIGNS_OF_EXPORTS[kind]):
        # Its private posts could not be recognised.
        yield Batch(
            kind,
            file.origin,
            problem="it contains posts of a WordPress export; save those as .xml or .json",
        )
        return
    # A file that changed meanwhile may be a mix of two texts.
    stream.check_unchanged()
    yield Batch(kind, file.origin, raw)


def _lines(file: SourceFile, kind: Format, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read a file whose lines are records, in blocks of whole lines."""
    number = 1
    for block in _blocks_of_lines(stream, block_bytes):
        yield Batch(kind, file.origin, block, number)
        number += block.count(b"\n")


def _blocks_of_lines(stream: ByteStream, block_bytes: int) -> Iterator[bytes]:
    """Yield blocks of whole lines; a line above the size limit is not kept whole."""
    bom = BOM
    limit = byte_stream.MAX_RECORD_BYTES
    # The pieces of an unfinished line; joining them once avoids copying them for each block.
    pieces: list[bytes] = []
    length = 0
    try:
        while block := stream.read(block_bytes):
            if end := block.rfind(b"\n") + 1:
                yield b"".join([*pieces, block[:end]]).removeprefix(bom)
                bom, pieces, length = b"", [], 0
                block = block[end:]
            # A line above the limit is refused anyway, so the rest of it is dropped.
            if length <= limit:
                pieces.append(block)
                length += len(block)
    except READ_PROBLEMS:
        # The last line before the error is kept only if it is complete.
        rest = b"".join(pieces).removeprefix(bom)
        if _is_object(rest):
            yield rest
        raise
    if length:
        yield b"".join(pieces).removeprefix(bom)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _xml(file: SourceFile, _kind: Format, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read WordPress exports or feeds; several may be joined in one file."""
    document: XmlItems | None = XmlItems(stream)
    while document:
        kind = xml_format(document)
        items = document.items()
        if kind is Format.FEED:
            items = with_shared_ids(items, identity_in_xml)
        yield from grouped(Batch(kind, file.origin, context=document.context), items, block_bytes)
        document = document.next_document()


def _json(file: SourceFile, kind: Format, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read JSON objects: in arrays, in lists within an object, or in sequence."""
    elements = json_elements(stream, file.selection.article_keys)
    for feed, items in groupby(elements, attrgetter("feed")):
        records = (element.record for element in items)
        if feed:
            batch = Batch(Format.JSON_FEED, file.origin, context=(feed,))
            yield from grouped(batch, with_shared_ids(records, identity_in_json), block_bytes)
        else:
            yield from grouped(Batch(kind, file.origin), records, block_bytes)


def _table(file: SourceFile, kind: Format, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read a table of articles; in a folder, a table of other things is left out."""
    header, _ = header_of(stream, file.selection.keys)
    if not header.missing:
        yield from grouped(
            Batch(kind, file.origin), table_rows(stream, file.selection.keys), block_bytes
        )
    elif not file.is_source:
        yield Batch(kind, file.origin, left_out={kind_left_out(file.origin): 1})
    else:
        raise Unreadable(header.problem)


_READERS: dict[Format, Callable[[SourceFile, Format, ByteStream, int], Iterator[Batch]]] = {
    Format.JSON_LINES: _lines,
    Format.JSON_ARRAY: _json,
    Format.CSV: _table,
    Format.XML: _xml,
    Format.PAGE: _whole,
    Format.REPRINT: _whole,
}
