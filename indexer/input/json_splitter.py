"""A JSON file to its elements: an array of objects of any length, or one object, without holding more than one element."""

import re
from collections.abc import Iterator

from indexer.input.byte_stream import MAX_RECORD_BYTES, ByteStream, RawRecord, Unreadable, Window

__all__ = ["json_elements"]

# A text, the beginning of one that is cut off, or a bracket.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)
_AFTER_VALUE = re.compile(rb"[,\]]")
_LOOK = 256
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
        self._window = Window(stream)

    def elements(self) -> Iterator[RawRecord]:
        window = self._window
        first = self._skip(_SPACE)
        if first == b"{":
            yield self._element()
            if self._skip(_SPACE):
                raise Unreadable(f"more follows its first object in line {window.line}; JSON Lines end in .jsonl")
            return
        if first != b"[":
            raise Unreadable("it is neither a JSON array nor an object; JSON Lines end in .jsonl")
        window.drop(1)
        while (first := self._skip(_BETWEEN)) != b"]":
            if not first:
                raise Unreadable("the array does not end; it was cut off, so export or copy it again")
            yield self._element()

    def _element(self) -> RawRecord:
        """Cut off one element: an object or array by its brackets, a text by its quotes, anything else up to the next comma or the end."""
        window = self._window
        line = window.line
        if window.peek(1) in (b"{", b"[", b'"'):
            end = self._end()
        else:
            while (found := window.search(_AFTER_VALUE, 0)) is None and window.fill():
                pass
            end = found[1] if found else len(window)
        raw = window.take(end)
        if len(raw) > MAX_RECORD_BYTES:
            return RawRecord(line, b"", f"the element is larger than {MAX_RECORD_BYTES // 1_000_000} MB")
        return RawRecord(line, raw)

    def _end(self) -> int:
        window = self._window
        depth = 0
        place = 0
        while True:
            for token in _TOKEN.finditer(window.buffer, window.start + place):
                mark = token[0][:1]
                if token[0] == b'"':
                    break
                place = token.end() - window.start
                depth += {b"{": 1, b"[": 1, b'"': 0}.get(mark, -1)
                if not depth:
                    return place
            if len(window) > 2 * MAX_RECORD_BYTES:
                raise Unreadable(
                    f"there is an element of more than {MAX_RECORD_BYTES // 500_000} MB, or none that ends"
                )
            if not window.fill():
                raise Unreadable(
                    f"it ends within the element that begins in line {window.line}; it was cut off, so export or copy it again"
                )

    def _skip(self, what: bytes) -> bytes:
        """Drop white space and the like, and return the first byte that is none; none at the end."""
        window = self._window
        while True:
            rest = window.buffer[window.start : window.start + _LOOK]
            kept = rest.lstrip(what)
            window.drop(len(rest) - len(kept))
            if kept:
                return kept[:1]
            if not rest and not window.fill():
                return b""
