"""Files, folders and standard input to batches of raw records."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from indexer.formats import Format, format_of
from search.errors import DatelineError

__all__ = ["STANDARD_INPUT", "Batch", "RawRecord", "SourceFile", "SourceMissing", "batches", "find_files"]

STANDARD_INPUT = "-"

_BATCH_RECORDS = 250
_BATCH_BYTES = 1_000_000
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
    """Records of one file, read together; `origin` is the file, relative to its SOURCE."""

    kind: Format
    origin: str
    records: list[RawRecord]


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


def batches(files: Iterable[SourceFile], on_bytes: Callable[[int], None]) -> Iterator[Batch]:
    """Read files into batches; `on_bytes` hears how many more bytes of them were read."""
    for file in files:
        for records in _grouped(_records(file, on_bytes)):
            yield Batch(file.kind, file.origin, records)


def _grouped(records: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    group: list[RawRecord] = []
    size = 0
    for record in records:
        group.append(record)
        size += len(record.raw)
        if len(group) >= _BATCH_RECORDS or size >= _BATCH_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _records(file: SourceFile, on_bytes: Callable[[int], None]) -> Iterator[RawRecord]:
    line = 0
    try:
        with _open(file) as raw:
            if file.kind is not Format.JSON_LINES:
                text = raw.read(_LONGEST_FILE + 1)
                on_bytes(len(text))
                too_long = "the file is larger than 64 MB" if len(text) > _LONGEST_FILE else ""
                yield RawRecord(0, b"" if too_long else text, too_long)
                return
            gzipped = file.origin.lower().endswith(".gz")
            lines: IO[bytes] = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18) if gzipped else raw
            told = 0
            for record in _lines(lines):
                line = record.line
                if file.size:
                    place = raw.tell()
                    on_bytes(place - told)
                    told = place
                if record.problem or not record.raw.isspace():
                    yield record
    except (OSError, EOFError, zlib.error) as error:
        after = f" after line {line}" if line else ""
        yield RawRecord(
            line + 1 if file.kind is Format.JSON_LINES else 0, b"", f"the file cannot be read{after}: {error}"
        )


def _open(file: SourceFile) -> IO[bytes]:
    if file.path is None:
        return sys.stdin.buffer
    return file.path.open("rb", buffering=1 << 18)


def _lines(stream: IO[bytes]) -> Iterator[RawRecord]:
    number = 0
    while raw := stream.readline(_LONGEST_LINE):
        number += 1
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(_LONGEST_LINE)
            yield RawRecord(number, b"", "the line is longer than 64 MB")
            continue
        yield RawRecord(number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)
