"""Detects a file's format and encoding from its first bytes, because names are often wrong."""

import re
from itertools import islice

import orjson

from indexer.input.streams.byte_stream import BOM, ByteStream
from indexer.input.streams.file_format import Format
from indexer.input.streams.json_splitter import LIST_KEYS

__all__ = ["format_by_content", "format_of_text", "xml_begins"]

_HEAD_BYTES = 1 << 14
_MAX_CANDIDATES = 20
_MAX_FIRST_LINE_LENGTH = 1 << 20
_FEED = rb"<(?:[\w.-]+:)?(?:rss|feed|RDF)(?=[\s>])"
_PROLOG = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|<\?(?:[^?]++|\?(?!>))*+\?>|<!--.*?-->"
    rb"|<!DOCTYPE(?!\s+html\b)[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*+",
    re.DOTALL | re.IGNORECASE,
)
_FEED_ROOT = re.compile(_FEED)
_PAGE_ROOT = re.compile(rb"<(?:!doctype\s+html\b|html[\s>])", re.IGNORECASE)
_PAGE_WITHIN = re.compile(rb"<(?:!doctype\s+html\b|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\s|" + _FEED)
_ENCODING = re.compile(rb"<\?xml\s[^>]*?\bencoding\s*=\s*[\"'](?P<name>[A-Za-z][\w.:-]*)[\"']")

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# The first characters of XML and JSON in encodings of two and four bytes per character.
_UNMARKED = (
    (re.compile(rb"[<\[{\s]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<\[{\s]"), "utf-32-be"),
    (re.compile(rb"[<\[{\s]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<\[{\s]\x00[^\x00]"), "utf-16-be"),
)
_WIDE = re.compile(
    r"(?:utf-?(?:16|32)|ucs-?[24]|unicode|iso-10646-ucs-[24])(?:-?[lb]e)?", re.IGNORECASE
)
# Encodings in which the byte of `<` may be half of another character.
_SHIFTED = {
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_1",
    "iso-2022-jp-2": "iso2022_jp_2",
    "iso-2022-jp-3": "iso2022_jp_3",
    "iso-2022-jp-ext": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr",
    "csiso2022kr": "iso2022_kr",
    "hz-gb-2312": "hz",
}
_JSON_START = re.compile(rb"[\s\xef\xbb\xbf]*(?:\[\s*)?\{\s*\"")
_MARKUP = frozenset([Format.XML, Format.PAGE])
_JSON = frozenset([Format.JSON_LINES, Format.JSON_ARRAY])


def format_by_content(kind: Format, stream: ByteStream) -> Format:
    """Return a file's format, and convert its stream to UTF-8 if the format needs that.

    `kind` is the format of the file's name; it is kept unless the content clearly contradicts it.
    """
    head = stream.peek(_HEAD_BYTES)
    encoding = _wide_encoding(head, kind)
    if kind is Format.PAGE:
        # The reader of pages detects their encoding itself and reports it.
        text = head.decode(encoding, "replace").encode() if encoding else head
        if _markup(text) is not Format.XML:
            return kind
    if encoding:
        stream.decode(encoding)
    detected = _detected(kind, stream)
    if detected is Format.XML:
        _to_utf_8(stream)
    return detected


def format_of_text(kind: Format, raw: bytes) -> Format:
    """Return the format of a complete UTF-8 text; `kind` is the format of its file's name."""
    return _markup(raw[:_HEAD_BYTES]) or kind if kind in _MARKUP else kind


def xml_begins(head: bytes) -> tuple[int, int] | None:
    """Return the positions of a feed's document and of its root element.

    Blank lines, byte order marks and warnings that a server wrote before the document are skipped.
    """
    if positions := _clean_start(head, 0):
        return positions
    page = _PAGE_WITHIN.search(head)
    candidates = _XML.finditer(head, 0, page.start() if page else len(head))
    for candidate in islice(candidates, _MAX_CANDIDATES):
        if positions := _clean_start(head, candidate.start()):
            return positions
    return None


def _clean_start(head: bytes, position: int) -> tuple[int, int] | None:
    """Return the positions of the prolog and root of a feed, if only a prolog is between."""
    prolog = _PROLOG.match(head, position)
    root = prolog.end() if prolog else position
    if not _FEED_ROOT.match(head, root):
        return None
    # An XML declaration must come first, so the document starts there.
    declared = head.rfind(b"<?xml ", position, root)
    return (declared if declared >= 0 else head.find(b"<", position)), root


def _markup(head: bytes, *, strict: bool = False) -> Format | None:
    """Return the format of a text of markup, if any; with `strict`, nothing may precede it."""
    prolog = _PROLOG.match(head)
    if _PAGE_ROOT.match(head, prolog.end() if prolog else 0):
        return Format.PAGE
    return Format.XML if (_clean_start(head, 0) if strict else xml_begins(head)) else None


def _detected(kind: Format, stream: ByteStream) -> Format:
    if kind in _JSON:
        return _json_layout(kind, stream)
    head = stream.peek(_HEAD_BYTES)
    if kind in _MARKUP:
        return _markup(head) or kind
    if kind is Format.REPRINT and _JSON_START.match(head):
        return _json_layout(Format.JSON_ARRAY, stream)
    if kind is Format.REPRINT and head.lstrip(b" \t\r\n" + BOM).startswith(b"<"):
        return _markup(head, strict=True) or kind
    return kind


def _json_layout(kind: Format, stream: ByteStream) -> Format:
    """Distinguish lines that are records from an array or from objects over several lines."""
    head = stream.peek(_HEAD_BYTES).removeprefix(BOM).lstrip()
    if head.startswith(b"<"):
        return Format.XML if _markup(head) is Format.XML else kind
    first = head.partition(b"\n")[0].strip()
    if kind is Format.JSON_LINES:
        is_array = head.startswith(b"[") and head[1:].lstrip()[:1] in (b"{", b"[", b"]")
        return Format.JSON_ARRAY if is_array or first == b"{" else kind
    return Format.JSON_LINES if head.startswith(b"{") and _are_lines(stream) else kind


def _are_lines(stream: ByteStream) -> bool:
    """Return True if a `.json` file has one record per line."""
    size = _HEAD_BYTES
    while True:
        peeked = stream.peek(size)
        first, _, rest = peeked.removeprefix(BOM).lstrip().partition(b"\n")
        if rest.strip():
            break
        if len(peeked) < size or size > _MAX_FIRST_LINE_LENGTH:
            return False
        size *= 4
    if not rest.lstrip().startswith(b"{"):
        return False
    try:
        record = orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return not LIST_KEYS.intersection(record)


def _wide_encoding(head: bytes, kind: Format) -> str:
    """Return the encoding of a file in UTF-16 or UTF-32; empty for any other."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if kind in _MARKUP or kind in _JSON:
        for pattern, encoding in _UNMARKED:
            if pattern.match(head):
                return encoding
    return ""


def _to_utf_8(stream: ByteStream) -> None:
    """Convert an XML document and its declaration to UTF-8 if its bytes cannot be split."""
    head = stream.peek(_HEAD_BYTES)
    declared = _ENCODING.search(head)
    if declared is None:
        return
    name = declared["name"].decode("ascii").lower()
    shifted = _SHIFTED.get(name)
    # The declaration was readable as ASCII, so a declared UTF-16 or UTF-32 is wrong.
    if shifted is None and not _WIDE.fullmatch(name):
        return
    start, end = declared.span("name")
    stream.replace_ahead(end, head[:start] + b"UTF-8")
    if shifted:
        stream.decode(shifted)
