"""Reads a file as a stream of bytes: unpacked, size-limited and, where necessary, as UTF-8."""

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
"""Limit of a raw record; the limit of an article's body is 10 MB."""
FREE_BYTES = 64_000_000
"""Unpacked size that is always allowed."""
MAX_EXPANSION = 200
"""Limit of the expansion ratio; JSON has about 10, a decompression bomb 1,000."""
BOM = b"\xef\xbb\xbf"
"""Byte order mark of UTF-8."""
_BLOCK = 1 << 18
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c\x1d\x1f]")


class Unreadable(Exception):
    """The content of a file is broken; the message says how, and what to do."""


READ_PROBLEMS = (OSError, EOFError, zlib.error, Unreadable)
"""Errors that reading a stream raises."""


class RawRecord(NamedTuple):
    """The bytes of one record; `line` is 0 if the file is one record.

    `problem` says why the bytes could not be read. `shares_id` is True if another item of the feed
    has the same id and another title.
    """

    line: int
    raw: bytes
    problem: str = ""
    shares_id: bool = False


class ByteStream:
    """Reads a file, and unpacks gzip; `on_bytes` is called with the number of file bytes read.

    `packed` is True if the file's name says gzip. Content decides, because a web server may have
    packed a file of any name, or unpacked it.
    """

    def __init__(
        self,
        raw: IO[bytes] | Readable,
        on_bytes: Callable[[int], None] | None,
        *,
        packed: bool = False,
    ) -> None:
        self._raw = raw
        self._is_packed = packed
        self._unpacked: GzipStream | None = None
        self._started = self._ended = False
        self._ahead = b""
        self._failure: Exception | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._on_bytes = on_bytes
        self._reported = 0
        self._unpacked_size = 0
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
        """Read at most `size` bytes; b"" at the end.

        Raises:
            Unreadable: it expands to more than text can.
            OSError, EOFError, zlib.error: it cannot be read.

        """
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
            return block
        return self._fetch(size)

    def read_whole(self, limit: int) -> bytes:
        """Read the rest, at most one byte more than the limit."""
        blocks = []
        remaining = limit + 1
        while remaining and (block := self.read(remaining)):
            blocks.append(block)
            remaining -= len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def peek(self, size: int) -> bytes:
        """Return the next bytes without consuming them; fewer at the end or before an error."""
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
        """Replace the next `number` bytes, which were peeked at."""
        self._ahead = instead + self._ahead[number:]

    def decode(self, encoding: str) -> None:
        """Convert the rest of the stream from another encoding to UTF-8."""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ahead = self._decoder.decode(self._ahead, final=self._ended).encode(
            "utf-8", "replace"
        )

    def passed(self, position: int) -> None:
        """Report that other code has read the file up to a position."""
        if self._on_bytes and position > self._reported:
            self._on_bytes(position - self._reported)
            self._reported = position

    def check_unchanged(self) -> None:
        """Check that the file was not written to since it was opened.

        Raises:
            Unreadable: it was.

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
        block = (self._unpacked or self._raw).read(size) if self._started else self._start(size)
        if self._on_bytes or self._unpacked:
            self._count(len(block))
        return block

    def _start(self, size: int) -> bytes:
        """Read the first block, and detect gzip."""
        self._started = True
        head = self._raw.read(size)
        if head.startswith(GZIP_MARK):
            self._unpacked = GzipStream(self._raw, head)
            return self._unpacked.read(size)
        if self._is_packed and _NOT_TEXT.search(head, 0, _BLOCK):
            raise Unreadable("it is neither gzip nor text, whatever its name says; copy it again")
        return head

    def _count(self, size: int) -> None:
        position = self._raw.tell()
        if self._on_bytes:
            self._on_bytes(position - self._reported)
        self._reported = position
        self._unpacked_size += size
        if self._unpacked and self._unpacked_size > max(FREE_BYTES, position * MAX_EXPANSION):
            raise Unreadable(
                f"it unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )

    def _state(self) -> tuple[int, int] | None:
        """Return the size and modification time of a regular file."""
        if self._on_bytes is None or not isinstance(self._raw, io.IOBase):
            return None
        status = os.fstat(self._raw.fileno())
        return status.st_size, status.st_mtime_ns


class Window:
    """A sliding window over a stream: `buffer` from `start` on.

    Positions are relative to `start`, so they stay valid when more is read. `line` is the number of
    the line that `start` is in.
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
        """The number of the line in which the window ends."""
        return self.line + self.buffer.count(b"\n", self.start)

    def fill(self) -> bool:
        """Read as much as the window already holds, or a block; return False at the end."""
        block = self._stream.read(max(_BLOCK, len(self)))
        self.buffer = self.buffer[self.start :] + block
        self.start = 0
        return bool(block)

    def find(self, sub: bytes, position: int) -> int:
        """Return the first position of `sub` from a position on, or -1."""
        index = self.buffer.find(sub, self.start + position)
        return index - self.start if index >= 0 else -1

    def search(self, pattern: re.Pattern[bytes], position: int) -> tuple[bytes, int, int] | None:
        """Search from a position on; return the match with its start and end."""
        match = pattern.search(self.buffer, self.start + position)
        return (match[0], match.start() - self.start, match.end() - self.start) if match else None

    def peek(self, end: int) -> bytes:
        """Return the bytes before a position."""
        return self.buffer[self.start : self.start + end]

    def take(self, end: int) -> bytes:
        """Return the bytes before a position and move the start there."""
        taken = self.peek(end)
        self.drop(end)
        return taken

    def drop(self, end: int) -> None:
        """Move the start to a position."""
        self.line += self.buffer.count(b"\n", self.start, self.start + end)
        self.start += end
