"""A JSON file to its elements: an array of objects of any length, or one object, without holding more than one element."""

import re
from collections.abc import Iterator

from indexer.streams import MAX_RECORD_BYTES, ByteStream, RawRecord, Unreadable

__all__ = ["json_elements"]

_BLOCK = 1 << 18
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_SPACE = b" \t\r\n"
_BETWEEN = b" \t\r\n,"


def json_elements(stream: ByteStream) -> Iterator[RawRecord]:
    """Yield the elements of an array, or the object that a file is, with the lines that they begin in.

    Raises:
        Unreadable: it is no JSON array or object, or it ends within one.

    """
    return _Elements(stream).elements()


class _Elements:
    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer = b""
        self._line = 1

    def elements(self) -> Iterator[RawRecord]:
        self._fill()
        self._buffer = self._buffer.removeprefix(b"\xef\xbb\xbf")
        start = self._skip(_SPACE)
        if start == b"{":
            yield self._element()
            if self._skip(_SPACE):
                raise Unreadable(f"more follows its first object in line {self._line}; JSON Lines end in .jsonl")
            return
        if start != b"[":
            raise Unreadable("it is neither a JSON array nor an object")
        self._drop(1)
        while (start := self._skip(_BETWEEN)) != b"]":
            if not start:
                raise Unreadable("the array does not end")
            yield self._element()

    def _element(self) -> RawRecord:
        """Cut off one element: an object or array by its brackets, anything else up to the next comma or the end."""
        line = self._line
        if self._buffer[:1] not in b"{[":
            while (match := re.search(rb"[,\]]", self._buffer)) is None and self._fill():
                pass
            end = match.start() if match else len(self._buffer)
        else:
            end = self._end_of_brackets()
        raw = self._buffer[:end]
        self._drop(end)
        if len(raw) > MAX_RECORD_BYTES:
            return RawRecord(line, b"", f"the element is larger than {MAX_RECORD_BYTES // 1_000_000} MB")
        return RawRecord(line, raw)

    def _end_of_brackets(self) -> int:
        depth = 0
        place = 0
        while True:
            safe = place
            for token in _TOKEN.finditer(self._buffer, place):
                mark = token[0][:1]
                safe = token.end()
                if mark in b"{[":
                    depth += 1
                elif mark in b"}]":
                    depth -= 1
                    if not depth:
                        return token.end()
            # A text that is cut in two begins behind the last whole token.
            quote = self._buffer.find(b'"', safe)
            place = safe if quote < 0 else quote
            if len(self._buffer) > 2 * MAX_RECORD_BYTES:
                raise Unreadable(f"there is an element of more than {MAX_RECORD_BYTES // 500_000} MB, or none that ends")
            if not self._fill():
                raise Unreadable(f"it ends within the element that begins in line {self._line}")

    def _skip(self, what: bytes) -> bytes:
        """Drop white space and the like, and return the first byte that is none; none at the end."""
        while True:
            rest = self._buffer.lstrip(what)
            self._drop(len(self._buffer) - len(rest))
            if rest or not self._fill():
                return self._buffer[:1]

    def _fill(self) -> bool:
        block = self._stream.read(_BLOCK)
        self._buffer += block
        return bool(block)

    def _drop(self, place: int) -> None:
        self._line += self._buffer.count(b"\n", 0, place)
        self._buffer = self._buffer[place:]
