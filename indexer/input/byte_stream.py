"""Bytes of a file as they come: unpacked, counted, and never more of them than can be."""

import gzip
import os
import re
from collections.abc import Callable
from types import TracebackType
from typing import IO, NamedTuple, Self

__all__ = ["MAX_RECORD_BYTES", "ByteStream", "RawRecord", "Unreadable", "Window"]

MAX_RECORD_BYTES = 64_000_000
"""Of one record before it is read; a body may have 10 MB."""
_FREE_BYTES = 64_000_000
_BLOCK = 1 << 18
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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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


class Window:
    """The part of a stream that is looked at: `buffer` from `start` on.

    Places in it are counted from `start`, so that they stay right when more is read. `line` is the number of the line that
    `start` is in.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self.buffer = b""
        self.start = 0
        self.line = 1
        self.fill()
        self.buffer = self.buffer.removeprefix(b"\xef\xbb\xbf")

    def __len__(self) -> int:
        return len(self.buffer) - self.start

    def fill(self) -> bool:
        """Read more, the more the longer the window is already; False at the end."""
        block = self._stream.read(max(_BLOCK, len(self)))
        self.buffer = self.buffer[self.start :] + block
        self.start = 0
        return bool(block)

    def find(self, sub: bytes, place: int) -> int:
        """Return the first place of some bytes from a place on, -1 where they are not."""
        found = self.buffer.find(sub, self.start + place)
        return found - self.start if found >= 0 else -1

    def search(self, pattern: re.Pattern[bytes], place: int) -> tuple[bytes, int, int] | None:
        """Search from a place on, and return what was found with its two ends."""
        match = pattern.search(self.buffer, self.start + place)
        return (match[0], match.start() - self.start, match.end() - self.start) if match else None

    def peek(self, end: int) -> bytes:
        """Return what stands before a place."""
        return self.buffer[self.start : self.start + end]

    def take(self, end: int) -> bytes:
        """Return what stands before a place, and begin there."""
        taken = self.peek(end)
        self.drop(end)
        return taken

    def drop(self, end: int) -> None:
        """Begin at a place."""
        self.line += self.buffer.count(b"\n", self.start, self.start + end)
        self.start += end
