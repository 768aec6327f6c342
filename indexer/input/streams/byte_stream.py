"""Bytes of a file as they come: unpacked, counted, in UTF-8 where they must be, and never more of them than can be."""

import codecs
import io
import os
import re
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import IO, NamedTuple, Self

from indexer.input.streams.gzip_stream import GZIP_MARK, GzipStream, Readable

__all__ = [
    "BOM",
    "FREE_BYTES",
    "MAX_EXPANSION",
    "MAX_RECORD_BYTES",
    "READ_PROBLEMS",
    "ByteStream",
    "RawRecord",
    "Unreadable",
    "Window",
]

MAX_RECORD_BYTES = 64_000_000
"""Of one record before it is read; a body may have 10 MB."""
FREE_BYTES = 64_000_000
"""What may be unpacked however little it was packed."""
MAX_EXPANSION = 200
"""Bytes that a packed byte of text may become; of JSON it is ten, of a bomb a thousand."""
BOM = b"\xef\xbb\xbf"
"""What may mark a text as UTF-8."""
_BLOCK = 1 << 18
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c\x1d\x1f]")


class Unreadable(Exception):
    """What stands in a file is not what it should be; the message says what is wrong, and what to do."""


READ_PROBLEMS = (OSError, EOFError, zlib.error, Unreadable)
"""What reading a stream may raise."""


class RawRecord(NamedTuple):
    """Bytes that should be one record; `line` is 0 where a file is one record. `problem` says why they could not be had.

    `shares_id` says that another item of its feed has the same id and another title.
    """

    line: int
    raw: bytes
    problem: str = ""
    shares_id: bool = False


class ByteStream:
    """Reads a file, unpacked where it is packed with gzip; `on_bytes` hears how many more bytes of the file itself were read.

    `packed` says that the file's name promises it. A web server may have packed a file of any name, or unpacked one.
    """

    def __init__(
        self,
        raw: IO[bytes] | Readable,
        on_bytes: Callable[[int], None] | None,
        *,
        packed: bool = False,
    ) -> None:
        self._raw = raw
        self._promised = packed
        self._unpacked: GzipStream | None = None
        self._begun = self._ended = False
        self._ahead = b""
        self._failure: Exception | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._on_bytes = on_bytes
        self._told = 0
        self._given = 0
        self._before = self._state()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Read at most so many bytes; none at the end.

        Raises:
            Unreadable: it unpacks to so much more than it is that it can be no text.
            OSError, EOFError, zlib.error: it cannot be read.

        """
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
            return block
        return self._fetch(size)

    def read_whole(self, limit: int) -> bytes:
        """Read all that is left, or one byte more than the limit."""
        blocks = []
        left = limit + 1
        while left and (block := self.read(left)):
            blocks.append(block)
            left -= len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def peek(self, size: int) -> bytes:
        """Return what comes next without taking it: fewer bytes at the end, or before what cannot be read."""
        if len(self._ahead) < size and self._failure is None and not self._ended:
            blocks = [self._ahead]
            have = len(self._ahead)
            try:
                while have < size and (block := self._fetch(max(size, _BLOCK))):
                    blocks.append(block)
                    have += len(block)
            except READ_PROBLEMS as error:
                self._failure = error
            self._ahead = b"".join(blocks)
        return self._ahead[:size]

    def replace_ahead(self, number: int, instead: bytes) -> None:
        """Put other bytes in the place of the next ones, which were peeked at."""
        self._ahead = instead + self._ahead[number:]

    def decode(self, coding: str) -> None:
        """Give from here on UTF-8 of what is in another coding."""
        self._decoder = codecs.getincrementaldecoder(coding)("replace")
        self._ahead = self._decoder.decode(self._ahead, final=self._ended).encode(
            "utf-8", "replace"
        )

    def passed(self, place: int) -> None:
        """Hear that the file was read up to a place by somebody else."""
        if self._on_bytes and place > self._told:
            self._on_bytes(place - self._told)
            self._told = place

    def check_unchanged(self) -> None:
        """Make sure that the file is still the one that was opened.

        Raises:
            Unreadable: it was written to while it was read.

        """
        if self._state() != self._before:
            raise Unreadable("it changed while it was read; load it again when it is finished")

    def _fetch(self, size: int) -> bytes:
        if self._failure:
            raise self._failure
        if self._ended:
            return b""
        block = self._unpack(size)
        self._ended = not block
        if self._decoder is None:
            return block
        while True:
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", "replace")
            block = self._unpack(size)
            self._ended = not block

    def _unpack(self, size: int) -> bytes:
        block = (self._unpacked or self._raw).read(size) if self._begun else self._begin(size)
        if self._on_bytes or self._unpacked:
            self._count(len(block))
        return block

    def _begin(self, size: int) -> bytes:
        """Read the first block, which shows whether the file is packed."""
        self._begun = True
        head = self._raw.read(size)
        if head.startswith(GZIP_MARK):
            self._unpacked = GzipStream(self._raw, head)
            return self._unpacked.read(size)
        if self._promised and _NOT_TEXT.search(head, 0, _BLOCK):
            raise Unreadable("it is neither gzip nor text, whatever its name says; copy it again")
        return head

    def _count(self, size: int) -> None:
        place = self._raw.tell()
        if self._on_bytes:
            self._on_bytes(place - self._told)
        self._told = place
        self._given += size
        if self._unpacked and self._given > max(FREE_BYTES, place * MAX_EXPANSION):
            raise Unreadable(
                f"it unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )

    def _state(self) -> tuple[int, int] | None:
        """Return size and time of the last change, where it is a file that has them."""
        if self._on_bytes is None or not isinstance(self._raw, io.IOBase):
            return None
        status = os.fstat(self._raw.fileno())
        return status.st_size, status.st_mtime_ns


class Window:
    """The part of a stream that is looked at: `buffer` from `start` on.

    Places in it are counted from `start`, so that they stay right when more is read. `line` is the number of the line that
    `start` is in.
    """

    def __init__(self, stream: ByteStream | IO[bytes]) -> None:
        self._stream = stream
        self.buffer = b""
        self.start = 0
        self.line = 1
        self.fill()
        self.buffer = self.buffer.removeprefix(BOM)

    def __len__(self) -> int:
        return len(self.buffer) - self.start

    @property
    def last_line(self) -> int:
        """The number of the line that the window ends in."""
        return self.line + self.buffer.count(b"\n", self.start)

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
