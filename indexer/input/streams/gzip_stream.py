"""Reads gzip (RFC 1952) as a stream; on broken data it first returns all that is intact."""

import zlib
from contextlib import suppress
from typing import IO, Protocol

__all__ = ["GZIP_MARK", "GzipStream", "Readable"]

GZIP_MARK = b"\x1f\x8b"
_PACKED_BLOCK = 1 << 16
_WITH_GZIP_HEADER = 31


class Readable(Protocol):
    """A source of bytes; `tell` returns the number of packed bytes read from its file."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; b"" at the end."""

    def tell(self) -> int:
        """Return the position in the file."""

    def close(self) -> None:
        """Close the source."""


class GzipStream:
    """Unpacks one or several gzip members; `head` is the part that was already read.

    The standard library's reader discards unpacked data when it finds an error.
    """

    def __init__(self, raw: Readable | IO[bytes], head: bytes = b"") -> None:
        self._raw = raw
        self._packed = head
        self._member: zlib._Decompress | None = zlib.decompressobj(_WITH_GZIP_HEADER)
        self._failure: Exception | None = None

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; b"" at the end.

        Raises:
            EOFError, zlib.error: it is cut off or broken; everything before was returned.

        """
        while True:
            if self._failure:
                raise self._failure
            ended = not self._packed and not self._fill()
            if self._member is None:
                if ended:
                    return b""
                self._next_member()
                continue
            block = self._unpack(self._member, size)
            if block:
                return block
            if ended and self._member is not None:
                raise EOFError("it was cut off, so copy it again")

    def _fill(self) -> bool:
        self._packed = self._raw.read(_PACKED_BLOCK)
        return bool(self._packed)

    def _next_member(self) -> None:
        """Start the next member; the file may end with a padding of zeros."""
        self._packed = self._packed.lstrip(b"\0")
        if not self._packed:
            return
        if len(self._packed) < len(GZIP_MARK):
            self._packed += self._raw.read(_PACKED_BLOCK)
        if not self._packed.startswith(GZIP_MARK):
            raise EOFError("bytes that are not gzip follow its end; copy it again")
        self._member = zlib.decompressobj(_WITH_GZIP_HEADER)

    def _unpack(self, member: "zlib._Decompress", size: int) -> bytes:
        packed = self._packed
        before = member.copy()
        try:
            block = member.decompress(packed, size)
        except zlib.error as error:
            self._failure = error
            return _until_error(before, packed)
        if member.eof:
            self._packed = member.unused_data
            self._member = None
        else:
            self._packed = member.unconsumed_tail
        return block


def _until_error(member: "zlib._Decompress", packed: bytes) -> bytes:
    """Unpack byte by byte up to an error."""
    unpacked = bytearray()
    with suppress(zlib.error):
        for index in range(len(packed)):
            unpacked += member.decompress(packed[index : index + 1])
    return bytes(unpacked)
