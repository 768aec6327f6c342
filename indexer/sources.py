"""Files, folders and standard input to batches of raw records."""

import gzip
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from indexer.formats import Format, format_of
from search.errors import DatelineError

__all__ = [
    "BLOCK_BYTES",
    "LARGE_BLOCK_BYTES",
    "STANDARD_INPUT",
    "Batch",
    "RawRecord",
    "SourceFile",
    "SourceMissing",
    "batches",
    "find_files",
]

STANDARD_INPUT = "-"

BLOCK_BYTES = 1 << 19
"""Of lines that are read together: enough to share work between processes evenly."""
LARGE_BLOCK_BYTES = 1 << 21
"""The same where most records are known, so that handing them over costs more than looking at them."""

_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 64_000_000
_LONGEST_FILE = 64_000_000


class SourceMissing(DatelineError):
    """A SOURCE that is not there, cannot be read or holds nothing that Dateline reads."""


class RawRecord(NamedTuple):
    """Bytes that should be one record; `line` is 0 where a file is one record. `problem` says why they could not be had."""

    line: int
    raw: bytes
    problem: str = ""


class Batch(NamedTuple):
    """Records of one file, read together; `origin` is the file, relative to its SOURCE.

    `raw` is whole lines from the line `first` on, or all of a file that is one record where that is 0. `problem` says
    why what should stand there could not be had.
    """

    kind: Format
    origin: str
    raw: bytes
    first: int = 0
    problem: str = ""

    def records(self) -> list[RawRecord]:
        """Part it into records; blank lines are none."""
        if self.problem or not self.first:
            return [RawRecord(self.first, self.raw, self.problem)]
        lines = enumerate(self.raw.split(b"\n"), self.first)
        found = [RawRecord(number, line) for number, line in lines if line.strip()]
        if len(self.raw) > _LONGEST_LINE:
            found = [_not_too_long(record) for record in found]
        return found


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; `size` in bytes, 0 where it cannot be known."""

    path: Path | None
    origin: str
    kind: Format
    size: int


def find_files(sources: Sequence[str]) -> list[SourceFile]:
    """Find all files of the SOURCEs, in order; folders are walked by name, hidden files left out.

    Raises:
        SourceMissing: a SOURCE is not there, or is a file of no known kind.

    """
    files: list[SourceFile] = []
    for source in sources:
        path = Path(source)
        if source == STANDARD_INPUT:
            files.append(SourceFile(None, STANDARD_INPUT, Format.JSON_LINES, 0))
        elif path.is_dir():
            files += _walk(path)
        elif path.is_file() or path.is_fifo():
            kind = format_of(path.name)
            if kind is None:
                raise SourceMissing(f"{source} is of no kind that Dateline reads: .txt, .jsonl or .jsonl.gz")
            if not os.access(path, os.R_OK):
                raise SourceMissing(f"{source} cannot be read; its permissions do not allow it")
            files.append(SourceFile(path, path.name, kind, path.stat().st_size))
        else:
            raise SourceMissing(f"{source} does not exist; give a file, a folder, or - for standard input")
    return files


def _walk(folder: Path) -> Iterator[SourceFile]:
    def refuse(error: OSError) -> None:
        raise SourceMissing(f"{error.filename} cannot be read ({error.strerror})") from error

    for directory, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            kind = None if name.startswith(".") else format_of(name)
            path = Path(directory, name)
            if kind is not None and path.is_file():
                yield SourceFile(path, path.relative_to(folder).as_posix(), kind, path.stat().st_size)


def batches(
    files: Iterable[SourceFile], on_bytes: Callable[[int], None], block_bytes: int = BLOCK_BYTES
) -> Iterator[Batch]:
    """Read files into batches; `on_bytes` hears how many more bytes of them were read."""
    for file in files:
        if file.kind is Format.JSON_LINES:
            yield from _lines(file, on_bytes, block_bytes)
        else:
            yield from _whole(file, on_bytes)


def _whole(file: SourceFile, on_bytes: Callable[[int], None]) -> Iterator[Batch]:
    """Read a file that is one record."""
    try:
        with _open(file) as raw:
            text = raw.read(_LONGEST_FILE + 1)
    except OSError as error:
        yield Batch(file.kind, file.origin, b"", problem=f"the file cannot be read: {error}")
        return
    on_bytes(len(text))
    if len(text) > _LONGEST_FILE:
        yield Batch(file.kind, file.origin, b"", problem="the file is larger than 64 MB")
    else:
        yield Batch(file.kind, file.origin, text)


def _lines(file: SourceFile, on_bytes: Callable[[int], None], block_bytes: int) -> Iterator[Batch]:
    """Read a file whose lines are records, a block of whole lines at a time."""
    number = 1
    try:
        with _open(file) as raw:
            for block in _blocks_of_lines(file, raw, on_bytes, block_bytes):
                yield Batch(file.kind, file.origin, block, number)
                number += block.count(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        after = f" after line {number - 1}" if number > 1 else ""
        yield Batch(file.kind, file.origin, b"", number, f"the file cannot be read{after}: {error}")


def _not_too_long(record: RawRecord) -> RawRecord:
    return record if len(record.raw) <= _LONGEST_LINE else RawRecord(record.line, b"", "the line is longer than 64 MB")


def _blocks_of_lines(
    file: SourceFile, raw: IO[bytes], on_bytes: Callable[[int], None], block_bytes: int
) -> Iterator[bytes]:
    """Read blocks that end where a line ends; of a line past all bounds only its length is kept in mind."""
    stream: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if file.origin.lower().endswith(".gz") else raw
    told = 0
    rest = b""
    bom = _BOM
    while block := stream.read(block_bytes):
        if file.size:
            place = raw.tell()
            on_bytes(place - told)
            told = place
        end = block.rfind(b"\n") + 1
        if end:
            yield (rest + block[:end]).removeprefix(bom)
            bom = b""
        rest = block[end:] if end else rest + block
        if len(rest) > 2 * _LONGEST_LINE:
            # It is refused for its length whatever follows.
            rest = rest[: _LONGEST_LINE + 1]
    if rest:
        yield rest.removeprefix(bom)


def _open(file: SourceFile) -> IO[bytes]:
    if file.path is None:
        return sys.stdin.buffer
    return file.path.open("rb", buffering=1 << 18)
