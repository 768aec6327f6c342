"""Records of one file that are read together."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from indexer.input.streams import byte_stream
from indexer.input.streams.byte_stream import RawRecord
from indexer.input.streams.file_format import Format

__all__ = ["Batch", "grouped"]

_NOTHING: Mapping[str, int] = {}


class Batch(NamedTuple):
    """Records of one file, read together; `origin` is the file, relative to its SOURCE.

    `raw` is whole lines from the line `first` on, or all of a file that is one record where that is 0; or `items` are the records.
    `context` is what a format needs of the file's head to read them. `problem` says why what should stand there could not be had.
    `left_out` counts by kind what is not read, and comes without records.
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
        """Split it into records; blank lines are not records."""
        if self.items:
            return list(self.items)
        if self.left_out:
            return []
        if self.problem or not self.first:
            return [RawRecord(self.first, self.raw, self.problem)]
        lines = enumerate(self.raw.split(b"\n"), self.first)
        found = [RawRecord(number, line) for number, line in lines if line.strip()]
        if len(self.raw) > byte_stream.MAX_RECORD_BYTES:
            found = [_not_too_long(record) for record in found]
        return found

    def alone(self, record: RawRecord) -> "Batch":
        """Return a batch of one of its records."""
        return self._replace(raw=b"", items=(record,))


def grouped(batch: Batch, records: Iterable[RawRecord], block_bytes: int) -> Iterator[Batch]:
    """Put records together into batches of some size; those before an error are not lost."""
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


def _not_too_long(record: RawRecord) -> RawRecord:
    most = byte_stream.MAX_RECORD_BYTES
    if len(record.raw) <= most:
        return record
    return RawRecord(record.line, b"", f"the line is longer than {most // 1_000_000} MB")
