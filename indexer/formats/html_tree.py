"""Bytes of HTML to a tree, in whatever coding they are."""

import codecs
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from search.errors import InvalidArticle

__all__ = ["decode_html", "parse_fragment", "parse_page"]

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 8192
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What browsers read under these names (WHATWG Encoding, "Names and labels").
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
# What libxml2 would end a text at, or refuse.
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


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


def parse_page(text: str) -> HtmlElement | None:
    """Parse a whole page; None where there is nothing in it.

    Raises:
        InvalidArticle: its elements are nested deeper than can be read.

    """
    clean = _NEVER.sub("", _XML_DECLARATION.sub("", text)).encode()
    if not clean.strip():
        return None
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    page: HtmlElement | None = etree.fromstring(clean, parser)
    _check_whole(parser)
    return page


def parse_fragment(text: str) -> etree._Element:
    """Parse what stands inside a page, as the content of one element.

    Raises:
        InvalidArticle: its elements are nested deeper than can be read.

    """
    clean = _NEVER.sub("", text) if not text.isprintable() else text
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = etree.fromstring(b"<html><body>" + clean.encode() + b"</body></html>", parser)
    _check_whole(parser)
    body = root.find("body")
    return root if body is None else body


def _check_whole(parser: etree.HTMLParser) -> None:
    """Make sure that the parser, which says nothing of it, did not stop within the text."""
    if len(parser.error_log) and any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise InvalidArticle("its elements are nested deeper than can be read, 2,048 of them")
