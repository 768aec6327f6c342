"""Splits XML files of any size into items: WordPress exports, RSS, Atom.

Items keep their original bytes, which a parser such as lxml's iterparse does not give. So they can
be compared with the last load and parsed in parallel.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from indexer.input.streams.byte_stream import (
    MAX_RECORD_BYTES,
    ByteStream,
    RawRecord,
    Unreadable,
    Window,
)
from indexer.input.streams.content import xml_begins
from indexer.input.streams.file_format import Format

__all__ = ["XmlItems", "head_needed", "outer_tags", "with_prefixes", "xml_format"]

_MAX_TAG_LENGTH = 64
_MAX_PROLOG_BYTES = 1 << 18
_SLASH = ord("/")
_AGAIN = "export or copy it again"
# An export's namespace in any spelling, or an element that only exports have.
_WORDPRESS = re.compile(
    rb"xmlns(?::[\w.-]+)?\s*=\s*[\"']\s*[^\"'<>]*\bwordpress\.\w+/export/(?![^\"'<>]*excerpt)"
    rb"|<(?:[\w.-]+:)?(?:wxr_version|base_(?:site|blog)_url|author_login|category_nicename"
    rb"|term_taxonomy|tag_slug)\b",
    re.IGNORECASE,
)
_ROOT = re.compile(rb"<(?P<prefix>[\w.-]+:)?(?P<name>rss|feed|RDF)(?=[\s>])[^>]*>")
_ROOT_NAME = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|RDF)(?=[\s>])")
_ITEM_OF = {b"rss": b"item", b"RDF": b"item", b"feed": b"entry"}
_ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>\[]*\[)")
# Elements that change with every export and do not affect the items.
_VOLATILE = re.compile(
    rb"<(lastBuildDate|pubDate|updated|generator|ttl|(?:\w+:)?(?:updatePeriod|updateFrequency))\b"
    rb"[^>]*>.*?</\1\s*>",
    re.DOTALL,
)

_OUTER = re.compile(
    rb"\s*(?P<declaration><\?xml[^>]*\?>)?.*?(?P<root><rss\b[^>]*>)"
    rb"(?:\s*(?P<channel><channel\b[^>]*>))?",
    re.DOTALL | re.IGNORECASE,
)
_DECLARED = re.compile(rb"\bxmlns:([\w.-]+)\s*=")
# Namespaces of exports and feeds, for files that do not declare them.
_PREFIXES = {
    b"wp": b"http://wordpress.org/export/1.2/",
    b"excerpt": b"http://wordpress.org/export/1.2/excerpt/",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"media": b"http://search.yahoo.com/mrss/",
    b"itunes": b"http://www.itunes.com/dtds/podcast-1.0.dtd",
    b"atom": b"http://www.w3.org/2005/Atom",
    b"thr": b"http://purl.org/syndication/thread/1.0",
    b"app": b"http://www.w3.org/2007/app",
    b"feedburner": b"http://rssnamespace.org/feedburner/ext/1.0",
}
_DEFINITION = re.compile(
    rb"<(?P<tag>(?:[\w.-]+:)?(?:author|category|term|tag))(?:\s[^<>]*)?>.*?</(?P=tag)\s*>",
    re.DOTALL | re.IGNORECASE,
)
_DEFINED = re.compile(
    rb"<(?:[\w.-]+:)?(?:author_login|category_nicename|term_slug|tag_slug)>\s*(?:<!\[CDATA\[)?"
    rb"(.*?)(?:\]\]>)?\s*</",
    re.IGNORECASE,
)


class _CutOff(Unreadable):
    """The file ends within a comment or a CDATA section."""


class XmlItems:
    """The items of an export or a feed.

    `context` is (head, end): the text before the first item, and the tags that close it.

    Raises:
        Unreadable: it is neither, or may be an entity bomb.

    """

    def __init__(self, stream: ByteStream | Window) -> None:
        self._window = stream if isinstance(stream, Window) else Window(stream)
        root = self._root()
        self._name = root[0].split()[0].strip(b"<>").decode("ascii", "replace")
        prefix = root["prefix"] or b""
        # In RSS 1.0 only the root has a prefix (rdf:RDF), not the items.
        name = _ITEM_OF[root["name"]] if root["name"] == b"RDF" else prefix + _ITEM_OF[root["name"]]
        # All alternatives start with the same character, which makes the search fast.
        ends = re.escape(prefix + root["name"])
        self._begin = re.compile(
            rb"<(?:!\[CDATA\[|!--|/" + ends + rb"\s*>|" + re.escape(name) + rb"(?=[\s>/]))"
        )
        self._end = re.compile(rb"<(?:!\[CDATA\[|!--|/" + re.escape(name) + rb"\s*>)")
        head = self._head()
        self.is_wordpress = _WORDPRESS.search(head) is not None
        channel = b"</channel>" if b"<channel" in head and root["name"] == b"rss" else b""
        self.context = (_VOLATILE.sub(b"", head), channel + b"</" + prefix + root["name"] + b">")

    def items(self) -> Iterator[RawRecord]:
        """Yield every item with the number of its first line.

        Raises:
            Unreadable: the file ends before the document does.

        """
        window = self._window
        while (found := self._find(self._begin, keep=False)) is not None:
            window.drop(found[0])
            if window.peek(2) == b"</":
                window.drop(found[1] - found[0])
                return
            line = window.line
            if self._is_empty():
                continue
            raw = window.take(self._end_of_item(line))
            if len(raw) > MAX_RECORD_BYTES:
                yield RawRecord(
                    line, b"", f"the item is larger than {MAX_RECORD_BYTES // 1_000_000} MB"
                )
            else:
                yield RawRecord(line, raw)
        raise Unreadable(
            f"it ends in line {window.line} without </{self._name}>; it was cut off, so {_AGAIN}"
        )

    def next_document(self) -> "XmlItems | None":
        """Return the next document in the same file, or None."""
        window = self._window
        while (found := window.search(_ROOT_NAME, 0)) is None:
            window.drop(max(0, len(window) - _MAX_TAG_LENGTH))
            if not window.fill():
                return None
        return XmlItems(window) if xml_begins(window.peek(found[2] + 1)) else None

    def _is_empty(self) -> bool:
        """Skip an item that is a single empty tag; return True if it is one."""
        window = self._window
        while (end := window.find(b">", 0)) < 0 and self._more():
            pass
        if end < 0 or window.buffer[window.start + end - 1] != _SLASH:
            return False
        window.drop(end + 1)
        return True

    def _end_of_item(self, line: int) -> int:
        try:
            found = self._find(self._end, keep=True)
        except _CutOff:
            found = None
        if found is None:
            raise Unreadable(
                f"it ends within the item that begins in line {line}; it was cut off, so {_AGAIN}"
            )
        return found[1]

    def _root(self) -> re.Match[bytes]:
        text = self._window.peek(_MAX_PROLOG_BYTES)
        begins = xml_begins(text)
        if _ENTITY.search(text, 0, begins[1] if begins else len(text)):
            raise Unreadable("it declares entities, as an entity bomb does; remove its DOCTYPE")
        root = _ROOT.match(text, begins[1]) if begins else None
        if begins is None or root is None:
            raise Unreadable(
                "it is neither a WordPress export nor RSS nor Atom; exclude it, or convert it to "
                "JSON Lines"
            )
        self._window.drop(begins[0])
        return root

    def _head(self) -> bytes:
        """Take everything before the first item, or before the end if there are no items."""
        found = self._find(self._begin, keep=True)
        if found is None:
            raise Unreadable(
                f"it ends in line {self._window.last_line} before its first item; it was cut "
                f"off, so {_AGAIN}"
            )
        return self._window.take(found[0])

    def _find(self, pattern: re.Pattern[bytes], *, keep: bool) -> tuple[int, int] | None:
        """Return the start and end of a tag outside of comments and CDATA; None at the end.

        Passed text is dropped from memory unless `keep` is True.
        """
        window = self._window
        position = 0
        while True:
            found = window.search(pattern, position)
            if found is None:
                # The end of the window may cut a tag in two.
                position = max(position, len(window) - _MAX_TAG_LENGTH)
                if not keep:
                    window.drop(position)
                    position = 0
                if not self._more():
                    return None
                continue
            mark, start, end = found
            closing = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}.get(mark)
            if closing is None:
                return start, end
            position = self._behind(closing, end)

    def _behind(self, closing: bytes, position: int) -> int:
        window = self._window
        while (end := window.find(closing, position)) < 0:
            position = max(position, len(window) - len(closing))
            if not self._more():
                kind = "comment" if closing == b"-->" else "CDATA section"
                raise _CutOff(
                    f"it ends in line {self._window.last_line} within a {kind}; it was cut off, "
                    f"so {_AGAIN}"
                )
        return end + len(closing)

    def _more(self) -> bool:
        if len(self._window) > 2 * MAX_RECORD_BYTES:
            raise Unreadable(
                f"an item is larger than {MAX_RECORD_BYTES // 500_000} MB, or the file has no item"
            )
        return self._window.fill()


def xml_format(document: XmlItems) -> Format:
    """Return the format of an XML document: a WordPress export or a feed."""
    return Format.WORDPRESS_EXPORT if document.is_wordpress else Format.FEED


@lru_cache(maxsize=4)
def outer_tags(head: bytes) -> bytes:
    """Return the tags around an export's items, with their namespaces, without the definitions."""
    match = _OUTER.match(head)
    if match is None:
        return head
    return with_prefixes(
        b"".join((match["declaration"] or b"", match["root"], match["channel"] or b"<channel>"))
    )


@lru_cache(maxsize=4)
def with_prefixes(head: bytes) -> bytes:
    """Declare the usual namespace prefixes that a head lacks."""
    root = _ROOT.search(head)
    if root is None:
        return head
    declared = set(_DECLARED.findall(root[0]))
    missing = b"".join(
        b' xmlns:%s="%s"' % item for item in _PREFIXES.items() if item[0] not in declared
    )
    end = root.end() - (2 if root[0].endswith(b"/>") else 1)
    return head[:end] + missing + head[end:]


def head_needed(head: bytes, item: bytes) -> bytes:
    """Return the part of an export's head that an item needs.

    These are the item's authors and categories, and their parents.
    """
    definitions = {
        name: match[0]
        for match in _DEFINITION.finditer(head)
        for name in _DEFINED.findall(match[0])
    }
    needed: dict[bytes, bytes] = {}
    text = item
    while more := {
        name: definition
        for name, definition in definitions.items()
        if name and name in text and name not in needed
    }:
        needed |= more
        text = b"".join(more.values())
    return outer_tags(head) + b"".join(needed.values())
