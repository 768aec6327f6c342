"""An XML file to its items, without holding more of it than one: WordPress exports of gigabytes, RSS, Atom.

Items are cut out as bytes, so that they can be told from those of the last load, and read by several processes.
"""

import re
from collections.abc import Iterator

from indexer.streams import MAX_RECORD_BYTES, ByteStream, RawRecord, Unreadable

__all__ = ["XmlItems"]

_BLOCK = 1 << 18
_MOST_HEAD = 16_000_000
_WORDPRESS = re.compile(rb"xmlns:wp\s*=\s*[\"']http://wordpress\.org/export/")
_ROOT = re.compile(rb"<(?P<prefix>[\w.-]+:)?(?P<name>rss|feed|RDF)(?=[\s>])[^>]*>")
_ITEM_OF = {b"rss": b"item", b"RDF": b"item", b"feed": b"entry"}
_BEFORE_ROOT = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*>|\s+)*", re.DOTALL)
_ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>\[]*\[)")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What changes with every export, and decides nothing about the items.
_VOLATILE = re.compile(
    rb"<(lastBuildDate|pubDate|updated|generator|ttl|(?:\w+:)?(?:updatePeriod|updateFrequency))\b[^>]*>.*?</\1\s*>", re.DOTALL
)


class XmlItems:
    """The items of an export or a feed. `context` is (head, end): what stands before the first item, and what closes it.

    Raises:
        Unreadable: it is neither, or could be a bomb.

    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer = b""
        self._line = 1
        self._fill()
        if self._buffer.startswith(_UTF_16):
            raise Unreadable("it is XML in UTF-16; save it in UTF-8")
        self._buffer = self._buffer.removeprefix(b"\xef\xbb\xbf")
        root = self._root()
        prefix = root["prefix"] or b""
        # RSS 1.0 calls its root rdf:RDF, but not its items.
        name = _ITEM_OF[root["name"]] if root["name"] == b"RDF" else prefix + _ITEM_OF[root["name"]]
        self._token = re.compile(rb"<!\[CDATA\[|<!--|<" + re.escape(name) + rb"(?=[\s>/])")
        self._end = re.compile(rb"<!\[CDATA\[|<!--|</" + re.escape(name) + rb"\s*>")
        head = self._head()
        self.is_wordpress = _WORDPRESS.search(head) is not None
        closing = b"</" + prefix + root["name"] + b">"
        channel = b"</channel>" if b"<channel" in head and root["name"] == b"rss" else b""
        self.context = (_VOLATILE.sub(b"", head), channel + closing)

    def items(self) -> Iterator[RawRecord]:
        """Yield every item, with the line that it begins in."""
        while (start := self._find(self._token, keep=False)) is not None:
            self._drop(start)
            line = self._line
            end = self._find(self._end, keep=True)
            if end is None:
                raise Unreadable(f"it ends within the item that begins in line {line}")
            raw = self._buffer[:end]
            self._drop(end)
            if len(raw) > MAX_RECORD_BYTES:
                yield RawRecord(line, b"", f"the item is larger than {MAX_RECORD_BYTES // 1_000_000} MB")
            else:
                yield RawRecord(line, raw)

    def _root(self) -> re.Match[bytes]:
        start = _BEFORE_ROOT.match(self._buffer)
        place = start.end() if start else 0
        root = _ROOT.match(self._buffer, place)
        if _ENTITY.search(self._buffer[: root.start() if root else len(self._buffer)]):
            raise Unreadable("it declares entities of its own, as an entity bomb does; take its DOCTYPE out")
        if root is None:
            raise Unreadable("it is neither a WordPress export nor RSS nor Atom")
        return root

    def _head(self) -> bytes:
        """Take all that stands before the first item, or before the end where there is none."""
        start = self._find(self._token, keep=True)
        head = self._buffer if start is None else self._buffer[:start]
        if start is None:
            # Without items, what closes the file is no head.
            head = head[: head.rfind(b"</")]
        self._drop(0 if start is None else start)
        return head

    def _find(self, pattern: re.Pattern[bytes], *, keep: bool) -> int | None:
        """Find the place of an item's start, or behind its end, outside of comments and CDATA; None at the end of the file.

        What was passed is dropped from memory unless it is to be kept.
        """
        place = 0
        while True:
            match = pattern.search(self._buffer, place)
            if match is None:
                # A mark may be cut in two by the end of what was read.
                place = max(0, len(self._buffer) - _BLOCK // 16)
                if not keep:
                    self._drop(place)
                    place = 0
                elif len(self._buffer) > _MOST_HEAD + 2 * MAX_RECORD_BYTES:
                    raise Unreadable(f"there is an item of more than {MAX_RECORD_BYTES // 500_000} MB, or none at all")
                if not self._fill():
                    return None
                continue
            closing = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}.get(match[0])
            if closing is None:
                return match.end() if pattern is self._end else match.start()
            place = self._behind(closing, match.end())

    def _behind(self, closing: bytes, place: int) -> int:
        while (end := self._buffer.find(closing, place)) < 0:
            place = max(place, len(self._buffer) - len(closing))
            if len(self._buffer) > _MOST_HEAD + 2 * MAX_RECORD_BYTES:
                raise Unreadable(f"there is an item of more than {MAX_RECORD_BYTES // 500_000} MB")
            if not self._fill():
                raise Unreadable(f"it ends within a {'comment' if closing == b'-->' else 'CDATA section'}")
        return end + len(closing)

    def _fill(self) -> bool:
        block = self._stream.read(_BLOCK)
        self._buffer += block
        return bool(block)

    def _drop(self, place: int) -> None:
        self._line += self._buffer.count(b"\n", 0, place)
        self._buffer = self._buffer[place:]
