"""Bytes of a file as they come: unpacked, counted, and never more of them than can be."""

import gzip
import os
from collections.abc import Callable
from types import TracebackType
from typing import IO, NamedTuple, Self

__all__ = ["MAX_RECORD_BYTES", "ByteStream", "RawRecord", "Unreadable"]

MAX_RECORD_BYTES = 64_000_000
"""Of one record before it is read; a body may have 10 MB."""
_FREE_BYTES = 64_000_000
_MOST_EXPANSION = 200
"""Bytes that a packed byte of text may become; of JSON it is ten, of a bomb a thousand."""


class Unreadable(Exception):
    """What stands in a file is not what it should be; the message says what is wrong, and what to do."""


class RawRecord(NamedTuple):
    """Bytes that should be one record; `line` is 0 where a file is one record. `problem` says why they could not be had."""

    line: int
    raw: bytes
    problem: str = ""


class ByteStream:
    """Reads a file, unpacked where it is `packed`; `on_bytes` hears how many more bytes of the file itself were read."""

    def __init__(self, raw: IO[bytes], on_bytes: Callable[[int], None] | None, *, packed: bool = False) -> None:
        self._raw = raw
        self._stream: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if packed else raw
        self._packed = packed
        self._on_bytes = on_bytes
        self._told = 0
        self._given = 0
        self._before = self._state()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Read at most so many bytes; none at the end.

        Raises:
            Unreadable: it unpacks to so much more than it is that it can be no text.
            OSError, EOFError, zlib.error: it cannot be read.

        """
        block = self._stream.read(size)
        if self._on_bytes or self._packed:
            self._count(len(block))
        return block

    def check_unchanged(self) -> None:
        """Make sure that the file is still the one that was opened.

        Raises:
            Unreadable: it was written to while it was read.

        """
        if self._state() != self._before:
            raise Unreadable("it changed while it was read; load it again when it is finished")

    def _count(self, size: int) -> None:
        place = self._raw.tell()
        if self._on_bytes:
            self._on_bytes(place - self._told)
        self._told = place
        self._given += size
        if self._packed and self._given > max(_FREE_BYTES, place * _MOST_EXPANSION):
            raise Unreadable(f"it unpacks to more than {_MOST_EXPANSION} times its size, as no text does")

    def _state(self) -> tuple[int, int] | None:
        """Return size and time of the last change, where it is a file that has them."""
        if self._on_bytes is None:
            return None
        status = os.fstat(self._raw.fileno())
        return status.st_size, status.st_mtime_ns
