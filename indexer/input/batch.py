"""Batches of raw records, the unit of work of a load."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from indexer.input.streams import byte_stream
from indexer.input.streams.byte_stream import RawRecord
from indexer.input.streams.file_format import Format

__all__ = ["Batch", "grouped"]

_NOTHING: Mapping[str, int] = {}


class Batch(NamedTuple):
    """Some records of one file; `origin` is its path relative to the SOURCE.

    The records are `items`, or the lines of `raw`, starting with line `first`; if `first` is 0,
    `raw` is one record. `context` is the part of the file's head that the format needs. `problem`
    says why the records could not be read. A batch with `left_out` has no records; it counts by
    kind what is not read.
    """

    kind: Format
    origin: str
    raw: bytes = b""
    first: int = 0
    problem: str = ""
    items: tuple[RawRecord, ...] = ()
    context: tuple[bytes, ...] = ()
    left_out: Mapping[str, int] = _NOTHING

    def records(self) -> list[RawRecord]:
        """Return the records; blank lines are not records."""
        if self.items:
            return list(self.items)
        if self.left_out:
            return []
        if self.problem or not self.first:
            return [RawRecord(self.first, self.raw, self.problem)]
        lines = enumerate(self.raw.split(b"\n"), self.first)
        records = [RawRecord(number, line) for number, line in lines if line.strip()]
        if len(self.raw) > byte_stream.MAX_RECORD_BYTES:
            records = [_checked_length(record) for record in records]
        return records

    def alone(self, record: RawRecord) -> "Batch":
        """Return a batch of one of its records."""
        return self._replace(raw=b"", items=(record,))


def grouped(batch: Batch, records: Iterable[RawRecord], block_bytes: int) -> Iterator[Batch]:
    """Group records into batches of about `block_bytes`, including those before an error."""
    group: list[RawRecord] = []
    size = 0
    try:
        for record in records:
            group.append(record)
            size += len(record.raw)
            if size >= block_bytes:
                yield batch._replace(items=tuple(group))
                group, size = [], 0
    except byte_stream.READ_PROBLEMS:
        if group:
            yield batch._replace(items=tuple(group))
        raise
    if group:
        yield batch._replace(items=tuple(group))


def _checked_length(record: RawRecord) -> RawRecord:
    limit = byte_stream.MAX_RECORD_BYTES
    if len(record.raw) <= limit:
        return record
    return RawRecord(record.line, b"", f"the line is longer than {limit // 1_000_000} MB")
