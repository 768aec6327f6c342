"""Files to batches of raw records, read as streams: lines, items of XML, elements of a JSON array, or a whole file."""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, NamedTuple

from indexer.input.byte_stream import MAX_RECORD_BYTES, ByteStream, RawRecord, Unreadable
from indexer.input.file_format import Format
from indexer.input.json_splitter import json_elements
from indexer.input.sources import SourceFile
from indexer.input.xml_splitter import XmlItems, xml_format

__all__ = ["BLOCK_BYTES", "LARGE_BLOCK_BYTES", "Batch", "RawRecord", "batches"]

BLOCK_BYTES = 1 << 19
"""Of records that are read together: enough to share work between processes evenly."""
LARGE_BLOCK_BYTES = 1 << 21
"""The same where most records are known, so that handing them over costs more than looking at them."""

_BOM = b"\xef\xbb\xbf"
_PROBLEMS = (OSError, EOFError, zlib.error, Unreadable)


class Batch(NamedTuple):
    """Records of one file, read together; `origin` is the file, relative to its SOURCE.

    `raw` is whole lines from the line `first` on, or all of a file that is one record where that is 0; or `items` are the records.
    `context` is what a format needs of the file's head to read them. `problem` says why what should stand there could not be had.
    """

    kind: Format
    origin: str
    raw: bytes = b""
    first: int = 0
    problem: str = ""
    items: tuple[RawRecord, ...] = ()
    context: tuple[bytes, ...] = ()

    def records(self) -> list[RawRecord]:
        """Part it into records; blank lines are none."""
        if self.items:
            return list(self.items)
        if self.problem or not self.first:
            return [RawRecord(self.first, self.raw, self.problem)]
        lines = enumerate(self.raw.split(b"\n"), self.first)
        found = [RawRecord(number, line) for number, line in lines if line.strip()]
        if len(self.raw) > MAX_RECORD_BYTES:
            found = [_not_too_long(record) for record in found]
        return found

    def alone(self, record: RawRecord) -> "Batch":
        """Return a batch of one of its records."""
        return self._replace(raw=b"", items=(record,))


def batches(
    files: Iterable[SourceFile], on_bytes: Callable[[int], None], block_bytes: int = BLOCK_BYTES
) -> Iterator[Batch]:
    """Read files into batches; `on_bytes` hears how many more bytes of them were read."""
    for file in files:
        if file.problem:
            yield Batch(file.kind, file.origin, problem=file.problem)
            continue
        read = _READERS.get(file.kind, _whole)
        line = 0
        try:
            with _open(file, on_bytes) as stream:
                for batch in read(file, stream, block_bytes):
                    line = batch.items[-1].line if batch.items else batch.first + batch.raw.count(b"\n")
                    yield batch
                stream.check_unchanged()
        except _PROBLEMS as error:
            after = f" after line {line - 1}" if line > 1 else ""
            yield Batch(file.kind, file.origin, first=line, problem=f"the file cannot be read{after}: {error}")


def _open(file: SourceFile, on_bytes: Callable[[int], None]) -> ByteStream:
    raw: IO[bytes] = sys.stdin.buffer if file.path is None else file.path.open("rb", buffering=1 << 18)
    return ByteStream(raw, on_bytes if file.size else None, packed=file.origin.lower().endswith(".gz"))


def _whole(file: SourceFile, stream: ByteStream, _block_bytes: int) -> Iterator[Batch]:
    """Read a file that is one record."""
    text = stream.read(MAX_RECORD_BYTES + 1)
    if len(text) > MAX_RECORD_BYTES:
        yield Batch(file.kind, file.origin, problem=f"the file is larger than {MAX_RECORD_BYTES // 1_000_000} MB")
        return
    # What changed meanwhile may be half of one and half of another text.
    stream.check_unchanged()
    yield Batch(file.kind, file.origin, text)


def _lines(file: SourceFile, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read a file whose lines are records, a block of whole lines at a time."""
    number = 1
    for block in _blocks_of_lines(stream, block_bytes):
        yield Batch(file.kind, file.origin, block, number)
        number += block.count(b"\n")


def _blocks_of_lines(stream: ByteStream, block_bytes: int) -> Iterator[bytes]:
    """Read blocks that end where a line ends; of a line past all bounds only its length is kept in mind."""
    rest = b""
    bom = _BOM
    while block := stream.read(block_bytes):
        end = block.rfind(b"\n") + 1
        if end:
            yield (rest + block[:end]).removeprefix(bom)
            bom = b""
        rest = block[end:] if end else rest + block
        if len(rest) > 2 * MAX_RECORD_BYTES:
            # It is refused for its length whatever follows.
            rest = rest[: MAX_RECORD_BYTES + 1]
    if rest:
        yield rest.removeprefix(bom)


def _xml(file: SourceFile, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read a WordPress export or a feed, some items at a time."""
    document = XmlItems(stream)
    yield from _grouped(
        Batch(xml_format(document), file.origin, context=document.context), document.items(), block_bytes
    )


def _json(file: SourceFile, stream: ByteStream, block_bytes: int) -> Iterator[Batch]:
    """Read an array of JSON objects, or one object."""
    yield from _grouped(Batch(file.kind, file.origin), json_elements(stream), block_bytes)


def _grouped(batch: Batch, records: Iterable[RawRecord], block_bytes: int) -> Iterator[Batch]:
    """Put records together into batches of some size."""
    group: list[RawRecord] = []
    size = 0
    for record in records:
        group.append(record)
        size += len(record.raw)
        if size >= block_bytes:
            yield batch._replace(items=tuple(group))
            group, size = [], 0
    if group:
        yield batch._replace(items=tuple(group))


def _not_too_long(record: RawRecord) -> RawRecord:
    if len(record.raw) <= MAX_RECORD_BYTES:
        return record
    return RawRecord(record.line, b"", f"the line is longer than {MAX_RECORD_BYTES // 1_000_000} MB")


_READERS: dict[Format, Callable[[SourceFile, ByteStream, int], Iterator[Batch]]] = {
    Format.JSON_LINES: _lines,
    Format.XML: _xml,
    Format.JSON_ARRAY: _json,
}
