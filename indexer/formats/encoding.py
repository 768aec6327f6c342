"""The codings that pages and XML are in: what is declared, what is not, and the way to UTF-8."""

import codecs
import re

__all__ = ["decode_html", "in_utf_8"]

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 8192
# What browsers read under these names (WHATWG Encoding, "Names and labels").
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_CODING = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["'](?P<name>[A-Za-z][\w.-]*)""")


def decode_html(raw: bytes) -> str:
    """Read bytes as their mark says, as UTF-8 where they are that, as the page declares, else as Windows-1252."""
    for mark, coding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(coding, errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(_declared(raw), errors="replace")


def _declared(raw: bytes) -> str:
    match = _DECLARED.search(raw[:_HEAD_BYTES])
    if match is None:
        return "cp1252"
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        "".encode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return "cp1252"
    # Bytes that say they are UTF-8 are, but for some that are broken.
    return _WIDER.get(name, name)


def in_utf_8(document: bytes) -> bytes:
    """Write a document that declares another coding in UTF-8; one whose coding nobody knows stays as it is."""
    match = _CODING.match(document)
    if match is None:
        return document
    try:
        text = document.decode(match["name"].decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return document
    return (text[: match.start("name")] + "UTF-8" + text[match.end("name") :]).encode("utf-8", "replace")
