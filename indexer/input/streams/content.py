"""A file's format and coding told by how its content begins, since names are often wrong."""

import re
from itertools import islice

import orjson

from indexer.input.streams.byte_stream import BOM, ByteStream
from indexer.input.streams.file_format import Format
from indexer.input.streams.json_splitter import LIST_KEYS

__all__ = ["format_by_content", "format_of_text", "xml_begins"]

_HEAD_BYTES = 1 << 14
_MAX_TRIED = 20
_MAX_FIRST_LINE_LENGTH = 1 << 20
_FEED = rb"<(?:[\w.-]+:)?(?:rss|feed|RDF)(?=[\s>])"
_PROLOG = re.compile(
    rb"(?:\s++|\xef\xbb\xbf|<\?(?:[^?]++|\?(?!>))*+\?>|<!--.*?-->|<!DOCTYPE(?!\s+html\b)[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*+",
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
# What XML and JSON begin with, in two and four bytes a letter.
_UNMARKED = (
    (re.compile(rb"[<\[{\s]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<\[{\s]"), "utf-32-be"),
    (re.compile(rb"[<\[{\s]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<\[{\s]\x00[^\x00]"), "utf-16-be"),
)
_WIDE = re.compile(
    r"(?:utf-?(?:16|32)|ucs-?[24]|unicode|iso-10646-ucs-[24])(?:-?[lb]e)?", re.IGNORECASE
)
# Codings in which the bytes of `<` may be half of another letter.
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
    """Return the format that a file has by its content, and let its stream give UTF-8 where the format needs it.

    `kind` is what the file's name says; it stays where the content does not clearly say otherwise.
    """
    head = stream.peek(_HEAD_BYTES)
    coding = _coding_of(head, kind)
    if kind is Format.PAGE:
        # Whoever reads a page tells its coding, and says so.
        shown = head.decode(coding, "replace").encode() if coding else head
        if _markup(shown) is not Format.XML:
            return kind
    if coding:
        stream.decode(coding)
    found = _told(kind, stream)
    if found is Format.XML:
        _to_utf_8(stream)
    return found


def format_of_text(kind: Format, raw: bytes) -> Format:
    """Return the format of a whole text in UTF-8; `kind` is what its file's name says."""
    return _markup(raw[:_HEAD_BYTES]) or kind if kind in _MARKUP else kind


def xml_begins(head: bytes) -> tuple[int, int] | None:
    """Return where a feed's document and its root begin, behind what a server wrote before it: blank lines, marks, warnings."""
    if begins := _clean_start(head, 0):
        return begins
    page = _PAGE_WITHIN.search(head)
    for found in islice(_XML.finditer(head, 0, page.start() if page else len(head)), _MAX_TRIED):
        if begins := _clean_start(head, found.start()):
            return begins
    return None


def _clean_start(head: bytes, place: int) -> tuple[int, int] | None:
    """Return where the declaration, or what stands there in its place, and the root of a feed are, if nothing else is between."""
    prolog = _PROLOG.match(head, place)
    root = prolog.end() if prolog else place
    if not _FEED_ROOT.match(head, root):
        return None
    # A declaration that is not the first thing is an error of XML.
    declared = head.rfind(b"<?xml ", place, root)
    return (declared if declared >= 0 else head.find(b"<", place)), root


def _markup(head: bytes, *, strict: bool = False) -> Format | None:
    """Return whether a text is a document of XML or a page; `strict` allows nothing before it."""
    prolog = _PROLOG.match(head)
    if _PAGE_ROOT.match(head, prolog.end() if prolog else 0):
        return Format.PAGE
    return Format.XML if (_clean_start(head, 0) if strict else xml_begins(head)) else None


def _told(kind: Format, stream: ByteStream) -> Format:
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
    """Tell lines that are records from an array or objects written over lines."""
    head = stream.peek(_HEAD_BYTES).removeprefix(BOM).lstrip()
    if head.startswith(b"<"):
        return Format.XML if _markup(head) is Format.XML else kind
    first = head.partition(b"\n")[0].strip()
    if kind is Format.JSON_LINES:
        listed = head.startswith(b"[") and head[1:].lstrip()[:1] in (b"{", b"[", b"]")
        return Format.JSON_ARRAY if listed or first == b"{" else kind
    return Format.JSON_LINES if head.startswith(b"{") and _are_lines(stream) else kind


def _are_lines(stream: ByteStream) -> bool:
    """Whether a `.json` file has one object per line, and not a list of them in each."""
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


def _coding_of(head: bytes, kind: Format) -> str:
    """Return the coding of a file that cannot be cut up as bytes; empty where it can."""
    for mark, coding in _MARKS:
        if head.startswith(mark):
            return coding
    if kind in _MARKUP or kind in _JSON:
        for pattern, coding in _UNMARKED:
            if pattern.match(head):
                return coding
    return ""


def _to_utf_8(stream: ByteStream) -> None:
    """Let a document of XML be in UTF-8 and say so, where its coding is not one of single bytes."""
    head = stream.peek(_HEAD_BYTES)
    declared = _ENCODING.search(head)
    if declared is None:
        return
    name = declared["name"].decode("ascii").lower()
    shifted = _SHIFTED.get(name)
    # What can be read as ASCII until here is not in UTF-16, though programs write so.
    if shifted is None and not _WIDE.fullmatch(name):
        return
    start, end = declared.span("name")
    stream.replace_ahead(end, head[:start] + b"UTF-8")
    if shifted:
        stream.decode(shifted)
